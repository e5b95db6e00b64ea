"""Every way in which a receipt is refused: never friendlier than the contract (17 points 5, 6 and 13)."""

from collections.abc import Callable, Iterator
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
    Sandbox,
    facility,
    line,
    receipt,
    running,
    seed_document,
    to_json,
)

RECEIPTS = "/sales/v2/receipts"
JSON = {"Content_Type": "application/json"}


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running(tmp_path) as started:
        yield started


def refuse(sandbox: Sandbox, sent: dict[str, Any]) -> list[str]:
    """Post one receipt that must be refused row by row, and look that nothing is left of it."""
    reply = sandbox.metrc.post(RECEIPTS, [sent])
    assert reply.status == 400, reply.body
    assert {problem["row"] for problem in reply.json} == {0}
    assert sandbox.server.ledger() == []
    assert sandbox.quantity(FLOWER) == Decimal("453.6")
    return [problem["message"] for problem in reply.json]


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in receipt().items() if key != name}


def sold(**changes: Any) -> dict[str, Any]:
    return receipt(line(FLOWER, "3.5", "Grams", "38.50") | changes)


def test_the_receipt_that_the_refusals_are_made_from_is_accepted(sandbox: Sandbox) -> None:
    assert sandbox.metrc.post(RECEIPTS, [receipt()]).status == 200


REFUSALS: dict[str, tuple[Callable[[], dict[str, Any]], str]] = {
    "no time": (lambda: without("SalesDateTime"), "SalesDateTime was not specified"),
    "unset time": (
        lambda: receipt(SalesDateTime="0001-01-01T00:00:00.000"),
        "SalesDateTime was not specified",
    ),
    "time in UTC": (lambda: receipt(SalesDateTime="2026-04-08T15:58:00.000Z"), "without offset"),
    "time with offset": (lambda: receipt(SalesDateTime="2026-04-08T11:58:00.000-04:00"), "without offset"),
    "time without fraction": (lambda: receipt(SalesDateTime="2026-04-08T11:58:00"), "without offset"),
    "a day that is none": (lambda: receipt(SalesDateTime="2026-02-30T11:58:00.000"), "without offset"),
    "time as number": (lambda: receipt(SalesDateTime=20260408), "without offset"),
    "future": (lambda: receipt(SalesDateTime="2026-04-08T12:05:00.001"), "in the future"),
    "no customer type": (lambda: without("SalesCustomerType"), "SalesCustomerType was not specified"),
    "unknown customer type": (lambda: receipt(SalesCustomerType="Friend"), "Friend is not valid"),
    "customer type in lower case": (lambda: receipt(SalesCustomerType="patient"), "patient is not valid"),
    "customer type without flag": (lambda: receipt(SalesCustomerType="Consumer"), "Consumer is not valid"),
    "external patient without flag": (lambda: receipt(SalesCustomerType="ExternalPatient"), "not valid"),
    "no patient": (lambda: without("PatientLicenseNumber"), "PatientLicenseNumber was not specified"),
    "empty patient": (lambda: receipt(PatientLicenseNumber=""), "PatientLicenseNumber was not specified"),
    "unknown patient": (lambda: receipt(PatientLicenseNumber="PT-999"), "PT-999 does not exist"),
    "patient in other case": (lambda: receipt(PatientLicenseNumber="pt-001"), "pt-001 does not exist"),
    "revoked patient": (lambda: receipt(PatientLicenseNumber="PT-002"), "PT-002 is not active"),
    "expired patient": (lambda: receipt(PatientLicenseNumber="PT-003"), "PT-003 is not active"),
    "caregiver missing": (lambda: receipt(SalesCustomerType="Caregiver"), "CaregiverLicenseNumber was not"),
    "caregiver unknown": (
        lambda: receipt(SalesCustomerType="Caregiver", CaregiverLicenseNumber="CG-9"),
        "CG-9 does not exist",
    ),
    "caregiver revoked": (
        lambda: receipt(SalesCustomerType="Caregiver", CaregiverLicenseNumber="CG-002"),
        "CG-002 is not active",
    ),
    "caregiver of somebody else": (
        lambda: receipt(
            SalesCustomerType="Caregiver", CaregiverLicenseNumber="CG-001", PatientLicenseNumber="PT-004"
        ),
        "does not care for",
    ),
    "caregiver without patient": (
        lambda: (
            without("PatientLicenseNumber")
            | {"SalesCustomerType": "Caregiver", "CaregiverLicenseNumber": "CG-001"}
        ),
        "PatientLicenseNumber was not specified",
    ),
    "no lines": (lambda: receipt(Transactions=[]), "at least one"),
    "lines missing": (lambda: without("Transactions"), "Transactions was not specified"),
    "lines as object": (lambda: receipt(Transactions={}), "must be a list"),
    "line as text": (lambda: receipt(Transactions=["x"]), "is not an object"),
    "no label": (lambda: sold(PackageLabel=None), "PackageLabel was not specified"),
    "short label": (lambda: sold(PackageLabel="1A4"), "Tag 1A4 is not valid"),
    "unknown package": (
        lambda: sold(PackageLabel="1A4FF0100000022000009999"),
        "does not exist in the current",
    ),
    "package of another store": (lambda: sold(PackageLabel=ELSEWHERE), "does not exist in the current"),
    "package on hold": (lambda: sold(PackageLabel=HELD), "is not active"),
    "finished package": (lambda: sold(PackageLabel=EMPTY), "is not active"),
    "more than there is": (lambda: sold(Quantity=Decimal("453.6001")), "does not hold"),
    "more than there is, in two lines": (
        lambda: receipt(*[line(FLOWER, "226.9", "Grams", "1")] * 2),
        "does not hold",
    ),
    "more than there is, in ounces": (lambda: sold(Quantity=17, UnitOfMeasure="Ounces"), "does not hold"),
    "nothing": (lambda: sold(Quantity=0), "more than zero"),
    "less than nothing": (lambda: sold(Quantity=Decimal("-3.5")), "more than zero"),
    "quantity missing": (lambda: sold(Quantity=None), "Quantity was not specified"),
    "quantity as text": (lambda: sold(Quantity="3.5"), "must be a number"),
    "quantity as truth": (lambda: sold(Quantity=True), "must be a number"),
    "five decimals": (lambda: sold(Quantity=Decimal("3.50001")), "more than 4 decimals"),
    "unit missing": (lambda: sold(UnitOfMeasure=None), "UnitOfMeasure was not specified"),
    "unit unknown": (lambda: sold(UnitOfMeasure="Stones"), "does not fit"),
    "unit abbreviated": (lambda: sold(UnitOfMeasure="g"), "does not fit"),
    "count of a weight": (lambda: sold(UnitOfMeasure="Each"), "does not fit"),
    "weight of a count": (lambda: sold(PackageLabel=GUMMIES), "does not fit"),
    "amount missing": (lambda: sold(TotalAmount=None), "TotalAmount was not specified"),
    "amount below zero": (lambda: sold(TotalAmount=Decimal("-0.01")), "below zero"),
    "amount of three decimals": (lambda: sold(TotalAmount=Decimal("38.505")), "more than 2 decimals"),
    "tax as text": (lambda: sold(SalesTax="0.00"), "must be a number"),
    "price of three decimals": (lambda: sold(Price=Decimal("42.001")), "more than 2 decimals"),
    "codes as text": (lambda: sold(QrCodes="https://1a4.com/X"), "must be a list of texts"),
    "location as text": (lambda: receipt(PatientRegistrationLocationId="1"), "must be a whole number"),
    "location with decimals": (lambda: receipt(PatientRegistrationLocationId=Decimal("1.5")), "whole number"),
    "member in camel case": (
        lambda: without("SalesDateTime") | {"salesDateTime": "2026-04-08T11:58:00.000"},
        "salesDateTime is not a known property; it is spelled SalesDateTime",
    ),
    "member in upper case": (lambda: sold(QUANTITY=1), "QUANTITY is not a known property"),
    "member of the answer": (lambda: sold(QuantitySold=1), "QuantitySold is not a known property"),
    "an id": (lambda: receipt(Id=1), "Id is not a known property"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refused_by_row_and_nothing_is_left(sandbox: Sandbox, name: str) -> None:
    sent, message = REFUSALS[name]

    assert any(message in each for each in refuse(sandbox, sent()))


def test_a_row_hears_everything_that_is_wrong_with_it(sandbox: Sandbox) -> None:
    messages = refuse(
        sandbox,
        receipt(
            line(HELD, "1", "Grams", "1"), line(FLOWER, "1", "Each", "1"),
            SalesCustomerType="Consumer", PatientLicenseNumber="PT-999",
        ),
    )  # fmt: skip

    assert len(messages) == 4


BODIES: dict[str, bytes] = {
    "an object": to_json(receipt()),
    "nothing": b"",
    "null": b"null",
    "an empty array": b"[]",
    "half of it": to_json([receipt()])[:-1],
    "an exponent": to_json([sold(Quantity=Decimal("3.5"))]).replace(b"3.5,", b"35e-1,"),
    "a member twice": b'[{"SalesDateTime":null,"SalesDateTime":null}]',
    "not a number": to_json([sold()]).replace(b"3.5,", b"NaN,"),
    "Latin-1": '[{"ExternalReceiptNumber":"ü"}]'.encode("latin-1"),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_no_array_of_objects_is_refused_whole(sandbox: Sandbox, name: str) -> None:
    response = sandbox.metrc.send("POST", f"{RECEIPTS}?licenseNumber={LICENSE}", BODIES[name], **JSON)

    assert response.status == 400
    assert b'{"Message":' in response.read()
    assert sandbox.server.ledger() == []


@pytest.mark.parametrize(
    "kind", [None, "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1"]
)
def test_another_content_type_is_refused(sandbox: Sandbox, kind: str | None) -> None:
    headers = {} if kind is None else {"Content_Type": kind}
    response = sandbox.metrc.send(
        "POST", f"{RECEIPTS}?licenseNumber={LICENSE}", to_json([receipt()]), **headers
    )

    assert response.status == 400
    assert sandbox.server.ledger() == []


@pytest.mark.parametrize(
    "kind", ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8"]
)
def test_json_in_utf_8_is_taken(sandbox: Sandbox, kind: str) -> None:
    body = to_json([receipt()])
    response = sandbox.metrc.send("POST", f"{RECEIPTS}?licenseNumber={LICENSE}", body, Content_Type=kind)

    assert response.status == 200


def test_a_facility_without_the_right_to_sell_is_401(tmp_path: Path) -> None:
    flags = FLAGS.replace("AdvancedSales", "")
    with running(tmp_path, seed_document(facilities=[facility(LICENSE, flags), *_others()])) as sandbox:
        assert sandbox.metrc.post(RECEIPTS, [receipt()]).status == 401
        assert sandbox.metrc.delete(f"{RECEIPTS}/1").status == 401
        assert sandbox.metrc.put(RECEIPTS, [receipt(Id=1)]).status == 401
        assert sandbox.metrc.put(f"{RECEIPTS}/finalize", [{"Id": 1}]).status == 401


def test_numbers_are_needed_only_where_the_flags_say_so(tmp_path: Path) -> None:
    flags = "AdvancedSales CanSellToConsumers CanSellToPatients CanSellToExternalPatients"
    anonymous = without("PatientLicenseNumber")
    with running(tmp_path, seed_document(facilities=[facility(LICENSE, flags), *_others()])) as sandbox:
        for kind in ("Consumer", "Patient", "ExternalPatient"):
            assert sandbox.metrc.post(RECEIPTS, [anonymous | {"SalesCustomerType": kind}]).status == 200
        assert sandbox.metrc.post(RECEIPTS, [anonymous | {"SalesCustomerType": "Caregiver"}]).status == 400


def test_an_external_patient_shows_number_and_method_where_the_flags_say_so(tmp_path: Path) -> None:
    flags = (
        "AdvancedSales CanSellToExternalPatients SalesRequireExternalPatientNumber "
        "SalesRequireExternalPatientIdentificationMethod"
    )
    visitor = receipt(
        SalesCustomerType="ExternalPatient", PatientLicenseNumber="OH-77", IdentificationMethod="Card"
    )
    with running(tmp_path, seed_document(facilities=[facility(LICENSE, flags), *_others()])) as sandbox:
        assert sandbox.metrc.post(RECEIPTS, [visitor | {"IdentificationMethod": None}]).status == 400
        assert sandbox.metrc.post(RECEIPTS, [visitor | {"PatientLicenseNumber": None}]).status == 400
        assert sandbox.metrc.post(RECEIPTS, [visitor]).status == 200


def test_the_sale_of_a_day_on_which_the_card_was_good_is_taken_later(sandbox: Sandbox) -> None:
    late = receipt(PatientLicenseNumber="PT-003", SalesDateTime="2026-04-07T23:59:59.999")

    assert sandbox.metrc.post(RECEIPTS, [late]).status == 200


def test_a_clock_that_is_five_minutes_fast_is_forgiven(sandbox: Sandbox) -> None:
    assert sandbox.metrc.post(RECEIPTS, [receipt(SalesDateTime="2026-04-08T12:05:00.000")]).status == 200


def _others() -> list[dict[str, Any]]:
    return list(seed_document()["facilities"][1:])
