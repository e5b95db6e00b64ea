"""Where METRC's documentation leaves room, the sandbox takes the stricter reading."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.sandbox import (
    FIRST_PAIR,
    FLAGS,
    FLOWER,
    GUMMIES,
    LICENSE,
    OTHER_LICENSE,
    WIDE,
    Sandbox,
    facility,
    line,
    package,
    receipt,
    running,
    seed_document,
)

MOVED = "1A4FF0100000022000000811"
REASONS = [
    {"Name": "Drying", "RequiresNote": False},
    {"Name": "Waste", "RequiresNote": False, "RequiresWasteWeight": True},
]


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    document = seed_document()
    members = f"{FLAGS} CanHaveMemberPatients CanReportPatientCheckIns"
    document["facilities"][0] = facility(LICENSE, members) | {"adjust_reasons": REASONS}
    document["packages"].append(package(MOVED, "Sample Flower", "28", in_transit=True))
    test = {"TestTypeName": "THC", "LabTestResultDocumentFileId": 41}
    document["packages"][1]["lab_results"] = [test]
    with running(tmp_path, document) as started:
        yield started


def refused(sandbox: Sandbox, method: str, path: str, row: dict[str, Any]) -> str:
    reply = sandbox.metrc.call(method, path, [row])
    assert reply.status == 400, reply.body
    return " ".join(problem["message"] for problem in reply.json)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"UnitWeight": Decimal("0.5")}, "needs UnitWeightUnitOfMeasure"),
        ({"UnitWeightUnitOfMeasure": "Grams"}, "the other way round"),
        ({"UnitThcContent": Decimal(10), "UnitThcContentUnitOfMeasure": "Spoons"}, "Spoons"),
        ({"UnitThcContent": Decimal(10), "UnitThcContentUnitOfMeasure": "Each"}, "Each"),
    ],
)
def test_a_figure_of_a_line_needs_its_unit(sandbox: Sandbox, more: dict[str, Any], said: str) -> None:
    sold = receipt(line(FLOWER, "1", "Grams", "10", **more))
    assert said in refused(sandbox, "POST", "/sales/v2/receipts", sold)
    good = {"UnitThcContent": Decimal(10), "UnitThcContentUnitOfMeasure": "Milligrams"}
    assert (
        sandbox.metrc.post("/sales/v2/receipts", [receipt(line(FLOWER, "1", "Grams", "10", **good))]).status
        == 200
    )


def test_a_place_of_registration_is_one_of_the_list(sandbox: Sandbox) -> None:
    known = sandbox.metrc.get("/sales/v2/patientregistration/locations").json[0]["Id"]
    said = refused(sandbox, "POST", "/sales/v2/receipts", receipt(PatientRegistrationLocationId=99))
    assert "99 is not valid" in said
    assert (
        sandbox.metrc.post("/sales/v2/receipts", [receipt(PatientRegistrationLocationId=known)]).status == 200
    )


def adjusted(**changes: Any) -> dict[str, Any]:
    return {
        "Label": FLOWER,
        "Quantity": Decimal(-1),
        "UnitOfMeasure": "Grams",
        "AdjustmentReason": "Drying",
        "AdjustmentDate": "2026-04-08",
        **changes,
    }


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"AdjustmentDate": "0001-01-01"}, "AdjustmentDate was not specified"),
        ({"AdjustmentDate": "2026-04-09"}, "future"),
        ({"AdjustmentReason": "Waste"}, "waste weight"),
        ({"Label": MOVED}, "is not active"),
    ],
)
def test_an_adjustment_that_cannot_be(sandbox: Sandbox, changes: dict[str, Any], said: str) -> None:
    before = sandbox.quantity(FLOWER)
    assert said in refused(sandbox, "POST", "/packages/v2/adjust", adjusted(**changes))
    assert sandbox.quantity(FLOWER) == before
    assert sandbox.metrc.post("/packages/v2/adjust", [adjusted()]).status == 200


def test_an_unset_date_of_a_move_is_taken_as_in_the_vendors_example(sandbox: Sandbox) -> None:
    move = {"Label": FLOWER, "Location": "Vault", "Sublocation": None, "MoveDate": "0001-01-01"}
    assert sandbox.metrc.put("/packages/v2/location", [move]).status == 200


def member(**changes: Any) -> dict[str, Any]:
    return {
        "LicenseNumber": "PT-700",
        "LicenseEffectiveStartDate": "2026-01-01",
        "LicenseEffectiveEndDate": "2026-12-31",
        "RecommendedPlants": 0,
        "RecommendedSmokableQuantity": Decimal("2.5"),
        "HasSalesLimitExemption": False,
        "ActualDate": "2026-04-08",
        **changes,
    }


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"LicenseEffectiveEndDate": "2025-12-31"}, "before"),
        ({"RecommendedPlants": -1}, "below zero"),
        ({"FlowerOuncesAllowed": Decimal("-0.1")}, "FlowerOuncesAllowed cannot"),
    ],
)
def test_a_registration_that_cannot_be(sandbox: Sandbox, changes: dict[str, Any], said: str) -> None:
    assert said in refused(sandbox, "POST", "/patients/v2", member(**changes))
    assert sandbox.metrc.post("/patients/v2", [member()]).status == 200
    assert said in refused(sandbox, "PUT", "/patients/v2", member(**changes))
    taken = refused(sandbox, "PUT", "/patients/v2", member(NewLicenseNumber="PT-001"))
    assert "PT-001 exists already" in taken


def test_a_check_in_ends_after_it_begins(sandbox: Sandbox) -> None:
    row = {
        "PatientLicenseNumber": "PT-001",
        "CheckInLocationId": 1,
        "RegistrationStartDate": "2026-01-02",
        "RegistrationExpiryDate": "2026-01-01",
        "CheckInDate": "2026-04-08",
    }
    assert "before" in refused(sandbox, "POST", "/patient-checkins/v2", row)


def test_a_certificate_is_shown_to_its_own_license_only(sandbox: Sandbox) -> None:
    path = "/labtests/v2/labtestdocument/41"
    shown = sandbox.metrc.get(path)
    assert (shown.status, shown.json["ContentType"]) == (200, "application/pdf")
    assert sandbox.metrc.get(path, licenseNumber=OTHER_LICENSE).status == 401
    assert sandbox.metrc.get("/labtests/v2/labtestdocument/42").status == 404


CALLS: dict[str, tuple[str, str, Any]] = {
    "Manage Employees": ("GET", "/employees/v2", None),
    "Lookup Patients": ("GET", "/patients/v2/statuses/PT-001", None),
    "Lookup Caregivers": ("GET", "/caregivers/v2/status/CG-001", None),
    "Manage Patients": ("GET", "/patients/v2/active", None),
    "Manage Sales": ("POST", "/sales/v2/receipts", [receipt()]),
    "View Packages": ("GET", f"/packages/v2/{GUMMIES}", None),
    "Manage Items": ("GET", "/items/v2/active", None),
}


@pytest.mark.parametrize("right", CALLS)
def test_a_missing_right_looks_like_a_bad_key(sandbox: Sandbox, right: str) -> None:
    method, path, body = CALLS[right]

    def take_away(*rights: str) -> None:
        row = {"vendor_key": FIRST_PAIR[0], "user_key": FIRST_PAIR[1], "licenses": [LICENSE]}
        sandbox.server.seed({"mode": "add", "credentials": [row | {"without": list(rights)}]})

    take_away(right)
    lacking = sandbox.metrc.call(method, path, body)
    assert (lacking.status, lacking.body) == (401, b"")
    assert sandbox.metrc.get("/facilities/v2").status == 200
    take_away()
    assert sandbox.metrc.call(method, path, body).status == 200


def test_sales_are_read_with_either_of_two_rights(sandbox: Sandbox) -> None:
    row = {"vendor_key": FIRST_PAIR[0], "user_key": FIRST_PAIR[1], "licenses": [LICENSE]}
    for without, status in (
        (["Manage Sales"], 200),
        (["View Sales"], 200),
        (["View Sales", "Manage Sales"], 401),
    ):
        sandbox.server.seed({"mode": "add", "credentials": [row | {"without": without}]})
        assert sandbox.metrc.get("/sales/v2/receipts/active", **WIDE).status == status
