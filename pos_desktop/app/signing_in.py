"""Who is at the counter: a person and a PIN, every one of them counted and journaled (reliability contract, 8)."""

from __future__ import annotations

import threading
from collections.abc import Callable

from pos_desktop.app.emergency import Emergency
from pos_desktop.app.pin_guard import PinGuard
from pos_desktop.app.ports import Clock, PinBook, PinHasher, StaffBook
from pos_desktop.app.second_factor import SecondFactor
from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.instant import MINUTE_US
from pos_desktop.domain.people import EMERGENCY, Approval, Person, Right, refuse_unless_approved, require

LEAST_DIGITS, MOST_DIGITS = 6, 12
SIGN_IN, APPROVAL, WITNESS = "sign-in", "approval", "witness"
APPROVED_FOR_US = MINUTE_US
_RUNS = ("0123456789", "9876543210")


class SigningIn:
    """Lane: database. Every PIN takes tens of milliseconds on purpose."""

    def __init__(
        self,
        *,
        staff: StaffBook,
        pins: PinBook,
        hasher: PinHasher,
        clock: Clock,
        factor: SecondFactor | None = None,
        sealed: Emergency | None = None,
    ) -> None:
        self._staff = staff
        self._pins = pins
        self._hasher = hasher
        self._clock = clock
        self._factor = factor
        self._sealed = sealed
        self._guard = PinGuard(pins, clock)

    def people(self) -> list[Person]:
        """Those who can sign in: they work here and have a PIN."""
        return [each for each in self._staff.people() if self._pins.hash_of(each.id) is not None]

    def is_still(self, person: Person) -> bool:
        """Whether somebody who is signed in works here as what they were then: a right ends with it."""
        return person.id == EMERGENCY.id or person in self._staff.people()

    def starters(self) -> list[Person]:
        """Who may choose the first PIN of this store; nobody once somebody has one."""
        staff = self._staff.people()
        if any(self._pins.hash_of(each.id) is not None for each in staff):
            return []
        return [each for each in staff if each.may(Right.MANAGE_PEOPLE)]

    def begin(self, person_id: PersonId, pin: str) -> Person:
        """The first PIN of this store is chosen by whom it will sign in, and signs in.

        Raises:
            BadInput: as `set_pin`. RuleRefusal: somebody has a PIN already, or this person manages nobody.
        """
        person = next((each for each in self.starters() if each.id == person_id), None)
        if person is None:
            raise RuleRefusal("Somebody has a PIN here already. Nothing was changed.", code="not-first")
        self.set_pin(person, pin, person)
        return self.sign_in(person.id, pin)

    def locked(self, person: Person, why: str) -> None:
        """The counter of `person` hides everything; `why` is `key` or `idle`. For the journal."""
        self._pins.locked(person.id, why)

    def asks_code(self, person_id: PersonId, *, off_till: bool = False) -> bool:
        """Whether the code of an authenticator goes with the PIN.

        Raises:
            RuleRefusal: one is wanted, and this person has none.
        """
        person = next((each for each in self._staff.people() if each.id == person_id), None)
        return (
            person is not None
            and self._factor is not None
            and self._factor.is_asked(person, off_till=off_till)
        )

    def sign_in(
        self, person_id: PersonId, pin: str, code: str = "", *, off_till: bool = False, about: str = ""
    ) -> Person:
        """`off_till`: not at a counter; `about`: what for, for the journal.

        Raises:
            RuleRefusal: PIN or code are wrong, the person is kept out, or does not work here (any more).
        """
        asked = self.asks_code(person_id, off_till=off_till)
        return self._known(person_id, pin, SIGN_IN, about, code if asked else None)

    def approve(
        self,
        actor: Person,
        person_id: PersonId,
        pin: str,
        right: Right,
        about: str,
        *,
        code: str = "",
        off_till: bool = False,
    ) -> Approval:
        """A second person's PIN for one named action of `actor`; it holds once, and for a minute.

        `off_till`: not at a counter. A code of the authenticator goes with it where it does in signing in.

        Raises:
            RuleRefusal: as `sign_in`; also the actor's own PIN, or of somebody who may not approve it.
        """

        def fits(by: Person) -> None:
            refuse_unless_approved(actor, right, "Nothing was changed.", Approval(by, right, about), about)

        asked = self.asks_code(person_id, off_till=off_till)
        by = self._known(person_id, pin, APPROVAL, about, code if asked else None, fits)
        return Approval(by, right, about, _Slip(self._clock).spend)

    def witness(
        self,
        actor: Person,
        person_id: PersonId,
        pin: str,
        about: str,
        may: Callable[[Person], bool],
        *,
        code: str = "",
    ) -> Person:
        """A second person's PIN for having seen what `actor` does at a counter; a code goes with it as in signing in.

        Raises:
            RuleRefusal: as `sign_in`; also the actor's own PIN, or of somebody who `may` not.
        """

        def fits(by: Person) -> None:
            if by.id == actor.id:
                raise RuleRefusal(
                    "Nobody witnesses what they do themselves. Another person must.", code="own-witness"
                )
            if not may(by):
                raise RuleRefusal(f"{by.name} may not witness this. Choose another name.", code="no-witness")

        asked = self.asks_code(person_id)
        return self._known(person_id, pin, WITNESS, about, code if asked else None, fits)

    def is_sealed(self) -> bool:
        """Whether a sealed code waits for an emergency."""
        return self._sealed is not None and self._sealed.is_sealed()

    def emergency(self, code: str, reason: str) -> Person:
        """With the sealed code: somebody who looks up patients and changes nothing.

        Raises:
            BadInput: no reason. RuleRefusal: the code is wrong or void, or too many wrong ones came.
        """
        if self._sealed is None:
            raise RuleRefusal("There is no sealed code in this store. Nothing was opened.", code="no-code")
        return self._sealed.open(code, reason)

    def alarms(self) -> int:
        """Openings of the sealed code that nobody looked into yet."""
        return 0 if self._sealed is None else len(self._sealed.alarms())

    def set_pin(self, person: Person, pin: str, by: Person) -> None:
        """A person's own, or given by whoever manages people.

        Raises:
            BadInput: too short, too long, not digits, or one that is tried first.
            RuleRefusal: for somebody else, without the right; or the first of the store, for no manager.
        """
        if person.id != by.id:
            require(by, Right.MANAGE_PEOPLE, "The PIN is as it was.")
        if not person.may(Right.MANAGE_PEOPLE) and not self.people():
            raise RuleRefusal(
                "The first PIN of a store is a manager’s: from then on only a manager who has one gives PINs. "
                "The PIN is as it was.",
                code="first-pin",
            )
        good_pin(pin)
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
        code: str | None,
        fits: Callable[[Person], None] | None = None,
    ) -> Person:
        """`code`: None where none goes with the PIN. `fits` raises RuleRefusal for somebody who may not all the same:
        that was no wrong PIN, so nothing stays counted.
        """
        person = next((each for each in self._staff.people() if each.id == person_id), None)
        if person is None:
            self._guard.count_stranger(Person(person_id, "", ""), kind, "left")
            raise RuleRefusal(
                "This person does not work here (any more). Choose another name.", code="not-here"
            )
        kept = self._pins.hash_of(person.id)

        def agrees() -> str:
            if kept is None:
                return "no-pin"
            if not self._hasher.agrees(kept, pin):
                return "pin"
            accepted = code is None or (self._factor is not None and self._factor.accepts(person.id, code))
            return "" if accepted else "code"

        self._guard.look(person, kind, agrees)
        try:
            if fits is not None:
                fits(person)
        except RuleRefusal:
            self._pins.was_right(person.id, f"{kind}.refused", about, None)
            raise
        anew = self._hasher.hashed(pin) if kept is not None and self._hasher.outdated(kept) else None
        self._pins.was_right(person.id, f"{kind}.done", about, anew)
        return person


class _Slip:
    """Whether an approval still holds: once, and for a minute by the clock that nobody can set."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._given = clock.monotonic_us(), clock.now()
        self._lock = threading.Lock()
        self._spent = False

    def spend(self) -> bool:
        with self._lock:
            spent, self._spent = self._spent, True
        mono, at = self._given
        # Trusted time goes on in a computer that sleeps, where the monotonic one may stand.
        ages = self._clock.monotonic_us() - mono, self._clock.now().since_us(at)
        return not spent and all(age <= APPROVED_FOR_US for age in ages)


def good_pin(pin: str) -> None:
    """Raises BadInput: too short, too long, not digits, or one that is tried first."""
    if not (pin.isascii() and pin.isdigit() and LEAST_DIGITS <= len(pin) <= MOST_DIGITS):
        raise BadInput(
            f"A PIN has {LEAST_DIGITS} to {MOST_DIGITS} digits and nothing else. The PIN is as it was.",
            code="pin",
        )
    if len(set(pin)) < 3 or any(pin in run * 2 for run in _RUNS):
        raise BadInput(
            "This PIN is guessed first. Choose one without a pattern. The PIN is as it was.", code="pin"
        )
