"""Rows of cards and credit inside a transaction of somebody else: of a sale, of a void."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.identity import PatientId, PersonId, TillSessionId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.money import Money
from pos_desktop.domain.sale import Sale, SaleNumber, Tender
from pos_desktop.domain.tender import CardPayment, CardState, CardStep, CreditEntry, CreditKind
from pos_desktop.storage import driver

_OF_LAST = "(SELECT s.{} FROM card_step s WHERE s.reference = c.reference ORDER BY s.n DESC LIMIT 1)"
_OF_SLIP = "(SELECT s.{} FROM card_step s WHERE s.reference = c.reference AND s.state = 'approved')"
CARDS = f"""
    SELECT c.reference, c.sale_id, c.patient_id, c.session_id, c.terminal, c.cents, c.at, c.actor_id,
    coalesce({_OF_LAST.format("state")}, 'requested'), coalesce({_OF_SLIP.format("code")}, ''),
    coalesce({_OF_SLIP.format("last_four")}, ''), z.register_code, z.epoch, z.counter, v.purchase_id IS NOT NULL
    FROM card_payment c LEFT JOIN payment p ON p.card = c.reference LEFT JOIN sale z ON z.id = p.sale_id
    LEFT JOIN limit_void v ON v.purchase_id = p.sale_id AND v.returned = 0 """  # noqa: S608 - our own schema
BY_REFERENCE = CARDS + "WHERE c.reference = ?"
OF_PATIENT = CARDS + "WHERE c.patient_id = ? ORDER BY c.id"
UNSETTLED = """SELECT reference FROM card_payment
    EXCEPT SELECT reference FROM card_step WHERE state IN ('declined', 'refunded')
    EXCEPT SELECT card FROM payment p WHERE card IS NOT NULL AND NOT EXISTS
    (SELECT 1 FROM limit_void v WHERE v.purchase_id = p.sale_id AND v.returned = 0)"""
WAITING = f"{CARDS} WHERE c.reference IN ({UNSETTLED}) ORDER BY c.id"
"""By sets over whole tables: 40 ms for a hundred thousand payments."""
_BALANCE = "SELECT coalesce(sum(cents), 0) FROM credit_entry WHERE patient_id = ?"
_CREDIT = (
    "INSERT INTO credit_entry (patient_id, kind, cents, at, actor_id, reason, sale_id, session_id) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
CREDITS = "SELECT patient_id, kind, cents, at, actor_id, reason, sale_id, session_id FROM credit_entry "


def card_of(row: Sequence[Any]) -> CardPayment:
    number = "" if row[11] is None else str(SaleNumber(*row[11:14]))
    return CardPayment(
        reference=row[0],
        sale_id=row[1],
        patient_id=PatientId(row[2]),
        session_id=TillSessionId(row[3]),
        terminal=row[4],
        amount=Money(row[5]),
        at=Instant(row[6]),
        by=PersonId(row[7]),
        state=CardState(row[8]),
        code=row[9],
        last_four=row[10],
        paid_for=number,
        voided=bool(row[14]),
    )


def credit_of(row: Sequence[Any]) -> CreditEntry:
    patient, kind, cents, at, actor, reason, sale, session = row
    return CreditEntry(
        PatientId(patient),
        CreditKind(kind),
        Money(cents),
        Instant(at),
        PersonId(actor),
        reason,
        sale,
        None if session is None else TillSessionId(session),
    )


def settle_payments(cursor: driver.Cursor, sale: Sale) -> None:
    """What a sale takes besides cash: approved cards, each once, and credit that is there.

    Asked before its payments are written.

    Raises:
        RuleRefusal: a payment of this patient is not settled, or was taken and is no part of this sale; a card that
            was not approved for this amount, or paid for another sale; more credit than there is.
    """
    left = {each.reference: each for each in of_patient(cursor, sale.patient_id) if each.needs_person}
    for paid in sale.payments:
        if paid.tender is Tender.DEBIT:
            card = left.pop(paid.card, None)
            if card is None or not card.without_sale or card.amount != paid.amount:
                raise RuleRefusal(
                    "The sale is not saved: its debit payment was not approved for this amount, or paid for another "
                    "sale. Look at the terminal’s slip.",
                    code="card-not-approved",
                )
        elif paid.tender is Tender.CREDIT:
            _spend(cursor, sale, paid.amount)
    refuse_waiting([each for each in left.values() if not each.refund_due])


def refuse_waiting(cards: Sequence[CardPayment]) -> None:
    """Raises RuleRefusal where one of them is open or was taken without a sale: nobody pays twice."""
    for each in cards:
        if each.open:
            raise RuleRefusal(
                f"Whether the terminal took {each.amount} from this patient is not known yet (debit payment "
                f"{each.reference}). Settle that first; the cart is kept and nothing was saved.",
                code="card-open",
            )
        if each.without_sale:
            raise RuleRefusal(
                f"{each.amount} were taken from this patient by debit without a sale (payment {each.reference}). Use "
                "them for this sale or refund them at the terminal first; nothing was saved.",
                code="card-without-sale",
            )


def of_patient(cursor: driver.Cursor, patient_id: PatientId) -> list[CardPayment]:
    return [card_of(row) for row in cursor.execute(OF_PATIENT, (patient_id,)).fetchall()]


def credit_balance(cursor: driver.Cursor, patient_id: PatientId) -> Money:
    ((cents,),) = cursor.execute(_BALANCE, (patient_id,)).fetchall()
    return Money(cents)


def write_credit(cursor: driver.Cursor, entry: CreditEntry) -> None:
    values = (
        entry.patient_id,
        entry.kind.value,
        entry.amount.cents,
        entry.at.utc_us,
        entry.by,
        entry.reason,
        entry.sale_id,
        entry.session_id,
    )
    cursor.execute(_CREDIT, values)


def _spend(cursor: driver.Cursor, sale: Sale, amount: Money) -> None:
    there = credit_balance(cursor, sale.patient_id)
    if amount > there:
        raise RuleRefusal(
            f"The sale is not saved: {there} of store credit are left, and {amount} were to be used.",
            code="credit-too-low",
        )
    spent = CreditEntry(
        sale.patient_id,
        CreditKind.SPENT,
        -amount,
        sale.sold_at,
        sale.actor_id,
        sale_id=sale.id,
        session_id=sale.till_session_id,
    )
    write_credit(cursor, spent)


def step_of(row: Sequence[Any]) -> CardStep:
    state, at, actor, session, code, last_four, reason, decided_by = row
    return CardStep(
        CardState(state),
        Instant(at),
        PersonId(actor),
        None if session is None else TillSessionId(session),
        code,
        last_four,
        reason,
        None if decided_by is None else PersonId(decided_by),
    )
