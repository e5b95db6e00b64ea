"""The outbox: order, attempts, what a killed sender leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pos_desktop.domain.errors import StoreBusy
from pos_desktop.domain.identity import PatientId
from pos_desktop.domain.instant import DAY_US
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, OutboxState, Outcome
from pos_desktop.domain.sale import Sale
from pos_desktop.storage.store import Store
from tests.fixtures.stores import NOON, PATIENT, PERSON, basket, entry_maker, sell, stocked

OTHER = replace(PATIENT, id=PatientId("patient-2"), card_number="P-2")
DONE = AttemptResult(Outcome.CONFIRMED, remote_id="77", http_status=200, excerpt="[77]")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Two sales to one patient, then one to another."""
    with stocked(tmp_path) as opened:
        opened.patients.add(OTHER, PERSON.id, NOON)
        entries = entry_maker(opened)
        sell(opened, entries, basket("s1"))
        sell(opened, entries, basket("s2", NOON.plus_us(1_000_000)))
        sell(opened, entries, basket("s3", NOON.plus_us(2_000_000), patient=OTHER))
        yield opened


def _due(store: Store, skip: frozenset[str] = frozenset(), later: int = 0) -> str | None:
    item = store.outbox.next_due(NOON.plus_us(later), skip=skip)
    return None if item is None else item.id


def _move(store: Store, item_id: str, **changes: object) -> OutboxItem:
    item = next(each for each in store.outbox.open_items(10) if each.id == item_id)
    item = replace(item, **changes)  # type: ignore[arg-type]  # fields by name, chosen by the test
    store.outbox.settle(item, DONE, NOON, looked_up=False)
    return item


def test_items_of_one_patient_go_one_after_another(store: Store) -> None:
    assert _due(store) == "report-s1"
    assert _due(store, frozenset({"report-s1"})) == "report-s3"
    assert _due(store, frozenset({"report-s1", "report-s3"})) is None
    _move(store, "report-s1", state=OutboxState.CONFIRMED, remote_id="77")
    assert _due(store) == "report-s2"


@pytest.mark.parametrize("state", [OutboxState.REJECTED, OutboxState.CONFLICT, OutboxState.BLOCKED])
def test_an_item_that_waits_for_a_person_holds_up_its_own_patient_only(
    store: Store, state: OutboxState
) -> None:
    _move(store, "report-s1", state=state)
    assert _due(store) == "report-s3"
    assert store.outbox.counts()[state] == 1
    assert store.outbox.counts()[OutboxState.QUEUED] == 2


def test_nothing_goes_before_its_time_or_before_what_it_depends_on(store: Store) -> None:
    _move(store, "report-s1", not_before=NOON.plus_us(10))
    assert _due(store) == "report-s3"
    assert _due(store, later=10) == "report-s1"
    with store._db.write() as conn:
        conn.exec_driver_sql("UPDATE outbox SET depends_on = 'report-s2' WHERE id = 'report-s3'")
    assert _due(store, later=9) is None


def test_an_attempt_is_on_disk_before_the_first_byte(store: Store) -> None:
    epoch = store.outbox.sender_epoch()
    item = store.outbox.begin_attempt("report-s1", epoch, NOON)
    assert item.state is OutboxState.SENDING
    assert _attempts(store) == [("report-s1", "begin", epoch, "")]
    with pytest.raises(StoreBusy):
        store.outbox.begin_attempt("report-s1", epoch, NOON)
    store.outbox.settle(
        replace(item, state=OutboxState.CONFIRMED, remote_id="77"), DONE, NOON, looked_up=False
    )
    assert _attempts(store) == [("report-s1", "begin", epoch, ""), ("report-s1", "end", epoch, "confirmed")]


def test_a_sender_that_was_taken_over_begins_nothing(store: Store) -> None:
    mine = store.outbox.sender_epoch()
    assert store.outbox.sender_epoch() == mine + 1
    with pytest.raises(StoreBusy):
        store.outbox.begin_attempt("report-s1", mine, NOON)
    assert store.outbox.counts()[OutboxState.SENDING] == 0
    assert _attempts(store) == []


def test_what_was_being_sent_when_the_program_died_is_in_doubt(store: Store) -> None:
    store.outbox.begin_attempt("report-s1", store.outbox.sender_epoch(), NOON)
    assert store.outbox.recover(NOON.plus_us(5)) == 1
    assert store.outbox.recover(NOON.plus_us(6)) == 0
    item = store.outbox.open_items(1)[0]
    assert (item.state, item.attempt_ended_at, item.absent_once) == (
        OutboxState.IN_DOUBT,
        NOON.plus_us(5),
        False,
    )
    assert [each[1:] for each in _attempts(store)] == [("begin", 1, ""), ("end", 1, "in-doubt")]


def test_a_confirmed_report_stays_confirmed(store: Store) -> None:
    item = _move(store, "report-s1", state=OutboxState.CONFIRMED, remote_id="77")
    late = replace(item, state=OutboxState.QUEUED, remote_id="")
    store.outbox.settle(late, AttemptResult(Outcome.ABSENT), NOON, looked_up=True)
    kept = store.sales.report_of(basket("s1").id)
    assert kept is not None
    assert (kept.state, kept.remote_id) == (OutboxState.CONFIRMED, "77")
    assert [each[1] for each in _attempts(store)] == ["end", "look-up"]


def _attempts(store: Store) -> list[tuple[object, ...]]:
    return store._db.rows("SELECT item_id, kind, sender_epoch, outcome FROM outbox_attempt ORDER BY id")


def test_the_ledger_knows_which_sales_the_state_cannot_know(tmp_path: Path) -> None:
    with stocked(tmp_path) as store:
        sold = sell(store, entry_maker(store), basket("s1"))
        [purchase] = store.ledger.window(PATIENT.id, NOON.plus_us(-DAY_US))
        assert purchase.awaiting
        assert purchase.reported_at is None
        item = store.outbox.begin_attempt(_report(store, sold).id, store.outbox.sender_epoch(), NOON)
        confirmed = replace(item, state=OutboxState.CONFIRMED, remote_id="7")
        store.outbox.settle(confirmed, AttemptResult(Outcome.CONFIRMED), NOON, looked_up=False)
        [purchase] = store.ledger.window(PATIENT.id, NOON.plus_us(-DAY_US))
        assert not purchase.awaiting
        assert purchase.reported_at == NOON


def _report(store: Store, sold: Sale) -> OutboxItem:
    report = store.sales.report_of(sold.id)
    assert report is not None
    return report
