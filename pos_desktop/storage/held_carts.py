"""Carts put aside: tags, quantities, prices and weighings, read again from the shelf at recall."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy.dialects.sqlite import insert

from pos_desktop.app.ports import HeldCart, HeldLine
from pos_desktop.domain.cart import Weighing
from pos_desktop.domain.identity import CaregiverId, PatientId, PersonId, SaleId
from pos_desktop.domain.instant import Instant
from pos_desktop.storage.database import Database, cursor_owner
from pos_desktop.storage.journal_book import StoredJournal
from pos_desktop.storage.schema import held_cart

_HELD = """
    SELECT h.sale_id, h.patient_id, h.caregiver_id, h.held_at, h.held_by, h.lines,
           p.first_name || ' ' || p.last_name
    FROM held_cart h JOIN patient p ON p.id = h.patient_id """


class StoredHolds:
    """HeldCarts."""

    def __init__(self, db: Database, journal: StoredJournal) -> None:
        self._db = db
        self._journal = journal

    def put(self, held: HeldCart) -> None:
        row = {
            "sale_id": held.sale_id,
            "patient_id": held.patient_id,
            "caregiver_id": held.caregiver_id,
            "held_at": held.held_at.utc_us,
            "held_by": held.held_by,
            "lines": json.dumps([asdict(line) for line in held.lines]),
        }
        statement = insert(held_cart).values(row).on_conflict_do_update(index_elements=["sale_id"], set_=row)
        with self._db.write() as conn:
            conn.execute(statement)

    def list(self) -> Sequence[HeldCart]:
        """Oldest first."""
        return [_cart(row) for row in self._db.rows(_HELD + "ORDER BY h.held_at, h.sale_id")]

    def take(self, sale_id: SaleId) -> HeldCart | None:
        with self._db.write() as conn:
            row = conn.exec_driver_sql(_HELD + "WHERE h.sale_id = ?", (sale_id,)).first()
            conn.exec_driver_sql("DELETE FROM held_cart WHERE sale_id = ?", (sale_id,))
        return None if row is None else _cart(row)

    def void(self, sale_id: SaleId, by: PersonId, reason: str) -> bool:
        maker = self._journal.maker()
        with self._db.write() as conn:
            cursor = cursor_owner(conn.connection).cursor()
            row = cursor.execute("SELECT lines FROM held_cart WHERE sale_id = ?", (sale_id,)).fetchone()
            if row is None:
                return False
            cursor.execute("DELETE FROM held_cart WHERE sale_id = ?", (sale_id,))
            told = {
                "reason": reason,
                "lines": [[each["tag"], each["quantity"]] for each in json.loads(row[0])],
            }
            self._journal.write_entry(cursor, maker, kind="cart.voided", actor=by, ref=sale_id, data=told)
        return True


def _cart(row: Sequence[Any]) -> HeldCart:
    return HeldCart(
        sale_id=SaleId(row[0]),
        patient_id=PatientId(row[1]),
        caregiver_id=None if row[2] is None else CaregiverId(row[2]),
        held_at=Instant(row[3]),
        held_by=PersonId(row[4]),
        lines=tuple(_line(each) for each in json.loads(row[5])),
        patient_name=row[6],
    )


def _line(kept: dict[str, Any]) -> HeldLine:
    weighing = kept["weighing"]
    return HeldLine(**kept | {"weighing": None if weighing is None else Weighing(**weighing)})
