"""METRC's lists read to their ends for a comparison, and nothing shorter than that."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.app.ports import CouldNotAsk, ServiceReach
from pos_desktop.domain.instant import MINUTE_US, Instant
from pos_desktop.domain.reconciliation.records import StateLine
from pos_desktop.sync.metrc.books import MetrcBooks
from pos_desktop.sync.metrc.client import MetrcClient
from pos_desktop.sync.metrc.pace import Pace
from tests.fixtures.reconciled_day import DAY, books_of
from tests.fixtures.sandbox import (
    EMPTY,
    FIRST_PAIR,
    FLOWER,
    GUMMIES,
    HELD,
    LICENSE,
    NOON,
    VAPE,
    line,
    receipt,
)
from tests.fixtures.tracker_bench import MetrcBench, metrc_bench, report

RECEIPT = "GET /sales/v2/receipts/*"
ACTIVE, INACTIVE = "GET /sales/v2/receipts/active", "GET /sales/v2/receipts/inactive"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[MetrcBench]:
    with metrc_bench(tmp_path) as running:
        yield running


def books(bench: MetrcBench, **more: Any) -> MetrcBooks:
    return books_of(bench.client, **more)


def post(bench: MetrcBench, **changes: Any) -> int:
    reply = bench.sandbox.metrc.post("/sales/v2/receipts", [receipt(**changes)])
    assert reply.status == 200, reply.body
    return int(reply.json["Ids"][0])


def test_every_page_and_every_line_of_a_day(bench: MetrcBench) -> None:
    for n in range(45):
        bench.record(report(n))
    post(bench, SalesDateTime="2026-04-07T23:59:59.999")
    voided = post(bench, SalesDateTime="2026-04-08T00:00:00.000")
    assert bench.sandbox.metrc.delete(f"/sales/v2/receipts/{voided}").status == 200
    counted: list[tuple[int, int]] = []
    found = books(bench, tell=lambda *each: counted.append(each)).sales_on(DAY, DAY)
    assert not isinstance(found, CouldNotAsk)
    assert len(found) == 46
    assert counted == [(n, 45) for n in range(1, 46)]
    first = next(each for each in found if each.external == report(0).natural_key)
    assert first.lines == (StateLine(FLOWER, 1_000, "mg", 1_100),)
    assert (first.patient, first.total_cents, first.voided) == ("SP-0000", 1_100, False)
    assert first.sold_at == report(0).created_at
    assert first.modified_at == first.recorded_at == Instant(NOON)
    assert [(each.remote_id, each.lines) for each in found if each.voided] == [(str(voided), None)]


def test_pieces_shares_and_other_units_are_told_apart(bench: MetrcBench) -> None:
    ounces = line(FLOWER, "0.125", "Ounces", "1.00")
    post(
        bench,
        Transactions=[line(GUMMIES, "2", "Each", "30.00"), line(FLOWER, "2.5", "Grams", "1.00"), ounces],
    )
    found = books(bench).sales_on(DAY, DAY)
    assert not isinstance(found, CouldNotAsk)
    assert [(each.quantity, each.unit) for each in found[0].lines or ()] == [
        (2, "each"),
        (2_500, "mg"),
        (None, "mg"),  # an eighth of an ounce is no whole number of milligrams
    ]


@pytest.mark.parametrize("hours", [0, 24])
def test_a_receipt_that_was_reported_late_is_found(bench: MetrcBench, hours: int) -> None:
    bench.sandbox.control.put("/__sandbox/settings", {"window_max_hours": hours})
    late = post(bench, SalesDateTime="2026-03-30T10:00:00.000")
    found = books(bench).sales_on(date(2026, 3, 30), date(2026, 3, 30))
    assert not isinstance(found, CouldNotAsk)
    assert [each.remote_id for each in found] == [str(late)]


def test_the_short_look_asks_for_no_receipt_by_itself(bench: MetrcBench) -> None:
    post(bench)
    found = books(bench, lines=False).sales_on(DAY, DAY)
    assert not isinstance(found, CouldNotAsk)
    assert [each.lines for each in found] == [None]
    assert {each.rsplit("/", 1)[-1] for each in bench.asked() if "GET" in each} == {"active", "inactive"}


def test_a_second_look_reads_only_what_was_modified(bench: MetrcBench) -> None:
    first, second = post(bench), post(bench, SalesDateTime="2026-04-08T11:00:00.000")
    same = books(bench)
    same.sales_on(DAY, DAY)
    bench.sandbox.server.service.clock.set(NOON + MINUTE_US, running=False)
    change = {**receipt(line(FLOWER, "1", "Grams", "5.00")), "Id": first}
    assert bench.sandbox.metrc.put("/sales/v2/receipts", [change]).status == 200
    asked = len(bench.asked())
    again = same.sales_on(DAY, DAY)
    assert not isinstance(again, CouldNotAsk)
    assert {each.remote_id: each.total_cents for each in again} == {str(first): 500, str(second): 3_850}
    details = [each for each in bench.asked()[asked:] if each.endswith(("/1", "/2"))]
    assert details == [f"GET /sales/v2/receipts/{first}"]


@pytest.mark.parametrize("do", ["500", "503-html", "429", "drop-before"])
@pytest.mark.parametrize("match", [ACTIVE, INACTIVE, RECEIPT])
def test_one_lost_answer_does_not_end_a_reading(bench: MetrcBench, match: str, do: str) -> None:
    post(bench)
    bench.faults({"match": match, "do": do, "times": 1, "seconds": 1})
    waited: list[float] = []

    def pause(seconds: float) -> bool:
        waited.append(seconds)
        return False

    found = books(bench, pause=pause).sales_on(DAY, DAY)
    assert not isinstance(found, CouldNotAsk)
    assert [len(each.lines or ()) for each in found] == [1]
    # What was lost on a connection that was kept is read again at once, on a new one.
    expected = {"429": [[1]], "drop-before": [[2], []]}.get(do, [[2]])
    assert [each for each in waited if each] in expected


@pytest.mark.parametrize("do", ["500", "503-html", "429", "drop-before"])
@pytest.mark.parametrize("match", [ACTIVE, INACTIVE, RECEIPT, "GET /packages/v2/*"])
def test_a_list_that_does_not_come_is_never_a_short_one(bench: MetrcBench, match: str, do: str) -> None:
    post(bench)
    bench.faults({"match": match, "do": do, "seconds": 1})
    asked = books(bench)
    said = asked.packages() if "packages" in match else asked.sales_on(DAY, DAY)
    assert isinstance(said, CouldNotAsk)
    assert said.reach is ServiceReach.AWAY
    assert "Nothing was compared" in said.sentence


def test_a_stop_ends_a_reading(bench: MetrcBench) -> None:
    post(bench)
    assert isinstance(books(bench, pause=lambda _: True).sales_on(DAY, DAY), CouldNotAsk)
    assert bench.asked() == ["POST /sales/v2/receipts"]


def test_a_wrong_key_is_told_as_one(bench: MetrcBench) -> None:
    other = MetrcClient(
        bench.sandbox.server.base_url, vendor_key=FIRST_PAIR[0], user_key="wrong", pace=Pace(1_000)
    )
    said = books_of(other).sales_on(DAY, DAY), books_of(other).packages()
    other.close()
    assert [each.reach for each in said if isinstance(each, CouldNotAsk)] == [ServiceReach.REFUSED_KEY] * 2


def test_the_inventory_with_what_left_it(bench: MetrcBench) -> None:
    found = books(bench).packages()
    assert not isinstance(found, CouldNotAsk)
    told = {each.tag: (each.quantity, each.unit, each.active, each.on_hold) for each in found}
    assert told[FLOWER][1:] == ("mg", True, False)
    assert told[GUMMIES][1:] == told[VAPE][1:] == ("each", True, False)
    assert told[HELD][2:] == (True, True)
    assert told[EMPTY][2] is False
    with bench.sandbox.server.service.store.reading() as db:
        ours = db.execute("SELECT count(*) FROM package WHERE license = ?", (LICENSE,)).fetchone()[0]
    assert len(told) == ours
