"""The room “Till” over a real store: a day by its words, second persons, bad input, and where it stands after a cut."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pos_desktop.app.till_base import Step, TillRules
from pos_desktop.domain.instant import SECOND_US
from pos_desktop.domain.money import Money
from pos_desktop.domain.till import Count, TillEvent, TillKind
from pos_desktop.ui.flows.floor import TILL_DROP, TILL_REASON
from pos_desktop.ui.flows.picture import key_hints, picture
from pos_desktop.ui.flows.till_door import till_stands_still
from pos_desktop.ui.intents import Opens
from pos_desktop.ui.sheet_state import (
    PaymentSheet,
    PickReasonSheet,
    QuestionSheet,
    ReasonSheet,
    SecondPersonSheet,
)
from pos_desktop.ui.state import RoomDoor, Tone
from tests.fixtures.desks import till
from tests.fixtures.hands import Counter
from tests.fixtures.stores import tag
from tests.fixtures.till_rooms import TillCounter, short_of
from tests.fixtures.tills import AUDITOR, BUDTENDER, FLOAT, LEAD, MANAGER, SECOND, count_of

REASON = "sample reason of the day"


@pytest.fixture
def at(tmp_path: Path) -> Iterator[TillCounter]:
    made = TillCounter(tmp_path)
    yield made
    made.close()


def with_float(at: TillCounter) -> TillCounter:
    at.opened(FLOAT)
    assert at.floor.session is not None, at.said
    return at


def titles(at: TillCounter) -> tuple[str, str]:
    return at.room.title, at.room.pill


def keys(at: TillCounter) -> dict[str, str]:
    return {each.key: each.id for each in at.room.actions}


# -- the counter


def test_a_counter_without_a_till_room_shows_no_way_to_it() -> None:
    at = Counter(till())
    assert at.state.till == RoomDoor(shown=False)
    assert not {"T", "F9"} & {each.key for each in key_hints(at.floor)}
    at.do.open_sheet.emit(Opens.TILL)
    at.do.open_sheet.emit(Opens.DRAWER)
    assert (at.floor.room, at.floor.sheet) == (None, None)


def test_the_counter_says_that_its_till_is_closed_and_shows_the_way(at: TillCounter) -> None:
    notice = picture(at.floor).notice
    assert notice is not None
    assert notice.tone is Tone.INFO
    assert notice.text.startswith("The till of this register is closed.")
    assert notice.action is not None
    assert (notice.action.label, notice.action.key) == ("Open the till", "T")
    at.fix(notice.action.id)
    assert titles(at) == ("Open the till · Register 2", "Closed")
    with_float(at)
    assert till_stands_still(at.floor) is None


def test_payment_without_a_till_keeps_the_cart_and_offers_the_till(at: TillCounter) -> None:
    at.scan("P-1000001", tag(1))
    at.do.pay.emit()
    assert not at.floor.paying
    assert "payment needs an open till" in at.said
    assert at.floor.notice is not None
    assert at.floor.notice.action is not None
    at.fix(at.floor.notice.action.id)
    at.count(FLOAT)
    at.fix("till-open")
    at.do.back.emit()
    assert len(picture(at.floor).cart) == 1
    at.do.pay.emit()
    assert isinstance(at.floor.sheet, PaymentSheet)


def test_the_keys_of_counter_and_room_are_told(at: TillCounter) -> None:
    assert {"T", "F9"} <= {each.key for each in key_hints(at.floor)}
    at.enter()
    assert {"F12", "F9", "Enter ↑ ↓", "Esc"} <= {each.key for each in key_hints(at.floor)}
    with_float(at)
    assert {"C", "D", "I", "P", "F9", "B"} <= {each.key for each in key_hints(at.floor)}


# -- opening


def test_a_float_is_counted_blind_and_the_slip_printed(at: TillCounter) -> None:
    at.enter()
    at.count(Count.of({2_000: 5}))
    assert at.room.count is not None
    assert at.room.count.total == "$100.00"
    assert [(row.label, row.amount) for row in at.room.count.rows[:3]] == [
        ("$100", "$0.00"),
        ("$50", "$0.00"),
        ("$20", "$100.00"),
    ]
    assert "$200" not in str(at.room), "the float of the store is not on the screen"
    with_float(at)
    assert titles(at) == ("Till · Register 2", "Open")
    assert at.room.subtitle == "Opened 12:00 PM by Sample Budtender 1"
    assert at.fake.done == ["till.opened"]


def test_another_float_takes_a_reason_and_a_manager_who_is_not_told_the_right_one(at: TillCounter) -> None:
    at.opened(short_of(FLOAT, 100))
    assert at.floor.sheet_kind == TILL_REASON
    assert isinstance(at.floor.sheet, ReasonSheet)
    assert "$200" not in str(at.floor.sheet)
    at.form(reason="x")
    assert not isinstance(at.floor.sheet, SecondPersonSheet) or at.floor.session is None
    at.do.back.emit()
    at.do.back.emit()
    at.opened(short_of(FLOAT, 100))
    at.form(reason=REASON)
    assert isinstance(at.floor.sheet, SecondPersonSheet)
    assert "$199.00" in at.floor.sheet.body
    assert [each.id for each in at.floor.sheet.pin.people] == [MANAGER.id]
    at.pin(MANAGER)
    (event,) = at.place.store.tills.events(at.place.session.id)
    assert (event.cash, event.reason, event.witness) == (Money(19_900), REASON, MANAGER.id)
    assert at.floor.sheet is None


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({}, "Nothing was counted yet"),
        ({"100": "", "25": " "}, "Nothing was counted yet"),
        ({"2000": "five"}, "“five” is not a number of $20.00 pieces"),
        ({"2000": "-5"}, "“-5” is not a number of $20.00 pieces"),
        ({"2000": "1.5"}, "“1.5” is not a number of $20.00 pieces"),
        ({"2000": "٣"}, "“٣” is not a number of $20.00 pieces"),
        ({"2000": "100000"}, "must be from 0 to 99,999"),
        ({"2000": "999999999999"}, "must be from 0 to 99,999"),
    ],
)
def test_what_is_no_count_is_said_and_saves_nothing(
    at: TillCounter, texts: dict[str, str], said: str
) -> None:
    at.enter()
    at.do.till_count.emit(texts)
    at.fix("till-open")
    assert said in at.said
    assert at.place.store.tills.session("R1") is None
    assert titles(at) == ("Open the till · Register 2", "Closed")


def test_what_is_no_number_is_marked_where_it_stands(at: TillCounter) -> None:
    at.enter()
    at.do.till_count.emit({"2000": "five", "100": "3"})
    assert at.room.count is not None
    assert [(row.id, row.amount) for row in at.room.count.rows if row.wrong] == [("2000", "—")]
    assert at.room.count.total == "$3.00"


# -- during the day


def test_a_drop_is_counted_witnessed_and_prints_two_slips(at: TillCounter) -> None:
    with_float(at)
    at.fake.done.clear()
    at.fix("till-drop")
    at.count(Count.of({2_000: 3}))
    at.fix("till-drop-counted")
    assert isinstance(at.floor.sheet, ReasonSheet)
    assert at.floor.sheet.number is not None
    assert at.floor.sheet.number.value == "60.00"
    at.form(amount="60.00", envelope="E-104")
    assert isinstance(at.floor.sheet, SecondPersonSheet)
    assert BUDTENDER.id not in {each.id for each in at.floor.sheet.pin.people}
    at.pin(SECOND)
    (drop,) = [e for e in at.place.store.tills.events(at.place.session.id) if e.kind is TillKind.DROP]
    assert (drop.cash, drop.reference, drop.witness) == (Money(6_000), "E-104", SECOND.id)
    assert at.fake.done == ["till.drop", "till.drop"]
    assert at.line("Drops to the safe") == "1 · $60.00"
    assert at.room.pill == "Open"


@pytest.mark.parametrize(
    ("amount", "envelope", "where", "said"),
    [
        ("", "E-1", "number", "Write an amount of money"),
        ("ten", "E-1", "number", "Write an amount of money"),
        ("-10", "E-1", "number", "Write an amount of money"),
        ("0", "E-1", "number", "more than $0.00"),
        ("1000000", "E-1", "number", "more than a till moves at once"),
        ("1e9", "E-1", "number", "Write an amount of money"),
        ("20.00", " ", "field", "number of the envelope"),
        ("20.00", "x" * 41, "field", "number of the envelope"),
    ],
)
def test_a_drop_that_cannot_be_says_so_under_its_field(
    at: TillCounter, amount: str, envelope: str, where: str, said: str
) -> None:
    with_float(at)
    at.fix("till-drop", "till-drop-counted")
    at.form(amount=amount, envelope=envelope)
    assert isinstance(at.floor.sheet, ReasonSheet)
    assert at.floor.sheet_kind == TILL_DROP
    assert said in getattr(at.floor.sheet, where).error
    assert len(at.place.store.tills.events(at.place.session.id)) == 1


def test_a_wrong_count_of_a_drop_is_not_taken_for_none(at: TillCounter) -> None:
    with_float(at)
    at.fix("till-drop")
    at.do.till_count.emit({"2000": "three"})
    at.fix("till-drop-counted")
    assert at.floor.sheet is None
    assert "“three” is not a number" in at.said


def test_a_budtender_pays_out_with_a_lead_and_a_lead_alone(at: TillCounter) -> None:
    with_float(at)
    at.fix("till-paid-out")
    assert isinstance(at.floor.sheet, PickReasonSheet)
    at.form(amount="18.50", reason="Office supplies", note="bill 7")
    assert isinstance(at.floor.sheet, SecondPersonSheet)
    at.pin(LEAD)
    at.floor.actor = LEAD
    at.second()
    at.fix("till-paid-in")
    at.form(amount="1", reason="Something else", note="a coin under the drawer")
    told = [(e.kind, e.cash.cents, e.reason, e.by, e.witness) for e in events_of(at)[1:]]
    assert told == [
        (TillKind.PAID_OUT, 1_850, "Office supplies: bill 7", BUDTENDER.id, LEAD.id),
        (TillKind.PAID_IN, 100, "a coin under the drawer", LEAD.id, None),
    ]
    assert (at.line("Paid out"), at.line("Paid in")) == ("1 · $18.50", "1 · $1.00")
    assert at.fake.done == ["till.opened", "drawer", "till.paid", "drawer", "till.paid"]


def events_of(at: TillCounter) -> list[TillEvent]:
    return list(at.place.store.tills.events(at.place.session.id))


def test_something_else_takes_a_note(at: TillCounter) -> None:
    with_float(at)
    at.fix("till-no-sale")
    at.form(reason="Something else", note="")
    assert isinstance(at.floor.sheet, PickReasonSheet)
    assert "Write why" in at.floor.sheet.note.error
    at.fix("till-paid-out")
    at.form(amount="", reason="Repair", note="")
    assert isinstance(at.floor.sheet, PickReasonSheet)
    assert at.floor.sheet.amount is not None
    assert "Write an amount" in at.floor.sheet.amount.error
    assert len(events_of(at)) == 1


def test_f9_opens_the_drawer_from_the_counter_once_the_reason_is_saved(at: TillCounter) -> None:
    with_float(at)
    at.do.back.emit()
    at.fake.done.clear()
    at.do.open_sheet.emit(Opens.DRAWER)
    assert isinstance(at.floor.sheet, PickReasonSheet)
    assert at.fake.done == []
    at.form(reason="Change for a patient", note="")
    assert at.fake.done == ["drawer"]
    assert at.floor.room is None
    assert at.said == "The drawer opens. The reason is kept."
    at.enter()
    assert at.line("No-sale drawer opens") == "1"


def test_f9_without_a_till_leads_to_it(at: TillCounter) -> None:
    at.do.open_sheet.emit(Opens.DRAWER)
    assert titles(at) == ("Open the till · Register 2", "Closed")


def test_x_is_for_who_may_warns_and_takes_the_reader_out_of_the_count(at: TillCounter) -> None:
    with_float(at)
    assert "X" not in keys(at)
    at.floor.actor = MANAGER
    at.second()
    assert keys(at)["X"] == "till-x"
    at.fix("till-x")
    assert isinstance(at.floor.sheet, QuestionSheet)
    assert "does not count this till" in at.floor.sheet.body
    at.do.back.emit()
    assert not at.place.desk.picture().read_by
    at.fix("till-x", "till-x-sure")
    assert isinstance(at.floor.sheet, QuestionSheet)
    assert "In the drawer: $200.00" in at.floor.sheet.body
    assert at.fake.done[-1] == "till.x"
    at.do.back.emit()
    assert "another person counts it" in at.room.words
    at.fix("till-close")
    assert "another person counts it" in at.said
    assert at.place.desk.picture().step is Step.OPEN


def test_a_pause_locks_the_drawer_and_a_recount_is_kept_without_a_word(at: TillCounter) -> None:
    with_float(at)
    at.fix("till-pause")
    assert titles(at) == ("Till · Register 2", "Paused")
    at.do.back.emit()
    at.scan("P-1000001", tag(1))
    at.do.pay.emit()
    assert not at.floor.paying
    assert "paused" in at.said
    at.enter()
    at.fix("till-recheck")
    at.count(short_of(FLOAT, 500))
    at.fix("till-rechecked")
    assert titles(at) == ("Till · Register 2", "Open")
    assert at.said == "The till goes on. The count is kept for the Z report."
    (again,) = [e for e in events_of(at) if e.kind is TillKind.RESUMED]
    assert (again.cash, again.reference) == (Money(19_500), "counted")


# -- closing


def to_the_result(at: TillCounter, count: Count) -> None:
    with_float(at)
    at.fix("till-close")
    at.count(count)
    at.fix("till-seal")


def test_a_close_in_four_steps(at: TillCounter) -> None:
    with_float(at)
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
    assert titles(at) == ("Open the till · Register 2", "Closed")
    assert at.said == "The till is closed. Z report 1 is kept and goes to the printer."
    assert at.fake.done[-1] == "till.z"
    assert at.floor.session is None
    (kept,) = at.place.store.tills.z_reports(-1)
    assert kept.document["sales"]["unreported"] == 1
    assert [each.sale_id for each in at.place.store.holds.list()] == ["held-1"], "carried over"
    assert till_stands_still(at.floor) is not None


def test_a_held_cart_is_voided_with_a_reason(at: TillCounter) -> None:
    with_float(at)
    at.hold_cart()
    at.fix("till-close", "till-void:held-1")
    at.form(reason="?")
    assert isinstance(at.floor.sheet, ReasonSheet)
    assert "Write why" in at.floor.sheet.field.error
    at.form(reason=REASON)
    assert at.place.store.holds.list() == []
    assert at.room.pill == "Step 2 of 4 · Count"
    told = [body for _, body, _ in at.place.store.journal.entries() if b'"cart.voided"' in body]
    assert len(told) == 1
    assert REASON.encode() in told[0]


def test_a_close_is_given_up_before_it_is_counted_and_not_after(at: TillCounter) -> None:
    with_float(at)
    at.fix("till-close")
    assert at.place.desk.picture().step is Step.CLOSING
    at.do.back.emit()
    assert at.place.desk.picture().step is Step.OPEN
    assert titles(at) == ("Till · Register 2", "Open")
    at.fix("till-close")
    at.count(FLOAT)
    at.fix("till-seal")
    at.do.back.emit()
    assert at.floor.room is None
    assert at.place.desk.picture().step is Step.COUNTED
    at.enter()
    assert at.room.pill == "Step 3 of 4 · Result"


def test_one_recount_is_allowed_and_both_are_kept(at: TillCounter) -> None:
    to_the_result(at, short_of(FLOAT, 700))
    assert at.line("Short") == "−$7.00"
    assert keys(at) == {"R": "till-recount"}
    at.fix("till-recount")
    assert at.room.count is not None
    assert at.room.count.total == "$0.00"
    at.do.back.emit()
    at.fix("till-recount")
    at.count(FLOAT)
    at.fix("till-seal")
    assert at.room.pill == "Step 3 of 4 · Result"
    assert (at.line("First count"), at.line("Counted")) == ("$193.00", "$200.00")
    assert keys(at) == {}
    at.fix("till-go-on", "till-witness")
    at.pin(SECOND)
    (kept,) = at.place.store.tills.z_reports(-1)
    assert [each["total"] for each in kept.document["cash"]["counts"]] == [19_300, 20_000]


def test_over_or_short_takes_a_reason_and_a_manager(at: TillCounter) -> None:
    to_the_result(at, short_of(FLOAT, -300))
    assert at.line("Over") == "$3.00"
    at.fix("till-go-on")
    at.form(reason="x")
    assert isinstance(at.floor.sheet, ReasonSheet)
    assert "Write why" in at.floor.sheet.field.error
    at.form(reason=REASON)
    assert isinstance(at.floor.sheet, SecondPersonSheet)
    assert at.floor.sheet.body == f"Over $3.00. Reason: {REASON}"
    at.pin(MANAGER)
    assert at.room.pill == "Step 4 of 4 · Witness"
    assert at.line("Difference approved by") == "Sample Manager 1"
    at.do.back.emit()
    at.fix("till-go-on")
    assert at.room.pill == "Step 4 of 4 · Witness", "what was approved is not asked for twice"
    at.fix("till-witness")
    at.pin(LEAD)
    (kept,) = at.place.store.tills.z_reports(-1)
    cash = kept.document["cash"]
    assert (cash["reason"], cash["approved_by"], cash["witness"]) == (REASON, MANAGER.id, LEAD.id)


def test_within_what_the_store_accepts_nobody_is_asked(tmp_path: Path) -> None:
    at = TillCounter(tmp_path, TillRules(difference=Money(500)))
    to_the_result(at, short_of(FLOAT, 500))
    assert at.room.words == "That is within what the store accepts without a reason."
    at.fix("till-go-on")
    assert at.room.pill == "Step 4 of 4 · Witness"
    at.close()


def test_the_last_z_is_printed_again_as_a_copy(at: TillCounter) -> None:
    to_the_result(at, FLOAT)
    at.fix("till-go-on", "till-witness")
    at.pin(SECOND)
    at.fix("till-z-copy")
    assert at.fake.done[-2:] == ["till.z", "copy of till.z"]


# -- what happens beside it


def test_too_much_in_the_drawer_is_a_calm_notice_without_an_amount(tmp_path: Path) -> None:
    at = TillCounter(tmp_path, TillRules(float_cash=FLOAT.total, drop_at=Money(21_000)))
    with_float(at)
    at.do.back.emit()
    at.scan("P-1000001", tag(1))
    at.do.pay.emit()
    at.do.quick_amount.emit(quick(at))
    at.do.complete.emit()
    assert at.floor.done_sale is not None, at.said
    at.place.clock.move(SECOND_US)
    at.do.next_sale.emit()
    notice = at.floor.notice
    assert notice is not None
    assert (notice.tone, notice.text) == (
        Tone.INFO,
        "There is more cash in the drawer than the store wants there.",
    )
    assert picture(at.floor).till == RoomDoor(count=1, why="a drop to the safe is due")
    assert notice.action is not None
    at.fix(notice.action.id)
    assert at.room.pill == "Drop"
    at.fix("till-drop-counted")
    at.form(amount="100", envelope="E-1")
    at.pin(SECOND)
    assert picture(at.floor).till == RoomDoor()
    at.close()


def quick(at: TillCounter) -> str:
    assert isinstance(at.floor.sheet, PaymentSheet)
    return at.floor.sheet.quick[-1].id


def test_a_sale_that_comes_after_the_seal_is_refused_and_its_cart_kept(at: TillCounter) -> None:
    """Somebody sealed the till while cash was typed here: the store decides, the screen says it."""
    with_float(at)
    at.do.back.emit()
    at.scan("P-1000001", tag(1))
    at.do.pay.emit()
    at.do.quick_amount.emit(quick(at))
    at.place.desk.begin_close(SECOND)
    at.place.desk.seal(SECOND, FLOAT)
    at.do.complete.emit()
    assert at.floor.done_sale is None
    assert "was counted and takes nothing any more" in at.said
    assert len(picture(at.floor).cart) == 1
    at.do.back.emit()
    still = picture(at.floor).notice
    assert still is not None
    assert "counted and is not closed yet" in still.text
    assert list(at.place.store.sales.all()) == []


def test_a_close_leaves_the_till_of_another_register_alone(at: TillCounter) -> None:
    from pos_desktop.app.till_desk import TillDesk
    from tests.fixtures.stores import OrderedIds

    with_float(at)
    place = at.place
    register = replace(place.store.settings.register(), code="R9")
    other = TillDesk(
        tills=place.store.tills,
        holds=place.store.holds,
        register=register,
        clock=place.clock,
        ids=OrderedIds(prefix="other"),
    )
    other.open(SECOND, FLOAT)
    other.seal(SECOND, FLOAT)
    sold = place.sell(1)
    assert sold.till_session_id == place.session.id
    other.close(SECOND, BUDTENDER)
    assert place.desk.picture().sales == 1
    assert at.room.pill == "Open"


def test_a_register_without_a_printer_says_that_it_cannot_open_the_drawer(at: TillCounter) -> None:
    at.floor.desk = replace(at.floor.desk, paper=None)
    at.enter()
    at.fix("till-unlock")
    assert at.said == "No drawer is connected to this register. Open it with the key."


def test_a_drawer_is_opened_to_be_counted_and_journaled(at: TillCounter) -> None:
    at.enter()
    at.fix("till-unlock")
    assert at.fake.done == ["drawer"]
    assert b"count of the float" in list(at.place.store.journal.entries())[-1][1]


def test_who_only_reads_finds_nothing_to_press(at: TillCounter) -> None:
    with_float(at)
    at.floor.actor = AUDITOR
    at.second()
    assert (at.room.actions, at.room.primary) == ((), None)


# -- after a power cut


def test_after_a_cut_each_step_comes_back_as_it_was(at: TillCounter) -> None:
    at.restart()
    at.enter()
    assert at.room.pill == "Closed"
    with_float(at)
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
    assert [job.slip.title for job in at.floor.jobs if job.slip is not None] == ["Z report 1"]
    at.restart()
    at.controller._printing.work()
    at.controller._printing.work()
    assert at.fake.done == ["till.z"]
