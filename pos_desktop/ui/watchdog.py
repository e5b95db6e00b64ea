"""Notices when the GUI thread was held, and writes down by what."""

from __future__ import annotations

import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Slot

LIMIT_US = 100_000
_BEAT_MS, _LOOK_S = 25, 0.05
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stall:
    """The GUI thread answered nothing for at least `held_us`; `stack` is where it was when that was noticed."""

    held_us: int
    stack: str


class StallLog:
    """The judgement alone: beats in, at most one stall for each silence out."""

    def __init__(self, limit_us: int = LIMIT_US) -> None:
        self._limit_us = limit_us
        self._beat_us: int | None = None
        self._told = False

    def beat(self, at_us: int) -> None:
        self._beat_us, self._told = at_us, False

    def look(self, at_us: int) -> int | None:
        """For how long the thread has been silent, once it is too long; None otherwise or when told already."""
        if self._beat_us is None or self._told or at_us - self._beat_us <= self._limit_us:
            return None
        self._told = True
        return at_us - self._beat_us


def write_down(stall: Stall) -> None:
    log.warning("The window did not answer for %d ms:\n%s", stall.held_us // 1000, stall.stack)


class GuiWatchdog(QObject):
    """Made and started on the GUI thread; `report` is called on the watching thread."""

    def __init__(self, report: Callable[[Stall], None] = write_down, limit_us: int = LIMIT_US) -> None:
        super().__init__()
        self._report, self._log = report, StallLog(limit_us)
        self._guarded = threading.get_ident()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="gui-watchdog", daemon=True)
        self._timer = QTimer(self)
        self._timer.setInterval(_BEAT_MS)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self._timer.start()
        self._thread.start()

    def stop(self) -> None:
        self._timer.stop()
        self._stop.set()
        self._thread.join()

    @Slot()
    def _beat(self) -> None:
        self._log.beat(_now_us())

    def _watch(self) -> None:
        while not self._stop.wait(_LOOK_S):
            held_us = self._log.look(_now_us())
            if held_us is not None:
                frame = sys._current_frames().get(self._guarded)  # noqa: SLF001 - the documented way to another stack
                stack = "".join(traceback.format_stack(frame))
                del frame  # else what was painted with then lives on, and ends in this thread
                self._report(Stall(held_us, stack))


def _now_us() -> int:
    return time.monotonic_ns() // 1000
