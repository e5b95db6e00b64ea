"""Recognises a scanner's burst before the focus does: the filter on the top window, around a recogniser given to it.

Installed on the window and not on the application, because every key passes the window first, while an application
filter in Python would also be called for each paint and timer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget


class Recogniser(Protocol):
    """Keys and their times in, verdicts out.

    One with a `text`: all kept keys are that scan. One with a `count`: so many of the kept keys, from the first on,
    were typed by a person. Any other: keep the present key.
    """

    @property
    def due_us(self) -> int | None: ...

    def feed(self, char: str, at_us: int, *, guarded: bool = False) -> Sequence[object]: ...

    def feed_terminator(self, char: str, at_us: int) -> Sequence[object]: ...

    def feed_other(self, at_us: int) -> Sequence[object]: ...

    def tick(self, at_us: int) -> Sequence[object]: ...


def monotonic_us() -> int:
    return time.monotonic_ns() // 1000


_MODIFIERS = frozenset(
    (
        Qt.Key.Key_Shift,
        Qt.Key.Key_Control,
        Qt.Key.Key_Alt,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_Meta,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_NumLock,
    )
)
_TERMINATORS = {
    Qt.Key.Key_Return: "\r",
    Qt.Key.Key_Enter: "\r",
    Qt.Key.Key_Tab: "\t",
    Qt.Key.Key_Backtab: "\t",
}
_EDITING = frozenset((Qt.Key.Key_Escape, Qt.Key.Key_Delete, Qt.Key.Key_Backspace))


class _EventTime:
    """When a key was pressed, on our clock: a window that was busy for a moment must not slow a burst down.

    The system stamps events in milliseconds of a clock of its own; the smallest lag seen so far ties the two together.
    """

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._offset_us: int | None = None
        self._last_us = 0

    def of(self, stamp_ms: int) -> int:
        now = self._clock()
        if stamp_ms <= 0:
            return now
        lag = now - stamp_ms * 1000
        if self._offset_us is None or stamp_ms * 1000 + 1_000_000 < self._last_us:
            self._offset_us = lag
        self._offset_us = min(self._offset_us, lag)
        self._last_us = stamp_ms * 1000
        return min(now, self._last_us + self._offset_us)


class _Kept:
    """A key that may belong to a scan, with its release if that came already."""

    def __init__(self, press: QKeyEvent) -> None:
        self.key = press.key()
        self.events = [press.clone()]


class ScanFilter(QObject):
    """Swallows scans, Enter, Tab and Escape inside them included, and gives typed keys back in order.

    Args:
        scanned: Called with the text of each whole scan, on the GUI thread.
        clock: Microseconds that never go back.
    """

    def __init__(
        self,
        recogniser: Recogniser,
        scanned: Callable[[str], object],
        clock: Callable[[], int] = monotonic_us,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._recogniser, self._scanned, self._clock = recogniser, scanned, clock
        self._time = _EventTime(clock)
        self._kept: list[_Kept] = []
        self._swallowed: set[int] = set()
        self.enabled = True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def attach(self, window: QWidget) -> None:
        """Watch a top window; once for each window of the program."""
        window.winId()
        handle = window.windowHandle()
        if handle is None:
            raise ValueError("only a top window has keys of its own")
        handle.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if not self.enabled or kind not in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            return False
        if not isinstance(event, QKeyEvent):
            return False
        if kind == QEvent.Type.KeyRelease:
            return self._released(event)
        return self._pressed(event)

    # -- keys

    def _pressed(self, event: QKeyEvent) -> bool:
        if event.key() in _MODIFIERS:
            return False
        verdicts = self._ask(event, self._time.of(event.timestamp()))
        keep = swallow = False
        for verdict in verdicts:
            keep = not self._settled(verdict)
            swallow = hasattr(verdict, "text")
        if keep:
            self._kept.append(_Kept(event))
        elif swallow:
            self._swallowed.add(event.key())
        self._set_timer()
        return keep or swallow

    def _ask(self, event: QKeyEvent, at_us: int) -> Sequence[object]:
        key, text = event.key(), event.text()
        if event.isAutoRepeat() or key in _EDITING:
            return self._recogniser.feed_other(at_us)
        if key in _TERMINATORS:
            return self._recogniser.feed_terminator(_TERMINATORS[Qt.Key(key)], at_us)
        if not text:
            return self._recogniser.feed_other(at_us)
        return self._recogniser.feed(text, at_us, guarded=_guarded())

    def _released(self, event: QKeyEvent) -> bool:
        key = event.key()
        for kept in reversed(self._kept):
            if kept.key == key:
                kept.events.append(event.clone())
                return True
        if key in self._swallowed:
            if not event.isAutoRepeat():
                self._swallowed.discard(key)
            return True
        return False

    @Slot()
    def _tick(self) -> None:
        """Silence has decided."""
        for verdict in self._recogniser.tick(self._clock()):
            self._settled(verdict)
        self._set_timer()

    def _set_timer(self) -> None:
        due = self._recogniser.due_us
        if due is None:
            self._timer.stop()
        else:
            self._timer.start(max(0, -(-(due - self._clock()) // 1000)))

    # -- verdicts

    def _settled(self, verdict: object) -> bool:
        """Do what it says of the kept keys; False where it says only to keep the present one."""
        # By attribute: asking a Protocol whether it fits takes longer than the rest of a key together.
        text, count = getattr(verdict, "text", None), getattr(verdict, "count", None)
        if text is not None:
            self._finish(text)
        elif count is not None:
            self._give_back(count)
        return text is not None or count is not None

    def _finish(self, text: str) -> None:
        self._swallowed.update(kept.key for kept in self._kept if len(kept.events) == 1)
        self._kept.clear()
        self._scanned(text)

    def _give_back(self, count: int) -> None:
        given, self._kept = self._kept[:count], self._kept[count:]
        for kept in given:
            for event in kept.events:
                target = QApplication.focusWidget() or QApplication.activeWindow()
                if target is not None:
                    QCoreApplication.sendEvent(target, event)


def _guarded() -> bool:
    """A secret is being typed: nothing there is guessed to be a scan."""
    focus = QApplication.focusWidget()
    return isinstance(focus, QLineEdit) and focus.echoMode() is not QLineEdit.EchoMode.Normal
