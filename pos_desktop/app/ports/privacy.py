"""Who looked at which patient, and whose record was purged."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pos_desktop.domain.identity import PatientId, PersonId, SaleId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.journal import canonical
from pos_desktop.domain.sensitive import CardNumber, Private, guard


@dataclass(frozen=True, slots=True)
class View:
    """One patient, seen once by one person. `why` is a word of `app.views.Why`; `note` was typed."""

    id: int
    patient_id: PatientId
    person_id: PersonId
    at: Instant
    why: str
    note: str = ""

    def __post_init__(self) -> None:
        guard(self, note=Private)


@dataclass(frozen=True, slots=True)
class Purge:
    """`approved_by`: the second person, where two are needed."""

    patient_id: PatientId
    at: Instant
    by: PersonId
    approved_by: PersonId | None
    reason: str

    def digest(self) -> str:
        """What the journal keeps of it: the words of a reason are not in there."""
        told = [self.patient_id, self.at.utc_us, self.by, self.approved_by or "", self.reason]
        return hashlib.sha256(canonical({"purge": told})).hexdigest()


@dataclass(frozen=True, slots=True)
class Dormant:
    """A patient who bought nothing since `last`, or was entered then."""

    patient_id: PatientId
    card_number: str
    last: Instant

    def __post_init__(self) -> None:
        guard(self, card_number=CardNumber)


@dataclass(frozen=True, slots=True)
class Hold:
    """What stands in the way of a purge.

    Args:
        last_purchase: Of any source; None where nothing was bought.
        open_reports: Of the patient's sales and voids.
        held_carts: Put aside for the patient.
        doubtful: Sales whose till session is not closed yet.
        credit_cents: Store credit that is left.
        open_cards: Payments at the terminal that wait for a person.
    """

    last: Instant
    last_purchase: Instant | None
    open_reports: int
    held_carts: int
    doubtful: int
    credit_cents: int
    open_cards: int
    purged: bool


class PatientViews(Protocol):
    def add(self, patients: Sequence[PatientId], by: PersonId, at: Instant, why: str, note: str) -> None:
        """A row for each and one journal entry for all, in one transaction."""
        ...

    def add_sold(self, first: Instant, by: PersonId, at: Instant, why: str, note: str) -> int:
        """The same for everybody who bought from `first` on, in one statement; how many they are."""
        ...

    def of(self, patient_id: PatientId) -> Sequence[View]:
        """Newest first."""
        ...

    def sales_to(self, patient_id: PatientId) -> Sequence[SaleId]:
        """Sales made here, oldest first."""
        ...

    def names(self) -> Mapping[str, str]:
        """Of everybody who ever worked here, by id."""
        ...


class PatientPurges(Protocol):
    def due(self, before: Instant, limit: int) -> Sequence[Dormant]:
        """The longest at rest first."""
        ...

    def hold(self, patient_id: PatientId) -> Hold | None:
        """None: there is no such patient."""
        ...

    def purge(self, purge: Purge) -> None:
        """Everything that names the patient is emptied, in one transaction with its journal entry.

        Raises:
            RuleRefusal: meanwhile something stands in the way; nothing was changed.
        """
        ...


class PrivacyRecords(Protocol):
    """For `verify` alone."""

    def views(self) -> Iterator[tuple[Any, ...]]:
        """(id, patient, person, at, why) in order."""
        ...

    def purges(self) -> Mapping[PatientId, Purge]: ...

    def unlike(self) -> Sequence[str]:
        """Sentences on what was emptied without a purge, or is still there after one."""
        ...


def view_row(id_: int, patient: str, person: str, at_us: int, why: str) -> list[Any]:
    """What the digest of an entry covers of a row; not what was typed, so that it can be purged."""
    return [id_, patient, person, at_us, why]
