"""Do the rows that hang on sales follow from them: by statements over the whole store, for `verify`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pos_desktop.app.ports.records import VoidRow
from pos_desktop.domain.identity import PersonId, SaleId
from pos_desktop.domain.sale import SaleNumber
from pos_desktop.storage.database import Database
from pos_desktop.storage.schema import MEASURES

_SAME_MEASURES = " AND ".join(f"p.{each} IS l.{each}" for each in MEASURES)
_NUMBER = "SELECT s.register_code, s.epoch, s.counter FROM sale s "
_SPENDS = f"""
    JOIN sale_line l ON l.sale_id = s.id LEFT JOIN limit_spend p
    ON p.patient_id = s.patient_id AND p.sold_at = s.sold_at AND p.purchase_id = s.id AND p.line = l.line
    WHERE p.line IS NULL OR NOT ({_SAME_MEASURES} AND p.category IS l.category AND p.source IS 'own'
    AND p.receipt IS s.external AND p.bought_by IS
    CASE WHEN s.caregiver_id IS NULL THEN 'patient' ELSE 'caregiver:' || s.caregiver_id END)"""
_TAKEN = """
    JOIN sale_line l ON l.sale_id = s.id LEFT JOIN stock_move m ON m.sale_id = s.id AND m.kind = 'sale'
    AND m.tag = l.tag AND m.moved_at = s.sold_at AND m.quantity = -l.quantity WHERE m.id IS NULL"""
_BACK = """
    JOIN sale_line l ON l.sale_id = s.id JOIN limit_void v ON v.purchase_id = s.id AND v.returned = 0
    LEFT JOIN stock_move m ON m.sale_id = s.id AND m.kind = 'void' AND m.tag = l.tag AND m.moved_at = v.void_at
    AND m.quantity = l.quantity WHERE m.id IS NULL"""
_ORDER = """
    JOIN (SELECT sale_id AS id FROM {table} GROUP BY sale_id
    HAVING min({n}) <> 0 OR max({n}) <> count(*) - 1) USING (id)"""
_UNLIKE = {
    "The patient’s allotment": _NUMBER + _SPENDS,
    "The stock that went out": _NUMBER + _TAKEN,
    "The stock that came back": _NUMBER + _BACK,
    "The order of the lines": _NUMBER + _ORDER.format(table="sale_line", n="line"),
    "The order of the payments": _NUMBER + _ORDER.format(table="payment", n="n"),
    "The order of the lifted rules": _NUMBER + _ORDER.format(table="sale_lift", n="n"),
}
_NUMBERED = "SELECT count(*) = coalesce(max(id), 0) FROM "
_OUT_OF_ORDER = {
    "movements of stock": _NUMBERED + "stock_move",
    "attempts to report": _NUMBERED + "outbox_attempt",
    "events of tills": _NUMBERED + "till_event",
    "debit payments": _NUMBERED + "card_payment",
    "entries of store credit": _NUMBERED + "credit_entry",
    "answers of terminals": """
        SELECT count(*) = 0 FROM (SELECT reference FROM card_step GROUP BY reference
        HAVING min(n) <> 1 OR max(n) <> count(*))""",
    "steps of the way of cash": _NUMBERED + "custody_event",
    "purchases of patients": """
        SELECT count(*) = 0 FROM limit_spend p LEFT JOIN sale_line l ON l.sale_id = p.purchase_id AND l.line = p.line
        WHERE p.source = 'own' AND l.line IS NULL""",
    "movements of stock by sales": """
        SELECT count(*) = 0 FROM stock_move m LEFT JOIN sale_line l ON l.sale_id = m.sale_id AND l.tag = m.tag
        WHERE m.kind IN ('sale', 'void') AND l.line IS NULL""",
    "entries of the journal": """
        SELECT count(*) = 0 FROM journal WHERE json_valid(CAST(body AS TEXT))
        AND json_extract(CAST(body AS TEXT), '$.epoch') IS NOT epoch""",
    "changes of people": _NUMBERED + "person_change",
    "codes for an emergency": "SELECT count(*) = coalesce(max(n), 0) FROM emergency_code",
    "counts of tills": """
        SELECT count(*) = 0 FROM (SELECT session_id FROM till_count GROUP BY session_id
        HAVING min(n) <> 1 OR max(n) <> count(*))""",
}
_UNTRUE = {
    "A session of a till is not what its opening tells.": """
        SELECT count(*) = 0 FROM till_session t JOIN till_event e ON e.session_id = t.id AND e.kind = 'opened'
        WHERE NOT (t.opened_at IS e.at AND t.opened_by IS e.actor_id AND t.float_cents IS e.cash_cents)""",
    "A session of a till is not what its Z report tells.": """
        SELECT count(*) = 0 FROM till_session t JOIN z_report z ON z.session_id = t.id AND json_valid(z.document)
        WHERE (t.register_code, t.opened_at, t.opened_by, coalesce(t.float_cents, 0), t.closed_at, t.closed_by,
               t.expected_cents, t.counted_cents) IS NOT
              (z.document ->> '$.register', z.document ->> '$.opened.at', z.document ->> '$.opened.by',
               z.document ->> '$.opened.float', z.at, z.document ->> '$.closed.by',
               z.document ->> '$.cash.expected', z.document ->> '$.cash.counted')""",
    "A session of a till is open and tells of a closing.": """
        SELECT count(*) = 0 FROM till_session WHERE closed_at IS NULL
        AND (closed_by, expected_cents, counted_cents) IS NOT (NULL, NULL, NULL)""",
    "The counter of sale numbers is not where the last sale left it.": """
        SELECT count(*) = 0 FROM (SELECT epoch, max(counter) AS most FROM sale GROUP BY epoch) s
        FULL JOIN sale_counter c USING (epoch) WHERE c.last IS NOT coalesce(s.most, 0)""",
}
_VOID_REPORTS = """
    SELECT s.register_code, s.epoch, s.counter, o.payload, o.payload_sha256 FROM limit_void v
    JOIN sale s ON s.id = v.purchase_id LEFT JOIN outbox o ON o.sale_id = s.id AND o.kind = 'void'
    WHERE v.returned = 0"""
_VOIDS = "SELECT purchase_id, void_at, actor_id, reason FROM limit_void WHERE returned = 0"


class StoredRecords:
    """RecordBook."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def unlike(self) -> Iterator[tuple[str, str]]:
        for what, query in _UNLIKE.items():
            for row in self._db.rows(query):
                yield what, str(SaleNumber(*row))

    def out_of_order(self) -> Iterator[str]:
        for what, query in _OUT_OF_ORDER.items():
            if self._db.rows(query) != [(1,)]:
                yield what

    def untrue(self) -> Iterator[str]:
        for sentence, query in _UNTRUE.items():
            if self._db.rows(query) != [(1,)]:
                yield sentence

    def void_reports(self) -> Iterator[tuple[SaleNumber, bytes | None, str]]:
        for *number, payload, digest in self._db.rows(_VOID_REPORTS):
            yield SaleNumber(*number), payload, digest or ""

    def voids(self) -> Mapping[SaleId, VoidRow]:
        return {SaleId(row[0]): VoidRow(row[1], PersonId(row[2]), row[3]) for row in self._db.rows(_VOIDS)}
