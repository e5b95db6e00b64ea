"""A sale taken back on the encrypted store: allotment, goods, journal and report, all of it or nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.app.ports import Person
from pos_desktop.app.ports.worklist import Which
from pos_desktop.app.verifying import verify
from pos_desktop.app.voiding import Voided, Voiding
from pos_desktop.app.worklist import Worklist
from pos_desktop.domain.deadlines import Duty
from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.instant import DAY_US, HOUR_US, SECOND_US
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, OutboxState, Outcome
from pos_desktop.domain.persons_word import Action
from pos_desktop.domain.sale import Sale
from pos_desktop.storage.store import Store
from pos_desktop.sync.loop import SyncLoop
from tests.fixtures.fake_tracker import FakeTracker
from tests.fixtures.stores import (
    MIGRATIONS,
    NOON,
    PATIENT,
    PERSON,
    ZONE,
    OrderedIds,
    StandingClock,
    basket,
    entry_maker,
    incoming,
    opened,
    sell,
    stocked,
    tag,
)
from tests.fixtures.virtual_time import VirtualClock, VirtualPause

MANAGER = Person(PersonId("manager-1"), "Sample Manager", "manager")
CLOCK = StandingClock(NOON.plus_us(HOUR_US))
WHY = "wrong package was scanned"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with stocked(tmp_path, CLOCK) as made:
        made.staff.add(MANAGER)
        yield made


def sold(store: Store, name: str = "s1", after_s: int = 0) -> Sale:
    return sell(store, entry_maker(store), basket(name, NOON.plus_us(after_s * SECOND_US)))


def voiding(store: Store, clock: StandingClock = CLOCK, **more: Any) -> Voiding:
    return Voiding(
        sales=store.sales,
        book=store.voids,
        register=store.settings.register(),
        facility_zone=ZONE,
        clock=clock,
        ids=OrderedIds(len(store._db.rows("SELECT 1 FROM limit_void")), "void"),
        **more,
    )


def take_back(store: Store, sale: Sale, **more: Any) -> Voided:
    return voiding(store, **more).void(sale, WHY, MANAGER)


def state_of(store: Store, sale: Sale) -> list[tuple[str, OutboxState]]:
    return [(each.kind, each.state) for each in store.worklist.of_sale(sale.id)]


def move(store: Store, item_id: str, state: OutboxState, remote_id: str = "") -> OutboxItem:
    item = next(each for each in store.outbox.open_items(10) if each.id == item_id)
    item = replace(item, state=state, remote_id=remote_id, attempt_ended_at=NOON)
    store.outbox.settle(item, AttemptResult(Outcome.IN_DOUBT), NOON, looked_up=False)
    return item


def on_hand(store: Store, n: int) -> int:
    package = store.shelf.by_tag(tag(n))
    assert package is not None
    return package.on_hand


def test_everything_that_hung_on_the_sale_is_given_back(store: Store) -> None:
    sale = sold(store)
    revision = store.ledger.revision(PATIENT.id)
    assert on_hand(store, 1) == 99
    done = take_back(store, sale)
    assert on_hand(store, 1) == 100
    [purchase] = store.ledger.window(PATIENT.id, NOON.plus_us(-DAY_US))
    assert purchase.void_at == CLOCK.now()
    assert store.ledger.revision(PATIENT.id) == revision + 1
    kept = store.sales.find(sale.id)
    assert kept == replace(sale, voided=True)
    moves = store._db.rows("SELECT kind, sum(quantity) FROM stock_move GROUP BY kind ORDER BY kind")
    assert moves == [("sale", -4), ("void", 4)]
    [entry] = [json.loads(body) for _, body, _ in store.journal.entries() if b'"sale.voided"' in body]
    assert (entry["actor"], entry["ref"], entry["data"]["reason"]) == (MANAGER.id, sale.id, WHY)
    assert (entry["data"]["report"], done.earlier_day) == (done.report.id, False)
    found = verify(store.sales, store.journal)
    assert not [each for each in found.wrong if "void" in each]


def test_what_the_state_never_heard_of_is_ended_here(store: Store) -> None:
    sale = sold(store)
    done = take_back(store, sale)
    assert not done.at_the_state
    assert state_of(store, sale) == [("sale", OutboxState.CANCELLED), ("void", OutboxState.CANCELLED)]
    assert store.outbox.open_items(10) == []
    desk = Worklist(store.worklist, store.settings, CLOCK)
    for each in store.worklist.of_sale(sale.id):
        [step] = desk.story(each.id, PERSON).steps
        assert (step.words, step.by) == (f"A person ended it: {WHY}", MANAGER.name)


@pytest.mark.parametrize(
    "state",
    [each for each in OutboxState if not each.final and each is not OutboxState.SENDING],
)
def test_what_was_tried_goes_to_the_state_and_then_the_void(store: Store, state: OutboxState) -> None:
    sale = sold(store)
    move(store, "report-s1", state)
    done = take_back(store, sale)
    assert done.at_the_state
    assert state_of(store, sale) == [("sale", state), ("void", OutboxState.QUEUED)]
    due = store.outbox.next_due(CLOCK.now(), skip=frozenset({"report-s1"}))
    assert due is None, "the void waits for its sale"


def test_a_void_carries_the_id_of_its_confirmed_sale(store: Store) -> None:
    sale = sold(store)
    move(store, "report-s1", OutboxState.CONFIRMED, "4711")
    done = take_back(store, sale)
    assert json.loads(done.report.payload) == {
        "v": 1, "void_of": sale.external, "sale_item": "report-s1", "remote_id": "4711", "reason": WHY,
        "at_us": CLOCK.now().utc_us, "local": "2026-11-24T13:00:00.000",
    }  # fmt: skip
    assert (done.report.natural_key, done.report.aggregate) == (f"void:{sale.external}", PATIENT.id)
    handed = store.outbox.next_due(CLOCK.now())
    report = store.sales.report_of(sale.id)
    assert report is not None
    assert handed == replace(done.report, of_remote="4711", of_payload=report.payload)
    taken = store.outbox.begin_attempt(handed.id, store.outbox.sender_epoch(), CLOCK.now())
    assert taken.of_remote == "4711"


def test_a_sale_whose_report_was_ended_leaves_nothing_to_void_there(store: Store) -> None:
    sale = sold(store)
    move(store, "report-s1", OutboxState.CANCELLED)
    assert not take_back(store, sale).at_the_state
    assert state_of(store, sale)[1] == ("void", OutboxState.CANCELLED)


def test_with_the_sales_report_its_void_is_ended(store: Store) -> None:
    store.settings.set("state.license", "LIC-1")
    sale = sold(store)
    move(store, "report-s1", OutboxState.REJECTED)
    done = take_back(store, sale)
    desk = Worklist(store.worklist, store.settings, CLOCK)
    desk.resolve("report-s1", Action.CANCELLED, "it was never sold", MANAGER)
    assert state_of(store, sale) == [("sale", OutboxState.CANCELLED), ("void", OutboxState.CANCELLED)]
    assert "its void has nothing to take back" in desk.story(done.report.id, PERSON).steps[-1].words
    assert desk.page(Which.ALL, PERSON).counts[Which.WAITING] == 0


def test_a_void_follows_its_sale_to_another_license(store: Store) -> None:
    store.settings.set("state.license", "LIC-2")
    sale = sold(store)
    move(store, "report-s1", OutboxState.BLOCKED)
    take_back(store, sale)
    desk = Worklist(store.worklist, store.settings, CLOCK)
    desk.resolve("report-s1", Action.NOT_REPORTED, "it never went out", MANAGER)
    assert {each.license for each in store.worklist.of_sale(sale.id)} == {"LIC-2"}


def test_nobody_voids_twice(store: Store) -> None:
    sale = sold(store)
    take_back(store, sale)
    with pytest.raises(RuleRefusal, match="voided already"):
        take_back(store, sale)
    assert (len(store.worklist.of_sale(sale.id)), on_hand(store, 1)) == (2, 100)


def test_a_sale_of_an_earlier_day_is_voided_and_said(store: Store) -> None:
    sale = sold(store)
    tomorrow = StandingClock(NOON.plus_us(DAY_US))
    assert voiding(store, tomorrow).void(sale, WHY, MANAGER).earlier_day


def test_a_void_is_due_as_a_sale_is(store: Store) -> None:
    sale, other = sold(store), sold(store, "s2", 1)
    duty = Duty.parse("2 hours", "sample")
    assert take_back(store, sale, duty=duty).report.due_at == CLOCK.now().plus_us(2 * HOUR_US)
    assert take_back(store, other, outage_hours=24).report.due_at == CLOCK.now().plus_us(DAY_US)


@pytest.mark.parametrize("number", ["", "R1-1-1", "R1-1-0000009", "R2-1-0000001", "r1-1-000000x"])
def test_a_number_that_is_none_of_ours(store: Store, number: str) -> None:
    sale = sold(store)
    assert voiding(store).find(str(sale.number).lower(), PERSON) == sale
    with pytest.raises(BadInput, match="There is no sale"):
        voiding(store).find(number, PERSON)


def test_a_reason_that_says_nothing_voids_nothing(store: Store) -> None:
    sale = sold(store)
    with pytest.raises(BadInput, match="Write why"):
        voiding(store).void(sale, "...", MANAGER)
    assert not store._db.rows("SELECT * FROM limit_void")


def test_stock_is_right_at_each_step_of_the_way(store: Store) -> None:
    """The state is read before the sale is there, after it, and after the void: 100 lie on the shelf each time."""
    sale = sold(store)
    move(store, "report-s1", OutboxState.IN_DOUBT)
    done = take_back(store, sale)

    def read(figure: int) -> int:
        store.intake.receive([incoming(1, on_hand=figure)], CLOCK.now())
        return on_hand(store, 1)

    assert read(100) == 100, "neither is there"
    _settle(store, "report-s1", OutboxState.CONFIRMED)
    assert read(99) == 100, "the sale is"
    _settle(store, done.report.id, OutboxState.CONFIRMED)
    assert read(100) == 100, "both are"


def _settle(store: Store, item_id: str, state: OutboxState) -> None:
    item = replace(next(each for each in store.outbox.open_items(10) if each.id == item_id), state=state)
    before = CLOCK.now().plus_us(-1)
    store.outbox.settle(item, AttemptResult(Outcome.FOUND), before, looked_up=True)


def test_the_loop_voids_after_the_sale_and_the_next_sale_after_both(store: Store) -> None:
    sale = sold(store)
    move(store, "report-s1", OutboxState.IN_DOUBT)
    take_back(store, sale)
    sold(store, "s2", 7_200)
    clock = VirtualClock(NOON.plus_us(3 * HOUR_US))
    tracker = FakeTracker(clock)
    loop = SyncLoop(
        outbox=store.outbox, tracker=tracker, clock=clock, rng=lambda low, _: low, pause=VirtualPause(clock)
    )
    summary = loop.once(wait_for_doubt=True)
    assert (summary.confirmed, summary.stopped) == (3, "")
    assert (tracker.times().total(), tracker.voided) == (2, {1})
    assert tracker.sends == ["report-s1", "void-000001", "report-s2"]


def test_verify_sees_a_void_that_nobody_told_of_and_one_that_is_gone(store: Store) -> None:
    first, second = sold(store), sold(store, "s2", 1)
    take_back(store, first)
    with store._db.write() as conn:
        conn.exec_driver_sql("DROP TRIGGER limit_void_not_deleted")
        conn.exec_driver_sql("DELETE FROM limit_void")
        conn.exec_driver_sql("INSERT INTO limit_void VALUES ('s2', 1, 0, 'person-1', 'sample')")
    wrong = verify(store.sales, store.journal).wrong
    assert f"The journal tells that sale {first.number} was voided, but it still counts." in wrong
    assert f"Sale {second.number} counts as voided, but the journal does not tell of it." in wrong


_VOIDS = """
import sys
from pathlib import Path
from tests.integration.test_store_voids import CLOCK, opened, take_back

with opened(Path(sys.argv[1]), CLOCK) as store:
    for sale in store.sales.all():
        take_back(store, sale)
        print(sale.id, flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("promises", [1, 3])
def test_a_kill_between_voids_leaves_each_whole_or_not_at_all(tmp_path: Path, promises: int) -> None:
    with stocked(tmp_path, CLOCK) as made:
        made.staff.add(MANAGER)
        for n in range(5):
            sold(made, f"s{n}", n)
    command = [sys.executable, "-c", _VOIDS, str(tmp_path)]
    with subprocess.Popen(
        command, cwd=MIGRATIONS.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        promised = {child.stdout.readline().strip() for _ in range(promises)}
        child.kill()
    with opened(tmp_path, CLOCK) as store:
        voided = {each.id for each in store.sales.all() if each.voided}
        assert promised <= voided
        parts = (
            "SELECT DISTINCT sale_id FROM stock_move WHERE kind = 'void'",
            "SELECT sale_id FROM outbox WHERE kind = 'void'",
            "SELECT purchase_id FROM limit_void",
        )
        assert all({row[0] for row in store._db.rows(each)} == voided for each in parts)
        assert on_hand(store, 1) == 100 - (5 - len(voided))
        assert not [each for each in verify(store.sales, store.journal).wrong if "void" in each]
