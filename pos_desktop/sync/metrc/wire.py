"""The receipt as METRC wants it, made from the neutral report (metrc contract, section 8.3; app.reporting)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pos_desktop.domain.sensitive import CardNumber, guard
from pos_desktop.domain.shelf import Unit
from pos_desktop.sync.metrc.times import wall_second
from pos_desktop.sync.metrc.units import EACH, plain, weight_on_wire
from pos_desktop.sync.numbers import encode

RECEIPTS = "/sales/v2/receipts"
_EMPTY_HEAD = ("IdentificationMethod", "PatientRegistrationLocationId")
_EMPTY_LINE = (
    "UnitThcPercent",
    "UnitThcContent",
    "UnitThcContentUnitOfMeasure",
    "UnitWeight",
    "UnitWeightUnitOfMeasure",
    "InvoiceNumber",
    "Price",
    "ExciseTax",
    "CityTax",
    "CountyTax",
    "MunicipalTax",
    "DiscountAmount",
    "QrCodes",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a stored receipt is compared with. `second` is the facility's wall time cut to the second."""

    external: str
    second: str
    patient: str
    caregiver: str
    total_cents: int
    lines: int
    packages: int

    def __post_init__(self) -> None:
        guard(self, patient=CardNumber, caregiver=CardNumber)

    @classmethod
    def of(cls, payload: bytes) -> Wanted:
        report = json.loads(payload)
        return cls(
            external=report["external"],
            second=wall_second(report["local"]),
            patient=report["patient"] or "",
            caregiver=report["caregiver"] or "",
            total_cents=report["total_cents"],
            lines=len(report["lines"]),
            packages=len({line["tag"] for line in report["lines"]}),
        )

    @property
    def people(self) -> tuple[str, ...]:
        """Numbers that must not appear in anything that is kept of an answer."""
        return tuple(filter(None, (self.patient, self.caregiver)))


def receipt_body(payload: bytes) -> bytes:
    """The body of the POST: an array of one receipt.

    Money has two decimals; a weight is in the package's own unit where four decimals hold it exactly. `Price` stays
    empty: the reference does not say whether it is of one unit or of the line.
    """
    return encode([_receipt(payload)])


def changed_receipt_body(payload: bytes, receipt_id: int) -> bytes:
    """The body of the PUT: the whole receipt again, lines too, with the id that METRC gave it (section 8.4)."""
    return encode([{"Id": receipt_id, **_receipt(payload)}])


def _receipt(payload: bytes) -> dict[str, Any]:
    report = json.loads(payload)
    return {
        "SalesDateTime": report["local"],
        "ExternalReceiptNumber": report["external"],
        "SalesCustomerType": report["customer_type"],
        "PatientLicenseNumber": report["patient"],
        "CaregiverLicenseNumber": report["caregiver"],
        **dict.fromkeys(_EMPTY_HEAD),
        "Transactions": [_transaction(line) for line in report["lines"]],
    }


Line = tuple[str, Decimal | None, str, Decimal | None]
"""Package label, quantity, unit in lower case, money: what makes a line this line and no other."""


def sent_lines(payload: bytes) -> Counter[Line]:
    """The lines that go out for a sale, to be compared with those that METRC shows."""
    return Counter(
        (line["PackageLabel"], line["Quantity"], line["UnitOfMeasure"].casefold(), line["TotalAmount"])
        for line in _receipt(payload)["Transactions"]
    )


def _transaction(line: Mapping[str, Any]) -> dict[str, Any]:
    if line["unit"] == Unit.WEIGHT:
        quantity, unit = weight_on_wire(line["quantity"], line["tracker_unit"])
    else:
        quantity, unit = Decimal(line["quantity"]), EACH
    return {
        "PackageLabel": line["tag"],
        "Quantity": plain(quantity),
        "UnitOfMeasure": unit,
        "TotalAmount": money(line["amount_cents"]),
        **dict.fromkeys(_EMPTY_LINE),
        "SubTotal": money(line["amount_cents"]),
        "SalesTax": money(line["tax_cents"]),
    }


def money(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)
