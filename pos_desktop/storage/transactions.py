"""What the store knows of the state's own numbering from reports that were accepted."""

from __future__ import annotations

from pos_desktop.domain.instant import Instant
from pos_desktop.storage.database import Database
from pos_desktop.storage.receipts_held import TAKEN

_KNOWN = """
    SELECT max(CAST(o.remote_id AS INTEGER)) FROM outbox o
    WHERE o.state = 'confirmed' AND o.settled_at < ? AND o.remote_id NOT GLOB '*[^0-9]*'
      AND EXISTS (SELECT 1 FROM outbox_attempt a
                  WHERE a.item_id = o.id AND a.outcome IN ('confirmed', 'found'))"""


class StoredTransactions:
    """For a service that numbers everything it accepts in one rising count. A number typed by a person is no proof."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def known_before(self, at: Instant) -> int:
        """The highest number of a report that was settled before `at`; 0 where there is none."""
        row = self._db.row(_KNOWN, (at.utc_us,))
        return 0 if row is None or row[0] is None else int(row[0])

    def taken(self, transaction: str, item_id: str) -> bool:
        """Whether a report other than `item_id` was confirmed by that number."""
        return self._db.row(TAKEN, (transaction, item_id)) is not None
