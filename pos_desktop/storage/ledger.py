"""Purchases as limits see them: one range of one clustered table per patient."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from pos_desktop.domain.identity import PatientId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.model import Category, Item, Purchase
from pos_desktop.domain.outbox import OutboxState
from pos_desktop.storage.database import Database
from pos_desktop.storage.rows import MEASURE_COLUMNS, instant, measures_of

_WINDOW = f"""
    SELECT s.sold_at, s.purchase_id, s.receipt, s.bought_by, s.source, v.void_at, v.returned,
           o.state, o.settled_at, s.category, {MEASURE_COLUMNS}
    FROM limit_spend s
    LEFT JOIN limit_void v ON v.purchase_id = s.purchase_id
    LEFT JOIN outbox o ON o.sale_id = s.purchase_id AND o.kind = 'sale'
    WHERE s.patient_id = ? AND s.sold_at >= ?
    ORDER BY s.sold_at, s.purchase_id, s.line"""  # noqa: S608 - column names of our own schema
_HEAD = slice(0, 9)
_CONFIRMED = OutboxState.CONFIRMED.value


class StoredLedger:
    """Ledger."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def window(self, patient_id: PatientId, since: Instant) -> tuple[Purchase, ...]:
        """Oldest first."""
        rows = self._db.rows(_WINDOW, (patient_id, since.utc_us))
        return tuple(
            _purchase(head, list(lines)) for head, lines in groupby(rows, key=lambda row: row[_HEAD])
        )

    def revision(self, patient_id: PatientId) -> int:
        """-1 for a patient that is not in the store."""
        row = self._db.row("SELECT ledger_rev FROM patient WHERE id = ?", (patient_id,))
        return -1 if row is None else int(row[0])


def _purchase(head: tuple[Any, ...], lines: list[tuple[Any, ...]]) -> Purchase:
    sold_at, _, receipt, bought_by, source, void_at, returned, report, settled_at = head
    return Purchase(
        at=Instant(sold_at),
        items=tuple(Item(Category(line[9]), measures_of(line[10:])) for line in lines),
        receipt=receipt,
        by=bought_by,
        source=source,
        void_at=instant(void_at),
        returned=bool(returned),
        awaiting=report is not None and report != _CONFIRMED,
        reported_at=instant(settled_at) if report == _CONFIRMED else None,
    )
