"""Parts of the room “Till”: lines with a figure at the right, cards, carts that are held, large buttons."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from pos_desktop.ui.intents import Intents
from pos_desktop.ui.state import FixButton, Tone
from pos_desktop.ui.theme import Theme, Weight
from pos_desktop.ui.till_state import HeldRow, TillCard, TillLine
from pos_desktop.ui.widgets.breaking import NameText
from pos_desktop.ui.widgets.buttons import KeyButton, Kind
from pos_desktop.ui.widgets.emptying import take_widgets
from pos_desktop.ui.widgets.text import Rule, Text, card

_GAP = 12
TOKENS = {Tone.PLAIN: "text", Tone.GOOD: "accent"}
"""Tones whose colour has another name."""


class LinesView(QWidget):
    """A label and its figure on each line; a reader says both together."""

    def __init__(self, theme: Theme, *, rules: bool) -> None:
        super().__init__()
        self._theme, self._rules = theme, rules
        self._shown: tuple[TillLine, ...] | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(12)
        self._grid.setColumnStretch(1, 1)

    def show_lines(self, lines: tuple[TillLine, ...]) -> None:
        self.setVisible(bool(lines))
        if lines == self._shown:
            return
        self._shown = lines
        take_widgets(self._grid, 0, self._grid.count())
        for n, each in enumerate(lines):
            self._add(2 * n, each)
            if self._rules and n + 1 < len(lines):
                self._grid.addWidget(Rule(), 2 * n + 1, 0, 1, 2)

    def _add(self, row: int, line: TillLine) -> None:
        label = Text(self._theme, line.label, weight=Weight.SEMI if line.big else Weight.REGULAR)
        value = NameText(
            self._theme,
            size=32 if line.big else 15,
            weight=Weight.BOLD if line.big else Weight.SEMI,
            ink=TOKENS.get(line.tone, line.tone.value),
            align=Qt.AlignmentFlag.AlignRight,
        )
        value.show_text(line.value)
        value.setAccessibleName(f"{line.label} {line.value}")
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(value, row, 1)


class CardView(QFrame):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self._title = Text(theme, size=12, weight=Weight.SEMI, tone="muted", caps=True, wrap=True)
        self._lines = LinesView(theme, rules=False)
        self._note = Text(theme, size=12.5, tone="muted", wrap=True)
        box = QVBoxLayout(self)
        box.setContentsMargins(18, 16, 18, 16)
        box.setSpacing(10)
        for each in (self._title, self._lines, self._note):
            box.addWidget(each)

    def show_card(self, shown: TillCard) -> None:
        self._title.show_text(shown.title)
        self._lines.show_lines(shown.lines)
        self._note.show_text(shown.note)
        self._note.set_tone("muted" if shown.tone is Tone.PLAIN else shown.tone.value)
        self._note.setVisible(bool(shown.note))


class CardsView(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._cards: list[CardView] = []
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(14)
        self._box.addStretch()

    def show_cards(self, cards: tuple[TillCard, ...]) -> None:
        while len(self._cards) < len(cards):
            made = CardView(self._theme)
            self._cards.append(made)
            self._box.insertWidget(len(self._cards) - 1, made)
        for n, view in enumerate(self._cards):
            view.setVisible(n < len(cards))
            if n < len(cards):
                view.show_card(cards[n])


class HeldView(QWidget):
    """Carts that are held, each with the way to void it."""

    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__()
        self._theme, self._intents = theme, intents
        self._shown: tuple[HeldRow, ...] = ()
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(10)

    def show_held(self, held: tuple[HeldRow, ...]) -> None:
        self.setVisible(bool(held))
        if held == self._shown:
            return
        self._shown = held
        take_widgets(self._box, 0, self._box.count())
        for row in held:
            self._box.addWidget(self._row(row))

    def _row(self, row: HeldRow) -> QWidget:
        title = NameText(self._theme, size=15, weight=Weight.SEMI)
        title.show_text(row.title)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(title)
        words.addWidget(Text(self._theme, row.detail, size=12.5, tone="muted", wrap=True))
        void = KeyButton(self._theme, row.void.label, row.void.key, kind=Kind.DANGER)
        void.setAccessibleName(f"{row.void.label}: {row.title}")
        void.setProperty("fix", row.void.id)
        void.clicked.connect(self._pressed)
        frame = card("well")
        box = QHBoxLayout(frame)
        box.setContentsMargins(14, 8, 8, 8)
        box.setSpacing(12)
        box.addLayout(words, 1)
        box.addWidget(void, 0, Qt.AlignmentFlag.AlignVCenter)
        return frame

    def _pressed(self) -> None:
        self._intents.fix.emit(self.sender().property("fix"))


class TilesView(QWidget):
    """What may be done, in as many `columns` as have room, at most."""

    def __init__(self, theme: Theme, intents: Intents, *, columns: int, height: int) -> None:
        super().__init__()
        self._theme, self._intents = theme, intents
        self._most, self._columns, self._height = columns, columns, height
        self._shown: tuple[FixButton, ...] = ()
        self._buttons: list[KeyButton] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_GAP)
        self._grid.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)

    def show_tiles(self, tiles: tuple[FixButton, ...]) -> None:
        self.setVisible(bool(tiles))
        if tiles == self._shown:
            return
        self._shown = tiles
        while len(self._buttons) < len(tiles):
            button = KeyButton(self._theme, height=self._height)
            button.setParent(self)  # or it would be shown as a window of its own for a moment
            button.clicked.connect(self._pressed)
            self._buttons.append(button)
        for n, button in enumerate(self._buttons):
            button.setVisible(n < len(tiles))
            if n < len(tiles):
                button.show_label(tiles[n].label, tiles[n].key)
                button.setProperty("fix", tiles[n].id)
        self._place()

    def minimumSizeHint(self) -> QSize:
        """As narrow as one column; as high as the columns that there is room for."""
        hints = [button.sizeHint() for button in self._buttons[: len(self._shown)]]
        if not hints:
            return QSize(0, 0)
        rows = -(-len(hints) // self._columns)
        tall = max(hint.height() for hint in hints)
        return QSize(max(hint.width() for hint in hints), rows * tall + (rows - 1) * _GAP)

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def restyle(self) -> None:
        self._place()

    def _place(self) -> None:
        widest = self.minimumSizeHint().width()
        fits = (self.width() + _GAP) // (widest + _GAP) if widest else self._most
        self._columns = max(1, min(self._most, fits))
        for n, button in enumerate(self._buttons):
            self._grid.addWidget(button, n // self._columns, n % self._columns)
        for column in range(self._most):
            self._grid.setColumnStretch(column, 1 if column < self._columns else 0)
        self.updateGeometry()

    def _pressed(self) -> None:
        self._intents.fix.emit(self.sender().property("fix"))
