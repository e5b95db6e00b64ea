"""Packages and what else a dispensary reads: contract sections 10 to 13."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.sandbox import (
    ELSEWHERE,
    EMPTY,
    FLAGS,
    FLOWER,
    GUMMIES,
    HELD,
    LICENSE,
    SECOND_PAIR,
    WIDE,
    Sandbox,
    facility,
    package,
    receipt,
    running,
    seed_document,
)

ALL_DIGITS = "123456789012345678901234"


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running(tmp_path) as started:
        yield started


def labels(sandbox: Sandbox, place: str) -> set[str]:
    return {row["Label"] for row in sandbox.metrc.get(f"/packages/v2/{place}", **WIDE).json["Data"]}


def adjustment(**changes: Any) -> dict[str, Any]:
    return {
        "Label": FLOWER, "Quantity": Decimal("-3.6"), "UnitOfMeasure": "Grams", "AdjustmentReason": "Drying",
        "AdjustmentDate": "2026-04-08", **changes,
    }  # fmt: skip


def test_each_package_is_on_the_list_of_its_state(tmp_path: Path) -> None:
    tags = [f"1A4FF010000002200000010{n}" for n in range(3)]
    more = [
        package(tags[0], "Sample Flower", "1", in_transit=True),
        package(tags[1], "Sample Flower", "1", IsTestingSample=True),
        package(tags[2], "Sample Flower", "1", IsOnRecall=True),
    ]
    document = seed_document()
    with running(tmp_path, {**document, "packages": document["packages"] + more}) as sandbox:
        assert labels(sandbox, "intransit") == {tags[0]}
        assert labels(sandbox, "labsamples") == {tags[1]}
        assert labels(sandbox, "onhold") == {HELD, tags[2]}
        assert labels(sandbox, "inactive") == {EMPTY}
        assert FLOWER in labels(sandbox, "active")
        assert not labels(sandbox, "active") & {HELD, EMPTY, *tags}
        assert labels(sandbox, "transferred") == set()


def test_a_package_is_read_by_id_and_by_label_in_any_case(sandbox: Sandbox) -> None:
    by_label = sandbox.metrc.get(f"/packages/v2/{FLOWER.lower()}").json

    assert sandbox.metrc.get(f"/packages/v2/{by_label['Id']}").json == by_label
    assert (by_label["Label"], by_label["Quantity"], by_label["LocationName"]) == (
        FLOWER,
        Decimal("453.6"),
        "Vault",
    )
    assert (by_label["UnitOfMeasureName"], by_label["UnitOfMeasureAbbreviation"]) == ("Grams", "g")
    assert "in_transit" not in by_label


def test_24_digits_are_a_label(tmp_path: Path) -> None:
    with running(tmp_path, seed_document(packages=[package(ALL_DIGITS, "Sample Flower", "1")])) as sandbox:
        assert sandbox.metrc.get(f"/packages/v2/{ALL_DIGITS}").json["Label"] == ALL_DIGITS


def test_inside_a_package_four_members_of_the_item_are_numbers(sandbox: Sandbox) -> None:
    inside = sandbox.metrc.get(f"/packages/v2/{GUMMIES}").json["Item"]
    itself = sandbox.metrc.get(f"/items/v2/{inside['Id']}").json

    codes = ("ProductCategoryType", "QuantityType", "DefaultLabTestingState", "ApprovalStatus")
    assert [inside[name] for name in codes] == [0] * 4
    assert [itself[name] for name in codes] == ["InfusedEdible", "CountBased", "NotSubmitted", "Approved"]
    assert {name: itself[name] for name in itself if name not in codes} == {
        name: inside[name] for name in inside if name not in codes
    }
    assert itself["UnitThcContent"] == 100


def test_a_posted_adjustment_is_a_change_and_a_put_one_the_final_quantity(sandbox: Sandbox) -> None:
    posted = sandbox.metrc.post("/packages/v2/adjust", [adjustment()])
    assert posted.status == 200
    assert len(posted.json["Ids"]) == 1
    assert sandbox.quantity(FLOWER) == 450

    put = sandbox.metrc.put("/packages/v2/adjust", [adjustment(Quantity=400)])
    assert (put.status, put.body) == (200, b"")
    assert sandbox.quantity(FLOWER) == 400
    changes = [
        row["AdjustmentQuantity"] for row in sandbox.metrc.get("/packages/v2/adjustments").json["Data"]
    ]
    assert changes == [Decimal("-3.6"), -50]


ADJUSTMENT_REFUSALS: dict[str, dict[str, Any]] = {
    "more than there is": {"Quantity": Decimal("-453.7")},
    "no change": {"Quantity": 0},
    "unknown package": {"Label": "1A4FF0100000022000009999"},
    "finished package": {"Label": EMPTY},
    "unit of another kind": {"UnitOfMeasure": "Each"},
    "unknown reason": {"AdjustmentReason": "Because"},
    "note missing": {"AdjustmentReason": "Theft"},
    "time for a date": {"AdjustmentDate": "2026-04-08T00:00:00Z"},
    "the other spelling": {"Label": None, "PackageLabel": FLOWER},
}


@pytest.mark.parametrize("name", ADJUSTMENT_REFUSALS)
def test_an_adjustment_is_refused(sandbox: Sandbox, name: str) -> None:
    reply = sandbox.metrc.post("/packages/v2/adjust", [adjustment(), adjustment(**ADJUSTMENT_REFUSALS[name])])

    assert (reply.status, {problem["row"] for problem in reply.json}) == (400, {1})
    assert sandbox.quantity(FLOWER) == Decimal("453.6")


def test_a_final_quantity_below_zero_is_refused(sandbox: Sandbox) -> None:
    assert sandbox.metrc.put("/packages/v2/adjust", [adjustment(Quantity=-1)]).status == 400


def test_a_package_of_another_license_is_401(sandbox: Sandbox) -> None:
    assert sandbox.metrc.post("/packages/v2/adjust", [adjustment(Label=ELSEWHERE)]).status == 401


def test_only_an_empty_package_is_finished_and_it_can_come_back(sandbox: Sandbox) -> None:
    finish = [{"Label": FLOWER, "ActualDate": "2026-04-08"}]
    assert sandbox.metrc.put("/packages/v2/finish", finish).status == 400

    sandbox.metrc.put("/packages/v2/adjust", [adjustment(Quantity=0)])
    assert sandbox.metrc.put("/packages/v2/finish", finish).body == b""
    assert FLOWER in labels(sandbox, "inactive")
    assert sandbox.metrc.get(f"/packages/v2/{FLOWER}").json["FinishedDate"] == "2026-04-08"
    assert sandbox.metrc.put("/packages/v2/finish", finish).status == 400

    assert sandbox.metrc.put("/packages/v2/unfinish", [{"Label": FLOWER}]).body == b""
    assert FLOWER in labels(sandbox, "active")
    assert sandbox.metrc.put("/packages/v2/unfinish", [{"Label": FLOWER}]).status == 400


def test_a_sale_to_zero_does_not_finish_a_package(sandbox: Sandbox) -> None:
    sold = {"PackageLabel": FLOWER, "Quantity": Decimal("453.6"), "UnitOfMeasure": "Grams", "TotalAmount": 1}
    sandbox.metrc.post("/sales/v2/receipts", [receipt(sold)])

    shown = sandbox.metrc.get(f"/packages/v2/{FLOWER}").json
    assert (shown["Quantity"], shown["IsFinished"]) == (0, False)


def test_a_note_is_set_and_cleared(sandbox: Sandbox) -> None:
    for note, stored in (("Check the seal", "Check the seal"), ("", None)):
        assert sandbox.metrc.put("/packages/v2/note", [{"PackageLabel": FLOWER, "Note": note}]).body == b""
        assert sandbox.metrc.get(f"/packages/v2/{FLOWER}").json["Note"] == stored
    assert sandbox.metrc.put("/packages/v2/note", [{"Label": FLOWER, "Note": "x"}]).status == 400


def test_a_package_moves_to_a_location_by_its_name(sandbox: Sandbox) -> None:
    move = {"Label": FLOWER, "Location": "sales floor", "MoveDate": "2026-04-08"}

    assert sandbox.metrc.put("/packages/v2/location", [move]).body == b""
    assert sandbox.metrc.get(f"/packages/v2/{FLOWER}").json["LocationName"] == "Sales Floor"
    assert sandbox.metrc.put("/packages/v2/location", [move | {"Location": "Attic"}]).status == 400
    assert sandbox.metrc.put("/packages/v2/location", [move | {"Sublocation": "Shelf"}]).status == 400


def test_rights_of_the_facility_are_looked_at(tmp_path: Path) -> None:
    flags = FLAGS.replace("CanUpdateLocationsOnPackages", "EnableExternalIdentifier")
    others = seed_document()["facilities"][1:]
    external = [{"PackageLabel": FLOWER, "ExternalId": "A-1"}]
    move = [{"Label": FLOWER, "Location": "Sales Floor", "MoveDate": "2026-04-08"}]
    with running(tmp_path, seed_document(facilities=[facility(LICENSE, flags), *others])) as sandbox:
        assert sandbox.metrc.put("/packages/v2/location", move).status == 401
        assert sandbox.metrc.put("/packages/v2/externalid", external).status == 200
        assert sandbox.metrc.get(f"/packages/v2/{FLOWER}").json["ExternalId"] == "A-1"
    with running(tmp_path / "another") as sandbox:
        assert sandbox.metrc.put("/packages/v2/externalid", external).status == 401


BARE = {
    "/sales/v2/customertypes": ["Patient", "Caregiver"],
    "/unitsofmeasure/v2/inactive": [],
    "/transfers/v2/deliveries/packages/states": ["Shipped", "Rejected", "Accepted", "Returned"],
}


@pytest.mark.parametrize("path", BARE)
def test_some_lists_are_bare_arrays_and_need_no_license(sandbox: Sandbox, path: str) -> None:
    assert sandbox.metrc.get(path, licenseNumber=None).json == BARE[path]


@pytest.mark.parametrize(
    "path",
    [
        "/packages/v2/types",
        "/labtests/v2/states",
        "/sales/v2/patientregistration/locations",
        "/unitsofmeasure/v2/active",
    ],
)
def test_other_bare_arrays_have_content(sandbox: Sandbox, path: str) -> None:
    reply = sandbox.metrc.get(path, licenseNumber=None)

    assert isinstance(reply.json, list)
    assert reply.json


def test_units_have_names_and_abbreviations(sandbox: Sandbox) -> None:
    units = sandbox.metrc.get("/unitsofmeasure/v2/active").json

    assert {unit["Name"]: unit["Abbreviation"] for unit in units} == {
        "Each": "ea", "Ounces": "oz", "Pounds": "lb", "Grams": "g", "Milligrams": "mg", "Kilograms": "kg",
    }  # fmt: skip


def test_the_facility_tells_what_it_may_do(sandbox: Sandbox) -> None:
    kind = sandbox.metrc.get("/facilities/v2").json[0]["FacilityType"]

    assert (kind["CanSellToPatients"], kind["CanSellToConsumers"]) == (True, False)


def test_an_incoming_transfer_is_read_down_to_its_packages_by_delivery(sandbox: Sandbox) -> None:
    [transfer] = sandbox.metrc.get("/transfers/v2/incoming", **WIDE).json["Data"]
    assert (transfer["ManifestNumber"], transfer["DeliveryId"], transfer["PackageCount"]) == (
        "0000000042",
        77,
        1,
    )

    get = sandbox.metrc.get
    [delivery] = get(f"/transfers/v2/{transfer['Id']}/deliveries").json["Data"]
    [moved] = get(f"/transfers/v2/deliveries/{delivery['Id']}/packages").json["Data"]
    [priced] = get(f"/transfers/v2/deliveries/{delivery['Id']}/packages/wholesale").json["Data"]

    assert delivery["Id"] == 77
    assert (moved["ItemName"], moved["ShippedQuantity"]) == ("Sample Flower", 50)
    assert priced["PackageLabel"] == moved["PackageLabel"]
    assert moved["PackageLabel"] not in labels(sandbox, "active")
    assert get("/transfers/v2/deliveries/0000000042/packages").status == 404


def test_a_transfer_of_somebody_else_is_401_and_none_can_be_accepted(sandbox: Sandbox) -> None:
    with sandbox.as_user(SECOND_PAIR) as stranger:
        assert stranger.get("/transfers/v2/deliveries/77/packages").status == 401
    assert sandbox.metrc.put("/transfers/v2/deliveries/77/accept", [{}]).status == 404


def test_lab_results_are_found_by_the_id_of_the_package(sandbox: Sandbox) -> None:
    number = sandbox.metrc.get(f"/packages/v2/{FLOWER}").json["Id"]

    [result] = sandbox.metrc.get("/labtests/v2/results", packageId=number).json["Data"]
    assert (result["TestTypeName"], result["TestResultLevel"]) == ("THC", Decimal("21.4"))
    assert (result["SourcePackageLabel"], result["ProductName"]) == (FLOWER, "Sample Flower")
    elsewhere = sandbox.metrc.get(f"/packages/v2/{ELSEWHERE}", licenseNumber=None).json["Id"]
    assert sandbox.metrc.get("/labtests/v2/results", packageId=elsewhere).status == 401
    for wrong in (None, FLOWER):
        assert sandbox.metrc.get("/labtests/v2/results", packageId=wrong).status == 400
