"""Tenders besides cash: a stand-alone terminal whose answers are typed, and store credit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pos_desktop.app.ports import Clock, Slip, TillSession
from pos_desktop.app.ports.tenders import AskedOfTerminal, TenderBook
from pos_desktop.app.reasons import good_reason
from pos_desktop.app.till_papers import Papers
from pos_desktop.app.visit import Visit
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.identity import PatientId
from pos_desktop.domain.money import ZERO, Money
from pos_desktop.domain.people import Approval, Person, Right, require
from pos_desktop.domain.tender import (
    CardPayment,
    CardState,
    CardStep,
    CreditEntry,
    CreditKind,
    balance,
    good_code,
    good_last_four,
)
from pos_desktop.domain.till import TillEvent, TillKind, checked_cash

_KEPT = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class Standing:
    """What a patient has here besides cash: store credit, and payments at the terminal to look after."""

    credit: Money = ZERO
    cards: tuple[CardPayment, ...] = ()

    @property
    def open(self) -> CardPayment | None:
        """The one that must be settled before anything else is paid."""
        return next((each for each in self.cards if each.open), None)

    @property
    def taken(self) -> tuple[CardPayment, ...]:
        """Money that was taken and waits for its sale."""
        return tuple(each for each in self.cards if each.without_sale)


NOTHING = Standing()


class TenderDesk:
    """Lane: database. `terminal` is empty where the register has none; `nickel` rounds what is due in cash."""

    def __init__(
        self,
        *,
        book: TenderBook,
        clock: Clock,
        terminal: str = "",
        nickel: bool = False,
        papers: Papers | None = None,
    ) -> None:
        self._book = book
        self._clock = clock
        self._papers = papers
        self.terminal = terminal
        self.nickel = nickel

    # -- looking

    def standing(self, patient_id: PatientId) -> Standing:
        return Standing(balance(self._book.credit(patient_id)), tuple(self._book.waiting(patient_id)))

    def waiting(self) -> Sequence[CardPayment]:
        """Every payment that a person must look after: not settled, taken without a sale, to be refunded."""
        return self._book.waiting()

    def card(self, reference: str) -> CardPayment:
        """Raises BadInput: there is none."""
        found = self._book.card(reference.strip().upper())
        if found is None:
            raise BadInput(f"There is no debit payment {reference}. {_KEPT}", code="no-card")
        return found

    # -- the terminal

    def request(
        self, visit: Visit, amount: Money, due: Money, actor: Person, session: TillSession
    ) -> CardPayment:
        """Save that the terminal is asked; only after this returned is the amount keyed there. `due` is the total.

        Raises:
            RuleRefusal: an earlier payment of this patient is not settled; or with what the terminal took before it
                would be more than is due.
            BadInput: no terminal, or an amount that nobody asks for.
        """
        require(actor, Right.SELL, _KEPT)
        if not self.terminal:
            raise BadInput(f"This register has no debit terminal. {_KEPT}", code="no-terminal")
        asked = AskedOfTerminal(
            sale_id=visit.sale_id,
            patient_id=visit.patient.id,
            session_id=session.id,
            terminal=self.terminal,
            amount=checked_cash(amount),
            due=due,
            at=self._clock.now(),
            by=actor.id,
        )
        return self._book.request(asked)

    def approved(self, card: CardPayment, code: str, last_four: str, actor: Person) -> CardPayment:
        """By the terminal's slip.

        Raises:
            BadInput: no reference.
            RuleRefusal: settled already, or the reference approved another payment of this till at this terminal.
        """
        require(actor, Right.SELL, _KEPT)
        return self._step(
            card, CardState.APPROVED, actor, code=good_code(code), last_four=good_last_four(last_four)
        )

    def declined(self, card: CardPayment, actor: Person) -> CardPayment:
        """Seen at the terminal, while its answer is awaited. Raises as `approved`."""
        require(actor, Right.SELL, _KEPT)
        if card.state is not CardState.REQUESTED:
            raise BadInput(f"Now only the terminal’s slip or a manager says so. {_KEPT}", code="card-code")
        return self._step(card, CardState.DECLINED, actor)

    def declined_by_slip(self, card: CardPayment, code: str, actor: Person) -> CardPayment:
        """Later: by the reference of the slip that says so. Raises as `approved`."""
        require(actor, Right.SELL, _KEPT)
        return self._step(card, CardState.DECLINED, actor, code=good_code(code))

    def unknown(self, card: CardPayment, actor: Person) -> CardPayment:
        """The terminal gave no answer, or nobody saw it."""
        require(actor, Right.SELL, _KEPT)
        return self._step(card, CardState.UNKNOWN, actor)

    def decided(
        self,
        card: CardPayment,
        actor: Person,
        reason: str,
        *,
        approved: bool,
        approval: Approval | None = None,
    ) -> CardPayment:
        """A manager's word where there is no slip.

        Raises:
            RuleRefusal: not for everybody; an approval names `card:` and the reference. BadInput: no reason.
        """
        if approval is None:
            require(actor, Right.SETTLE_CARD, _KEPT)
        why = good_reason(
            reason
        )  # an approval is used up by what it was given for, and not by a slip of the pen
        by = require(actor, Right.SETTLE_CARD, _KEPT, approval=approval, about=f"card:{card.reference}")
        state = CardState.APPROVED if approved else CardState.DECLINED
        step = CardStep(state, self._clock.now(), actor.id, reason=why, decided_by=by.id)
        return self._book.step(card.reference, step)

    def refunded(self, card: CardPayment, code: str, actor: Person) -> CardPayment:
        """Given back at the terminal; the reference of that slip. Raises as `approved`."""
        require(actor, Right.SELL, _KEPT)
        return self._step(card, CardState.REFUNDED, actor, code=good_code(code))

    # -- store credit

    def credit(self, patient_id: PatientId, by: Person) -> Sequence[CreditEntry]:
        """The whole account. Raises RuleRefusal: not for everybody."""
        require(by, Right.SEE_PATIENT, "The account is not shown.")
        return self._book.credit(patient_id)

    def give(
        self,
        patient_id: PatientId,
        amount: Money,
        reason: str,
        actor: Person,
        approval: Approval | None = None,
    ) -> Money:
        """Returns what the patient has now. Raises RuleRefusal: not for everybody; BadInput: no amount, no reason."""
        if approval is None:
            require(actor, Right.GIVE_CREDIT, _KEPT)
        cash, why = checked_cash(amount), good_reason(reason)
        by = require(actor, Right.GIVE_CREDIT, _KEPT, approval=approval, about=f"credit:{patient_id}")
        given = CreditEntry(patient_id, CreditKind.GIVEN, cash, self._clock.now(), by.id, why)
        return self._book.give(given)

    def pay_out(
        self,
        patient_id: PatientId,
        amount: Money,
        reason: str,
        actor: Person,
        session: TillSession,
        approval: Approval | None = None,
    ) -> Money:
        """In cash, to the cent, out of the drawer of `session`, which opens once this is saved; returns what is left.

        Raises:
            RuleRefusal: not for everybody; an approval names `credit-out:` and the patient; less is there, or nothing
                moves in that drawer now.
            BadInput: no amount, no reason.
        """
        if approval is None:
            require(actor, Right.GIVE_CREDIT, _KEPT)
        cash, why = checked_cash(amount), good_reason(reason)
        by = require(actor, Right.GIVE_CREDIT, _KEPT, approval=approval, about=f"credit-out:{patient_id}")
        now, second = self._clock.now(), None if approval is None else by.id
        entry = CreditEntry(patient_id, CreditKind.PAID_OUT, -cash, now, by.id, why, session_id=session.id)
        event = TillEvent(TillKind.CREDIT_OUT, now, actor.id, cash, why, witness=second)
        slips = [Slip.drawer(actor.id, session.id, f"{event.kind}: {why}")]
        if self._papers is not None:
            slips.append(self._papers.paid(session, event))
        return self._book.pay_out(entry, event, slips)

    def _step(
        self, card: CardPayment, state: CardState, actor: Person, *, code: str = "", last_four: str = ""
    ) -> CardPayment:
        step = CardStep(state, self._clock.now(), actor.id, code=code, last_four=last_four)
        return self._book.step(card.reference, step)
