"""Closing a sale: decide once more, then everything in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NoReturn
from zoneinfo import ZoneInfo

from pos_desktop.app.journaling import EntryMaker, sale_entry
from pos_desktop.app.limit_desk import LimitDesk
from pos_desktop.app.ports import Clock, Ids, Person, Register, SaleBook, SaleTransaction, TillSession
from pos_desktop.app.reception import Reception, Refused
from pos_desktop.app.reporting import report_item
from pos_desktop.app.visit import Visit
from pos_desktop.domain.cart import Totals
from pos_desktop.domain.deadlines import Duty, due_at
from pos_desktop.domain.errors import (
    AlreadySold,
    BadInput,
    CommitInDoubt,
    EnvironmentTrouble,
    PosError,
    RuleRefusal,
    StoreDamaged,
)
from pos_desktop.domain.identity import SaleId
from pos_desktop.domain.instant import SECOND_US, Instant
from pos_desktop.domain.journal import chain
from pos_desktop.domain.limits.model import Decision, Link
from pos_desktop.domain.limits.statecheck import KEY_REFUSED
from pos_desktop.domain.money import Money
from pos_desktop.domain.people import Right, require
from pos_desktop.domain.sale import Payment, Sale, SaleLine, SaleNumber
from pos_desktop.domain.tender import cash_payment, refuse_unless_exact

_ATTEMPTS = 3
NOT_KNOWN = (
    "The disk gave an error, and the sale could not be read back. Whether the sale is saved is not known yet. "
    "Keep the money apart, stop selling and start the program again; it looks then."
)
DAMAGED = "Whether the sale is saved is not known. {why}"


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Who sells, on which till."""

    actor: Person
    session: TillSession


class _StaleWindow(Exception):
    """Another sale or void of this patient, or another word of the state, was written since the visit was read."""


class CloseSale:
    """Lane: database. The sale is done when the call returns; paper and drawer come after."""

    def __init__(
        self,
        *,
        sales: SaleBook,
        reception: Reception,
        limits: LimitDesk,
        register: Register,
        facility_zone: ZoneInfo,
        clock: Clock,
        ids: Ids,
        duty: Duty | None = None,
        nickel: bool = False,
    ) -> None:
        """`nickel`: the store rounds what is due in cash to five cents."""
        self._sales = sales
        self._reception = reception
        self._limits = limits
        self._register = register
        self._facility_zone = facility_zone
        self._clock = clock
        self._ids = ids
        self._duty = duty
        self._nickel = nickel
        self._entries = EntryMaker(register, clock)
        self._unknown: SaleId | None = None
        """A sale whose COMMIT failed and that could not be looked up yet."""

    def cash(
        self, visit: Visit, tendered: Money, duty: OnDuty, link: Link | None, *, receipt: bool = True
    ) -> Sale:
        """Take cash and close.

        Raises:
            BadInput: empty cart, or less handed over than due.
            RuleRefusal: who is signed in does not sell, or a rule says no now; the cart is as it was and nothing was
                saved.
            EnvironmentTrouble: the store cannot be written; the sentence says whether the sale is saved, or that this
                is not known yet.
        """
        totals = self._totals(visit, duty)
        payment = cash_payment(totals.total, tendered, nickel=self._nickel)
        return self._committed(visit, totals, (payment,), duty, link, receipt)

    def pay(
        self,
        visit: Visit,
        payments: Sequence[Payment],
        duty: OnDuty,
        link: Link | None,
        *,
        receipt: bool = True,
    ) -> Sale:
        """Close with parts of several tenders that make the total to the cent.

        Cards are approved before; store credit and cards are looked at once more inside the transaction.

        Raises:
            BadInput, RuleRefusal, EnvironmentTrouble: as `cash`; also payments that do not hold. Money that a terminal
                took stays noted as taken without a sale.
        """
        totals = self._totals(visit, duty)
        refuse_unless_exact(payments, totals.total, nickel=self._nickel)
        return self._committed(visit, totals, tuple(payments), duty, link, receipt)

    def _totals(self, visit: Visit, duty: OnDuty) -> Totals:
        require(duty.actor, Right.SELL, "The cart is kept; nothing was saved.")
        if not visit.cart.lines:
            raise BadInput("The cart is empty. Scan a package first.")
        return visit.cart.totals(self._register.tax_bp)

    def _committed(
        self,
        visit: Visit,
        totals: Totals,
        payments: tuple[Payment, ...],
        duty: OnDuty,
        link: Link | None,
        receipt: bool,
    ) -> Sale:
        if self._unknown is not None:
            earlier = self._looked_up(self._unknown)
            if earlier is not None:
                return self._sold_already(visit) or _refuse_after(earlier)
        for _ in range(_ATTEMPTS):
            at = self._sale_time(visit)
            decision = self._limits.decide(visit, at, link)
            if not decision.allowed:
                already = self._sold_already(visit)
                if already is not None:
                    return already
                raise _not_allowed(decision)
            try:
                return self._transact(
                    visit, totals, payments, duty, decision, at, receipt, self._due(at, link)
                )
            except (_StaleWindow, AlreadySold):
                # The other sale may have been this very basket, committed by an earlier press of the same key.
                already = self._sold_already(visit)
                if already is not None:
                    return already
                visit = self._read_again(visit)
            except CommitInDoubt:
                return self._settled(visit.sale_id)
        raise EnvironmentTrouble(
            "This patient's record keeps changing. The sale is not saved; scan the card again."
        )

    def _transact(
        self,
        visit: Visit,
        totals: Totals,
        payments: tuple[Payment, ...],
        duty: OnDuty,
        decision: Decision,
        at: Instant,
        receipt: bool,
        due: Instant | None,
    ) -> Sale:
        with self._sales.transaction() as txn:
            if not txn.spend_revision(visit.patient.id, visit.patient.ledger_rev):
                raise _StaleWindow
            sale = self._sale(txn.next_number(), visit, totals, payments, duty, decision, at)
            return self._write(txn, sale, receipt, due)

    def _due(self, at: Instant, link: Link | None) -> Instant | None:
        """By when the state wants to know of a sale made now."""
        return due_at(
            at,
            ZoneInfo(self._register.zone),
            duty=self._duty,
            outage_hours=self._limits.report_within_hours,
            line_up=link is Link.UP,
        )

    def _write(self, txn: SaleTransaction, sale: Sale, receipt: bool, due: Instant | None) -> Sale:
        seq, previous = txn.journal_head()
        entry = self._entries.make(
            seq, sale.sold_at, actor=sale.actor_id, kind="sale.done", ref=sale.id, data=sale_entry(sale)
        ).body()
        digest = chain(previous, entry)
        sale = replace(sale, journal_seq=seq, journal_hash=digest.hex()[:8])
        report = report_item(
            sale,
            item_id=self._ids.new(),
            license_number=self._register.license,
            facility_zone=self._facility_zone,
            due_at=due,
        )
        txn.write(
            sale,
            entry=entry,
            entry_hash=digest,
            report=report,
            kick_drawer=sale.cash_moved,
            print_receipt=receipt,
        )
        return sale

    def _sold_already(self, visit: Visit) -> Sale | None:
        """The sale of this very basket. Raises RuleRefusal when its id was sold with other goods in it."""
        found = self._sales.find(visit.sale_id)
        if found is None:
            return None
        wanted = [(line.package.tag, line.quantity, line.amount) for line in visit.cart.lines]
        if [(line.tag, line.quantity, line.amount) for line in found.lines] == wanted:
            return found
        raise RuleRefusal(
            f"This cart was sold already as {found.number}, with other goods in it. Nothing was saved now. "
            "Clear it and scan the goods again.",
            code="sold-already",
        )

    def _settled(self, sale_id: SaleId) -> Sale:
        """The commit may have happened: look, never repeat (reliability 2)."""
        found = self._looked_up(sale_id)
        if found is None:
            raise EnvironmentTrouble(
                "The disk refused the sale. It is not saved. This register must stop: call a manager."
            )
        return found

    def _looked_up(self, sale_id: SaleId) -> Sale | None:
        """Until this returned, the sale may be there or not, and nobody is told either."""
        self._unknown = sale_id
        try:
            found = self._sales.reopen_and_find(sale_id)
        except StoreDamaged as damaged:
            raise StoreDamaged(DAMAGED.format(why=damaged.sentence)) from damaged
        except PosError as trouble:
            raise EnvironmentTrouble(NOT_KNOWN, code="sale-not-known") from trouble
        self._unknown = None
        return found

    def _read_again(self, visit: Visit) -> Visit:
        again = self._reception.refresh(visit)
        if isinstance(again, Refused):
            raise RuleRefusal("The sale is not saved: this card may not buy any more.", code=again.why.value)
        return again

    def _sale_time(self, visit: Visit) -> Instant:
        """Now, but in a later second than every earlier sale to this patient (reliability 4, natural key).

        So a clock that was set back never puts those sales into the future, where no limit would count them (I11).
        """
        last = max((each.at.utc_us for each in visit.history if each.source == "own"), default=0)
        return max(self._clock.now(), Instant((last // SECOND_US + 1) * SECOND_US))

    def _sale(
        self,
        number: SaleNumber,
        visit: Visit,
        totals: Totals,
        payments: tuple[Payment, ...],
        duty: OnDuty,
        decision: Decision,
        at: Instant,
    ) -> Sale:
        caregiver = visit.caregiver
        return Sale(
            id=visit.sale_id,
            number=number,
            external=f"{self._register.store_code}-{number}",
            patient_id=visit.patient.id,
            patient_card=visit.patient.card_number,
            patient_name=visit.patient.name,
            caregiver_id=None if caregiver is None else caregiver.id,
            caregiver_card=None if caregiver is None else caregiver.card_number,
            customer_type=visit.customer_type,
            actor_id=duty.actor.id,
            actor_name=duty.actor.name,
            till_session_id=duty.session.id,
            sold_at=at,
            zone=self._register.zone,
            lines=tuple(_line(visit, totals, n) for n in range(len(visit.cart.lines))),
            payments=payments,
            subtotal=totals.subtotal,
            tax=totals.tax,
            total=totals.total,
            basis=decision.basis,
            rules=f"{decision.programme}/{decision.version}",
            pack=self._limits.programme.pack_name,
            lifted=tuple(replace(each, excess=None) for each in decision.lifted),
        )


def _not_allowed(decision: Decision) -> RuleRefusal:
    if decision.refused_by == (KEY_REFUSED,):
        return RuleRefusal(
            "The sale is not saved: the state refuses this store's key, so it cannot be asked. That is no outage. "
            "The cart is kept; a manager must check the keys.",
            code=KEY_REFUSED,
        )
    return RuleRefusal("The sale is not saved: a limit or card rule refuses it now.", code="not-allowed")


def _refuse_after(earlier: Sale) -> NoReturn:
    raise RuleRefusal(
        f"The sale before this one is saved: {earlier.number}, {earlier.total}. This one is not. "
        "If it is the same, clear it; else pay again.",
        code="earlier-saved",
    )


def _line(visit: Visit, totals: Totals, n: int) -> SaleLine:
    line = visit.cart.lines[n]
    product = line.package.product
    return SaleLine(
        tag=line.package.tag,
        product_id=product.id,
        name=product.name,
        category=product.category,
        unit=product.unit,
        quantity=line.quantity,
        price=line.price,
        amount=line.amount,
        tax=totals.line_taxes[n],
        measures=line.item.measures,
        tracker_unit=line.package.tracker_unit,
        batch=line.package.batch,
        weighing=line.weighing,
    )
