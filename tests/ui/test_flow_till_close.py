"""The room “Till” over a real store: a close in four steps, and where it stands after a power cut."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pos_desktop.app.till_base import Step, TillRules
from pos_desktop.app.views import ViewLog
from pos_desktop.domain.instant import MINUTE_US
from pos_desktop.domain.money import Money
from pos_desktop.domain.till import Count
from pos_desktop.ui.flows.till_door import till_stands_still
from pos_desktop.ui.intents import Opens
from pos_desktop.ui.sheet_state import (
    PaperSheet,
    ReasonSheet,
    SecondPersonSheet,
)
from tests.fixtures.stores import PATIENT
from tests.fixtures.till_rooms import TillCounter, short_of
from tests.fixtures.tills import BUDTENDER, FLOAT, LEAD, MANAGER, SECOND, count_of

REASON = "sample reason of the day"


@pytest.fixture
def at(tmp_path: Path) -> Iterator[TillCounter]:
    made = TillCounter(tmp_path)
    yield made
    made.close()


def to_the_result(at: TillCounter, count: Count) -> None:
    at.with_float()
    at.fix("till-close")
    at.count(count)
    at.fix("till-seal")


def test_a_close_in_four_steps(at: TillCounter) -> None:
    at.with_float()
    at.place.sell(2)
    at.hold_cart()
    at.fix("till-close")
    assert at.room.pill == "Step 1 of 4 · Held carts"
    assert [row.title for row in at.room.held] == ["Sample Patient 001"]
    at.fix("till-count")
    assert at.room.pill == "Step 2 of 4 · Count"
    assert "blind count" in at.room.subtitle
    at.count(count_of(Money(22_500)))
    at.fix("till-seal")
    assert at.room.pill == "Step 3 of 4 · Result"
    assert (at.line("Counted"), at.line("Expected"), at.line("Over/short")) == ("$225.00", "$225.00", "$0.00")
    at.fix("till-go-on")
    assert at.room.pill == "Step 4 of 4 · Witness"
    at.fix("till-witness")
    at.pin(SECOND)
    assert at.title == ("Till closed · Register 2", "Closed")
    assert at.said == "The till is closed. Z report 1 is kept and goes to the printer."
    assert at.fake.done[-1] == "till.z"
    assert at.floor.session is None
    (kept,) = at.place.store.tills.z_reports(-1)
    assert kept.document["sales"]["unreported"] == 1
    assert [each.sale_id for each in at.place.store.holds.list()] == ["held-1"], "carried over"
    assert till_stands_still(at.floor) is not None


def test_without_held_carts_there_are_three_steps(at: TillCounter) -> None:
    at.with_float()
    at.fix("till-close")
    pills = [at.room.pill]
    at.hold_cart()
    at.count(FLOAT)
    at.fix("till-seal")
    pills.append(at.room.pill)
    at.fix("till-recount")
    pills.append(at.room.pill)
    at.do.back.emit()
    at.fix("till-go-on")
    pills.append(at.room.pill)
    assert pills == [
        "Step 1 of 3 · Count",
        "Step 2 of 3 · Result",
        "Step 2 of 3 · Recount",
        "Step 3 of 3 · Witness",
    ], "a cart that was held meanwhile adds no step that is over"


def test_the_steps_stay_the_same_in_number_when_the_last_held_cart_is_voided(at: TillCounter) -> None:
    at.with_float()
    at.hold_cart()
    at.fix("till-close", "till-void:held-1")
    at.form(reason=REASON)
    assert at.room.pill == "Step 2 of 4 · Count"
    at.do.back.emit()
    at.fix("till-close")
    assert at.room.pill == "Step 1 of 3 · Count", "another close"


def test_after_a_restart_the_steps_are_numbered_by_what_is_held(at: TillCounter) -> None:
    to_the_result(at, FLOAT)
    at.restart()
    at.enter()
    assert at.room.pill == "Step 2 of 3 · Result"
    at.hold_cart()
    at.restart()
    at.enter()
    assert at.room.pill == "Step 3 of 4 · Result"


def test_whoever_closes_over_held_carts_has_seen_their_patients(at: TillCounter) -> None:
    at.with_float()
    at.floor.desk = replace(at.floor.desk, views=ViewLog(at.place.store.views, at.place.clock))
    at.hold_cart()
    at.enter()
    assert at.place.store.views.of(PATIENT.id) == [], "an open till names nobody"
    at.fix("till-close")
    assert [row.title for row in at.room.held] == ["Sample Patient 001"]
    assert {(each.person_id, each.why) for each in at.place.store.views.of(PATIENT.id)} == {
        (BUDTENDER.id, "held-carts")
    }


def test_a_held_cart_is_voided_with_a_reason(at: TillCounter) -> None:
    at.with_float()
    at.hold_cart()
    at.fix("till-close", "till-void:held-1")
    at.form(reason="?")
    at.sheet(ReasonSheet)
    assert "Write why" in at.sheet(ReasonSheet).field.error
    at.form(reason=REASON)
    assert at.place.store.holds.list() == []
    assert at.room.pill == "Step 2 of 4 · Count"
    told = [body for _, body, _ in at.place.store.journal.entries() if b'"cart.voided"' in body]
    assert len(told) == 1
    assert REASON.encode() in told[0]


def test_a_close_is_given_up_before_it_is_counted_and_not_after(at: TillCounter) -> None:
    at.with_float()
    at.fix("till-close")
    assert at.place.desk.picture().step is Step.CLOSING
    at.do.back.emit()
    assert at.place.desk.picture().step is Step.OPEN
    assert at.title == ("Till · Register 2", "Open")
    at.fix("till-close")
    at.count(FLOAT)
    at.fix("till-seal")
    at.do.back.emit()
    assert at.floor.room is None
    assert at.place.desk.picture().step is Step.COUNTED
    at.enter()
    assert at.room.pill == "Step 2 of 3 · Result"


def test_one_recount_is_allowed_and_both_are_kept(at: TillCounter) -> None:
    to_the_result(at, short_of(FLOAT, 700))
    assert at.line("Short") == "−$7.00"
    assert at.keys == {"R": "till-recount"}
    at.fix("till-recount")
    assert at.room.count is not None
    assert at.room.count.total == "$0.00"
    at.do.back.emit()
    at.fix("till-recount")
    at.count(FLOAT)
    at.fix("till-seal")
    assert at.room.pill == "Step 2 of 3 · Result"
    assert (at.line("First count"), at.line("Counted")) == ("$193.00", "$200.00")
    assert at.keys == {}
    at.fix("till-go-on", "till-witness")
    at.pin(SECOND)
    (kept,) = at.place.store.tills.z_reports(-1)
    assert [each["total"] for each in kept.document["cash"]["counts"]] == [19_300, 20_000]


def test_over_or_short_takes_a_reason_and_a_manager(at: TillCounter) -> None:
    to_the_result(at, short_of(FLOAT, -300))
    assert at.line("Over") == "$3.00"
    at.fix("till-go-on")
    at.form(reason="x")
    at.sheet(ReasonSheet)
    assert "Write why" in at.sheet(ReasonSheet).field.error
    at.form(reason=REASON)
    at.sheet(SecondPersonSheet)
    assert at.sheet(SecondPersonSheet).body == f"Over $3.00. Reason: {REASON}"
    at.pin(MANAGER)
    assert at.room.pill == "Step 3 of 3 · Witness"
    assert at.line("Difference approved by") == "Sample Manager 1"
    at.do.back.emit()
    at.fix("till-go-on")
    assert at.room.pill == "Step 3 of 3 · Witness", "what was approved is not asked for twice"
    at.fix("till-witness")
    at.pin(LEAD)
    (kept,) = at.place.store.tills.z_reports(-1)
    cash = kept.document["cash"]
    assert (cash["reason"], cash["approved_by"], cash["witness"]) == (REASON, MANAGER.id, LEAD.id)


def test_a_managers_own_difference_says_who_goes_on_and_how(at: TillCounter) -> None:
    at.with_float()
    at.floor.actor = MANAGER
    at.second()
    at.fix("till-close")
    at.count(short_of(FLOAT, 300))
    at.fix("till-seal")
    for _ in range(2):
        assert "Sample Manager 1 made this count and does not approve it" in at.room.words
        assert at.keys["R"] == "till-recount"
        at.fix("till-recount")
        at.count(short_of(FLOAT, 300))
        at.fix("till-seal")
    assert at.said == "You made the last count, so another person makes this one. Nothing was saved."
    assert "all counts are kept" in at.room.subtitle
    at.floor.actor = SECOND
    at.second()
    at.count(short_of(FLOAT, 300))
    at.fix("till-seal")
    assert "a manager approves it with their own PIN" in at.room.words
    assert "R" not in at.keys
    at.fix("till-go-on")
    at.form(reason=REASON)
    at.pin(MANAGER)
    at.fix("till-witness")
    at.pin(MANAGER)
    (kept,) = at.place.store.tills.z_reports(-1)
    assert [each["by"] for each in kept.document["cash"]["counts"]] == [MANAGER.id, MANAGER.id, SECOND.id]


def test_what_was_approved_for_one_is_not_approved_for_the_next(at: TillCounter) -> None:
    to_the_result(at, short_of(FLOAT, 300))
    at.fix("till-go-on")
    at.form(reason=REASON)
    at.pin(MANAGER)
    assert at.room.pill == "Step 3 of 3 · Witness"
    at.floor.actor = SECOND
    at.second()
    assert at.room.pill == "Step 2 of 3 · Result"
    assert at.room.primary is not None
    assert at.room.primary.label == "Give the reason"


def test_a_count_that_somebody_else_typed_is_not_sealed_by_the_next(at: TillCounter) -> None:
    at.with_float()
    at.fix("till-close")
    at.count(FLOAT)
    at.floor.actor = SECOND
    at.second()
    assert at.room.count is not None
    assert at.room.count.total == "$0.00"
    at.fix("till-seal")
    assert "Nothing was counted yet" in at.said
    assert at.place.desk.sealed() == ()


def test_within_what_the_store_accepts_nobody_is_asked(tmp_path: Path) -> None:
    at = TillCounter(tmp_path, TillRules(difference=Money(500)))
    to_the_result(at, short_of(FLOAT, 500))
    assert at.room.words == "That is within what the store accepts without a reason."
    at.fix("till-go-on")
    assert at.room.pill == "Step 3 of 3 · Witness"
    at.close()


def test_the_last_z_is_printed_again_as_a_copy(at: TillCounter) -> None:
    to_the_result(at, FLOAT)
    at.fix("till-go-on", "till-witness")
    at.pin(SECOND)
    at.fix("till-z-copy")
    assert at.fake.done[-2:] == ["till.z", "copy of till.z"]


def test_after_a_cut_each_step_comes_back_as_it_was(at: TillCounter) -> None:
    at.restart()
    at.enter()
    assert at.room.pill == "Closed"
    at.with_float()
    at.restart()
    assert at.floor.session is not None
    at.enter()
    assert at.room.pill == "Open"
    at.fix("till-pause")
    at.restart()
    at.enter()
    assert at.room.pill == "Paused"
    at.fix("till-resume")
    at.hold_cart()
    at.fix("till-close")
    at.restart()
    at.enter()
    assert at.room.pill == "Step 1 of 4 · Held carts"
    at.fix("till-count")
    at.count(FLOAT)
    at.restart()
    at.enter()
    at.fix("till-count")
    assert at.room.count is not None
    assert at.room.count.total == "$0.00", "a count that was not sealed is counted again"
    at.count(short_of(FLOAT, 100))
    at.fix("till-seal")
    at.restart()
    at.enter()
    assert at.room.pill == "Step 3 of 4 · Result"
    assert at.line("Short") == "−$1.00"
    at.fix("till-recount")
    at.count(FLOAT)
    at.fix("till-seal", "till-go-on")
    assert at.room.pill == "Step 4 of 4 · Witness"
    at.restart()
    at.enter()
    assert at.room.pill == "Step 3 of 4 · Result"
    at.fix("till-go-on", "till-witness")
    at.pin(SECOND)
    at.restart()
    at.enter()
    assert at.room.pill == "Closed"
    assert [kept.number for kept in at.place.store.tills.z_reports(-1)] == [1]


def test_a_cut_between_close_and_paper_prints_the_z_once(at: TillCounter) -> None:
    from pos_desktop.app.ports import PaperOutcome, PaperResult

    to_the_result(at, FLOAT)
    at.fake.done.clear()
    at.fake.trouble = [PaperResult(PaperOutcome.NOT_SENT, "away")]
    at.fix("till-go-on", "till-witness")
    at.pin(SECOND)
    assert at.fake.done == []
    at.do.open_sheet.emit(Opens.PAPER)
    assert [row.title for row in at.sheet(PaperSheet).rows] == ["Z report 1"]
    at.restart()
    at.controller._printing.work()
    at.controller._printing.work()
    assert at.fake.done == ["till.z"]


def test_an_approval_is_of_one_difference_and_not_of_the_recount(at: TillCounter) -> None:
    to_the_result(at, short_of(FLOAT, 100))
    at.fix("till-go-on")
    at.form(reason=REASON)
    at.pin(MANAGER)
    at.do.back.emit()
    at.fix("till-recount")
    at.count(short_of(FLOAT, 9_000))
    at.fix("till-seal", "till-go-on")
    assert at.sheet(ReasonSheet).title == "Over or short", "another difference, another approval"


def test_an_approval_that_grew_old_is_given_again(at: TillCounter) -> None:
    to_the_result(at, short_of(FLOAT, 100))
    at.fix("till-go-on")
    at.form(reason=REASON)
    at.pin(MANAGER)
    at.place.clock.move(2 * MINUTE_US)
    at.fix("till-witness")
    at.pin(SECOND)
    assert "Have it given again" in at.said
    assert at.room.pill == "Step 2 of 3 · Result"
    at.fix("till-go-on")
    at.form(reason=REASON)
    at.pin(MANAGER)
    at.fix("till-witness")
    at.pin(SECOND)
    assert [each.number for each in at.place.store.tills.z_reports(-1)] == [1]
