"""Names to choose from, and a keypad for the PIN of the chosen one: on the lock screen and in a sheet."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from pos_desktop.app.signing_in import LEAST_DIGITS, MOST_DIGITS
from pos_desktop.ui.intents import Intents
from pos_desktop.ui.pin_state import Named, PinAsked
from pos_desktop.ui.state import ResultKind, ResultRow, Tone
from pos_desktop.ui.theme import Theme
from pos_desktop.ui.widgets.buttons import KeyButton
from pos_desktop.ui.widgets.pin_dots import PinDots
from pos_desktop.ui.widgets.rows import RowList
from pos_desktop.ui.widgets.text import Text

ROWS = (("7", "8", "9"), ("4", "5", "6"), ("1", "2", "3"), ("back", "0", ""))
SHORT_LIST = 6
"""So many names are found at a glance; with more, typing a name narrows the list down."""


class WhoAndPin(QWidget):
    """Digits go to the PIN, letters narrow the names down. What was typed stays in here until Enter.

    `action` is the button of Enter; its owner places it.
    """

    def __init__(self, theme: Theme, intents: Intents, action: KeyButton, *, height: int = 52) -> None:
        super().__init__()
        self._theme, self._intents, self._action = theme, intents, action
        self._asked = PinAsked(())
        self._digits = self._filter = ""
        self._find = Text(theme, size=12.5, tone="muted", wrap=True)
        self.list = RowList(theme, self.tr("Who are you?"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMinimumHeight(theme.dim(96))
        self.list.currentRowChanged.connect(self._row_changed)
        self._empty = Text(theme, tone="muted", wrap=True)
        self.dots = PinDots(theme)
        self._said = Text(theme, wrap=True)
        names = QVBoxLayout()
        names.setSpacing(8)
        names.addWidget(self._find)
        names.addWidget(self.list, 1)
        names.addWidget(self._empty, 1, Qt.AlignmentFlag.AlignTop)
        pad = QVBoxLayout()
        pad.setSpacing(10)
        pad.addWidget(self.dots)
        pad.addLayout(self._build_keypad(height))
        pad.addStretch()
        sides = QHBoxLayout()
        sides.setSpacing(24)
        sides.addLayout(names, 1)
        sides.addLayout(pad, 1)
        self._box = box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addWidget(self._said)
        box.addLayout(sides, 1)
        action.clicked.connect(self._enter)

    def _build_keypad(self, height: int) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(8)
        for y, row in enumerate(ROWS):
            for x, key in enumerate(row):
                if not key:
                    continue
                icon = "back" if key == "back" else ""
                button = KeyButton(self._theme, "" if icon else key, height=height, size=20, icon_name=icon)
                button.setAccessibleName(self.tr("Rub out the last digit") if icon else key)
                button.setProperty("digit", "Backspace" if icon else key)
                button.clicked.connect(self._key_pressed)
                grid.addWidget(button, y, x)
        return grid

    # -- drawing

    def show_asked(self, asked: PinAsked) -> None:
        before, self._asked = self._asked, asked
        if asked.turn != before.turn:
            self._digits = ""
        if asked.people != before.people:
            self._filter = ""
        self._show_names()
        chosen = next((each for each in asked.people if each.id == asked.chosen), None)
        self.dots.setAccessibleDescription("" if chosen is None else chosen.name)
        self._said.show_text(asked.said)
        self._said.setVisible(bool(asked.said))
        self._said.set_tone("" if asked.tone is Tone.PLAIN else asked.tone.value)
        self._action.show_label(asked.action)
        self._show_digits()

    def arrange(self) -> None:
        """What is shown and hidden has its place now, so that whoever asks is told the right height."""
        self._box.activate()

    def _show_names(self) -> None:
        names = self._found()
        rows = tuple(ResultRow(each.id, ResultKind.PATIENT, each.name, right=each.role) for each in names)
        at = next((n for n, each in enumerate(names) if each.id == self._asked.chosen), 0)
        was = self.list.blockSignals(True)
        self.list.show_rows(rows, current=at)
        if rows and self.list.currentRow() != at:
            self.list.setCurrentRow(at)
        self.list.blockSignals(was)
        self.list.setVisible(bool(rows))
        self.list.setEnabled(not self._asked.busy)
        self._empty.setVisible(not rows)
        self._empty.show_text(self._nobody())
        many = len(self._asked.people) > SHORT_LIST
        self._find.setVisible(many)
        self._find.show_text(
            self.tr("Names with “{typed}”. Backspace takes it back.").format(typed=self._filter)
            if self._filter
            else self.tr("Type a few letters of the name to find it.")
        )

    def _nobody(self) -> str:
        return self._asked.empty_text if not self._filter else self.tr("Nobody of that name.")

    def _found(self) -> Sequence[Named]:
        """Any word of the name may begin with what was typed."""
        typed = self._filter.casefold()
        return [
            each
            for each in self._asked.people
            if any(rest.startswith(typed) for rest in _word_starts(each.name.casefold()))
        ]

    def _show_digits(self) -> None:
        self.dots.show_count(len(self._digits))
        self._action.setEnabled(self._complete)

    # -- answering

    @property
    def _complete(self) -> bool:
        chosen = any(each.id == self._asked.chosen for each in self._found())
        return chosen and not self._asked.busy and len(self._digits) >= LEAST_DIGITS

    def press(self, name: str) -> bool:
        if name.isdigit() and len(name) == 1:
            self._digit(name)
        elif name == "Backspace":
            self._rub_out()
        elif name == "Enter":
            self._enter()
        elif name in ("Up", "Down") and not self._asked.busy:
            self.list.step(-1 if name == "Up" else 1)
        elif len(name) == 1 and (name.isalpha() or (name == " " and self._filter)):
            self._narrow(self._filter + name.lower())
        else:
            return False
        return True

    def forget(self) -> bool:
        """Take back what was typed; False when there was nothing."""
        had = bool(self._digits or self._filter)
        self._digits = self._filter = ""  # also while a PIN is looked at: who signed in left it so
        self._show_names()
        self._show_digits()
        if not self._asked.busy:
            self._row_changed(self.list.currentRow())
        return had

    def _digit(self, digit: str) -> None:
        if not self._asked.busy and digit.isascii() and len(self._digits) < MOST_DIGITS:
            self._digits += digit
            self._show_digits()

    def _rub_out(self) -> None:
        if self._asked.busy:
            return
        if self._digits:
            self._digits = self._digits[:-1]
        elif self._filter:
            self._narrow(self._filter[:-1])
        self._show_digits()

    def _narrow(self, typed: str) -> None:
        if self._asked.busy:
            return
        self._filter = typed
        self._show_names()
        self._show_digits()
        self._row_changed(self.list.currentRow())

    def _enter(self) -> None:
        if self._complete:
            self._intents.pin.emit(self._asked.chosen, self._digits)

    def _row_changed(self, at: int) -> None:
        """Another name: what was typed was for the last one."""
        names = self._found()
        if 0 <= at < len(names) and names[at].id != self._asked.chosen:
            self._digits = ""
            self._show_digits()
            self._intents.person.emit(names[at].id)

    def _key_pressed(self) -> None:
        self.press(self.sender().property("digit"))


def _word_starts(name: str) -> list[str]:
    words = name.split()
    return [" ".join(words[n:]) for n in range(len(words))]
