"""Receipts as they are recorded, read, changed and voided: contract section 8 and 17 points 5 to 9 and 11."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.sandbox import (
    ELSEWHERE,
    FIRST_PAIR,
    FLOWER,
    GUMMIES,
    OTHER_LICENSE,
    VAPE,
    WIDE,
    Sandbox,
    line,
    receipt,
    running,
)

RECEIPTS = "/sales/v2/receipts"


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running(tmp_path) as started:
        yield started


def record(sandbox: Sandbox, *receipts: dict[str, Any]) -> list[int]:
    reply = sandbox.metrc.post(RECEIPTS, list(receipts or [receipt()]))
    assert reply.status == 200, reply.body
    assert reply.json["Warnings"] is None
    return list(reply.json["Ids"])


def ids(sandbox: Sandbox, state: str) -> list[int]:
    return [row["Id"] for row in sandbox.metrc.get(f"{RECEIPTS}/{state}", **WIDE).json["Data"]]


def bought(sandbox: Sandbox, patient: str = "PT-001") -> list[Decimal]:
    sandbox.server.service.forget_cache()
    rows = sandbox.metrc.get(f"/patients/v2/statuses/{patient}").json
    return [row["FlowerOuncesPurchased"] for row in rows]


def test_a_receipt_is_stored_under_the_names_of_the_answer(sandbox: Sandbox) -> None:
    more = {
        "Price": Decimal("42.00"),
        "DiscountAmount": Decimal("3.50"),
        "SalesTax": 0,
        "InvoiceNumber": "I-1",
    }
    [number] = record(sandbox, receipt(line(FLOWER, "3.5", "Grams", "38.50", **more)))

    stored = sandbox.metrc.get(f"{RECEIPTS}/{number}").json
    [sold] = stored.pop("Transactions")

    assert stored | {"RecordedDateTime": "", "LastModified": ""} == {
        "Id": number,
        "ReceiptNumber": f"{number:010d}",
        "ExternalReceiptNumber": "ST01-R1-0000001",
        "SalesDateTime": "2026-04-08T11:58:00.000",
        "SalesCustomerType": "Patient",
        "PatientLicenseNumber": "PT-001",
        "CaregiverLicenseNumber": None,
        "IdentificationMethod": None,
        "PatientRegistrationLocationId": None,
        "TotalPackages": 1,
        "TotalPrice": Decimal("38.5"),
        "IsFinal": False,
        "ArchivedDate": None,
        "RecordedDateTime": "",
        "RecordedByUserName": "Sample Budtender 1",
        "LastModified": "",
    }
    assert sold["PackageLabel"] == FLOWER
    assert (sold["ProductName"], sold["ProductCategoryName"]) == ("Sample Flower", "Buds")
    assert (sold["QuantitySold"], sold["UnitOfMeasureName"], sold["TotalPrice"]) == (
        Decimal("3.5"), "Grams", Decimal("38.5"),
    )  # fmt: skip
    assert (sold["Price"], sold["DiscountAmount"], sold["SalesTax"]) == (42, Decimal("3.5"), 0)
    assert sold["InvoiceNumber"] == "I-1"


def test_quantities_go_down_and_purchases_go_up(sandbox: Sandbox) -> None:
    record(sandbox, receipt(line(FLOWER, "28.3495", "Grams", "90"), line(GUMMIES, "2", "Each", "30")))

    assert sandbox.quantity(FLOWER) == Decimal("425.2505")
    assert sandbox.quantity(GUMMIES) == 38
    ounces = (Decimal("28.3495") + 2 * Decimal("3.5")) / Decimal("28.349523125")
    assert bought(sandbox) == [round(ounces, 6)] * 2


def test_a_unit_of_weight_is_converted_into_that_of_the_package(sandbox: Sandbox) -> None:
    record(sandbox, receipt(line(FLOWER, "1", "Ounces", "90")))

    assert sandbox.quantity(FLOWER) == Decimal("425.2504769")
    assert bought(sandbox) == [1, 1]


def test_a_count_without_equivalent_weighs_what_its_unit_weighs(sandbox: Sandbox) -> None:
    record(sandbox, receipt(line(VAPE, "2", "Each", "50")))

    assert bought(sandbox) == [round(1 / Decimal("28.349523125"), 6)] * 2


def test_ids_come_in_the_order_of_the_request(sandbox: Sandbox) -> None:
    numbers = record(sandbox, *(receipt(ExternalReceiptNumber=f"N-{n}") for n in range(10)))

    read = [sandbox.metrc.get(f"{RECEIPTS}/{number}").json["ExternalReceiptNumber"] for number in numbers]
    assert read == [f"N-{n}" for n in range(10)]


def test_eleven_objects_are_413_and_nothing_is_stored(sandbox: Sandbox) -> None:
    reply = sandbox.metrc.post(RECEIPTS, [receipt()] * 11)

    assert (reply.status, reply.json) == (413, {"Message": "The content being submitted is too large"})
    assert sandbox.server.ledger() == []


def test_transactions_do_not_count_as_objects(sandbox: Sandbox) -> None:
    record(sandbox, receipt(*[line(FLOWER, "0.1", "Grams", "1")] * 11))


def test_a_batch_is_stored_whole_or_not_at_all(sandbox: Sandbox) -> None:
    bad = receipt(line("1A4FF0100000022000009999", "0", "Grams", "1"), SalesCustomerType="Friend")
    reply = sandbox.metrc.post(RECEIPTS, [receipt(), bad, receipt(), receipt(Transactions=[])])

    assert reply.status == 400
    assert [problem["row"] for problem in reply.json] == [1, 1, 3]
    assert all(set(problem) == {"row", "message"} for problem in reply.json)
    assert sandbox.server.ledger() == []
    assert sandbox.quantity(FLOWER) == Decimal("453.6")
    assert bought(sandbox) == [0, 0]


def test_rows_of_a_batch_share_the_packages(sandbox: Sandbox) -> None:
    half = receipt(line(GUMMIES, "21", "Each", "300"))

    assert sandbox.metrc.post(RECEIPTS, [half, half]).status == 400
    assert sandbox.quantity(GUMMIES) == 40


def test_an_allotment_may_be_exceeded_unless_switched(sandbox: Sandbox) -> None:
    much = receipt(line(FLOWER, "2.6", "Ounces", "250"))

    record(sandbox, much)
    assert bought(sandbox)[0] == Decimal("2.6")
    sandbox.control.put("/__sandbox/settings", {"refuse_over_allotment": True})
    assert sandbox.metrc.post(RECEIPTS, [much]).status == 400


def test_the_switched_allotment_allows_the_last_bit_and_looks_at_every_period(sandbox: Sandbox) -> None:
    sandbox.control.put("/__sandbox/settings", {"refuse_over_allotment": True})
    half_ounce = receipt(line(FLOWER, "0.5", "Ounces", "50"), PatientLicenseNumber="PT-004")

    record(sandbox, half_ounce)
    refused = sandbox.metrc.post(RECEIPTS, [half_ounce])

    assert refused.json == [{"row": 0, "message": "Patient PT-004 would exceed the allotment of 30 days."}]


def test_an_equal_external_number_is_stored_twice_and_the_newest_is_found(sandbox: Sandbox) -> None:
    first, second = record(sandbox) + record(sandbox)

    assert first < second
    assert sandbox.metrc.get(f"{RECEIPTS}/external/ST01-R1-0000001").json["Id"] == second
    assert len(sandbox.server.ledger()) == 2


def test_an_equal_external_number_can_be_refused(sandbox: Sandbox) -> None:
    sandbox.control.put("/__sandbox/settings", {"refuse_duplicate_external": True})
    [number] = record(sandbox)

    assert sandbox.metrc.post(RECEIPTS, [receipt()]).status == 400
    assert sandbox.metrc.put(RECEIPTS, [receipt(Id=number)]).status == 200
    assert sandbox.metrc.post(RECEIPTS, [receipt(ExternalReceiptNumber="N")] * 2).status == 400
    sandbox.metrc.delete(f"{RECEIPTS}/{number}")
    record(sandbox)


def test_an_unknown_external_number_is_401_unless_switched_to_404(sandbox: Sandbox) -> None:
    record(sandbox)
    path = f"{RECEIPTS}/external/ST01-R1-0000002"

    assert sandbox.metrc.get(path).status == 401
    assert (
        sandbox.metrc.get(f"{RECEIPTS}/external/ST01-R1-0000001", licenseNumber=OTHER_LICENSE).status == 401
    )
    sandbox.control.put("/__sandbox/settings", {"external_miss": 404})
    assert sandbox.metrc.get(path).status == 404


def test_an_external_number_may_need_escaping(sandbox: Sandbox) -> None:
    [number] = record(sandbox, receipt(ExternalReceiptNumber="A/1 ü"))

    assert sandbox.metrc.get(f"{RECEIPTS}/external/A%2F1%20%C3%BC").json["Id"] == number


def test_a_voided_receipt_gives_everything_back_once(sandbox: Sandbox) -> None:
    [number] = record(sandbox, receipt(line(FLOWER, "1", "Ounces", "90"), line(GUMMIES, "2", "Each", "30")))

    first = sandbox.metrc.delete(f"{RECEIPTS}/{number}")
    assert (first.status, first.body) == (200, b"")
    assert [sandbox.quantity(FLOWER), sandbox.quantity(GUMMIES)] == [Decimal("453.6"), 40]
    assert bought(sandbox) == [0, 0]

    second = sandbox.metrc.delete(f"{RECEIPTS}/{number}")
    assert (second.status, second.json[0]["row"]) == (400, 0)
    assert sandbox.quantity(FLOWER) == Decimal("453.6")
    assert (ids(sandbox, "active"), ids(sandbox, "inactive")) == ([], [number])
    assert sandbox.metrc.get(f"{RECEIPTS}/{number}").json["ArchivedDate"] == "2026-04-08"


def test_a_put_replaces_the_receipt_with_all_its_lines(sandbox: Sandbox) -> None:
    [number] = record(
        sandbox, receipt(line(FLOWER, "3.5", "Grams", "38.50"), line(GUMMIES, "2", "Each", "30"))
    )

    changed = receipt(line(FLOWER, "7", "Grams", "70"), Id=number, ExternalReceiptNumber="N-2")
    reply = sandbox.metrc.put(RECEIPTS, [changed])

    assert (reply.status, reply.body) == (200, b"")
    assert [sandbox.quantity(FLOWER), sandbox.quantity(GUMMIES)] == [Decimal("446.6"), 40]
    [stored] = sandbox.server.ledger()
    assert (stored["Id"], stored["ExternalReceiptNumber"], stored["TotalPrice"]) == (number, "N-2", 70)
    assert bought(sandbox)[0] == round(7 / Decimal("28.349523125"), 6)
    assert sandbox.metrc.put(RECEIPTS, [changed]).status == 200
    assert sandbox.quantity(FLOWER) == Decimal("446.6")


def test_a_refused_put_changes_nothing(sandbox: Sandbox) -> None:
    [number] = record(sandbox)

    assert sandbox.metrc.put(RECEIPTS, [receipt(line(FLOWER, "999", "Grams", "1"), Id=number)]).status == 400
    assert sandbox.quantity(FLOWER) == Decimal("450.1")
    assert sandbox.server.ledger()[0]["TotalPrice"] == Decimal("38.5")


def test_a_final_receipt_is_locked_until_unfinalized(sandbox: Sandbox) -> None:
    [number] = record(sandbox)

    for _ in range(2):
        assert sandbox.metrc.put(f"{RECEIPTS}/finalize", [{"Id": number}]).body == b""
    assert (ids(sandbox, "active"), ids(sandbox, "inactive")) == ([], [number])
    assert sandbox.metrc.put(RECEIPTS, [receipt(Id=number)]).status == 400
    assert sandbox.metrc.delete(f"{RECEIPTS}/{number}").status == 400

    sandbox.metrc.put(f"{RECEIPTS}/unfinalize", [{"Id": number}])
    assert ids(sandbox, "active") == [number]
    assert sandbox.metrc.delete(f"{RECEIPTS}/{number}").status == 200
    assert sandbox.metrc.put(f"{RECEIPTS}/finalize", [{"Id": number}]).status == 400


def test_a_receipt_of_another_license_is_401_and_an_unknown_one_404(sandbox: Sandbox) -> None:
    [number] = record(sandbox)
    other = {"licenseNumber": OTHER_LICENSE}

    assert sandbox.metrc.get(f"{RECEIPTS}/{number}", **other).status == 401
    assert sandbox.metrc.delete(f"{RECEIPTS}/{number}", **other).status == 401
    assert (
        sandbox.metrc.put(RECEIPTS, [receipt(line(ELSEWHERE, "1", "Grams", "1"), Id=number)], **other).status
        == 401
    )
    assert sandbox.metrc.put(f"{RECEIPTS}/finalize", [{"Id": number}], **other).status == 401
    assert sandbox.metrc.get(f"{RECEIPTS}/999").status == 404
    assert sandbox.metrc.delete(f"{RECEIPTS}/999").status == 404


def test_a_late_report_carries_the_true_time_and_counts_on_its_day(sandbox: Sandbox) -> None:
    record(sandbox, receipt(SalesDateTime="2026-04-01T09:00:00.000"))

    assert bought(sandbox) == [0, round(Decimal("3.5") / Decimal("28.349523125"), 6)]


def test_the_ledger_holds_every_receipt_in_full(sandbox: Sandbox) -> None:
    voided, kept = record(sandbox) + record(sandbox)
    sandbox.metrc.delete(f"{RECEIPTS}/{voided}")

    ledger = sandbox.control.get("/__sandbox/ledger").json["receipts"]

    assert [row["Id"] for row in ledger] == [voided, kept]
    assert [row["ArchivedDate"] for row in ledger] == ["2026-04-08", None]
    assert [len(row["Transactions"]) for row in ledger] == [1, 1]
    assert {row["LicenseNumber"] for row in ledger} == {"PC-000017"}


def test_registers_may_report_at_the_same_time(sandbox: Sandbox) -> None:
    def report(register: int) -> list[int]:
        with sandbox.as_user(FIRST_PAIR) as caller:
            sold = [
                receipt(line(FLOWER, "0.1", "Grams", "1"), ExternalReceiptNumber=f"R{register}-{n}")
                for n in range(5)
            ]
            return [caller.post(RECEIPTS, [one]).json["Ids"][0] for one in sold]

    with ThreadPoolExecutor(8) as registers:
        numbers = [number for found in registers.map(report, range(8)) for number in found]

    assert len(set(numbers)) == len(sandbox.server.ledger()) == 40
    assert sandbox.quantity(FLOWER) == Decimal("449.6")
