"""How long wrong PINs keep somebody out (reliability contract, section 8).

Five wrong in a row wait a minute, ten a quarter of an hour, and after fifteen a manager must let the person in again;
where no other manager can, it is a quarter of an hour each time. Counted by person and by till. While the computer runs
a wait is measured by the clock that nobody can set, also over a restart of the program; over a restart of the computer
by business time, which never runs back.
"""

from __future__ import annotations

from dataclasses import dataclass

from pos_desktop.domain.instant import MINUTE_US, Instant

_WAITS = ((10, 15 * MINUTE_US), (5, MINUTE_US))
MANAGER_AFTER = 15


@dataclass(frozen=True, slots=True)
class Moment:
    """Business time, and what the monotonic clock shows in this start of the computer (empty: none is known)."""

    at: Instant
    mono_us: int = 0
    boot: str = ""


@dataclass(frozen=True, slots=True)
class Failures:
    """Wrong PINs since the last right one, and the moment of the last."""

    count: int = 0
    last: Moment | None = None

    def one_more(self, now: Moment) -> Failures:
        """A moment before the last one counts as the last one: waiting is not shortened by a clock set back."""
        before = now.at if self.last is None else self.last.at
        return Failures(self.count + 1, Moment(max(now.at, before), now.mono_us, now.boot))

    @property
    def needs_manager(self) -> bool:
        return self.count >= MANAGER_AFTER

    @property
    def never_shut(self) -> Failures:
        """Of a till, and of a manager whom no other can let in: each try waits for longest, and none for a manager, or
        nobody could let anybody in.
        """
        return Failures(min(self.count, MANAGER_AFTER - 1), self.last)

    def wait_us(self, now: Moment) -> int:
        """How long until the next PIN is heard; 0 at once. A needed manager waits for no time."""
        if self.last is None or self.needs_manager:
            return 0
        wait = next((us for least, us in _WAITS if self.count >= least), 0)
        return max(0, wait - _passed_us(self.last, now)) if wait else 0

    def keeps_out(self, now: Moment) -> bool:
        return self.needs_manager or self.wait_us(now) > 0


def _passed_us(last: Moment, now: Moment) -> int:
    """In one start of the computer by the clock that counts what passes, whatever the other one was set to."""
    if last.boot and last.boot == now.boot and now.mono_us >= last.mono_us:
        return now.mono_us - last.mono_us
    return now.at.since_us(last.at)
