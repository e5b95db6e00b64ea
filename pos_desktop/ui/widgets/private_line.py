"""A line that may hold a patient's name or number: nothing of it goes to the clipboard, by no key, menu or drag."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QClipboard, QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QLineEdit

_TAKES = (QKeySequence.StandardKey.Copy, QKeySequence.StandardKey.Cut)


class PrivateLine(QLineEdit):
    """Pasting into it stays possible."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.setDragEnabled(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if any(event.matches(each) for each in _TAKES):
            event.accept()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self._forget_selection()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        self._forget_selection()

    def copy(self) -> None:
        """Nothing."""

    def cut(self) -> None:
        """Nothing."""

    def _forget_selection(self) -> None:
        """Some systems have a second clipboard, which takes whatever is marked."""
        clipboard = QGuiApplication.clipboard()
        if clipboard.supportsSelection() and clipboard.ownsSelection():
            clipboard.clear(QClipboard.Mode.Selection)
