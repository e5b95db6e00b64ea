"""Honest days show nothing: with a queue, with voids, over midnight and over the hour that comes twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pos_desktop.app.ports import CouldNotAsk, ServiceReach
from pos_desktop.domain.instant import HOUR_US, Instant
from pos_desktop.domain.outbox import OutboxState
from pos_desktop.domain.reconciliation.findings import Finding, Kind, Weight, Why
from pos_desktop.domain.reconciliation.words import meaning_of
from tests.fixtures.reconciled_day import (
    AT_NOON,
    DAY,
    ReconciledDay,
    reconciled_day,
    sold_line,
)

ACTIVE = "GET /sales/v2/receipts/active"


@pytest.fixture
def day(tmp_path: Path) -> Iterator[ReconciledDay]:
    with reconciled_day(tmp_path) as running:
        yield running


def urgent(findings: tuple[Finding, ...]) -> list[Finding]:
    return [each for each in findings if meaning_of(each).weight is Weight.PERSON]


def test_a_day_with_a_queue_and_voids(day: ReconciledDay) -> None:
    for n in range(12):
        item = day.sell(sold_line(1, 3_500, 3_850), sold_line(2, 1, 1_500), by_caregiver=n % 2 == 0)
        receipt = day.report(item) if n < 6 else ""
        if n == 2:
            day.void_here(item)
            day.void_report(item, OutboxState.CONFIRMED)
            day.void_there(receipt)
        if n == 3:
            day.void_here(item)
            day.void_report(item, OutboxState.QUEUED)
        if n == 11:
            day.void_here(item)
            day.settle(item, OutboxState.CANCELLED)
    result = day.compare()
    assert urgent(result.findings) == []
    kinds = [each.kind for each in result.findings]
    assert [kinds.count(each) for each in (Kind.MATCHED, Kind.VOIDED, Kind.VOIDED_HERE_ONLY, Kind.ONLY_HERE)] == [
        4, 2, 1, 5
    ]  # fmt: skip
    assert [each for each in result.packages or () if each.why is not Why.EXPLAINED] == []
    assert result.weight is Weight.WAITING
    assert not result.overdue


def test_a_sale_past_its_deadline_is_overdue(day: ReconciledDay) -> None:
    day.sell(at=AT_NOON.plus_us(-25 * HOUR_US))
    yesterday = date(2026, 4, 7)
    assert day.compare(yesterday).overdue
    assert not day.compare().overdue


@pytest.mark.parametrize(
    ("first", "second", "days"),
    [
        ("2026-04-07T23:59:59.999-04:00", "2026-04-08T00:00:00-04:00", ("2026-04-07", "2026-04-08")),
        ("2026-03-08T01:59:59-05:00", "2026-03-08T03:00:00-04:00", ("2026-03-08", "2026-03-08")),
        ("2026-03-08T23:30:00-04:00", "2026-03-09T00:30:00-04:00", ("2026-03-08", "2026-03-09")),
    ],
)
def test_days_end_at_the_facility_s_midnight(
    day: ReconciledDay, first: str, second: str, days: tuple[str, str]
) -> None:
    items = [day.sell(at=Instant.parse(each)) for each in (first, second)]
    for item in items:
        day.report(item)
    for on in sorted(set(days)):
        result = day.compare(date.fromisoformat(on))
        assert [each.external for each in result.findings] == [
            item.natural_key for item, its_day in zip(items, days, strict=True) if its_day == on
        ]
        assert {each.why for each in result.findings} == {Why.EQUAL}


def test_the_hour_that_comes_twice_is_one_wall_time(day: ReconciledDay) -> None:
    """Both sales tell half past one; the state cannot tell them apart, and their numbers do."""
    for at in ("2025-11-02T01:30:00-04:00", "2025-11-02T01:30:00-05:00"):
        day.report(day.sell(at=Instant.parse(at)))
    found = day.compare(date(2025, 11, 2)).findings
    assert [each.why for each in found] == [Why.EQUAL, Why.EQUAL]


def test_a_zone_set_otherwise_since_changes_no_day(day: ReconciledDay) -> None:
    """A report tells the wall time that the state was told; the store's zone of today does not move it."""
    item = day.sell(at=Instant.parse("2026-04-08T00:30:00-04:00"))
    day.report(item)
    day.store.settings.set("store.zone", "America/Los_Angeles")
    assert [each.external for each in day.compare().findings] == [item.natural_key]


def test_sales_of_another_register_explain_the_stock(day: ReconciledDay) -> None:
    """Also on a day that is not the one in question."""
    item = day.sell(sold_line(1, 3_500, 3_850))
    day.report(item)
    day.post_again(item, ExternalReceiptNumber="ST1-R2-1-0000001")
    yesterday = date(2026, 4, 7)
    for on in (DAY, yesterday):
        result = day.compare(on)
        assert result.weight is Weight.NOTHING
        assert [(each.why, each.explained[0].external) for each in result.packages or ()] == [
            (Why.EXPLAINED, "ST1-R2-1-0000001")
        ]


def test_one_empty_answer_does_not_lose_a_day(day: ReconciledDay) -> None:
    """The state is asked again before a sale is called lost; only when both say so it is."""
    for _ in range(3):
        day.report(day.sell())
    once = {"match": ACTIVE, "do": "empty-list", "times": 2}
    day.sandbox.server.set_faults({"plan": [once]})
    assert {each.why for each in day.compare().findings} == {Why.EQUAL}
    day.sandbox.server.set_faults({"plan": [{"match": ACTIVE, "do": "empty-list"}]})
    assert {each.why for each in day.compare().findings} == {Why.GONE}


def test_a_receipt_on_a_wrong_day_is_a_wrong_time_from_either_day(day: ReconciledDay) -> None:
    item = day.sell()
    day.edit(item, day.report(item), SalesDateTime="2026-04-07T08:01:00.000")
    for on in (DAY, date(2026, 4, 7)):
        found = day.compare(on).findings
        assert [(each.external, each.kind, [f.field for f in each.fields]) for each in found] == [
            (item.natural_key, Kind.DIFFERS, ["time"])
        ]


def test_nothing_is_said_when_the_state_cannot_be_asked(day: ReconciledDay) -> None:
    day.report(day.sell())
    day.compare()
    before = (day.folder / "reconcile.json").read_bytes()
    for path in ("/sales/v2/receipts/inactive", "/packages/v2/onhold"):
        day.sandbox.server.set_faults({"plan": [{"match": f"GET {path}", "do": "503-html"}]})
        said = day.reconciling().run(DAY, DAY)
        assert isinstance(said, CouldNotAsk)
        assert said.reach is ServiceReach.AWAY
    assert (day.folder / "reconcile.json").read_bytes() == before


def test_put_right_is_verified_on_the_next_run(day: ReconciledDay) -> None:
    item = day.sell()
    day.report(item)
    extra = day.post_again(item)
    first = day.compare()
    assert [(each.kind, each.remote_ids) for each in first.open] == [(Kind.DUPLICATE, (extra,))]
    assert first.memory.new == {first.open[0].id}
    assert day.compare().memory.new == frozenset()
    day.void_there(extra)
    last = day.compare()
    assert [(each.id, each.what, each.kind) for each in last.memory.verified] == [
        (first.open[0].id, first.open[0].number, "duplicate")
    ]
    assert last.weight is Weight.NOTHING
    assert day.compare().memory.verified == ()
