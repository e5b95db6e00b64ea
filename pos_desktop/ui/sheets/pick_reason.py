"""A reason out of a list, a note, and an amount where one is asked: the drawer moves for something that is no sale."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from pos_desktop.ui.intents import Intents
from pos_desktop.ui.sheet_state import PickReasonSheet
from pos_desktop.ui.sheets.base import SheetBody
from pos_desktop.ui.sheets.reason import AskedField
from pos_desktop.ui.theme import Theme
from pos_desktop.ui.widgets.buttons import KeyButton
from pos_desktop.ui.widgets.flow import FlowLayout
from pos_desktop.ui.widgets.text import Text


class PickReasonBody(SheetBody):
    wide, tall = 640, 400

    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__(theme, intents, "")
        self._text = Text(theme, wrap=True)
        self._amount: AskedField | None = None
        self._label = Text(theme, self.tr("Reason (↑ ↓)"))
        self._reasons = QWidget()
        self._flow = FlowLayout(8, 8)
        self._reasons.setLayout(self._flow)
        self._buttons: list[KeyButton] = []
        self._note = AskedField(theme, 200)
        self.body.addWidget(self._text)
        self.body.addWidget(self._label)
        self.body.addWidget(self._reasons)
        for each in self._note.parts:
            self.body.addWidget(each)
        self.body.addStretch()
        self._do = self.add_primary("", "Enter")
        self._do.clicked.connect(self._save)

    def show_sheet(self, sheet: PickReasonSheet) -> None:
        self.set_title(sheet.title)
        self._text.show_text(sheet.body)
        if sheet.amount is not None:
            if self._amount is None:
                self._amount = AskedField(self.theme, 20)
                for n, each in enumerate(self._amount.parts, 1):
                    self.body.insertWidget(n, each)
            self._amount.show_field(sheet.amount)
        if [each.text() for each in self._buttons] != list(sheet.reasons):
            self._build(sheet.reasons)
        self._note.show_field(sheet.note)
        self._do.show_label(sheet.action)

    def first_focus(self) -> QWidget:
        return self._note.edit if self._amount is None else self._amount.edit

    def press(self, name: str) -> bool:
        if name in ("Up", "Down"):
            self.pick((self.picked + (1 if name == "Down" else -1)) % len(self._buttons))
        elif name == "Enter":
            self._save()
        else:
            return False
        return True

    def _build(self, reasons: tuple[str, ...]) -> None:
        for button in self._buttons:
            self._flow.removeWidget(button)
            button.deleteLater()
        self._buttons = []
        for words in reasons:
            button = KeyButton(self.theme, words)
            button.setCheckable(True)
            button.clicked.connect(self._pressed)
            self._flow.addWidget(button)
            self._buttons.append(button)
        self.pick(0)

    def pick(self, n: int) -> None:
        self.picked = n
        for at, button in enumerate(self._buttons):
            button.setChecked(at == n)

    def _pressed(self) -> None:
        self.pick(next(n for n, each in enumerate(self._buttons) if each is self.sender()))
        self._note.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _save(self) -> None:
        amount = {} if self._amount is None else self._amount.typed
        self.intents.form.emit({**amount, "reason": self._buttons[self.picked].text(), **self._note.typed})
