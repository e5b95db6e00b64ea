"""What the store knows of the state's own numbering from reports that were accepted."""

from __future__ import annotations

from contextlib import suppress

from pos_desktop.app.ports import Clock
from pos_desktop.domain.errors import EnvironmentTrouble, StoreBusy
from pos_desktop.domain.instant import DAY_US, Instant
from pos_desktop.storage.database import Database
from pos_desktop.storage.receipts_held import TAKEN

_KNOWN = """
    SELECT max(CAST(o.remote_id AS INTEGER)) FROM outbox o
    WHERE o.state = 'confirmed' AND o.settled_at < ? AND o.remote_id NOT GLOB '*[^0-9]*'
      AND EXISTS (SELECT 1 FROM outbox_attempt a
                  WHERE a.item_id = o.id AND a.outcome IN ('confirmed', 'found'))"""


_AT, _N = "biotrack.sales.at/", "biotrack.sales.n/"
_WIDTH = 20
_MARK = "SELECT at FROM sync_cursor WHERE name >= ? AND name < ? ORDER BY name DESC LIMIT 1"
_KEEP = "INSERT INTO sync_cursor (name, at) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET at = excluded.at"
_LAST_REPORT = "SELECT coalesce(max(n), 0) FROM outbox"
_PLACE = "SELECT n FROM outbox WHERE id = ?"


class StoredTransactions:
    """For a service that numbers everything it accepts in one rising count. A number typed by a person is no proof.

    How far its list of sales was read is kept once a day, in two ways: by the clock, and by the newest report that
    there was. Whatever came of a later report was recorded after that, whatever the clock said.
    """

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def listed_up_to(self, transaction: int) -> None:
        """The list was read to its end just now, and this was its highest number."""
        now = self._clock.now()
        if self._mark(_AT, now.plus_us(-DAY_US).utc_us, now.utc_us + 1):
            return
        with (
            suppress(StoreBusy, EnvironmentTrouble),
            self._db.write() as conn,
        ):  # only a next reading would be longer
            newest = conn.exec_driver_sql(_LAST_REPORT).scalar_one()
            conn.exec_driver_sql(_KEEP, (_named(_AT, now.utc_us), transaction))
            conn.exec_driver_sql(_KEEP, (_named(_N, newest), transaction))

    def listed_before(self, at: Instant) -> int:
        """The highest number of a list that was read before `at`; 0 where none was."""
        return self._mark(_AT, 0, at.utc_us)

    def listed_before_report(self, item_id: str) -> int:
        """The highest number of a list that was read before the report was made; 0 where none was."""
        row = self._db.row(_PLACE, (item_id,))
        return 0 if row is None else self._mark(_N, 0, int(row[0]))

    def _mark(self, kind: str, first: int, end: int) -> int:
        row = self._db.row(_MARK, (_named(kind, max(0, first)), _named(kind, max(0, end))))
        return 0 if row is None else int(row[0])

    def known_before(self, at: Instant) -> int:
        """The highest number of a report that was settled before `at`; 0 where there is none."""
        row = self._db.row(_KNOWN, (at.utc_us,))
        return 0 if row is None or row[0] is None else int(row[0])

    def taken(self, transaction: str, item_id: str) -> bool:
        """Whether a report other than `item_id` was confirmed by that number."""
        return self._db.row(TAKEN, (transaction, item_id)) is not None


def _named(kind: str, place: int) -> str:
    """So that names sort as the places do."""
    return f"{kind}{place:0{_WIDTH}d}"
