"""What the service that was written apart records and refuses; numbers are sections of the wire contract."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.fixtures.metrc_apart import MetrcApart, Rules
from tests.fixtures.metrc_apart.bench import (
    EACH,
    ELSEWHERE,
    GRAMS,
    OTHER,
    Caller,
    changed,
    line,
    opened,
    sale,
)

RECEIPTS = "/sales/v2/receipts"


@pytest.fixture
def service() -> Iterator[MetrcApart]:
    with opened() as running:
        yield running


@pytest.fixture
def caller(service: MetrcApart) -> Caller:
    return Caller(service)


def test_a_receipt_is_recorded_and_read_back_under_other_names(caller: Caller, service: MetrcApart) -> None:
    """8.2 and 8.3: ids in the order of the request; only get-by-id has the lines."""
    said = caller.sell(sale(line(Quantity=3.5, TotalAmount=38.5), line(EACH, TotalAmount=30)))
    assert said.json["Warnings"] is None
    (number,) = said.json["Ids"]
    receipt = caller.get(f"{RECEIPTS}/{number}").json
    first = receipt["Transactions"][0]
    assert [first[name] for name in ("QuantitySold", "UnitOfMeasureName", "TotalPrice")] == [
        3.5,
        "Grams",
        38.5,
    ]
    assert (receipt["TotalPackages"], receipt["TotalPrice"], receipt["IsFinal"]) == (2, 68.5, False)
    assert receipt["SalesDateTime"] == "2026-04-09T14:30:00.000"
    listed = caller.get(f"{RECEIPTS}/active").json["Data"][0]
    assert (listed["Id"], listed["Transactions"]) == (number, [])
    assert service.package(GRAMS)["Quantity"] == Decimal("24.5")
    assert service.package(EACH)["Quantity"] == 8


def test_times_on_the_wire_have_seven_digits(caller: Caller) -> None:
    """2 and 17, 16."""
    caller.sell(sale())
    row = caller.get(f"{RECEIPTS}/active").json["Data"][0]
    assert row["LastModified"] == "2026-04-09T18:32:00.0000004+00:00"
    assert row["RecordedDateTime"] == "2026-04-09T14:32:00.0000004-04:00"


@pytest.mark.parametrize(
    "moment",
    [
        "2026-04-09T14:30:00.000Z",
        "2026-04-09T14:30:00.000-04:00",
        "2026-04-09T14:30:00",
        "2026-04-09 14:30:00.000",
        "2026-04-09T18:30:00.000",
        "2026-04-09T14:37:01.000",
        "2026-03-08T02:30:00.000",
        "2026-02-30T14:30:00.000",
        "2026-04-09",
    ],
    ids=["Z", "offset", "no fraction", "space", "UTC", "soon", "hour that never was", "day", "no time"],
)
def test_a_sale_time_is_the_facility_s_own_and_not_in_the_future(caller: Caller, moment: str) -> None:
    """2, rules 1 and 5."""
    assert "SalesDateTime" in caller.sell(sale(SalesDateTime=moment)).json[0]["message"]


def test_a_late_report_has_its_true_time(caller: Caller) -> None:
    """2, rule 5: any past time, five minutes ahead, and the first of the repeated hours."""
    for moment in ("2026-01-02T09:00:00.000", "2026-04-09T14:37:00.000", "2025-11-02T01:30:00.000"):
        assert caller.sell(sale(line(Quantity=1), SalesDateTime=moment)).status == 200


@pytest.mark.parametrize(
    "name", ["SalesDateTime", "SalesCustomerType", "PatientLicenseNumber", "Transactions"]
)
def test_what_a_receipt_needs(caller: Caller, name: str) -> None:
    """8.3."""
    assert name in caller.sell(changed(sale(), name)).json[0]["message"]
    assert name in caller.sell(sale(**{name: None})).json[0]["message"]


@pytest.mark.parametrize("name", ["PackageLabel", "Quantity", "UnitOfMeasure", "TotalAmount"])
def test_what_a_line_needs(caller: Caller, name: str) -> None:
    """8.3."""
    assert name in caller.sell(sale(changed(line(), name))).json[0]["message"]


@pytest.mark.parametrize(
    "change",
    [
        {"Quantity": "2"},
        {"Quantity": True},
        {"Quantity": 0},
        {"Quantity": -1},
        {"Quantity": 1.00001},
        {"Quantity": 28.0001},
        {"TotalAmount": 20.505},
        {"TotalAmount": "20.50"},
        {"SalesTax": "0"},
        {"UnitOfMeasure": "g"},
        {"UnitOfMeasure": "Each"},
        {"UnitOfMeasure": "Ounces"},
        {"UnitThcContent": 100},
        {"UnitThcContent": 100, "UnitThcContentUnitOfMeasure": "Each"},
        {"UnitThcPercent": 101},
        {"QrCodes": "one"},
        {"QuantitySold": 2},
        {"PackageLabel": GRAMS[:-1]},
        {"PackageLabel": ELSEWHERE},
    ],
    ids=lambda change: ",".join(f"{name}={value}" for name, value in change.items()),
)
def test_a_line_with_a_wrong_value_is_refused(
    caller: Caller, service: MetrcApart, change: dict[str, Any]
) -> None:
    """8.3: types, digits, kinds of unit, and packages of this facility only."""
    assert caller.sell(sale(line(**change))).json[0]["row"] == 0
    assert service.receipts() == []
    assert caller.sell(sale(line())).status == 200


def test_pieces_are_whole_and_a_package_comes_once(caller: Caller) -> None:
    """8.3, the stricter readings; a rule turns the second off."""
    assert caller.sell(sale(line(EACH, Quantity=1.5))).status == 400
    assert caller.sell(sale(line(), line())).status == 400
    assert caller.sell(sale()).status == 200
    with opened(rules=Rules(repeat_package="accept", convert_units=True)) as lax:
        more = Caller(lax).sell(sale(line(), line(Quantity=0.5, UnitOfMeasure="Ounces")))
        assert more.status == 200
        assert lax.package(GRAMS)["Quantity"] == Decimal("11.8252384375")


@pytest.mark.parametrize(
    "change",
    [
        {"state": "onhold"},
        {"state": "finished"},
        {"lab_state": "NotSubmitted"},
        {"fields": {"IsOnRecall": True}},
        {"fields": {"ExpirationDate": "2026-04-08"}},
        {"fields": {"PatientLicenseNumber": "PT/2"}},
    ],
    ids=str,
)
def test_a_package_that_may_not_be_sold(caller: Caller, service: MetrcApart, change: dict[str, Any]) -> None:
    """10.1 and 17, 6."""
    service.change_package(GRAMS, **change)
    assert GRAMS in caller.sell(sale()).json[0]["message"]


def test_the_kind_of_customer_decides_which_numbers_belong(caller: Caller) -> None:
    """8.1 and 8.3."""
    caring = sale(SalesCustomerType="Caregiver", CaregiverLicenseNumber="CG-1")
    assert caller.sell(caring).status == 200
    wrong = [
        {**caring, "CaregiverLicenseNumber": None},
        {**caring, "PatientLicenseNumber": None},
        {**caring, "PatientLicenseNumber": "PT/2"},
        {**caring, "CaregiverLicenseNumber": "CG-9"},
        sale(CaregiverLicenseNumber="CG-1"),
        sale(PatientLicenseNumber="PT-3"),
        sale(SalesCustomerType="Consumer"),
        sale(SalesCustomerType="patient"),
    ]
    assert {row["row"] for row in caller.sell(*wrong).json} == set(range(len(wrong)))


def test_the_same_number_twice_makes_two_receipts(caller: Caller, service: MetrcApart) -> None:
    """4.2 and 17, 8: there is no idempotency, and the lookup shows the newest."""
    first, second = (caller.sell(sale()).json["Ids"][0] for _ in range(2))
    assert [row["Id"] for row in service.receipts()] == [first, second]
    assert service.package(GRAMS)["Quantity"] == 24
    found = caller.get(f"{RECEIPTS}/external/ST01-R2-0000481")
    assert (found.json["Id"], found.json["Transactions"]) == (second, [])
    assert caller.get(f"{RECEIPTS}/external/ST01-R2-0000482").status == 401
    assert caller.get(f"{RECEIPTS}/external/ST01-R2-0000481", OTHER).status == 401


def test_a_receipt_above_the_allotment(caller: Caller) -> None:
    """17, 7: whether METRC refuses is uncertain; a rule accepts it."""
    big = [{"label": GRAMS, "quantity": 100}]
    for rules, status in ((Rules(), 400), (Rules(over_allotment="accept"), 200)):
        with opened(packages=big, rules=rules) as service:
            assert Caller(service).sell(sale(line(Quantity=71))).status == status  # 2.5 oz are 70.87 g


def test_an_archived_receipt_gives_everything_back(caller: Caller, service: MetrcApart) -> None:
    """8.4 and 17, 11."""
    (number,) = caller.sell(sale()).json["Ids"]
    assert caller.delete(f"{RECEIPTS}/{number}").raw == b""
    assert service.package(GRAMS)["Quantity"] == 28
    assert service.receipts()[0]["ArchivedDate"] == "2026-04-09"
    assert caller.get(f"{RECEIPTS}/active").json["Total"] == 0
    assert caller.get(f"{RECEIPTS}/inactive").json["Total"] == 1
    assert caller.get("/patients/v2/statuses/PT-1").json[0]["FlowerOuncesPurchased"] == 0
    assert caller.delete(f"{RECEIPTS}/{number}").json[0]["row"] == 0
    assert caller.delete(f"{RECEIPTS}/1").status == 404
    assert caller.delete(f"{RECEIPTS}/{number}", OTHER).status == 401


def test_an_edit_replaces_the_receipt_in_full(caller: Caller, service: MetrcApart) -> None:
    """8.4."""
    (number,) = caller.sell(sale(line(), line(EACH))).json["Ids"]
    edited = {**sale(line(Quantity=28)), "Id": number}
    assert caller.put(RECEIPTS, edited).raw == b""
    assert (service.package(GRAMS)["Quantity"], service.package(EACH)["Quantity"]) == (0, 10)
    assert caller.put(RECEIPTS, {**edited, "Transactions": [line(Quantity=29)]}).status == 400
    assert caller.put(RECEIPTS, sale()).status == 400
    assert caller.put(RECEIPTS, {**edited, "Id": 1}).status == 401
    assert caller.put(RECEIPTS, edited, license_number=OTHER).status == 401
    assert service.package(GRAMS)["Quantity"] == 0


def test_a_final_receipt_is_locked(caller: Caller) -> None:
    """8.4: locking may be repeated; while locked it is neither edited nor archived."""
    (number,) = caller.sell(sale()).json["Ids"]
    for _ in range(2):
        assert caller.put(f"{RECEIPTS}/finalize", {"Id": number}).status == 200
    assert caller.get(f"{RECEIPTS}/inactive").json["Data"][0]["IsFinal"] is True
    assert caller.put(RECEIPTS, {**sale(), "Id": number}).status == 400
    assert caller.delete(f"{RECEIPTS}/{number}").status == 400
    assert caller.put(f"{RECEIPTS}/unfinalize", {"Id": number}).status == 200
    assert caller.delete(f"{RECEIPTS}/{number}").status == 200
    assert caller.put(f"{RECEIPTS}/finalize", {"Id": number}).status == 400
    assert caller.put(f"{RECEIPTS}/finalize", {"Id": str(number)}).status == 400
