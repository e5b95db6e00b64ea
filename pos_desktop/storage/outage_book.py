"""The declared outage: one row while it lasts, written together with its journal entry."""

from __future__ import annotations

from pos_desktop.app.ports import Clock, DeclaredOutage
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.instant import Instant
from pos_desktop.storage.database import Database, cursor_owner
from pos_desktop.storage.journal_book import StoredJournal

_DECLARED = "SELECT evidence, since, declared_by FROM declared_outage"


class StoredOutage:
    """OutageBook."""

    def __init__(self, db: Database, journal: StoredJournal, clock: Clock) -> None:
        self._db = db
        self._journal = journal
        self._clock = clock

    def declared(self) -> DeclaredOutage | None:
        row = self._db.row(_DECLARED)
        return None if row is None else DeclaredOutage(row[0], Instant(row[1]), PersonId(row[2]))

    def declare(self, evidence: str, by: PersonId) -> DeclaredOutage:
        outage = DeclaredOutage(evidence, self._clock.now(), by)
        maker = self._journal.maker()
        with self._db.write() as conn:
            cursor = cursor_owner(conn.connection).cursor()
            if cursor.execute(_DECLARED).fetchone():
                raise RuleRefusal(
                    "An outage is declared already. Nothing was changed.", code="outage-declared"
                )
            cursor.execute(
                "INSERT INTO declared_outage VALUES (1, ?, ?, ?)", (evidence, outage.since.utc_us, by)
            )
            self._journal.write_entry(
                cursor,
                maker,
                kind="outage.declared",
                actor=by,
                data={"evidence": evidence, "since": outage.since.utc_us},
            )
        return outage

    def end(self, by: PersonId) -> None:
        maker = self._journal.maker()
        with self._db.write() as conn:
            cursor = cursor_owner(conn.connection).cursor()
            row = cursor.execute("DELETE FROM declared_outage RETURNING since").fetchone()
            if row is None:
                raise RuleRefusal("No outage is declared. Nothing was changed.", code="no-outage")
            self._journal.write_entry(cursor, maker, kind="outage.ended", actor=by, data={"since": row[0]})
