"""Payments at a terminal and store credit, as they are kept: rows are added, none is changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from pos_desktop.app.ports.paper import Slip
from pos_desktop.domain.identity import PatientId, PersonId, TillSessionId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.money import Money
from pos_desktop.domain.tender import CardPayment, CardStep, CreditEntry
from pos_desktop.domain.till import TillEvent


@dataclass(frozen=True, slots=True)
class AskedOfTerminal:
    """What the terminal is about to be asked, of a cart that comes to `due`."""

    sale_id: str
    patient_id: PatientId
    session_id: TillSessionId
    terminal: str
    amount: Money
    due: Money
    at: Instant
    by: PersonId


class TenderBook(Protocol):
    """Every row is written together with its journal entry, in one transaction."""

    def request(self, asked: AskedOfTerminal) -> CardPayment:
        """The reference is made and saved here, before the terminal is asked.

        Raises:
            RuleRefusal: an earlier payment of this patient is not settled, or the till takes nothing any more.
        """
        ...

    def step(self, reference: str, step: CardStep) -> CardPayment:
        """The session of `step` is set here. Raises BadInput: no such payment; RuleRefusal: settled already."""
        ...

    def card(self, reference: str) -> CardPayment | None: ...

    def waiting(self, patient_id: PatientId | None = None) -> Sequence[CardPayment]:
        """Those that a person must look after, oldest first; of one patient or of all."""
        ...

    def give(self, entry: CreditEntry) -> Money:
        """Returns the new balance."""
        ...

    def pay_out(self, entry: CreditEntry, event: TillEvent, slips: Sequence[Slip] = ()) -> Money:
        """Off the account and out of the drawer of its session, with what is printed; returns what is left.

        Raises:
            RuleRefusal: there is less on the account, or nothing moves in that drawer now.
        """
        ...

    def credit(self, patient_id: PatientId) -> Sequence[CreditEntry]:
        """The whole ledger of one patient, oldest first."""
        ...

    def cards(self) -> Iterable[tuple[CardPayment, Sequence[CardStep]]]:
        """All payments with what was said of them, in the order of their rows."""
        ...

    def all_credit(self) -> Iterable[CreditEntry]: ...
