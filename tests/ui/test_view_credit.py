"""Store credit beside the patient in a real window: room for its words, by key and by touch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from pos_desktop.app.desk import Desk
from pos_desktop.app.tender_desk import TenderDesk
from pos_desktop.domain.money import ZERO, Money
from pos_desktop.domain.till import TillKind
from pos_desktop.ui.intents import Opens
from pos_desktop.ui.main_window import CounterWindow
from pos_desktop.ui.sheet_state import QuestionSheet, ReasonSheet, SecondPersonSheet
from pos_desktop.ui.theme import TOUCH
from tests.fixtures import screen_checks as check
from tests.fixtures.counter_windows import open_counter, picture, settle
from tests.fixtures.stores import PATIENT
from tests.fixtures.till_rooms import PINS, TERMINAL, TillCounter
from tests.fixtures.tills import MANAGER

Key = Qt.Key
SIZES = [(1024, 768, 100), (1366, 768, 100), (1920, 1080, 200), (1024, 768, 200)]


class CreditCounter(TillCounter):
    """With a patient at it, to whom store credit can be given."""

    def _desk(self) -> Desk:
        tenders = TenderDesk(book=self.place.store.tenders, clock=self.place.clock, terminal=TERMINAL)
        return replace(super()._desk(), tenders=tenders)

    @property
    def credit(self) -> Money:
        tenders = self.floor.desk.tenders
        assert tenders is not None
        return tenders.standing(PATIENT.id).credit

    def served(self) -> CreditCounter:
        self.with_float()
        self.do.back.emit()
        self.scan(PATIENT.card_number)
        settle()
        return self


@pytest.fixture
def at(qtbot: QtBot, tmp_path: Path) -> Iterator[CreditCounter]:
    made = CreditCounter(tmp_path, window=open_counter(qtbot)).served()
    yield made
    made.close()


def press(window: CounterWindow, *keys: Key | str) -> None:
    handle = window.windowHandle()
    assert handle is not None
    for key in keys:
        if isinstance(key, Key):
            QTest.keyClick(handle, key)
        else:
            for char in key:
                QTest.keyClick(handle, char)  # type: ignore[call-overload]  # missing in the stubs
        settle()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height", "percent"), SIZES)
def test_there_is_room_for_it(
    qtbot: QtBot, tmp_path: Path, width: int, height: int, percent: int, theme: str
) -> None:
    window = open_counter(qtbot, (width, height), theme=theme, percent=percent)
    at = CreditCounter(tmp_path, window=window).served()
    wrong = check.everything_wrong(window) + check.faint(window, picture(window, 2), under=window)
    press(window, "R")
    assert isinstance(at.floor.sheet, ReasonSheet)
    wrong += check.everything_wrong(window)
    at.close()
    assert wrong == []


def test_keys_alone_give_credit(at: CreditCounter) -> None:
    assert at.window is not None
    press(
        at.window, "R", "20", Key.Key_Tab, "sample reason", Key.Key_Return, PINS[MANAGER.id], Key.Key_Return
    )
    assert at.credit == Money(2_000), at.said
    assert "Store credit: $20.00." in " ".join(check.names(at.window))


def test_keys_alone_pay_it_out(at: CreditCounter) -> None:
    assert at.window is not None
    assert at.floor.desk.tenders is not None
    at.floor.desk.tenders.give(PATIENT.id, Money(1_203), "sample reason", MANAGER)
    at.scan(PATIENT.card_number)
    settle()
    press(at.window, "R")
    at.sheet(QuestionSheet)
    press(at.window, "P", "13", Key.Key_Tab, "leaves the programme", Key.Key_Return)
    asked = at.sheet(ReasonSheet).number
    assert asked is not None
    assert "There are $12.03." in asked.error
    press(at.window, Key.Key_Escape, "RP", Key.Key_Tab, "leaves the programme", Key.Key_Return)
    at.sheet(SecondPersonSheet)  # of the whole of it, which stands there
    press(at.window, PINS[MANAGER.id], Key.Key_Return)
    assert at.credit == ZERO, at.said
    assert "Hand out $12.03" in at.said
    out = [each for each in at.events() if each.kind is TillKind.CREDIT_OUT]
    assert [(each.cash, each.by, each.witness) for each in out] == [
        (Money(1_203), at.floor.by.id, MANAGER.id)
    ]
    at.enter()
    settle()
    assert at.line("Store credit paid out") == "1 · $12.03"
    assert check.everything_wrong(at.window) == []


def test_without_a_till_nothing_is_paid_out(at: CreditCounter) -> None:
    assert at.floor.desk.tenders is not None
    at.floor.desk.tenders.give(PATIENT.id, Money(1_203), "sample reason", MANAGER)
    at.scan(PATIENT.card_number)
    at.floor.session = None
    at.do.open_sheet.emit(Opens.CREDIT)
    assert isinstance(at.floor.sheet, ReasonSheet)
    assert at.floor.sheet.action == "Give"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height", "percent"), SIZES)
def test_there_is_room_to_pay_it_out(
    qtbot: QtBot, tmp_path: Path, width: int, height: int, percent: int, theme: str
) -> None:
    window = open_counter(qtbot, (width, height), theme=theme, percent=percent)
    at = CreditCounter(tmp_path, window=window).served()
    assert at.floor.desk.tenders is not None
    at.floor.desk.tenders.give(PATIENT.id, Money(99_999), "sample reason", MANAGER)
    at.scan(PATIENT.card_number)
    settle()
    wrong = []
    for key in ("R", "P"):
        press(window, key)
        wrong += check.everything_wrong(window)
    at.close()
    assert wrong == []


def test_a_touch_opens_it(at: CreditCounter) -> None:
    assert at.window is not None
    link = next(e for e in at.window.findChildren(QPushButton) if "Give credit" in e.text() and e.isVisible())
    assert link.height() >= TOUCH
    QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    settle()
    assert isinstance(at.floor.sheet, ReasonSheet)


def test_without_a_patient_the_key_opens_nothing(at: CreditCounter) -> None:
    assert at.window is not None
    at.floor.end_visit()
    at.floor.show()
    settle()
    press(at.window, "R")
    assert at.floor.sheet is None
