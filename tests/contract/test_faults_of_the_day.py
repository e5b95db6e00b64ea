"""What goes wrong around the wire: clock, key, refused sales, two senders, a copied store; each sale is there once."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from pos_desktop.app.ports import ServiceReach
from pos_desktop.domain.instant import DAY_US, HOUR_US, MINUTE_US, SECOND_US, Instant
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, OutboxState
from pos_desktop.keystore.training_keys import TrainingKeys
from pos_desktop.storage.generation import Generation, raise_generation, was_put_back
from pos_desktop.sync.loop import DATED_AHEAD, SyncLoop
from pos_desktop.sync.status import exit_code
from tests.fixtures.fault_bench import CARDS, SETTLE_US, FaultBench, fault_bench, fault_report
from tests.fixtures.month import Month, month
from tests.fixtures.sandbox import FLOWER, NOON
from tests.fixtures.stores import opened
from tests.fixtures.wire_faults import BY_NAME

NEEDS_PERSON = 30


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[FaultBench]:
    with fault_bench(tmp_path) as running:
        yield running


# ---- the clock


@pytest.mark.parametrize("jump_us", [-DAY_US, -HOUR_US, HOUR_US, 400 * DAY_US])
def test_a_clock_set_wrong_in_the_middle_shortens_no_settling(bench: FaultBench, jump_us: int) -> None:
    """A day ahead must not make the look-up early, and a day behind must not make it never."""
    item = fault_report(1, CARDS[1])
    bench.outbox.add(item)
    loop = bench.loop()
    bench.proxy.late.clear()
    with bench.suffering(BY_NAME["work-after-giving-up"]):
        loop.once()
    bench.clock.jump_wall(jump_us)
    loop.once()
    looked_up = [row for row in bench.outbox.log if row.kind == "look-up"]
    assert looked_up == [], "the request may still be running"
    bench.proxy.late.set()
    bench.proxy.quiet()
    bench.clock.advance(SETTLE_US)
    bench.clock.jump_wall(-jump_us)
    bench.drain(loop, item.id)
    assert bench.recorded() == {item.natural_key: 1}


def test_a_sale_of_a_clock_that_was_ahead_waits_for_its_time_at_the_state(bench: FaultBench) -> None:
    """The sandbox, as the state, refuses a sale of a time to come for good."""
    bench.clock.jump_wall(-2 * HOUR_US)
    bench.sandbox.server.move_clock(bench.clock.now().utc_us, running=False)
    item = fault_report(1, CARDS[1])
    bench.outbox.add(item)
    summary = bench.loop().once(wait_for_doubt=True)
    assert (summary.stopped, bench.posted(item)) == (DATED_AHEAD, 0)
    assert bench.tracker().send(item).outcome.value == "refused", "without the wait it would be"
    bench.clock.advance(2 * HOUR_US)
    bench.sandbox.server.move_clock(NOON, running=False)
    bench.drain(bench.loop(), item.id)
    assert bench.recorded() == {item.natural_key: 1}


# ---- the key


def test_a_key_revoked_in_mid_run_stops_the_lane_with_one_notice(bench: FaultBench) -> None:
    items = [fault_report(n, CARDS[n]) for n in range(10)]
    for item in items:
        bench.outbox.add(item)
    revoked = {"match": "POST /sales/v2/receipts", "do": "revoke-key", "after": 4, "times": 1}
    bench.sandbox.server.set_faults({"plan": [revoked]})
    loop = bench.loop()
    summary = loop.once(wait_for_doubt=True)
    counts = bench.outbox.counts()
    assert (counts[OutboxState.CONFIRMED], counts[OutboxState.BLOCKED], counts[OutboxState.QUEUED]) == (
        4,
        1,
        5,
    )
    assert (exit_code(loop.status()), bench.heard.count(ServiceReach.REFUSED_KEY)) == (NEEDS_PERSON, 1)
    assert "key" in summary.stopped
    for _ in range(30):
        bench.clock.advance(MINUTE_US)
        loop.once()
    assert len(bench.proxy.posts) == 5, "it is tried with reads"
    bench.sandbox.server.service.restore_keys()
    bench.drain(loop, *(item.id for item in items))
    assert bench.recorded() == {item.natural_key: 1 for item in items}


# ---- what the state refuses for good


def adjusted(bench: FaultBench, grams: str) -> None:
    change = {"Label": FLOWER, "Quantity": Decimal(grams), "UnitOfMeasure": "Grams"}
    change |= {"AdjustmentReason": "Drying", "AdjustmentDate": "2026-04-08"}
    assert bench.sandbox.metrc.post("/packages/v2/adjust", [change]).status == 200


def finished(bench: FaultBench) -> None:
    adjusted(bench, "-453.6")
    finish = [{"Label": FLOWER, "ActualDate": "2026-04-08"}]
    assert bench.sandbox.metrc.put("/packages/v2/finish", finish).status == 200


def back_again(bench: FaultBench) -> None:
    assert bench.sandbox.metrc.put("/packages/v2/unfinish", [{"Label": FLOWER}]).status == 200
    adjusted(bench, "50")


def standing(bench: FaultBench, active: int) -> None:
    with bench.sandbox.server.service.store.writing() as db:
        db.execute("UPDATE patient SET active = ? WHERE number = ?", (active, CARDS[1]))


def inactive(bench: FaultBench) -> None:
    standing(bench, 0)


def active_again(bench: FaultBench) -> None:
    standing(bench, 1)


@pytest.mark.parametrize(
    ("changed", "made_good", "word", "stuck"),
    [(finished, back_again, FLOWER, 2), (inactive, active_again, "not active", 1)],
)
def test_a_sale_that_the_state_refuses_waits_for_a_person_and_is_not_sent_again(
    bench: FaultBench,
    changed: Callable[[FaultBench], None],
    made_good: Callable[[FaultBench], None],
    word: str,
    stuck: int,
) -> None:
    first, behind, beside = (fault_report(n, CARDS[card]) for n, card in ((1, 1), (2, 1), (3, 2)))
    for item in (first, behind, beside):
        bench.outbox.add(item)
    changed(bench)
    loop = bench.loop()
    for _ in range(5):
        loop.once(wait_for_doubt=True)
        bench.clock.advance(HOUR_US)
    assert bench.state(first.id) is OutboxState.REJECTED
    assert bench.posted(first) == 1, "a refusal is no reason to try again"
    assert word in bench.outbox.items[first.id].last_error
    assert CARDS[1] not in bench.kept_text()
    assert bench.state(behind.id) is OutboxState.QUEUED
    assert bench.outbox.counts()[OutboxState.REJECTED] == stuck
    assert exit_code(loop.status()) == NEEDS_PERSON
    made_good(bench)
    for item in (first, beside):
        if bench.state(item.id) is OutboxState.REJECTED:
            bench.again(item.id)
    bench.drain(loop, first.id, behind.id, beside.id)
    assert bench.recorded() == {item.natural_key: 1 for item in (first, behind, beside)}


# ---- two senders, two machines


def test_two_senders_started_at_once_send_each_report_once(tmp_path: Path) -> None:
    """Without the lock on the folder, which is another guard: what the store itself keeps."""
    with month(tmp_path, patients=8) as at:
        at.sell(40, random.Random(1))
        at.next_day()
        begin = threading.Barrier(2)

        def work(loop: SyncLoop) -> None:
            begin.wait(timeout=10)
            loop.once()

        senders = [threading.Thread(target=work, args=(at.loop(),)) for _ in range(2)]
        for each in senders:
            each.start()
        for each in senders:
            each.join()
        at.drain()
        assert reported(at) == dict.fromkeys((sale.external for sale in at.store.sales.all()), 1)


def test_a_sender_that_begins_while_another_waits_for_an_answer_takes_over(tmp_path: Path) -> None:
    with month(tmp_path, patients=8) as at:
        at.sell(10, random.Random(1))
        at.next_day()
        send = at.tracker.send

        def meanwhile(item: OutboxItem) -> AttemptResult:
            at.tracker.send = send  # type: ignore[method-assign]  # the second sender has begun
            at.store.outbox.sender_epoch()
            assert at.store.outbox.recover(at.clock.now()) == 1
            return send(item)

        at.tracker.send = meanwhile  # type: ignore[method-assign]  # the first request hangs in the air
        assert "Another copy" in at.loop().once().stopped
        at.drain()
        assert reported(at) == dict.fromkeys((sale.external for sale in at.store.sales.all()), 1)


def reported(at: Month) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in at.sandbox.server.ledger():
        found[row["ExternalReceiptNumber"]] = found.get(row["ExternalReceiptNumber"], 0) + 1
    return found


@pytest.mark.parametrize(("starts_anew", "copies"), [(True, 1), (False, 2)])
def test_a_store_copied_to_a_second_machine_asks_before_it_sends(
    tmp_path: Path, starts_anew: bool, copies: int
) -> None:
    """The copy holds as waiting what the first machine has sent since; the known wrong way is to believe it."""
    second = tmp_path / "second"
    second.mkdir()
    keys = TrainingKeys(tmp_path)
    with month(tmp_path, patients=8) as at:
        raise_generation(at.store, keys, at.clock.now())
        at.sell(6, random.Random(1))
        at.next_day()
        at.store.backup(second / "store.db")
        at.drain()
        raise_generation(at.store, keys, at.clock.now())
        with opened(second, at.clock) as copy:
            assert was_put_back(copy, keys), "the command line refuses to send from it"
            if starts_anew:
                assert raise_generation(copy, keys, at.clock.now()) is Generation.RESTORED
            twin = Month(copy, at.clock, at.sandbox, at.tracker, at.patients)
            twin.drain()
            assert copy.outbox.counts()[OutboxState.CONFIRMED] == 6
        assert set(reported(at).values()) == {copies}


def test_a_report_is_never_dated_before_it_was_sold(bench: FaultBench) -> None:
    """What the sandbox holds bears the sale's own second, whenever it was sent."""
    item = fault_report(61, CARDS[1])
    bench.outbox.add(item)
    bench.clock.advance(30 * DAY_US)
    bench.drain(bench.loop(), item.id)
    [row] = bench.sandbox.server.ledger()
    sold = Instant(NOON - HOUR_US + 61 * SECOND_US)
    assert item.created_at == sold
    assert row["SalesDateTime"].startswith("2026-04-08T11:01:01")
