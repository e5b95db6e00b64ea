"""A burst is a scan whatever has the focus; what a person types arrives where it was typed."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from hardware.scanners.wedge import WedgeRecogniser
from pos_desktop.training.demonstration.driver import Driver
from pos_desktop.ui.main_window import CounterWindow
from pos_desktop.ui.scan_filter import ScanFilter
from tests.fixtures.counter_windows import Wishes, open_counter, settle
from tests.fixtures.sample_sheets import NEW_PATIENT, PAYMENT, PRODUCTS
from tests.fixtures.sample_states import COUNTER

LABEL = "1A4060300000001000004821"
FAST_US, SLOW_US = 4_000, 160_000
Key = Qt.Key


class Desk:
    """A window with the filter on, a clock that only the test moves, and a keyboard."""

    def __init__(self, window: CounterWindow) -> None:
        self.window = window
        self.at_us = 1_000_000
        self.scans: list[str] = []
        self.filter = ScanFilter(WedgeRecogniser(), self.scans.append, clock=lambda: self.at_us)
        self.filter.attach(window)
        self.wishes = Wishes(window.intents)

    def key(self, key: Key | int, text: str = "", gap_us: int = FAST_US, *, repeat: bool = False) -> None:
        self.at_us += gap_us
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text, repeat)
            handle = self.window.windowHandle()
            assert handle is not None
            QCoreApplication.sendEvent(handle, event)

    def type(self, text: str, gap_us: int) -> None:
        for char in text:
            self.key(ord(char.upper()), char, gap_us)

    def silence(self, for_us: int = 1_000_000) -> None:
        self.at_us += for_us
        self.filter._tick()
        settle()

    def scan(self, text: str = LABEL, end: Key = Key.Key_Return) -> None:
        self.type(text, FAST_US)
        self.key(end, "\r" if end == Key.Key_Return else "\t")

    def field(self, name: str) -> QLineEdit:
        return next(e for e in self.window.findChildren(QLineEdit) if name in e.accessibleName())


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    window = open_counter(qtbot)
    window.render(COUNTER)
    settle()
    made = Desk(window)
    yield made
    made.filter.enabled = False


def test_a_scan_at_the_counter(desk: Desk) -> None:
    desk.scan()
    assert desk.scans == [LABEL]
    assert desk.wishes.take() == []


@pytest.mark.parametrize("end", [Key.Key_Return, Key.Key_Tab])
@pytest.mark.parametrize("sheet", [PAYMENT, PRODUCTS, NEW_PATIENT])
def test_a_scan_over_a_sheet_reaches_nothing_in_it(desk: Desk, sheet: object, end: Key) -> None:
    """Digits would be money in the payment sheet, and Enter would complete the sale."""
    desk.window.show_sheet(sheet)  # type: ignore[arg-type]  # one of three kinds
    settle()
    focus = desk.window.focusWidget()
    desk.scan(end=end)
    assert desk.scans == [LABEL]
    assert desk.wishes.take() == []
    assert desk.window.focusWidget() is focus
    assert not any(LABEL[:3] in edit.text() for edit in desk.window.findChildren(QLineEdit))


def test_a_scan_with_the_search_field_focused_leaves_it_empty(desk: Desk) -> None:
    desk.window.focus_search()
    desk.scan()
    assert desk.scans == [LABEL]
    assert desk.field("Scan or search").text() == ""


def test_escape_inside_a_burst_belongs_to_it(desk: Desk) -> None:
    desk.type("@12345", FAST_US)
    desk.key(Key.Key_Escape, "\x1b")
    desk.type("67890", FAST_US)
    desk.silence()
    assert desk.wishes.take() == []
    assert len(desk.scans) == 1


def test_typing_arrives_in_the_field_in_order(desk: Desk) -> None:
    desk.window.focus_search()
    desk.type("ortega", SLOW_US)
    desk.silence()
    assert desk.scans == []
    assert desk.field("Scan or search").text() == "ortega"


def test_a_fast_typist_loses_nothing(desk: Desk) -> None:
    desk.window.focus_search()
    for char, gap in zip("smith jones", [SLOW_US, 30_000] * 6, strict=False):
        desk.key(ord(char.upper()), char, gap)
    desk.silence()
    assert desk.scans == []
    assert desk.field("Scan or search").text() == "smith jones"


def test_enter_after_typing_is_heard_after_what_was_typed(desk: Desk) -> None:
    desk.window.focus_search()
    desk.type("ab", FAST_US)
    desk.key(Key.Key_Return, "\r")
    desk.silence()
    assert desk.wishes.take()[-1] == ("search_submitted", "ab")


def test_keys_of_the_counter_still_work(desk: Desk) -> None:
    desk.key(Key.Key_F12, gap_us=SLOW_US)
    desk.key(Key.Key_Plus, "+", SLOW_US)
    desk.silence()
    desk.key(Key.Key_Escape, "\x1b", SLOW_US)
    assert desk.wishes.take() == [("pay",), ("plus",), ("back",)]


def test_a_key_held_down_is_not_a_burst(desk: Desk) -> None:
    desk.key(Key.Key_Plus, "+", SLOW_US)
    for _ in range(10):
        desk.key(Key.Key_Plus, "+", 30_000, repeat=True)
    desk.silence()
    assert desk.scans == []
    assert desk.wishes.take() == [("plus",)] * 11


def test_what_is_typed_into_a_secret_is_never_a_scan(desk: Desk) -> None:
    desk.window.focus_search()
    desk.field("Scan or search").setEchoMode(QLineEdit.EchoMode.Password)
    desk.type("fastsecret", FAST_US)
    desk.silence()
    assert desk.scans == []
    assert desk.field("Scan or search").text() == "fastsecret"


def test_two_scans_in_a_row_are_two(desk: Desk) -> None:
    desk.scan()
    desk.at_us += SLOW_US
    desk.scan("P-100200300")
    assert desk.scans == [LABEL, "P-100200300"]


def test_without_the_filter_the_scan_does_harm(desk: Desk) -> None:
    """Known wrong: the same burst types money into the payment and completes the sale."""
    desk.filter.enabled = False
    desk.window.show_sheet(PAYMENT)
    settle()
    desk.scan()
    assert desk.scans == []
    heard = desk.wishes.take()
    assert ("complete",) in heard
    assert ("tender_key", "4") in heard


def test_a_busy_window_does_not_slow_a_burst_down(desk: Desk) -> None:
    """Events carry the system's time; a stall between two of them is not a pause of the scanner."""
    handle = desk.window.windowHandle()
    assert handle is not None
    for n, char in enumerate(LABEL):
        desk.at_us += 4_000 if n != 12 else 90_000
        event = QKeyEvent(QEvent.Type.KeyPress, ord(char), Qt.KeyboardModifier.NoModifier, char)
        event.setTimestamp(5_000 + 4 * n)
        QCoreApplication.sendEvent(handle, event)
    desk.silence()
    assert desk.scans == [LABEL]


def test_the_demonstrations_scanner_is_not_slowed_down_by_a_busy_computer(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """200 ms go by whenever it looks at the clock, as where it was held up between two keys."""
    counted = itertools.count(time.monotonic_ns(), 200_000_000)
    monkeypatch.setattr(time, "monotonic_ns", lambda: next(counted))
    desk.filter.enabled = False
    scans: list[str] = []
    own = ScanFilter(WedgeRecogniser(), scans.append, parent=desk.window)
    own.attach(desk.window)
    Driver(desk.window, Path()).scan(LABEL)
    assert scans == [LABEL]
