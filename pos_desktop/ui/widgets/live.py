"""Texts that change with every scan: repainted, and laid out anew only when they need other room.

A QLabel asks for a layout of the whole window at each new text; a scan changes ten of them. They stand on cards and
bars and paint that ground themselves, so that nothing beneath is drawn again.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from pos_desktop.ui.theme import Theme, Weight
from pos_desktop.ui.widgets.binding import bound, words

_ENDLESS = 1 << 16
TOKENS = {"": "text", "good": "accent"}
"""Tones whose colour has another name."""


class Live(QLabel):
    """One line where there is room for it; with `wrap`, up to so many `lines` where there is not."""

    def __init__(
        self,
        theme: Theme,
        *,
        size: float = 15,
        weight: Weight = Weight.REGULAR,
        tone: str = "",
        wrap: bool = False,
        lines: int = 2,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        super().__init__()
        self._lines = lines
        self._theme, self._size, self._weight, self._tone = theme, size, weight, tone
        self._words, self._wide = "", 0
        self._wrap, self._align = wrap, align
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(wrap)
        self.setSizePolicy(policy)

    def text(self) -> str:
        return self._words

    def wordWrap(self) -> bool:
        return self._wrap

    def show_text(self, text: str, spoken: str = "") -> None:
        """`spoken` is what a screen reader says instead."""
        text = bound(text)
        if text == self._words and (spoken or text) == self.accessibleName():
            return
        self._words = text
        self.setAccessibleName(spoken or text)
        wide = self._advance(self._font())
        if wide != self._wide:
            self._wide = wide
            self.updateGeometry()
        self.update()

    def set_tone(self, tone: str, weight: Weight | None = None) -> None:
        if tone != self._tone or (weight or self._weight) is not self._weight:
            self._tone, self._weight = tone, weight or self._weight
            self.restyle()

    def set_size(self, size: float) -> None:
        if size != self._size:
            self._size = size
            self.restyle()

    def restyle(self) -> None:
        self._wide = self._advance(self._font())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._wide + 2, QFontMetrics(self._font()).height())

    def minimumSizeHint(self) -> QSize:
        if not self._wrap:
            return self.sizeHint()
        metrics = QFontMetrics(self._font())
        word = max(map(metrics.horizontalAdvance, words(self._words)))
        return QSize(max(word, self._wide // self._lines) + 2, metrics.height())

    def hasHeightForWidth(self) -> bool:
        return self._wrap

    def heightForWidth(self, width: int) -> int:
        metrics = QFontMetrics(self._font())
        if self._wide <= width or not self._wrap:
            return metrics.height()
        return metrics.boundingRect(0, 0, width, _ENDLESS, Qt.TextFlag.TextWordWrap, self._words).height()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._theme.color("surface"))
        painter.setFont(self._font())
        painter.setPen(self._theme.color(TOKENS.get(self._tone, self._tone)))
        flags = self._align | Qt.AlignmentFlag.AlignVCenter
        if self._wrap:
            flags |= Qt.TextFlag.TextWordWrap
        painter.drawText(QRectF(self.rect()), flags, self._words)
        painter.end()

    def _font(self) -> QFont:
        return self._theme.font(self._size, self._weight)

    def _advance(self, font: QFont) -> int:
        return QFontMetrics(font).horizontalAdvance(self._words)


class FitText(Live):
    """A figure that takes a smaller size rather than being cut off: the amount is always whole."""

    def __init__(
        self,
        theme: Theme,
        *,
        size: float,
        smallest: float = 15,
        tone: str = "",
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignRight,
    ) -> None:
        self._largest, self._smallest = size, smallest
        super().__init__(theme, size=size, weight=Weight.BOLD, tone=tone, align=align)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        largest = self._theme.font(self._largest, Weight.BOLD)
        return QSize(self._advance(largest) + 2, QFontMetrics(largest).height())

    def minimumSizeHint(self) -> QSize:
        smallest = self._theme.font(self._smallest, Weight.BOLD)
        return QSize(self._advance(smallest) + 2, self.sizeHint().height())

    def show_text(self, text: str, spoken: str = "") -> None:
        super().show_text(text, spoken)
        self._fit()

    def restyle(self) -> None:
        super().restyle()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Steps down from the full size until the text fits the width at hand."""
        size = self._largest
        while size > self._smallest and self._advance(self._theme.font(size, Weight.BOLD)) > self.width():
            size -= 2
        if size != self._size:
            self._size = size
            self.update()
