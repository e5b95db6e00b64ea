"""How a line of the cart looks: the product, and in each column a figure with a quiet note under it."""

from __future__ import annotations

import math
from collections.abc import Container
from enum import IntEnum

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTableView

from pos_desktop.ui.counter import item_cell
from pos_desktop.ui.state import CartRow
from pos_desktop.ui.theme import Theme, Weight

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
PAD = 14
MOST_PICTURES = 40
"""Lines kept as pictures: more than a tall screen shows, little enough in memory."""


class Column(IntEnum):
    ITEM = 0
    QUANTITY = 1
    PRICE = 2
    COUNTS = 3
    AMOUNT = 4


COLUMNS = tuple(Column)


def cell_texts(row: CartRow, *, folded: bool) -> tuple[tuple[str, str], ...]:
    """(shown, spoken) for each column; a screen reader hears the notes too, and all of a line in one cell."""

    def spoken(*parts: str) -> str:
        return ", ".join(part for part in parts if part)

    figures = (item_cell.reckoned(row), row.amount) if folded else ()
    return (
        (row.name, spoken(row.name, item_cell.facts(row, folded=folded), *figures)),
        (row.quantity, spoken(row.quantity, row.quantity_note)),
        (row.price, spoken(row.price, row.price_note)),
        (row.counts_as, row.counts_as),
        (row.amount, row.amount),
    )


class CartDelegate(QStyledItemDelegate):
    """Sizes of cells, and pictures of whole lines, which the view itself puts where they belong.

    A line is drawn once and then kept: a repaint costs no text layout.
    """

    def __init__(self, theme: Theme, view: QTableView) -> None:
        super().__init__(view)
        self._theme, self._view = theme, view
        self.rows: list[CartRow] = []
        self._pad = PAD
        self._pictures: dict[str, tuple[CartRow, object, QPixmap]] = {}
        self.compact = self.folded = False

    def set_compact(self, compact: bool) -> None:
        """Little width: less air, and the price as a note under the amount."""
        self.compact, self._pad = compact, PAD // 2 + 2 if compact else PAD

    # -- sizes

    def row_height(self) -> int:
        return self._theme.px(54)

    def height(self, row: CartRow, width: int) -> int:
        """A line with a long name or detail is taller; nothing is cut off."""
        return max(self.row_height(), item_cell.height(self._blocks(row, width)) + self._theme.px(16))

    def width(self, row: CartRow, column: Column) -> int:
        main, note = self._texts(row, column)
        weight = Weight.BOLD if column is Column.AMOUNT else Weight.SEMI
        figures = QFontMetrics(self._theme.font(15.5, weight))
        small = QFontMetrics(self._theme.font(12.5))
        widest = max(figures.horizontalAdvance(main), *map(small.horizontalAdvance, note.split("\n")))
        return widest + 2 * self._pad

    def usual_width(self, column: Column) -> int:
        usual = {Column.QUANTITY: "00.00 g", Column.PRICE: "$00.00/g", Column.COUNTS: "00.0 g"}.get(
            column, "$000.00"
        )
        return QFontMetrics(self._theme.font(15.5, Weight.BOLD)).horizontalAdvance(usual) + 2 * self._pad

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        row, column = self.rows[index.row()], Column(index.column())
        if column is Column.ITEM:
            width = self._view.columnWidth(Column.ITEM)
            return QSize(width, self.height(row, width))
        return QSize(self.width(row, column), self.row_height())

    def _blocks(self, row: CartRow, width: int) -> list[item_cell.Block]:
        return item_cell.blocks(self._theme, row, width - 2 * self._pad, folded=self.folded)

    def _texts(self, row: CartRow, column: Column) -> tuple[str, str]:
        if column is Column.QUANTITY:
            return row.quantity, row.quantity_note
        if column is Column.PRICE:
            return row.price, row.price_note
        if column is Column.COUNTS:
            return row.counts_as, ""
        if self.compact:
            return row.amount, "\n".join(note for note in (item_cell.unit_price(row), row.price_note) if note)
        return row.amount, ""

    # -- painting

    def picture(
        self, row: CartRow, size: QSize, columns: tuple[tuple[Column, int, int], ...], mark: int, ratio: float
    ) -> QPixmap:
        """The whole line. `columns`: those that show, each with its left edge and its width.

        `mark`: width of the bar that marks the chosen line, else 0. `ratio`: device pixels to the point, of the screen
        or of a picture being taken.
        """
        looks = (mark, size, columns, self.compact, self.folded, ratio)
        kept = self._pictures.get(row.id)
        if kept is None or kept[0] is not row or kept[1] != looks:
            kept = (row, looks, self._drawn(row, size, columns, mark, ratio))
            self._keep(row.id, kept)
        return kept[2]

    def forget_pictures(self) -> None:
        """After a change of look."""
        self._pictures.clear()

    def keep_pictures(self, rows: Container[str]) -> None:
        """Those of these lines; the others left the cart."""
        self._pictures = {each: kept for each, kept in self._pictures.items() if each in rows}

    def _keep(self, row_id: str, kept: tuple[CartRow, object, QPixmap]) -> None:
        self._pictures.pop(row_id, None)
        self._pictures[row_id] = kept
        if len(self._pictures) > MOST_PICTURES:
            del self._pictures[next(iter(self._pictures))]

    def _drawn(
        self, row: CartRow, size: QSize, columns: tuple[tuple[Column, int, int], ...], mark: int, ratio: float
    ) -> QPixmap:
        theme = self._theme
        picture = QPixmap(math.ceil(size.width() * ratio), math.ceil(size.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        ground = "danger_weak" if row.refused else "accent_weak" if mark else "surface"
        picture.fill(theme.color(ground))
        painter = QPainter(picture)
        painter.fillRect(0, size.height() - 1, size.width(), 1, theme.color("line"))
        if mark:
            painter.fillRect(0, 0, mark, size.height(), theme.color("danger" if row.refused else "accent"))
        for column, left, width in columns:
            if column is Column.ITEM:
                box = QRect(left + self._pad, 0, width - 2 * self._pad, size.height())
                item_cell.paint(painter, theme, box, self._blocks(row, width))
            else:
                self._paint_figure(painter, QRect(left, 0, width, size.height()), row, column)
        painter.end()
        return picture

    def _paint_figure(self, painter: QPainter, rect: QRect, row: CartRow, column: Column) -> None:
        theme = self._theme
        main, note = self._texts(row, column)
        box = rect.adjusted(0, 0, -self._pad, 0)
        if note:
            painter.setFont(theme.font(12.5))
            painter.setPen(theme.color("muted"))
            small = QFontMetrics(theme.font(12.5)).lineSpacing() * (1 + note.count("\n"))
            big = QFontMetrics(theme.font(15.5)).height()
            top = box.top() + (box.height() - big - small) // 2
            below = QRect(box.left(), top + big, box.width(), small)
            painter.drawText(below, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, note)
            box = QRect(box.left(), top, box.width(), big)
        painter.setPen(theme.color("muted" if column is Column.COUNTS else "text"))
        weights = {Column.QUANTITY: Weight.SEMI, Column.AMOUNT: Weight.BOLD}
        painter.setFont(theme.font(15.5, weights.get(column, Weight.REGULAR)))
        painter.drawText(box, RIGHT, main)
