"""The room “Safe” by its words and keys: each step says what is next and by whom, and lets nobody do two parts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_desktop.app.custody_picture import Next
from pos_desktop.app.ports import SlipKind
from pos_desktop.domain.money import Money
from pos_desktop.domain.people import Person, Right
from pos_desktop.ui.flows.picture import key_hints
from pos_desktop.ui.flows.safe_door import safe_door
from pos_desktop.ui.sheet_state import FieldsSheet, SecondPersonSheet
from tests.fixtures.custody import A, B, C, D, E
from tests.fixtures.safe_rooms import SafeCounter
from tests.fixtures.tills import AUDITOR, BUDTENDER, FLOAT, MANAGER, SECOND, count_of


@pytest.fixture
def at(tmp_path: Path) -> Iterator[SafeCounter]:
    made = SafeCounter(tmp_path)
    yield made
    made.close()


def step(at: SafeCounter, title: str) -> Next:
    at.choose(title)
    return at.chosen.next


def test_a_bag_goes_to_the_bank_by_the_words_of_the_room(at: SafeCounter) -> None:
    at.in_safe()
    at.sealed()
    assert step(at, "Bag B-1001") is Next.HAND_OVER
    assert "two persons: not Sample Budtender 1, Sample Lead 1 and Sample Lead 2" in at.notes
    at.sit(C)
    at.enter_safe()
    at.choose("Bag B-1001")
    at.go_on()
    at.fields(seal="S-B-1001", courier="Sample Courier", badge="77-04", vehicle="SAMPLE 12")
    at.pin(D)
    assert step(at, "Bag B-1001") is Next.BANK
    at.sit(E)
    at.enter_safe()
    at.choose("Bag B-1001")
    at.go_on()
    at.fields(amount="75.00", slip="D-77")
    assert step(at, "Bag B-1001") is Next.NOTHING
    assert at.desks.bags.ways().to_bank == Money(7_500)
    kinds = [each.slip.kind for each in at.place.store.paper.open() if each.slip is not None]
    assert [each for each in kinds if each in (SlipKind.BAG, SlipKind.HAND_OVER)] == []
    assert at.fake.done.count(SlipKind.BAG.value) == at.fake.done.count(SlipKind.HAND_OVER.value) == 2


def test_who_packed_it_is_shown_that_it_is_not_theirs(at: SafeCounter) -> None:
    at.in_safe()
    at.sealed()
    for who in (A, B, BUDTENDER):
        at.sit(who)
        at.enter_safe()
        at.choose("Bag B-1001")
        assert at.safe.primary is None
        assert "Not you" in at.notes


def test_the_second_person_is_one_whom_the_rules_allow(at: SafeCounter) -> None:
    at.in_safe()
    at.sealed()
    at.sit(C)
    at.enter_safe()
    at.choose("Bag B-1001")
    at.go_on()
    at.fields(seal="S-B-1001", courier="Sample Courier", badge="77-04", vehicle="SAMPLE 12")
    sheet = at.floor.sheet
    assert isinstance(sheet, SecondPersonSheet)
    asked = {each.id for each in sheet.pin.people}
    assert asked.isdisjoint({A.id, B.id, C.id, BUDTENDER.id})
    assert {D.id, E.id, SECOND.id, MANAGER.id} <= asked


def test_the_recount_is_blind_and_by_another_person(at: SafeCounter) -> None:
    at.in_safe()
    at.made()
    at.go_on()
    at.count_cash(Money(7_412))
    assert step(at, "Bag B-1001") is Next.RECOUNT
    assert at.safe.primary is None
    assert "blind: not Sample Lead 1" in at.notes
    at.sit(B)
    at.enter_safe()
    at.choose("Bag B-1001")
    assert "74.12" not in repr(at.safe)
    assert "75.00" not in repr(at.safe)
    at.go_on()
    assert at.safe.pill == "Second count"
    assert "74.12" not in repr(at.safe)
    at.count_cash(Money(7_400))
    assert step(at, "Bag B-1001") is Next.COUNT
    assert "differ" in at.notes


def test_what_one_person_typed_is_gone_when_another_one_sits_down(at: SafeCounter) -> None:
    at.enter_safe()
    at.fix("safe-count")
    at.do.safe_count.emit({"100": "4711"})
    assert "4,711.00" in repr(at.safe)
    at.sit(B)
    assert "4,711.00" not in repr(at.safe)
    at.fix("safe-count")
    grid = at.safe.count
    assert grid is not None
    assert grid.total == "$0.00"


def test_the_lock_leaves_the_safe_at_once(at: SafeCounter) -> None:
    """Known wrong: a room that stays open behind the lock shows the next one what was typed, and saves as the last."""
    at.enter_safe()
    at.fix("safe-count")
    at.do.safe_count.emit({"100": "4711"})
    at.do.lock.emit()
    assert at.floor.room is None
    at.floor.actor = B
    at.do.form.emit({"amount": "5"})
    at.fix("safe-seal")
    assert at.desks.bags.ways().counts == []
    at.enter_safe()
    assert "4,711.00" not in repr(at.safe)


def test_a_count_with_letters_says_so_and_stays(at: SafeCounter) -> None:
    at.enter_safe()
    at.fix("safe-count", "safe-seal")
    assert "Nothing was counted yet" in at.said
    at.do.safe_count.emit({"100": "a dozen"})
    at.fix("safe-seal")
    assert "a dozen" in at.said
    assert at.safe.count is not None
    assert at.desks.bags.ways().counts == []


def test_a_difference_asks_for_a_reason_and_an_owner_and_opens_a_case(at: SafeCounter) -> None:
    at.in_safe()
    at.sealed(cents=7_400)
    sheet = at.floor.sheet
    assert isinstance(sheet, FieldsSheet)
    assert "It is $1.00 less than it should be." in sheet.body
    assert [name for _, name in sheet.picks][-1] == MANAGER.name
    at.fields(reason="no", pick=MANAGER.id)
    assert "Write why" in at.said
    at.fields(reason="a note was missing", pick=MANAGER.id)
    assert step(at, "Bag B-1001") is Next.HAND_OVER
    assert step(at, "Difference of bag B-1001") is Next.SETTLE
    assert "A manager" in at.notes
    at.sit(MANAGER)
    at.enter_safe()
    at.choose("Difference of bag")
    at.go_on()
    at.fields(reason="found under the counter")
    assert not any(each.title.startswith("Difference") for each in at.safe.rows)


def test_change_is_ordered_received_counted_and_taken_in(at: SafeCounter) -> None:
    at.enter_safe()
    at.fix("safe-order")
    at.fields(amount="400", what="ones and quarters")
    at.choose("Change from the bank")
    assert at.safe.primary is None
    at.sit(B)
    at.enter_safe()
    at.choose("Change from the bank")
    at.go_on()
    at.fields(number="C-9", courier="Sample Courier", badge="1", vehicle="2")
    at.pin(C)
    at.go_on()
    at.count_cash(Money(40_000))
    at.sit(C)
    at.enter_safe()
    at.choose("Change from the bank")
    at.go_on()
    at.count_cash(Money(40_000))
    at.go_on()
    at.pin(B)
    assert at.desks.bags.ways().loose == Money(40_000)


def test_a_float_is_on_its_way_until_another_person_receives_it(at: SafeCounter) -> None:
    at.enter_safe()
    at.fix("safe-send")
    at.fields(amount="50", pick="|R1")
    at.choose("From the safe to till R1")
    assert at.safe.primary is None
    at.sit(BUDTENDER)
    at.enter_safe()
    at.choose("From the safe to till R1")
    assert "$50.00" not in repr(at.safe)
    at.go_on()
    at.fields(amount="50.00")
    assert at.desks.bags.ways().at_rest("R1") == Money(5_000)


def test_a_float_is_called_back_by_who_sent_it_alone(at: SafeCounter) -> None:
    at.enter_safe()
    at.fix("safe-send")
    at.fields(amount="50", pick="|R1")
    at.sit(B)
    at.enter_safe()
    at.choose("From the safe to till R1")
    assert "X" not in {each.key for each in at.safe.actions}
    at.sit(A)
    at.enter_safe()
    at.choose("From the safe to till R1")
    assert {each.key: each.id for each in at.safe.actions}["X"] == "safe-call-back"
    at.fix("safe-call-back")
    at.fields(reason="sample reason of the day")
    assert at.said == "It is called back: put all of it where it came from."
    assert at.safe.rows == ()
    assert at.desks.bags.ways().loose == Money(0)


def test_the_safe_is_counted_by_two_and_settled_by_both(at: SafeCounter) -> None:
    at.enter_safe()
    assert "never counted" in at.safe.subtitle
    at.fix("safe-count")
    at.count_cash(Money(80_000))
    at.sit(B)
    at.enter_safe()
    at.go_on()
    at.count_cash(Money(80_000))
    at.go_on()
    at.pin(A)
    assert at.safe.subtitle == "Last counted 12:00 PM", "they may count it another time, without the figure"
    at.sit(MANAGER)
    at.enter_safe()
    at.fix("safe-figures")
    at.fields()
    assert "$800.00 loose in it" in at.safe.subtitle


def test_a_bag_is_taken_apart_by_two(at: SafeCounter) -> None:
    at.in_safe()
    at.made()
    at.fix("safe-apart")
    at.fields(reason="the bag is torn")
    at.pin(C)
    assert [each.title for each in at.safe.rows][:2] == ["Envelope E-104, till R1", "Deposit of Z 1, till R1"]


def test_parcels_are_left_out_by_a_key(at: SafeCounter) -> None:
    at.in_safe()
    at.fix("safe-bag")
    at.fix("safe-toggle", "safe-packed")
    at.fields(number="B-1", loose="")
    assert [len(each.parcels) for each in at.desks.bags.ways().bags.values()] == [1]


def test_a_wrong_amount_stays_in_the_sheet(at: SafeCounter) -> None:
    at.day_is_over()
    at.sit(BUDTENDER)
    at.enter_safe()
    at.choose("Till R1")
    at.go_on()
    at.fields(amount="plenty")
    assert "Write an amount" in at.said
    assert isinstance(at.floor.sheet, FieldsSheet)
    at.fields(amount="1000")
    assert isinstance(at.floor.sheet, FieldsSheet), "nobody is asked for a PIN"
    assert "More than was counted cannot stay in the drawer." in at.said
    assert at.desks.bags.ways().left == {}


@pytest.mark.parametrize(("who", "shown"), [(BUDTENDER, True), (A, True), (MANAGER, True), (AUDITOR, True)])
def test_the_door_is_there_for_who_may_do_a_step(at: SafeCounter, who: Person, shown: bool) -> None:
    at.sit(who)
    assert safe_door(at.floor).shown is shown
    at.enter_safe()
    assert (at.floor.room is not None) is shown


def test_a_budtender_is_told_who_may(at: SafeCounter) -> None:
    at.in_safe()
    at.sit(SECOND)
    at.enter_safe()
    at.choose("Envelope E-104")
    assert at.safe.primary is None
    assert at.safe.actions == ()
    assert "A lead or a manager must do this." in at.notes
    assert not SECOND.may(Right.CUSTODY)


def test_the_door_says_after_a_close_that_cash_waits(at: SafeCounter) -> None:
    at.second()
    assert safe_door(at.floor).count == 0
    at.place.desk.open(BUDTENDER, FLOAT)
    at.floor.session = at.place.session
    at.second()
    at.place.desk.seal(BUDTENDER, FLOAT)
    at.place.desk.close(BUDTENDER, SECOND)
    at.floor.session = None
    at.second()
    assert safe_door(at.floor).count == 1
    at.sit(BUDTENDER)
    at.enter_safe()
    at.go_on()
    at.fields(amount="200")
    at.pin(SECOND)
    assert safe_door(at.floor).count == 0


def test_esc_goes_one_step_back(at: SafeCounter) -> None:
    at.enter_safe()
    at.fix("safe-count")
    at.do.back.emit()
    assert at.safe.count is None
    at.do.back.emit()
    assert at.floor.room is None


def test_every_key_is_named_once(at: SafeCounter) -> None:
    at.in_safe()
    at.sealed()
    for row in at.safe.rows:
        at.do.safe_at.emit(row.id)
        keys = [each.key for each in key_hints(at.floor)]
        assert len(keys) == len(set(keys)), keys


def test_a_step_that_somebody_else_did_meanwhile_is_refused_and_said(at: SafeCounter) -> None:
    at.in_safe()
    at.made()
    at.go_on()
    bag = next(iter(at.desks.bags.ways().bags))
    at.desks.bags.count_bag(B, bag, count_of(Money(7_500)))
    at.count_cash(Money(7_500))
    assert "Another person counts it now" in at.said


def closed_in_the_room(at: SafeCounter) -> None:
    """By the budtender, in the room “Till”."""
    at.sit(BUDTENDER)
    at.with_float()
    at.fix("till-close")
    at.count(FLOAT)
    at.fix("till-seal", "till-go-on", "till-witness")
    at.pin(SECOND)


def test_after_a_close_the_next_step_is_told_and_s_leads_to_it(at: SafeCounter) -> None:
    at.enter_safe()
    at.fix("safe-count")
    at.count_cash(Money(10_000))  # what stands above it on the list
    at.do.back.emit()
    closed_in_the_room(at)
    assert at.title == ("Till closed · Register 2", "Closed")
    assert at.room.words == "Next: press S, say what stays in the drawer; the rest waits for the safe."
    assert at.room.primary is not None
    assert at.room.primary.key == "S"
    at.fix(at.room.primary.id)
    assert (at.chosen.next, at.chosen.title) == (Next.DIVIDE, "Till R1, Z 1")
    assert at.safe.at == at.chosen.id
    at.go_on()
    at.fields(amount="150")
    at.pin(SECOND)
    assert at.said == "$150.00 stays in the drawer. The rest waits for the safe."


def test_by_the_rail_the_safe_opens_there_too_and_the_next_float_is_one_key_away(at: SafeCounter) -> None:
    closed_in_the_room(at)
    at.fix("till-open-next")
    assert at.title == ("Open the till · Register 2", "Closed")
    at.do.back.emit()
    at.enter_safe()
    assert at.chosen.next is Next.DIVIDE
    at.do.back.emit()
    at.enter()
    assert at.title == ("Open the till · Register 2", "Closed")


def test_who_has_no_way_into_the_safe_is_not_sent_there(at: SafeCounter) -> None:
    closed_in_the_room(at)
    at.sit(AUDITOR)
    assert "press S" not in at.room.words
    assert at.room.primary is not None
    assert at.room.primary.id == "till-open-next"
