"""The real clock and real ids."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable

from pos_desktop.domain.instant import Instant

Nanoseconds = Callable[[], int]


class WallClock:
    """Never runs backwards and never stands still while the program runs.

    When the computer's clock is set back, time goes on from where it was at the pace of the monotonic clock, until the
    wall clock has caught up: a clock that stood still would keep every wait waiting and every state figure fresh.
    """

    def __init__(self, wall: Nanoseconds = time.time_ns, monotonic: Nanoseconds = time.monotonic_ns) -> None:
        self._wall, self._monotonic = wall, monotonic
        self._lock = threading.Lock()
        self._last_us = self._last_mono_us = 0
        self._boot = str(uuid.uuid4())

    def now(self) -> Instant:
        with self._lock:
            wall, mono = self._wall() // 1000, self.monotonic_us()
            if wall < self._last_us:
                wall = self._last_us + mono - self._last_mono_us
            self._last_us, self._last_mono_us = wall, mono
            return Instant(wall)

    def monotonic_us(self) -> int:
        return self._monotonic() // 1000

    @property
    def boot(self) -> str:
        return self._boot


class TimeOrderedIds:
    """UUIDv7, so that rows of one day lie together."""

    def new(self) -> str:
        import uuid6

        return str(uuid6.uuid7())
