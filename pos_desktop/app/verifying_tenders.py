"""Do payments at terminals and store credit agree with their sales and with the journal."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pos_desktop.app.ports import TillBook
from pos_desktop.app.ports.tenders import TenderBook
from pos_desktop.domain.sale import Payment, Sale, Tender
from pos_desktop.domain.tender import CardPayment, CardState, CardStep, CreditEntry, CreditKind
from pos_desktop.domain.till import TillKind

_ASKED = ("at", "cents", "patient", "sale", "terminal", "till")
_STEP = ("at", "till", "code", "last_four", "reason", "decided_by")
_REQUESTED = f"tender.{CardState.REQUESTED}"
_KINDS = frozenset(f"tender.{each}" for each in CardState)


@dataclass(slots=True)
class ToldOfCard:
    """What the journal tells of one payment at a terminal, in its order."""

    asked: list[tuple[Any, ...]] = field(default_factory=list)
    steps: list[tuple[Any, ...]] = field(default_factory=list)


@dataclass(slots=True)
class Session:
    """What terminals and accounts did in one session of a till, by the journal."""

    approved: Counter[str] = field(default_factory=Counter)
    refunded: Counter[str] = field(default_factory=Counter)
    returned: int = 0
    paid_out: Counter[tuple[int, int]] = field(default_factory=Counter)
    """(cents, when) of credit that left its drawer in cash, by the accounts."""


class TendersTold:
    """Collects while journal and sales are walked once; then compares."""

    def __init__(self, tenders: TenderBook | None) -> None:
        self._tenders = tenders
        self._told: dict[str, ToldOfCard] = defaultdict(ToldOfCard)
        self._credit: Counter[tuple[Any, ...]] = Counter()
        """Rows of accounts that must be there, as the journal and the sales tell them."""
        self._paid: dict[str, tuple[Sale, Payment]] = {}
        self._wrong: list[str] = []

    def entry(self, entry: Mapping[str, Any]) -> None:
        kind, data, ref, actor = entry["kind"], entry["data"], entry["ref"], entry["actor"]
        if kind == _REQUESTED:
            self._told[ref].asked.append((actor, *map(data.get, _ASKED)))
        elif kind in _KINDS:
            self._told[ref].steps.append((kind, actor, *map(data.get, _STEP)))
        elif kind == "credit.given":
            given = ("given", data.get("cents"), data.get("at"), actor, data.get("reason"), "", "")
            self._credit[(ref, *given)] += 1
        elif kind == "credit.paid-out":
            paid = ("paid-out", data.get("cents"), data.get("at"), actor, data.get("reason"), "")
            self._credit[(ref, *paid, data.get("till"))] += 1

    def sale(self, sale: Sale, void: Mapping[str, Any], voided_by: str) -> None:
        """`void` is what the journal tells of its being taken back; of an older version without refunds."""
        for paid in sale.payments:
            if paid.card:
                if paid.card in self._paid:
                    self._wrong.append(f"Debit payment {paid.card} paid for two sales.")
                self._paid[paid.card] = (sale, paid)
            elif paid.tender is Tender.CREDIT:
                at, by = sale.sold_at.utc_us, sale.actor_id
                spent = ("spent", -paid.amount.cents, at, by, "", sale.id, sale.till_session_id)
                self._credit[(sale.patient_id, *spent)] += 1
        if "refunds" in void:
            self._given_back(sale, void, void["refunds"], voided_by)

    def findings(self, tills: TillBook | None) -> Iterable[str]:
        if self._tenders is None:
            return
        yield from self._wrong
        sessions: dict[str, Session] = defaultdict(Session)
        yield from self._cards(self._tenders, sessions)
        yield from self._accounts(self._tenders, sessions)
        if tills is not None:
            yield from _reports(tills, sessions)
            yield from _drawers(tills, sessions)

    def _given_back(self, sale: Sale, void: Mapping[str, Any], refunds: Any, by: str) -> None:
        back = [(each[0], each[1]) for each in refunds]
        if back != [(each.tender.value, each.amount.cents) for each in sale.payments if each.amount]:
            self._wrong.append(f"Sale {sale.number} was not given back the way it was paid.")
        for tender, cents, till in refunds:
            if tender == Tender.CREDIT:
                returned = ("returned", cents, void.get("at"), by, void.get("reason"), sale.id, till)
                self._credit[(sale.patient_id, *returned)] += 1

    def _cards(self, tenders: TenderBook, sessions: dict[str, Session]) -> Iterable[str]:
        known = set()
        for card, steps in tenders.cards():
            known.add(card.reference)
            told = self._told[card.reference]
            if told.asked != [_asked(card)] or told.steps != [_step(each) for each in steps]:
                yield f"Debit payment {card.reference} is not what the journal tells of it."
            yield from self._use(card)
            for each in steps:
                if each.session_id is not None:
                    _count(sessions[each.session_id], card, each)
        for reference in (self._told.keys() | self._paid.keys()) - known:
            yield f"The store does not hold debit payment {reference}."

    def _use(self, card: CardPayment) -> Iterable[str]:
        if card.reference not in self._paid:
            return
        sale, paid = self._paid[card.reference]
        taken = card.state in (CardState.APPROVED, CardState.REFUNDED)
        same = (paid.amount, sale.patient_id) == (card.amount, card.patient_id)
        if not taken or not same or paid.tender is not Tender.DEBIT:
            yield f"Debit payment {card.reference} was not approved for sale {sale.number} as it is paid."

    def _accounts(self, tenders: TenderBook, sessions: dict[str, Session]) -> Iterable[str]:
        left: Counter[str] = Counter()
        rows: Counter[tuple[Any, ...]] = Counter()
        for entry in tenders.all_credit():
            rows[_credit(entry)] += 1
            left[entry.patient_id] += entry.amount.cents
            if entry.kind is CreditKind.RETURNED and entry.session_id is not None:
                sessions[entry.session_id].returned += entry.amount.cents
            elif entry.kind is CreditKind.PAID_OUT:
                sessions[entry.session_id or ""].paid_out[(-entry.amount.cents, entry.at.utc_us)] += 1
            if left[entry.patient_id] < 0:
                yield "An account of store credit was below nought."
        if rows != self._credit:
            yield "The accounts of store credit are not what the journal and the sales tell."


def _reports(tills: TillBook, sessions: Mapping[str, Session]) -> Iterable[str]:
    for kept in tills.z_reports(-1):
        document, ours = kept.document, sessions.get(kept.session_id, Session())
        if "terminals" not in document:
            continue
        terminals = document["terminals"]
        approved = {name: each["approved"] for name, each in terminals.items() if each["approved"]}
        refunded = {name: each["refunded"] for name, each in terminals.items() if each["refunded"]}
        refunds = {Tender.DEBIT.value: sum(ours.refunded.values()), Tender.CREDIT.value: ours.returned}
        if (
            approved != dict(ours.approved)
            or refunded != dict(ours.refunded)
            or document.get("refunds") != {name: cents for name, cents in refunds.items() if cents}
        ):
            yield f"The terminals and refunds of Z report {kept.number} are not those that the store holds."


def _drawers(tills: TillBook, sessions: Mapping[str, Session]) -> Iterable[str]:
    """What an account paid out left a drawer, and the other way round."""
    ours = {name: each.paid_out for name, each in sessions.items() if each.paid_out}
    left: dict[str, Counter[tuple[int, int]]] = {}
    for session in tills.sessions():
        events = (each for each in tills.events(session.id) if each.kind is TillKind.CREDIT_OUT)
        if out := Counter((each.cash.cents, each.at.utc_us) for each in events):
            left[session.id] = out
    if ours != left:
        yield "Store credit that was paid out is not the cash that left the drawers for it."


def _count(session: Session, card: CardPayment, step: CardStep) -> None:
    if step.state is CardState.APPROVED:
        session.approved[card.terminal] += card.amount.cents
    elif step.state is CardState.REFUNDED:
        session.refunded[card.terminal] += card.amount.cents


def _asked(card: CardPayment) -> tuple[Any, ...]:
    return (
        card.by,
        card.at.utc_us,
        card.amount.cents,
        card.patient_id,
        card.sale_id,
        card.terminal,
        card.session_id,
    )


def _step(step: CardStep) -> tuple[Any, ...]:
    return (
        f"tender.{step.state}",
        step.by,
        step.at.utc_us,
        step.session_id or "",
        step.code,
        step.last_four,
        step.reason,
        step.decided_by or "",
    )


def _credit(entry: CreditEntry) -> tuple[Any, ...]:
    return (
        entry.patient_id,
        entry.kind.value,
        entry.amount.cents,
        entry.at.utc_us,
        entry.by,
        entry.reason,
        entry.sale_id or "",
        entry.session_id or "",
    )
