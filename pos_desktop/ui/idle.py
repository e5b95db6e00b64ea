"""Hears that somebody is at the counter: each key, touch and turn of a wheel, whatever becomes of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

_SOMEBODY = frozenset(
    (
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.Wheel,
    )
)


class IdleWatch(QObject):
    """Attach it after the scan filter, so that it hears a scan before that swallows it."""

    def __init__(self, touched: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._touched = touched

    def attach(self, window: QWidget) -> None:
        """Raises ValueError: this is no top window."""
        window.winId()
        handle = window.windowHandle()
        if handle is None:
            raise ValueError("only a top window has keys of its own")
        handle.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _SOMEBODY:
            self._touched()
        return False
