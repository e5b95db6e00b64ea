"""F1: every key that works here. A touch on one closes the sheet."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from pos_desktop.ui.intents import Intents
from pos_desktop.ui.sheet_state import KeysSheet
from pos_desktop.ui.sheets.base import SheetBody
from pos_desktop.ui.theme import Theme, Weight
from pos_desktop.ui.widgets.emptying import take_widgets
from pos_desktop.ui.widgets.scroller import Scroller
from pos_desktop.ui.widgets.text import Text


class KeysBody(SheetBody):
    wide, tall = 640, 0

    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__(theme, intents, "")
        self.set_title(self.tr("Keys"))
        page = QWidget()
        self._grid = QGridLayout(page)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(12)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(3, 1)
        self.body.addWidget(Scroller(page, self.tr("Keys")), 1)
        self.foot.addStretch()

    def show_sheet(self, sheet: KeysSheet) -> None:
        take_widgets(self._grid, 0, self._grid.count())
        half = -(-len(sheet.keys) // 2)
        for n, hint in enumerate(sheet.keys):
            column = 0 if n < half else 2
            cap = Text(self.theme, hint.key, weight=Weight.SEMI)
            cap.setAlignment(Qt.AlignmentFlag.AlignCenter)
            cap.setProperty("look", "cap")
            cap.setContentsMargins(8, 4, 8, 4)
            self._grid.addWidget(cap, n % half, column)
            self._grid.addWidget(Text(self.theme, hint.label, wrap=True), n % half, column + 1)
