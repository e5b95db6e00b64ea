"""What the state lets this license do, by the flags of its facility type (metrc contract, section 6.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pos_desktop.sync.metrc.paging import Row

_PATIENTS = ("CanSellToPatients", "CanSellToExternalPatients")


@dataclass(frozen=True, slots=True)
class Facility:
    """A flag that the service does not send counts as false."""

    license_number: str
    name: str
    flags: frozenset[str]

    @classmethod
    def of(cls, row: Row) -> Facility | None:
        """None where the row names no license."""
        held = row.get("License")
        number = held.get("Number") if isinstance(held, dict) else None
        if not isinstance(number, str) or not number.strip():
            return None
        kind = row.get("FacilityType")
        flags = kind.items() if isinstance(kind, dict) else ()
        return cls(number.strip(), str(row.get("Name") or ""), frozenset(n for n, on in flags if on is True))

    def may(self, flag: str) -> bool:
        return flag in self.flags

    def warnings(self) -> tuple[str, ...]:
        """Sentences about what a medical counter needs and the state does not allow."""
        found = []
        if not any(map(self.may, _PATIENTS)):
            found.append(
                "The state does not allow this license to sell to patients; it will refuse every sale."
            )
        if not self.may("AdvancedSales"):
            found.append("The state does not let this license record sales by software (AdvancedSales).")
        if self.may("SalesRequireExternalPatientIdentificationMethod"):
            found.append(
                "For patients of other states METRC wants a way of identification; such sales wait here."
            )
        return tuple(found)


def facility_of(rows: Sequence[Row], license_number: str) -> Facility | None:
    """Ours among those of the user."""
    found = (Facility.of(row) for row in rows)
    wanted = license_number.strip().upper()
    return next((each for each in found if each is not None and each.license_number.upper() == wanted), None)
