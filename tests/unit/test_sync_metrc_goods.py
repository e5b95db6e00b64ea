"""Packages of METRC in the shelf's words: categories, measures, stock, and why one may not be sold."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.app.ports import IncomingPackage
from pos_desktop.domain.limits.model import Category, Measures
from pos_desktop.domain.shelf import Held, Unit
from pos_desktop.sync.metrc.categories import CategoryTable
from pos_desktop.sync.metrc.facility import FacilityFlags, facility_of
from pos_desktop.sync.metrc.goods import PASSED, Reader, measures

TABLE = Path(__file__).resolve().parents[2] / "resources" / "metrc-categories.toml"
TODAY = date(2026, 11, 24)
TAG = "1A4FF0100000022000000731"


@pytest.fixture(scope="module")
def table() -> CategoryTable:
    return CategoryTable.load(TABLE)


def item(**changes: Any) -> dict[str, Any]:
    buds = {"Id": 7, "Name": "Sample Flower", "ProductCategoryName": "Buds", "ProductCategoryType": 0}
    return {**buds, "UnitOfMeasureName": "Grams", **changes}


def each(**changes: Any) -> dict[str, Any]:
    return item(UnitOfMeasureName="Each", **changes)


def row(of: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    stock = item() if of is None else of
    plain = {"Id": 1, "Label": TAG, "Quantity": 10, "UnitOfMeasureName": stock["UnitOfMeasureName"]}
    return {**plain, "LabTestingState": "TestPassed", "Item": stock, **changes}


def read(table: CategoryTable, of: dict[str, Any]) -> tuple[IncomingPackage, list[str]]:
    notes: list[str] = []
    incoming = Reader(table).package(of, TODAY, notes)
    assert incoming is not None
    return incoming, notes


# ---- categories


@pytest.mark.parametrize(
    ("name", "kind", "ours"),
    [
        ("Buds", 0, Category.FLOWER),
        ("buds", None, Category.FLOWER),
        ("Bud/Flower", 0, Category.FLOWER),
        ("Bud / Flower", 0, Category.FLOWER),
        ("Infused Edibles", "InfusedEdible", Category.EDIBLE),
        ("Edible (weight - each)", 0, Category.EDIBLE),
        ("Concentrate (Each)", "Concentrate", Category.CONCENTRATE),
        ("Vape Cartridges", "Concentrate", Category.VAPE),
        ("Infused Pre-Rolls", 0, Category.INFUSED_PREROLL),
        ("Raw Pre-Rolls", 0, Category.PREROLL),
        ("Brand-new words", "InfusedEdible", Category.EDIBLE),
        ("Brand-new words", 0, None),
        ("Infused (non-edible)", "InfusedNonEdible", None),
        ("", None, None),
    ],
)
def test_a_category_is_found_or_not_guessed(
    table: CategoryTable, name: str, kind: object, ours: Category | None
) -> None:
    mapped = table.find(name, kind)
    assert (None if mapped is None else mapped.category) == ours


def test_the_table_says_where_each_name_was_seen() -> None:
    document = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    assert all(entry["seen"] for entry in document["category"])
    ours = [Category(entry["ours"]) for entry in document["category"]]
    assert len(ours) == len(set(ours))


@pytest.mark.parametrize(
    "broken",
    [
        {"schema": "metrc-categories/2", "category": []},
        {"category": [{"ours": "flower", "names": [], "types": []}]},
        {"category": [{"ours": "flour", "names": [], "types": [], "seen": "x"}]},
        {"category": [{"ours": "flower", "names": ["A"], "types": [], "seen": "x"},
                      {"ours": "edible", "names": ["a (each)"], "types": [], "seen": "x"}]},
    ],
)  # fmt: skip
def test_a_broken_table_does_not_load(broken: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        CategoryTable.read({"schema": "metrc-categories/1", **broken})


def test_a_store_may_map_more(table: CategoryTable) -> None:
    more = CategoryTable.load(TABLE, {"Brand-new words": Category.TOPICAL})
    found = more.find("brand-new WORDS", None)
    assert found is not None
    assert found.category is Category.TOPICAL


# ---- measures


@pytest.mark.parametrize(
    ("of", "unit", "expected"),
    [
        (item(), Unit.WEIGHT, Measures(net_mg=1_000)),
        (
            item(UnitThcPercent=Decimal("21.45")),
            Unit.WEIGHT,
            Measures(net_mg=1_000, thc_mg=215, potency_bp=2145),
        ),
        (each(), Unit.EACH, Measures(count=1)),
        (
            each(UnitWeight=Decimal("3.5"), UnitWeightUnitOfMeasureName="Grams"),
            Unit.EACH,
            Measures(net_mg=3_500, count=1),
        ),
        (
            each(UnitWeight=1, UnitWeightUnitOfMeasureName="Ounces"),
            Unit.EACH,
            Measures(net_mg=28_350, count=1),
        ),
        (
            each(UnitThcContent=100, UnitThcContentUnitOfMeasureName="Milligrams"),
            Unit.EACH,
            Measures(thc_mg=100, count=1),
        ),
        (
            each(UnitWeight=Decimal("0.5"), UnitWeightUnitOfMeasureName="Grams", UnitThcPercent=80),
            Unit.EACH,
            Measures(net_mg=500, thc_mg=400, count=1, potency_bp=8_000),
        ),
        (
            each(UnitVolume=12, UnitVolumeUnitOfMeasureName="Fluid Ounces"),
            Unit.EACH,
            Measures(volume_ul=354_883, count=1),
        ),
        (each(UnitWeight=3, UnitWeightUnitOfMeasureName="Stones"), Unit.EACH, Measures(count=1)),
        (each(UnitWeight=-3, UnitWeightUnitOfMeasureName="Grams"), Unit.EACH, Measures(count=1)),
        (item(UnitThcPercent=101), Unit.WEIGHT, Measures(net_mg=1_000)),
    ],
)
def test_measures_of_one_piece_or_one_gram(of: dict[str, Any], unit: Unit, expected: Measures) -> None:
    assert measures(of, unit) == expected


# ---- packages


def test_a_package_by_weight(table: CategoryTable) -> None:
    incoming, notes = read(
        table, row(Quantity=Decimal("453.6"), ProductionBatchNumber="B-7", PackagedDate="2026-04-08")
    )
    package = incoming.package
    assert (package.tag, package.on_hand, package.tracker_unit, package.batch) == (
        TAG,
        453_600,
        "Grams",
        "B-7",
    )
    assert (package.product.category, package.product.unit, package.held) == (
        Category.FLOWER,
        Unit.WEIGHT,
        None,
    )
    assert (incoming.remote_id, incoming.remote_item_id, incoming.tracker_category) == ("1", "7", "Buds")
    assert (incoming.unmapped_because, incoming.packaged_on, notes) == ("", date(2026, 4, 8), [])


@pytest.mark.parametrize(
    ("quantity", "unit", "on_hand", "noted"),
    [
        (1, "Pounds", 453_592, True),
        (Decimal("2.5"), "Kilograms", 2_500_000, False),
        (Decimal("0.0005"), "Grams", 0, True),
        (Decimal(-3), "Grams", 0, False),
        (None, "Grams", 0, True),
        ("3.5", "Grams", 3_500, False),
    ],
)
def test_stock_is_whole_milligrams_rounded_down(
    table: CategoryTable, quantity: Any, unit: str, on_hand: int, noted: bool
) -> None:
    incoming, notes = read(table, row(Quantity=quantity, UnitOfMeasureName=unit))
    assert (incoming.package.on_hand, bool(notes)) == (on_hand, noted)


def test_a_share_of_a_piece_is_left_out_and_noted(table: CategoryTable) -> None:
    edible = each(ProductCategoryName="Infused Edibles")
    incoming, notes = read(table, row(edible, Quantity=Decimal("4.5")))
    assert incoming.package.on_hand == 4
    assert "piece" in notes[0]


@pytest.mark.parametrize(
    ("changes", "held"),
    [
        ({}, None),
        ({"IsOnHold": True}, Held.HOLD),
        ({"IsOnInvestigation": True}, Held.HOLD),
        ({"IsOnRetailerDelivery": True}, Held.HOLD),
        ({"IsOnRecall": True, "IsOnHold": True}, Held.RECALL),
        ({"IsOnInvestigationRecall": True}, Held.RECALL),
        ({"IsFinished": True}, Held.FINISHED),
        ({"FinishedDate": "2026-04-01"}, Held.FINISHED),
        ({"FinishedDate": "0001-01-01"}, None),
        ({"ArchivedDate": "2026-04-01"}, Held.FINISHED),
        ({"IsTradeSample": True}, Held.SAMPLE),
        ({"IsTestingSample": True}, Held.SAMPLE),
        ({"LabTestingState": "TestFailed"}, Held.UNTESTED),
        ({"LabTestingState": "NotSubmitted"}, Held.UNTESTED),
        ({"LabTestingState": "Remediated"}, Held.UNTESTED),
        ({"LabTestingState": None}, Held.UNTESTED),
        ({"LabTestingState": "NotRequired"}, None),
        ({"ExpirationDate": "2026-11-23"}, Held.EXPIRED),
        ({"SellByDate": "2026-11-23"}, Held.EXPIRED),
        ({"UseByDate": "2026-11-24"}, None),
        ({"Quantity": 0}, Held.EMPTY),
        ({"IsOnHold": None, "IsOnRecall": None}, None),
    ],
)
def test_why_a_package_may_not_be_sold(
    table: CategoryTable, changes: dict[str, Any], held: Held | None
) -> None:
    assert read(table, row(**changes))[0].package.held is held


def test_a_states_profile_may_let_remediated_goods_pass(table: CategoryTable) -> None:
    notes: list[str] = []
    reader = Reader(table, PASSED | {"Remediated"})
    incoming = reader.package(row(LabTestingState="Remediated"), TODAY, notes)
    assert incoming is not None
    assert incoming.package.held is None


@pytest.mark.parametrize(
    ("of", "word"),
    [
        (item(ProductCategoryName="Mystery"), "“Mystery” is not mapped"),
        (item(ProductCategoryName=None), "“without a name”"),
        (item(UnitOfMeasureName="Fluid Ounces"), "which the counter cannot measure"),
        (each(), "no weight of one piece"),
        (each(ProductCategoryName="Raw Pre-Rolls"), "no weight of one piece"),
    ],
)
def test_what_cannot_be_mapped_is_held_and_says_why(
    table: CategoryTable, of: dict[str, Any], word: str
) -> None:
    incoming, _ = read(table, row(of))
    assert word in incoming.unmapped_because
    assert incoming.package.held is Held.UNMAPPED
    assert read(table, row(of, IsOnRecall=True))[0].package.held is Held.RECALL


@pytest.mark.parametrize(
    "broken",
    [
        {"Label": "TOO-SHORT"},
        {"Label": None},
        {"Item": None},
        {"Item": {"Id": 3}},
    ],
)
def test_a_row_that_cannot_be_scanned_is_left_out_and_noted(
    table: CategoryTable, broken: dict[str, Any]
) -> None:
    notes: list[str] = []
    assert Reader(table).package({**row(), **broken}, TODAY, notes) is None
    assert len(notes) == 1


def test_a_lower_case_label_is_the_same_package(table: CategoryTable) -> None:
    assert read(table, row(Label=f" {TAG.lower()}"))[0].package.tag == TAG


# ---- the facility


def test_flags_that_are_not_sent_count_as_false() -> None:
    flags = {"CanSellToPatients": True, "AdvancedSales": True, "IsMedical": None}
    rows: list[dict[str, Any]] = [
        {"License": {"Number": "A-1"}},
        {"License": {"Number": " l-1"}, "FacilityType": flags},
        {"License": None},
    ]
    facility = facility_of(rows, "L-1")
    assert facility is not None
    assert (facility.may("CanSellToPatients"), facility.may("IsMedical")) == (True, False)
    assert facility.warnings() == ()
    bare = facility_of(rows, "A-1")
    assert bare is not None
    assert (len(bare.warnings()), bare.refusal()) == (2, ""), "without any flag nothing was told"
    assert facility_of(rows, "B-1") is None


@pytest.mark.parametrize(
    ("flags", "refused"),
    [
        ({"CanSellToPatients": True}, False),
        ({"CanSellToCaregivers": True}, False),
        ({"CanSellToExternalPatients": True}, False),
        ({"CanSellToConsumers": True, "CanSellToPatients": False}, True),
        ({"CanSellToConsumers": True}, True),
        ({"CanSellToPatients": "true"}, True),
        ({}, False),
        (None, False),
    ],
)
def test_a_license_that_may_not_sell_to_patients_is_refused(flags: Any, refused: bool) -> None:
    found = FacilityFlags.of(flags)
    assert bool(found.refusal()) == refused
    assert found.sells_to_patients == (not refused and bool(flags))


def test_flags_say_what_a_receipt_needs() -> None:
    flags = FacilityFlags.of({"SalesRequirePatientNumber": True, "SalesRequireCaregiverNumber": True})
    assert flags.needs("Patient") == {"PatientLicenseNumber"}
    assert flags.needs("Caregiver") == {"CaregiverLicenseNumber"}
    assert flags.needs("ExternalPatient") == flags.needs("Consumer") == frozenset()
    assert (flags.records_sales, flags.has_members, flags.moves_packages, flags.external_ids) == (False,) * 4
