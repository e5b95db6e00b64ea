"""Names from outside: broken between words where that is enough, else inside a word, so that none sets a width."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QTextLayout, QTextOption

from pos_desktop.ui.theme import Theme, Weight
from pos_desktop.ui.widgets.binding import words
from pos_desktop.ui.widgets.text import Text

LETTERS = 8
"""A column that a name stands in is at least as wide as so many letters."""


def option(align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft) -> QTextOption:
    chosen = QTextOption(align)
    chosen.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    return chosen


def tall(text: str, font: QFont, width: int) -> int:
    """Height in pixels of `text`, broken to `width`."""
    layout = QTextLayout(text, font)
    layout.setTextOption(option())
    layout.beginLayout()
    lines = 0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(1, width))
        lines += 1
    layout.endLayout()
    metrics = QFontMetrics(font)
    return metrics.height() + (max(lines, 1) - 1) * metrics.lineSpacing()


def least_wide(text: str, font: QFont) -> int:
    """The longest word, but no more than a few letters of it."""
    metrics = QFontMetrics(font)
    return max(metrics.horizontalAdvance(word[:LETTERS]) for word in words(text))


class NameText(Text):
    """The whole name, on as many lines as it takes."""

    breaks_anywhere = True

    def __init__(
        self,
        theme: Theme,
        *,
        size: float = 15,
        weight: Weight = Weight.REGULAR,
        ink: str = "text",
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        super().__init__(theme, size=size, weight=weight, wrap=True)
        self._ink, self._align = ink, align

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self.text()) + 2, metrics.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(least_wide(self.text(), self.font()) + 2, QFontMetrics(self.font()).height())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return tall(self.text(), self.font(), width)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self._theme.color(self._ink))
        painter.drawText(
            QRectF(self.rect()), self.text(), option(self._align | Qt.AlignmentFlag.AlignVCenter)
        )
        painter.end()
