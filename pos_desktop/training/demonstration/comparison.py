"""The local ledger beside the state's, sale by sale, both ways."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from pos_desktop.domain.outbox import OutboxItem


def compare(local: Iterable[OutboxItem], receipts: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Lists of external numbers: `missing` at the state, `double` there, `foreign` there, `different` in any field."""
    live = [each for each in receipts if each.get("ArchivedDate") is None]
    there = Counter(str(each["ExternalReceiptNumber"]) for each in live)
    by_number = {str(each["ExternalReceiptNumber"]): each for each in live}
    ours = {each.natural_key: json.loads(each.payload) for each in local}
    return {
        "missing": sorted(set(ours) - set(there)),
        "double": sorted(number for number, count in there.items() if count > 1),
        "foreign": sorted(set(there) - set(ours)),
        "different": sorted(
            number
            for number, report in ours.items()
            if number in by_number and not _same(report, by_number[number])
        ),
    }


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
