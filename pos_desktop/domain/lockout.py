"""How long wrong PINs keep somebody out (reliability contract, section 8).

Five wrong in a row wait a minute, ten a quarter of an hour, and after fifteen a manager must let the person in again.
Counted by person and by till; times are business time, which neither a restart nor a changed clock moves back or ahead.
"""

from __future__ import annotations

from dataclasses import dataclass

from pos_desktop.domain.instant import MINUTE_US, Instant

_WAITS = ((10, 15 * MINUTE_US), (5, MINUTE_US))
MANAGER_AFTER = 15


@dataclass(frozen=True, slots=True)
class Failures:
    """Wrong PINs since the last right one, and the moment of the last."""

    count: int = 0
    last: Instant | None = None

    def one_more(self, at: Instant) -> Failures:
        """A moment before the last one counts as the last one: waiting is not shortened by a clock set back."""
        return Failures(self.count + 1, at if self.last is None else max(at, self.last))

    @property
    def needs_manager(self) -> bool:
        return self.count >= MANAGER_AFTER

    def until(self) -> Instant | None:
        """The moment from which the next PIN is heard; None where it is at once. A needed manager waits for no time."""
        if self.last is None or self.needs_manager:
            return None
        wait = next((us for least, us in _WAITS if self.count >= least), 0)
        return self.last.plus_us(wait) if wait else None

    @property
    def of_a_till(self) -> Failures:
        """A till never needs a manager to be heard again, or nobody could let anybody in."""
        return Failures(min(self.count, MANAGER_AFTER - 1), self.last)

    def keeps_out(self, at: Instant) -> bool:
        until = self.until()
        return self.needs_manager or (until is not None and at < until)
