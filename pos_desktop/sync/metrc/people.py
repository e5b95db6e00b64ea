"""Caregivers' standing, and the patients that registered with this dispensary (metrc contract, 7.2 and 7.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from pos_desktop.app.ports import CouldNotAsk
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.outbox import AttemptResult
from pos_desktop.domain.sensitive import CardNumber, guard
from pos_desktop.sync.metrc.asking import Desk, all_of, asked, exact, is_on, texts, whole, words
from pos_desktop.sync.metrc.changes import of_change, of_creation
from pos_desktop.sync.metrc.paging import Row
from pos_desktop.sync.metrc.times import day
from pos_desktop.sync.numbers import encode

CAREGIVER, MEMBERS, MEMBER = "/caregivers/v2/status", "/patients/v2/active", "/patients/v2"


@dataclass(frozen=True, slots=True)
class CaregiverStatus:
    """`patients`: card numbers the state names; None where it names none at all, which older services do (7.2)."""

    active: bool
    patients: tuple[str, ...] | None = field(repr=False)

    def cares_for(self, card_number: str) -> bool | None:
        """None: the service does not say."""
        if self.patients is None:
            return None
        return card_number.strip().upper() in {each.strip().upper() for each in self.patients}


@dataclass(frozen=True, slots=True)
class Member:
    """A patient who registered with this dispensary. `card` never goes into a log."""

    id: int
    card: str = field(repr=False)
    starts: date | None
    ends: date | None
    exempt: bool
    plants: int | None
    smokable_ounces: Decimal | None

    def __post_init__(self) -> None:
        guard(self, card=CardNumber)

    @classmethod
    def of(cls, row: Row) -> Member | None:
        number, card = whole(row, "PatientId"), words(row, "LicenseNumber")
        if number is None or not card:
            return None
        return cls(
            id=number,
            card=card,
            starts=day(row.get("LicenseEffectiveStartDate")),
            ends=day(row.get("LicenseEffectiveEndDate")),
            exempt=is_on(row, "HasSalesLimitExemption"),
            plants=whole(row, "RecommendedPlants"),
            smokable_ounces=exact(row, "RecommendedSmokableQuantity"),
        )


@dataclass(frozen=True, slots=True)
class Registration:
    """What is sent to register a patient. The unit of `smokable` is not published; the allowances are ounces."""

    card: str = field(repr=False)
    starts: date
    ends: date
    on: date
    plants: int = 0
    smokable: Decimal = Decimal(0)
    exempt: bool = False
    allowed_ounces: tuple[tuple[str, Decimal], ...] = ()
    """(`Flower`, `Thc`, `Concentrate` or `Infused`, ounces), where a practitioner set one."""

    def __post_init__(self) -> None:
        guard(self, card=CardNumber)
        if not self.card.strip() or self.ends < self.starts or self.plants < 0 or self.smokable < 0:
            raise BadInput(
                "A registration needs a card number, a last day that is not before the first, and no amount "
                "below zero. Nothing was sent."
            )

    def row(self) -> dict[str, Any]:
        allowed = dict(self.allowed_ounces)
        return {
            "LicenseNumber": self.card.strip(),
            "LicenseEffectiveStartDate": self.starts.isoformat(),
            "LicenseEffectiveEndDate": self.ends.isoformat(),
            "RecommendedPlants": self.plants,
            "RecommendedSmokableQuantity": self.smokable,
            **{f"{kind}OuncesAllowed": allowed.get(kind) for kind in _KINDS},
            "MaxFlowerThcPercentAllowed": None,
            "MaxConcentrateThcPercentAllowed": None,
            "HasSalesLimitExemption": self.exempt,
            "ActualDate": self.on.isoformat(),
        }


_KINDS = ("Flower", "Thc", "Concentrate", "Infused")


class PeopleDesk:
    """Rights: Lookup Caregivers, and Manage Patients where the facility may have members (`FacilityFlags`)."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def caregiver(self, card_number: str) -> CaregiverStatus | CouldNotAsk | None:
        """None: the state does not know that caregiver. METRC caches the answer for up to a minute."""
        row = asked(lambda: self._desk.one(CAREGIVER, card_number.strip()))
        if row is None or isinstance(row, CouldNotAsk):
            return row
        named = isinstance(row.get("Patients"), list)
        return CaregiverStatus(is_on(row, "Active"), texts(row, "Patients") if named else None)

    def members(self) -> tuple[Member, ...] | CouldNotAsk:
        """METRC's list has no window, and its rows no `Id`: they are told apart by `PatientId`."""
        return asked(lambda: all_of(self._desk.rows(MEMBERS), Member.of))

    def register(self, registration: Registration) -> AttemptResult:
        """POST: registers with this dispensary. A lost answer is settled by `members`; a POST may act twice."""
        reply = self._desk.client.post(MEMBER, self._desk.query(), encode([registration.row()]))
        return of_creation(reply, (registration.card,))

    def change(self, registration: Registration, new_card: str = "") -> AttemptResult:
        """PUT: replaces what is registered under the card; repeating it does no harm."""
        row = {**registration.row(), "NewLicenseNumber": new_card.strip() or None}
        reply = self._desk.client.put(MEMBER, self._desk.query(), encode([row]))
        return of_change(reply, "", (registration.card, new_card))

    def release(self, member: Member) -> AttemptResult:
        """DELETE: the patient is no longer registered here. Gone already counts as done after a look at the list."""
        reply = self._desk.client.delete(f"{MEMBER}/{member.id}", self._desk.query())
        return of_change(reply, str(member.id), (member.card,))
