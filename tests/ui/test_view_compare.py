"""A day compared, in a real window: room for every word, keys alone, touch alone, and a thread that does the work."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QProgressBar, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from pos_desktop.domain.instant import SECOND_US
from pos_desktop.ui.lanes import Lane
from pos_desktop.ui.main_window import CounterWindow
from pos_desktop.ui.presenter.comparing import Part
from pos_desktop.ui.room_state import CompareRoom, ReportsRoom
from pos_desktop.ui.rooms.compare import CompareView
from pos_desktop.ui.theme import TOUCH
from tests.fixtures import screen_checks as check
from tests.fixtures.compare_pictures import ComparedCounter, compared_counter
from tests.fixtures.compare_shops import mixed_day
from tests.fixtures.counter_windows import open_counter, picture, settle
from tests.fixtures.reconciled_day import ReconciledDay, reconciled_day

Key = Qt.Key
SIZES = [
    (1024, 768, 100), (1366, 768, 100), (1920, 1080, 100), (1024, 768, 125), (1366, 768, 125), (1920, 1080, 200)
]  # fmt: skip
PATIENCE_MS = 20_000


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


def view(window: CounterWindow) -> CompareView:
    shown = window.inside.room_view
    assert isinstance(shown, CompareView)
    return shown


def room(at: ComparedCounter) -> CompareRoom:
    shown = at.counter.controller.floor.room
    assert isinstance(shown, CompareRoom)
    return shown


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
def day(tmp_path: Path) -> Iterator[ReconciledDay]:
    with reconciled_day(tmp_path) as running:
        yield running


@pytest.fixture
def at(qtbot: QtBot, day: ReconciledDay) -> ComparedCounter:
    """The counter, on a day with one difference of each kind."""
    made = compared_counter(open_counter(qtbot), day)
    mixed_day(day)
    return made


# -- nothing cut off, in every state


def states(at: ComparedCounter) -> Iterator[str]:
    """The view in each of its states, by keys."""
    window = at.window
    type_into(window, Key.Key_F11, "D")
    yield "empty"
    type_into(window, Key.Key_Return)
    yield "no sale"
    type_into(window, "D", "x", Key.Key_Return)
    yield "no day"
    type_into(window, Key.Key_Escape, Key.Key_Right)
    at.counter.comparing.at_once = False
    type_into(window, Key.Key_Return)
    yield "begun"
    type_into(window, "C")
    yield "stopping"
    at.counter.comparing.run()
    settle()
    yield "cancelled"
    at.counter.comparing.at_once = True
    type_into(window, Key.Key_Return)
    for number, part in enumerate(Part, 1):
        type_into(window, str(number))
        yield part.value
    type_into(window, "1")
    for n in range(room(at).total):
        type_into(window, *([Key.Key_Down] if n else []))
        yield f"difference {n}"
    type_into(window, "P")
    yield "certificate"
    type_into(window, Key.Key_Return)
    yield "saved"
    type_into(window, Key.Key_F1)
    yield "keys"
    type_into(window, Key.Key_Escape)
    at.day.void_there("4")
    type_into(window, Key.Key_Return, "8")
    yield "settled, one"
    at.day.sandbox.server.close_socket()
    type_into(window, Key.Key_Return)
    yield "away"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height", "percent"), SIZES)
def test_every_state_has_room_for_its_words_and_names_for_a_reader(
    qtbot: QtBot, day: ReconciledDay, width: int, height: int, percent: int, theme: str
) -> None:
    mixed_day(day)
    window = open_counter(qtbot, (width, height), theme=theme, percent=percent)
    wrong: dict[str, list[str]] = {}
    for name in states(compared_counter(window, day)):
        wrong[name] = check.everything_wrong(window) + _rows_wrong(view(window))
        if name in ("empty", "stopping", "to-settle", "packages", "away"):
            wrong[name] += check.faint(window, picture(window, 2), under=view(window))
    assert {name: found for name, found in wrong.items() if found} == {}


def _rows_wrong(shown: CompareView) -> list[str]:
    delegate, have = shown.list.delegate, shown.list.viewport().width()
    need = delegate.least if delegate.stacked else delegate.need
    if not shown.list.isVisible():
        return []
    return [
        f"{row.title} needs {need(row)} and has {have}"
        for row in shown.list.reports.known
        if need(row) > have
    ]


def test_the_reader_can_say_both_sides_and_how_far_it_is(at: ComparedCounter) -> None:
    type_into(at.window, Key.Key_F11, "D", Key.Key_Right, Key.Key_Return)
    said = check.names(at.window)
    for words in (
        "Compare with the state",
        "R1-1-0000002, 8:02 AM, Differs, new",
        "Total before tax, Here: $38.50",
        "Total before tax, At the state: $41.00",
        "Number at the state: ST1-R1-1-0000002",
        "To settle · 7",
        "Back to the reports",
    ):
        assert words in said, words
    at.comparisons.told = lambda done, of: _look_at_bar(at, done, of)
    type_into(at.window, Key.Key_Return)


def _look_at_bar(at: ComparedCounter, done: int, of: int) -> None:
    at.counter.memory.clock.move(SECOND_US)
    at.counter.controller._reports.tick()
    settle()
    [bar] = [each for each in view(at.window).findChildren(QProgressBar) if each.isVisible()]
    assert (bar.minimum(), bar.value(), bar.maximum()) == (0, done * 1_000_000 // of, 1_000_000)
    assert bar.accessibleDescription().startswith(f"{done} of {of} receipts read")


# -- by keyboard alone


def test_keys_alone_compare_read_open_the_report_and_save_the_certificate(at: ComparedCounter) -> None:
    window = at.window
    type_into(window, Key.Key_F11, "D", "D", "04/08/2026", Key.Key_Return)
    assert room(at).day == "Wed Apr 8, 2026", "what is typed replaces what was offered"
    assert window.focusWidget() is view(window)
    type_into(window, Key.Key_Return)
    assert window.focusWidget() is view(window).list
    type_into(window, "2", "O")
    opened = at.counter.controller.floor.room
    assert isinstance(opened, ReportsRoom)
    assert opened.story is not None
    assert opened.story.title == "Sale R1-1-0000005"
    type_into(window, Key.Key_Escape, Key.Key_Down)
    story = room(at).story
    assert story is not None
    assert story.title == "Sale R1-1-0000006"
    type_into(window, "S", "P", Key.Key_Return)
    assert at.comparisons.looks == ["look"]
    assert len(list((at.day.folder / "certificates").iterdir())) == 2
    type_into(window, Key.Key_Escape, Key.Key_Escape)
    assert window.inside.room_view is None
    assert window.focusWidget() is window.inside.cart_view


def test_tab_goes_round_bar_rail_and_view(at: ComparedCounter) -> None:
    type_into(at.window, Key.Key_F11, "D", Key.Key_Right, Key.Key_Return, "2")
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
    for name in (
        "Reports",
        "Day before",
        "Compare again",
        "Only here · 2",
        "Open its report",
        "Save the certificate",
    ):
        assert name in names, names


def test_no_key_of_the_cart_works_there(at: ComparedCounter) -> None:
    type_into(at.window, Key.Key_F11, "D")
    floor = at.counter.controller.floor
    for key in (Key.Key_F12, Key.Key_F2, Key.Key_F6, Key.Key_Delete, Key.Key_Plus):
        type_into(at.window, key)
    assert (floor.sheet, floor.paying, floor.visit) == (None, False, None)
    assert isinstance(floor.room, CompareRoom)


# -- by touch alone


def test_touch_alone_does_the_same(at: ComparedCounter) -> None:
    window = at.window
    for words in ("Reports", "Compare a day", "Day after", "Compare", "Only here · 2"):
        touch(window, words)
    shown = view(window)
    spot = shown.list.visualRect(shown.list.model().index(1, 0)).center()
    QTest.mouseClick(shown.list.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    touch(window, "Send and fetch now")
    touch(window, "Save the certificate")
    touch(window, "Save")
    assert at.comparisons.looks == ["look"]
    assert len(list((at.day.folder / "certificates").iterdir())) == 2
    touch(window, "Back to the reports")
    assert isinstance(at.counter.controller.floor.room, ReportsRoom)


# -- a thread that does the work


@pytest.fixture
def lane() -> Iterator[Lane]:
    made = Lane("comparing")
    yield made
    assert made.close(10)


def test_the_window_answers_while_the_state_keeps_it_waiting_and_cancel_is_heard(
    qtbot: QtBot, at: ComparedCounter, lane: Lane
) -> None:
    """The first receipt is held back: meanwhile keys work, the count stands still, and C ends it."""
    window, floor = at.window, at.counter.controller.floor
    floor.lanes = type(floor.lanes)(
        floor.lanes.database, floor.lanes.network, floor.lanes.paper, floor.lanes.scale, lane
    )
    reached, go_on = threading.Event(), threading.Event()
    workers: set[str] = set()

    def told(_done: int, _of: int) -> None:
        workers.add(threading.current_thread().name)
        reached.set()
        go_on.wait(PATIENCE_MS / 1_000)

    at.comparisons.told = told
    type_into(window, Key.Key_F11, "D", Key.Key_Right, Key.Key_Return)
    qtbot.waitUntil(reached.is_set, timeout=PATIENCE_MS)
    at.counter.controller._reports.tick()
    running = room(at).running
    assert running is not None
    assert running.text == "1 of 5 receipts read. The packages follow."
    type_into(window, Key.Key_Escape, Key.Key_Escape)
    window.intents.scanned.emit("P-1000017")
    assert floor.visit is not None, "a patient is served meanwhile"
    type_into(window, Key.Key_F11, "D", "C")
    running = room(at).running
    assert running is not None
    assert running.text.startswith("Stopping")
    go_on.set()
    qtbot.waitUntil(lambda: room(at).running is None, timeout=PATIENCE_MS)
    assert floor.notice is not None
    assert floor.notice.text == "The comparison was cancelled. Nothing was changed."
    assert not (at.day.folder / "reconcile.json").exists()
    assert workers == {"lane-comparing_0"}
    at.comparisons.told = lambda _done, _of: None
    type_into(window, Key.Key_Return)
    qtbot.waitUntil(lambda: room(at).total == 7, timeout=PATIENCE_MS)
