"""Rows to lines: the one place that decides what stands where, for every renderer alike."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import assert_never

from hardware.printers.cells import CodePage, clean, width, wrap
from hardware.printers.receipt import Align, Blank, Money, Pair, Qr, ReceiptDoc, Row, Rule, Text, dollars

MONEY_FIELD = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line, cleaned and padded; at most `columns` cells, half of them if `double`."""

    text: str
    bold: bool = False
    double: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code between two lines; `data` holds printable characters only."""

    data: str
    size: int


def lay_out(doc: ReceiptDoc, columns: int, page: CodePage | None = None) -> Iterator[Line | Code]:
    """The lines and codes of a receipt on paper of this width.

    Raises:
        ValueError: Fewer than 16 columns; no receipt is readable on that.
    """
    if columns < 16:
        raise ValueError("a receipt needs at least 16 columns")
    for row in doc.rows:
        yield from _row(row, columns, page)


def plain_text(doc: ReceiptDoc, columns: int = 42) -> str:
    """The receipt as text, for the screen, for mail and for tests. A QR code is shown by its content."""
    lines: list[str] = []
    for item in lay_out(replace(doc, rows=tuple(_single(row) for row in doc.rows)), columns):
        match item:
            case Line(text):
                lines.append(text.rstrip())
            case Code(data):
                lines.extend(_centered(part, columns).rstrip() for part in wrap(f"[{data}]", columns))
    return "\n".join(lines) + "\n"


def _single(row: Row) -> Row:
    return replace(row, double=False) if isinstance(row, Text | Pair | Money) else row


def _row(row: Row, columns: int, page: CodePage | None) -> Iterator[Line | Code]:
    match row:
        case Text():
            room = columns // 2 if row.double else columns
            for part in wrap(clean(row.text, page), room):
                yield Line(_aligned(part, room, row.align), row.bold, row.double)
        case Pair():
            yield from _pair(row, clean(row.right, page), columns, page)
        case Money():
            amount = dollars(row.cents)
            field = " " * (MONEY_FIELD - len(amount)) + amount
            pair = Pair(row.label, field, row.bold, row.double)
            yield from _pair(pair, amount if row.double else field, columns, page)
        case Rule():
            mark = clean(row.mark, page).strip()[:1]
            yield Line((mark if width(mark) == 1 else "-") * columns)
        case Blank():
            for _ in range(row.lines):
                yield Line("")
        case Qr():
            # A printer takes QR data raw, so it is cleaned like text.
            yield Code(clean(row.data).replace("\u00a0", " "), min(max(row.size, 1), 16))
        case _:
            assert_never(row)


def _pair(row: Pair, right: str, columns: int, page: CodePage | None) -> Iterator[Line]:
    columns = columns // 2 if row.double else columns
    room = columns - width(right) - 1
    if room < columns // 3:  # no room beside it: the right text gets lines of its own, never cut
        for part in wrap(clean(row.left, page), columns):
            yield Line(part, row.bold, row.double)
        for part in wrap(right, columns):
            yield Line(_aligned(part, columns, Align.RIGHT), row.bold, row.double)
        return
    first, *more = wrap(clean(row.left, page), room)
    yield Line(first + " " * (columns - width(first) - width(right)) + right, row.bold, row.double)
    for part in more:
        yield Line(part, row.bold, row.double)


def _aligned(text: str, room: int, align: Align) -> str:
    match align:
        case Align.LEFT:
            return text
        case Align.RIGHT:
            return " " * (room - width(text)) + text
        case Align.CENTER:
            return _centered(text, room)


def _centered(text: str, room: int) -> str:
    return " " * ((room - width(text)) // 2) + text
