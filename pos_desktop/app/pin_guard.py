"""Every try is counted before it is looked at, whatever is tried: a PIN, a code, the one in the envelope."""

from __future__ import annotations

from collections.abc import Callable

from pos_desktop.app.ports import Clock, PinBook
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.instant import MINUTE_US, Instant
from pos_desktop.domain.lockout import Failures
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
        now = self._clock.now()
        counted = self._pins.tried(person.id, now)
        if counted is None:
            self._refuse(person, kind, self._pins.failures(person.id), now)
            return
        why = agrees()
        if why:
            self._pins.was_wrong(person.id, f"{kind}.refused", why)
            raise RuleRefusal(_wrong(person, counted, what), code="wrong-pin")

    def count_stranger(self, person: Person, kind: str, why: str) -> None:
        """A try on somebody who cannot sign in counts at the till all the same."""
        self._pins.tried(person.id, self._clock.now())
        self._pins.was_wrong(person.id, f"{kind}.refused", why)

    def _refuse(self, person: Person, kind: str, failures: Both, now: Instant) -> None:
        own, till = failures
        if own.needs_manager:
            self._pins.was_wrong(person.id, f"{kind}.refused", "locked")
            raise RuleRefusal(
                f"{person.name} is locked after {own.count} wrong tries. A manager must let {person.name} in again.",
                code="locked",
            )
        until = _until(own, till) or now.plus_us(MINUTE_US)
        self._pins.was_wrong(person.id, f"{kind}.refused", "waits")
        raise RuleRefusal(f"Too many wrong tries. {_wait(until, now)} The cart is kept.", code="wait")


def _until(own: Failures, till: Failures) -> Instant | None:
    return max((each for each in (own.until(), till.of_a_till.until()) if each is not None), default=None)


def _wrong(person: Person, counted: Both, what: str) -> str:
    own, till = counted
    if own.needs_manager:
        return f"The {what} is not right. {person.name} is locked now: a manager must let {person.name} in again."
    until = _until(own, till)
    if until is not None and own.last is not None:
        return f"The {what} is not right. {_wait(until, own.last)}"
    return f"The {what} is not right. Try again."


def _wait(until: Instant, now: Instant) -> str:
    minutes = max(1, -(-until.since_us(now) // MINUTE_US))
    return f"Wait {minutes} min, then try again."
