"""The room “Reports to the state” in a real window: room for every word, keys alone, touch alone, long lists."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QProgressBar, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from pos_desktop.domain.outbox import OutboxState
from pos_desktop.ui.counter.rail import RailButton
from pos_desktop.ui.flows.picture import key_hints
from pos_desktop.ui.intents import Opens
from pos_desktop.ui.main_window import CounterWindow
from pos_desktop.ui.room_state import ReportsRoom
from pos_desktop.ui.rooms.reports import ReportsView
from pos_desktop.ui.theme import TOUCH
from pos_desktop.ui.widgets.pill_button import PillButton
from tests.fixtures import screen_checks as check
from tests.fixtures.builders import tag
from tests.fixtures.counter_windows import open_counter, picture, settle
from tests.fixtures.fake_worklist import FakeWorklist, report, sample_store
from tests.fixtures.report_pictures import RealCounter, real_counter
from tests.fixtures.reports import void_of

Key = Qt.Key
SIZES = [(1024, 768, 100), (1366, 768, 100), (1920, 1080, 100), (1920, 1080, 200), (1024, 768, 200)]
REASON = "sample reason of a manager"


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


def room(window: CounterWindow) -> ReportsView:
    view = window.inside.room_view
    assert isinstance(view, ReportsView)
    return view


def touch(window: CounterWindow, words: str) -> None:
    button = next(
        each
        for each in window.findChildren(QPushButton)
        if each.isVisible() and words in (each.text(), each.accessibleName())
    )
    assert min(button.width(), button.height()) >= TOUCH
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    settle()


@pytest.fixture
def at(qtbot: QtBot) -> RealCounter:
    made = real_counter(open_counter(qtbot))
    made.window.intents.scanned.emit("P-1000017")
    made.window.intents.scanned.emit(tag(1))
    settle()
    return made


# -- nothing cut off, in every state


def states(at: RealCounter) -> Iterator[str]:
    """The room in each of its states, by keys."""
    window = at.window
    type_into(window, Key.Key_F11)
    for item_id in list(at.store.items)[40:]:
        yield item_id
        type_into(window, "X")
        yield f"{item_id} unfolded"
        type_into(window, Key.Key_Down)
    type_into(window, "1", Key.Key_Down, "A")
    yield "receipt"
    type_into(window, Key.Key_Return)
    yield "receipt missing"
    type_into(window, Key.Key_Escape, Key.Key_F1)
    yield "keys"
    type_into(window, Key.Key_Escape, "T")
    yield "notice"
    for name in "234":
        type_into(window, name)
        yield f"filter {name}"
    sale = at.store.items["report-00020"]
    at.store.add(void_of(sale, remote_id=sale.remote_id))
    for second in range(60):
        at.look(confirmed=20_000 + 2 * second, waiting=20_000 - 2 * second)
    settle()
    yield "draining, and a void"
    at.store.items.clear()
    type_into(window, "3")
    yield "empty"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height", "percent"), SIZES)
def test_every_state_has_room_for_its_words_and_names_for_a_reader(
    qtbot: QtBot, width: int, height: int, percent: int, theme: str
) -> None:
    window = open_counter(qtbot, (width, height), theme=theme, percent=percent)
    wrong: dict[str, list[str]] = {}
    for name in states(real_counter(window)):
        wrong[name] = check.everything_wrong(window) + _rows_wrong(room(window))
        if name.endswith(("2", "3", "4", "5", "empty", "notice")):
            wrong[name] += check.faint(window, picture(window, 2), under=room(window))
    assert {name: found for name, found in wrong.items() if found} == {}


def _rows_wrong(view: ReportsView) -> list[str]:
    delegate, have = view.list.delegate, view.list.viewport().width()
    need = delegate.least if delegate.stacked else delegate.need
    if not view.list.isVisible():
        return []
    return [
        f"{row.title} needs {need(row)} and has {have}" for row in view.list.reports.known if need(row) > have
    ]


def test_a_row_too_broad_is_caught(at: RealCounter) -> None:
    type_into(at.window, Key.Key_F11)
    view = room(at.window)
    assert _rows_wrong(view) == []
    view.list.setFixedWidth(90)
    settle()
    assert _rows_wrong(view)


def test_the_rail_keeps_its_width_when_a_number_comes(qtbot: QtBot) -> None:
    window = open_counter(qtbot)
    made = real_counter(window, FakeWorklist())
    before = window.inside.cart_view.mapTo(window, QPoint(0, 0))
    made.store.add(*(report(n, OutboxState.REJECTED) for n in range(1, 200)))
    made.controller._every_second()
    settle()
    button = next(each for each in window.findChildren(RailButton) if each.text() == "Reports")
    assert button.accessibleName() == "Reports · 199 need a person"
    assert window.inside.cart_view.mapTo(window, QPoint(0, 0)) == before


# -- what a reader says


def test_the_reader_can_say_list_story_and_progress(at: RealCounter) -> None:
    for second in range(60):
        at.look(confirmed=second, waiting=120 - second)
    type_into(at.window, Key.Key_F11)
    said = check.names(at.window)
    for words in (
        "Reports to the state",
        "R2-1-0000002, 12:57 PM, Refused, due Wed Nov 25, 12:57 PM",
        "Sale R2-1-0000002",
        "The report was refused by the state and is not recorded there.",
        "Number at the state: ST01-R1-1-0000002",
        "Needs a person · 3",
        "Show the raw exchange",
        "Back to the counter",
        "59 of 120 sent, about 2 min left",
    ):
        assert words in said, words
    [bar] = [each for each in room(at.window).findChildren(QProgressBar) if each.isVisible()]
    assert (bar.minimum(), bar.value(), bar.maximum()) == (0, 59 * 1_000_000 // 120, 1_000_000)


# -- by keyboard alone


def test_keys_alone_open_read_decide_and_go_back_to_the_same_cart(at: RealCounter) -> None:
    window, floor = at.window, at.controller.floor
    assert floor.visit is not None
    cart = floor.visit.cart
    type_into(window, Key.Key_F11)
    assert window.focusWidget() is room(window).list
    type_into(window, Key.Key_Down, "A")
    type_into(window, "90403", Key.Key_Tab, REASON, Key.Key_Return)
    assert at.store.items["report-00003"].state is OutboxState.CONFIRMED
    assert window.focusWidget() is room(window).list
    type_into(window, "2", Key.Key_End)
    assert isinstance(floor.room, ReportsRoom)
    assert floor.room.story is not None
    assert floor.room.story.title == "Sale R2-1-0000008"
    type_into(window, Key.Key_Escape)
    assert window.inside.room_view is None
    assert window.inside.cart_view.isVisible()
    assert window.focusWidget() is window.inside.cart_view
    assert floor.visit.cart is cart


def test_no_key_of_the_cart_works_in_the_room(at: RealCounter) -> None:
    floor = at.controller.floor
    assert floor.visit is not None
    cart = floor.visit.cart
    type_into(at.window, Key.Key_F11)
    for key in (
        Key.Key_Delete,
        Key.Key_Plus,
        Key.Key_F12,
        Key.Key_F6,
        Key.Key_F2,
        Key.Key_F8,
        Key.Key_Return,
    ):
        type_into(at.window, key)
    assert floor.visit is not None
    assert floor.visit.cart is cart
    assert (floor.sheet, floor.paying, floor.room is None) == (None, False, False)


def test_an_empty_list_leaves_the_keys_in_the_room(at: RealCounter) -> None:
    type_into(at.window, Key.Key_F11)
    at.store.items.clear()
    type_into(at.window, "3")
    assert at.window.focusWidget() is room(at.window)
    type_into(at.window, "4")
    at.store.add(report(1))
    type_into(at.window, "2")
    assert at.window.focusWidget() is room(at.window).list


def test_tab_goes_round_bar_rail_and_room(at: RealCounter) -> None:
    type_into(at.window, Key.Key_F11)
    stops: list[QWidget] = []
    while True:
        type_into(at.window, Key.Key_Tab)
        focus = at.window.focusWidget()
        assert focus is not None
        assert focus.isVisible()
        if focus in stops:
            break
        stops.append(focus)
    names = [getattr(each, "text", each.accessibleName)() or each.accessibleName() for each in stops]
    for name in ("Counter", "Reports", "Needs a person · 3", "Try again", "Show the raw exchange"):
        assert name in names, names


def test_the_keys_of_the_room_are_told_there(at: RealCounter) -> None:
    assert "F11" in [each.key for each in key_hints(at.controller.floor)]
    type_into(at.window, Key.Key_F11)
    assert [each.key for each in key_hints(at.controller.floor)] == [
        *("↑ ↓", "1 2 3 4", "X", "T", "C", "F5", "/", "F1", "Esc")
    ]


def test_a_search_in_the_room_leads_back_step_by_step(at: RealCounter) -> None:
    type_into(at.window, Key.Key_F11, "/", "ros")
    search = next(e for e in at.window.findChildren(QLineEdit) if "Scan or search" in e.accessibleName())
    assert (search.hasFocus(), search.text()) == (True, "ros")
    type_into(at.window, Key.Key_Escape, Key.Key_Escape)
    assert at.window.focusWidget() is room(at.window).list
    type_into(at.window, Key.Key_Escape)
    assert at.controller.floor.room is None


# -- by touch alone


def test_touch_alone_does_the_same(at: RealCounter) -> None:
    window, floor = at.window, at.controller.floor
    touch(window, "Reports")
    view = room(window)
    spot = view.list.visualRect(view.list.model().index(1, 0)).center()
    QTest.mouseClick(view.list.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert isinstance(floor.room, ReportsRoom)
    assert floor.room.story is not None
    assert floor.room.story.title == "Sale R2-1-0000003"
    touch(window, "Show the raw exchange")
    assert "The report, as it is kept here" in " ".join(check.names(window))
    touch(window, "Waiting · 4")
    touch(window, "Try again")
    assert [word.action for _, word in at.store.words] == ["retry"]
    touch(window, "The line to the state")
    touch(window, "Back")
    assert floor.sheet is None
    touch(window, "Counter")
    assert floor.room is None


def test_the_pill_leads_to_the_reports_that_it_tells_of(at: RealCounter) -> None:
    pill = at.window.findChild(PillButton)
    assert pill is not None
    QTest.mouseClick(pill, Qt.MouseButton.LeftButton)
    assert at.controller.floor.room is not None


# -- long lists


def test_twenty_thousand_rows_are_scrolled_without_being_read(qtbot: QtBot) -> None:
    store = FakeWorklist()
    store.add(*(report(n) for n in range(1, 20_001)))
    at = real_counter(open_counter(qtbot), store)
    type_into(at.window, Key.Key_F11)
    view = room(at.window).list
    assert view.model().rowCount() == 20_000
    at.database.at_once = False
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() // 2)
    settle()
    assert "Being read" in check.names_of_rows(view)
    at.database.run()
    settle()
    assert any(name.startswith("R2-1-0010") for name in check.names_of_rows(view))
    at.database.at_once = True
    type_into(at.window, Key.Key_End, Key.Key_Up)
    story = at.controller.floor.room
    assert isinstance(story, ReportsRoom)
    assert story.story is not None
    assert story.story.title == "Sale R2-1-0019999"
    assert len(store.reads) < 12


def test_the_list_keeps_its_place_while_the_queue_drains(at: RealCounter) -> None:
    at.store.add(*(report(n) for n in range(100, 400)))
    type_into(at.window, Key.Key_F11, "2", Key.Key_PageDown, Key.Key_PageDown)
    floor = at.controller.floor
    assert isinstance(floor.room, ReportsRoom)
    assert floor.room.story is not None
    chosen = floor.room.story.id
    first = next(each for each in at.store.items.values() if each.state is OutboxState.QUEUED)
    at.store.add(replace(first, state=OutboxState.CONFIRMED))
    before = floor.room.at
    at.look(confirmed=1, waiting=300)
    settle()
    assert (floor.room.story.id, floor.room.at) == (chosen, before - 1)
    assert room(at.window).list.currentIndex().row() == before - 1


# -- the counter's start


SHOW = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
app = QApplication([])
from tests.fixtures.report_pictures import real_counter
from pos_desktop.ui.intents import Intents
from pos_desktop.ui.main_window import CounterWindow
from pos_desktop.ui.room_state import ReportsRoom
from pos_desktop.ui.theme import Theme
window = CounterWindow(Intents(), Theme(Path("resources/icons")))
window.show()
at = real_counter(window)
window.intents.scanned.emit("P-1000017")
app.processEvents()
mine = ("pos_desktop.ui.rooms", "pos_desktop.ui.flows.reports", "pos_desktop.ui.presenter.reports")
mine += ("pos_desktop.ui.flows.comparing", "pos_desktop.app.reconciling", "pos_desktop.domain.reconciliation")
print([name for name in sys.modules if name.startswith(mine) and not name.endswith("_door")])
"""


def test_a_counter_that_serves_has_loaded_nothing_of_the_room() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SHOW], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == "[]"


def test_the_window_alone_shows_the_room_and_hides_it(qtbot: QtBot) -> None:
    window = open_counter(qtbot)
    window.show_room(None)
    assert window.inside.room_view is None
    at = real_counter(window, sample_store())
    at.window.intents.open_sheet.emit(Opens.REPORTS)
    window.set_text_percent(150)
    window.resize(QSize(1100, 800))
    settle()
    assert check.everything_wrong(window) == []
    window.set_text_percent(100)
    settle()
    assert check.everything_wrong(window) == []
