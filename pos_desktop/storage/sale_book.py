"""Sales: written in one transaction, read back whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from pos_desktop.domain.cart import Weighing
from pos_desktop.domain.errors import StoreDamaged
from pos_desktop.domain.identity import CaregiverId, PatientId, PersonId, SaleId, TillSessionId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.model import Category, Lift
from pos_desktop.domain.money import Money
from pos_desktop.domain.outbox import OutboxItem
from pos_desktop.domain.sale import Payment, Sale, SaleLine, SaleNumber, Tender
from pos_desktop.domain.shelf import Unit
from pos_desktop.storage.database import Database, cursor_owner
from pos_desktop.storage.outbox_rows import ITEM_COLUMNS, item_of
from pos_desktop.storage.receipts_held import SHARED
from pos_desktop.storage.rows import measures_of
from pos_desktop.storage.sale_transaction import StoredSaleTransaction

_SLICE = 200
_SALES = """
    SELECT s.*, v.purchase_id IS NOT NULL FROM sale s
    LEFT JOIN limit_void v ON v.purchase_id = s.id AND v.returned = 0 """
_BETWEEN = _SALES + "WHERE s.sold_at >= ? AND s.sold_at < ? ORDER BY s.sold_at LIMIT ? OFFSET ?"
_REPORT_OF = f"SELECT {ITEM_COLUMNS} FROM outbox o WHERE sale_id = ? AND kind = 'sale'"  # noqa: S608 - our own schema


class StoredSales:
    """SaleBook."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @contextmanager
    def transaction(self) -> Iterator[StoredSaleTransaction]:
        with self._db.write() as conn:
            yield StoredSaleTransaction(cursor_owner(conn.connection).cursor())

    def find(self, sale_id: SaleId) -> Sale | None:
        found = self._read(_SALES + "WHERE s.id = ?", (sale_id,))
        return found[0] if found else None

    def reopen_and_find(self, sale_id: SaleId) -> Sale | None:
        """After a second disk error within ten minutes the answer is still given, and the register stays frozen.

        Raises:
            StoreBusy, EnvironmentTrouble: the file could not be opened again or read; ask again, or at the next start.
            StoreDamaged: it is not sound; nothing can be said about the sale.
        """
        self._db.reopen()
        try:
            return self.find(sale_id)
        finally:
            if self._db.troubled_again:
                self._db.freeze()

    def recent(self, limit: int) -> Sequence[Sale]:
        """Newest first."""
        return self._read(_SALES + "ORDER BY s.epoch DESC, s.counter DESC LIMIT ?", (limit,))

    def by_number(self, number: SaleNumber) -> Sale | None:
        values = (number.epoch, number.counter, number.register_code)
        found = self._read(_SALES + "WHERE s.epoch = ? AND s.counter = ? AND s.register_code = ?", values)
        return found[0] if found else None

    def between(self, first: Instant, end: Instant) -> Sequence[Sale]:
        """Read in slices, so that a list of ids never grows beyond what a statement takes."""
        sales: list[Sale] = []
        while more := self._read(_BETWEEN, (first.utc_us, end.utc_us, _SLICE, len(sales))):
            sales += more
        return sales

    def all(self) -> Iterable[Sale]:
        after = (0, 0)
        next_slice = _SALES + "WHERE (s.epoch, s.counter) > (?, ?) ORDER BY s.epoch, s.counter LIMIT ?"
        while sales := self._read(next_slice, (*after, _SLICE)):
            yield from sales
            after = (sales[-1].number.epoch, sales[-1].number.counter)

    def report_of(self, sale_id: SaleId) -> OutboxItem | None:
        """The sale's own report."""
        row = self._db.row(_REPORT_OF, (sale_id,))
        return item_of(row) if row else None

    def shared_receipts(self) -> Sequence[tuple[str, SaleNumber]]:
        return [(remote_id, SaleNumber(*number)) for remote_id, *number in self._db.rows(SHARED)]

    def _read(self, query: str, values: tuple[Any, ...]) -> list[Sale]:
        with self._db.read() as conn:
            rows = conn.exec_driver_sql(query, values).all()
            ids = tuple(row[0] for row in rows)
            lines, payments = _of_sales(conn, "sale_line", ids), _of_sales(conn, "payment", ids)
            lifts = _of_sales(conn, "sale_lift", ids)
            cards = {row[7] for paid in payments.values() for row in paid if row[7]}
            slips = _slips(conn, tuple(cards)) if cards else {}
        return [_sale(row, lines[row[0]], payments[row[0]], lifts[row[0]], slips) for row in rows]


def _of_sales(conn: sa.Connection, table: str, ids: tuple[str, ...]) -> dict[str, list[Sequence[Any]]]:
    """Rows of `table` by sale, in their order."""
    marks = ", ".join("?" * len(ids))
    query = f"SELECT * FROM {table} WHERE sale_id IN ({marks}) ORDER BY 1, 2"  # noqa: S608 - three tables of ours
    by_sale: dict[str, list[Sequence[Any]]] = defaultdict(list)
    for row in conn.exec_driver_sql(query, ids):
        by_sale[row[0]].append(row)
    return by_sale


def _slips(conn: sa.Connection, cards: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    """What the terminal's slips say of payments, by their references."""
    marks = ", ".join("?" * len(cards))
    query = f"SELECT reference, code, last_four FROM card_step WHERE state = 'approved' AND reference IN ({marks})"  # noqa: S608 - our own schema
    return {row[0]: (row[1], row[2]) for row in conn.exec_driver_sql(query, cards)}


def _sale(
    row: Sequence[Any],
    lines: list[Sequence[Any]],
    payments: list[Sequence[Any]],
    lifts: list[Sequence[Any]],
    slips: dict[str, tuple[str, str]],
) -> Sale:
    if not lines:
        raise StoreDamaged("A sale without lines was found in the database. Call a manager.")
    return Sale(
        id=SaleId(row[0]),
        number=SaleNumber(row[1], row[2], row[3]),
        external=row[4],
        patient_id=PatientId(row[5]),
        patient_card=row[6],
        patient_name=row[7],
        caregiver_id=None if row[8] is None else CaregiverId(row[8]),
        caregiver_card=row[9],
        customer_type=row[10],
        actor_id=PersonId(row[11]),
        actor_name=row[12],
        till_session_id=TillSessionId(row[13]),
        sold_at=Instant(row[14]),
        zone=row[15],
        lines=tuple(map(_line, lines)),
        payments=tuple(_payment(each, slips) for each in payments),
        subtotal=Money(row[16]),
        tax=Money(row[17]),
        total=Money(row[18]),
        basis=row[19],
        rules=row[20],
        pack=row[21],
        journal_seq=row[22],
        journal_hash=row[23],
        voided=bool(row[24]),
        lifted=tuple(Lift(*each[2:6]) for each in lifts),
    )


def _line(row: Sequence[Any]) -> SaleLine:
    weighed = row[21:26]
    return SaleLine(
        tag=row[2],
        product_id=row[3],
        name=row[4],
        category=Category(row[5]),
        unit=Unit(row[6]),
        quantity=row[7],
        price=Money(row[8]),
        amount=Money(row[9]),
        tax=Money(row[10]),
        measures=measures_of(row[11:19]),
        tracker_unit=row[19],
        batch=row[20],
        weighing=Weighing(*weighed) if any(each is not None for each in weighed) else None,
    )


def _payment(row: Sequence[Any], slips: dict[str, tuple[str, str]]) -> Payment:
    tender, amount, tendered, change, rounding, card = row[2:8]
    return Payment(
        Tender(tender),
        Money(amount),
        Money(tendered),
        Money(change),
        Money(rounding or 0),
        card or "",
        *slips.get(card, ("", "")),
    )
