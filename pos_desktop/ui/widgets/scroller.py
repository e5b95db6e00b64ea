"""A part of a screen that scrolls when it must, by touch, wheel and keyboard."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QScrollArea, QScroller, QWidget


class Scroller(QScrollArea):
    """Takes the focus only while there is something to scroll to."""

    def __init__(self, page: QWidget, name: str) -> None:
        super().__init__()
        page.setObjectName("page")
        self._page = page
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll_by_touch(self)
        self.verticalScrollBar().rangeChanged.connect(self._range_changed)

    def sizeHint(self) -> QSize:
        page = self._page
        height = page.heightForWidth(self.width()) if page.hasHeightForWidth() else page.sizeHint().height()
        return QSize(page.sizeHint().width(), max(height, page.sizeHint().height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._page.minimumSizeHint().width(), 60)

    def _range_changed(self, _low: int, high: int) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if high > 0 else Qt.FocusPolicy.NoFocus)


def scroll_by_touch(area: QAbstractScrollArea) -> None:
    """A finger moves the content itself; nobody has to hit a scroll bar."""
    QScroller.grabGesture(area.viewport(), QScroller.ScrollerGestureType.TouchGesture)
