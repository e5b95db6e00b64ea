"""What a screen reader finds, and that every text can be translated."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QLabel, QProgressBar, QWidget
from pytestqt.qtbot import QtBot

import pos_desktop.ui
from pos_desktop.ui.widgets.binding import NO_BREAK
from tests.fixtures import screen_checks as check
from tests.fixtures.counter_windows import open_counter, settle
from tests.fixtures.sample_sheets import PAYMENT, SHEETS
from tests.fixtures.sample_states import COUNTER, EMPTY, MONTH, PATIENT, SCREENS, TODAY

UI = Path(pos_desktop.ui.__file__).parent


def test_meters_expose_value_minimum_maximum_and_the_numbers_in_words(qtbot: QtBot) -> None:
    window = open_counter(qtbot)
    window.render(COUNTER)
    bars = [bar for bar in window.findChildren(QProgressBar) if bar.isVisible()]
    assert [(bar.minimum(), bar.value(), bar.maximum()) for bar in bars] == [
        (0, TODAY.used_ppm + TODAY.cart_ppm, 1_000_000),
        (0, MONTH.used_ppm + MONTH.cart_ppm, 1_000_000),
    ]
    faces = [QAccessible.queryAccessibleInterface(bar) for bar in bars]
    assert [face.role() for face in faces] == [QAccessible.Role.ProgressBar] * 2
    assert [face.text(QAccessible.Text.Name) for face in faces] == [TODAY.label, MONTH.label]
    assert [face.text(QAccessible.Text.Description) for face in faces] == [TODAY.accessible, MONTH.accessible]
    assert all(face.valueInterface() is not None for face in faces)


def test_over_the_limit_the_value_stays_at_the_maximum(qtbot: QtBot) -> None:
    window = open_counter(qtbot)
    window.render(SCREENS["counter-refused"])
    first = next(bar for bar in window.findChildren(QProgressBar) if bar.isVisible())
    assert first.value() == first.maximum()


def test_the_reader_can_say_patient_cart_total_and_change(qtbot: QtBot) -> None:
    window = open_counter(qtbot)
    window.render(COUNTER)
    window.show_sheet(PAYMENT)
    settle()
    said = check.names(window)
    for words in (
        PATIENT.name,
        PATIENT.subtitle,
        "Card active to Jan 3, 2027",
        "Total $238.50",
        "Live rosin, 1 g, …0001 7713 · LR-0218 · 74%",
        "Amount due $233.41",
        "Change to give $6.59",
        "Print receipt",
        "Rub out the last digit",
    ):
        assert words in said, words


def test_a_device_that_is_away_says_why(qtbot: QtBot) -> None:
    window = open_counter(qtbot)
    window.render(SCREENS["long"])
    assert "Printer: The printer is out of paper. Load paper; receipts wait." in check.names(window)


# -- translation


class Brackets(QTranslator):
    """A language in which every text stands in brackets."""

    def translate(
        self, context: str, source: str, disambiguation: str | None = None, number: int = -1
    ) -> str:
        return f"⟦{source}⟧" if context else ""

    def isEmpty(self) -> bool:
        return False


@pytest.fixture
def brackets(qtbot: QtBot) -> Iterator[None]:
    language = Brackets()
    QCoreApplication.installTranslator(language)
    yield
    QCoreApplication.removeTranslator(language)


@pytest.mark.usefixtures("brackets")
def test_every_word_of_the_view_itself_is_translated(qtbot: QtBot) -> None:
    window = open_counter(qtbot)
    strange = []
    for state in (EMPTY, COUNTER, SCREENS["long"]):
        window.render(state)
        strange += _untranslated(window, _texts_in(state))
    for sheet in SHEETS.values():
        window.show_sheet(sheet)
        body = window.inside.sheet_body
        assert body is not None
        strange += _untranslated(body, _texts_in(sheet))
        window.show_sheet(None)
    assert strange == []


def _untranslated(part: QWidget, given: set[str]) -> list[str]:
    """Texts that are neither the presenter's, nor in brackets, nor a key of the keypad."""
    shown = [
        widget.text().replace(NO_BREAK, " ")
        for widget in part.findChildren(QWidget)
        if widget.isVisibleTo(part) and isinstance(widget, QLabel | QAbstractButton)
    ]
    return [
        text
        for text in shown
        if text and text not in given and "⟦" not in text and text not in "0123456789./"
    ]


def _texts_in(value: object) -> set[str]:
    if isinstance(value, str):
        return {value}
    if isinstance(value, tuple):
        return set().union(*(_texts_in(each) for each in value))
    if is_dataclass(value):
        return set().union(*(_texts_in(getattr(value, each.name)) for each in fields(value)))
    return set()


SHOWING = {"Text", "KeyButton", "RailButton", "setText", "setAccessibleName", "setToolTip", "show_label", "show_text",
           "setPlaceholderText", "setWindowTitle", "add_primary", "set_title", "setAccessibleDescription"}  # fmt: skip


def test_no_bare_words_are_shown_and_nothing_is_formatted_inside_tr() -> None:
    wrong = []
    for folder in ("counter", "rooms", "sheets", "widgets", "."):
        for path in sorted((UI / folder).glob("*.py")):
            wrong += [f"{path.name}:{line}: {what}" for line, what in _bare_words(path.read_text())]
    assert wrong == []


def test_bare_words_are_caught() -> None:
    source = 'Text(theme, "Total")\nbutton.setText("Pay now")\nself.tr(f"{n} items")\nself.tr("x %d" % 3)\n'
    assert [line for line, _ in _bare_words(source)] == [1, 2, 3, 4]


def _bare_words(source: str) -> list[tuple[int, str]]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name == "tr" and not all(isinstance(arg, ast.Constant) for arg in node.args):
            found.append((node.lineno, ast.unparse(node)))
        if name in SHOWING:
            found += [(node.lineno, ast.unparse(arg)) for arg in node.args if _is_words(arg)]
    return sorted(found)


def _is_words(arg: ast.expr) -> bool:
    """A word of its own: key names are capital letters and digits, icon and token names are lower case."""
    if not isinstance(arg, ast.Constant) or not isinstance(arg.value, str):
        return False
    return arg.value[:1].isupper() and any(char.islower() for char in arg.value) and arg.value not in KEYS


KEYS = {"Enter", "Esc", "Del"}
