"""The run of the program: clock and ids."""

from __future__ import annotations

from typing import Protocol

from pos_desktop.domain.instant import Instant
from pos_desktop.domain.trusted_time import ClockReading, Stamp


class Clock(Protocol):
    def now(self) -> Instant:
        """Trusted time: what purchases and figures age by, and what sales and entries are dated with."""
        ...

    def monotonic_us(self) -> int: ...

    def stamp(self, at: Instant) -> Stamp:
        """What places a journal entry of time `at`; time never runs back behind it."""
        ...


class TrustedClock(Clock, Protocol):
    """The clock as those see it who judge the computer's."""

    def reading(self) -> ClockReading: ...

    def believe_wall(self) -> None:
        """From now on time is the computer's, but never behind the last journal entry."""
        ...


class Ids(Protocol):
    def new(self) -> str:
        """A UUIDv7 as text."""
        ...
