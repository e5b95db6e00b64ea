"""Somebody is at the counter: each key, touch and scan is heard, whatever becomes of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from pos_desktop.ui.idle import IdleWatch
from tests.fixtures.counter_windows import settle
from tests.fixtures.sample_sheets import NEW_PATIENT
from tests.ui.test_view_scan_filter import FAST_US, LABEL, SLOW_US, Desk, desk

__all__ = ["desk"]


@pytest.fixture
def heard(desk: Desk) -> Iterator[list[int]]:
    touches: list[int] = []
    watch = IdleWatch(lambda: touches.append(1), desk.window)
    watch.attach(desk.window)
    yield touches
    handle = desk.window.windowHandle()
    assert handle is not None
    handle.removeEventFilter(watch)


def test_a_scan_that_the_filter_swallows_is_heard(desk: Desk, heard: list[int]) -> None:
    desk.scan()
    assert desk.scans == [LABEL]
    assert len(heard) == len(LABEL) + 1


def test_keys_in_a_field_of_a_sheet_are_heard(desk: Desk, heard: list[int]) -> None:
    desk.window.show_sheet(NEW_PATIENT)
    settle()
    desk.type("ortega", SLOW_US)
    desk.key(Qt.Key.Key_Escape, "\x1b", FAST_US)
    assert len(heard) == 7


def test_a_touch_is_heard_wherever_it_goes(desk: Desk, heard: list[int]) -> None:
    handle = desk.window.windowHandle()
    assert handle is not None
    for spot in (QPoint(5, 5), QPoint(700, 400)):
        QTest.mouseClick(handle, Qt.MouseButton.LeftButton, pos=spot)
    assert len(heard) == 2


def test_time_that_passes_is_nobody(desk: Desk, heard: list[int]) -> None:
    desk.window.update()
    desk.window.resize(1200, 768)
    desk.silence()
    assert heard == []
