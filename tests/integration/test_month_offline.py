"""Thirty days without a network, then all sales of a real store reported once and in order."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from pos_desktop.domain.outbox import AttemptResult, OutboxItem, OutboxState, Outcome
from pos_desktop.sync.loop import SyncLoop
from pos_desktop.sync.metrc.tracker import MetrcTracker
from tests.fixtures.month import Month, days_of, month

DAYS = 30
RECEIPTS = "POST /sales/v2/receipts"


def sold_without_network(at: Month, sales: int, loop: SyncLoop) -> None:
    """The sender tries in vain each day."""
    dice = random.Random(sales)
    at.sandbox.server.close_socket()
    for day in range(DAYS):
        at.sell(sales * (day + 1) // DAYS - sales * day // DAYS, dice)
        at.next_day()
        loop.once()
    assert at.store.outbox.counts()[OutboxState.QUEUED] == sales
    at.sandbox.server.open_socket()


def accepted(folder: Path, sales: int, patients: int, *, lost_every: int | None = None) -> None:
    with month(folder, patients=patients) as at:
        sold_without_network(at, sales, at.loop())
        if lost_every is not None:
            lost = {"match": RECEIPTS, "do": "commit-then-drop", "every": lost_every}
            at.sandbox.server.set_faults({"plan": [lost]})
        at.drain()
        ledger = {row["Id"]: row for row in at.sandbox.server.ledger()}
        stored = list(at.store.sales.all())
        assert len(ledger) == len(stored) == sales
        remote = {row["ExternalReceiptNumber"]: number for number, row in ledger.items()}
        assert remote.keys() == {sale.external for sale in stored}
        order = defaultdict(list)
        for sale in sorted(stored, key=lambda each: each.number.counter):
            report = at.store.sales.report_of(sale.id)
            assert report is not None
            assert (report.state, report.remote_id) == (OutboxState.CONFIRMED, str(remote[sale.external]))
            row = ledger[remote[sale.external]]
            assert int(row["TotalPrice"] * 100) == sale.subtotal.cents
            order[sale.patient_id].append(remote[sale.external])
        assert all(ids == sorted(ids) for ids in order.values())
        if lost_every is None:
            assert [remote[sale.external] for sale in stored] == sorted(ledger)
        days = days_of(stored)
        assert len(days) == DAYS
        assert sum(len(each) for each in days.values()) == sales


def test_two_hundred_sales_of_a_month_without_network_are_accepted_in_order(tmp_path: Path) -> None:
    accepted(tmp_path, 200, patients=20)


def test_they_are_accepted_once_though_answers_are_lost(tmp_path: Path) -> None:
    accepted(tmp_path, 60, patients=10, lost_every=5)


@pytest.mark.prove
@pytest.mark.timeout(1_800)
def test_twenty_thousand_sales_of_a_month_without_network_are_accepted_in_order(tmp_path: Path) -> None:
    accepted(tmp_path, 20_000, patients=500)


@pytest.mark.prove
@pytest.mark.timeout(600)
def test_two_thousand_are_accepted_once_though_every_twentieth_answer_is_lost(tmp_path: Path) -> None:
    accepted(tmp_path, 2_000, patients=100, lost_every=20)


class BlindTracker(MetrcTracker):
    """Known wrong: an answer that did not come is taken for "not sent"."""

    def send(self, item: OutboxItem) -> AttemptResult:
        result = super().send(item)
        return replace(result, outcome=Outcome.NOT_SENT) if result.outcome is Outcome.IN_DOUBT else result


def test_sending_again_blind_doubles(tmp_path: Path) -> None:
    with month(tmp_path, patients=5, tracker=BlindTracker) as at:
        at.sell(10, random.Random(1))
        at.next_day()
        lost = {"match": RECEIPTS, "do": "commit-then-drop", "every": 5}
        at.sandbox.server.set_faults({"plan": [lost]})
        at.drain()
        assert len(at.sandbox.server.ledger()) > 10
