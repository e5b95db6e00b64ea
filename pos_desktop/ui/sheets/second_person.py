"""A second person's PIN: to approve what another may not do alone, or to witness it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from pos_desktop.ui.intents import Intents
from pos_desktop.ui.sheet_state import SecondPersonSheet
from pos_desktop.ui.sheets.base import SheetBody
from pos_desktop.ui.theme import TOUCH, Theme
from pos_desktop.ui.widgets.text import Text
from pos_desktop.ui.widgets.who_and_pin import WhoAndPin


class SecondPersonBody(SheetBody):
    wide, tall = 760, 0

    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__(theme, intents, "")
        self._text = Text(theme, wrap=True)
        action = self.add_primary("", "Enter")
        self._who = WhoAndPin(theme, intents, action, height=TOUCH)
        self.body.addWidget(self._text)
        self.body.addWidget(self._who, 1)

    def show_sheet(self, sheet: SecondPersonSheet) -> None:
        self.set_title(sheet.title)
        self._text.show_text(sheet.body)
        self._text.setVisible(bool(sheet.body))
        self._who.show_asked(sheet.pin)

    def first_focus(self) -> QWidget:
        return self._who.dots

    def press(self, name: str) -> bool:
        return self._who.press(name)
