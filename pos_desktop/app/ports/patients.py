"""Patients, the ledger of their purchases, and what the state says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Protocol

from pos_desktop.domain.certification import Fact
from pos_desktop.domain.identity import CaregiverId, PatientId, PersonId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.model import Purchase
from pos_desktop.domain.patient import Caregiver, Patient


class PatientBook(Protocol):
    """All look-ups answer from the local store."""

    def by_card(self, card_number: str) -> Patient | Caregiver | None: ...

    def by_id(self, patient_id: PatientId) -> Patient | None: ...

    def by_name(self, last: str, first: str, limit: int) -> Sequence[Patient]:
        """Prefix search, case ignored, ordered by last then first name."""
        ...

    def by_birth(self, last: str, first: str, born: date) -> Sequence[Patient]:
        """For a driver's license: exact birth date, names compared without case, hyphens, blanks and accents."""
        ...

    def add(self, patient: Patient, entered_by: PersonId, at: Instant) -> None:
        """Raises BadInput when the card number is there already."""
        ...

    def facts(self, patient_id: PatientId) -> Sequence[Fact]:
        """What was stated of a patient beside the card, a fact each."""
        ...

    def state(
        self,
        patient_id: PatientId,
        facts: Sequence[Fact],
        by: PersonId,
        at: Instant,
        told: Mapping[str, Any],
    ) -> None:
        """Replaces all that was stated of a patient; a sale decided by what was known before is decided anew.

        `told` goes into the journal as `patient.certified` in the same transaction.
        """
        ...

    def caregiver(self, caregiver_id: CaregiverId) -> Caregiver | None: ...

    def patients_of(self, caregiver: Caregiver) -> Sequence[Patient]: ...


@dataclass(frozen=True, slots=True)
class OunceRow:
    """One row of the state's answer: ounces allowed, purchased, available per class in a period of `days`."""

    days: Fraction
    flower: tuple[Fraction, Fraction, Fraction]
    thc: tuple[Fraction, Fraction, Fraction]
    concentrate: tuple[Fraction, Fraction, Fraction]
    infused: tuple[Fraction, Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class TypedFigure:
    """What a person read in the registry: left of a pool, or of one way of stating it, in the pool's own unit."""

    pool: str
    way: str
    left: int


@dataclass(frozen=True, slots=True)
class StateAnswer:
    """The state's status of one patient, as fetched at `as_of`. `found` False: the state does not know the number.

    `typed` and `typed_by` are of a figure that a person read in the registry and typed (limits contract 6.9).
    """

    as_of: Instant
    found: bool
    active: bool
    expires: date | None
    rows: tuple[OunceRow, ...]
    typed: tuple[TypedFigure, ...] = ()
    typed_by: PersonId | None = None


class StateFigures(Protocol):
    """The last answer of the state for each patient."""

    def last(self, patient_id: PatientId) -> StateAnswer | None: ...

    def store(self, patient_id: PatientId, answer: StateAnswer) -> None:
        """Keeps the answer; the patient's standing (active or inactive), expiry and revision move with it."""
        ...


class Ledger(Protocol):
    """Purchases that limits look at: sales here, imported ones, ones the state itemised."""

    def window(self, patient_id: PatientId, since: Instant) -> tuple[Purchase, ...]: ...

    def revision(self, patient_id: PatientId) -> int: ...
