"""A receipt without a device: rows that say what is meant, not how a printer does it."""

from dataclasses import dataclass, replace
from enum import StrEnum

COPY_MARK = "*** COPY ***"


class Align(StrEnum):
    """Where a row stands on the paper."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Text:
    """Words, wrapped to the paper. `double` is double width and height: half the columns."""

    text: str
    align: Align = Align.LEFT
    bold: bool = False
    double: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """Left text wraps under itself; right text stands at the right edge of the first line."""

    left: str
    right: str
    bold: bool = False
    double: bool = False


@dataclass(frozen=True, slots=True)
class Money:
    """A label and an amount in cents, the amount in a fixed field at the right edge."""

    label: str
    cents: int
    bold: bool = False
    double: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""

    mark: str = "-"


@dataclass(frozen=True, slots=True)
class Blank:
    """Empty lines."""

    lines: int = 1


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code, centred, drawn by the printer itself. `size` is dots per module, 1 to 16."""

    data: str
    size: int = 6


Row = Text | Pair | Money | Rule | Blank | Qr


@dataclass(frozen=True, slots=True)
class ReceiptDoc:
    """One piece of paper, cut off at the end."""

    rows: tuple[Row, ...]
    cut: bool = True

    def as_copy(self) -> "ReceiptDoc":
        """The same receipt, marked so that it cannot pass for the first one."""
        mark = Text(COPY_MARK, Align.CENTER, bold=True, double=True)
        return replace(self, rows=(mark, Blank(), *self.rows))


def dollars(cents: int) -> str:
    """Cents as "$1,234.50", below zero as "-$0.05"."""
    sign = "-" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    return f"{sign}${whole:,}.{rest:02d}"
