"""The story of a report, and what a person may say about it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pos_desktop.domain.outbox import OutboxState
from pos_desktop.domain.people import Role
from pos_desktop.domain.persons_word import Action
from pos_desktop.ui.flows.picture import key_hints
from pos_desktop.ui.sheet_state import ReasonSheet
from pos_desktop.ui.state import Tone
from tests.fixtures.builders import DUTY, MANAGER
from tests.fixtures.fake_worklist import FakeWorklist, report
from tests.fixtures.report_shops import REASON, Shop
from tests.fixtures.reports import void_of

# -- the story


def test_the_story_tells_what_was_tried_with_times_and_masks_the_card() -> None:
    story = Shop().story
    assert [(each.when, each.words) for each in story.steps][:3] == [
        ("12:58 PM", "Nothing reached the state service. The line to the state was away."),
        ("1:31 PM", "No answer that says whether the state has it. The line broke before the answer came."),
        ("1:33 PM", "Looked up: the state does not hold it."),
    ]
    assert story.steps[-1].tone is Tone.DANGER
    assert "SAMPLE-00002" not in story.raw
    assert '"PatientLicenseNumber":"…0002"' in story.raw
    assert "HTTP 400" in story.raw


@pytest.mark.parametrize(
    ("item_id", "labels"),
    [
        ("report-00002", ["Try again", "Cancel it"]),
        ("report-00003", ["Try again", "It is at the state", "Cancel it"]),
        ("report-00004", ["Try again"]),
        ("report-00005", ["Try again"]),
        ("report-00006", []),
        ("report-00008", ["It is at the state", "It is not there: send it", "Cancel it"]),
        ("report-00009", []),
        ("report-00020", []),
    ],
)
def test_only_what_is_allowed_now_is_offered(item_id: str, labels: list[str]) -> None:
    shop = Shop()
    shop.choose(item_id)
    assert shop.actions() == labels
    assert [each.key for each in key_hints(shop.at.floor) if each.label in labels] == [
        each.key for each in shop.story.actions
    ]


@pytest.mark.parametrize("needs_person", [True, False])
def test_a_report_held_up_by_an_earlier_one_of_its_patient_says_by_which(*, needs_person: bool) -> None:
    first = report(1, OutboxState.REJECTED if needs_person else OutboxState.QUEUED, patient="SAMPLE-00001")
    store = FakeWorklist()
    store.add(first, report(2, patient="SAMPLE-00001"), report(3, patient="SAMPLE-00003"))
    shop = Shop(store)
    rows = {row.title: row.state for row in shop.room.pages[0]}
    shop.choose("report-00002")
    rows |= {row.title: row.state for row in shop.room.pages[0]}
    assert rows["R2-1-0000002"] == shop.story.state == "Waits for receipt R2-1-0000001"
    assert rows["R2-1-0000003"] == "Waits to be sent"
    assert "It waits for the report of receipt R2-1-0000001" in shop.story.words
    assert ("needs a person" in shop.story.words) is needs_person
    assert ("See to the report of receipt R2-1-0000001 first" in shop.story.advice) is needs_person
    store.add(replace(first, state=OutboxState.CONFIRMED))
    shop.choose("report-00002")
    assert shop.story.state == "Waits to be sent"


def test_a_void_is_named_as_what_is_waited_for() -> None:
    sale, store = report(1, OutboxState.CONFIRMED, patient="SAMPLE-00001"), FakeWorklist()
    store.add(sale, void_of(sale), report(2, patient="SAMPLE-00001"))
    shop = Shop(store)
    shop.choose("report-00002")
    assert "the report of the void of receipt R2-1-0000001" in shop.story.words


# -- a person's word


def test_try_again_goes_on_at_once_and_wakes_the_sender() -> None:
    lead = replace(DUTY, actor=replace(DUTY.actor, role=Role.LEAD))
    shop = Shop(duty=lead)
    assert shop.actions() == ["Try again"]
    assert "A manager" in shop.story.note
    shop.do.fix.emit("report-retry")
    [(item_id, word)] = shop.store.words
    assert (item_id, word.action, word.by) == ("report-00002", Action.RETRY, DUTY.actor.id)
    assert shop.at.till.nudges == ["sync"]
    assert "The report goes on now" in shop.at.said
    assert shop.story.state == "Answer was lost", "an earlier try may be there: the state is asked first"


def test_a_budtender_does_not_try_again_alone() -> None:
    shop = Shop(duty=DUTY)
    shop.do.fix.emit("report-retry")
    assert shop.store.words == []
    assert "must do or approve this" in shop.at.said


def test_who_is_no_manager_decides_nothing_however_the_wish_came() -> None:
    shop = Shop(duty=DUTY)
    shop.do.fix.emit("report-cancelled")
    assert (shop.at.floor.sheet, shop.store.words) == (None, [])
    assert "A manager must be signed in" in shop.at.said


def test_a_receipt_and_a_reason_settle_a_report_that_is_there() -> None:
    shop = Shop()
    shop.choose("report-00003")
    shop.do.fix.emit("report-reported")
    for typed, wrong in (({"receipt": "90403"}, "reason"), ({"reason": REASON}, "receipt")):
        shop.do.form.emit(typed)
        sheet = shop.at.floor.sheet
        assert isinstance(sheet, ReasonSheet)
        assert sheet.number is not None
        assert "Nothing was changed" in (sheet.field if wrong == "reason" else sheet.number).error
        assert (sheet.number if wrong == "reason" else sheet.field).error == ""
    assert shop.store.words == []
    shop.do.form.emit({"receipt": " 90403 ", "reason": REASON})
    assert shop.at.floor.sheet is None
    [(_, word)] = shop.store.words
    assert (word.action, word.reason, word.by) == (Action.REPORTED, REASON, MANAGER.id)
    assert shop.store.items["report-00003"].remote_id == "90403"
    assert (shop.story.state, shop.actions()) == ("At the state", [])


@pytest.mark.parametrize(
    ("item_id", "fix", "state"),
    [
        ("report-00002", "report-cancelled", OutboxState.CANCELLED),
        ("report-00008", "report-not-reported", OutboxState.QUEUED),
        ("report-00008", "report-cancelled", OutboxState.CANCELLED),
    ],
)
def test_a_reason_is_asked_for_what_cannot_be_undone(item_id: str, fix: str, state: OutboxState) -> None:
    shop = Shop()
    shop.choose(item_id)
    shop.do.fix.emit(fix)
    sheet = shop.at.floor.sheet
    assert isinstance(sheet, ReasonSheet)
    assert sheet.number is None
    shop.do.form.emit({"reason": REASON})
    assert shop.store.items[item_id].state is state
    assert REASON in shop.story.steps[-1].words


def test_what_changed_under_the_sheet_is_refused_with_a_sentence() -> None:
    shop = Shop()
    shop.do.fix.emit("report-cancelled")
    shop.store.add(replace(shop.store.items["report-00002"], state=OutboxState.SENDING))
    shop.do.form.emit({"reason": REASON})
    assert shop.at.floor.sheet is None
    assert "is being sent at this moment" in shop.at.said
    assert (shop.store.words, shop.actions()) == ([], [])


def test_a_word_is_given_once_and_never_about_a_story_that_is_not_there_yet() -> None:
    shop = Shop()
    shop.at.database.at_once = False
    shop.do.fix.emit("report-retry")
    shop.do.fix.emit("report-retry")
    shop.at.database.run()
    assert len(shop.store.words) == 1
    shop.do.report_at.emit(1)
    shop.do.fix.emit("report-cancelled")
    assert shop.at.floor.sheet is None


def test_the_fix_of_another_part_of_the_counter_is_no_word_about_a_report() -> None:
    shop = Shop(open_it=False)
    shop.do.fix.emit("report-retry")
    shop.do.fix.emit("report-unheard-of")
    assert shop.store.words == []
