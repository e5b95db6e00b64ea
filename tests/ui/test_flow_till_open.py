"""The room “Till” over a real store: the counter that is closed, and the float that opens it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_desktop.domain.money import Money
from pos_desktop.domain.till import Count
from pos_desktop.ui.flows.floor import TILL_REASON
from pos_desktop.ui.flows.picture import key_hints, picture
from pos_desktop.ui.flows.till_door import till_stands_still
from pos_desktop.ui.intents import Opens
from pos_desktop.ui.sheet_state import (
    PaymentSheet,
    ReasonSheet,
    SecondPersonSheet,
)
from pos_desktop.ui.state import RoomDoor, Tone
from tests.fixtures.desks import till
from tests.fixtures.hands import Counter
from tests.fixtures.stores import tag
from tests.fixtures.till_rooms import TillCounter, short_of
from tests.fixtures.tills import FLOAT, MANAGER

REASON = "sample reason of the day"


@pytest.fixture
def at(tmp_path: Path) -> Iterator[TillCounter]:
    made = TillCounter(tmp_path)
    yield made
    made.close()


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
    assert at.title == ("Open the till · Register 2", "Closed")
    at.with_float()
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
    at.sheet(PaymentSheet)


def test_the_keys_of_counter_and_room_are_told(at: TillCounter) -> None:
    assert {"T", "F9"} <= {each.key for each in key_hints(at.floor)}
    at.enter()
    assert {"F12", "F9", "Enter ↑ ↓", "Esc"} <= {each.key for each in key_hints(at.floor)}
    at.with_float()
    assert {"C", "D", "I", "P", "F9", "B"} <= {each.key for each in key_hints(at.floor)}


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
    at.with_float()
    assert at.title == ("Till · Register 2", "Open")
    assert at.room.subtitle == "Opened 12:00 PM by Sample Budtender 1"
    assert at.fake.done == ["till.opened"]


def test_another_float_takes_a_reason_and_a_manager_who_is_not_told_the_right_one(at: TillCounter) -> None:
    at.opened(short_of(FLOAT, 100))
    assert at.floor.sheet_kind == TILL_REASON
    at.sheet(ReasonSheet)
    assert "$200" not in str(at.sheet(ReasonSheet))
    at.form(reason="x")
    at.do.back.emit()
    at.do.back.emit()
    at.opened(short_of(FLOAT, 100))
    at.form(reason=REASON)
    at.sheet(SecondPersonSheet)
    assert "$199.00" in at.sheet(SecondPersonSheet).body
    assert [each.id for each in at.sheet(SecondPersonSheet).pin.people] == [MANAGER.id]
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
    assert at.title == ("Open the till · Register 2", "Closed")


def test_what_is_no_number_is_marked_where_it_stands(at: TillCounter) -> None:
    at.enter()
    at.do.till_count.emit({"2000": "five", "100": "3"})
    assert at.room.count is not None
    assert [(row.id, row.amount) for row in at.room.count.rows if row.wrong] == [("2000", "—")]
    assert at.room.count.total == "$3.00"
