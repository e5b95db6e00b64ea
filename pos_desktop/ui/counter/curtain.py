"""Draws the lock screen over the window and takes everything else out of sight, and out of a screen reader's reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from shiboken6 import isValid

from pos_desktop.ui.intents import Intents
from pos_desktop.ui.lock_state import LockScreen
from pos_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from pos_desktop.ui.counter.lock_screen import LockScreenView


class Curtain:
    """What lies behind is hidden and not merely covered."""

    def __init__(self, theme: Theme, intents: Intents, window: QWidget) -> None:
        self._theme, self._intents, self._window = theme, intents, window
        self._view: LockScreenView | None = None
        self._behind: list[QWidget] = []
        self._focus: QWidget | None = None
        self.closed = False

    def close(self, lock: LockScreen) -> None:
        """Show it, or change what it shows."""
        from pos_desktop.ui.counter.lock_screen import LockScreenView

        if self._view is None:
            self._view = LockScreenView(self._theme, self._intents, self._window)
        if not self.closed:
            self._view.forget()  # letters and digits of whoever was here before
        self._view.show_lock(lock)
        if not self.closed:
            self.closed = True
            self._hide_the_rest(self._view)

    def lift(self) -> None:
        """From now on what lies behind may be drawn; it is still hidden, where drawing it costs less."""
        self.closed = False

    def open(self) -> QWidget | None:
        """Everything is as it was; whoever had the keys before, where that is still in sight."""
        if self._view is None or not self._view.isVisibleTo(self._window):
            return None
        self._view.forget()
        self._show_the_rest()
        self._view.hide()
        focus, self._focus, self._behind = self._focus, None, []
        return focus if focus is not None and isValid(focus) and focus.isVisible() else None

    def remember(self) -> None:
        """Who has the keys now, before anything behind is emptied."""
        self._focus = self._window.focusWidget()

    def press(self, name: str) -> None:
        if self._view is not None:
            self._view.press(name)

    def resized(self) -> None:
        if self._view is not None:
            self._view.setGeometry(self._window.rect())

    def _show_the_rest(self) -> None:
        layout = self._window.layout()
        assert layout is not None  # noqa: S101 - the counter's own
        layout.setEnabled(False)  # it would lay everything out anew for each of them
        for widget in self._behind:
            widget.show()
        layout.setEnabled(True)
        layout.activate()

    def _hide_the_rest(self, view: QWidget) -> None:
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        QToolTip.hideText()
        view.setGeometry(self._window.rect())
        view.show()
        view.raise_()
        self._behind = [
            each
            for each in self._window.children()
            if isinstance(each, QWidget) and each is not view and each.isVisibleTo(self._window)
        ]
        for widget in self._behind:
            widget.hide()
        assert self._view is not None  # noqa: S101 - built by `close`
        self._view.first_focus().setFocus()
