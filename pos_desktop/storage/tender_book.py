"""Payments at a terminal and store credit: each row in one transaction with its journal entry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pos_desktop.app.ports.paper import Slip
from pos_desktop.app.ports.tenders import AskedOfTerminal
from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.identity import PatientId, TillSessionId
from pos_desktop.domain.money import ZERO, Money
from pos_desktop.domain.sale import SaleNumber
from pos_desktop.domain.tender import CardPayment, CardState, CardStep, CreditEntry
from pos_desktop.domain.till import TillEvent
from pos_desktop.storage import driver
from pos_desktop.storage.database import Database, cursor_owner
from pos_desktop.storage.journal_book import StoredJournal
from pos_desktop.storage.paper_jobs import add_slip
from pos_desktop.storage.tender_rows import (
    BY_REFERENCE,
    CARDS,
    CREDITS,
    OF_PATIENT,
    WAITING,
    card_of,
    credit_balance,
    credit_of,
    of_patient,
    refuse_waiting,
    step_of,
    write_credit,
)
from pos_desktop.storage.till_book import write_noted
from pos_desktop.storage.till_guard import refuse_unless_moving, takes_note

_NEXT = "SELECT coalesce(max(id), 0) + 1 FROM card_payment"
_ASK = "INSERT INTO card_payment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_STEP = """
    INSERT INTO card_step SELECT ?, coalesce(max(n), 0) + 1, ?, ?, ?, ?, ?, ?, ?, ?
    FROM card_step WHERE reference = ?"""
_USED = """
    SELECT c.reference, s.register_code, s.epoch, s.counter FROM card_step t JOIN card_payment c USING (reference)
    LEFT JOIN payment p ON p.card = c.reference LEFT JOIN sale s ON s.id = p.sale_id
    WHERE t.code = ? AND t.state = ? AND t.session_id IS ? AND c.terminal = ? LIMIT 1"""
_STEPS = """
    SELECT reference, state, at, actor_id, session_id, code, last_four, reason, decided_by
    FROM card_step ORDER BY reference, n"""


class StoredTenders:
    """TenderBook."""

    def __init__(self, db: Database, journal: StoredJournal) -> None:
        self._db = db
        self._journal = journal

    def request(self, asked: AskedOfTerminal) -> CardPayment:
        maker = self._journal.maker()
        register = maker.register
        with self._db.write() as conn:
            cursor = cursor_owner(conn.connection).cursor()
            refuse_unless_moving(cursor, asked.session_id)
            before = of_patient(cursor, asked.patient_id)
            refuse_waiting([each for each in before if each.open])
            _refuse_more(asked, [each for each in before if each.without_sale])
            ((n,),) = cursor.execute(_NEXT).fetchall()
            made = CardPayment(
                f"{register.code}-{register.epoch}-D{n:06d}",
                asked.sale_id,
                asked.patient_id,
                asked.session_id,
                asked.terminal,
                asked.amount,
                asked.at,
                asked.by,
            )
            cursor.execute(_ASK, (n, made.reference, *_asked_values(asked)))
            told = {
                "at": asked.at.utc_us,
                "cents": asked.amount.cents,
                "patient": asked.patient_id,
                "sale": asked.sale_id,
                "terminal": asked.terminal,
                "till": asked.session_id,
            }
            kind = f"tender.{CardState.REQUESTED}"
            self._journal.write_entry(cursor, maker, kind=kind, actor=asked.by, ref=made.reference, data=told)
        return made

    def step(self, reference: str, step: CardStep) -> CardPayment:
        """An approval counts in the till it was asked for, a refund in the one that is open now.

        Raises RuleRefusal: not what follows, or that slip's reference approved another payment of that till.
        """
        maker = self._journal.maker()
        with self._db.write() as conn:
            cursor = cursor_owner(conn.connection).cursor()
            row = cursor.execute(BY_REFERENCE, (reference,)).fetchone()
            if row is None:
                raise BadInput(f"There is no debit payment {reference}. Nothing was changed.", code="no-card")
            card = card_of(row)
            card.refuse_unless_next(step.state)
            code = maker.register.code if step.state is CardState.REFUNDED else ""
            session = takes_note(cursor, card.session_id, code)
            if step.state is CardState.APPROVED and step.code:
                _refuse_used(cursor, card, step.code, session)
            told: Mapping[str, Any] = {
                "at": step.at.utc_us,
                "till": session or "",
                "code": step.code,
                "last_four": step.last_four,
                "reason": step.reason,
                "decided_by": step.decided_by or "",
            }
            values = (
                reference,
                step.state.value,
                step.at.utc_us,
                step.by,
                session,
                step.code,
                step.last_four,
                step.reason,
                step.decided_by,
                reference,
            )
            cursor.execute(_STEP, values)
            self._journal.write_entry(
                cursor, maker, kind=f"tender.{step.state}", actor=step.by, ref=reference, data=told
            )
            (after,) = cursor.execute(BY_REFERENCE, (reference,)).fetchall()
        return card_of(after)

    def card(self, reference: str) -> CardPayment | None:
        row = self._db.row(BY_REFERENCE, (reference,))
        return None if row is None else card_of(row)

    def waiting(self, patient_id: PatientId | None = None) -> Sequence[CardPayment]:
        rows = self._db.rows(WAITING) if patient_id is None else self._db.rows(OF_PATIENT, (patient_id,))
        return [each for each in map(card_of, rows) if each.needs_person]

    def give(self, entry: CreditEntry) -> Money:
        maker = self._journal.maker()
        with self._db.write() as conn:
            cursor = cursor_owner(conn.connection).cursor()
            write_credit(cursor, entry)
            told = {"at": entry.at.utc_us, "cents": entry.amount.cents, "reason": entry.reason}
            self._journal.write_entry(
                cursor, maker, kind="credit.given", actor=entry.by, ref=entry.patient_id, data=told
            )
            return credit_balance(cursor, entry.patient_id)

    def pay_out(self, entry: CreditEntry, event: TillEvent, slips: Sequence[Slip] = ()) -> Money:
        maker, session = self._journal.maker(), entry.session_id
        assert session is not None  # noqa: S101 - of the caller: cash comes out of a drawer
        with self._db.write() as conn:
            cursor = cursor_owner(conn.connection).cursor()
            refuse_unless_moving(cursor, session)
            left = credit_balance(cursor, entry.patient_id) + entry.amount
            if left < ZERO:
                raise RuleRefusal(
                    f"There are {left - entry.amount} of store credit, and {event.cash} were to be paid out. "
                    "Nothing was saved; hand out nothing.",
                    code="credit-too-low",
                )
            write_credit(cursor, entry)
            told = {
                "at": entry.at.utc_us,
                "cents": entry.amount.cents,
                "reason": entry.reason,
                "till": session,
            }
            self._journal.write_entry(
                cursor, maker, kind="credit.paid-out", actor=entry.by, ref=entry.patient_id, data=told
            )
            place = write_noted(cursor, self._journal, maker, session, event)
            for slip in slips:
                add_slip(cursor, slip.placed(*place), event.at)
            return left

    def credit(self, patient_id: PatientId) -> Sequence[CreditEntry]:
        return [
            credit_of(row)
            for row in self._db.rows(CREDITS + "WHERE patient_id = ? ORDER BY id", (patient_id,))
        ]

    def cards(self) -> Iterable[tuple[CardPayment, Sequence[CardStep]]]:
        steps: dict[str, list[CardStep]] = defaultdict(list)
        for reference, *row in self._db.rows(_STEPS):
            steps[reference].append(step_of(row))
        for card in map(card_of, self._db.rows(CARDS + "ORDER BY c.id")):
            yield card, steps[card.reference]

    def all_credit(self) -> Iterable[CreditEntry]:
        return map(credit_of, self._db.rows(CREDITS + "ORDER BY id"))


def _refuse_used(cursor: driver.Cursor, card: CardPayment, code: str, session: TillSessionId | None) -> None:
    """Raises RuleRefusal: one slip pays once. A manager's word names no reference."""
    rows = cursor.execute(_USED, (code, CardState.APPROVED, session, card.terminal)).fetchall()
    if rows:
        ((reference, *number),) = rows
        where = f"debit payment {reference}, which has no sale yet"
        if number[0] is not None:
            where = f"receipt {SaleNumber(*number)}"
        raise RuleRefusal(
            f"Reference {code} stands on {where}, in this till and of this terminal. Look at the slip again. If the "
            "terminal did give it twice, a manager says so with a reason: no answer (F3), then without a slip. "
            "Nothing was saved.",
            code="code-used",
        )


def _refuse_more(asked: AskedOfTerminal, taken: Sequence[CardPayment]) -> None:
    """Raises RuleRefusal: the terminal would have taken more than the cart comes to."""
    before = sum((each.amount for each in taken), ZERO)
    if before and before + asked.amount > asked.due:
        raise RuleRefusal(
            f"The terminal took {before} from this patient already, without a sale, and {asked.due} is due. Use that "
            "for this sale or refund it at the terminal first; nothing was asked now.",
            code="card-without-sale",
        )
    if asked.amount > asked.due:
        raise RuleRefusal(
            f"{asked.amount} is more than the {asked.due} due. Nothing was asked.", code="amount"
        )


def _asked_values(asked: AskedOfTerminal) -> driver.Values:
    return (
        asked.sale_id,
        asked.patient_id,
        asked.session_id,
        asked.terminal,
        asked.amount.cents,
        asked.at.utc_us,
        asked.by,
    )
