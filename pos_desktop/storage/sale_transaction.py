"""The rows of one sale. Every statement is text made at import, on one cursor: the counter's hot path."""

from __future__ import annotations

from typing import Any

from pos_desktop.app.ports import JobKind, JobState
from pos_desktop.domain.errors import AlreadySold, RuleRefusal, StoreDamaged
from pos_desktop.domain.identity import PatientId
from pos_desktop.domain.journal import genesis
from pos_desktop.domain.outbox import OutboxItem
from pos_desktop.domain.sale import Sale, SaleLine, SaleNumber
from pos_desktop.storage import driver
from pos_desktop.storage.faults import DAMAGED
from pos_desktop.storage.outbox_rows import outbox_values
from pos_desktop.storage.rows import insert_text, measure_values
from pos_desktop.storage.schema import journal, limit_spend, outbox, payment, sale, sale_lift, sale_line
from pos_desktop.storage.tender_rows import settle_payments
from pos_desktop.storage.till_guard import refuse_unless_moving

_SALE = insert_text(sale)
_LINE = insert_text(sale_line)
_PAYMENT = insert_text(payment)
_LIFT = insert_text(sale_lift)
_SPEND = insert_text(limit_spend)
_ENTRY = insert_text(journal)
_REPORT = insert_text(outbox)
_MOVE = "INSERT INTO stock_move (tag, moved_at, kind, quantity, sale_id) VALUES (?, ?, 'sale', ?, ?)"
_TAKE_OFF = """
    UPDATE package SET on_hand = on_hand - ? WHERE tag = ? AND on_hand >= ? AND held IS NULL"""
_JOB = "INSERT INTO paper_job (sale_id, kind, state, why, created_at) VALUES (?, ?, ?, '', ?)"
_SPEND_REVISION = "UPDATE patient SET ledger_rev = ledger_rev + 1 WHERE id = ? AND ledger_rev = ?"
_NUMBER = """
    UPDATE sale_counter SET last = last + 1 WHERE epoch = (SELECT epoch FROM store)
    RETURNING epoch, last, (SELECT value FROM setting WHERE key = 'register.code')"""
_HEAD = """
    SELECT s.register_id, s.epoch, j.seq, j.hash FROM store s LEFT JOIN journal j
    ON j.epoch = s.epoch AND j.seq = (SELECT max(seq) FROM journal WHERE epoch = s.epoch)"""
_SOLD = "SELECT 1 FROM sale WHERE id = ?"
_DEFAULT_CODE = "R1"
PACKAGE_CHANGED = (
    "The sale is not saved: a package in the cart was recalled, put on hold or sold out since it was scanned. "
    "Press Esc, remove it and scan it again to see which."
)


class StoredSaleTransaction:
    """SaleTransaction, inside a BEGIN IMMEDIATE that the SaleBook began."""

    def __init__(self, cursor: driver.Cursor) -> None:
        self._cursor = cursor

    def spend_revision(self, patient_id: PatientId, seen: int) -> bool:
        return self._cursor.execute(_SPEND_REVISION, (patient_id, seen)).rowcount == 1

    def next_number(self) -> SaleNumber:
        row = self._cursor.execute(_NUMBER).fetchone()
        if row is None:
            raise StoreDamaged(DAMAGED)
        epoch, last, code = row
        return SaleNumber(code or _DEFAULT_CODE, epoch, last)

    def journal_head(self) -> tuple[int, bytes]:
        return journal_head(self._cursor)

    def write(
        self,
        sale: Sale,
        *,
        entry: bytes,
        entry_hash: bytes,
        report: OutboxItem,
        kick_drawer: bool,
        print_receipt: bool,
    ) -> None:
        """Raises what undoes the transaction.

        Raises:
            AlreadySold: the basket's id was sold; `find` has the sale.
            RuleRefusal: since it was scanned a package was recalled, held, finished or sold out, or the till of the
                sale was counted or closed; or its payments do not hold (`settle_payments`).
        """
        run, many = self._cursor.execute, self._cursor.executemany
        if run(_SOLD, (sale.id,)).fetchone():
            raise AlreadySold("This sale is saved already. Nothing was saved twice.")
        at, lines = sale.sold_at.utc_us, sale.lines
        refuse_unless_moving(self._cursor, sale.till_session_id)
        run(_SALE, _sale_values(sale))
        settle_payments(self._cursor, sale)
        many(_LINE, [_line_values(sale.id, n, line) for n, line in enumerate(lines)])
        many(_PAYMENT, _payment_values(sale))
        if sale.lifted:
            many(_LIFT, [(sale.id, n, e.code, e.reason, e.by, e.cite) for n, e in enumerate(sale.lifted)])
        many(_SPEND, [_spend_values(sale, n, line) for n, line in enumerate(lines)])
        many(_MOVE, [(line.tag, at, -line.quantity, sale.id) for line in lines])
        many(_TAKE_OFF, [(line.quantity, line.tag, line.quantity) for line in lines])
        if self._cursor.rowcount != len(lines):
            raise RuleRefusal(PACKAGE_CHANGED, code="package-changed")
        run(_ENTRY, (sale.number.epoch, sale.journal_seq, entry, entry_hash))
        run(_REPORT, outbox_values(report))
        jobs = [
            kind
            for wanted, kind in ((kick_drawer, JobKind.DRAWER), (print_receipt, JobKind.RECEIPT))
            if wanted
        ]
        if jobs:
            many(_JOB, [(sale.id, kind.value, JobState.WAITING.value, at) for kind in jobs])


def journal_head(cursor: driver.Cursor) -> tuple[int, bytes]:
    """(seq of the next entry, hash of the last) in this register's epoch."""
    row = cursor.execute(_HEAD).fetchone()
    if row is None:
        raise StoreDamaged(DAMAGED)
    register_id, epoch, seq, last = row
    return (0, genesis(register_id, epoch)) if seq is None else (seq + 1, last)


def _sale_values(s: Sale) -> tuple[Any, ...]:
    return (
        s.id,
        s.number.register_code,
        s.number.epoch,
        s.number.counter,
        s.external,
        s.patient_id,
        s.patient_card,
        s.patient_name,
        s.caregiver_id,
        s.caregiver_card,
        s.customer_type,
        s.actor_id,
        s.actor_name,
        s.till_session_id,
        s.sold_at.utc_us,
        s.zone,
        s.subtotal.cents,
        s.tax.cents,
        s.total.cents,
        s.basis,
        s.rules,
        s.pack,
        s.journal_seq,
        s.journal_hash,
    )


def _line_values(sale_id: str, n: int, line: SaleLine) -> tuple[Any, ...]:
    w = line.weighing
    return (
        sale_id,
        n,
        line.tag,
        line.product_id,
        line.name,
        line.category.value,
        line.unit.value,
        line.quantity,
        line.price.cents,
        line.amount.cents,
        line.tax.cents,
        *measure_values(line.measures),
        line.tracker_unit,
        line.batch,
        *((None,) * 5 if w is None else (w.net_mg, w.tare_mg, w.division_mg, w.raw, w.scale)),
    )


def _payment_values(s: Sale) -> list[tuple[Any, ...]]:
    return [
        (
            s.id,
            n,
            paid.tender.value,
            paid.amount.cents,
            paid.tendered.cents,
            paid.change.cents,
            paid.rounding.cents or None,
            paid.card or None,
        )
        for n, paid in enumerate(s.payments)
    ]


def _spend_values(s: Sale, n: int, line: SaleLine) -> tuple[Any, ...]:
    buyer = "patient" if s.caregiver_id is None else f"caregiver:{s.caregiver_id}"
    return (
        s.patient_id,
        s.sold_at.utc_us,
        s.id,
        n,
        line.category.value,
        *measure_values(line.measures),
        s.external,
        buyer,
        "own",
    )
