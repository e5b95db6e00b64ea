"""Thirty days without a network, then all sales of a real store reported once and in order."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pos_desktop.domain.outbox import AttemptResult, OutboxItem, OutboxState, Outcome
from pos_desktop.domain.sale import Sale
from pos_desktop.sync.loop import SyncLoop
from pos_desktop.sync.metrc.tracker import MetrcTracker
from tests.fixtures.month import LICENSE, Month, days_of, month
from tests.fixtures.month_certificates import Row, certificates, disagreements, of_store
from tests.fixtures.sandbox import FIRST_PAIR, line, receipt
from tests.fixtures.stores import ZONE, tag

DAYS = 30
SMALL, FEW = 200, 20
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
    """All at the state, once and in order; and so the certificates of the thirty days say."""
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
        certified(at, folder, sales)


def certified(at: Month, folder: Path, sales: int) -> None:
    """Each day's paper says what the store sold and the state holds that day; together they tell every sale."""
    stored, ledger = list(at.store.sales.all()), at.sandbox.server.ledger()
    days = sorted(of_store(stored))
    papers = certificates(at, folder, days[0], days[-1])
    assert list(papers) == days
    assert disagreements(papers, stored, ledger) == []
    assert sum(each["sales"]["reported"] for each in papers.values()) == sales
    total = sum(int(row["TotalPrice"] * 100) for row in ledger)
    assert sum(each["sales"]["reported_cents"] for each in papers.values()) == total
    first, middle, last = days[0], days[DAYS // 2], days[-1]
    for day in (first, middle, last):
        assert certificates(at, folder, day, day) == {day: papers[day]}


def test_two_hundred_sales_of_a_month_without_network_are_accepted_in_order(tmp_path: Path) -> None:
    accepted(tmp_path, SMALL, patients=FEW)


def test_they_are_accepted_once_though_answers_are_lost(tmp_path: Path) -> None:
    accepted(tmp_path, 60, patients=10, lost_every=5)


@pytest.mark.prove
@pytest.mark.timeout(1_800)
def test_twenty_thousand_sales_of_a_month_without_network_are_accepted_in_order(tmp_path: Path) -> None:
    accepted(tmp_path, 20_000, patients=500)


@pytest.mark.prove
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


# ---- a certificate that is wrong is caught


@pytest.fixture
def reported(tmp_path: Path) -> Iterator[Month]:
    with month(tmp_path, patients=FEW) as at:
        sold_without_network(at, SMALL, at.loop())
        at.drain()
        yield at


def papers_of(at: Month, folder: Path) -> tuple[dict[date, Row], list[date]]:
    """The papers, and the days on which they do not agree with store and state."""
    stored, ledger = list(at.store.sales.all()), at.sandbox.server.ledger()
    days = sorted(of_store(stored))
    papers = certificates(at, folder, days[0], days[-1])
    return papers, disagreements(papers, stored, ledger)


def latest(at: Month) -> Sale:
    """Sold after seven in the evening, which is another day in UTC, and not on the last of the days."""
    evening = [each for each in at.store.sales.all() if each.sold_at.datetime_in(ZONE).hour >= 19]
    return evening[len(evening) // 2]


def day_of(sale: Sale) -> date:
    return sale.sold_at.date_in(ZONE)


def why(paper: Row) -> list[tuple[str, str]]:
    return [(each["what"], each["why"]) for each in paper["open"]]


def test_a_receipt_that_the_state_lost_is_told_on_its_day_and_on_no_other(
    reported: Month, tmp_path: Path
) -> None:
    lost = latest(reported)
    with reported.sandbox.server.service.store.writing() as db:
        (number,) = db.execute("SELECT id FROM receipt WHERE external = ?", (lost.external,)).fetchone()
        for table, column in (("purchase", "receipt"), ("line", "receipt"), ("receipt", "id")):
            db.execute(f"DELETE FROM {table} WHERE {column} = ?", (number,))
    papers, wrong = papers_of(reported, tmp_path)
    assert wrong == [day_of(lost)]
    paper = papers[day_of(lost)]
    assert not paper["all_reported"]
    assert why(paper) == [(str(lost.number), "no-longer-at-the-state")]
    assert paper["sales"]["made"] - paper["sales"]["reported"] == 1
    assert paper["sales"]["total_cents"] - paper["sales"]["reported_cents"] == lost.subtotal.cents


def test_a_receipt_that_the_state_counts_on_the_next_day_is_told(reported: Month, tmp_path: Path) -> None:
    """Its time was told in UTC: right to the second, and the wrong day."""
    moved = latest(reported)
    report = reported.store.sales.report_of(moved.id)
    assert report is not None
    wall = moved.sold_at.datetime_in(ZoneInfo("UTC")).replace(tzinfo=None)
    assert wall.date() == day_of(moved) + timedelta(days=1)
    changed = receipt(
        *(line(tag(n), "1", "Each", "12.50") for n in range(1, len(moved.lines) + 1)),
        Id=int(report.remote_id),
        SalesDateTime=wall.isoformat(timespec="milliseconds"),
        ExternalReceiptNumber=moved.external,
        PatientLicenseNumber=moved.patient_card,
    )
    with reported.sandbox.as_user(FIRST_PAIR, LICENSE) as caller:
        assert caller.put("/sales/v2/receipts", [changed]).status == 200
    papers, wrong = papers_of(reported, tmp_path)
    assert wrong == [day_of(moved), wall.date()]
    assert not papers[day_of(moved)]["all_reported"]
    assert [each["fields"] for each in papers[day_of(moved)]["open"]] == [["time"]]


class TellsUtc(MetrcTracker):
    """Known wrong: sales are told in UTC, as some notes on this service have it."""

    def send(self, item: OutboxItem) -> AttemptResult:
        told = json.loads(item.payload)
        at = datetime.fromisoformat(told["local"]).replace(tzinfo=ZONE).astimezone(UTC)
        told["local"] = at.replace(tzinfo=None).isoformat(timespec="milliseconds")
        return super().send(replace(item, payload=json.dumps(told).encode()))


def test_a_month_told_in_utc_is_certified_for_no_day(tmp_path: Path) -> None:
    with month(tmp_path, patients=FEW, tracker=TellsUtc) as at:
        sold_without_network(at, SMALL, at.loop())
        at.drain()
        papers, wrong = papers_of(at, tmp_path)
        assert set(papers) <= set(wrong)
        assert not any(each["all_reported"] for each in papers.values())
