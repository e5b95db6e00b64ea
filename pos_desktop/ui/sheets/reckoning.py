"""F4: each earlier purchase, what it counted as, when it leaves the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from pos_desktop.ui.intents import Intents
from pos_desktop.ui.sheet_state import PoolTable, ReckoningSheet, SpendRow
from pos_desktop.ui.sheets.base import SheetBody
from pos_desktop.ui.theme import Theme, Weight
from pos_desktop.ui.widgets.emptying import take_widgets
from pos_desktop.ui.widgets.meter import MeterBlock
from pos_desktop.ui.widgets.scroller import Scroller
from pos_desktop.ui.widgets.text import Rule, Text

RECEIPT, COUNTED = 1, 2
"""Columns: the one that takes what room is left, and the one of figures."""
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class SpendTable(QTableWidget):
    """As tall as its rows; the sheet scrolls, not the table."""

    def __init__(self, theme: Theme, pool: PoolTable) -> None:
        super().__init__(len(pool.rows), 4)
        self.setAccessibleName(self.tr("Earlier purchases: {pool}").format(pool=pool.meter.label))
        words = [self.tr("When"), self.tr("Receipt"), self.tr("Counted as"), self.tr("Leaves")]
        for x, word in enumerate(words):
            item = QTableWidgetItem(word)
            item.setTextAlignment(RIGHT if x == COUNTED else LEFT)
            self.setHorizontalHeaderItem(x, item)
        self.setFont(theme.font(13))
        self.setPalette(theme.palette())
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrap(False)
        for y, row in enumerate(pool.rows):
            for x, text in enumerate(_cells(row)):
                item = QTableWidgetItem(text)
                item.setTextAlignment(RIGHT if x == COUNTED else LEFT)
                if row.part:
                    item.setForeground(theme.color("muted"))
                self.setItem(y, x, item)
            if row.part:
                self.setSpan(y, 0, 1, 2)
        header, side = self.horizontalHeader(), self.verticalHeader()
        header.setFont(theme.font(12.5, Weight.SEMI))
        header.setFixedHeight(theme.px(32))
        header.setSectionsClickable(False)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(RECEIPT, QHeaderView.ResizeMode.Stretch)
        side.hide()
        side.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        side.setDefaultSectionSize(theme.px(30))
        self.setFixedHeight(header.height() + side.length() + 2)


def _cells(row: SpendRow) -> tuple[str, str, str, str]:
    """An item of a purchase takes the room of the first two columns."""
    first = (f"    {row.receipt}", "") if row.part else (row.when, row.receipt)
    return (*first, row.counted, row.leaves)


class PoolView(QWidget):
    def __init__(self, theme: Theme, pool: PoolTable) -> None:
        super().__init__()
        meter = MeterBlock(theme)
        meter.show_meter(pool.meter)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 12, 12)
        box.setSpacing(8)
        box.addWidget(meter)
        box.addWidget(Text(theme, pool.rule, size=12.5, tone="muted", wrap=True))
        if pool.source:
            box.addWidget(Text(theme, pool.source, size=12.5, tone="muted", wrap=True))
        if pool.rows:
            box.addWidget(SpendTable(theme, pool))
        else:
            box.addWidget(Text(theme, pool.empty_text, tone="muted", wrap=True))
        if pool.cart_text:
            box.addWidget(Text(theme, pool.cart_text, weight=Weight.SEMI, wrap=True))
        box.addWidget(Rule())


class ReckoningBody(SheetBody):
    wide, tall = 760, 600

    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__(theme, intents, "")
        self.set_title(self.tr("The reckoning"))
        self._shown: tuple[PoolTable, ...] = ()
        self._who = Text(theme, size=18, weight=Weight.SEMI, wrap=True)
        self._basis = Text(theme, size=12.5, tone="muted", wrap=True)
        page = QWidget()
        self._pools = QVBoxLayout(page)
        self._pools.setContentsMargins(0, 0, 0, 0)
        self._pools.addStretch()
        self._scroller = Scroller(page, self.tr("Pools and earlier purchases"))
        self.body.addWidget(self._who)
        self.body.addWidget(self._basis)
        self.body.addWidget(self._scroller, 1)
        self.foot.addStretch()

    def show_sheet(self, sheet: ReckoningSheet) -> None:
        self._who.show_text(sheet.who)
        self._basis.show_text(sheet.basis)
        self._basis.setVisible(bool(sheet.basis))
        if sheet.pools == self._shown:
            return
        self._shown = sheet.pools
        take_widgets(self._pools, 0, self._pools.count() - 1)
        for n, pool in enumerate(sheet.pools):
            self._pools.insertWidget(n, PoolView(self.theme, pool))

    def press(self, name: str) -> bool:
        bar = self._scroller.verticalScrollBar()
        steps = {"Up": -60, "Down": 60, "Home": -bar.maximum(), "End": bar.maximum()}
        if name not in steps:
            return False
        bar.setValue(bar.value() + steps[name])
        return True
