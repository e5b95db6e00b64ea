"""Packages, transfers, lab results and members of the service that was written apart; numbers are the contract's
sections.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.fixtures.metrc_apart import Clock, MetrcApart
from tests.fixtures.metrc_apart.bench import ELSEWHERE, GRAMS, HOME, Caller, changed, line, opened, sale


@pytest.fixture
def service() -> Iterator[MetrcApart]:
    with opened() as running:
        yield running


@pytest.fixture
def caller(service: MetrcApart) -> Caller:
    return Caller(service)


def adjustment(**changes: Any) -> dict[str, Any]:
    return {
        "Label": GRAMS,
        "Quantity": -3,
        "UnitOfMeasure": "Grams",
        "AdjustmentReason": "scale variance",
        "AdjustmentDate": "2026-04-09",
        "ReasonNote": None,
        **changes,
    }


def test_post_changes_a_quantity_and_put_sets_it(caller: Caller, service: MetrcApart) -> None:
    """10.2: a wrong verb corrupts the inventory."""
    path = "/packages/v2/adjust"
    assert caller.post(path, adjustment()).json["Warnings"] is None
    assert service.package(GRAMS)["Quantity"] == 25
    assert caller.put(path, adjustment(Quantity=3)).raw == b""
    assert service.package(GRAMS)["Quantity"] == 3
    wrong = [
        adjustment(Quantity=-3.5),
        adjustment(Quantity=0),
        adjustment(AdjustmentReason="Waste"),
        adjustment(AdjustmentReason="Lost"),
        adjustment(AdjustmentDate="2026-04-10"),
        adjustment(AdjustmentDate="04/09/2026"),
        adjustment(UnitOfMeasure="Each"),
        adjustment(Label=ELSEWHERE),
        adjustment(PackageLabel=GRAMS),
    ]
    assert {row["row"] for row in caller.post(path, *wrong).json} == set(range(len(wrong)))


def test_only_an_empty_package_is_finished(caller: Caller, service: MetrcApart) -> None:
    """10.2; a sale to zero does not finish a package (3.2)."""
    row = {"Label": GRAMS, "ActualDate": "2026-04-09"}
    assert caller.put("/packages/v2/finish", row).status == 400
    caller.sell(sale(line(Quantity=28)))
    assert service.package(GRAMS)["State"] == "active"
    assert caller.put("/packages/v2/finish", row).status == 200
    assert caller.get("/packages/v2/inactive").json["Data"][0]["FinishedDate"] == "2026-04-09"
    assert caller.put("/packages/v2/unfinish", {"Label": GRAMS}).status == 200
    assert caller.get("/packages/v2/active").json["Total"] == 2


def test_label_and_package_label_are_not_interchangeable(caller: Caller, service: MetrcApart) -> None:
    """10.2."""
    assert caller.put("/packages/v2/note", {"PackageLabel": GRAMS, "Note": "Sample"}).status == 200
    assert caller.put("/packages/v2/note", {"Label": GRAMS, "Note": "Other"}).status == 400
    moved = {"Label": GRAMS, "Location": "vault", "Sublocation": None, "MoveDate": "2026-04-09"}
    assert caller.put("/packages/v2/location", moved).status == 200
    assert caller.put("/packages/v2/location", {**moved, "Location": "Cellar"}).status == 400
    assert [service.package(GRAMS)[name] for name in ("Note", "LocationName")] == ["Sample", "Vault"]


def test_a_package_is_found_by_id_and_by_label_of_any_case(caller: Caller) -> None:
    """10, 10.1 and 11: inside a package some members of the item are the number 0."""
    row = caller.get(f"/packages/v2/{GRAMS.lower()}").json
    assert caller.get(f"/packages/v2/{row['Id']}").json["Label"] == GRAMS
    assert row["Item"]["QuantityType"] == 0
    assert caller.get("/items/v2/active").json["Data"][0]["QuantityType"] in ("WeightBased", "CountBased")


def test_places_need_a_window(caller: Caller) -> None:
    """11."""
    window = {"lastModifiedStart": "2026-04-08T20:00:00Z", "lastModifiedEnd": "2026-04-09T20:00:00Z"}
    assert caller.get("/locations/v2/active").json["Data"] == []
    assert [row["Name"] for row in caller.get("/locations/v2/active", **window).json["Data"]] == [
        "Sales Floor",
        "Vault",
    ]


def test_a_transfer_is_read_by_its_delivery_and_accepted_elsewhere() -> None:
    """12 and 13: the API cannot accept it, and lab results go by the package's id."""
    fresh = "1A4SAMPLE000000000000077"
    package = {"label": fresh, "quantity": 20, "tests": [{"name": "Sample Potency", "level": 21}]}
    with opened(transfers=[{"manifest": "0000000042", "packages": [package]}]) as service:
        caller = Caller(service)
        (row,) = caller.get("/transfers/v2/incoming").json["Data"]
        path = f"/transfers/v2/deliveries/{row['DeliveryId']}/packages"
        (shipped,) = caller.get(path, None).json["Data"]
        assert (shipped["PackageLabel"], shipped["ShipmentPackageState"]) == (fresh, "Shipped")
        assert caller.get(f"/transfers/v2/deliveries/{row['Id']}/packages", None).status == 404
        (leg,) = caller.get(f"/transfers/v2/{row['Id']}/deliveries", None).json["Data"]
        assert leg["Id"] == row["DeliveryId"]
        assert caller.get(f"/packages/v2/{fresh}").status == 404
        service.accept("0000000042")
        number = caller.get(f"/packages/v2/{fresh}").json["Id"]
        (result,) = caller.get("/labtests/v2/results", packageId=str(number)).json["Data"]
        assert (result["TestTypeName"], result["TestPassed"], result["TestResultLevel"]) == (
            "Sample Potency",
            True,
            21,
        )
        assert caller.get("/labtests/v2/results", packageId=fresh).status == 400


def test_a_member_patient_and_a_check_in_need_their_flags() -> None:
    """7.3 and 7.4: a check-in answers with an empty body, unlike other POSTs."""
    member = {
        "LicenseNumber": "PT-1",
        "LicenseEffectiveStartDate": "2026-01-01",
        "LicenseEffectiveEndDate": "2026-12-31",
        "RecommendedPlants": 0,
        "RecommendedSmokableQuantity": 2.5,
        "HasSalesLimitExemption": False,
        "ActualDate": "2026-04-09",
    }
    checked_in = {
        "PatientLicenseNumber": "PT-1",
        "CheckInLocationId": 1,
        "RegistrationStartDate": "2026-01-01",
        "RegistrationExpiryDate": "2026-12-31",
        "CheckInDate": "2026-04-09",
    }
    flags = {"CanHaveMemberPatients": True, "CanReportPatientCheckIns": True}
    home = {"license": HOME, "flags": flags}
    with (
        opened() as without,
        MetrcApart(home, patients=["PT-1"], clock=Clock.at("2026-04-09T18:32:00Z")) as service,
    ):
        assert Caller(without).post("/patients/v2", member).status == 403
        caller = Caller(service)
        (number,) = caller.post("/patients/v2", member).json["Ids"]
        assert caller.post("/patients/v2", member).status == 400
        assert caller.post("/patients/v2", changed(member, "ActualDate")).status == 400
        assert caller.get(f"/patients/v2/{number}").json["RegistrationDate"] == "2026-04-09"
        assert caller.delete(f"/patients/v2/{number}").raw == b""
        assert caller.post("/patient-checkins/v2", checked_in).raw == b""
        assert caller.post("/patient-checkins/v2", {**checked_in, "CheckInLocationId": 9}).status == 400
