"""The demo store as the METRC sandbox keeps it (format: docs/sandbox.md)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pos_desktop.domain.limits.model import Category
from pos_desktop.domain.patient import Patient, Standing
from pos_desktop.domain.shelf import Held, Unit
from pos_desktop.training.sample.goods import SamplePackage, SampleProduct
from pos_desktop.training.sample.history import counted_mg
from pos_desktop.training.sandbox.jsonio import encode

if TYPE_CHECKING:
    from pos_desktop.training.demo_store import SampleStore

VENDOR_KEY, USER_KEY = "sample-vendor-key", "sample-user-key"

_FLAGS = (
    "IsMedical IsRetail CanSellToPatients CanSellToCaregivers AdvancedSales SalesRequirePatientNumber "
    "SalesRequireCaregiverNumber SalesRequireCaregiverPatientNumber CanUpdateLocationsOnPackages"
)
_ROOM = "Sales Floor"
_SAID_BY_STATE: dict[Held | None, dict[str, Any]] = {
    Held.HOLD: {"IsOnHold": True},
    Held.RECALL: {"IsOnRecall": True},
    Held.UNTESTED: {"LabTestingState": "SubmittedForTesting"},
    Held.SAMPLE: {"IsTradeSample": True},
}


def sandbox_seed(sample: SampleStore) -> dict[str, Any]:
    """The seed document, decimals as `Decimal`. The state counts earlier purchases just as the local ledger does."""
    bought = _bought_by_day(sample)
    return {
        "facilities": [
            {
                "License": {"Number": sample.license, "LicenseType": "Provisioning Center"},
                "Name": dict(sample.settings)["store.name"],
                "zone": sample.zone.key,
                "FacilityType": dict.fromkeys(_FLAGS.split(), True),
            }
        ],
        "credentials": [
            {
                "vendor_key": VENDOR_KEY,
                "user_key": USER_KEY,
                "user_name": sample.staff[-1].name,
                "licenses": [sample.license],
            }
        ],
        "employees": [
            {
                "license": sample.license,
                "FullName": each.name,
                "License": {"EmployeeLicenseNumber": f"SAMPLE-{n}"},
            }
            for n, each in enumerate(sample.staff, start=1)
        ],
        "patients": [_patient(sample, each, bought[each.id]) for each in sample.patients],
        "caregivers": _caregivers(sample),
        "locations": [{"license": sample.license, "Name": _ROOM}],
        "items": [{"license": sample.license, **_item(each)} for each in sample.products],
        "packages": [{"license": sample.license, **_package(each)} for each in sample.packages],
    }


def seed_file(sample: SampleStore) -> bytes:
    """The seed document as JSON, for `sandbox metrc --seed`."""
    return encode(sandbox_seed(sample))


def _bought_by_day(sample: SampleStore) -> dict[str, dict[date, int]]:
    bought: dict[str, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for each in sample.purchases:
        bought[each.patient_id][each.purchase.at.date_in(sample.zone)] += counted_mg(each.purchase.items)
    return bought


def _patient(sample: SampleStore, patient: Patient, bought: dict[date, int]) -> dict[str, Any]:
    good = patient.standing is Standing.ACTIVE and patient.id != sample.who.inactive_at_state.id
    return {
        "number": patient.card_number,
        "active": good,
        "expires": patient.card_expires and patient.card_expires.isoformat(),
        "registered": patient.card_starts and patient.card_starts.isoformat(),
        "purchases": [
            {"day": day.isoformat(), "grams": str(_grams(mg))} for day, mg in sorted(bought.items())
        ],
    }


def _caregivers(sample: SampleStore) -> list[dict[str, Any]]:
    cards = {each.id: each.card_number for each in sample.patients}
    return [
        {
            "number": each.card_number,
            "active": each.id != sample.who.caregiver_expired.id,
            "patients": [cards[served] for served in each.patients],
        }
        for each in sample.caregivers
    ]


def _item(each: SampleProduct) -> dict[str, Any]:
    kind, weighed = each.kind, each.kind.unit is Unit.WEIGHT
    said: dict[str, Any] = {
        "Name": each.product.name,
        "ProductCategoryName": kind.tracker_category,
        "UnitOfMeasureName": "Grams" if weighed else "Each",
    }
    if kind.potency_bp is not None:
        said["UnitThcPercent"] = Decimal(kind.potency_bp).scaleb(-2)
    if kind.thc_mg is not None:
        said |= {"UnitThcContent": Decimal(kind.thc_mg), "UnitThcContentUnitOfMeasureName": "Milligrams"}
    if kind.net_mg is not None and not weighed:
        said |= {"UnitWeight": _grams(kind.net_mg), "UnitWeightUnitOfMeasureName": "Grams"}
    if kind.volume_ul is not None:
        said |= {
            "UnitVolume": Decimal(kind.volume_ul).scaleb(-3),
            "UnitVolumeUnitOfMeasureName": "Milliliters",
        }
    return said | _equivalent(each)


def _equivalent(each: SampleProduct) -> dict[str, Any]:
    """Flower counts by its own weight; what has no equivalent uses nothing up."""
    if each.kind.category in (Category.FLOWER, Category.PREROLL):
        return {}
    return {"flower_equivalent_grams": _grams(each.kind.equiv_mg or 0)}


def _package(each: SamplePackage) -> dict[str, Any]:
    package = each.package
    weighed = package.product.unit is Unit.WEIGHT
    return {
        "Label": package.tag,
        "item": package.product.name,
        "location": _ROOM,
        "Quantity": _grams(package.on_hand) if weighed else Decimal(package.on_hand),
        "ProductionBatchNumber": package.batch,
        "PackagedDate": each.packaged_on.isoformat(),
        "ExpirationDate": each.expires_on.isoformat(),
        "lab_results": _lab_results(each),
        **_SAID_BY_STATE.get(package.held, {}),
    }


def _lab_results(each: SamplePackage) -> list[dict[str, Any]]:
    if each.package.potency_bp is None or each.package.held is Held.UNTESTED:
        return []
    level = Decimal(each.package.potency_bp).scaleb(-2)
    tested = {"TestPerformedDate": each.packaged_on.isoformat(), "TestPassed": True}
    return [{"TestTypeName": "THC (%)", "TestResultLevel": level, **tested}]


def _grams(mg: int) -> Decimal:
    return Decimal(mg).scaleb(-3)
