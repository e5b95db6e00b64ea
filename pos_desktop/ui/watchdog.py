"""Notices when the GUI thread was held, and writes down by what."""

from __future__ import annotations

import faulthandler
import logging
import tempfile
import threading
import time
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
                self._report(Stall(held_us, stack_of(self._guarded)))


def stack_of(thread_id: int) -> str:
    """Where a thread is, innermost call first.

    Written out by the interpreter without a reference to any frame: one held here past its time would destroy the
    painter or event of that frame on this thread.
    """
    with tempfile.TemporaryFile() as out:
        faulthandler.dump_traceback(out, all_threads=True)
        out.seek(0)
        text = out.read().decode(errors="replace")
    mine = [part for part in text.split("\n\n") if f"{thread_id:x} " in part.partition("\n")[0]]
    return mine[0] if mine else text


def _now_us() -> int:
    return time.monotonic_ns() // 1000
