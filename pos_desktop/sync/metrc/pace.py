"""Keeps this store far below the service's rate limits, and reports before everything else (metrc contract, 5).

The limits bind each facility and each vendor key. The vendor key belongs to every installation of this program, so the
key's own limits (150 a second, 30 at once) say nothing about one store: at most 2 reads at once and 5 a second each.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pos_desktop.domain.instant import SECOND_US
from pos_desktop.sync.outbox import retry_after_us

AT_ONCE = 2
READS_PER_SECOND = 5


def _monotonic_us() -> int:
    return time.monotonic_ns() // 1_000


class NoTurn(Exception):
    """The time that a read may take was over before its turn came. Nothing was sent."""


class _Bound:
    """Reads of one facility, or of one key: so many a second, so many at once."""

    def __init__(self, per_second: int) -> None:
        self.starts: deque[int] = deque(maxlen=per_second)
        self.running = 0

    def has_place(self, at_once: int) -> bool:
        return self.running < at_once

    @property
    def free_at(self) -> int | None:
        """From when on one more may start; None where it may at any time."""
        full = len(self.starts) == self.starts.maxlen
        return self.starts[0] + SECOND_US if full else None


class Pace:
    """One per vendor key and address, shared by all that reads in this process (`shared_pace`). Any thread.

    Writes are not paced: METRC limits reads only, and nothing a store writes comes in crowds.

    Args:
        per_second, at_once: Of the key; a training store may read its own sandbox faster.
        facility_per_second: Of each facility; that of the key unless given.
        monotonic_us, sleep: Replaced in tests.
    """

    def __init__(
        self,
        per_second: int = READS_PER_SECOND,
        *,
        at_once: int = AT_ONCE,
        facility_per_second: int | None = None,
        monotonic_us: Callable[[], int] = _monotonic_us,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._per_facility = facility_per_second or per_second
        self._at_once = at_once
        self._monotonic_us = monotonic_us
        self._sleep = sleep
        self._turn = threading.Condition()
        self._key = _Bound(per_second)
        self._facilities: dict[str, _Bound] = {}
        self._in_front = 0
        self._held_until = 0

    @contextmanager
    def read(
        self, license_number: str = "", *, behind: bool = False, within_s: float | None = None
    ) -> Iterator[None]:
        """Waits for its turn before the body runs; `license_number` empty where the call names none.

        `behind`: it lets every other read go first and leaves one place free, so that what a report needs never waits
        for something in the background to end.

        Raises:
            NoTurn: its turn did not come within `within_s`.
        """
        ends_at = None if within_s is None else self._monotonic_us() + round(within_s * SECOND_US)
        with self._turn:
            bounds = self._bounds(license_number)
            self._wait(bounds, ends_at, behind=behind)
        try:
            yield
        finally:
            with self._turn:
                for bound in bounds:
                    bound.running -= 1
                self._turn.notify_all()

    def told_to_wait(self, seconds: int | None) -> None:
        """The service answered 429: what is read for no report waits so long; a report's lane keeps the time itself."""
        until = self._monotonic_us() + retry_after_us(seconds)
        with self._turn:
            self._held_until = max(self._held_until, until)

    @property
    def held_s(self) -> int:
        """Seconds, rounded up, that the service asked to be left alone for."""
        return max(0, -((self._monotonic_us() - self._held_until) // SECOND_US))

    def rest(self) -> None:
        """Sleep as long as the service asked for."""
        left = self._held_until - self._monotonic_us()
        if left > 0:
            self._sleep(left / SECOND_US)

    def _bounds(self, license_number: str) -> tuple[_Bound, ...]:
        if not license_number:
            return (self._key,)
        name = license_number.strip().upper()
        return (self._key, self._facilities.setdefault(name, _Bound(self._per_facility)))

    def _wait(self, bounds: tuple[_Bound, ...], ends_at: int | None, *, behind: bool) -> None:
        self._in_front += not behind
        try:
            while (wait := self._wait_us(bounds, behind=behind)) != 0:
                left = None if ends_at is None else ends_at - self._monotonic_us()
                if left is not None and left <= (wait or 0):
                    raise NoTurn
                if wait is None:
                    self._turn.wait(None if left is None else left / SECOND_US)
                else:
                    self._sleep_aside(wait)
            now = self._monotonic_us()
            for bound in bounds:
                bound.running += 1
                bound.starts.append(now)
        finally:
            self._in_front -= not behind
            self._turn.notify_all()

    def _wait_us(self, bounds: tuple[_Bound, ...], *, behind: bool) -> int | None:
        """How long until its turn; 0 when it is now, None until another read ends or has started."""
        at_once = max(1, self._at_once - 1) if behind else self._at_once
        if (behind and self._in_front) or not all(bound.has_place(at_once) for bound in bounds):
            return None
        now = self._monotonic_us()
        return max(0, *(at - now for bound in bounds if (at := bound.free_at) is not None), 0)

    def _sleep_aside(self, microseconds: int) -> None:
        """Sleep while others may take and leave their places."""
        self._turn.release()
        try:
            self._sleep(microseconds / SECOND_US)
        finally:
            self._turn.acquire()


_shared: dict[tuple[str, int], Pace] = {}
_sharing = threading.Lock()


def shared_pace(base_url: str, vendor_key: str, per_second: int = READS_PER_SECOND) -> Pace:
    """The one pace of this process for a service and a vendor key, whatever client asks for it."""
    named = hashlib.sha256(f"{base_url}\n{vendor_key}".encode()).hexdigest()
    with _sharing:
        return _shared.setdefault((named, per_second), Pace(per_second))
