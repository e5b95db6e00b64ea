"""The list of reports: as many rows as there are, drawn from those pages that were read. Nothing is read here."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from pos_desktop.ui.room_state import PAGE_ROWS, ReportRow
from pos_desktop.ui.state import Tone
from pos_desktop.ui.theme import TOUCH, Theme, Weight
from pos_desktop.ui.widgets.scroller import scroll_by_touch

Index = QModelIndex | QPersistentModelIndex
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
PAD_X, PAD_Y, GAP = 14, 10, 12


class ReportModel(QAbstractTableModel):
    def __init__(self) -> None:
        super().__init__()
        self._total = 0
        self._pages: Mapping[int, tuple[ReportRow, ...]] = {}

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else self._total

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return "…" if row is None else row.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.tr("Being read") if row is None else row.spoken
        return None

    def row(self, n: int) -> ReportRow | None:
        """None where its page was not read."""
        rows = self._pages.get(n // PAGE_ROWS, ())
        at = n % PAGE_ROWS
        return rows[at] if 0 <= at < len(rows) else None

    @property
    def known(self) -> list[ReportRow]:
        return [row for rows in self._pages.values() for row in rows]

    def show_rows(self, total: int, pages: Mapping[int, tuple[ReportRow, ...]]) -> bool:
        """False: nothing changed."""
        changed = total != self._total or pages != self._pages
        if total > self._total:
            self.beginInsertRows(QModelIndex(), self._total, total - 1)
            self._total = total
            self.endInsertRows()
        elif total < self._total:
            self.beginRemoveRows(QModelIndex(), total, self._total - 1)
            self._total = total
            self.endRemoveRows()
        before, self._pages = self._pages, pages
        for n, rows in pages.items():
            last = min(total, n * PAGE_ROWS + len(rows)) - 1
            if before.get(n) != rows and last >= n * PAGE_ROWS:
                self.dataChanged.emit(self.index(n * PAGE_ROWS, 0), self.index(last, 0))
        return changed


class ReportDelegate(QStyledItemDelegate):
    """Number and time, below them the state and when it is due; in a narrow list each on a line of its own."""

    def __init__(self, theme: Theme, model: ReportModel, view: QTableView) -> None:
        super().__init__(view)
        self._theme, self._model, self._view = theme, model, view
        self.stacked = False
        self._broadest = 0

    def fit(self, width: int) -> None:
        """Choose between the two forms: by the broadest row so far, or the list would jump while it is scrolled."""
        self._broadest = max(self._broadest, *map(self.need, self._model.known), 0)
        self.stacked = self._broadest > width

    def forget(self) -> None:
        """The type changed its size."""
        self._broadest = 0

    def need(self, row: ReportRow) -> int:
        """The width that two lines take."""
        theme = self._theme
        big, small = QFontMetrics(theme.font(15, Weight.SEMI)), QFontMetrics(theme.font(12.5))
        medium = QFontMetrics(theme.font(12.5, Weight.MEDIUM))
        upper = big.horizontalAdvance(row.title) + small.horizontalAdvance(row.when)
        lower = theme.px(16) + medium.horizontalAdvance(row.state) + medium.horizontalAdvance(row.due)
        return max(upper, lower) + GAP + 2 * PAD_X + 2

    def least(self, row: ReportRow) -> int:
        """The width of the longest line in the narrow form."""
        theme = self._theme
        big, small = QFontMetrics(theme.font(15, Weight.SEMI)), QFontMetrics(theme.font(12.5))
        lines = [big.horizontalAdvance(row.title), small.horizontalAdvance(row.when)]
        lines += [theme.px(16) + small.horizontalAdvance(row.state), small.horizontalAdvance(row.due)]
        return max(lines) + 2 * PAD_X + 2

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self._view.viewport().width(), self.tall)

    @property
    def tall(self) -> int:
        """Every row's height."""
        big, small = self._heights()
        lines = big + 3 * small + 6 if self.stacked else big + small + 4
        return max(lines + 2 * PAD_Y, self._theme.dim(TOUCH))

    def _heights(self) -> tuple[int, int]:
        theme = self._theme
        return QFontMetrics(theme.font(15, Weight.SEMI)).height(), QFontMetrics(theme.font(12.5)).height()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, rect = self._theme, option.rect
        row = self._model.row(index.row())
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("accent_weak"))
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), theme.color("accent"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.color("line"))
        inner = rect.adjusted(PAD_X, PAD_Y, -PAD_X, -PAD_Y)
        if row is None:
            self._paint_unread(painter, inner)
        else:
            self._paint_row(painter, inner, row)

    def _paint_row(self, painter: QPainter, box: QRect, row: ReportRow) -> None:
        theme = self._theme
        big, small = self._heights()
        upper = QRect(box.left(), box.top(), box.width(), big)
        lower = QRect(box.left(), box.bottom() - small + 1, box.width(), small)
        second = QRect(box.left(), upper.bottom() + 3, box.width(), small)
        third = second.translated(0, small + 2)
        self._write(painter, upper, row.title, theme.font(15, Weight.SEMI), "text")
        when = (second, _LEFT) if self.stacked else (upper, _RIGHT)
        self._write(painter, when[0], row.when, theme.font(12.5), "muted", when[1])
        self._write_state(painter, third if self.stacked else lower, row)
        late = row.due_tone is not Tone.PLAIN
        font = theme.font(12.5, Weight.MEDIUM if late else Weight.REGULAR)
        ink = row.due_tone.value if late else "muted"
        self._write(painter, lower, row.due, font, ink, _LEFT if self.stacked else _RIGHT)

    def _write_state(self, painter: QPainter, box: QRect, row: ReportRow) -> None:
        theme, side = self._theme, self._theme.px(8)
        ink = {Tone.PLAIN: "muted", Tone.GOOD: "accent"}.get(row.tone, row.tone.value)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(ink))
        painter.drawEllipse(QRect(box.left(), box.center().y() - side // 2 + 1, side, side))
        painter.restore()
        words = box.adjusted(theme.px(16), 0, 0, 0)
        self._write(painter, words, row.state, theme.font(12.5, Weight.MEDIUM), ink)

    def _write(
        self,
        painter: QPainter,
        box: QRect,
        text: str,
        font: QFont,
        token: str,
        align: Qt.AlignmentFlag = _LEFT,
    ) -> None:
        painter.setFont(font)
        painter.setPen(self._theme.color(token))
        painter.drawText(box, align, text)

    def _paint_unread(self, painter: QPainter, box: QRect) -> None:
        """Quiet bars where the words will stand."""
        big, small = self._heights()
        ground = self._theme.color("sunken")
        painter.fillRect(QRect(box.left(), box.top() + 3, box.width() // 2, big - 6), ground)
        painter.fillRect(QRect(box.left(), box.bottom() - small + 4, box.width() // 3, small - 6), ground)


class ReportList(QTableView):
    """`row_wanted`: a row was chosen by key or touch. `sight_changed`: first and last row on the screen.

    A table of one column, because a list asks its model for each of its rows whenever their number changes.
    """

    row_wanted = Signal(int)
    sight_changed = Signal(int, int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._model = ReportModel()
        self._delegate = ReportDelegate(theme, self._model, self)
        self._row = 0
        self._sight = (-1, -1)
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(self.tr("Reports to the state"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(TOUCH)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        scroll_by_touch(self)
        self.setPalette(theme.palette())
        self.clicked.connect(self._clicked)
        # After what is being drawn now: the answer may be there at once, and must not be drawn inside of it.
        self._looking = QTimer(self)
        self._looking.setSingleShot(True)
        self._looking.timeout.connect(self._look_around)
        self.verticalScrollBar().valueChanged.connect(self.look_around)

    @property
    def delegate(self) -> ReportDelegate:
        return self._delegate

    @property
    def reports(self) -> ReportModel:
        return self._model

    def show_rows(self, total: int, pages: Mapping[int, tuple[ReportRow, ...]], at: int) -> None:
        if self._model.show_rows(total, pages):
            self._fit()
            self.viewport().update()
        if at >= 0:
            self._mark(at)
        else:
            self.clearSelection()
        self.look_around()

    @Slot()
    def look_around(self) -> None:
        self._looking.start(0)

    @Slot()
    def _look_around(self) -> None:
        """Say which rows are in sight, when these are others, or when one of them is not known."""
        total = self._model.rowCount()
        if not total or not self.isVisible():
            return
        tall = max(1, self.verticalHeader().defaultSectionSize())
        first = max(0, self.verticalScrollBar().value() // tall)
        last = min(total - 1, first + self.viewport().height() // tall + 1)
        unknown = self._model.row(first) is None or self._model.row(last) is None
        if (first, last) != self._sight or unknown:
            self._sight = (first, last)
            self.sight_changed.emit(first, last)

    def step(self, by: int) -> None:
        total = self._model.rowCount()
        if total:
            self._choose(max(0, min(total - 1, self._row + by)))

    def _choose(self, row: int) -> None:
        self._mark(row)
        self.row_wanted.emit(row)

    def _mark(self, row: int) -> None:
        index = self._model.index(row, 0)
        self._row = row
        if index.isValid() and (self.currentIndex() != index or not self.selectionModel().isSelected(index)):
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.scrollTo(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, pages, Home and End move; every other key is the room's."""
        page = max(1, self.viewport().height() // max(1, self._delegate.tall) - 1)
        end = self._model.rowCount()
        moves = {
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -end,
            Qt.Key.Key_End: end,
        }
        by = moves.get(Qt.Key(event.key())) if event.key() in moves else None
        if by is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            event.ignore()
        else:
            self.step(by)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self.look_around()

    def restyle(self) -> None:
        self.setPalette(self._theme.palette())
        self._delegate.forget()
        self._fit()
        self.viewport().update()

    def _fit(self) -> None:
        self._delegate.fit(self.viewport().width())
        if self.verticalHeader().defaultSectionSize() != self._delegate.tall:
            self.verticalHeader().setDefaultSectionSize(self._delegate.tall)

    def _clicked(self, index: QModelIndex) -> None:
        self._choose(index.row())
