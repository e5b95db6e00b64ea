"""The real clock and real ids."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from pos_desktop.domain.instant import Instant
from pos_desktop.domain.journal import Placed
from pos_desktop.domain.trusted_time import (
    AGREES_US,
    AHEAD_US,
    BEHIND_US,
    ClockReading,
    ClockStanding,
    Stamp,
    believed,
    possible,
    standing,
)

Nanoseconds = Callable[[], int]
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def elapsed() -> Nanoseconds:
    """A clock that nobody sets and that counts while the computer sleeps: a night with the lid shut is no jump.

    Linux has one of its own for that. Its plain monotonic clock stands still meanwhile; that of macOS does not, and
    neither do those that Python takes on Windows.
    """
    which: int | None = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))
    return time.monotonic_ns if which is None else lambda: time.clock_gettime_ns(which)


def machine_boot() -> str:
    """Names this start of the computer; where the system has no name for it, this start of the program."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip() or str(uuid.uuid4())
    except (OSError, ValueError):
        return str(uuid.uuid4())


class WallClock:
    """Trusted time, on any thread: never runs backwards past the journal, and never leaps because a clock was set.

    The computer's clock is followed while it agrees with the monotonic one, counted from the last moment known for
    sure: the opening, a manager's word, or the state service's time. When it does not agree, time goes on from that
    moment at the monotonic pace. A clock that stood still instead would keep every wait waiting and every state figure
    fresh; one that leapt would give each patient a new day's allotment.
    """

    def __init__(
        self, wall: Nanoseconds = time.time_ns, monotonic: Nanoseconds | None = None, boot: str | None = None
    ) -> None:
        self._wall, self._monotonic = wall, monotonic or elapsed()
        self._boot = boot or machine_boot()
        self._lock = threading.Lock()
        self._online = False
        self._floor_us = 0
        """The last journal entry's time."""
        shown, mono = self._read()
        self._zero_us = shown - mono
        """Where time should have been when the monotonic clock began to count."""
        self._now_us, self._mono_us = shown, mono

    # ---- what the program goes by

    def now(self) -> Instant:
        with self._lock:
            self._go_on()
            return Instant(self._now_us)

    def monotonic_us(self) -> int:
        return self._monotonic() // 1000

    @property
    def boot(self) -> str:
        return self._boot

    def stamp(self, at: Instant) -> Stamp:
        """What an entry of time `at` bears; from now on time does not run back behind it."""
        with self._lock:
            shown, _ = self._go_on()
            standing = self._standing(shown)
            self._floor_us = max(self._floor_us, at.utc_us)
            self._now_us = max(self._now_us, self._floor_us)
            return Stamp(self._mono_us, self._boot, standing)

    def reading(self) -> ClockReading:
        with self._lock:
            shown, real = self._go_on()
            asks = possible(shown) and not self._online and not self._believed(shown)
            return ClockReading(
                Instant(shown), Instant(self._now_us), Instant(real), self._standing(shown), asks
            )

    # ---- what is known for sure

    def go_on_from(self, last: Placed | None) -> None:
        """A store was opened whose last entry is `last`; before anybody asks for the time.

        In the boot of that entry the monotonic clock tells what passed since. In another boot the store may have been
        closed for any time, so that only a clock behind the entry is seen to be wrong.
        """
        if last is None:
            return
        with self._lock:
            shown, mono = self._read()
            if last.boot == self._boot and last.mono_us <= mono:
                self._zero_us = last.sure_us - last.mono_us
            else:
                self._zero_us = max(shown if possible(shown) else 0, last.sure_us) - mono
            self._floor_us = self._now_us = last.at_us
            self._mono_us = mono

    def believe_wall(self) -> None:
        """A manager says that the computer's time is right."""
        with self._lock:
            shown, mono = self._read()
            self._know(shown, mono)

    def heard(self, online: Instant) -> None:
        """The state service said the time; it lies in the answer that was just read."""
        with self._lock:
            shown, mono = self._read()
            self._online = True
            self._know(shown if abs(shown - online.utc_us) <= AGREES_US else online.utc_us, mono)

    # ---- inside, under the lock

    def _read(self) -> tuple[int, int]:
        return self._wall() // 1000, self._monotonic() // 1000

    @property
    def _expected_us(self) -> int:
        return self._zero_us + self._mono_us

    def _go_on(self) -> tuple[int, int]:
        """Move time to this moment; returns what the computer shows, and the best known real time."""
        shown, mono = self._read()
        passed, self._mono_us = mono - self._mono_us, mono
        if possible(shown) and not possible(self._expected_us):
            self._zero_us = shown - mono  # the computer's clock was set for the first time
        real = shown if self._believed(shown) else self._expected_us
        # Ahead of the real time it goes at half the pace until that has caught up: later than it should, never earlier.
        self._now_us = max(real, self._now_us + passed // 2)
        return shown, real

    def _know(self, sure_us: int, mono: int) -> None:
        """`sure_us` is the time now. A lead that no entry has recorded is given up at once."""
        self._go_on()
        self._zero_us = sure_us - mono
        if self._now_us - sure_us > BEHIND_US:
            self._now_us = max(sure_us, self._floor_us)

    def _believed(self, shown: int) -> bool:
        return believed(shown, self._expected_us, AGREES_US if self._online else AHEAD_US)

    def _standing(self, shown: int) -> ClockStanding:
        return standing(shown, self._expected_us, self._now_us)


class TimeOrderedIds:
    """UUIDv7, so that rows of one day lie together."""

    def new(self) -> str:
        import uuid6

        return str(uuid6.uuid7())
