"""Sales of earlier tills whose money went back out of this one."""

from __future__ import annotations

from collections.abc import Sequence

from pos_desktop.domain.identity import PersonId, TillSessionId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.money import Money
from pos_desktop.domain.sale import SaleNumber, Tender
from pos_desktop.domain.till import EarlierVoid, TillKind
from pos_desktop.storage.database import Database

_CASH = f"SELECT reference, cash_cents FROM till_event WHERE session_id = ? AND kind = '{TillKind.REFUND}'"  # noqa: S608 - a kind of ours
_OTHERS = """
    SELECT s.register_code, s.epoch, s.counter, v.void_at, v.actor_id, v.reason, s.total_cents,
    (SELECT coalesce(sum(c.cents), 0) FROM credit_entry c
     WHERE c.sale_id = s.id AND c.kind = 'returned' AND c.session_id = ?1),
    (SELECT coalesce(sum(p.amount_cents), 0) FROM payment p JOIN card_step t ON t.reference = p.card
     WHERE p.sale_id = s.id AND t.state = 'refunded' AND t.session_id = ?1)
    FROM limit_void v JOIN sale s ON s.id = v.purchase_id
    WHERE v.returned = 0 AND s.till_session_id <> ?1 ORDER BY v.void_at, s.epoch, s.counter"""


def earlier_voids(db: Database, session_id: TillSessionId) -> Sequence[EarlierVoid]:
    """In the order in which they were taken back."""
    cash = {row[0]: row[1] for row in db.rows(_CASH, (session_id,))}
    found = []
    for code, epoch, counter, at, by, reason, total, credit, debit in db.rows(_OTHERS, (session_id,)):
        number = str(SaleNumber(code, epoch, counter))
        parts = ((Tender.CASH, cash.get(number, 0)), (Tender.DEBIT, debit), (Tender.CREDIT, credit))
        back = {tender.value: Money(cents) for tender, cents in parts if cents}
        if back:
            found.append(EarlierVoid(number, Instant(at), PersonId(by), reason, Money(total), back))
    return found
