"""The counter's window, painted before anything heavy is imported, and joined to its back room when that is open."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from pos_desktop.composition.display import refuse_without_display
from pos_desktop.composition.places import DataFolder, resources_dir
from pos_desktop.domain.errors import PosError
from pos_desktop.ui.garbage import GuiGarbage
from pos_desktop.ui.intents import Intents
from pos_desktop.ui.main_window import CounterWindow
from pos_desktop.ui.theme import Theme, ThemeChoice

if TYPE_CHECKING:
    from pos_desktop.composition.counter import BackRoom
    from pos_desktop.ui.flows.floor import Floor
    from pos_desktop.ui.lanes import Lane, LaneBook

Ask = Callable[[str], str]
_UNSEEN_MS = 3_000
"""A window that nothing shows, on another desktop for instance, is not painted: the store opens without that."""


def application() -> QApplication:
    """The one QApplication of this process.

    Raises:
        EnvironmentTrouble: Qt would abort here, for want of a display or of a library of the system.
    """
    there = QApplication.instance()
    if there is None:
        refuse_without_display()
    made = there if isinstance(there, QApplication) else QApplication(sys.argv[:1])
    made.setApplicationName("pos-desktop")
    return made


class CounterProgram(QObject):
    """One counter in one window. Thread: GUI.

    `ready` is emitted when a PIN can be typed on the lock screen, or where nobody signs in when the first scan can be
    served; `failed` with the sentence when the store cannot be opened. `unattended`: nobody signs in (tests, figures).
    """

    ready = Signal()
    failed = Signal(str)

    def __init__(
        self,
        folder: DataFolder,
        *,
        ask: Ask | None = None,
        scan_filter: bool = True,
        theme: ThemeChoice | None = None,
        unattended: bool = False,
    ) -> None:
        super().__init__()
        self._garbage = GuiGarbage()
        self._folder, self._unattended = folder, unattended
        self._ask = ask
        self._chosen_theme = theme
        self.theme = Theme(resources_dir() / "icons", theme or ThemeChoice.SYSTEM)
        self.intents = Intents()
        self.window = CounterWindow(self.intents, self.theme)
        self.back_room: BackRoom | None = None
        self.controller: QObject | None = None
        self.trouble: PosError | None = None
        self._book: LaneBook | None = None
        self._with_filter = scan_filter
        self._filter: QObject | None = None
        self._idle: QObject | None = None
        self._watchdog: QObject | None = None
        self._closed = False
        self.intents.closing.connect(self.close)

    def show(self) -> None:
        """Paint first; the store opens on its lane as soon as the first picture is there."""
        self.window.painted.connect(self._open)
        self.window.show()
        QTimer.singleShot(_UNSEEN_MS, self._open)

    @property
    def floor(self) -> Floor | None:
        """What goes on at the counter; None until it is ready."""
        from pos_desktop.ui.flows.controller import CounterController

        return self.controller.floor if isinstance(self.controller, CounterController) else None

    @Slot()
    def _open(self) -> None:
        from pos_desktop.ui.lanes import LaneBook

        if self._closed or self._book is not None:
            return
        self._book = book = LaneBook()
        database = book.lane("database")
        database(
            "open the store",
            self._open_back_room,
            lambda back_room: self._opened(back_room, book, database),
            self._refused,
        )

    def _open_back_room(self) -> BackRoom:
        from pos_desktop.composition.counter import open_back_room
        from pos_desktop.composition.logs import log_to

        log_to(self._folder.path)
        return open_back_room(self._folder, self._ask, unattended=self._unattended)

    def _opened(self, back_room: BackRoom, book: LaneBook, database: Lane) -> None:
        from pos_desktop.ui.flows.controller import CounterController
        from pos_desktop.ui.flows.floor import Lanes
        from pos_desktop.ui.idle import IdleWatch
        from pos_desktop.ui.state import Tone

        self.back_room = back_room
        if self._closed:
            back_room.close()
            return
        self._dress(back_room)
        lanes = Lanes(
            database=database,
            network=book.lane("network", 2),
            paper=book.lane("paper"),
            scale=book.lane("scale"),
            comparing=book.lane("comparing"),
        )
        self.controller = controller = CounterController(back_room.desk, lanes, self.window)
        self._listen_to_scanner()
        self._idle = idle = IdleWatch(controller.touched, self)
        idle.attach(self.window)
        controller.start(self.ready.emit)
        # Behind the counter's own first readings: keeper, scale and sender take no time from a person who waits.
        database(
            "start what works behind", _nothing, lambda _: back_room.start(), lambda _: back_room.start()
        )
        if back_room.note:
            controller.floor.say(Tone.WARN, back_room.note)
        self._watch()

    def _refused(self, problem: BaseException) -> None:
        from pos_desktop.ui.flows.floor import report_bug
        from pos_desktop.ui.flows.picture import closed_counter

        if isinstance(problem, PosError):
            self.trouble, sentence = problem, problem.sentence
        else:
            report_bug(problem)
            sentence = self.tr("The store cannot be opened. Nothing was changed. Call a manager.")
        self.window.render(closed_counter(sentence))
        self.failed.emit(sentence)

    def _dress(self, back_room: BackRoom) -> None:
        """Looks as set for this store, unless a caller chose them."""
        settings = back_room.shop.store.settings
        choice = self._chosen_theme or ThemeChoice(settings.get("ui.theme") or "system")
        percent = int(settings.get("ui.text_percent") or 100)
        if choice is not self.theme.choice:
            self.window.set_theme(choice)
        if percent != self.theme.text_percent:
            self.window.set_text_percent(percent)

    def _listen_to_scanner(self) -> None:
        from hardware.scanners.wedge import WedgeRecogniser, WedgeSettings
        from pos_desktop.ui.scan_filter import ScanFilter

        assert self.back_room is not None  # noqa: S101 - called by _opened only
        gap_ms = int(self.back_room.shop.store.settings.get("scanner.gap_ms") or 35)
        recogniser = WedgeRecogniser(WedgeSettings(gap_us=gap_ms * 1000))
        self._filter = scans = ScanFilter(recogniser, self.intents.scanned.emit, parent=self)
        scans.enabled = self._with_filter
        scans.attach(self.window)

    def _watch(self) -> None:
        from pos_desktop.ui.watchdog import GuiWatchdog

        self._watchdog = watchdog = GuiWatchdog()
        watchdog.start()
        self._garbage.start()

    @Slot()
    def close(self) -> None:
        """Stop asking, let lanes end, close the store in order; at most once."""
        if self._closed:
            return
        self._closed = True
        self.window.hide()  # what follows may take seconds: the last backup of the day
        for part in (self._watchdog, self._garbage, self.controller):
            stop = getattr(part, "stop", None)
            if stop is not None:
                stop()
        if self._book is not None:
            self._book.close()
        if self.back_room is not None:
            self.back_room.close()


def _nothing() -> None:
    """To be behind what was asked for before is all that is wanted."""
