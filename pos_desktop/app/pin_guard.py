"""Every try is counted before it is looked at, whatever is tried: a PIN, a code, the one in the envelope."""

from __future__ import annotations

from collections.abc import Callable

from pos_desktop.app.ports import Clock, PinBook
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.instant import MINUTE_US
from pos_desktop.domain.lockout import Failures, Moment
from pos_desktop.domain.people import Person

Both = tuple[Failures, Failures]
"""Of a person, and of the till."""


class PinGuard:
    """Lane: database."""

    def __init__(self, pins: PinBook, clock: Clock) -> None:
        self._pins = pins
        self._clock = clock

    def look(self, person: Person, kind: str, agrees: Callable[[], str], what: str = "PIN") -> None:
        """Count, then ask `agrees`, which says in a word why not; the caller forgets the tries of a right one.

        `what` is tried, for the sentence.

        Raises:
            RuleRefusal: wrong, or kept out; journaled as `kind`.refused.
        """
        now = self._now()
        counted = self._pins.tried(person.id, now)
        if counted is None:
            self._refuse(person, kind, self._pins.failures(person.id), now)
            return
        why = agrees()
        if why:
            self._pins.was_wrong(person.id, f"{kind}.refused", why)
            raise RuleRefusal(_wrong(person, counted, what, now), code="wrong-pin")

    def count_stranger(self, person: Person, kind: str, why: str) -> None:
        """A try on somebody who cannot sign in counts at the till all the same."""
        self._pins.tried(person.id, self._now())
        self._pins.was_wrong(person.id, f"{kind}.refused", why)

    def _now(self) -> Moment:
        at = self._clock.now()
        stamp = self._clock.stamp(at)
        return Moment(at, stamp.mono_us, stamp.boot)

    def _refuse(self, person: Person, kind: str, failures: Both, now: Moment) -> None:
        own, till = failures
        if own.needs_manager:
            self._pins.was_wrong(person.id, f"{kind}.refused", "locked")
            raise RuleRefusal(
                f"{person.name} is locked after {own.count} wrong tries. A manager must let {person.name} in again.",
                code="locked",
            )
        wait = _wait_us(own, till, now) or MINUTE_US
        self._pins.was_wrong(person.id, f"{kind}.refused", "waits")
        raise RuleRefusal(f"Too many wrong tries. {_wait(wait)} The cart is kept.", code="wait")


def _wait_us(own: Failures, till: Failures, now: Moment) -> int:
    return max(own.wait_us(now), till.never_shut.wait_us(now))


def _wrong(person: Person, counted: Both, what: str, now: Moment) -> str:
    own, till = counted
    if own.needs_manager:
        return f"The {what} is not right. {person.name} is locked now: a manager must let {person.name} in again."
    wait = _wait_us(own, till, now)
    return f"The {what} is not right. {_wait(wait) if wait else 'Try again.'}"


def _wait(us: int) -> str:
    return f"Wait {-(-us // MINUTE_US)} min, then try again."
