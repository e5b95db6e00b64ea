"""The lines of the sale: a C++ item model, rows known by id, and only changed cells touched.

A scan must be on the screen within a frame: no model reset, no resize to contents, and each line drawn as one picture.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from pos_desktop.ui.counter.cart_cells import COLUMNS, CartDelegate, Column, cell_texts
from pos_desktop.ui.state import CartRow
from pos_desktop.ui.theme import Theme, Weight
from pos_desktop.ui.widgets.scroller import scroll_by_touch
from pos_desktop.ui.widgets.text import repolish

TEXT = Qt.ItemDataRole.DisplayRole
LEAST_ITEM = 128
"""Width at 100 % text that a product's name needs; a cart without it shows each line in one cell."""
SCROLL_BAR = 12
ENDLESS = 16_777_215
"""Qt's own greatest height."""
SPOKEN = Qt.ItemDataRole.AccessibleTextRole
PERSONS_CHOICE = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


class CartView(QTableView):
    """Emits `row_chosen` with the id of a line that a person touched or moved to, `fold_changed` after `folded` did."""

    row_chosen = Signal(str)
    fold_changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: list[CartRow] = []
        self._chosen: str | None = None
        self._widths = dict.fromkeys(COLUMNS, 0)
        self._told = self._hugging = False
        self._fitted = 0
        """Width of the item's column for which all rows are tall enough."""
        self._model = QStandardItemModel(0, len(COLUMNS), self)
        self._model.setHorizontalHeaderLabels(self._labels())
        for n in range(1, len(COLUMNS)):
            self._model.setHeaderData(
                n,
                Qt.Orientation.Horizontal,
                int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter),
                Qt.ItemDataRole.TextAlignmentRole,
            )
        self._model.setHeaderData(
            0,
            Qt.Orientation.Horizontal,
            int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
            Qt.ItemDataRole.TextAlignmentRole,
        )
        self._cells = CartDelegate(theme, self)
        self.setItemDelegate(self._cells)
        self.setModel(self._model)
        self._set_up()
        self.restyle()
        self.selectionModel().currentRowChanged.connect(self._current_changed)

    def _labels(self) -> list[str]:
        return [
            self.tr("Item"),
            self.tr("Quantity"),
            self.tr("Price"),
            self.tr("Counts as"),
            self.tr("Amount"),
        ]

    def _set_up(self) -> None:
        self.setAccessibleName(self.tr("Cart"))
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        scroll_by_touch(self)
        header, side = self.horizontalHeader(), self.verticalHeader()
        header.setSelectionModel(QItemSelectionModel(self._model, self))  # it need not follow the chosen line
        header.setSectionsClickable(False)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(20)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(Column.ITEM, QHeaderView.ResizeMode.Stretch)
        header.sectionResized.connect(self._item_resized)
        side.hide()
        side.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        side.setMinimumSectionSize(20)

    def restyle(self) -> None:
        self.setPalette(self._theme.palette())
        header = self.horizontalHeader()
        header.setFont(self._theme.font(12.5, Weight.SEMI))
        header.viewport().setFont(
            header.font()
        )  # under a style sheet it keeps the size it had when it was first shown
        header.setFixedHeight(self._theme.px(36))
        self.verticalHeader().setDefaultSectionSize(self._cells.row_height())
        self._cells.forget_pictures()
        self._fit_columns(self._rows, from_scratch=True)
        self._fit_rows()
        self.viewport().update()

    def set_compact(self, compact: bool) -> None:
        """Little width: the price moves under the amount, and its column goes."""
        if compact != self._cells.compact:
            self._cells.set_compact(compact)
            self.horizontalHeader().setProperty("look", "compact" if compact else "")
            repolish(self.horizontalHeader())
            self._show_columns()
            self._fit_columns(self._rows, from_scratch=True)
            self._fit_rows()

    @property
    def folded(self) -> bool:
        """Whether each line stands in one cell."""
        return self._cells.folded

    # -- rows

    def show_rows(self, rows: tuple[CartRow, ...], selected: str | None) -> None:
        """Bring the model to `rows` with the fewest changes."""
        if list(rows) != self._rows:
            known = set(self._rows)
            self._drop_missing({row.id for row in rows})
            for at, row in enumerate(rows):
                self._put(at, row)
            self._fit_columns([row for row in rows if row not in known])
        self._select(selected)

    def _drop_missing(self, wanted: set[str]) -> None:
        for at in range(len(self._rows) - 1, -1, -1):
            if self._rows[at].id not in wanted:
                del self._rows[at]
                self._silently(self._model.removeRow, at)
        self._cells.keep_pictures(wanted)

    def _put(self, at: int, row: CartRow) -> None:
        if at < len(self._rows) and self._rows[at].id == row.id:
            if self._rows[at] != row:
                self._change(at, row)
            return
        for old in range(at, len(self._rows)):
            if self._rows[old].id == row.id:
                del self._rows[old]
                self._silently(self._model.removeRow, old)
                break
        self._rows.insert(at, row)
        self._cells.rows = self._rows
        texts = cell_texts(row, folded=self._cells.folded)
        self._silently(self._model.insertRow, at, [_item(text, spoken) for text, spoken in texts])
        self._fit_row(at)

    def _change(self, at: int, row: CartRow) -> None:
        before, self._rows[at] = self._rows[at], row
        folded = self._cells.folded
        pairs = zip(cell_texts(before, folded=folded), cell_texts(row, folded=folded), strict=True)
        for column, (old, new) in enumerate(pairs):
            if old != new:
                item = self._model.item(at, column)
                item.setData(new[0], TEXT)
                item.setData(new[1], SPOKEN)
        self._repaint_row(at)  # a figure may be drawn in the cell of another: the price, under the amount
        if folded or (before.name, before.detail) != (row.name, row.detail):
            self._fit_row(at)

    def _silently(self, change: object, *args: object) -> None:
        """Rows come and go without the view telling anyone that a person chose one."""
        self._told = True
        try:
            change(*args)  # type: ignore[operator]  # one of the model's own methods
        finally:
            self._told = False

    # -- selection

    def _select(self, row_id: str | None) -> None:
        before, self._chosen = self._chosen, row_id
        at = self._index_of(row_id)
        if at is None:
            if self.currentIndex().isValid():
                self._silently(self.setCurrentIndex, QModelIndex())
        elif self.currentIndex().row() != at:
            index = self._model.index(at, 0)
            self._silently(self.selectionModel().setCurrentIndex, index, PERSONS_CHOICE)
            self.scrollTo(index)
        if before != row_id:
            for changed in (self._index_of(before), at):
                if changed is not None:
                    self._repaint_row(changed)

    def step(self, by: int) -> None:
        """Move to the next or previous line, as the arrow keys do."""
        if self._rows:
            at = self._index_of(self._chosen)
            to = 0 if at is None else max(0, min(len(self._rows) - 1, at + by))
            self.row_chosen.emit(self._rows[to].id)

    def _index_of(self, row_id: str | None) -> int | None:
        return next((n for n, row in enumerate(self._rows) if row.id == row_id), None)

    def _current_changed(self, current: QModelIndex | QPersistentModelIndex, _before: object) -> None:
        if current.isValid() and not self._told:
            self.row_chosen.emit(self._rows[current.row()].id)

    def _repaint_row(self, at: int) -> None:
        rect = self.visualRect(self._model.index(at, 0))
        self.viewport().update(0, rect.top(), self.viewport().width(), rect.height())

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Line by line: to hand each cell to a delegate in Python costs more than all the rest of a scan."""
        view, shown = self.viewport(), event.rect()
        painter = QPainter(view)
        columns, bar = self._shown_columns(), 4 if self.hasFocus() else 2
        ratio = painter.deviceTransform().m11()
        below = 0
        for at in range(max(0, self.rowAt(shown.top())), len(self._rows)):
            row, top, height = self._rows[at], self.rowViewportPosition(at), self.rowHeight(at)
            below = top + height
            if top > shown.bottom():
                break
            mark = bar if row.id == self._chosen else 0
            picture = self._cells.picture(row, QSize(view.width(), height), columns, mark, ratio)
            painter.drawPixmap(0, top, picture)
        if below <= shown.bottom():
            painter.fillRect(0, below, view.width(), view.height() - below, self._theme.color("surface"))
        painter.end()

    def _shown_columns(self) -> tuple[tuple[Column, int, int], ...]:
        """Each with its left edge and its width."""
        header = self.horizontalHeader()
        return tuple(
            (each, header.sectionViewportPosition(each), header.sectionSize(each))
            for each in COLUMNS
            if not header.isSectionHidden(each)
        )

    # -- sizes

    def hug(self, rows: bool) -> None:
        """With True no taller than the rows, so that what comes below stands right under the last line."""
        self._hugging = rows
        self._keep_hugging()

    def _keep_hugging(self) -> None:
        content = self.horizontalHeader().height() + self.verticalHeader().length() + 1
        self.setMaximumHeight(content if self._hugging else ENDLESS)
        self._choose_bar()

    def _choose_bar(self) -> None:
        """No scroll bar where all rows fit without one: it would take the width that lets them fit."""
        bar = Qt.ScrollBarPolicy
        needless = self._hugging and self._bare_height() <= self.height()
        policy = bar.ScrollBarAlwaysOff if needless else bar.ScrollBarAsNeeded
        if policy is not self.verticalScrollBarPolicy():
            self.setVerticalScrollBarPolicy(policy)

    def _bare_height(self) -> int:
        """How tall the content is while no scroll bar takes any width; says the same whether one is there or not."""
        figures = () if self._cells.folded else self._figures()
        width = self.contentsRect().width() - sum(self._widths[column] for column in figures)
        return (
            self.horizontalHeader().height() + sum(self._cells.height(row, width) for row in self._rows) + 1
        )

    def _fit_columns(self, changed: Sequence[CartRow], *, from_scratch: bool = False) -> None:
        """Figures are never cut: a column grows with the widest of the changed rows, and only then.

        Where that leaves the product's name too little, the columns go and the figures stand under the name.
        """
        header = self.horizontalHeader()
        for column in self._figures():
            if from_scratch:
                heading = header.sectionSizeFromContents(column).width()
                self._widths[column] = max(heading, self._cells.usual_width(column))
            self._widths[column] = max(
                [self._widths[column], *(self._cells.width(row, column) for row in changed)]
            )
        taken = sum(self._widths[column] for column in self._figures())
        self._fold(self.width() - SCROLL_BAR - taken < self._theme.px(LEAST_ITEM))
        if not self._cells.folded:
            for column in self._figures():
                if header.sectionSize(column) != self._widths[column]:
                    header.resizeSection(column, self._widths[column])

    def _figures(self) -> list[Column]:
        """The columns beside the item's, in a cart that has room for columns."""
        return [each for each in COLUMNS[1:] if not (self._cells.compact and each is Column.PRICE)]

    def _fold(self, folded: bool) -> None:
        if folded == self._cells.folded:
            return
        self._cells.folded = folded
        self._show_columns()
        for at, row in enumerate(self._rows):
            self._model.item(at, Column.ITEM).setData(cell_texts(row, folded=folded)[0][1], SPOKEN)
        self._fit_rows()
        self.fold_changed.emit()

    def _show_columns(self) -> None:
        for column in COLUMNS[1:]:
            self.setColumnHidden(column, self._cells.folded or column not in self._figures())

    def _fit_row(self, at: int, width: int | None = None) -> None:
        wanted = self._cells.height(self._rows[at], self.columnWidth(Column.ITEM) if width is None else width)
        if wanted != self.rowHeight(at):
            self.setRowHeight(at, wanted)

    def _item_resized(self, column: int, _before: int, width: int) -> None:
        """Figures grew, or the scroll bar came or went: names break elsewhere now."""
        if column == Column.ITEM and width != self._fitted:
            self._fit_rows(width)  # the column itself tells its new width only afterwards
            self._keep_chosen_in_sight()

    def _fit_rows(self, width: int | None = None) -> None:
        self._fitted = self.columnWidth(Column.ITEM) if width is None else width
        for at in range(len(self._rows)):
            self._fit_row(at, self._fitted)
        self._keep_hugging()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns(self._rows, from_scratch=True)
        self._fit_rows()
        self._keep_chosen_in_sight()

    def _keep_chosen_in_sight(self) -> None:
        """A refusal that takes room never covers the line it is about."""
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def sizeHint(self) -> QSize:
        return QSize(300, 200)

    # -- keys and focus

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows are answered by the window, which knows what is over the cart; letters never search here."""
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()


def _item(text: str, spoken: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setData(spoken, SPOKEN)
    item.setEditable(False)
    return item
