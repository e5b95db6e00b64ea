"""A list to choose from: title, detail and a figure at the right; each row a touch target."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from pos_desktop.ui.state import ResultRow
from pos_desktop.ui.theme import TOUCH, Theme, Weight
from pos_desktop.ui.widgets.binding import bound
from pos_desktop.ui.widgets.scroller import scroll_by_touch

WRAP = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
PAD_X, PAD_Y = 14, 8


class RowDelegate(QStyledItemDelegate):
    """Draws a ResultRow; long titles and details take more lines."""

    def __init__(self, theme: Theme, view: QListWidget) -> None:
        super().__init__(view)
        self._theme, self._view = theme, view
        self.rows: tuple[ResultRow, ...] = ()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        width = self._view.viewport().width()
        title, detail = self._boxes(self.rows[index.row()], QRect(0, 0, width, 0))
        height = title.height() + detail.height() + 2 * PAD_Y
        return QSize(width, max(height, self._theme.dim(TOUCH)))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme, row, rect = self._theme, self.rows[index.row()], option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("accent_weak"))
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), theme.color("accent"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.color("line"))
        title, detail = self._boxes(row, rect)
        painter.setPen(QPen(theme.color("text")))
        painter.setFont(theme.font(15, Weight.SEMI))
        painter.drawText(title, WRAP, bound(row.title))
        painter.setFont(theme.font(15))
        painter.drawText(rect.adjusted(0, 0, -PAD_X, 0), RIGHT, row.right)
        painter.setPen(QPen(theme.color("muted")))
        painter.setFont(theme.font(12.5))
        painter.drawText(detail, WRAP, bound(row.detail))

    def _boxes(self, row: ResultRow, rect: QRect) -> tuple[QRect, QRect]:
        """Where title and detail go, centred in the row."""
        theme = self._theme
        right = QFontMetrics(theme.font(15)).horizontalAdvance(row.right) + PAD_X if row.right else 0
        width = max(40, rect.width() - 2 * PAD_X - right)
        tall = QRect(0, 0, width, 1 << 16)
        title = QFontMetrics(theme.font(15, Weight.SEMI)).boundingRect(tall, WRAP, bound(row.title)).height()
        small = QFontMetrics(theme.font(12.5))
        detail = small.boundingRect(tall, WRAP, bound(row.detail)).height() if row.detail else 0
        top = rect.top() + max(PAD_Y, (rect.height() - title - detail) // 2)
        x = rect.left() + PAD_X
        return QRect(x, top, width, title), QRect(x, top + title, width, detail)


class RowList(QListWidget):
    """Emits `chosen` with the row on a click, a touch or Enter."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._delegate = RowDelegate(theme, self)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        scroll_by_touch(self)
        self.setPalette(theme.palette())
        self.itemClicked.connect(self._clicked)

    @property
    def rows(self) -> tuple[ResultRow, ...]:
        return self._delegate.rows

    def show_rows(self, rows: Sequence[ResultRow], *, current: int = 0) -> None:
        if self.rows == tuple(rows) and self.count() == len(rows):
            return
        self.clear()
        self._delegate.rows = tuple(rows)
        for row in rows:
            item = QListWidgetItem(row.title)
            words = ", ".join(part for part in (row.title, row.detail, row.right) if part)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, words)
            self.addItem(item)
        if rows and current >= 0:
            self.setCurrentRow(min(current, len(rows) - 1))

    def content_height(self) -> int:
        return sum(self.sizeHintForRow(n) for n in range(self.count())) + 2

    def step(self, by: int) -> None:
        if self.count():
            self.setCurrentRow(max(0, min(self.count() - 1, self.currentRow() + by)))

    def choose_current(self) -> bool:
        if not 0 <= self.currentRow() < len(self.rows):
            return False
        self.chosen.emit(self.rows[self.currentRow()])
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move, Enter chooses; every other key is the window's."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.choose_current()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def restyle(self) -> None:
        """The viewport keeps a palette of its own once a style sheet gave it one."""
        self.setPalette(self._theme.palette())
        self.viewport().setPalette(self._theme.palette())
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def _clicked(self, item: QListWidgetItem) -> None:
        self.chosen.emit(self.rows[self.row(item)])
