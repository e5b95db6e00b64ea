"""Requests whose answer was dropped and which are carried out later: the case that asking at once cannot see.

They wait in the state file, so that a killed sandbox still applies them after its restart.
"""

from collections.abc import Callable
from decimal import Decimal
from threading import Condition, Thread

from pos_desktop.training.sandbox.clock import SECOND_US, SandboxClock
from pos_desktop.training.sandbox.http import Request
from pos_desktop.training.sandbox.jsonio import decode, encode
from pos_desktop.training.sandbox.store import Store

_LONGEST_WAIT_S = 1


class LateRequests:
    """A thread that applies each held request when the sandbox's clock reaches its time."""

    def __init__(self, store: Store, clock: SandboxClock, apply: Callable[[Request], object]) -> None:
        self._store, self._clock, self._apply = store, clock, apply
        self._changed = Condition()
        self._ended = False
        self._thread = Thread(target=self._run, name="sandbox late requests", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        self._thread.join()

    def hold(self, request: Request, seconds: Decimal) -> None:
        due = self._clock.now_us() + int(seconds * SECOND_US)
        members = {
            "method": request.method,
            "path": request.path,
            "query": request.query,
            "headers": dict(request.headers),
            "body": request.body.decode("latin-1"),
        }
        with self._store.writing() as db:
            db.execute("INSERT INTO late (due, request) VALUES (?, ?)", (due, encode(members).decode()))
        self.look()

    def look(self) -> None:
        """Look again now: something was held, or the clock was moved."""
        with self._changed:
            self._changed.notify_all()

    def apply_due(self) -> int | None:
        """Apply what is due; returns microseconds until the next one, None where nothing waits."""
        while True:
            with self._store.reading() as db:
                row = db.execute("SELECT id, due, request FROM late ORDER BY due, id LIMIT 1").fetchone()
            if row is None:
                return None
            if row[1] > self._clock.now_us():
                return int(row[1]) - self._clock.now_us()
            members = decode(row[2])
            with self._store.writing() as db:
                db.execute("DELETE FROM late WHERE id = ?", (row[0],))
            self._apply(Request(**{**members, "body": members["body"].encode("latin-1")}))

    def _run(self) -> None:
        with self._changed:
            while not self._ended:
                left_us = self.apply_due()
                wait_ms = _LONGEST_WAIT_S * 1000 if left_us is None else left_us // 1000 + 1
                self._changed.wait(min(wait_ms, _LONGEST_WAIT_S * 1000) / 1000)
