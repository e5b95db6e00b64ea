"""Reports that leave as a file, where no line leads to the state: which wait, and which a person uploaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pos_desktop.app.ports import Clock
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.outbox import OutboxItem
from pos_desktop.storage.database import Database, cursor_owner
from pos_desktop.storage.driver import Cursor
from pos_desktop.storage.journal_book import StoredJournal
from pos_desktop.storage.outbox_rows import ITEM_COLUMNS, item_of

_WAITING = f"SELECT {ITEM_COLUMNS}, n FROM outbox o WHERE state = 'queued' AND n > ? ORDER BY n LIMIT 500"  # noqa: S608 - columns of our own schema
_STANDS = "SELECT state, payload_sha256, remote_id FROM outbox WHERE id = ?"
_FILE = """
    UPDATE outbox SET state = 'confirmed', remote_id = ?, settled_at = ?, not_before = NULL, last_error = ''
    WHERE id = ? AND state = 'queued'"""


class StoredFiling:
    """FilingBook."""

    def __init__(self, db: Database, journal: StoredJournal, clock: Clock) -> None:
        self._db, self._journal, self._clock = db, journal, clock

    def waiting(self) -> Iterator[OutboxItem]:
        """Oldest first, read in slices."""
        last = 0
        while rows := self._db.rows(_WAITING, (last,)):
            yield from map(item_of, rows)
            last = rows[-1][-1]

    def file(self, reports: Mapping[str, str], mark: str, by: PersonId) -> int:
        """`reports`: payload digest by report id. All of them or none, with one journal entry; how many are new.

        Raises:
            BadInput: a report is not in this store, says something else now, or was settled another way.
        """
        maker, now = self._journal.maker(), self._clock.now()
        with self._db.write() as conn:
            cursor = cursor_owner(conn.connection).cursor()
            new = [each for each, digest in reports.items() if _waits(cursor, each, digest, mark)]
            for each in new:
                cursor.execute(_FILE, (mark, now.utc_us, each))
            if new:
                told = {"mark": mark, "reports": len(new), "first": new[0], "last": new[-1]}
                self._journal.write_entry(cursor, maker, kind="reports.filed", actor=by, data=told)
        return len(new)


def _waits(cursor: Cursor, report: str, digest: str, mark: str) -> bool:
    """False for one that was marked by the same file before."""
    row = cursor.execute(_STANDS, (report,)).fetchone()
    if row is None or row[1] != digest:
        raise BadInput(
            f"The report {report} of this file is not one of this store’s as it is. Nothing was marked."
        )
    if row[0] == "confirmed" and row[2] == mark:
        return False
    if row[0] != "queued":
        raise BadInput(f"The report {report} of this file was settled before ({row[0]}). Nothing was marked.")
    return True
