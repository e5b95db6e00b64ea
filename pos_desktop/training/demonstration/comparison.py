"""The local ledger beside the state's, sale by sale, both ways."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from pos_desktop.app.ports import SaleBook
from pos_desktop.domain.instant import SECOND_US
from pos_desktop.domain.outbox import OutboxItem


def reports_in_force(sales: SaleBook) -> list[OutboxItem]:
    """The report of each sale that still counts: of a voided one the state holds nothing that counts."""
    return [
        report for sale in sales.all() if not sale.voided and (report := sales.report_of(sale.id)) is not None
    ]


def compare(local: Iterable[OutboxItem], receipts: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """METRC's receipts beside these reports.

    Lists of external numbers: `missing` at the state, `double` there, `foreign` there, `different` in any field.
    """
    live = [each for each in receipts if each.get("ArchivedDate") is None]
    there = Counter(str(each["ExternalReceiptNumber"]) for each in live)
    by_number = {str(each["ExternalReceiptNumber"]): each for each in live}
    ours = {each.natural_key: json.loads(each.payload) for each in local}
    different = [
        number
        for number, report in ours.items()
        if number in by_number and not _same(report, by_number[number])
    ]
    return _lists(ours, there, different)


def compare_biotrack(local: Iterable[OutboxItem], sales: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The sandbox's sales of the training data set beside these reports, in the same four lists.

    Known by the report's id, which travels as nonce or as `RequestID` whatever stands for the terminal.
    """
    live = [each for each in sales if each["training"] == 1 and each["voided"] is None]
    reports = {each.id: each for each in local}
    names = {id_: each.natural_key for id_, each in reports.items()}
    numbered = [(names.get(_request_id(each)) or _told_number(each), each) for each in live]
    by_number = dict(numbered)
    ours = {each.natural_key: json.loads(each.payload) for each in reports.values()}
    different = [
        number
        for number, report in ours.items()
        if number in by_number and not _same_at_biotrack(report, by_number[number])
    ]
    return _lists(ours, Counter(number for number, _ in numbered), different)


def biotrack_in_force(sales: Iterable[Mapping[str, Any]]) -> int:
    return sum(each["training"] == 1 and each["voided"] is None for each in sales)


def _lists(
    ours: Mapping[str, Any], there: Mapping[str, int], different: Iterable[str]
) -> dict[str, list[str]]:
    return {
        "missing": sorted(set(ours) - set(there)),
        "double": sorted(number for number, count in there.items() if count > 1),
        "foreign": sorted(set(there) - set(ours)),
        "different": sorted(different),
    }


def _request_id(sale: Mapping[str, Any]) -> str:
    return str(sale["nonce"] or sale.get("RequestID") or "")


def _told_number(sale: Mapping[str, Any]) -> str:
    return str(sale.get("ExternalID") or sale["terminal_id"] or f"transaction {sale['transactionid']}")


def _same_at_biotrack(report: Mapping[str, Any], sale: Mapping[str, Any]) -> bool:
    """Goods that came back are rows too, so that a sale with such is another one."""
    ours = sorted(
        (line["tag"], Decimal(line["quantity"]), Decimal(line["amount_cents"]), False)
        for line in report["lines"]
    )
    theirs = sorted(
        (
            row["inventoryid"],
            Decimal(row["quantity"]),
            Decimal(row["price"]) * 100,
            row["refunded"] is not None,
        )
        for row in sale["rows"]
    )
    return (
        ours == theirs
        and (report["patient"] or None) == sale["card_id"]
        and sale["sale_time"] == report["sold_at_us"] // SECOND_US
        and str(report["external"]).startswith(sale["terminal_id"] or "")
    )


def _same(report: Mapping[str, Any], receipt: Mapping[str, Any]) -> bool:
    ours = sorted((line["tag"], _quantity(line), line["amount_cents"]) for line in report["lines"])
    theirs = sorted(
        (line["PackageLabel"], Decimal(line["QuantitySold"]), int(Decimal(line["TotalPrice"]) * 100))
        for line in receipt["Transactions"]
    )
    return (
        ours == theirs
        and report["patient"] == receipt["PatientLicenseNumber"]
        and report["caregiver"] == receipt["CaregiverLicenseNumber"]
        and report["customer_type"] == receipt["SalesCustomerType"]
        and report["local"][:19] == str(receipt["SalesDateTime"])[:19]
    )


def _quantity(line: Mapping[str, Any]) -> Decimal:
    """The demo store keeps weights in grams."""
    amount = Decimal(line["quantity"])
    return amount / 1000 if line["unit"] == "weight" else amount
