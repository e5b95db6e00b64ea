"""The sender inside the program: one thread that drains the queue, watches the line and fetches what is new."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from pos_desktop.app.ask_state import AskState
from pos_desktop.app.link import LinkWatch
from pos_desktop.app.ports import ServiceReach, StateAnswer, SyncStatus
from pos_desktop.domain.errors import PosError, StoreBusy

if TYPE_CHECKING:
    from pos_desktop.composition.reporting import StateService
    from pos_desktop.composition.shop import Shop
    from pos_desktop.domain.patient import Patient

_log = logging.getLogger("pos_desktop.sync")
IDLE_S = 30.0
AWAY_S = 5.0
BUSY_S = 2.0
FETCH_EVERY_S = 600.0
"""Between two looks at what changed in the state's inventory."""


class SyncWorker:
    """Started once, stopped once. `connect` builds the service on the worker's own thread: start-up stays quick.

    `fetch` looks at the state's inventory now and then; `ask_again` is called when nothing is left to send.
    `differences` says how many between the store and the state wait for a person.
    """

    def __init__(
        self,
        shop: Shop,
        link: LinkWatch,
        connect: Callable[[Callable[[float], bool]], StateService],
        *,
        fetch: Callable[[StateService], object] | None = None,
        ask_again: Callable[[StateService], object] | None = None,
        differences: Callable[[], int] = lambda: 0,
        idle_s: float = IDLE_S,
        away_s: float = AWAY_S,
    ) -> None:
        self._shop = shop
        self._link = link
        self._connect = connect
        self._fetch = fetch
        self._ask_again = ask_again
        self._differences = differences
        self._idle_s, self._away_s = idle_s, away_s
        self._service: StateService | None = None
        self._fetch_from = 0.0
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def look_once(self) -> None:
        """Without the thread: connect and see whether the service is there. For work without a window."""
        self._service = self._service or self._connect(self._stop.wait)
        self._link.heard(self._service.tracker.probe())

    def nudge(self) -> None:
        """A sale was written: look at the queue now."""
        self._wake.set()

    def look_now(self) -> None:
        """As `nudge`, and fetch what is new at the state after that."""
        self._fetch_from = 0.0
        self._wake.set()

    def ask_state(self, patient: Patient) -> StateAnswer | None:
        """The state's word on one patient (lane: network); None while the service was never reached."""
        service = self._service
        if service is None:
            return None
        answer = AskState(service.tracker, self._link)(patient)
        if not self._reached():
            self._wake.set()
        return answer

    def stop(self, timeout_s: float = 5.0) -> None:
        """Ends between two reports; one that is under way ends by its own deadline and is settled at the next start."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def status(self) -> SyncStatus:
        """Lane: database."""
        from pos_desktop.sync.status import status_of, with_differences

        status = status_of(
            self._shop.store.outbox, self._shop.clock.now(), self._link.reach, self._link.since
        )
        status = replace(status, reach=self._link.reach, since=self._link.since)
        return with_differences(status, self._differences())

    def _run(self) -> None:
        while not self._stop.is_set():
            wait = self._idle_s
            try:
                service = self._service = self._service or self._connect(self._stop.wait)
                wait = self._round(service)
                if self._ask_again is not None and self._reached() and wait >= self._idle_s:
                    self._ask_again(service)
                if self._fetch is not None and self._reached() and time.monotonic() >= self._fetch_from:
                    self._fetch(service)
                    self._fetch_from = time.monotonic() + FETCH_EVERY_S
            except StoreBusy:
                wait = BUSY_S
            except PosError as problem:
                _log.info("sync waits: %s", problem.code)
                wait = self._away_s
            except Exception:  # noqa: BLE001 the sender must outlive any bug: what waits is sent after the next start
                _log.exception("sync round failed")
                wait = self._away_s
            self._wake.wait(wait)
            self._wake.clear()

    def _round(self, service: StateService) -> float:
        """Drain what is due; with nothing to send, a cheap read keeps the line's state true."""
        from pos_desktop.composition.reporting import sender_lock

        with sender_lock(self._shop):
            if not self._reached():
                self._link.heard(service.tracker.probe())
                if self._reached():
                    service.loop.try_again()
            if self._reached():
                summary = service.loop.once()
                if summary.looked_up and summary.confirmed:
                    self._fetch_from = 0.0  # the stock of a sale that was in doubt can be set right now
                if not (summary.sent or summary.looked_up):
                    self._link.heard(service.tracker.probe())
                elif summary.status is not None and summary.status.reach is not None:
                    self._link.heard(summary.status.reach)
        if not self._reached():
            return self._away_s
        counts = service.loop.status()
        settle_s = service.tracker.settle_us / 1_000_000
        return min(self._idle_s, max(settle_s, 0.2)) if counts.waiting else self._idle_s

    def _reached(self) -> bool:
        return self._link.reach is ServiceReach.REACHED
