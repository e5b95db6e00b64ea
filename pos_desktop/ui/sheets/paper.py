"""What could not be printed for sure; a person says what became of it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pos_desktop.ui.intents import Intents
from pos_desktop.ui.sheet_state import PaperRow, PaperSheet
from pos_desktop.ui.sheets.base import SheetBody
from pos_desktop.ui.theme import Theme, Weight
from pos_desktop.ui.widgets.buttons import KeyButton
from pos_desktop.ui.widgets.emptying import take_widgets
from pos_desktop.ui.widgets.flow import FlowLayout
from pos_desktop.ui.widgets.scroller import Scroller
from pos_desktop.ui.widgets.text import Rule, Text


class JobView(QWidget):
    def __init__(self, theme: Theme, intents: Intents, row: PaperRow) -> None:
        super().__init__()
        self._intents, self._id = intents, row.id
        again = KeyButton(theme, self.tr("Print copy"))
        again.setAccessibleName(self.tr("Print copy: {what}").format(what=row.title))
        again.clicked.connect(self._again)
        again.setVisible(row.can_print)
        out = KeyButton(theme, self.tr("It printed"))
        out.setAccessibleName(self.tr("It printed: {what}").format(what=row.title))
        out.clicked.connect(self._printed)
        out.setVisible(row.can_dismiss)
        buttons = FlowLayout(10, 8)
        buttons.addWidget(again)
        buttons.addWidget(out)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 8)
        box.setSpacing(4)
        box.addWidget(Text(theme, row.title, weight=Weight.SEMI, wrap=True))
        box.addWidget(Text(theme, row.detail, size=12.5, tone="muted", wrap=True))
        box.addSpacing(4)
        line = QHBoxLayout()
        line.addLayout(buttons)
        box.addLayout(line)
        box.addWidget(Rule())

    def _again(self) -> None:
        self._intents.print_again.emit(self._id)

    def _printed(self) -> None:
        self._intents.it_printed.emit(self._id)


class PaperBody(SheetBody):
    wide, tall = 640, 420

    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__(theme, intents, "")
        self._shown: tuple[PaperRow, ...] = ()
        self._empty = Text(theme, tone="muted", wrap=True)
        page = QWidget()
        self._jobs = QVBoxLayout(page)
        self._jobs.setContentsMargins(0, 0, 8, 0)
        self._jobs.setSpacing(8)
        self._jobs.addWidget(self._empty)
        self._jobs.addStretch()
        self.body.addWidget(Scroller(page, self.tr("Not printed yet")), 1)
        self.foot.addStretch()

    def show_sheet(self, sheet: PaperSheet) -> None:
        self._empty.show_text(sheet.empty_text)
        self._empty.setVisible(not sheet.rows)
        self.set_title(self.tr("Not printed yet") if sheet.rows else self.tr("Receipts"))
        if sheet.rows == self._shown:
            return
        self._shown = sheet.rows
        take_widgets(self._jobs, 1, self._jobs.count() - 1)
        for n, row in enumerate(sheet.rows):
            self._jobs.insertWidget(n + 1, JobView(self.theme, self.intents, row))
