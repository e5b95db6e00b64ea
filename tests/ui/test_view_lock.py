"""The lock screen: it hides all of what is behind it, takes every key, and gives back what was there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QListView, QWidget
from pytestqt.qtbot import QtBot

from pos_desktop.ui.counter.curtain import Curtain
from pos_desktop.ui.counter.inside import Inside
from pos_desktop.ui.counter.lock_screen import LockScreenView
from pos_desktop.ui.counter.patient_panel import PatientView
from pos_desktop.ui.main_window import CounterWindow
from pos_desktop.ui.room_state import ReportsRoom
from pos_desktop.ui.sheet_state import Sheet
from pos_desktop.ui.state import CounterState
from pos_desktop.ui.theme import ThemeChoice
from pos_desktop.ui.widgets.binding import NO_BREAK
from tests.fixtures import screen_checks as check
from tests.fixtures.counter_windows import open_counter, picture, settle
from tests.fixtures.sample_pins import LOCK, LOCKS
from tests.fixtures.sample_sheets import NEW_PATIENT, PAYMENT, SHEETS
from tests.fixtures.sample_states import COUNTER, EMPTY, PATIENT, SCREENS, SEARCHING

Key = Qt.Key
SIZES = [(1024, 768, 100), (1366, 768, 100), (1920, 1080, 100)]
LARGE = [(1024, 768, 200), (1366, 768, 200), (1920, 1080, 200)]


@pytest.fixture
def window(qtbot: QtBot) -> CounterWindow:
    made = open_counter(qtbot)
    made.render(COUNTER)
    settle()
    return made


def key(window: CounterWindow, *keys: Key | str, ctrl: bool = False) -> None:
    """Through the window, so that the focus decides who hears it."""
    handle = window.windowHandle()
    assert handle is not None
    held = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
    for each in keys:
        if isinstance(each, Key):
            QTest.keyClick(handle, each, held)
        else:
            for char in each:
                QTest.keyClick(handle, char)  # type: ignore[call-overload]  # missing in the stubs
    settle()


def reachable(node: QAccessibleInterface) -> set[str]:
    """Every name and value in the tree of a screen reader, also of what is hidden."""
    found = {node.text(QAccessible.Text.Name), node.text(QAccessible.Text.Value)} if node.isValid() else set()
    for n in range(node.childCount() if node.isValid() else 0):
        child = node.child(n)
        if child is not None:
            found |= reachable(child)
    return {each.replace(NO_BREAK, " ") for each in found if each}


def in_sight(window: QWidget) -> set[str]:
    """Every text, tip, and name of what is visible, by the widgets and as a screen reader walks them."""
    found = {window.windowTitle(), *check.names(window)}
    for widget in check.seen(window):
        text = getattr(widget, "text", None)
        found |= {text() if callable(text) else "", widget.toolTip()}
        found |= {widget.accessibleName(), widget.accessibleDescription()}
        if isinstance(widget, QAbstractItemView):
            model, root = widget.model(), QModelIndex()
            found |= {
                str(model.index(y, x).data() or "")
                for y in range(model.rowCount(root))
                for x in range(1 if isinstance(widget, QListView) else model.columnCount(root))
            }
    return {each.replace(NO_BREAK, " ") for each in found if each}


def behind(window: CounterWindow, state: CounterState, sheet: Sheet | None) -> None:
    window.render(state)
    window.show_sheet(sheet)
    settle()


def leaks(qtbot: QtBot, state: CounterState, sheet: Sheet | None = None) -> set[str]:
    """What a locked counter shows beyond what one with nothing behind it shows."""
    empty = open_counter(qtbot)
    empty.show_lock(LOCK)
    full = open_counter(qtbot)
    behind(full, state, sheet)
    full.show_lock(LOCK)
    settle()
    assert LOCK.store_line in in_sight(full)
    return in_sight(full) - in_sight(empty)


@pytest.mark.parametrize("name", SCREENS)
def test_nothing_of_any_screen_is_in_sight_while_locked(qtbot: QtBot, name: str) -> None:
    assert leaks(qtbot, SCREENS[name]) == set()


@pytest.mark.parametrize("name", SHEETS)
def test_nothing_of_any_sheet_is_in_sight_while_locked(qtbot: QtBot, name: str) -> None:
    assert leaks(qtbot, COUNTER, SHEETS[name]) == set()


def test_nothing_of_a_room_is_in_sight_while_locked(window: CounterWindow) -> None:
    window.show_room(ReportsRoom(summary="Sample summary of the room"))
    settle()
    assert any("Sample summary" in each for each in in_sight(window))
    window.show_lock(LOCK)
    settle()
    assert not any("Sample summary" in each for each in in_sight(window))
    window.show_lock(None)
    settle()
    assert window.inside.in_room


def test_a_curtain_that_leaves_the_patient_is_caught(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    hide = Curtain._hide_the_rest

    def wrong(curtain: Curtain, view: QWidget) -> None:
        hide(curtain, view)
        for each in curtain._behind:
            each.setVisible(isinstance(each, PatientView))

    monkeypatch.setattr(Curtain, "_hide_the_rest", wrong)
    monkeypatch.setattr(Inside, "_empty", lambda _: None)
    assert PATIENT.name in leaks(qtbot, COUNTER)


def test_a_curtain_that_only_covers_is_caught(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the screen nothing is seen of it, but a screen reader reads it out."""

    def wrong(curtain: Curtain, view: QWidget) -> None:
        view.setGeometry(curtain._window.rect())
        view.show()
        view.raise_()

    monkeypatch.setattr(Curtain, "_hide_the_rest", wrong)
    monkeypatch.setattr(Inside, "_empty", lambda _: None)
    assert PATIENT.name in leaks(qtbot, COUNTER)


@pytest.mark.parametrize("sheet", [None, PAYMENT, NEW_PATIENT])
def test_the_picture_is_the_same_whatever_is_behind(qtbot: QtBot, sheet: Sheet | None) -> None:
    pictures = []
    for state, over in ((EMPTY, None), (COUNTER, sheet)):
        window = open_counter(qtbot)
        behind(window, state, over)
        window.show_lock(LOCK)
        settle()
        pictures.append(picture(window))
    assert pictures[0] == pictures[1]


@pytest.mark.parametrize(
    "draw",
    [
        lambda window: window.render(SCREENS["counter-refused"]),
        lambda window: window.render(SEARCHING),
        lambda window: window.show_sheet(PAYMENT),
        lambda window: window.show_room(ReportsRoom(summary="Sample summary of the room")),
        lambda window: window.show_scale(COUNTER.scale),
        lambda window: window.focus_search(),
        lambda window: window.clear_search(),
        lambda window: window.set_text_percent(120),
        lambda window: window.resize(1300, 768),
    ],
)
def test_a_late_answer_behind_the_lock_shows_nothing(
    qtbot: QtBot, draw: Callable[[CounterWindow], object]
) -> None:
    empty = open_counter(qtbot)
    empty.show_lock(LOCK)
    window = open_counter(qtbot)
    window.show_lock(LOCK)
    draw(window)
    settle()
    assert in_sight(window) == in_sight(empty)
    focus = window.focusWidget()
    assert focus is not None
    assert isinstance(focus.window(), CounterWindow)
    assert focus.accessibleName().startswith("PIN")


def test_what_came_behind_the_lock_is_there_when_it_opens(window: CounterWindow) -> None:
    window.show_lock(LOCK)
    window.render(replace(COUNTER, total="$999.99"))
    window.show_sheet(PAYMENT)
    window.show_lock(None)
    settle()
    assert "Total $999.99" in in_sight(window)
    assert window.inside.sheet == PAYMENT
    assert window.inside.sheet_body is not None
    assert window.inside.sheet_body.isVisible()


def test_what_was_typed_in_a_sheet_is_there_again(window: CounterWindow) -> None:
    window.show_sheet(NEW_PATIENT)
    settle()
    key(window, "ortega")
    window.show_lock(LOCK)
    key(window, "274913")
    window.show_lock(None)
    settle()
    fields = [each for each in window.findChildren(QLineEdit) if each.isVisible()]
    assert [each.text() for each in fields if each.hasFocus()] == ["ortega"]


def test_a_sheet_that_ended_behind_the_lock_gives_nothing_to_the_next_one(window: CounterWindow) -> None:
    window.show_sheet(NEW_PATIENT)
    settle()
    key(window, "ortega")
    window.show_lock(LOCK)
    window.show_sheet(None)
    window.show_sheet(NEW_PATIENT)
    window.show_lock(None)
    settle()
    assert "ortega" not in {each.text() for each in window.findChildren(QLineEdit) if each.isVisible()}


# -- room


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height", "percent"), SIZES + LARGE)
def test_every_lock_screen_has_room_for_its_words(
    qtbot: QtBot, width: int, height: int, percent: int, theme: str
) -> None:
    window = open_counter(qtbot, (width, height), theme=theme, percent=percent)
    wrong = {}
    for name, lock in LOCKS.items():
        window.show_lock(lock)
        settle()
        found = check.everything_wrong(window) + check.faint(window, picture(window, 2))
        if found:
            wrong[name] = found
    assert wrong == {}


def test_a_change_of_theme_paints_what_a_new_window_would(qtbot: QtBot) -> None:
    pictures = []
    for begins in ("light", "dark"):
        window = open_counter(qtbot, theme=begins)
        window.show_lock(LOCK)
        settle()
        window.set_theme(ThemeChoice.DARK)
        settle()
        pictures.append(picture(window))
    assert pictures[0] == pictures[1]


def test_it_covers_the_window_at_any_size(window: CounterWindow) -> None:
    window.show_lock(LOCK)
    for size in ((1024, 768), (1920, 1080), (960, 640)):
        window.resize(*size)
        settle()
        view = window.findChild(LockScreenView)
        assert view is not None
        assert view.geometry() == window.rect()
        assert view.mapTo(window, QPoint(0, 0)) == QPoint(0, 0)


def test_a_screen_reader_finds_nobody_in_what_is_hidden_either(window: CounterWindow) -> None:
    root = QAccessible.queryAccessibleInterface(window)
    name = PATIENT.name
    assert any(name in each for each in reachable(root))
    window.show_lock(LOCK)
    settle()
    assert not any(name in each for each in reachable(root))
    assert not any(COUNTER.cart[0].name in each for each in reachable(root))
    window.show_lock(None)
    settle()
    assert any(name in each for each in reachable(root))
    assert in_sight(window) >= {COUNTER.total}
