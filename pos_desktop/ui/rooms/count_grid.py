"""A blind count by denomination: how many of each, what that is, and the sum in large figures."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from pos_desktop.ui.theme import TOUCH, Theme, Weight
from pos_desktop.ui.till_state import CountGrid
from pos_desktop.ui.widgets.live import FitText
from pos_desktop.ui.widgets.scroller import Scroller
from pos_desktop.ui.widgets.text import Rule, Text, repolish

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_MOST_CHARS = 12


class CountField(QLineEdit):
    """Any text may be typed: what is no number is said, and never dropped in silence."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("look", "count")
        self.setMaxLength(_MOST_CHARS)
        self.setAlignment(_RIGHT)
        self.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)
        self.restyle()

    def restyle(self) -> None:
        self.setFont(self._theme.font(15.5))
        self.setFixedSize(self._theme.px(96), self._theme.dim(TOUCH))


class CountView(QWidget):
    """Emits `typed` with the texts of all fields whenever one of them changes."""

    typed = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._id = ""
        self.fields: dict[str, CountField] = {}
        self._amounts: dict[str, Text] = {}
        page = QWidget()
        self._grid = QGridLayout(page)
        self._grid.setContentsMargins(14, 0, 14, 0)
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(2, 1)
        self._head()
        self._page = Scroller(page, self.tr("Count by denomination"))
        self._label = Text(theme, weight=Weight.SEMI)
        self._total = FitText(theme, size=32, smallest=18)
        foot = QHBoxLayout()
        foot.setContentsMargins(14, 8, 14, 0)
        foot.addWidget(self._label, 0, Qt.AlignmentFlag.AlignVCenter)
        foot.addWidget(self._total, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self._page, 1)
        box.addLayout(foot)

    def show_count(self, count: CountGrid) -> None:
        if not self.fields:
            self._build(count)
        if count.id != self._id:
            self._id = count.id
            for field in self.fields.values():
                field.blockSignals(True)
                field.clear()
                field.blockSignals(False)
        for row in count.rows:
            self._amounts[row.id].show_text(row.amount)
            field = self.fields[row.id]
            if bool(field.property("wrong")) != row.wrong:
                field.setProperty("wrong", row.wrong)
                repolish(field)
        self._label.show_text(count.total_label)
        self._total.show_text(count.total, f"{count.total_label} {count.total}")

    @property
    def first(self) -> QWidget:
        return next(iter(self.fields.values()))

    def step(self, by: int) -> bool:
        """From field to field; False: the focus is in none of them, or there is none further on."""
        ring, now = list(self.fields.values()), QApplication.focusWidget()
        at = next((n for n, each in enumerate(ring) if each is now), None)
        if at is None or not 0 <= at + by < len(ring):
            return False
        ring[at + by].setFocus(Qt.FocusReason.TabFocusReason)
        ring[at + by].selectAll()
        self._page.ensureWidgetVisible(ring[at + by])
        return True

    def _head(self) -> None:
        for column, words in enumerate((self.tr("Denomination"), self.tr("Count"), self.tr("Amount"))):
            head = Text(self._theme, words, size=12.5, weight=Weight.SEMI, tone="muted")
            head.setAlignment(_RIGHT if column else Qt.AlignmentFlag.AlignLeft)
            head.setContentsMargins(0, 4, 0, 6)
            self._grid.addWidget(head, 0, column)

    def _build(self, count: CountGrid) -> None:
        for n, row in enumerate(count.rows):
            self._grid.addWidget(Rule(), 2 * n + 1, 0, 1, 3)
            label, amount, field = (
                Text(self._theme, row.label, size=15.5),
                Text(self._theme, size=15.5),
                CountField(self._theme),
            )
            amount.setAlignment(_RIGHT)
            field.setAccessibleName(row.spoken)
            field.textChanged.connect(self._changed)
            label.setBuddy(field)
            self.fields[row.id], self._amounts[row.id] = field, amount
            self._grid.addWidget(label, 2 * n + 2, 0)
            self._grid.addWidget(field, 2 * n + 2, 1, Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(amount, 2 * n + 2, 2)
        self._grid.addWidget(Rule(), 2 * len(count.rows) + 1, 0, 1, 3)
        self._grid.setRowStretch(2 * len(count.rows) + 2, 1)

    def _changed(self) -> None:
        self.typed.emit({id_: field.text() for id_, field in self.fields.items()})
