"""The lock screen by keys and by touch: what goes out, and that nothing else hears a key."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLineEdit
from pytestqt.qtbot import QtBot

from pos_desktop.ui.main_window import CounterWindow
from pos_desktop.ui.pin_state import PinAsked
from pos_desktop.ui.sheet_state import Sheet
from tests.fixtures.counter_windows import Wishes, open_counter, settle
from tests.fixtures.sample_pins import FEW, LOCK, LOCKS, MANY
from tests.fixtures.sample_sheets import NEW_PATIENT, PAYMENT, SHEETS
from tests.fixtures.sample_states import COUNTER
from tests.ui.test_view_lock import in_sight, key

Key = Qt.Key


@pytest.fixture
def window(qtbot: QtBot) -> CounterWindow:
    made = open_counter(qtbot)
    made.render(COUNTER)
    settle()
    return made


@pytest.mark.parametrize("sheet", [None, PAYMENT, NEW_PATIENT])
def test_no_key_reaches_what_is_behind(window: CounterWindow, sheet: Sheet | None) -> None:
    window.show_sheet(sheet)
    window.show_lock(replace(LOCK, pin=PinAsked((), empty_text="Nobody")))
    settle()
    wishes = Wishes(window.intents)
    keys = [*(Key(Key.Key_F1 + n) for n in range(12)), Key.Key_Delete, Key.Key_Plus, Key.Key_Minus]
    key(window, *keys, Key.Key_Slash, Key.Key_Return, Key.Key_Escape, Key.Key_Up, Key.Key_Down, Key.Key_Tab)
    key(window, "c123")
    key(window, Key.Key_L, ctrl=True)
    assert wishes.take() == []


def test_a_pin_goes_out_with_enter_and_is_seen_nowhere(window: CounterWindow) -> None:
    window.show_lock(LOCK)
    settle()
    wishes = Wishes(window.intents)
    key(window, "27491", Key.Key_Return)
    assert wishes.take() == [], "too short to be a PIN: it is not even tried"
    key(window, "3", Key.Key_Backspace, "3")
    assert "PIN, 6 digits typed" in in_sight(window)
    assert not any("274913" in each for each in in_sight(window))
    key(window, Key.Key_Return)
    assert wishes.take() == [("pin", "person-9", "274913")]


def test_a_pin_by_touch(window: CounterWindow) -> None:
    window.show_lock(LOCK)
    settle()
    wishes = Wishes(window.intents)
    for name in (*"274914", "Rub out the last digit", "3", "Sign in"):
        press(window, name)
    assert wishes.take() == [("pin", "person-9", "274913")]


def press(window: CounterWindow, name: str) -> None:
    button = next(
        each
        for each in window.findChildren(QAbstractButton)
        if each.isVisible() and name in (each.text(), each.accessibleName())
    )
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=button.rect().center())
    settle()


def test_another_name_by_arrows_by_touch_and_by_letters(window: CounterWindow) -> None:
    window.show_lock(LOCK)
    settle()
    wishes = Wishes(window.intents)
    key(window, "12", Key.Key_Down)
    assert wishes.take() == [("person", FEW[2].id)]
    assert "PIN, 0 digits typed" in in_sight(window), "what was typed was for somebody else"
    rows = next(each for each in window.findChildren(QAbstractItemView) if each.isVisible())
    spot = rows.visualRect(rows.model().index(0, 0)).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert wishes.take()[0] == ("person", FEW[0].id)
    window.show_lock(replace(LOCK, pin=replace(LOCK.pin, chosen=FEW[0].id)))
    key(window, "man")
    assert set(wishes.take()) == {("person", FEW[1].id)}
    assert rows.model().rowCount(QModelIndex()) == 1


def test_the_way_of_an_emergency_by_keys(window: CounterWindow) -> None:
    window.show_lock(LOCKS["lock-sealed"])
    settle()
    wishes = Wishes(window.intents)
    key(window, Key.Key_F2)
    assert wishes.take() == [("fix", "lock-emergency")]
    window.show_lock(LOCKS["lock-emergency"])
    settle()
    key(window, "abcd-1234", Key.Key_Tab, "sample reason", Key.Key_Return)
    assert wishes.take() == [("form", {"code": "abcd-1234", "reason": "sample reason"})]
    key(window, Key.Key_Escape)
    assert wishes.take() == [("fix", "lock-pin")]
    window.show_lock(LOCK)
    settle()
    key(window, "274913", Key.Key_Return)
    assert wishes.take() == [("pin", "person-9", "274913")]


def test_what_was_typed_for_an_emergency_is_gone_with_the_lock(window: CounterWindow) -> None:
    window.show_lock(LOCKS["lock-emergency"])
    settle()
    key(window, "abcd")
    window.show_lock(None)
    window.show_lock(LOCKS["lock-emergency"])
    settle()
    assert {each.text() for each in window.findChildren(QLineEdit) if each.isVisible()} == {""}


def test_thirty_names_are_narrowed_down_by_letters(window: CounterWindow) -> None:
    window.show_lock(replace(LOCK, pin=replace(LOCK.pin, people=MANY, chosen=MANY[4].id)))
    settle()
    wishes = Wishes(window.intents)
    key(window, "xyz")
    assert "Nobody of that name." in in_sight(window)
    key(window, "274913", Key.Key_Return)
    assert wishes.take() == [], "nobody is chosen, so nobody's PIN is tried"
    key(window, Key.Key_Escape)
    assert "Nobody of that name." not in in_sight(window)
    key(window, "274913", Key.Key_Return)
    assert ("pin", MANY[4].id, "274913") in wishes.take()


def test_no_key_is_taken_while_a_pin_is_looked_at(window: CounterWindow) -> None:
    window.show_lock(replace(LOCK, pin=replace(LOCK.pin, busy=True)))
    settle()
    wishes = Wishes(window.intents)
    key(window, "274913", Key.Key_Return, Key.Key_Down, "man")
    assert wishes.take() == []


def test_an_answer_takes_back_what_was_typed(window: CounterWindow) -> None:
    window.show_lock(LOCK)
    settle()
    key(window, "274913")
    window.show_lock(LOCKS["lock-wrong"])
    settle()
    assert "PIN, 0 digits typed" in in_sight(window)
    assert "The PIN is not right. Try again." in in_sight(window)


def test_letters_of_who_signed_in_narrow_nothing_at_the_next_lock(window: CounterWindow) -> None:
    """The last that the screen showed before they were in was that their PIN is looked at."""
    pin = replace(LOCK.pin, people=MANY, chosen=MANY[4].id)
    window.show_lock(replace(LOCK, pin=pin))
    settle()
    key(window, "xyz")
    assert "Nobody of that name." in in_sight(window)
    window.show_lock(replace(LOCK, pin=replace(pin, busy=True)))
    window.show_lock(None)
    settle()
    window.show_lock(replace(LOCK, pin=pin))
    settle()
    assert "Type a few letters of the name to find it." in in_sight(window)
    assert "Nobody of that name." not in in_sight(window)


def test_ctrl_l_and_the_button_of_the_rail_lock_from_everywhere(window: CounterWindow) -> None:
    window.render(replace(COUNTER, locks=True))
    settle()
    wishes = Wishes(window.intents)
    press(window, "Lock")
    assert wishes.take() == [("lock",)]
    window.focus_search()
    key(window, Key.Key_L, ctrl=True)
    assert wishes.take() == [("lock",)]
    for sheet in SHEETS.values():
        window.show_sheet(sheet)
        settle()
        key(window, Key.Key_L, ctrl=True)
        assert ("lock",) in wishes.take()


def test_where_nobody_signs_in_there_is_nothing_to_lock(window: CounterWindow) -> None:
    wishes = Wishes(window.intents)
    key(window, Key.Key_L, ctrl=True)
    assert wishes.take() == []
    assert "Lock" not in in_sight(window)
