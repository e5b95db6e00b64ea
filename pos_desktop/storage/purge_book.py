"""A patient's record is emptied, and everything that hangs on it stays: money, goods, limits, numbers, the journal.

What is overwritten is overwritten in the pages too (`secure_delete`), and the write-ahead log is emptied after it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from pos_desktop.app.ports.privacy import Dormant, Hold, Purge
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.identity import PatientId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.journal import canonical
from pos_desktop.domain.outbox import SALE
from pos_desktop.storage import driver
from pos_desktop.storage.database import Database, cursor_owner
from pos_desktop.storage.journal_book import StoredJournal
from pos_desktop.storage.rows import instant
from pos_desktop.storage.schema import OPEN_REPORT
from pos_desktop.storage.tender_rows import UNSETTLED

PURGED_CARD = "purged:"
NO_DAY = "0001-01-01"
_LAST = "max(p.entered_at, coalesce((SELECT max(s.sold_at) FROM limit_spend s WHERE s.patient_id = p.id), 0))"
_DUE = f"""
    SELECT p.id, p.card_number, {_LAST} AS last FROM patient p
    WHERE last < ? AND p.id NOT IN (SELECT patient_id FROM patient_purge) ORDER BY last, p.id LIMIT ?"""  # noqa: S608 - constants of ours
_HOLD = f"""
    SELECT {_LAST}, (SELECT max(s.sold_at) FROM limit_spend s WHERE s.patient_id = p.id),
           (SELECT count(*) FROM outbox o JOIN sale s ON s.id = o.sale_id
            WHERE s.patient_id = p.id AND o.{OPEN_REPORT}),
           (SELECT count(*) FROM held_cart h WHERE h.patient_id = p.id),
           (SELECT count(*) FROM sale s JOIN till_session t ON t.id = s.till_session_id
            WHERE s.patient_id = p.id AND t.closed_at IS NULL),
           (SELECT coalesce(sum(c.cents), 0) FROM credit_entry c WHERE c.patient_id = p.id),
           (SELECT count(*) FROM card_payment c WHERE c.patient_id = p.id AND c.reference IN ({UNSETTLED})),
           EXISTS (SELECT 1 FROM patient_purge g WHERE g.patient_id = p.id)
    FROM patient p WHERE p.id = ?"""  # noqa: S608 - constants of ours
_REPORTS = """
    SELECT o.n, o.payload FROM outbox o JOIN sale s ON s.id = o.sale_id
    WHERE s.patient_id = ? AND o.kind = ?"""
_EMPTY_RECORD = f"""
    UPDATE patient SET card_number = '{PURGED_CARD}' || id, first_name = '', last_name = '', birth_date = '{NO_DAY}',
    card_expires = NULL, card_starts = NULL, card_kind = '', holder = '', standing = 'revoked',
    ledger_rev = ledger_rev + 1 WHERE id = ?"""  # noqa: S608 - constants of ours
_EMPTY_SALES = """
    UPDATE sale SET patient_card = '', patient_name = '', caregiver_card = iif(caregiver_card IS NULL, NULL, '')
    WHERE patient_id = ?"""
_EMPTY_ATTEMPTS = """
    UPDATE outbox_attempt SET sentence = '', excerpt = ''
    WHERE item_id IN (SELECT o.id FROM outbox o JOIN sale s ON s.id = o.sale_id WHERE s.patient_id = ?)"""
_EMPTY = (
    _EMPTY_RECORD,
    _EMPTY_SALES,
    _EMPTY_ATTEMPTS,
    "UPDATE outbox SET last_error = '' WHERE sale_id IN (SELECT id FROM sale WHERE patient_id = ?)",
    "UPDATE patient_view SET note = '' WHERE patient_id = ?",
    "DELETE FROM state_figure WHERE patient_id = ?",
    "DELETE FROM certification WHERE patient_id = ?",
)
_SERVED = (
    "SELECT caregiver_id FROM caregiver_patient WHERE patient_id = ? "
    "UNION SELECT caregiver_id FROM sale WHERE patient_id = ? AND caregiver_id IS NOT NULL"
)
_UNLINK = "DELETE FROM caregiver_patient WHERE patient_id = ?"
_EMPTY_CAREGIVER = f"""
    UPDATE caregiver SET card_number = '{PURGED_CARD}' || id, first_name = '', last_name = '', card_expires = NULL,
    standing = 'revoked' WHERE id = ? AND id NOT IN (SELECT caregiver_id FROM caregiver_patient)"""  # noqa: S608 - constants of ours


class StoredPurges:
    """PatientPurges."""

    def __init__(self, db: Database, journal: StoredJournal) -> None:
        self._db, self._journal = db, journal

    def due(self, before: Instant, limit: int) -> Sequence[Dormant]:
        rows = self._db.rows(_DUE, (before.utc_us, limit))
        return [Dormant(PatientId(id_), card, Instant(last)) for id_, card, last in rows]

    def hold(self, patient_id: PatientId) -> Hold | None:
        row = self._db.row(_HOLD, (patient_id,))
        return None if row is None else _hold(row)

    def purge(self, purge: Purge) -> None:
        maker = self._journal.maker()
        with self._db.write() as conn:
            cursor = cursor_owner(conn.connection).cursor()
            row = cursor.execute(_HOLD, (purge.patient_id,)).fetchone()
            if row is None or any(row[2:]):
                raise RuleRefusal("Meanwhile the record is in use again. Nothing was purged.", code="in-use")
            cursor.execute(
                "INSERT INTO patient_purge VALUES (?, ?, ?, ?, ?)",
                (purge.patient_id, purge.at.utc_us, purge.by, purge.approved_by, purge.reason),
            )
            _blank(cursor, purge.patient_id)
            self._journal.write_entry(
                cursor,
                maker,
                kind="patient.purged",
                actor=purge.by,
                ref=purge.patient_id,
                data={"approved_by": purge.approved_by or "", "record": purge.digest()},
            )
        self._db.checkpoint()


def _blank(cursor: driver.Cursor, patient_id: PatientId) -> None:
    for n, payload in cursor.execute(_REPORTS, (patient_id, SALE)).fetchall():
        emptied = _nameless(payload)
        digest = hashlib.sha256(emptied).hexdigest()
        cursor.execute("UPDATE outbox SET payload = ?, payload_sha256 = ? WHERE n = ?", (emptied, digest, n))
    for statement in _EMPTY:
        cursor.execute(statement, (patient_id,))
    caregivers = cursor.execute(_SERVED, (patient_id, patient_id)).fetchall()
    cursor.execute(_UNLINK, (patient_id,))
    cursor.executemany(_EMPTY_CAREGIVER, caregivers)


def _nameless(payload: bytes) -> bytes:
    """The report as the emptied sale would make it."""
    told = json.loads(payload)
    return canonical({**told, "patient": "", "caregiver": None if told.get("caregiver") is None else ""})


def _hold(row: Sequence[Any]) -> Hold:
    return Hold(
        last=Instant(row[0]),
        last_purchase=instant(row[1]),
        open_reports=row[2],
        held_carts=row[3],
        doubtful=row[4],
        credit_cents=row[5],
        open_cards=row[6],
        purged=bool(row[7]),
    )
