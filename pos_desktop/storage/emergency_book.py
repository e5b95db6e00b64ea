"""The sealed code for an emergency: sealed, opened once, looked into; each with its journal entry."""

from __future__ import annotations

from pos_desktop.app.ports import Opened, SealedCode
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.people import EMERGENCY
from pos_desktop.storage.database import Database, cursor_owner
from pos_desktop.storage.journal_book import StoredJournal

_LAST = "SELECT n, hash FROM emergency_code ORDER BY n DESC LIMIT 1"
_OPENED = "SELECT 1 FROM emergency_event WHERE n = ? AND kind = 'opened'"
_ALARMS = """
    SELECT n, at, words FROM emergency_event e WHERE kind = 'opened'
    AND NOT EXISTS (SELECT 1 FROM emergency_event r WHERE r.n = e.n AND r.kind = 'reviewed') ORDER BY n"""
_EVENT = "INSERT INTO emergency_event (n, kind, at, actor_id, words) VALUES (?, ?, ?, ?, ?)"
_FORGET = "DELETE FROM wrong_pins WHERE who = ?"


class StoredEmergency:
    """EmergencyBook."""

    def __init__(self, db: Database, journal: StoredJournal) -> None:
        self._db = db
        self._journal = journal

    def sealed(self) -> SealedCode | None:
        row = self._db.row(_LAST)
        if row is None or self._db.row(_OPENED, (row[0],)) is not None:
            return None
        return SealedCode(row[0], row[1])

    def seal(self, kept: str, by: PersonId, at: Instant) -> int:
        maker = self._journal.maker()
        with self._db.write() as conn:
            cursor = cursor_owner(conn.connection).cursor()
            cursor.execute(
                "INSERT INTO emergency_code (hash, sealed_by, sealed_at) VALUES (?, ?, ?)",
                (kept, by, at.utc_us),
            )
            n = int(cursor.lastrowid or 0)
            cursor.execute(_FORGET, (f"person:{EMERGENCY.id}",))
            self._journal.write_entry(cursor, maker, kind="emergency.sealed", actor=by, data={"n": n})
        return n

    def open(self, n: int, reason: str, at: Instant) -> None:
        maker = self._journal.maker()
        with self._db.write() as conn:
            cursor = cursor_owner(conn.connection).cursor()
            last = cursor.execute(_LAST).fetchone()
            if last is None or last[0] != n or cursor.execute(_OPENED, (n,)).fetchone() is not None:
                raise RuleRefusal("This code was used or replaced. Nothing was opened.", code="code-void")
            cursor.execute(_EVENT, (n, "opened", at.utc_us, EMERGENCY.id, reason))
            cursor.execute(_FORGET, (f"person:{EMERGENCY.id}",))
            told = {"n": n, "reason": reason}
            self._journal.write_entry(cursor, maker, kind="emergency.opened", actor=EMERGENCY.id, data=told)

    def unreviewed(self) -> tuple[Opened, ...]:
        return tuple(Opened(n, Instant(at), words) for n, at, words in self._db.rows(_ALARMS))

    def review(self, n: int, words: str, by: PersonId, at: Instant) -> None:
        maker = self._journal.maker()
        with self._db.write() as conn:
            cursor = cursor_owner(conn.connection).cursor()
            cursor.execute(_EVENT, (n, "reviewed", at.utc_us, by, words))
            told = {"n": n, "words": words}
            self._journal.write_entry(cursor, maker, kind="emergency.reviewed", actor=by, data=told)
