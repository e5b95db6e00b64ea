"""Second factors as they are kept: a nonce each, and the last step of time whose code was accepted."""

from __future__ import annotations

from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.instant import Instant
from pos_desktop.storage.database import Database, cursor_owner
from pos_desktop.storage.journal_book import StoredJournal

_NONCE = "SELECT nonce FROM second_factor WHERE person_id = ?"
_SET = (
    "INSERT INTO second_factor VALUES (?, ?, ?, ?, ?) ON CONFLICT (person_id) DO UPDATE SET "
    "nonce = excluded.nonce, last_step = excluded.last_step, set_by = excluded.set_by, set_at = excluded.set_at"
)
_SPEND = "UPDATE second_factor SET last_step = ? WHERE person_id = ? AND last_step < ?"


class StoredSecondFactors:
    """SecondFactorBook."""

    def __init__(self, db: Database, journal: StoredJournal) -> None:
        self._db = db
        self._journal = journal

    def nonce_of(self, person: PersonId) -> bytes | None:
        row = self._db.row(_NONCE, (person,))
        return None if row is None else bytes(row[0])

    def turn_on(self, person: PersonId, nonce: bytes, step: int, by: PersonId, at: Instant) -> None:
        maker = self._journal.maker()
        with self._db.write() as conn:
            cursor = cursor_owner(conn.connection).cursor()
            cursor.execute(_SET, (person, nonce, step, by, at.utc_us))
            self._journal.write_entry(cursor, maker, kind="second-factor.on", actor=by, ref=person, data={})

    def turn_off(self, person: PersonId, by: PersonId) -> None:
        maker = self._journal.maker()
        with self._db.write() as conn:
            cursor = cursor_owner(conn.connection).cursor()
            cursor.execute("DELETE FROM second_factor WHERE person_id = ?", (person,))
            self._journal.write_entry(cursor, maker, kind="second-factor.off", actor=by, ref=person, data={})

    def spend(self, person: PersonId, step: int) -> bool:
        with self._db.write() as conn:
            cursor = cursor_owner(conn.connection).cursor()
            cursor.execute(_SPEND, (step, person, step))
            return bool(cursor.rowcount == 1)
