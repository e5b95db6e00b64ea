"""An icon that only repeats what the words beside it say."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from pos_desktop.ui.theme import Theme


class Mark(QWidget):
    def __init__(self, theme: Theme, icon_name: str, side: int) -> None:
        super().__init__()
        self._theme, self._icon_name, self._side = theme, icon_name, side
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.dim(self._side), self._theme.dim(self._side))

    def paintEvent(self, event: QPaintEvent) -> None:
        side = self._theme.dim(self._side)
        pixmap = self._theme.icon(self._icon_name, "accent", side, self.devicePixelRatioF())
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, pixmap)
