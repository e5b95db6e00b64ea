"""How far the service's clock lies from ours, by the answers that tell its time (contract, sections 3.5 and 8.3)."""

from __future__ import annotations

from collections.abc import Callable

from pos_desktop.app.ports import Clock
from pos_desktop.domain.instant import SECOND_US, Instant


class ServiceTime:
    """`offset_us` is service time less ours: the least one that explains the last answer, and 0 before any.

    A told second lies anywhere between that second and the next, and its making anywhere between question and answer.
    Only what cannot be explained by that is an offset; else every sale would be moved by the rounding.
    """

    def __init__(self, clock: Clock, heard: Callable[[Instant], object] | None = None) -> None:
        self._clock = clock
        self._heard = heard
        self.offset_us = 0

    def asked(self) -> int:
        """When a question goes out, by the monotonic clock."""
        return self._clock.monotonic_us()

    def told(self, at: Instant, asked_us: int) -> None:
        """The answer to what was asked then names `at`. Our own clock may follow; the offset is what is left."""
        if self._heard is not None:
            self._heard(at)
        came = self._clock.now().utc_us
        went = came - max(0, self._clock.monotonic_us() - asked_us)
        if at.utc_us > came:
            self.offset_us = at.utc_us - came
        elif at.utc_us + SECOND_US < went:
            self.offset_us = at.utc_us + SECOND_US - went
        else:
            self.offset_us = 0

    def now(self) -> Instant:
        """The service's present."""
        return self._clock.now().plus_us(self.offset_us)
