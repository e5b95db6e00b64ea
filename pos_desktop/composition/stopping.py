"""Ctrl+C and SIGTERM while a window is open: the application is asked to end in order, nothing is torn out of it."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress

from PySide6.QtCore import QCoreApplication, QObject, QSocketNotifier, QTimer, Slot

_WINDOWS_LOOK_MS = 200


def interrupt_on_terminate() -> None:
    """Let SIGTERM end what runs before the window as Ctrl+C does: by KeyboardInterrupt. Thread: main."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


class StopSignals(QObject):
    """The first signal leaves the event loop with 0; a second one ends the process at once. Thread: GUI.

    A handler of Python's own runs only when Python does, and an exception raised inside a slot goes nowhere: so the
    signal's number is written to a pipe that the event loop watches, and the handler itself only takes a note.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.asked = False
        self._reading, self._writing = os.pipe()
        if sys.platform == "win32":
            looking = QTimer(self)
            looking.timeout.connect(self._look)
            looking.start(_WINDOWS_LOOK_MS)
        else:
            os.set_blocking(self._reading, False)
            os.set_blocking(self._writing, False)
            signal.set_wakeup_fd(self._writing, warn_on_full_buffer=False)
            notifier = QSocketNotifier(self._reading, QSocketNotifier.Type.Read, self)
            notifier.activated.connect(self._look)
        for number in (signal.SIGINT, signal.SIGTERM):
            # A shell starts what runs behind it deaf to Ctrl+C; that stays so.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._note)

    def close(self) -> None:
        """Give the pipe back; from now on either signal ends the process at once. Call it last."""
        if sys.platform != "win32":
            signal.set_wakeup_fd(-1)
        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) == self._note:
                signal.signal(number, signal.SIG_DFL)
        os.close(self._reading)
        os.close(self._writing)

    def _note(self, *_: object) -> None:
        self.asked = True
        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) == self._note:
                signal.signal(number, signal.SIG_DFL)

    @Slot()
    def _look(self) -> None:
        if sys.platform != "win32":
            with suppress(BlockingIOError):
                os.read(self._reading, 64)
        if self.asked:
            QCoreApplication.exit(0)
