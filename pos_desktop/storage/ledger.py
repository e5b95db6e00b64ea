"""Purchases as limits see them: one range of one clustered table per patient."""

from __future__ import annotations

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
_HEAD = 9
"""So many columns are of the purchase, the others of its line."""
_CONFIRMED = OutboxState.CONFIRMED.value


class _Goods(dict[tuple[Any, ...], Item]):
    """The items of one reading by their columns: who buys the same again is read once."""

    def __missing__(self, columns: tuple[Any, ...]) -> Item:
        item = self[columns] = Item(Category(columns[0]), measures_of(columns[1:]))
        return item


class StoredLedger:
    """Ledger."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def window(self, patient_id: PatientId, since: Instant) -> tuple[Purchase, ...]:
        """Oldest first."""
        goods = _Goods()
        purchases: list[tuple[tuple[Any, ...], list[Item]]] = []
        before: tuple[Any, ...] = ()
        for row in self._db.rows(_WINDOW, (patient_id, since.utc_us)):
            head, item = row[:_HEAD], goods[row[_HEAD:]]
            if head == before:
                purchases[-1][1].append(item)
            else:
                before = head
                purchases.append((head, [item]))
        return tuple([_purchase(head, tuple(items)) for head, items in purchases])

    def revision(self, patient_id: PatientId) -> int:
        """-1 for a patient that is not in the store."""
        row = self._db.row("SELECT ledger_rev FROM patient WHERE id = ?", (patient_id,))
        return -1 if row is None else int(row[0])


def _purchase(head: tuple[Any, ...], items: tuple[Item, ...]) -> Purchase:
    sold_at, _, receipt, bought_by, source, void_at, returned, report, settled_at = head
    confirmed = report == _CONFIRMED
    return Purchase(
        Instant(sold_at),
        items,
        receipt,
        bought_by,
        source,
        instant(void_at),
        bool(returned),
        awaiting=report is not None and not confirmed,
        reported_at=instant(settled_at) if confirmed else None,
    )
