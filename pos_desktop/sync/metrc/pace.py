"""Keeps this store far below the service's rate limits: at most 2 reads at once, 5 a second (metrc contract, 5)."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pos_desktop.domain.instant import SECOND_US

AT_ONCE = 2
READS_PER_SECOND = 5


def _monotonic_us() -> int:
    return time.monotonic_ns() // 1_000


class Pace:
    """One per store, shared by all that reads. Any thread.

    Args:
        per_second: A training store may read its own sandbox faster.
        monotonic_us, sleep: Replaced in tests.
    """

    def __init__(
        self,
        per_second: int = READS_PER_SECOND,
        *,
        monotonic_us: Callable[[], int] = _monotonic_us,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._monotonic_us = monotonic_us
        self._sleep = sleep
        self._slots = threading.Semaphore(AT_ONCE)
        self._starts: deque[int] = deque(maxlen=per_second)
        self._turn = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[None]:
        """Waits for its turn before the body runs."""
        with self._slots:
            with self._turn:
                self._wait()
            yield

    def _wait(self) -> None:
        full = len(self._starts) == self._starts.maxlen
        early = self._starts[0] + SECOND_US - self._monotonic_us() if full else 0
        if early > 0:
            self._sleep(early / SECOND_US)
        self._starts.append(self._monotonic_us())
