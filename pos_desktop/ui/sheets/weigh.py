"""F8: the live weight, and Add once it stands still."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from pos_desktop.ui.intents import Intents
from pos_desktop.ui.sheet_state import WeighSheet
from pos_desktop.ui.sheets.base import SheetBody
from pos_desktop.ui.theme import Theme, Weight
from pos_desktop.ui.widgets.buttons import KeyButton
from pos_desktop.ui.widgets.live import FitText
from pos_desktop.ui.widgets.pill import Pill
from pos_desktop.ui.widgets.text import Text, card


class WeighBody(SheetBody):
    wide, tall = 560, 400

    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__(theme, intents, "")
        self.set_title(self.tr("Weigh"))
        self._can_add = False
        self._product = Text(theme, size=18, weight=Weight.SEMI, wrap=True)
        self._detail = Text(theme, size=12.5, tone="muted", wrap=True)
        self._prompt = Text(theme, size=18, wrap=True)
        self._weight = FitText(theme, size=56, smallest=24, align=Qt.AlignmentFlag.AlignLeft)
        self._pill = Pill(theme)
        self._tare_text = Text(theme, size=12.5, tone="muted", wrap=True)
        self._amount = Text(theme, weight=Weight.SEMI, wrap=True)
        self._why_not = Text(theme, tone="warn", wrap=True)
        well = card("well")
        head = QHBoxLayout()
        head.addWidget(self._weight, 1)
        head.addWidget(self._pill, 0, Qt.AlignmentFlag.AlignVCenter)
        inside = QVBoxLayout(well)
        inside.setContentsMargins(16, 12, 16, 14)
        inside.addLayout(head)
        inside.addWidget(self._tare_text)
        for widget in (self._prompt, self._product, self._detail, well, self._amount, self._why_not):
            self.body.addWidget(widget)
        self.body.addStretch()
        self._tare = KeyButton(theme, self.tr("Tare"), "T", height=52)
        self._tare.clicked.connect(intents.tare)
        self.foot.addWidget(self._tare)
        self._add = self.add_primary(self.tr("Add to the sale"), "Enter")
        self._add.clicked.connect(intents.add_weighed)

    def show_sheet(self, sheet: WeighSheet) -> None:
        self._can_add = sheet.can_add
        for label, text in (
            (self._prompt, sheet.prompt),
            (self._product, sheet.product),
            (self._detail, sheet.detail),
            (self._tare_text, sheet.tare),
            (self._amount, sheet.amount),
            (self._why_not, sheet.why_not),
        ):
            label.show_text(text)
            label.setVisible(bool(text))
        self._weight.show_text(sheet.weight)
        self._pill.show_pill(sheet.pill, sheet.tone)
        self._tare.setEnabled(sheet.can_tare)
        self._add.setEnabled(sheet.can_add)
        self._add.setAccessibleDescription(sheet.why_not or self.tr("Key Enter"))

    def press(self, name: str) -> bool:
        if name == "Enter":
            if self._can_add:
                self.intents.add_weighed.emit()
        elif name == "T":
            self.intents.tare.emit()
        else:
            return False
        return True
