"""The void of a receipt that is final at METRC: read, opened, deleted; whichever request is the last to get through."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.app.ports import ServiceReach
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, OutboxState, Outcome
from pos_desktop.sync.loop import SyncLoop
from pos_desktop.sync.metrc.voids import UNFINALIZE, Voids
from tests.fixtures.fake_outbox import FakeOutbox
from tests.fixtures.reports import void_of
from tests.fixtures.sandbox import FLOWER
from tests.fixtures.tracker_bench import MetrcBench, metrc_bench, report
from tests.fixtures.virtual_time import VirtualPause

BASE = "/sales/v2/receipts"
READ, OPEN, DELETE = f"GET {BASE}/*", f"PUT {UNFINALIZE}", f"DELETE {BASE}/*"
LOST = ("commit-then-drop", "commit-then-500", "drop-before", "500", "503-html", "400-object")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[MetrcBench]:
    with metrc_bench(tmp_path) as running:
        yield running


def final_receipt(bench: MetrcBench) -> tuple[OutboxItem, int]:
    """The report of a void, and the receipt that it is about."""
    item = report(1)
    number = int(bench.tracker.send(item).remote_id)
    assert bench.sandbox.metrc.put(f"{BASE}/finalize", [{"Id": number}]).status == 200
    return void_of(item, remote_id=str(number)), number


def held(bench: MetrcBench, number: int) -> dict[str, Any]:
    [row] = [each for each in bench.sandbox.server.ledger() if each["Id"] == number]
    return row


def writes(bench: MetrcBench) -> list[str]:
    return [each.replace(BASE, "") for each in bench.asked() if each.startswith(("PUT", "DELETE"))][1:]


def drained(bench: MetrcBench, void: OutboxItem) -> OutboxItem:
    sale = replace(report(1), state=OutboxState.CONFIRMED, remote_id=void.of_remote)
    outbox = FakeOutbox([sale, void])
    loop = SyncLoop(
        outbox=outbox,
        tracker=bench.tracker,
        clock=bench.clock,
        rng=random.Random(1).randint,
        pause=VirtualPause(bench.clock),
    )
    for _ in range(10):
        loop.once(wait_for_doubt=True)
        bench.clock.advance(60_000_000)
    return outbox.items[void.id]


def test_it_is_opened_and_then_voided(bench: MetrcBench) -> None:
    before = bench.sandbox.quantity(FLOWER)
    void, number = final_receipt(bench)
    result = bench.tracker.send(void)
    assert (result.outcome, result.remote_id) == (Outcome.CONFIRMED, str(number))
    assert writes(bench) == ["PUT /unfinalize", f"DELETE /{number}"]
    assert held(bench, number)["ArchivedDate"] is not None
    assert bench.sandbox.quantity(FLOWER) == before


def test_an_open_one_is_not_opened(bench: MetrcBench) -> None:
    void, number = final_receipt(bench)
    bench.sandbox.metrc.put(UNFINALIZE, [{"Id": number}])
    assert bench.tracker.send(void).outcome is Outcome.CONFIRMED
    assert writes(bench)[1:] == [f"DELETE /{number}"]


@pytest.mark.parametrize("at", [OPEN, DELETE])
@pytest.mark.parametrize("do", LOST)
def test_whichever_answer_is_lost_the_report_is_looked_up_and_ends_once(
    bench: MetrcBench, at: str, do: str
) -> None:
    before = bench.sandbox.quantity(FLOWER)
    void, number = final_receipt(bench)
    stock = bench.sandbox.quantity(FLOWER)
    bench.faults({"match": at, "do": do, "times": 1})
    assert bench.tracker.send(void).outcome is Outcome.IN_DOUBT
    if at == OPEN:
        assert held(bench, number)["ArchivedDate"] is None, "nothing is deleted on a guess"
        assert bench.sandbox.quantity(FLOWER) == stock
    bench.faults({"match": at, "do": do, "times": 1})
    ended = drained(bench, void)
    assert (ended.state, ended.remote_id) == (OutboxState.CONFIRMED, str(number))
    assert held(bench, number)["ArchivedDate"] is not None
    assert bench.sandbox.quantity(FLOWER) == before, "given back once"


class Hasty(Voids):
    """Known wrong: what was sent is taken for done."""

    def send(self, item: OutboxItem) -> AttemptResult:
        result = super().send(item)
        lost = result.outcome is Outcome.IN_DOUBT
        return replace(result, outcome=Outcome.CONFIRMED, remote_id=item.of_remote) if lost else result


def test_a_void_that_is_not_looked_up_is_caught(bench: MetrcBench) -> None:
    void, number = final_receipt(bench)
    bench.tracker._voids = Hasty(bench.client, void.license, bench.tracker.probe)
    bench.faults({"match": OPEN, "do": "commit-then-drop", "times": 1})
    assert drained(bench, void).state is OutboxState.CONFIRMED
    assert held(bench, number)["ArchivedDate"] is None, "in force, and nobody would ever know"


def test_a_delete_alone_does_not_do_it(bench: MetrcBench) -> None:
    """Known wrong, and what this program did before."""
    void, number = final_receipt(bench)
    assert bench.tracker._voids._deleted(void).outcome is Outcome.REFUSED
    assert held(bench, number)["ArchivedDate"] is None


@pytest.mark.parametrize("do", [*LOST, "empty-200", "wrong-content-type"])
def test_without_a_reading_nothing_is_written(bench: MetrcBench, do: str) -> None:
    void, number = final_receipt(bench)
    bench.faults({"match": READ, "do": do})
    result = bench.tracker.send(void)
    assert (result.outcome, str(number) in result.sentence) == (Outcome.NOT_SENT, True)
    assert writes(bench) == []
    bench.faults()
    assert drained(bench, void).state is OutboxState.CONFIRMED


def test_a_pause_that_the_service_asks_for_is_kept(bench: MetrcBench) -> None:
    void, _ = final_receipt(bench)
    for at in (READ, OPEN, DELETE):
        bench.faults({"match": at, "do": "429", "seconds": 7})
        result = bench.tracker.send(void)
        assert (result.outcome, result.retry_after_s) == (Outcome.LATER, 7)


def test_a_facility_that_may_not_open_it_leaves_it_to_a_person(bench: MetrcBench) -> None:
    """The flags say what a facility may do, and METRC answers 401: the key is good, so only this report waits."""
    void, number = final_receipt(bench)
    with bench.sandbox.server.service.store.writing() as db:
        db.execute(
            "UPDATE facility SET document = replace(document, '\"AdvancedSales\":true', '\"AdvancedSales\":false')"
        )
    result = bench.tracker.send(void)
    assert (result.outcome, result.pause_lane) == (Outcome.REFUSED, False)
    assert "could not be opened" in result.sentence
    assert "Nothing was changed" in result.sentence
    assert (held(bench, number)["IsFinal"], held(bench, number)["ArchivedDate"]) == (True, None)
    assert writes(bench) == ["PUT /unfinalize"]


def test_one_that_was_opened_and_then_refused_is_said_to_be_open(bench: MetrcBench) -> None:
    """Somebody makes it final again between the two requests."""
    void, number = final_receipt(bench)
    opened = bench.client.put

    def put(path: str, query: Any, body: bytes) -> Any:
        reply = opened(path, query, body)
        bench.sandbox.metrc.put(f"{BASE}/finalize", [{"Id": number}])
        return reply

    bench.client.put = put  # type: ignore[method-assign]  # another register, at the one moment that matters
    result = bench.tracker.send(void)
    assert result.outcome is Outcome.REFUSED
    assert "it was opened for this" in result.sentence
    del bench.client.put
    assert bench.tracker.send(void).outcome is Outcome.CONFIRMED, "as after `retry`"


def test_one_that_another_voided_meanwhile_counts_as_done(bench: MetrcBench) -> None:
    void, number = final_receipt(bench)
    read = bench.client.get

    def get(path: str, query: Any = None, **more: Any) -> Any:
        reply = read(path, query, **more)
        bench.sandbox.metrc.put(UNFINALIZE, [{"Id": number}])
        bench.sandbox.metrc.delete(f"{BASE}/{number}")
        return reply

    bench.client.get = get  # type: ignore[method-assign]  # as above
    result = bench.tracker.send(void)
    assert (result.outcome, result.remote_id) == (Outcome.CONFIRMED, str(number))


@pytest.mark.parametrize(
    ("key", "outcome"),
    [
        (ServiceReach.REACHED, Outcome.REFUSED),
        (ServiceReach.AWAY, Outcome.NOT_SENT),
        (ServiceReach.REFUSED_KEY, Outcome.BLOCKED),
    ],
)
def test_a_receipt_that_is_not_shown_says_nothing_of_the_key_unless_the_key_was_refused(
    bench: MetrcBench, key: ServiceReach, outcome: Outcome
) -> None:
    """A spoilt answer about the key is no answer: nobody stops sending for it, and the void is tried again."""
    void, _ = final_receipt(bench)
    unknown = replace(void, of_remote="987654")
    told = Voids(bench.client, void.license, lambda: key).send(unknown)
    assert (told.outcome, told.pause_lane) == (outcome, key is ServiceReach.REFUSED_KEY)
