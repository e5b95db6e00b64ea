"""A blind count by denomination: how many of each, what that is, and the sum in large figures."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from pos_desktop.ui.theme import TOUCH, Theme, Weight
from pos_desktop.ui.till_state import CountGrid
from pos_desktop.ui.widgets.live import FitText
from pos_desktop.ui.widgets.scroller import Scroller
from pos_desktop.ui.widgets.text import Rule, Text, repolish

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_MOST_CHARS, _SIDE = 12, 14


_WAYS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Return: 1, Qt.Key.Key_Enter: 1}


_KEYS = frozenset(int(key) for key in _WAYS)


class CountField(QLineEdit):
    """Any text may be typed: what is no number is said, and never dropped in silence."""

    left = Signal(int, bool)
    """Up or down, and whether by Enter."""

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
        self.setFixedSize(self._theme.dim(96), self._theme.dim(TOUCH))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The area that scrolls would take the arrows for itself."""
        way = _WAYS.get(Qt.Key(event.key())) if event.key() in _KEYS else None
        if way is None:
            super().keyPressEvent(event)
        else:
            self.left.emit(way, event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter))


class CountView(QWidget):
    """Emits `typed` with the texts of all fields whenever one of them changes."""

    typed = Signal(object)
    ended = Signal()
    """Enter in the last field."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._id = ""
        self.fields: dict[str, CountField] = {}
        self._amounts: dict[str, Text] = {}
        page = QWidget()
        self._grid = QGridLayout(page)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(2, 1)
        self._head()
        self._page = Scroller(page, self.tr("Count by denomination"))
        self._label = Text(theme, weight=Weight.SEMI)
        self._total = FitText(theme, size=32, smallest=18)
        foot = QHBoxLayout()
        foot.setContentsMargins(_SIDE, 8, _SIDE, 0)
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
            for row in count.rows:
                field = self.fields[row.id]
                field.blockSignals(True)
                field.setText(row.typed)
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

    def _step(self, by: int, entered: bool) -> None:
        """From field to field."""
        ring = list(self.fields.values())
        at = next(n for n, each in enumerate(ring) if each is self.sender()) + by
        if 0 <= at < len(ring):
            ring[at].setFocus(Qt.FocusReason.TabFocusReason)
            ring[at].selectAll()
            self._page.ensureWidgetVisible(ring[at])
        elif entered:
            self.ended.emit()

    def _head(self) -> None:
        for column, words in enumerate((self.tr("Denomination"), self.tr("Count"), self.tr("Amount"))):
            head = Text(self._theme, words, size=12.5, weight=Weight.SEMI, tone="muted")
            head.setAlignment(_RIGHT if column else Qt.AlignmentFlag.AlignLeft)
            head.setContentsMargins(_SIDE if not column else 0, 4, _SIDE if column == 2 else 0, 6)
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
            amount.setContentsMargins(0, 0, _SIDE, 0)
            label.setContentsMargins(_SIDE, 0, 0, 0)
            field.setAccessibleName(row.spoken)
            field.textChanged.connect(self._changed)
            field.left.connect(self._step)
            label.setBuddy(field)
            self.fields[row.id], self._amounts[row.id] = field, amount
            self._grid.addWidget(label, 2 * n + 2, 0)
            self._grid.addWidget(field, 2 * n + 2, 1, Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(amount, 2 * n + 2, 2)
        self._grid.addWidget(Rule(), 2 * len(count.rows) + 1, 0, 1, 3)
        self._grid.setRowStretch(2 * len(count.rows) + 2, 1)

    def _changed(self) -> None:
        self.typed.emit({id_: field.text() for id_, field in self.fields.items()})
