"""One patient at the counter: who buys, what is in the cart, what the ledger and the state say."""

from __future__ import annotations

from dataclasses import dataclass

from pos_desktop.app.ports import StateAnswer
from pos_desktop.domain.cart import EMPTY, Cart
from pos_desktop.domain.certification import NONE, Certification
from pos_desktop.domain.identity import SaleId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.model import Lift, Purchase
from pos_desktop.domain.patient import Caregiver, Patient


@dataclass(frozen=True, slots=True)
class Visit:
    """Everything a decision needs, read once at check-in and kept in memory.

    `sale_id` is made here, so that a double click or a repeated commit meets the same sale. `history` and `answer`
    belong to `patient.ledger_rev`; a commit that finds another revision reads all of them again.
    """

    sale_id: SaleId
    patient: Patient
    caregiver: Caregiver | None
    history: tuple[Purchase, ...]
    answer: StateAnswer | None
    opened_at: Instant
    cart: Cart = EMPTY
    stated: Certification = NONE
    """What the practitioner and the programme stated of the patient, beside the card."""
    lifts: tuple[Lift, ...] = ()
    """What a manager lifted for this sale; a held cart does not keep it."""

    @property
    def buyer(self) -> str:
        return "patient" if self.caregiver is None else f"caregiver:{self.caregiver.id}"

    @property
    def customer_type(self) -> str:
        return "Patient" if self.caregiver is None else "Caregiver"
