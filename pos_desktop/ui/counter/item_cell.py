"""What stands in the first column: the product's name and facts, and in a narrow cart every figure of the line."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter

from pos_desktop.ui.state import CartRow
from pos_desktop.ui.theme import Theme, Weight
from pos_desktop.ui.widgets.binding import bound

translate = QCoreApplication.translate
WRAP = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
GAP = 12
_ENDLESS = 1 << 16


class Block(NamedTuple):
    text: str
    font: QFont
    token: str
    flags: Qt.AlignmentFlag | Qt.TextFlag
    height: int
    shares_line: bool = False
    """The next block stands on the same line."""


def facts(row: CartRow, *, folded: bool) -> str:
    """`…0001 7713 · LR-0218 · 74%`; folded, with what the line counts as."""
    if not folded:
        return row.detail
    counts = translate("Cart", "counts as {amount}").format(amount=row.counts_as)
    return " · ".join(part for part in (row.detail, row.quantity_note, counts, row.price_note) if part)


def reckoned(row: CartRow) -> str:
    """`3 × $38.00`, `7.00 g × $9.00/g`."""
    return f"{row.quantity} × {row.price}"


def unit_price(row: CartRow) -> str:
    """For under the amount: `$38.00 each`, `$9.00/g`; nothing where it is the amount itself."""
    if "/" in row.price:
        return row.price
    return "" if row.price == row.amount else translate("Cart", "{price} each").format(price=row.price)


def blocks(theme: Theme, row: CartRow, width: int, *, folded: bool) -> list[Block]:
    """From top to bottom, for a cell with `width` pixels to write on."""
    name = _wrapped(row.name, theme.font(15.5, Weight.SEMI), "text", width)
    below = _wrapped(facts(row, folded=folded), theme.font(12.5), "muted", width)
    if not folded:
        return [name, below]
    plain, bold = theme.font(15.5), theme.font(15.5, Weight.BOLD)
    tall = QFontMetrics(bold).height()
    needs = QFontMetrics(plain).horizontalAdvance(bound(reckoned(row)))
    needs += QFontMetrics(bold).horizontalAdvance(row.amount) + GAP
    return [
        name,
        below,
        Block(bound(reckoned(row)), plain, "text", LEFT, tall, shares_line=needs <= width),
        Block(row.amount, bold, "text", RIGHT, tall),
    ]


def height(parts: list[Block]) -> int:
    return sum(part.height for part in parts if not part.shares_line)


def paint(painter: QPainter, theme: Theme, box: QRect, parts: list[Block]) -> None:
    """Centred from top to bottom in `box`."""
    top = box.top() + (box.height() - height(parts)) // 2
    for part in parts:
        painter.setPen(theme.color(part.token))
        painter.setFont(part.font)
        painter.drawText(QRect(box.left(), top, box.width(), part.height), part.flags, part.text)
        top += 0 if part.shares_line else part.height


def _wrapped(text: str, font: QFont, token: str, width: int) -> Block:
    text, room = bound(text), QRect(0, 0, max(40, width), _ENDLESS)
    tall = QFontMetrics(font).boundingRect(room, WRAP, text).height() if text else 0
    return Block(text, font, token, WRAP, tall)
