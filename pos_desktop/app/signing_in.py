"""Who is at the counter: a person and a PIN, every one of them counted and journaled (reliability contract, 8)."""

from __future__ import annotations

from collections.abc import Callable

from pos_desktop.app.ports import Clock, PinBook, PinHasher, StaffBook
from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.instant import MINUTE_US, Instant
from pos_desktop.domain.lockout import Failures
from pos_desktop.domain.people import Approval, Person, Right, refuse_unless_approved, require

LEAST_DIGITS, MOST_DIGITS = 6, 12
SIGN_IN, APPROVAL, WITNESS = "sign-in", "approval", "witness"
_RUNS = ("0123456789", "9876543210")


class SigningIn:
    """Lane: database. Every PIN takes tens of milliseconds on purpose."""

    def __init__(self, *, staff: StaffBook, pins: PinBook, hasher: PinHasher, clock: Clock) -> None:
        self._staff = staff
        self._pins = pins
        self._hasher = hasher
        self._clock = clock

    def people(self) -> list[Person]:
        """Those who can sign in: they work here and have a PIN."""
        return [each for each in self._staff.people() if self._pins.hash_of(each.id) is not None]

    def sign_in(self, person_id: PersonId, pin: str) -> Person:
        """Raises RuleRefusal: the PIN is wrong, the person is kept out, or does not work here (any more)."""
        return self._known(person_id, pin, SIGN_IN, "")

    def approve(self, actor: Person, person_id: PersonId, pin: str, right: Right, about: str) -> Approval:
        """A second person's PIN for one named action of `actor`.

        Raises:
            RuleRefusal: as `sign_in`; also the actor's own PIN, or of somebody who may not approve it.
        """
        by = self._known(
            person_id, pin, APPROVAL, about, lambda by: _refuse_approver(actor, by, right, about)
        )
        return Approval(by, right, about)

    def witness(
        self, actor: Person, person_id: PersonId, pin: str, about: str, may: Callable[[Person], bool]
    ) -> Person:
        """A second person's PIN for having seen what `actor` does.

        Raises:
            RuleRefusal: as `sign_in`; also the actor's own PIN, or of somebody who `may` not.
        """
        return self._known(person_id, pin, WITNESS, about, lambda by: _refuse_witness(actor, by, may))

    def set_pin(self, person: Person, pin: str, by: Person) -> None:
        """A person's own, or given by whoever manages people.

        Raises:
            BadInput: too short, too long, not digits, or one that is tried first.
            RuleRefusal: for somebody else, without the right.
        """
        if person.id != by.id:
            require(by, Right.MANAGE_PEOPLE, "The PIN is as it was.")
        _refuse_easy(pin)
        self._pins.set_pin(person.id, self._hasher.hashed(pin), by.id, self._clock.now())

    def let_in(self, person: Person, by: Person) -> None:
        """After fifteen wrong PINs. Raises RuleRefusal: nobody lets in himself, and not everybody may."""
        require(by, Right.MANAGE_PEOPLE, "Nobody was let in.")
        if by.id == person.id:
            raise RuleRefusal("Nobody lets in themselves. Another manager must.", code="own-approval")
        self._pins.let_in(person.id, by.id)

    def _known(
        self,
        person_id: PersonId,
        pin: str,
        kind: str,
        about: str,
        fits: Callable[[Person], None] = lambda _: None,
    ) -> Person:
        """`fits` raises RuleRefusal for somebody whose PIN is right and who may not all the same."""
        now = self._clock.now()
        person = next((each for each in self._staff.people() if each.id == person_id), None)
        if person is None:
            self._pins.was_wrong(person_id, f"{kind}.refused", "left")
            raise RuleRefusal(
                "This person does not work here (any more). Choose another name.", code="not-here"
            )
        self._refuse_kept_out(person, kind, self._pins.failures(person.id), now)
        kept = self._pins.hash_of(person.id)
        counted = self._pins.tried(person.id, now)
        if kept is None or not self._hasher.agrees(kept, pin):
            self._pins.was_wrong(person.id, f"{kind}.refused", "pin" if kept else "no-pin")
            raise RuleRefusal(_wrong(person, counted), code="wrong-pin")
        try:
            fits(person)
        except RuleRefusal:
            self._pins.was_right(person.id, f"{kind}.refused", about, None)
            raise
        anew = self._hasher.hashed(pin) if self._hasher.outdated(kept) else None
        self._pins.was_right(person.id, f"{kind}.done", about, anew)
        return person

    def _refuse_kept_out(
        self, person: Person, kind: str, failures: tuple[Failures, Failures], now: Instant
    ) -> None:
        """A till that saw too many wrong PINs keeps out everybody but for a time only: a manager can still come."""
        own, till = failures
        if own.needs_manager:
            self._pins.was_wrong(person.id, f"{kind}.refused", "locked")
            raise RuleRefusal(
                f"{person.name} is locked after {own.count} wrong PINs. A manager must let {person.name} in again.",
                code="locked",
            )
        until = max((each for each in (own.until(), _until(till)) if each is not None), default=None)
        if until is not None and now < until:
            self._pins.was_wrong(person.id, f"{kind}.refused", "waits")
            raise RuleRefusal(f"Too many wrong PINs. {_wait(until, now)} The cart is kept.", code="wait")


def _refuse_approver(actor: Person, by: Person, right: Right, about: str) -> None:
    refuse_unless_approved(actor, right, "Nothing was changed.", Approval(by, right, about), about)


def _refuse_witness(actor: Person, by: Person, may: Callable[[Person], bool]) -> None:
    if by.id == actor.id:
        raise RuleRefusal(
            "Nobody witnesses what they do themselves. Another person must.", code="own-witness"
        )
    if not may(by):
        raise RuleRefusal(f"{by.name} may not witness this. Choose another name.", code="no-witness")


def _until(till: Failures) -> Instant | None:
    """A till never needs a manager to be heard again, or nobody could let anybody in."""
    longest = Failures(min(till.count, 14), till.last)
    return longest.until()


def _wrong(person: Person, counted: tuple[Failures, Failures]) -> str:
    own, till = counted
    if own.needs_manager:
        return (
            f"The PIN is not right. {person.name} is locked now: a manager must let {person.name} in again."
        )
    until = max((each for each in (own.until(), _until(till)) if each is not None), default=None)
    if until is not None and own.last is not None:
        return f"The PIN is not right. {_wait(until, own.last)}"
    return "The PIN is not right. Try again."


def _wait(until: Instant, now: Instant) -> str:
    minutes = -(-until.since_us(now) // MINUTE_US)
    return f"Wait {minutes} min, then try again."


def _refuse_easy(pin: str) -> None:
    if not (pin.isascii() and pin.isdigit() and LEAST_DIGITS <= len(pin) <= MOST_DIGITS):
        raise BadInput(
            f"A PIN has {LEAST_DIGITS} to {MOST_DIGITS} digits and nothing else. The PIN is as it was.",
            code="pin",
        )
    if len(set(pin)) < 3 or any(pin in run * 2 for run in _RUNS):
        raise BadInput(
            "This PIN is guessed first. Choose one without a pattern. The PIN is as it was.", code="pin"
        )
