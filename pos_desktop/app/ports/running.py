"""The run of the program: clock and ids."""

from __future__ import annotations

from typing import Protocol

from pos_desktop.domain.instant import Instant


class Clock(Protocol):
    def now(self) -> Instant: ...

    def monotonic_us(self) -> int: ...

    @property
    def boot(self) -> str:
        """Names the run of the monotonic clock."""
        ...


class Ids(Protocol):
    def new(self) -> str:
        """A UUIDv7 as text."""
        ...
