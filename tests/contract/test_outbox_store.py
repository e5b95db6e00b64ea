"""What every OutboxStore keeps: the fake of the unit tests, and the encrypted store."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pos_desktop.app.ports import OutboxStore
from pos_desktop.domain.errors import StoreBusy
from pos_desktop.domain.identity import PatientId
from pos_desktop.domain.instant import HOUR_US, MINUTE_US, SECOND_US
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, OutboxState, Outcome
from pos_desktop.sync.loop import SyncLoop
from pos_desktop.sync.outbox import after_attempt, after_look_up, settled_at
from tests.fixtures.fake_outbox import FakeOutbox
from tests.fixtures.fake_tracker import FakeTracker
from tests.fixtures.reports import sample_report
from tests.fixtures.stores import NOON, PATIENT, PERSON, basket, entry_maker, sell, stocked
from tests.fixtures.virtual_time import VirtualClock, VirtualPause

LOST = AttemptResult(Outcome.IN_DOUBT, sentence="No answer came.")
TAKEN = AttemptResult(Outcome.CONFIRMED, remote_id="90412", http_status=200, excerpt='{"Ids":[90412]}')
LATER = NOON.plus_us(HOUR_US)


class OutboxStoreContract:
    """A subclass gives `outbox`, and `sale`, which brings in a new report of patient A or B."""

    outbox: OutboxStore

    def sale(self, patient: str) -> str:
        """The new report's id."""
        raise AssertionError

    # ---- small steps

    def begin(self, item_id: str) -> OutboxItem:
        return self.outbox.begin_attempt(item_id, self.outbox.sender_epoch(), NOON)

    def end(self, item: OutboxItem, result: AttemptResult) -> OutboxItem:
        after = after_attempt(item, result, NOON, lambda _, high: high)
        self.outbox.settle(after, result, NOON, looked_up=False, was=item)
        return after

    def look_up(self, item: OutboxItem, result: AttemptResult) -> OutboxItem:
        after = after_look_up(item, result, NOON, MINUTE_US, lambda _, high: high)
        self.outbox.settle(after, result, NOON, looked_up=True, was=item)
        return after

    def only(self) -> OutboxItem:
        [item] = self.outbox.open_items(10)
        return item

    # ---- what holds

    def test_a_new_report_is_queued_and_due(self) -> None:
        item_id = self.sale("A")
        item = self.outbox.next_due(NOON)
        assert item is not None
        assert (item.id, item.state, item.attempts) == (item_id, OutboxState.QUEUED, 0)
        assert self.outbox.counts()[OutboxState.QUEUED] == 1
        assert self.outbox.next_due(LATER, skip=frozenset({item_id})) is None

    def test_sending_is_kept_before_the_first_byte(self) -> None:
        item = self.begin(self.sale("A"))
        assert item.state is OutboxState.SENDING
        assert self.only() == item
        assert item.attempts == 0, "the machine counts, not the store"
        assert self.outbox.next_due(LATER) is None

    def test_nobody_begins_the_same_report_twice(self) -> None:
        item_id = self.sale("A")
        self.begin(item_id)
        with pytest.raises(StoreBusy):
            self.begin(item_id)

    def test_a_sender_that_was_taken_over_begins_nothing(self) -> None:
        item_id = self.sale("A")
        old = self.outbox.sender_epoch()
        assert self.outbox.sender_epoch() == old + 1
        with pytest.raises(StoreBusy):
            self.outbox.begin_attempt(item_id, old, NOON)
        assert self.only().state is OutboxState.QUEUED

    @pytest.mark.parametrize("result", [TAKEN, LOST, *(AttemptResult(o, sentence="Why.") for o in
        (Outcome.NOT_SENT, Outcome.LATER, Outcome.REFUSED, Outcome.BLOCKED))])  # fmt: skip
    def test_the_item_is_kept_as_the_machine_left_it(self, result: AttemptResult) -> None:
        after = self.end(self.begin(self.sale("A")), result)
        assert self.outbox.counts()[after.state] == 1
        if not after.state.final:
            assert self.only() == after

    def test_look_ups_are_kept_too(self) -> None:
        item = self.end(self.begin(self.sale("A")), LOST)
        after = self.look_up(item, AttemptResult(Outcome.ABSENT))
        assert (self.only(), after.absent_once) == (after, True)
        found = self.look_up(after, AttemptResult(Outcome.FOUND, remote_id="7"))
        assert found.state is OutboxState.CONFIRMED
        assert self.outbox.open_items(10) == []

    def test_what_is_confirmed_stays_so(self) -> None:
        item = self.begin(self.sale("A"))
        self.end(item, TAKEN)
        self.outbox.settle(replace(item, state=OutboxState.QUEUED), LOST, NOON, looked_up=False)
        assert self.outbox.counts()[OutboxState.CONFIRMED] == 1

    def test_what_changed_meanwhile_stands(self) -> None:
        """Another sender took over and put it in doubt anew: an empty look-up from before counts for nothing."""
        before = self.end(self.begin(self.sale("A")), LOST)
        once = self.look_up(before, AttemptResult(Outcome.ABSENT))
        self.look_up(before, AttemptResult(Outcome.ABSENT))
        assert self.only() == once, "one empty look-up, not two"
        self.look_up(before, AttemptResult(Outcome.FOUND, remote_id="7"))
        assert self.outbox.counts()[OutboxState.CONFIRMED] == 1, "what the state holds is a fact"

    def test_a_report_is_not_due_before_its_time(self) -> None:
        item = self.end(self.begin(self.sale("A")), AttemptResult(Outcome.LATER, retry_after_s=30))
        assert self.outbox.next_due(NOON.plus_us(30 * SECOND_US - 1)) is None
        assert self.outbox.next_due(NOON.plus_us(30 * SECOND_US)) == item

    @pytest.mark.parametrize("outcome", [Outcome.IN_DOUBT, Outcome.REFUSED, Outcome.BLOCKED, Outcome.LATER])
    def test_a_patients_reports_go_one_after_another(self, outcome: Outcome) -> None:
        first, second, other = self.sale("A"), self.sale("A"), self.sale("B")
        self.end(self.begin(first), AttemptResult(outcome, retry_after_s=3_600))
        due = self.outbox.next_due(NOON, skip=frozenset({first}))
        assert due is not None
        assert due.id == other
        assert self.outbox.next_due(NOON, skip=frozenset({first, other})) is None, "skipping frees nobody"
        waiting = next(item for item in self.outbox.open_items(10) if item.id == first)
        if outcome is Outcome.IN_DOUBT:
            self.look_up(waiting, AttemptResult(Outcome.FOUND, remote_id="7"))
            after = self.outbox.next_due(NOON, skip=frozenset({other}))
            assert after is not None
            assert after.id == second

    def test_a_death_while_sending_leaves_doubt(self) -> None:
        self.begin(self.sale("A"))
        self.sale("B")
        assert self.outbox.recover(NOON) == 1
        assert self.outbox.recover(NOON) == 0
        item = self.outbox.open_items(10)[0]
        assert (item.state, item.absent_once) == (OutboxState.IN_DOUBT, False)
        assert settled_at(item, MINUTE_US) == NOON.plus_us(MINUTE_US)

    def test_open_items_come_oldest_first_and_no_more_than_asked(self) -> None:
        ids = [self.sale("A"), self.sale("B"), self.sale("A")]
        assert [item.id for item in self.outbox.open_items(10)] == ids
        assert [item.id for item in self.outbox.open_items(2)] == ids[:2]

    def test_what_is_blocked_is_named_and_nothing_else(self) -> None:
        first, second, third = self.sale("A"), self.sale("B"), self.sale("B")
        assert self.outbox.blocked() == []
        for item_id, outcome in (
            (third, Outcome.BLOCKED),
            (first, Outcome.REFUSED),
            (second, Outcome.BLOCKED),
        ):
            self.end(self.begin(item_id), AttemptResult(outcome))
        assert [item.id for item in self.outbox.blocked()] == [second, third]

    def test_the_loop_empties_it(self) -> None:
        for patient in "ABAB":
            self.sale(patient)
        clock = VirtualClock(NOON)
        tracker = FakeTracker(clock, script=[LOST], lands=lambda _: True)
        loop = SyncLoop(
            outbox=self.outbox,
            tracker=tracker,
            clock=clock,
            rng=random.Random(1).randint,
            pause=VirtualPause(clock),
        )
        summary = loop.once(wait_for_doubt=True)
        assert (summary.confirmed, summary.stopped) == (4, "")
        assert set(tracker.times().values()) == {1}


class TestFake(OutboxStoreContract):
    @pytest.fixture(autouse=True)
    def _empty(self) -> None:
        self.outbox = self.fake = FakeOutbox()

    def sale(self, patient: str) -> str:
        item = sample_report(len(self.fake.items) + 1, patient=patient, at=NOON)
        self.fake.add(item)
        return item.id


class TestStored(OutboxStoreContract):
    @pytest.fixture(autouse=True)
    def _opened(self, tmp_path: Path) -> Iterator[None]:
        with stocked(tmp_path) as self.store:
            self.outbox = self.store.outbox
            self.patients = {
                name: replace(PATIENT, id=PatientId(f"patient-{name}"), card_number=f"P-{name}")
                for name in "AB"
            }
            for patient in self.patients.values():
                self.store.patients.add(patient, PERSON.id, NOON)
            self.entries = entry_maker(self.store)
            self.sales = 0
            yield

    def sale(self, patient: str) -> str:
        self.sales += 1
        sold = basket(f"sale-{self.sales}", packages=1, patient=self.patients[patient])
        return f"report-{sell(self.store, self.entries, sold).id}"
