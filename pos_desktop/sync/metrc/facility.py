"""What the state lets this license do, by the flags of its facility type (metrc contract, section 6.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pos_desktop.sync.metrc.paging import Row
from pos_desktop.sync.metrc.times import day

_PATIENTS = ("CanSellToPatients", "CanSellToExternalPatients", "CanSellToCaregivers")


@dataclass(frozen=True, slots=True)
class FacilityFlags:
    """The flags that are on. One that the service does not send counts as off (section 6.1).

    `told`: whether the service sent any flag at all; a bare facility says nothing of what it may do.
    """

    on: frozenset[str] = frozenset()
    told: bool = False

    @classmethod
    def of(cls, facility_type: Any) -> FacilityFlags:
        flags: Mapping[str, Any] = facility_type if isinstance(facility_type, dict) else {}
        return cls(frozenset(name for name, value in flags.items() if value is True), bool(flags))

    def may(self, flag: str) -> bool:
        return flag in self.on

    @property
    def sells_to_patients(self) -> bool:
        return any(map(self.may, _PATIENTS))

    @property
    def records_sales(self) -> bool:
        return self.may("AdvancedSales")

    def needs(self, customer_type: str) -> frozenset[str]:
        """Members that a receipt of this customer type must have here (section 8.3)."""
        return frozenset(member for flag, member in _NEEDS.get(customer_type, ()) if self.may(flag))

    @property
    def has_members(self) -> bool:
        """Patients register with one dispensary, and this one may keep such a list."""
        return self.may("CanHaveMemberPatients")

    @property
    def moves_packages(self) -> bool:
        return self.may("CanUpdateLocationsOnPackages")

    @property
    def external_ids(self) -> bool:
        return self.may("EnableExternalIdentifier")

    def refusal(self) -> str:
        """Why a medical counter has no business at this facility; empty where it has, or where nothing was told."""
        return _NO_PATIENTS if self.told and not self.sells_to_patients else ""

    def warnings(self) -> tuple[str, ...]:
        """Sentences about what a medical counter needs and the state does not allow."""
        found = []
        if not self.sells_to_patients:
            found.append(
                "The state does not allow this license to sell to patients; it will refuse every sale."
            )
        if not self.records_sales:
            found.append("The state does not let this license record sales by software (AdvancedSales).")
        if self.may("SalesRequireExternalPatientIdentificationMethod"):
            found.append(
                "For patients of other states METRC wants a way of identification; such sales wait here."
            )
        return tuple(found)


_NO_PATIENTS = (
    "At METRC this license may sell neither to patients nor to their caregivers, so this store cannot start with it. "
    "Nothing was read. Check the setting state.license, or ask the state what the license allows."
)
_NEEDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "Patient": (("SalesRequirePatientNumber", "PatientLicenseNumber"),),
    "Caregiver": (
        ("SalesRequireCaregiverNumber", "CaregiverLicenseNumber"),
        ("SalesRequireCaregiverPatientNumber", "PatientLicenseNumber"),
    ),
    "ExternalPatient": (
        ("SalesRequireExternalPatientNumber", "PatientLicenseNumber"),
        ("SalesRequireExternalPatientIdentificationMethod", "IdentificationMethod"),
    ),
}


@dataclass(frozen=True, slots=True)
class Facility:
    """`ends`: the last day of the license; None where the service names none."""

    license_number: str
    name: str
    flags: FacilityFlags
    license_type: str = ""
    ends: date | None = None

    @classmethod
    def of(cls, row: Row) -> Facility | None:
        """None where the row names no license."""
        held = row.get("License")
        number = held.get("Number") if isinstance(held, dict) else None
        if not isinstance(held, dict) or not isinstance(number, str) or not number.strip():
            return None
        return cls(
            license_number=number.strip(),
            name=str(row.get("Name") or ""),
            flags=FacilityFlags.of(row.get("FacilityType")),
            license_type=str(held.get("LicenseType") or ""),
            ends=day(held.get("EndDate")),
        )

    def may(self, flag: str) -> bool:
        return self.flags.may(flag)

    def refusal(self) -> str:
        return self.flags.refusal()

    def warnings(self) -> tuple[str, ...]:
        return self.flags.warnings()


def facility_of(rows: Sequence[Row], license_number: str) -> Facility | None:
    """Ours among those of the user."""
    found = (Facility.of(row) for row in rows)
    wanted = license_number.strip().upper()
    return next((each for each in found if each is not None and each.license_number.upper() == wanted), None)
