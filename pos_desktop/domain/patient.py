"""Patients, caregivers and the answer at check-in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pos_desktop.domain.certification import NONE, Certification
from pos_desktop.domain.identity import CaregiverId, PatientId
from pos_desktop.domain.instant import age_on
from pos_desktop.domain.limits.model import CardFacts, PatientFacts, holder_of
from pos_desktop.domain.sensitive import BirthDate, CardNumber, Private, guard, told

ADULT_AGE = 18
"""A minor's purchases are made by a caregiver (limits contract, section 9)."""


class Standing(StrEnum):
    """What is known of a registration."""

    ACTIVE = "active"
    REVOKED = "revoked"
    INACTIVE = "inactive"
    """The state says it may not buy now."""
    NEW = "new"
    """Entered at the counter and not confirmed by the state yet: not a known patient while the line is down."""


@dataclass(frozen=True, slots=True)
class Patient:
    """A registered patient.

    `ledger_rev` grows with each purchase, void and word of the state, so that a stale reading is noticed.
    """

    id: PatientId
    card_number: str
    first_name: str
    last_name: str
    birth_date: date
    card_expires: date | None
    card_starts: date | None = None
    card_kind: str = "registry"
    standing: Standing = Standing.ACTIVE
    holder: str = "resident"
    ledger_rev: int = 0

    def __post_init__(self) -> None:
        guard(self, card_number=CardNumber, first_name=Private, last_name=Private, birth_date=BirthDate)

    @property
    def name(self) -> str:
        return told("{first} {last}", first=self.first_name, last=self.last_name)

    @property
    def initials(self) -> str:
        return (self.first_name[:1] + self.last_name[:1]).upper()

    @property
    def card_ending(self) -> str:
        """The last four of the card, the most that screen and paper may show."""
        return self.card_number[-4:]

    def facts(self, stated: Certification = NONE) -> PatientFacts:
        """What rules look at: this record, and what was stated beside it."""
        card = CardFacts(self.card_kind, self.card_starts, self.card_expires)
        return PatientFacts(
            birth_date=self.birth_date,
            holder=holder_of(card, self.holder),
            card=card,
            certified=stated.certified,
            daily_dose=stated.daily_dose,
            orders=stated.orders,
            exemptions=stated.exemptions,
            authorisations=stated.authorisations,
            certification_from=stated.certified_from,
            anchor=stated.anchor,
        )

    def __repr__(self) -> str:
        return f"Patient({self.id})"


@dataclass(frozen=True, slots=True)
class Caregiver:
    """A registered caregiver and the patients it may buy for."""

    id: CaregiverId
    card_number: str
    first_name: str
    last_name: str
    card_expires: date | None
    standing: Standing = Standing.ACTIVE
    patients: tuple[PatientId, ...] = ()

    def __post_init__(self) -> None:
        guard(self, card_number=CardNumber, first_name=Private, last_name=Private)

    @property
    def name(self) -> str:
        return told("{first} {last}", first=self.first_name, last=self.last_name)

    @property
    def card_ending(self) -> str:
        return self.card_number[-4:]

    def __repr__(self) -> str:
        return f"Caregiver({self.id})"


class CheckIn(StrEnum):
    """Why a card does not open a sale; each has its own sentence on the screen."""

    EXPIRED = "card-expired"
    NOT_YET_VALID = "card-not-yet-valid"
    REVOKED = "card-revoked"
    INACTIVE = "inactive-at-state"
    UNKNOWN = "card-unknown"
    UNDER_AGE = "under-age"
    CAREGIVER_WITHOUT_PATIENT = "caregiver-without-patient"
    CAREGIVER_EXPIRED = "caregiver-card-expired"
    CAREGIVER_REVOKED = "caregiver-card-revoked"
    NOT_LINKED = "caregiver-not-linked"


def check_in(patient: Patient, caregiver: Caregiver | None, today: date) -> CheckIn | None:
    """Whether these cards may open a sale on `today` (the programme's date); None when they may.

    A card is good through its expiry date (limits contract, section 9).
    """
    if caregiver is not None:
        why = caregivers_card(patient, caregiver, today)
        if why is not None:
            return why
    if patient.standing is Standing.REVOKED:
        return CheckIn.REVOKED
    if patient.standing is Standing.INACTIVE:
        return CheckIn.INACTIVE
    if patient.card_starts is not None and patient.card_starts > today:
        return CheckIn.NOT_YET_VALID
    if patient.card_expires is not None and patient.card_expires < today:
        return CheckIn.EXPIRED
    if caregiver is None and age_on(patient.birth_date, today) < ADULT_AGE:
        return CheckIn.UNDER_AGE
    return None


def caregivers_card(patient: Patient, caregiver: Caregiver, today: date) -> CheckIn | None:
    """The caregiver's part of `check_in`."""
    if caregiver.standing is not Standing.ACTIVE:
        return CheckIn.CAREGIVER_REVOKED
    if caregiver.card_expires is not None and caregiver.card_expires < today:
        return CheckIn.CAREGIVER_EXPIRED
    return None if patient.id in caregiver.patients else CheckIn.NOT_LINKED
