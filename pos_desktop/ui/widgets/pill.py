"""A word on a coloured ground: the pill of the top bar, badges, the scale's state."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from pos_desktop.ui.state import Tone
from pos_desktop.ui.theme import Theme, Weight
from pos_desktop.ui.widgets import breaking
from pos_desktop.ui.widgets.text import Text


class Pill(Text):
    """Never colour alone: the text says it. Too long for its place, it takes more lines."""

    breaks_anywhere = True

    def __init__(self, theme: Theme, *, height: int = 28, size: float = 12.5, dot: bool = False) -> None:
        self._dot, self._tone, self._height = dot, Tone.PLAIN, height
        super().__init__(theme, size=size, weight=Weight.MEDIUM, wrap=True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_pill(self, text: str, tone: Tone, *, dot: bool | None = None) -> None:
        if dot is not None and dot != self._dot:
            self._dot = dot
            self.restyle()
        if tone is not self._tone:
            self._tone = tone
            self.update()
        self.show_text(text)

    def restyle(self) -> None:
        super().restyle()
        self.updateGeometry()
        self.update()

    def _sides(self) -> tuple[int, int]:
        """Space left and right of the words."""
        pad = self._theme.dim(12)
        return (pad + (self._theme.px(16) if self._dot else 0)), pad

    def sizeHint(self) -> QSize:
        left, right = self._sides()
        width = QFontMetrics(self.font()).horizontalAdvance(self.text()) + left + right + 2
        return QSize(width, self._least_height())

    def minimumSizeHint(self) -> QSize:
        left, right = self._sides()
        return QSize(breaking.least_wide(self.text(), self.font()) + left + right + 2, self._least_height())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        left, right = self._sides()
        room = breaking.tall(self.text(), self.font(), width - left - right)
        return max(self._least_height(), room + self._theme.dim(8))

    def _least_height(self) -> int:
        return max(self._theme.dim(self._height), QFontMetrics(self.font()).height() + self._theme.dim(8))

    def paintEvent(self, event: QPaintEvent) -> None:
        ink, ground = self._theme.tone(self._tone)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        radius = min(self.height(), self._least_height()) / 2
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        left, right = self._sides()
        if self._dot:
            side = self._theme.px(8)
            painter.setBrush(ink)
            painter.drawEllipse(QRectF(self._theme.dim(12), (self.height() - side) / 2, side, side))
        painter.setPen(ink)
        painter.setFont(self.font())
        box = QRectF(left, 0, self.width() - left - right, self.height())
        painter.drawText(box, self.text(), breaking.option(Qt.AlignmentFlag.AlignVCenter))
        painter.end()
