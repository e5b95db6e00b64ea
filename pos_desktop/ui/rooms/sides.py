"""Ours and theirs side by side: one thing a line, what differs in bold."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from pos_desktop.ui.room_state import Sides
from pos_desktop.ui.theme import Theme, Weight
from pos_desktop.ui.widgets.breaking import NameText
from pos_desktop.ui.widgets.emptying import take_widgets
from pos_desktop.ui.widgets.text import Rule, Text

_TOP = Qt.AlignmentFlag.AlignTop


class SidesView(QWidget):
    """A reader says each value with its line and its side."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: tuple[Sides, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        for column in (1, 2):
            self._grid.setColumnStretch(column, 1)
        self.hide()

    def show_sides(self, sides: tuple[Sides, ...]) -> None:
        self.setVisible(bool(sides))
        if sides == self._shown:
            return
        self._shown = sides
        take_widgets(self._grid, 0, self._grid.count())
        heads = (self.tr("Here"), self.tr("At the state"))
        for column, words in enumerate(heads, 1):
            head = Text(self._theme, words, size=12, weight=Weight.SEMI, tone="muted", caps=True)
            self._grid.addWidget(head, 0, column, _TOP)
        self._grid.addWidget(Rule(), 1, 0, 1, 3)
        for n, each in enumerate(sides, 2):
            self._add(n, each, heads)

    def _add(self, n: int, each: Sides, heads: tuple[str, str]) -> None:
        label = Text(self._theme, each.label, size=12.5, tone="muted")
        self._grid.addWidget(label, n, 0, _TOP)
        weight = Weight.SEMI if each.differs else Weight.REGULAR
        for column, (head, value) in enumerate(zip(heads, (each.here, each.there), strict=True), 1):
            said = NameText(self._theme, size=13.5, weight=weight)
            said.show_text(value)
            said.setAccessibleName(f"{each.label}, {head}: {value}")
            self._grid.addWidget(said, n, column, _TOP)
