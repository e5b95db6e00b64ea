"""A footnote that opens something: the whole note is the target, the last words say so."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QTextLayout, QTextOption
from PySide6.QtWidgets import QPushButton, QSizePolicy

from pos_desktop.ui.theme import TOUCH, Theme
from pos_desktop.ui.widgets.binding import bound


class FootLink(QPushButton):
    """`State figure from 2:24 PM. Why?` with the last word in the colour of links."""

    def __init__(self, theme: Theme, more: str = "") -> None:
        super().__init__()
        self._theme, self._note = theme, ""
        self._more = more or self.tr("Why?")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_text(self, note: str) -> None:
        note = bound(note)
        if note != self._note:
            self._note = note
            self.setText(f"{note} {self._more}")
            self.updateGeometry()

    def restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return max(self._theme.dim(TOUCH), round(self._layout(width).boundingRect().height()) + 8)

    def sizeHint(self) -> QSize:
        return QSize(120, self.heightForWidth(max(120, self.width())))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self._theme.dim(TOUCH))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self._theme.color("muted"))
        layout = self._layout(self.width())
        top = (self.height() - layout.boundingRect().height()) / 2
        layout.draw(painter, QRect(0, round(top), 0, 0).topLeft())
        if self.hasFocus():
            painter.setPen(QPen(self._theme.color("accent"), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

    def _layout(self, width: int) -> QTextLayout:
        layout = QTextLayout(self.text(), self._theme.font(12.5))
        layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
        link = QTextLayout.FormatRange()
        link.start, link.length = len(self._note) + 1, len(self.text()) - len(self._note) - 1
        link.format.setForeground(self._theme.color("info"))
        layout.setFormats([link])
        layout.beginLayout()
        y = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(line.position().__class__(0, y))
            y += line.height() * 1.15
        layout.endLayout()
        return layout
