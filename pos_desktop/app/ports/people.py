"""People, till sessions, settings, and who this register is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pos_desktop.app.ports.tills import TillSession
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.lockout import Failures, Moment
from pos_desktop.domain.people import Person

__all__ = [
    "EmergencyBook",
    "Member",
    "Opened",
    "PeopleBook",
    "Person",
    "PersonChange",
    "PinBook",
    "PinHasher",
    "Register",
    "SealedCode",
    "SecondFactorBook",
    "SettingsBook",
    "StaffBook",
    "TillSession",
]


@dataclass(frozen=True, slots=True)
class Register:
    """Who this register is: `id` (uuid), short `code` in sale numbers, `epoch` raised by each restore."""

    id: str
    code: str
    store_code: str
    store_name: str
    epoch: int
    zone: str
    license: str
    programme: str
    profile: str
    """`live` or `training`."""
    tax_bp: int
    """Sales tax in hundredths of a per cent, as the operator set it; 0 unless set."""


class SettingsBook(Protocol):
    """Declared settings (app.settings) as text; secrets are never in here."""

    def get(self, key: str) -> str | None: ...

    def set(self, key: str, value: str) -> None: ...

    def all(self) -> Mapping[str, str]: ...

    def register(self) -> Register: ...


class PinHasher(Protocol):
    """Slow on purpose (tens of milliseconds): never on the GUI thread."""

    def hashed(self, pin: str) -> str: ...

    def agrees(self, kept: str, pin: str) -> bool: ...

    def outdated(self, kept: str) -> bool:
        """Whether a PIN that agreed should be hashed anew, since the costs were raised meanwhile."""
        ...

    def derived(self, purpose: str, nonce: bytes) -> bytes:
        """A secret that only this key store can make: nothing of it lies in a table."""
        ...


class PinBook(Protocol):
    """PINs as they are kept, and wrong ones. Whatever changes something is journaled in the same transaction."""

    def hash_of(self, person: PersonId) -> str | None: ...

    def failures(self, person: PersonId) -> tuple[Failures, Failures]:
        """Of the person, and of this till whoever tried."""
        ...

    def tried(self, person: PersonId, now: Moment) -> tuple[Failures, Failures] | None:
        """Count one more wrong PIN of both before it is looked at: a kill meanwhile forgets none.

        None: this person or this till is kept out `now`, nothing was counted, and the PIN is not to be looked at.
        Asked and counted in one transaction, so that many at once get no more tries than one after another.
        """
        ...

    def was_right(self, person: PersonId, kind: str, about: str, rehashed: str | None) -> None:
        """Forget the wrong ones, keep a new hash where one is given, and journal `kind`."""
        ...

    def was_wrong(self, person: PersonId, kind: str, why: str) -> None: ...

    def locked(self, person: PersonId, why: str) -> None:
        """Journal that the counter at which `person` worked was locked."""
        ...

    def set_pin(self, person: PersonId, kept: str, by: PersonId, at: Instant) -> None: ...

    def let_in(self, person: PersonId, by: PersonId) -> None:
        """Forget the wrong PINs of `person` and of this till."""
        ...


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works here, or did."""

    person: Person
    active: bool
    has_pin: bool
    has_factor: bool


@dataclass(frozen=True, slots=True)
class PersonChange:
    """Name and role after it. `kind`: added, changed, left, returned."""

    person: Person
    kind: str
    at: Instant
    by: PersonId


class PeopleBook(Protocol):
    """Each change together with its journal entry, which bears ids and roles and no name."""

    def members(self) -> Sequence[Member]:
        """By name, also those who left."""
        ...

    def changes(self) -> Sequence[PersonChange]:
        """The oldest first."""
        ...

    def add(self, person: Person, by: PersonId, at: Instant) -> None:
        """New, or back again under the id of before. Raises BadInput: works here already."""
        ...

    def change(self, person: Person, by: PersonId, at: Instant) -> None:
        """Raises BadInput: does not work here; RuleRefusal: the last manager stays one."""
        ...

    def leave(self, person: Person, by: PersonId, at: Instant) -> None:
        """With PIN and second factor. Raises as `change` does."""
        ...


class SecondFactorBook(Protocol):
    def nonce_of(self, person: PersonId) -> bytes | None: ...

    def turn_on(self, person: PersonId, nonce: bytes, step: int, by: PersonId, at: Instant) -> None: ...

    def turn_off(self, person: PersonId, by: PersonId) -> None: ...

    def spend(self, person: PersonId, step: int) -> bool:
        """Whether no code of this step or a later one was accepted before; from now on one was."""
        ...


@dataclass(frozen=True, slots=True)
class SealedCode:
    n: int
    kept: str


@dataclass(frozen=True, slots=True)
class Opened:
    """An emergency access that nobody looked into yet."""

    n: int
    at: Instant
    reason: str


class EmergencyBook(Protocol):
    def sealed(self) -> SealedCode | None:
        """The last code, unless it was opened."""
        ...

    def seal(self, kept: str, by: PersonId, at: Instant) -> int:
        """From now on this code counts and no earlier one; wrong tries are forgotten. Its number."""
        ...

    def open(self, n: int, reason: str, at: Instant) -> None:
        """Once. Raises RuleRefusal: it was opened or replaced meanwhile."""
        ...

    def unreviewed(self) -> tuple[Opened, ...]: ...

    def review(self, n: int, words: str, by: PersonId, at: Instant) -> None: ...


class StaffBook(Protocol):
    def people(self) -> Sequence[Person]: ...

    def add(self, person: Person) -> None: ...

    def open_session(self, register_code: str) -> TillSession | None:
        """The till session of this register that is not closed."""
        ...

    def start_session(self, session: TillSession) -> None: ...
