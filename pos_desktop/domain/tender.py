"""Ways to pay: cash as it is rounded, a payment at a stand-alone terminal, store credit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.identity import PatientId, PersonId, TillSessionId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.money import ZERO, Money
from pos_desktop.domain.sale import Payment, Tender

_CODE = re.compile(r"[A-Z0-9-]{1,12}", re.ASCII)
"""Approval codes have six signs and reference numbers at most twelve; no card number is so short."""
_LAST_FOUR = re.compile(r"[0-9]{4}|", re.ASCII)
_NOT_SAVED = "Nothing was saved."


def rounded_cash(due: Money) -> Money:
    """To the nearest five cents. Whole cents never lie in the middle."""
    return Money((due.cents + 2) // 5 * 5)


def cash_due(due: Money, *, nickel: bool) -> Money:
    return rounded_cash(due) if nickel else due


def cash_payment(due: Money, tendered: Money, *, nickel: bool = False) -> Payment:
    """What settles `due` in cash. Raises BadInput: less was handed over."""
    asked = cash_due(due, nickel=nickel)
    if tendered < asked:
        raise BadInput(f"{tendered} is less than the {asked} due. {_NOT_SAVED}")
    return Payment(Tender.CASH, asked, tendered, tendered - asked, due - asked)


def plain_payment(tender: Tender, amount: Money, card: CardPayment | None = None) -> Payment:
    """By debit or credit: to the cent, nothing goes back."""
    if card is None:
        return Payment(tender, amount, amount, ZERO)
    return Payment(tender, amount, amount, ZERO, ZERO, card.reference, card.code, card.last_four)


def refuse_unless_exact(payments: Sequence[Payment], total: Money, *, nickel: bool) -> None:
    """Raises BadInput: parts that do not make the total to the cent, or change of other than cash."""
    for each in payments:
        cash = each.tender is Tender.CASH
        if not cash and (each.change or each.rounding or each.tendered != each.amount or each.amount <= ZERO):
            raise BadInput(f"Change and rounding are of cash alone. {_NOT_SAVED}", code="payments")
        if (each.tender is Tender.DEBIT) is not bool(each.card):
            raise BadInput(f"A debit part goes with a payment at the terminal. {_NOT_SAVED}", code="payments")
        due = each.amount + each.rounding
        if due < ZERO or (cash and each != cash_payment(due, each.tendered, nickel=nickel)):
            raise BadInput(f"The cash part is not what is due. {_NOT_SAVED}", code="payments")
    kinds = [each.tender for each in payments]
    cards = {each.card for each in payments if each.card}
    once = all(kinds.count(each) <= 1 for each in (Tender.CASH, Tender.CREDIT))
    if not once or len(cards) != kinds.count(Tender.DEBIT):
        raise BadInput(f"A part of the payment is there twice. {_NOT_SAVED}", code="payments")
    paid = sum((each.amount + each.rounding for each in payments), ZERO)
    if paid != total:
        raise BadInput(f"{paid} is paid, and {total} is due. {_NOT_SAVED}", code="payments")


class CardState(StrEnum):
    """Where a payment at the terminal stands, as it was last said."""

    REQUESTED = "requested"
    """Saved before the terminal is asked."""
    APPROVED = "approved"
    DECLINED = "declined"
    UNKNOWN = "unknown"
    """Nobody knows whether the terminal took the money."""
    REFUNDED = "refunded"


OPEN = (CardState.REQUESTED, CardState.UNKNOWN)
"""What must be settled before anything else is paid by this patient."""
_FOLLOWS: Mapping[CardState, tuple[CardState, ...]] = {
    CardState.REQUESTED: (CardState.APPROVED, CardState.DECLINED, CardState.UNKNOWN),
    CardState.UNKNOWN: (CardState.APPROVED, CardState.DECLINED),
    CardState.APPROVED: (CardState.REFUNDED,),
}


@dataclass(frozen=True, slots=True)
class CardStep:
    """What was said of a payment at the terminal.

    Args:
        session_id: The till in whose terminal batch it counts; None where that till takes nothing any more.
        code: Reference or approval code of the slip; with `last_four` all that is kept of a card.
        decided_by: The manager who said so without a slip.
    """

    state: CardState
    at: Instant
    by: PersonId
    session_id: TillSessionId | None = None
    code: str = ""
    last_four: str = ""
    reason: str = ""
    decided_by: PersonId | None = None


@dataclass(frozen=True, slots=True)
class CardPayment:
    """One payment asked of the terminal. `paid_for` is the number of the sale that it paid; empty before that."""

    reference: str
    sale_id: str
    """The cart it was asked for."""
    patient_id: PatientId
    session_id: TillSessionId
    terminal: str
    amount: Money
    at: Instant
    by: PersonId
    state: CardState = CardState.REQUESTED
    code: str = ""
    last_four: str = ""
    paid_for: str = ""
    voided: bool = False

    @property
    def open(self) -> bool:
        return self.state in OPEN

    @property
    def without_sale(self) -> bool:
        """Money was taken, and no sale stands against it."""
        return self.state is CardState.APPROVED and not self.paid_for

    @property
    def refund_due(self) -> bool:
        """Its sale was voided: the terminal must give the money back."""
        return self.state is CardState.APPROVED and self.voided

    @property
    def needs_person(self) -> bool:
        return self.open or self.without_sale or self.refund_due

    def refuse_unless_next(self, state: CardState) -> None:
        """Raises RuleRefusal: it was settled otherwise already."""
        wrong = state not in _FOLLOWS.get(self.state, ())
        if wrong or (state is CardState.REFUNDED and not (self.without_sale or self.refund_due)):
            raise RuleRefusal(
                f"Debit payment {self.reference} is {self.state} already. Nothing was changed.",
                code="card-settled",
            )


def good_code(text: str) -> str:
    """A reference or approval code as it is kept. Raises BadInput; a card number is never taken."""
    code = text.strip().upper()
    if not _CODE.fullmatch(code):
        raise BadInput(
            "Type the reference or approval code from the terminal’s slip: at most 12 letters and digits, and never "
            f"a card number. {_NOT_SAVED}",
            code="card-code",
        )
    return code


def good_last_four(text: str) -> str:
    """Raises BadInput: neither empty nor four digits."""
    if not _LAST_FOUR.fullmatch(text.strip()):
        raise BadInput(
            f"Of a card only its last four digits are kept; they may be left out. {_NOT_SAVED}",
            code="last-four",
        )
    return text.strip()


@dataclass(frozen=True, slots=True)
class TerminalDay:
    """What one terminal took and gave back in one session of a till, by our record."""

    terminal: str
    approved: Money = ZERO
    refunded: Money = ZERO
    unsettled: Money = ZERO
    """Asked for in this session and not known."""

    @property
    def batch(self) -> Money:
        """What its batch total must be."""
        return self.approved - self.refunded


class CreditKind(StrEnum):
    GIVEN = "given"
    SPENT = "spent"
    RETURNED = "returned"
    PAID_OUT = "paid-out"
    """In cash, out of the drawer of `CreditEntry.session_id`."""


@dataclass(frozen=True, slots=True)
class CreditEntry:
    """One row of a patient's store credit; `amount` has its sign."""

    patient_id: PatientId
    kind: CreditKind
    amount: Money
    at: Instant
    by: PersonId
    reason: str = ""
    sale_id: str | None = None
    session_id: TillSessionId | None = None


def balance(entries: Sequence[CreditEntry]) -> Money:
    return sum((each.amount for each in entries), ZERO)
