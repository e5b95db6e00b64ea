"""Lets go of Qt objects on the GUI thread, between two events.

Python's cycle collector runs on whichever thread happens to allocate and at any moment: a widget destroyed by a
worker, or in the middle of a paint, crashes the program.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

_EVERY_MS = 1_000


class GuiGarbage(QObject):
    """Made, started and stopped on the GUI thread. From when it is made, cycles are collected here and nowhere else.

    Until `start` none are: much is imported and little dropped by then, and the collector would look through all of it
    again and again.
    """

    def __init__(self) -> None:
        super().__init__()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.collect)

    def start(self) -> None:
        """What exists now stays for good and is never looked at again, so that a collection is short."""
        gc.freeze()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        gc.enable()
        gc.unfreeze()

    @Slot()
    def collect(self) -> None:
        """The oldest generation that is due, as the collector itself would choose."""
        counts = zip(gc.get_count(), gc.get_threshold(), strict=True)
        due = [generation for generation, (count, most) in enumerate(counts) if count > most]
        if due:
            gc.collect(due[-1])
