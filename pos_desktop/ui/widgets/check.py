"""A check box as large as a finger."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox

from pos_desktop.ui.theme import TOUCH, Theme


class Check(QCheckBox):
    """Pressed anywhere on box or words."""

    def __init__(self, theme: Theme, text: str) -> None:
        super().__init__(text)
        self._theme = theme
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def _side(self) -> int:
        return self._theme.px(18)

    def sizeHint(self) -> QSize:
        words = QFontMetrics(self._theme.font(13)).horizontalAdvance(self.text())
        return QSize(self._side() + 8 + words + 8, self._theme.dim(TOUCH))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, side = self._theme, self._side()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(2.5, (self.height() - side) / 2 + 0.5, side - 1, side - 1)
        painter.setPen(QPen(theme.color("accent" if self.isChecked() else "muted"), 1.5))
        painter.setBrush(theme.color("accent" if self.isChecked() else "surface"))
        painter.drawRoundedRect(box, 4, 4)
        if self.isChecked():
            pixmap = theme.icon("check", "on_accent", side - 2, self.devicePixelRatioF())
            painter.drawPixmap(box.topLeft(), pixmap)
        painter.setPen(theme.color("text"))
        painter.setFont(theme.font(13))
        words = QRectF(side + 10, 0, self.width() - side - 10, self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()
