"""Hands and eyes: events at the top window, waiting for what shows, pictures."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPoint, QPointF, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPixmap
from PySide6.QtWidgets import QAbstractButton, QWidget

_KEY_MS = 2
"""Between two keys of a scan; hand scanners send one each 1 to 5 ms."""
_PERSON_MS = 50
"""Between two keys of a quick typist."""
_LOOK_MS = 5
_PATIENCE_S = 30.0


class SceneFailed(Exception):
    """Something did not happen; the message says which step waited for what."""


class Driver:
    """Thread: GUI. Events go to the window's handle, as the system sends them, never to a widget."""

    def __init__(
        self,
        window: QWidget,
        out: Path,
        *,
        patience_s: float = _PATIENCE_S,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        """`stopped` is asked between any two steps; a yes ends the play with KeyboardInterrupt."""
        self._window = window
        self.out = out
        self._patience_s = patience_s
        self._stopped = stopped
        self._stamp_ms = 0
        self._pictures: list[str] = []

    @property
    def pictures(self) -> list[str]:
        return self._pictures

    # -- hands

    def scan(self, code: str) -> None:
        """A burst as a keyboard-wedge scanner types it, Enter at its end; a busy computer does not slow it down."""
        for n, char in enumerate(code):
            self._key(_key_of(char), char, in_burst=n > 0)
        self._key(Qt.Key.Key_Return, "\r", in_burst=True)

    def press(self, key: Qt.Key, text: str = "") -> None:
        """One key, at a person's pace."""
        self._rest()
        self._key(key, text)

    def type(self, text: str) -> None:
        for char in text:
            self.press(_key_of(char), char)

    def lock(self) -> None:
        """Ctrl+L."""
        self._rest()
        self._key(Qt.Key.Key_L, "\x0c", held=Qt.KeyboardModifier.ControlModifier)

    def touch(self, name: str) -> None:
        """Press the visible button of that name in its middle."""
        button = self.button(name)
        self._rest()
        self._click(button.mapTo(self._window, button.rect().center()))

    def button(self, name: str) -> QAbstractButton:
        for button in self._window.findChildren(QAbstractButton):
            if button.isVisible() and name in (button.text(), button.accessibleName()):
                return button
        raise SceneFailed(f"there is no button “{name}” to touch")

    # -- eyes

    def wait(self, what: str, true: Callable[[], object]) -> None:
        """Raises SceneFailed when `what` has not come true in time."""
        until = time.monotonic() + self._patience_s
        while not true():
            if time.monotonic() > until:
                raise SceneFailed(f"waited for {what}")
            self._look()

    def picture(self, name: str) -> None:
        """Save what the window shows now."""
        self._look()
        number = len(self._pictures) + 1
        file = f"{number:02d}-{name}.png"
        self._window.grab().save(str(self.out / file))
        self._pictures.append(file)

    def picture_at(self, file: Path, size: QSize, ratio: int) -> None:
        """Save the window as it looks at `size`, drawn with `ratio` device pixels to the point."""
        before = self._window.size()
        self._window.resize(size)
        self._look()
        pixmap = QPixmap(size * ratio)
        pixmap.setDevicePixelRatio(ratio)
        QWidget.render(self._window, pixmap, QPoint())
        pixmap.save(str(file))
        self._window.resize(before)
        self._look()

    # -- inside

    def _look(self, milliseconds: int = _LOOK_MS) -> None:
        """Let the window work for a moment. An event loop lets the other threads run, which waiting would not."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()
        if self._stopped():
            raise KeyboardInterrupt

    def _rest(self) -> None:
        """Longer than any pause inside a scan."""
        self._look(_PERSON_MS)

    def _key(
        self,
        key: Qt.Key,
        text: str,
        *,
        in_burst: bool = False,
        held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        handle = self._window.windowHandle()
        now_ms = 0 if in_burst else time.monotonic_ns() // 1_000_000
        self._stamp_ms = max(self._stamp_ms + _KEY_MS, now_ms)
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, held, text)
            event.setTimestamp(self._stamp_ms)
            QCoreApplication.sendEvent(handle, event)

    def _click(self, at: QPoint) -> None:
        handle = self._window.windowHandle()
        place, on_screen = QPointF(at), QPointF(self._window.mapToGlobal(at))
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        for kind, held in ((QEvent.Type.MouseButtonPress, left), (QEvent.Type.MouseButtonRelease, none)):
            event = QMouseEvent(kind, place, on_screen, left, held, Qt.KeyboardModifier.NoModifier)
            QCoreApplication.sendEvent(handle, event)


def _key_of(char: str) -> Qt.Key:
    return Qt.Key(ord(char.upper()))
