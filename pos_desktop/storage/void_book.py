"""Taking a sale back: everything that hangs on it in one transaction, nothing of its history changed."""

from __future__ import annotations

from collections.abc import Callable

from pos_desktop.app.ports.worklist import Word
from pos_desktop.domain.errors import RuleRefusal, StoreDamaged
from pos_desktop.domain.outbox import SALE, VOID, OutboxItem
from pos_desktop.domain.sale import Sale
from pos_desktop.storage import driver
from pos_desktop.storage.database import Database, cursor_owner
from pos_desktop.storage.faults import DAMAGED
from pos_desktop.storage.journal_book import StoredJournal
from pos_desktop.storage.outbox_rows import ITEM_COLUMNS, item_of, outbox_values
from pos_desktop.storage.refund_rows import give_back
from pos_desktop.storage.rows import insert_text
from pos_desktop.storage.schema import outbox
from pos_desktop.storage.worklist_store import change_report, note_word

_VOIDED = "SELECT 1 FROM limit_void WHERE purchase_id = ?"
_REPORT_OF = f"SELECT {ITEM_COLUMNS} FROM outbox o WHERE sale_id = ? AND kind = '{SALE}'"  # noqa: S608 - our own schema
_GIVE_BACK = (
    "INSERT INTO limit_void (purchase_id, void_at, returned, actor_id, reason) VALUES (?, ?, 0, ?, ?)"
)
_REVISION = "UPDATE patient SET ledger_rev = ledger_rev + 1 WHERE id = ?"
_MOVE = f"INSERT INTO stock_move (tag, moved_at, kind, quantity, sale_id) VALUES (?, ?, '{VOID}', ?, ?)"  # noqa: S608 - a constant of ours
_ONTO_SHELF = "UPDATE package SET on_hand = on_hand + ? WHERE tag = ?"
_REPORT = insert_text(outbox)


class StoredVoids:
    """VoidBook."""

    def __init__(self, db: Database, journal: StoredJournal) -> None:
        self._db = db
        self._journal = journal

    def void(
        self, sale: Sale, make: Callable[[OutboxItem], tuple[OutboxItem, OutboxItem]], word: Word
    ) -> OutboxItem:
        maker = self._journal.maker()
        with self._db.write() as conn:
            cursor = cursor_owner(conn.connection).cursor()
            if cursor.execute(_VOIDED, (sale.id,)).fetchone():
                raise RuleRefusal(
                    f"Sale {sale.number} was voided already. Nothing was changed.", code="voided-already"
                )
            before = _report_of(cursor, sale)
            after, report = make(before)
            self._give_back(cursor, sale, word)
            refunds = give_back(cursor, self._journal, maker, sale, word)
            if after != before:
                change_report(cursor, after, word)
            cursor.execute(_REPORT, outbox_values(report, settled_at=word.at))
            if report.state.final:
                note_word(cursor, report.id, word)
            self._journal.write_entry(
                cursor,
                maker,
                kind="sale.voided",
                actor=word.by,
                ref=sale.id,
                data={
                    "number": str(sale.number),
                    "external": sale.external,
                    "patient": sale.patient_id,
                    "total": sale.total.cents,
                    "lines": [[each.tag, each.unit.value, each.quantity] for each in sale.lines],
                    "reason": word.reason,
                    "at": word.at.utc_us,
                    "report": report.id,
                    "sale_report": after.state.value,
                    "refunds": refunds,
                },
            )
        return report

    @staticmethod
    def _give_back(cursor: driver.Cursor, sale: Sale, word: Word) -> None:
        """The patient's allotment and the goods; the revision tells a visit that is open that its window is old."""
        cursor.execute(_GIVE_BACK, (sale.id, word.at.utc_us, word.by, word.reason))
        cursor.execute(_REVISION, (sale.patient_id,))
        cursor.executemany(_MOVE, [(each.tag, word.at.utc_us, each.quantity, sale.id) for each in sale.lines])
        cursor.executemany(_ONTO_SHELF, [(each.quantity, each.tag) for each in sale.lines])


def _report_of(cursor: driver.Cursor, sale: Sale) -> OutboxItem:
    row = cursor.execute(_REPORT_OF, (sale.id,)).fetchone()
    if row is None:
        raise StoreDamaged(DAMAGED)
    return item_of(row)
