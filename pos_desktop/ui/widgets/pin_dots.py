"""How many digits of a PIN are typed, never which."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from pos_desktop.app.signing_in import LEAST_DIGITS, MOST_DIGITS
from pos_desktop.ui.theme import TOUCH, Theme


class PinDots(QWidget):
    """A place for each digit that a PIN has at least, and a dot in it once typed."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._count = theme, 0
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._speak()

    def show_count(self, count: int) -> None:
        if count != self._count:
            self._count = count
            self._speak()
            self.update()

    def restyle(self) -> None:
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.dim(18) * MOST_DIGITS, self._theme.dim(TOUCH))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        places = max(LEAST_DIGITS, self._count)
        side = theme.dim(12)
        step = min(theme.dim(26), (self.width() - 2 * side) / places)
        x, y = (self.width() - step * places) / 2, (self.height() - side) / 2
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(
                QPen(theme.color("accent" if self.hasFocus() else "line"), 2 if self.hasFocus() else 1)
            )
            painter.setBrush(theme.color("surface"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 10, 10)
            for n in range(places):
                typed = n < self._count
                painter.setPen(QPen(theme.color("text" if typed else "spent"), 1.5))
                painter.setBrush(theme.color("text" if typed else "surface"))
                painter.drawEllipse(QRectF(x + n * step + (step - side) / 2, y, side, side))

    def _speak(self) -> None:
        self.setAccessibleName(self.tr("PIN, {n} digits typed").format(n=self._count))
