"""A day of 200 sales with 50 differences of every kind: each is found, as what it is, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from pos_desktop.domain.outbox import OutboxItem, OutboxState
from pos_desktop.domain.reconciliation.findings import Kind, PackageKind, Weight, Why
from pos_desktop.domain.reconciliation.words import meaning_of
from tests.fixtures.reconciled_day import (
    DAY,
    PACKAGES,
    PEOPLE,
    ReconciledDay,
    reconciled_day,
    sold_line,
    weighed,
)
from tests.fixtures.sandbox import LICENSE
from tests.fixtures.stores import CAREGIVER, tag

SALES = 200
Planted = dict[str, tuple[str, str]]
"""What must be found, (class, field or reason) by number at the state, by receipt or by tag."""


@pytest.fixture
def day(tmp_path: Path) -> Iterator[ReconciledDay]:
    with reconciled_day(tmp_path) as running:
        yield running


def sold(day: ReconciledDay) -> list[OutboxItem]:
    """Two lines each; each fifth by a caregiver."""
    items = []
    for n in range(SALES):
        first, second = n % PACKAGES + 1, (n + 7) % PACKAGES + 1
        lines = (
            sold_line(first, 3_500 if weighed(first) else 2, 3_850 + n),
            sold_line(second, 1_250 if weighed(second) else 1, 1_500),
        )
        items.append(day.sell(*lines, by_caregiver=n % 5 == 0))
    return items


def plant(day: ReconciledDay, items: list[OutboxItem]) -> Planted:
    """46 differences among sales, 4 among packages. What is left of the items agrees."""
    waiting = iter(items[:20])
    rest = items[20:]
    planted: Planted = {}
    for state, number, why in (
        (OutboxState.QUEUED, 3, Why.QUEUED),
        (OutboxState.REJECTED, 2, Why.REFUSED),
        (OutboxState.IN_DOUBT, 1, Why.IN_DOUBT),
        (OutboxState.BLOCKED, 1, Why.BLOCKED),
        (OutboxState.CANCELLED, 1, Why.CANCELLED),
    ):
        for _ in range(number):
            item = next(waiting)
            if state is not OutboxState.QUEUED:
                day.settle(item, state)
            planted[item.natural_key] = (Kind.ONLY_HERE, why)
    for n in range(3):
        item = next(waiting)
        day.settle(item, OutboxState.CONFIRMED, str(900_001 + n))
        planted[item.natural_key] = (Kind.ONLY_HERE, Why.GONE)
    for item in waiting:
        day.report(item)
    ids = {item.id: day.report(item) for item in rest}
    untouched = iter(rest[40:])
    _plant_edits(day, untouched, ids, planted)
    _plant_voids_and_doubles(day, untouched, ids, planted)
    for n in range(3):
        day.post_again(rest[n], ExternalReceiptNumber=f"WEB {n}")
        planted[f"WEB {n}"] = (Kind.ONLY_THERE, Why.FOREIGN)
    unlike = {"ExternalReceiptNumber": None, "SalesDateTime": "2026-04-08T11:00:30.000"}
    planted[f"receipt {day.post_again(rest[3], **unlike)}"] = (Kind.ONLY_THERE, Why.FOREIGN)
    for n in range(2):
        day.post_again(rest[4 + n], ExternalReceiptNumber=f"ST1-R1-1-00099{n:02d}")
        planted[f"ST1-R1-1-00099{n:02d}"] = (Kind.ONLY_THERE, Why.UNKNOWN_HERE)
    _plant_packages(day, planted)
    return planted


def _plant_edits(
    day: ReconciledDay, items: Iterator[OutboxItem], ids: dict[str, str], planted: Planted
) -> None:
    def edited(field: str) -> tuple[OutboxItem, str]:
        item = next(items)
        planted[item.natural_key] = (Kind.DIFFERS, field)
        return item, ids[item.id]

    for wall in ("2026-04-08T11:58:01.000", "2026-04-07T11:58:00.000", "2026-04-08T00:00:00.000"):
        item, receipt = edited("time")
        day.edit(item, receipt, SalesDateTime=wall)
    for _ in range(3):
        item, receipt = edited("patient")
        now = day.posted(item)["PatientLicenseNumber"]
        other = next(each.card_number for each in PEOPLE if each.card_number != now)
        day.edit(item, receipt, PatientLicenseNumber=other)
    for _ in range(2):
        item, receipt = edited("caregiver")
        bought = day.posted(item)["CaregiverLicenseNumber"]
        kind = ("Patient", None) if bought else ("Caregiver", CAREGIVER.card_number)
        day.edit(item, receipt, SalesCustomerType=kind[0], CaregiverLicenseNumber=kind[1])
    for _ in range(3):
        item, receipt = edited("total")
        day.edit_line(item, receipt, TotalAmount=Decimal("0.01"))
    for _ in range(3):
        item, receipt = edited("quantity")
        day.edit_line(item, receipt, Quantity=Decimal(9))
    for _ in range(2):
        item, receipt = edited("package")
        first, *others = day.posted(item)["Transactions"]
        gone = int(first["PackageLabel"][-9:])
        there = {int(each["PackageLabel"][-9:]) for each in (first, *others)}
        same_kind = next(n for n in range(1, 21) if weighed(n) == weighed(gone) and n not in there)
        day.edit_line(item, receipt, PackageLabel=tag(same_kind))
    item, receipt = edited("number")
    day.edit(item, receipt, ExternalReceiptNumber=None)
    # The amounts of two lines change places: number, time, patient and total stay.
    item, receipt = edited("amount")
    first, second = day.posted(item)["Transactions"]
    swapped = [
        {**first, "TotalAmount": second["TotalAmount"]},
        {**second, "TotalAmount": first["TotalAmount"]},
    ]
    day.edit(item, receipt, Transactions=swapped)


def _plant_voids_and_doubles(
    day: ReconciledDay, items: Iterator[OutboxItem], ids: dict[str, str], planted: Planted
) -> None:
    for state, why in (
        (None, Why.VOID_UNREPORTED),
        (OutboxState.QUEUED, Why.VOID_WAITS),
        (OutboxState.REJECTED, Why.VOID_STUCK),
    ):
        item = next(items)
        day.void_here(item)
        if state is not None:
            day.void_report(item, state)
        planted[item.natural_key] = (Kind.VOIDED_HERE_ONLY, why)
    for _ in range(4):
        item = next(items)
        day.void_there(ids[item.id])
        planted[item.natural_key] = (Kind.VOIDED_THERE_ONLY, Why.VOIDED_BY_OTHERS)
    for changes in ({}, {}, {"SalesDateTime": "2026-04-08T11:59:59.000"}, {"ExternalReceiptNumber": None}):
        item = next(items)
        day.post_again(item, **changes)
        planted[item.natural_key] = (Kind.DUPLICATE, Why.TWICE)
    # What agrees all the same: another register's sales, a void on both sides, a receipt that was voided and made anew.
    for n in range(3):
        day.post_again(next(items), ExternalReceiptNumber=f"ST1-R2-1-{n:07d}")
    item = next(items)
    day.void_here(item)
    day.void_report(item, OutboxState.CONFIRMED)
    day.void_there(ids[item.id])
    item = next(items)
    day.void_there(ids[item.id])
    day.post_again(item)


def _plant_packages(day: ReconciledDay, planted: Planted) -> None:
    day.adjust(3, "-12.34")
    day.adjust(8, "5")
    for n in (3, 8):
        planted[tag(n)] = (PackageKind.QUANTITY, Why.UNEXPLAINED)
    document = {
        "mode": "add",
        "packages": [
            {"license": LICENSE, "Label": tag(77), "item": "Sample Gummies", "Quantity": 12},
        ],
    }
    day.sandbox.server.seed(document)
    planted[tag(77)] = (PackageKind.ONLY_THERE, Why.NOT_RECEIVED)
    day.write("UPDATE package SET held = 'on-hold' WHERE tag = ?", tag(5))
    planted[tag(5)] = (PackageKind.STATE, Why.RELEASED_THERE)


def test_fifty_planted_differences_are_found_and_none_is_invented(day: ReconciledDay) -> None:
    planted = plant(day, sold(day))
    assert len(planted) == 50
    result = day.compare()
    found: Planted = {}
    for each in result.findings:
        if meaning_of(each).weight is not Weight.NOTHING:
            name = each.external or f"receipt {each.remote_ids[0]}"
            expected = planted.get(name, ("", ""))[1]
            fields = {each.field for each in each.fields}
            found[name] = (each.kind, expected if expected in fields else each.why)
    packages = result.packages or ()
    for package in packages:
        if meaning_of(package).weight is not Weight.NOTHING:
            found[package.tag] = (package.kind, package.why)
    assert found == planted
    exact = {each.tag: each.unexplained for each in packages if each.why is Why.UNEXPLAINED}
    assert exact == {tag(3): -12_340, tag(8): 5}
    assert {each.why for each in packages} >= {Why.EXPLAINED, Why.UNEXPLAINED}
    assert sum(each.why is Why.OTHER_REGISTER for each in result.findings) == 3
    # One that knows only totals, number by number, is caught: it misses what does not change them.
    by_totals = {
        sale.external
        for sale in result.sales.values()
        for row in day.sandbox.server.ledger()
        if row["ExternalReceiptNumber"] == sale.external and row["TotalPrice"] * 100 != sale.total_cents
    }
    missed = planted.keys() - by_totals
    assert len(by_totals & planted.keys()) == 3
    assert len(missed) == 47


def test_nothing_that_is_kept_or_shown_names_a_person(day: ReconciledDay) -> None:
    plant(day, sold(day))
    result = day.compare()
    kept = (day.folder / "reconcile.json").read_text(encoding="utf-8")
    shown = repr([each.fields for each in result.findings])
    for card in (*(each.card_number for each in PEOPLE), CAREGIVER.card_number):
        assert card not in kept + shown
    assert "Sample" not in kept
    assert DAY.isoformat() in kept
    again = day.compare()
    assert again.memory.new == frozenset()
    assert again.memory.verified == ()
    assert again.memory.since == result.memory.since
