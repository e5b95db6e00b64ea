"""A pill that can be pressed: drawn small, pressed at full touch size."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy

from pos_desktop.ui.state import Tone
from pos_desktop.ui.theme import TOUCH, Theme
from pos_desktop.ui.widgets.pill import Pill

_RIM = 2
"""Around the pill, for the line that shows the focus."""


class PillButton(QPushButton):
    """Looks the same whether it opens something or not; where it does not it is no stop of Tab.

    The pill inside is placed by hand: a layout would answer for the button and know nothing of touch.
    """

    def __init__(self, theme: Theme, *, height: int, size: float) -> None:
        super().__init__()
        self._theme = theme
        self._pill = Pill(theme, height=height, size=size, dot=True)
        self._pill.setParent(self)
        self._pill.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setEnabled(False)

    def show_pill(self, text: str, tone: Tone, *, opens: bool) -> None:
        if text != self.accessibleName():
            self.setAccessibleName(text)
            self.updateGeometry()
        self._pill.show_pill(text, tone)
        self.setEnabled(opens)
        self.setCursor(Qt.CursorShape.PointingHandCursor if opens else Qt.CursorShape.ArrowCursor)
        self._place()

    def restyle(self) -> None:
        self._pill.restyle()
        self.updateGeometry()
        self._place()

    def sizeHint(self) -> QSize:
        return self._at_least(self._pill.sizeHint())

    def minimumSizeHint(self) -> QSize:
        return self._at_least(self._pill.minimumSizeHint())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return max(self._theme.dim(TOUCH), self._pill.heightForWidth(width - 2 * _RIM) + 2 * _RIM)

    def _at_least(self, inside: QSize) -> QSize:
        rim = QSize(2 * _RIM, 2 * _RIM)
        return (inside + rim).expandedTo(QSize(self._theme.px(112), self._theme.dim(TOUCH)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        width = self.width() - 2 * _RIM
        height = min(self._pill.heightForWidth(width), self.height() - 2 * _RIM)
        self._pill.setGeometry(_RIM, (self.height() - height) // 2, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The pill paints itself; of the button only the focus is seen."""
        if not self.hasFocus():
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._theme.color("accent"), 2))
            painter.drawRoundedRect(self._pill.geometry().adjusted(-1, -1, 1, 1), 16, 16)
