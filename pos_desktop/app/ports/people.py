"""People, till sessions, settings, and who this register is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pos_desktop.app.ports.tills import TillSession
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.lockout import Failures
from pos_desktop.domain.people import Person

__all__ = [
    "Person",
    "PinBook",
    "PinHasher",
    "Register",
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


class PinBook(Protocol):
    """PINs as they are kept, and wrong ones. Whatever changes something is journaled in the same transaction."""

    def hash_of(self, person: PersonId) -> str | None: ...

    def failures(self, person: PersonId) -> tuple[Failures, Failures]:
        """Of the person, and of this till whoever tried."""
        ...

    def tried(self, person: PersonId, at: Instant) -> tuple[Failures, Failures]:
        """Count one more wrong PIN of both before it is looked at: a kill meanwhile forgets none."""
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


class StaffBook(Protocol):
    def people(self) -> Sequence[Person]: ...

    def add(self, person: Person) -> None: ...

    def open_session(self, register_code: str) -> TillSession | None:
        """The till session of this register that is not closed."""
        ...

    def start_session(self, session: TillSession) -> None: ...
