"""A second factor beside the PIN: the code of an authenticator, by trusted time, each accepted once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from pos_desktop.app.ports import Clock, PinHasher, SecondFactorBook, SettingsBook
from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.people import Person, Right, Role, require
from pos_desktop.domain.totp import step_at, step_of, typed_secret, uri

SETTING = "people.totp"
OPTIONAL, OFF_TILL, EVERYWHERE = "optional", "off-till", "everywhere"
_KEPT = "Nothing was changed."
_SECRET_BYTES = 20


@dataclass(frozen=True, slots=True)
class Offer:
    """Shown once, and in force once a code of it came back."""

    person: Person
    secret: str = field(repr=False)
    uri: str = field(repr=False)
    nonce: bytes = field(repr=False)


class SecondFactor:
    """Lane: database. The secret is made anew from a nonce and the pepper, so that it lies nowhere."""

    def __init__(
        self, *, book: SecondFactorBook, hasher: PinHasher, settings: SettingsBook, clock: Clock
    ) -> None:
        self._book = book
        self._hasher = hasher
        self._settings = settings
        self._clock = clock

    def is_on(self, person: PersonId) -> bool:
        return self._book.nonce_of(person) is not None

    def is_asked(self, person: Person, *, off_till: bool) -> bool:
        """Whether the PIN alone does not do here: off the till of whoever has one, at the till as the store set it.

        Raises:
            RuleRefusal: the store wants one of this manager, who has none.
        """
        wanted, has = self._settings.get(SETTING) or OPTIONAL, self.is_on(person.id)
        if off_till and person.role == Role.MANAGER and wanted != OPTIONAL and not has:
            raise RuleRefusal(
                f"Off the till this store asks managers for the code of an authenticator, and {person.name} has none. "
                "Nothing was changed. Turn it on: pos-desktop people totp --on.",
                code="no-second-factor",
            )
        return has and (off_till or wanted == EVERYWHERE)

    def accepts(self, person: PersonId, code: str) -> bool:
        """Once for each step of time, and none of an earlier step after it."""
        nonce = self._book.nonce_of(person)
        step = None if nonce is None else step_of(self._secret(person, nonce), code, self._clock.now())
        return step is not None and self._book.spend(person, step)

    def offer(self, person: Person, by: Person) -> Offer:
        """Raises RuleRefusal: only one's own."""
        _refuse_others(person, by)
        nonce = secrets.token_bytes(16)
        secret = self._secret(person.id, nonce)
        store = self._settings.register().store_name or "pos-desktop"
        return Offer(person, typed_secret(secret), uri(secret, store, person.name), nonce)

    def turn_on(self, offer: Offer, code: str, by: Person) -> None:
        """Raises BadInput: the code is not of this secret: it was not read well, or a clock is wrong."""
        _refuse_others(offer.person, by)
        person, now = offer.person.id, self._clock.now()
        step = step_of(self._secret(person, offer.nonce), code, now)
        if step is None:
            raise BadInput(
                "This code is not of the secret shown. The second factor is not on. Check the clocks of telephone and "
                "computer, and begin again.",
                code="wrong-code",
            )
        self._book.turn_on(person, offer.nonce, max(step, step_at(now)), by.id, now)

    def turn_off(self, person: Person, by: Person) -> None:
        """One's own, or of somebody whose telephone is lost. Raises RuleRefusal: not for everybody."""
        if person.id != by.id:
            require(by, Right.MANAGE_PEOPLE, _KEPT)
        if not self.is_on(person.id):
            raise BadInput(f"{person.name} has no second factor. {_KEPT}", code="no-second-factor")
        self._book.turn_off(person.id, by.id)

    def _secret(self, person: PersonId, nonce: bytes) -> bytes:
        return self._hasher.derived(f"totp:{person}", nonce)[:_SECRET_BYTES]


def _refuse_others(person: Person, by: Person) -> None:
    require(by, Right.READ_REPORTS, _KEPT)
    if person.id != by.id:
        raise RuleRefusal(f"Everybody turns on their own second factor. {_KEPT}", code="own-only")
