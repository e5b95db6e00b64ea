"""The counter's window. Its first picture needs almost nothing: paint first, furnish and open the store after that.

What is in it is built by `counter.inside` after the first paint, or at the first thing asked of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from pos_desktop.ui.intents import Intents
from pos_desktop.ui.theme import Theme, ThemeChoice

if TYPE_CHECKING:
    from pos_desktop.ui.counter.inside import Inside
    from pos_desktop.ui.lock_state import LockScreen
    from pos_desktop.ui.room_state import Room
    from pos_desktop.ui.sheet_state import Sheet
    from pos_desktop.ui.state import CounterState, ScaleCard


class CounterWindow(QWidget):
    """`intents` carries what the person wants; `theme` is the look: `set_theme`, `set_text_percent`.

    `painted` is emitted once, when the first picture is on the screen.
    """

    painted = Signal()

    def __init__(self, intents: Intents, theme: Theme) -> None:
        super().__init__()
        self.intents, self.theme = intents, theme
        self._inside: Inside | None = None
        self._seen = False
        self.setObjectName("counter")
        self.setWindowTitle(self.tr("Counter"))
        self.setMinimumSize(960, 640)

    @property
    def inside(self) -> Inside:
        """The parts; built now if they are not there yet."""
        if self._inside is None:
            from pos_desktop.ui.counter.inside import Inside

            self._inside = Inside(self, self.intents, self.theme)
            QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)
        return self._inside

    @Slot()
    def furnish(self) -> None:
        """Build what is inside; again costs nothing."""
        self.inside.resized()

    # -- drawing

    def render(self, state: CounterState) -> None:  # type: ignore[override]  # pictures are taken with grab()
        """Draw `state`; parts equal to what is on the screen are left alone."""
        self.inside.render(state)

    def show_scale(self, scale: ScaleCard | None) -> None:
        """The live weight alone, many times a second, without a whole state."""
        self.inside.show_scale(scale)

    def show_sheet(self, sheet: Sheet | None) -> None:
        """Show `sheet` over the counter, change the one that is there, or go back to the counter with None."""
        self.inside.show_sheet(sheet)

    def show_room(self, room: Room | None) -> None:
        """Show this room instead of the counter, change what is there, or go back to the counter with None."""
        self.inside.show_room(room)

    def show_lock(self, lock: LockScreen | None) -> None:
        """Cover everything with the lock screen, or with None show again what is behind it."""
        self.inside.show_lock(lock)

    @property
    def sheet(self) -> Sheet | None:
        return self.inside.sheet

    def focus_search(self) -> None:
        """As the key `/` does."""
        self.inside.focus_search()

    def clear_search(self) -> None:
        """After a choice or a scan: empty the field and give the keys back to the cart."""
        self.inside.clear_search()

    def press(self, name: str) -> None:
        """Do what the key called `name` does now."""
        self.inside.press(name)

    # -- look

    def set_theme(self, choice: ThemeChoice) -> None:
        self.theme.choice = choice
        self.inside.restyle()

    def set_text_percent(self, percent: int) -> None:
        """As large as that where the window has room for it."""
        self.theme.asked_percent = percent
        self.inside.restyle()

    @Slot()
    def _system_changed(self) -> None:
        if self.theme.choice is ThemeChoice.SYSTEM:
            self.theme.look_again()
            self.inside.restyle()

    # -- what Qt tells a window

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._inside is None:
            self._paint_opening()
        if not self._seen:
            self._seen = True
            QTimer.singleShot(0, self._on_screen)

    @Slot()
    def _on_screen(self) -> None:
        self.painted.emit()
        self.furnish()

    def _paint_opening(self) -> None:
        """Bar and cards without a word, for the moment until the parts are built."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.theme.color("bg"))
        surface, side, gap = self.theme.color("surface"), 258, 12
        painter.fillRect(QRect(0, 0, self.width(), 55), surface)
        painter.fillRect(QRect(0, 56, 76, self.height()), surface)
        top, tall = 68, self.height() - 80
        painter.fillRect(QRect(88, top, 322, tall), surface)
        middle = self.width() - side - 2 * gap
        painter.fillRect(QRect(422, top, middle - 422, tall), surface)
        painter.fillRect(QRect(middle + gap, top, side, 180), surface)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._inside is not None:
            self._inside.resized()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        from pos_desktop.ui.key_names import key_name

        name = key_name(event)
        if name and not (event.isAutoRepeat() and name in ("Enter", "Esc", "F12", "Ctrl+L")):
            self.inside.press(name)

    def focusNextPrevChild(self, forward: bool) -> bool:
        return self.inside.tab(forward=forward)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.intents.closing.emit()
        super().closeEvent(event)
