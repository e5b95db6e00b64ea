"""The room “Safe” in a real window: room for every word at every size, names for a reader, and keys alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pos_desktop.domain.people import Person
from pos_desktop.ui.main_window import CounterWindow
from pos_desktop.ui.presenter.safe_sheets import differs
from pos_desktop.ui.rooms.safe import SafeView
from pos_desktop.ui.sheet_state import FieldsSheet, FormField
from pos_desktop.ui.sheets.fields import FieldsBody
from pos_desktop.ui.widgets.buttons import KeyButton
from tests.fixtures import screen_checks as check
from tests.fixtures.counter_windows import open_counter, picture, settle
from tests.fixtures.custody import A, B, C, D, E
from tests.fixtures.safe_pictures import steps
from tests.fixtures.safe_rooms import LEAD_PINS, SafeCounter
from tests.fixtures.tills import BUDTENDER, SECOND

Key = Qt.Key
SIZES = [
    (1024, 768, 100), (1366, 768, 100), (1920, 1080, 100), (1366, 768, 125), (1920, 1080, 200),
]  # fmt: skip
FAINT = {"empty", "packing", "counted-once", "count", "sealed"}
"""States whose ink is measured: no sheet dims them."""


def type_into(window: CounterWindow, *keys: Key | str) -> None:
    handle = window.windowHandle()
    assert handle is not None
    for key in keys:
        if isinstance(key, Key):
            QTest.keyClick(handle, key)
        else:
            for char in key:
                QTest.keyClick(handle, char)  # type: ignore[call-overload]  # missing in the stubs
        settle()


def view(window: CounterWindow) -> SafeView:
    shown = window.inside.room_view
    assert isinstance(shown, SafeView)
    return shown


@pytest.mark.parametrize(("width", "height", "percent"), SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_state_has_room_for_its_words_and_names_for_a_reader(
    qtbot: QtBot, tmp_path: Path, width: int, height: int, percent: int, theme: str
) -> None:
    window = open_counter(qtbot, (width, height), theme=theme, percent=percent)
    at = SafeCounter(tmp_path, window=window)
    wrong = {}
    for name in steps(at):
        settle()
        found = check.everything_wrong(window)
        if name in FAINT and percent == 100:
            found += check.faint(window, picture(window, 2), under=view(window))
        if found:
            wrong[name] = found
    at.close()
    assert wrong == {}


class Hands:
    """Somebody at the keyboard; who sits there changes as if they had signed in."""

    def __init__(self, at: SafeCounter, window: CounterWindow) -> None:
        self.at, self.window = at, window

    def sits(self, person: Person) -> None:
        self.at.sit(person)
        self.press(Key.Key_Escape, Key.Key_Escape, "s")

    def press(self, *keys: Key | str) -> None:
        type_into(self.window, *keys)

    def to(self, title: str) -> None:
        """Down or up to the row that begins so."""
        rows = view(self.window).list.rows
        wanted = next(n for n, each in enumerate(rows) if each.title.startswith(title))
        by = wanted - view(self.window).list.currentRow()
        self.press(*([Key.Key_Down if by > 0 else Key.Key_Up] * abs(by)))

    def signs(self, person: Person) -> None:
        """Their name by arrows, their PIN by digits."""
        sheet = self.at.floor.sheet
        people = [each.id for each in sheet.pin.people]  # type: ignore[union-attr]  # a second person is asked
        self.press(*([Key.Key_Down] * people.index(person.id)))
        pins = {**LEAD_PINS, BUDTENDER.id: "274913", SECOND.id: "274914"}
        self.press(pins[person.id], Key.Key_Return)

    def counts_ones(self, ones: str) -> None:
        """Only dollars: five fields further down, then on to the last and the button."""
        self.press(*([Key.Key_Return] * 5), ones, Key.Key_F12)


def test_keys_alone_bring_a_day_to_the_bank(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_counter(qtbot)
    at = SafeCounter(tmp_path, window=window)
    hands = Hands(at, window)
    at.day_is_over()
    at.floor.actor = BUDTENDER
    hands.press("s")
    hands.to("Till R1")
    hands.press(Key.Key_Return, "200", Key.Key_Return)
    hands.signs(SECOND)
    hands.sits(A)
    for title in ("Envelope", "Deposit"):
        hands.to(title)
        hands.press(Key.Key_Return)
        hands.signs(BUDTENDER)
    hands.press("b", Key.Key_Return, "B-1001", Key.Key_Return)
    hands.press(Key.Key_Return)
    hands.counts_ones("75")
    hands.sits(B)
    hands.to("Bag B-1001")
    hands.press(Key.Key_Return)
    hands.counts_ones("75")
    hands.press(Key.Key_Return, "S-1", Key.Key_Return)
    hands.signs(A)
    hands.sits(C)
    hands.to("Bag B-1001")
    tab = Key.Key_Tab
    hands.press(Key.Key_Return, "S-1", tab, "Sample Courier", tab, "77-04", tab, "SAMPLE 12", Key.Key_Return)
    hands.signs(D)
    hands.sits(E)
    hands.to("Bag B-1001")
    hands.press(Key.Key_Return, "75", tab, "D-77", Key.Key_Return)
    ways = at.desks.bags.ways()
    assert (ways.to_bank.cents, [each.step for each in ways.bags.values()]) == (7_500, ["done"])
    at.close()


def test_the_keys_go_to_the_first_field_and_come_back(qtbot: QtBot, tmp_path: Path) -> None:
    """Known wrong before: a field that is hidden hands the keys to the search, and Enter then searches."""
    window = open_counter(qtbot)
    at = SafeCounter(tmp_path, window=window)
    type_into(window, "s", "c")
    assert QApplication.focusWidget() is view(window).count.first
    type_into(window, Key.Key_Escape)
    assert QApplication.focusWidget() is view(window)
    type_into(window, "o", Key.Key_Escape)
    assert QApplication.focusWidget() is view(window)
    at.close()


def test_a_scan_fills_the_field_and_closes_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_counter(qtbot)
    at = SafeCounter(tmp_path, window=window)
    at.in_safe()
    settle()
    type_into(window, "b", Key.Key_Return)
    at.do.scanned.emit("B-2002")
    settle()
    type_into(window, Key.Key_Return)
    assert [each.number for each in at.desks.bags.ways().bags.values()] == ["B-2002"]
    at.close()


def test_the_reader_says_what_comes_next(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_counter(qtbot)
    at = SafeCounter(tmp_path, window=window)
    at.in_safe()
    at.made()
    settle()
    rows = check.names_of_rows(view(window).list)
    assert any("Bag B-1001, Open its parcels and count all of it, alone., counting" in each for each in rows)
    at.close()


def test_a_closed_till_does_not_speak_into_this_room(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_counter(qtbot)
    at = SafeCounter(tmp_path, window=window)
    at.enter_safe()
    settle()
    assert not any("payment needs an open till" in each for each in check.names(window))
    at.close()


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (1366, 768)])
def test_fields_of_another_step_are_another_sheet_with_the_keys_in_it(
    qtbot: QtBot, width: int, height: int
) -> None:
    """The sheet of a seal, then that of a difference: all of it is seen, and nothing typed goes elsewhere."""
    window = open_counter(qtbot)
    window.resize(width, height)
    seal = FormField("seal", "Number of the seal")
    window.show_sheet(FieldsSheet("Sample step", "Sample words.", (seal,), "Do it"))
    settle()
    window.show_sheet(differs("It is $10.00 less than was said. " * 3, [A, B, C, D, E]))
    settle()
    body = window.inside.sheet_body
    assert isinstance(body, FieldsBody)
    edit = body.first_focus()
    assert (edit.hasFocus(), edit.height() >= 30) == (True, True)
    assert all(each.height() >= 40 for each in body.findChildren(KeyButton) if each.isVisible())
