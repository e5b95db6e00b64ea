"""The room “Till” in a real window: room for every word, keys alone, touch alone, a reader, nothing loaded early."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from pos_desktop.app.till_base import Step, TillRules
from pos_desktop.domain.money import Money
from pos_desktop.ui.main_window import CounterWindow
from pos_desktop.ui.rooms.till import TillView
from pos_desktop.ui.sheets.reason import ReasonBody
from pos_desktop.ui.theme import TOUCH
from tests.fixtures import screen_checks as check
from tests.fixtures.counter_windows import open_counter, picture, settle
from tests.fixtures.till_pictures import steps, write
from tests.fixtures.till_rooms import PINS, TillCounter, charge, short_of
from tests.fixtures.tills import FLOAT, LEAD, SECOND, count_of

Key = Qt.Key
SIZES = [(1024, 768, 100), (1366, 768, 100), (1920, 1080, 100), (1920, 1080, 200), (1024, 768, 200)]


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


def touch(window: CounterWindow, words: str) -> None:
    button = next(
        each
        for each in window.findChildren(QPushButton)
        if each.isVisible() and words in (each.text(), each.accessibleName())
    )
    assert min(button.width(), button.height()) >= TOUCH
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    settle()


def view(at: TillCounter) -> TillView:
    assert at.window is not None
    found = at.window.inside.room_view
    assert isinstance(found, TillView)
    return found


@pytest.fixture
def at(qtbot: QtBot, tmp_path: Path) -> Iterator[TillCounter]:
    made = TillCounter(tmp_path, window=open_counter(qtbot))
    settle()
    yield made
    made.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height", "percent"), SIZES)
def test_every_state_has_room_for_its_words_and_names_for_a_reader(
    qtbot: QtBot, tmp_path: Path, width: int, height: int, percent: int, theme: str
) -> None:
    window = open_counter(qtbot, (width, height), theme=theme, percent=percent)
    rules = TillRules(float_cash=FLOAT.total, drop_at=Money(25_000))
    at = TillCounter(tmp_path, rules, window=window)
    wrong: dict[str, list[str]] = {}
    for name in steps(at):
        settle()
        wrong[name] = check.everything_wrong(window)
        if name in (
            "opening-counted",
            "home",
            "paused",
            "held",
            "count",
            "result",
            "batch-told",
            "witness",
            "closed",
        ):
            wrong[name] += check.faint(window, picture(window, 2), under=view(at))
    at.close()
    assert {name: found for name, found in wrong.items() if found} == {}


def test_a_count_cut_off_is_caught(at: TillCounter) -> None:
    at.enter()
    settle()
    assert at.window is not None
    assert check.everything_wrong(at.window) == []
    next(iter(view(at).count.fields.values())).setFixedSize(96, 30)
    settle()
    assert check.everything_wrong(at.window)


def test_a_reader_hears_fields_amounts_and_what_one_may_do(at: TillCounter) -> None:
    at.opened(FLOAT)
    at.fix("till-close")
    assert at.window is not None
    write(at, FLOAT)
    settle()
    said = check.names(at.window)
    for words in (
        "Close till · Register 2",
        "Step 1 of 3 · Count",
        "Number of $100 pieces",
        "Number of 1¢ pieces",
        "Counted $200.00",
        "Sales 0",
        "Accepted 0 of 0",
        "Submit the count",
    ):
        assert words in said, words


# -- by keyboard alone


def test_keys_alone_open_drop_and_close(at: TillCounter) -> None:
    window = at.window
    assert window is not None
    type_into(window, "T")
    fields = view(at).count.fields
    assert window.focusWidget() is fields["10000"]
    type_into(window, Key.Key_Return, Key.Key_Down, "5", Key.Key_Tab, Key.Key_Tab, Key.Key_Tab, "50")
    assert (fields["2000"].text(), fields["100"].text()) == ("5", "50")
    type_into(window, Key.Key_Up, Key.Key_Down, Key.Key_Down, "200")
    assert fields["25"].text() == "200"
    type_into(window, Key.Key_F12)
    assert at.place.desk.picture().step is Step.OPEN, at.said
    at.place.sell(2)
    type_into(window, "D", Key.Key_Down, Key.Key_Down, "1", Key.Key_F12)
    type_into(window, "E-104", Key.Key_Return)
    type_into(window, PINS[SECOND.id], Key.Key_Return)
    assert at.place.desk.picture().drops.cash == Money(2_000), at.said
    charge(at, 1_237)
    type_into(window, "P", "3.50", Key.Key_Down, Key.Key_Return)
    type_into(window, PINS[LEAD.id], Key.Key_Return)
    (paid,) = [each for each in at.events() if each.kind == "paid-out"]
    assert (paid.cash, paid.reason) == (Money(350), "Cleaning supplies")
    type_into(window, Key.Key_F9, Key.Key_Return, "C")
    last = view(at).count.fields["1"]
    for cents, number in count_of(Money(20_000 + 2_500 - 2_000 - 350)).pieces:
        if number:
            view(at).count.fields[str(cents)].setFocus()
            type_into(window, str(number))
    last.setFocus()
    type_into(window, Key.Key_Return)
    assert isinstance(window.focusWidget(), QPushButton)
    type_into(window, Key.Key_Return)
    assert at.line("Over/short") == "$0.00"
    type_into(window, Key.Key_Return, "12.40", Key.Key_Return)
    assert at.line("Difference") == "$0.03"
    type_into(window, "B", "12.37", Key.Key_Return)
    assert at.line("Difference") == "$0.00"
    type_into(window, Key.Key_Return, Key.Key_Return, PINS[SECOND.id], Key.Key_Return)
    assert at.place.desk.picture().step is Step.CLOSED, at.said
    type_into(window, Key.Key_Escape)
    assert window.inside.room_view is None
    assert window.focusWidget() is window.inside.cart_view


def test_letters_in_a_field_are_text_and_said_to_be_no_number(at: TillCounter) -> None:
    assert at.window is not None
    type_into(at.window, "T", "xd", Key.Key_F12)
    assert view(at).count.fields["10000"].text() == "xd"
    assert "“xd” is not a number" in at.said
    assert at.place.store.tills.session("R1") is None


def test_no_key_of_the_cart_works_in_the_room(at: TillCounter) -> None:
    assert at.window is not None
    at.opened(FLOAT)
    at.scan("P-1000001")
    visit = at.floor.visit
    type_into(at.window, "T")
    for key in (Key.Key_Delete, Key.Key_F6, Key.Key_F2, Key.Key_F8, Key.Key_F11, Key.Key_Plus):
        type_into(at.window, key)
    assert at.floor.visit is visit
    assert view(at).isVisible()


def test_the_letter_of_the_room_is_a_letter_in_the_search(at: TillCounter) -> None:
    assert at.window is not None
    type_into(at.window, "/", "T")
    search = next(e for e in at.window.findChildren(QLineEdit) if "Scan or search" in e.accessibleName())
    assert search.text() == "t" or search.text() == "T"
    assert at.floor.room is None


def test_a_new_count_begins_empty_and_an_old_one_stays_while_the_screen_is_drawn(at: TillCounter) -> None:
    at.enter()
    write(at, FLOAT)
    for _ in range(3):
        at.second()
    assert view(at).count.fields["2000"].text() == "5"
    at.fix("till-open", "till-drop")
    settle()
    assert {each.text() for each in view(at).count.fields.values()} == {""}


# -- by touch alone


def test_touch_alone_pauses_and_goes_on(at: TillCounter) -> None:
    assert at.window is not None
    touch(at.window, "Till")
    write(at, FLOAT)
    touch(at.window, "Open the till")
    touch(at.window, "Pause: lock the drawer")
    assert at.place.desk.picture().step is Step.PAUSED
    touch(at.window, "Go on with the till")
    touch(at.window, "Open the drawer (no sale)")
    touch(at.window, "Wrong change put right")
    touch(at.window, "Open the drawer")
    assert at.fake.done[-1] == "drawer"
    assert at.events()[-1].reason == "Wrong change put right"
    touch(at.window, "Close the till")
    touch(at.window, "Back")
    assert at.place.desk.picture().step is Step.OPEN
    touch(at.window, "Counter")
    assert at.floor.room is None


def test_touch_alone_reads_a_batch_total(at: TillCounter) -> None:
    assert at.window is not None
    at.with_float()
    charge(at, 1_237)
    at.fix("till-close")
    write(at, FLOAT)
    touch(at.window, "Submit the count")
    touch(at.window, "Type the batch total")
    field = at.window.focusWidget()
    assert isinstance(field, QLineEdit)
    field.setText("12.37")
    touch(at.window, "Compare")
    assert at.line("Difference") == "$0.00"
    touch(at.window, "Batch total once more")
    touch(at.window, "Compare")
    touch(at.window, "Accept $200.00")
    assert at.room.pill == "Step 3 of 3 · Witness"


# -- the counter's start


SHOW = """
import sys, tempfile
from pathlib import Path
from PySide6.QtWidgets import QApplication
app = QApplication([])
from tests.fixtures.till_rooms import TillCounter
from pos_desktop.ui.intents import Intents
from pos_desktop.ui.main_window import CounterWindow
from pos_desktop.ui.theme import Theme
for each in [name for name in sys.modules if name.startswith("pos_desktop.ui.presenter.till_sheets")]:
    raise SystemExit(each)
window = CounterWindow(Intents(), Theme(Path("resources/icons")))
window.show()
at = TillCounter(Path(tempfile.mkdtemp()), window=window)
at.scan("P-1000001")
app.processEvents()
mine = ("pos_desktop.ui.rooms", "pos_desktop.ui.flows.till_", "pos_desktop.ui.presenter.till")
kept = ("till_door", "till_talk")
print([name for name in sys.modules if name.startswith(mine) and not name.endswith(kept)])
at.close()
"""


def test_a_counter_that_serves_has_loaded_nothing_of_the_room() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SHOW], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == "[]"


def test_a_sheet_with_one_question_is_no_taller_than_what_it_says(at: TillCounter) -> None:
    assert at.window is not None
    at.enter()
    write(at, short_of(FLOAT, 100))
    at.fix("till-open")
    settle()
    body = at.window.findChild(ReasonBody)
    assert body is not None
    said, field = (
        each
        for each in body.findChildren(QWidget)
        if each.isVisible() and (isinstance(each, QLineEdit) or _says(each, "What you counted"))
    )
    gap = field.mapTo(body, QPoint(0, 0)).y() - said.mapTo(body, QPoint(0, said.height())).y()
    assert 0 < gap < 2 * TOUCH, "no empty half between the sentence and its field"


def _says(widget: QWidget, words: str) -> bool:
    return isinstance(widget, QLabel) and words in widget.text()
