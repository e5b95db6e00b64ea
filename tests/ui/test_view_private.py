"""Nothing of a patient leaves the window by the clipboard or the title."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QTextEdit
from pytestqt.qtbot import QtBot

from pos_desktop.ui.widgets.rows import RowList
from tests.fixtures.counter_windows import open_counter, settle
from tests.fixtures.sample_sheets import SHEETS
from tests.fixtures.sample_states import COUNTER

MARKER, BEFORE = "Zyxmarker Quillfeather", "what was there"
COPYING = (
    (Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier),
    (Qt.Key.Key_X, Qt.KeyboardModifier.ControlModifier),
    (Qt.Key.Key_Insert, Qt.KeyboardModifier.ControlModifier),
    (Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier),
)


def copied(widget: QLineEdit | RowList) -> str:
    """What is on the clipboard after everything that copies."""
    clipboard = QGuiApplication.clipboard()
    clipboard.setText(BEFORE)
    widget.setFocus()
    if isinstance(widget, QLineEdit):
        widget.setText(MARKER)
        widget.selectAll()
    else:
        widget.setCurrentRow(0)
    for key, held in COPYING:
        QTest.keyClick(widget, key, held)
        if isinstance(widget, QLineEdit):
            widget.selectAll()
    return clipboard.text()


def test_no_line_and_no_list_of_any_sheet_gives_to_the_clipboard(qtbot: QtBot) -> None:
    window = open_counter(qtbot)
    window.render(COUNTER)
    tried = 0
    for name, sheet in {"": None, **SHEETS}.items():
        window.show_sheet(sheet)
        settle()
        assert not window.findChildren(QTextEdit) + window.findChildren(QPlainTextEdit)
        for line in filter(QLineEdit.isVisible, window.findChildren(QLineEdit)):
            assert copied(line) == BEFORE, name
            assert not line.dragEnabled()
            tried += 1
        for rows in filter(RowList.isVisible, window.findChildren(RowList)):
            assert copied(rows) == BEFORE, name
            tried += 1
        window.show_sheet(None)
    assert tried > 10


def test_no_label_can_be_marked(qtbot: QtBot) -> None:
    window = open_counter(qtbot)
    window.render(COUNTER)
    settle()
    labels = window.findChildren(QLabel)
    assert any(each.text() == COUNTER.patient.name for each in labels if COUNTER.patient is not None)
    mouse = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    assert not [each.text() for each in labels if each.textInteractionFlags() & mouse]


def test_an_ordinary_line_would_give_it(qtbot: QtBot) -> None:
    """The known-wrong variant, which also shows that the keys above copy."""
    line = QLineEdit()
    qtbot.addWidget(line)
    line.show()
    assert copied(line) == MARKER


def test_the_title_names_nobody(qtbot: QtBot) -> None:
    window = open_counter(qtbot)
    before = window.windowTitle()
    window.render(COUNTER)
    settle()
    assert window.windowTitle() == before == "Counter"
