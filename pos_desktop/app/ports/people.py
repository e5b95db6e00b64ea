"""People, till sessions, settings, and who this register is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pos_desktop.domain.identity import PersonId, TillSessionId
from pos_desktop.domain.instant import Instant


@dataclass(frozen=True, slots=True)
class Person:
    id: PersonId
    name: str
    role: str
    """`budtender`, `lead`, `manager`, `compliance` or `auditor`."""

    @property
    def manages(self) -> bool:
        """Whether this person may decide what only a manager decides."""
        return self.role == "manager"


@dataclass(frozen=True, slots=True)
class TillSession:
    id: TillSessionId
    register_code: str
    opened_at: Instant
    opened_by: PersonId


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


class StaffBook(Protocol):
    def people(self) -> Sequence[Person]: ...

    def add(self, person: Person) -> None: ...

    def open_session(self, register_code: str) -> TillSession | None:
        """The till session of this register that is not closed."""
        ...

    def start_session(self, session: TillSession) -> None: ...
