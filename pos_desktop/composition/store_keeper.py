"""Looks after the store while the counter sells: backups, room on the disk, the write-ahead log, the daily check.

One thread of its own; nothing at the counter waits for it. What a person should know is a sentence in `told`.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from pos_desktop.composition.backing_up import EVERY_US, age_words, back_up, is_old, newest
from pos_desktop.composition.places import TRAINING
from pos_desktop.domain.disk_room import LOW, NO_NEW_DAY, NO_NEW_DAY_BELOW, Room, room
from pos_desktop.domain.errors import PosError, StoreBusy, StoreDamaged
from pos_desktop.domain.instant import DAY_US, Instant

if TYPE_CHECKING:
    from pos_desktop.composition.shop import Shop

T = TypeVar("T")
_log = logging.getLogger("pos_desktop.keeper")
LOOK_S = 15.0
SETTLE_S = 20.0
"""After the start the counter has the disk for itself for so long."""
AGAIN_S = 60.0
"""After a backup that could not be made."""
_NICE = 10
_STEP_PAUSE_S = 0.002
_CHECK_PAUSE_S, _CHECK_SLICE = 0.005, 50
CHECK_FAILED = (
    "The daily check found something wrong in this store: {first} Sales that are shown as done are saved. "
    "Call a manager: pos-desktop verify says all of it."
)
PAGES_DAMAGED = (
    "Pages of the database file were changed or damaged. Stop selling on this register and call a manager: "
    "put the newest backup back (pos-desktop restore)."
)
DISK_ERROR = (
    "The disk of this register gave an error while saved sales were moved into place. They are still saved. "
    "The file was checked and is sound. Call a manager if this comes again."
)
_ROOM = {Room.ENOUGH: "", Room.LOW: LOW, Room.NO_NEW_DAY: NO_NEW_DAY}


def behind_the_counter() -> None:
    """The calling thread takes the processor only when the counter does not want it, where the system can do that."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)


def keeper_of(shop: Shop) -> StoreKeeper:
    """A training store is backed up only where somebody set a folder for that: its sales are worth nothing."""
    live = shop.folder.profile != TRAINING
    return StoreKeeper(shop, backups=live or bool(shop.store.settings.get("backup.folder")))


class StoreKeeper:
    """`start` once, `stop` once; `told` is what the counter shows, empty while all is well. Any thread may read it.

    `backups`: whether backups are made here. The intervals are for tests.
    """

    def __init__(
        self,
        shop: Shop,
        *,
        backups: bool = True,
        look_s: float = LOOK_S,
        settle_s: float = SETTLE_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._shop = shop
        self._backups = backups
        self._look_s, self._settle_s = look_s, settle_s
        self._monotonic = monotonic
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)
        self._said: dict[str, str] = {}
        self._last: Instant | None = None
        self._again_from = 0.0
        self._written: tuple[int, ...] = ()
        self._saved: tuple[int, ...] = ()
        self._closings = 0
        self._check_due, self._quick_due = not shop.store.was_clean, True

    @property
    def told(self) -> str:
        """The gravest first."""
        order = ("disk", "check", "room", "backup")
        return next((said for name in order if (said := self._said.get(name, ""))), "")

    @property
    def last_backup(self) -> Instant | None:
        return self._last

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """The last backup of the day, then no more. Waits for both."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        last = threading.Thread(target=self._close_the_day, name="keeper")
        last.start()
        last.join()

    # ---- the thread

    def _run(self) -> None:
        behind_the_counter()
        self._guarded(self._begin)
        if self._stopping.wait(self._settle_s):
            return
        while True:
            for each in (self.look_at_room, self.back_up_if_due, self.checkpoint_if_idle, self.check_if_due):
                if self._stopping.is_set():
                    return
                self._guarded(each)
            if self._stopping.wait(self._look_s):
                return

    def _begin(self) -> None:
        self._closings = self._shop.store.care.closings()
        if self._backups:
            found = newest(self._shop)
            self._last = None if found is None else found.at
        self.look_at_room()

    def _guarded(self, work: Callable[[], object]) -> None:
        try:
            work()
        except PosError as problem:
            _log.info("keeper: %s", problem.code)
        except Exception:  # noqa: BLE001 - the keeper must outlive any bug: backups and checks go on
            _log.exception("keeper failed")

    def _close_the_day(self) -> None:
        self._guarded(self._checkpoint)
        if self._backups and self._shop.store.care.written() != self._saved:
            self._guarded(lambda: self._back_up(lambda: False))

    # ---- room on the disk

    def look_at_room(self) -> None:
        """Warn of little room; with room again the ballast is made anew."""
        store = self._shop.store
        free = store.free_bytes()
        self._said["room"] = _ROOM[room(free)]
        from pos_desktop.storage.ballast import SIZE

        if self._backups and not store.has_ballast and free > NO_NEW_DAY_BELOW + SIZE:
            store.ensure_ballast()

    # ---- backups

    def back_up_if_due(self) -> None:
        """Every fifteen minutes in which something was written, and after each till that was closed."""
        if not self._backups or self._shop.store.frozen or self._monotonic() < self._again_from:
            return
        closings, now = self._shop.store.care.closings(), self._shop.clock.now()
        # One that is dated ahead was made by a wrong clock, and says nothing of how long ago.
        recent = self._last is not None and 0 <= now.since_us(self._last) < EVERY_US
        due = not recent or closings != self._closings
        if closings != self._closings:
            self._checkpoint()
        if due and self._shop.store.care.written() != self._saved:
            self._back_up(self._pause)
            self._closings = closings

    def _back_up(self, pause: Callable[[], bool]) -> None:
        from pos_desktop.composition.rotating import forget_former_key
        from pos_desktop.storage.backup import Stopped

        before = self._shop.store.care.written()
        try:
            self._last = back_up(self._shop, pause).at
        except StoreBusy:  # somebody else makes one, or hangs in it
            self._again_from = self._monotonic() + AGAIN_S
            now = self._shop.clock.now()
            if self._last is not None and is_old(self._last, now):
                self._said["backup"] = age_words(self._last, now)
            return
        except PosError as problem:
            self._again_from = self._monotonic() + AGAIN_S
            self._said["backup"] = self._failed(problem)
            _log.warning("no backup: %s", problem.code)
            return
        except Stopped:
            return
        self._saved, self._said["backup"] = before, ""
        forget_former_key(self._shop)

    def _failed(self, problem: PosError) -> str:
        now = self._shop.clock.now()
        age = f" {age_words(self._last, now)}" if is_old(self._last, now) else ""
        return problem.sentence + age

    def _pause(self) -> bool:
        return self._stopping.wait(_STEP_PAUSE_S) or self._shop.store.frozen

    # ---- the write-ahead log

    def checkpoint_if_idle(self) -> None:
        """Nothing was written since the last look: now is the time to find out what the disk really took."""
        care = self._shop.store.care
        written, before = care.written(), self._written
        self._written = written
        if written == before and care.log_bytes():
            self._checkpoint()
            self._written = care.written()

    def _checkpoint(self) -> None:
        """An error here is as grave as one while a sale is saved (reliability contract, section 2)."""
        store = self._shop.store
        if store.frozen:
            return
        try:
            store.idle_checkpoint()
        except PosError as problem:
            self._said["disk"] = problem.sentence
            if problem.code == "disk-error" or isinstance(problem, StoreDamaged):
                self._reopen()

    def _reopen(self) -> None:
        _log.warning("the disk failed in a checkpoint")
        try:
            self._shop.store.reopen()
        except PosError as worse:
            self._said["disk"] = worse.sentence
            return
        if not self._shop.store.frozen:
            self._said["disk"] = DISK_ERROR

    # ---- the daily check

    def check_if_due(self) -> None:
        """Each page and the whole journal, once a day and after an unclean stop, in small pieces; else the trees of
        the database, once after each start.
        """
        store, now = self._shop.store, self._shop.clock.now()
        last = store.care.checked_at
        quick, self._quick_due = self._quick_due, False
        if not self._check_due and last is not None and 0 <= now.since_us(last) < DAY_US:
            if quick and not store.trees_are_sound():
                self._said["check"] = PAGES_DAMAGED
            return
        wrong = self._check()
        if wrong is None:
            return
        self._check_due = False
        self._said["check"] = wrong
        if wrong:
            _log.warning("the daily check found something wrong")
        else:
            store.care.checked(now)

    def _check(self) -> str | None:
        """What is wrong, empty where nothing is; None when it was stopped on the way."""
        from pos_desktop.composition.verifying import findings

        if not self._shop.store.pages_are_whole():
            return PAGES_DAMAGED
        found = findings(self._shop, gently=self._gently)
        if self._stopping.is_set():
            return None
        return "" if found.good else CHECK_FAILED.format(first=found.wrong[0])

    def _gently(self, rows: Iterable[T]) -> Iterator[T]:
        """Leaves the processor to the counter now and then; ends early when the program does."""
        for n, each in enumerate(rows, start=1):
            if n % _CHECK_SLICE == 0 and self._stopping.wait(_CHECK_PAUSE_S):
                return
            yield each
