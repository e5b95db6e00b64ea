"""A sale as it is kept, reported and printed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from pos_desktop.domain.cart import Weighing
from pos_desktop.domain.identity import CaregiverId, PatientId, PersonId, SaleId, TillSessionId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.model import Category, Lift, Measures
from pos_desktop.domain.money import ZERO, Money
from pos_desktop.domain.sensitive import CardNumber, Private, guard
from pos_desktop.domain.shelf import Unit

_NUMBER = re.compile(r"([A-Z0-9]{1,8})-([0-9]{1,12})-([0-9]{7,12})", re.ASCII)


@dataclass(frozen=True, slots=True)
class SaleNumber:
    """Gapless per register and epoch (invariant I6)."""

    register_code: str
    epoch: int
    counter: int

    def __str__(self) -> str:
        return f"{self.register_code}-{self.epoch}-{self.counter:07d}"

    @classmethod
    def parse(cls, text: str) -> SaleNumber | None:
        """As it is printed, capital letters or not; None for what is no whole number."""
        found = _NUMBER.fullmatch(text.strip().upper())
        return None if found is None else cls(found[1], int(found[2]), int(found[3]))


class Tender(StrEnum):
    CASH = "cash"
    DEBIT = "debit"
    """On a stand-alone terminal; never a cash withdrawal in disguise (docs/tenders.md)."""
    CREDIT = "credit"
    """The patient's store credit."""


@dataclass(frozen=True, slots=True)
class Payment:
    """`tendered` is what was handed over, `change` what went back; amount = tendered - change.

    Args:
        rounding: What rounding takes off the due of a cash part, below nought where it adds: all amounts and roundings
            of a sale together are its total.
        card: Reference of the payment at the terminal; `code` and `last_four` are what its slip says.
    """

    tender: Tender
    amount: Money
    tendered: Money
    change: Money
    rounding: Money = ZERO
    card: str = ""
    code: str = ""
    last_four: str = ""


@dataclass(frozen=True, slots=True)
class SaleLine:
    """A line with everything frozen that paper, limits and the state need later."""

    tag: str
    product_id: str
    name: str
    category: Category
    unit: Unit
    quantity: int
    price: Money
    amount: Money
    tax: Money
    measures: Measures
    tracker_unit: str
    batch: str
    weighing: Weighing | None = None


@dataclass(frozen=True, slots=True)
class Sale:
    """One completed sale. `basis`, `pack` and `rules` name what the limit decision rested on."""

    id: SaleId
    number: SaleNumber
    external: str
    """The number the state service knows it by; fixed before the first send, at most 32 of A-Z 0-9 -."""
    patient_id: PatientId
    patient_card: str
    patient_name: str
    caregiver_id: CaregiverId | None
    caregiver_card: str | None
    customer_type: str
    actor_id: PersonId
    actor_name: str
    till_session_id: TillSessionId
    sold_at: Instant
    zone: str
    lines: tuple[SaleLine, ...]
    payments: tuple[Payment, ...]
    subtotal: Money
    tax: Money
    total: Money
    basis: str
    rules: str
    pack: str
    journal_seq: int = 0
    journal_hash: str = ""
    voided: bool = False
    lifted: tuple[Lift, ...] = ()
    """Refusals that a manager lifted for this sale, in the order of the decision."""

    def __post_init__(self) -> None:
        guard(self, patient_card=CardNumber, patient_name=Private, caregiver_card=CardNumber)

    @property
    def rounding(self) -> Money:
        """Total = what was paid by all tenders + rounding."""
        return sum((each.rounding for each in self.payments), ZERO)

    @property
    def cash_moved(self) -> bool:
        return any(each.tendered or each.change for each in self.payments if each.tender is Tender.CASH)

    def paid_by(self, tender: Tender) -> Money:
        return sum((each.amount for each in self.payments if each.tender is tender), ZERO)

    def __repr__(self) -> str:
        return f"Sale({self.number})"
