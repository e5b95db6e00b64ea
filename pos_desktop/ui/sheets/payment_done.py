"""A finished sale: the change in large, and what became of the receipt."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pos_desktop.ui.sheet_state import PaymentSheet
from pos_desktop.ui.state import Tone
from pos_desktop.ui.theme import Theme, Weight
from pos_desktop.ui.widgets.live import FitText
from pos_desktop.ui.widgets.mark import Mark
from pos_desktop.ui.widgets.text import Text, card, set_look


class DoneView(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._headline = Text(theme, size=20, weight=Weight.SEMI, tone="good", wrap=True)
        self._who = Text(theme, size=12.5, tone="muted", wrap=True)
        self._label = Text(theme, tone="muted")
        self._change = FitText(theme, size=64, tone="good", smallest=24, align=Qt.AlignmentFlag.AlignLeft)
        self._words = Text(theme, size=18, wrap=True)
        self._paper_card = card("plain")
        self._paper = Text(theme, wrap=True)
        paper = QVBoxLayout(self._paper_card)
        paper.setContentsMargins(14, 10, 14, 10)
        paper.addWidget(self._paper)
        names = QVBoxLayout()
        names.setSpacing(2)
        names.addWidget(self._headline)
        names.addWidget(self._who)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(Mark(theme, "done", 44))
        head.addLayout(names, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 8, 0, 0)
        box.setSpacing(8)
        box.addLayout(head)
        box.addStretch()
        box.addWidget(self._label)
        box.addWidget(self._change)
        box.addWidget(self._words)
        box.addStretch()
        box.addWidget(self._paper_card)

    def show_done(self, sheet: PaymentSheet) -> None:
        done = sheet.done
        if done is None:
            return
        self._headline.show_text(done.headline)
        self._who.show_text(sheet.who)
        self._label.show_text(sheet.change_label)
        self._change.show_text(sheet.change, f"{sheet.change_label} {sheet.change}")
        self._words.show_text(sheet.change_words)
        self._paper_card.setVisible(bool(done.paper))
        set_look(self._paper_card, done.paper_tone.value)
        self._paper.show_text(done.paper)
        self._paper.set_tone("" if done.paper_tone is Tone.PLAIN else done.paper_tone.value)
