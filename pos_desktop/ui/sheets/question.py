"""A decision with a few ways out, or something to read, which has none but back."""

from __future__ import annotations

from pos_desktop.ui.intents import Intents
from pos_desktop.ui.sheet_state import QuestionSheet
from pos_desktop.ui.sheets.base import SheetBody
from pos_desktop.ui.theme import Theme, Weight
from pos_desktop.ui.widgets.buttons import KeyButton, Kind
from pos_desktop.ui.widgets.text import Text


class QuestionBody(SheetBody):
    wide, tall = 560, 240

    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__(theme, intents, "")
        self._state: QuestionSheet | None = None
        self._headline = Text(theme, size=18, weight=Weight.SEMI, wrap=True)
        self._text = Text(theme, wrap=True)
        self._buttons: list[KeyButton] = []
        self.body.addWidget(self._headline)
        self.body.addWidget(self._text)
        self.body.addStretch()

    def show_sheet(self, sheet: QuestionSheet) -> None:
        if sheet == self._state:
            return
        self._state = sheet
        self.set_title(self.tr("Please decide") if sheet.buttons else self.tr("Good to know"))
        self._headline.show_text(sheet.title)
        self._text.show_text(sheet.body)
        for button in self._buttons:
            self.foot.removeWidget(button)
            button.deleteLater()
        self._buttons = []
        for n, fix in enumerate(sheet.buttons):
            kind = Kind.PRIMARY if n == 0 else Kind.PLAIN
            button = KeyButton(self.theme, fix.label, fix.key, kind=kind, height=52)
            button.setProperty("fix", fix.id)
            button.clicked.connect(self._pressed)
            self._buttons.append(button)
            self.foot.addWidget(button, 1)

    def press(self, name: str) -> bool:
        fixes = self._state.buttons if self._state is not None else ()
        fix = next((each for each in fixes if each.key == name), None)
        if fix is not None:
            self.intents.fix.emit(fix.id)
        return fix is not None

    def _pressed(self) -> None:
        self.intents.fix.emit(self.sender().property("fix"))
