"""Steps of a payment that is not cash: the terminal is asked, its slip is typed, store credit is used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.close_sale import OnDuty
from pos_desktop.app.tender_desk import NOTHING, Standing, TenderDesk
from pos_desktop.app.visit import Visit
from pos_desktop.domain.money import ZERO
from pos_desktop.domain.sale import Tender
from pos_desktop.domain.tender import CardPayment, plain_payment
from pos_desktop.ui.flows.floor import Floor
from pos_desktop.ui.presenter.tendering import CASH, CREDIT, DECLINED, LAST_FOUR, NO_ANSWER, Entry
from pos_desktop.ui.state import Tone

translate = QCoreApplication.translate


class Tendering:
    """`commit` saves the sale once nothing is left to pay, `draw` shows the payment."""

    def __init__(self, floor: Floor, commit: Callable[[], None], draw: Callable[[], None]) -> None:
        self._floor, self._commit, self._draw = floor, commit, draw
        self.settle: Callable[[CardPayment], None] = lambda _: None
        """Leads a person through what became of a payment."""
        self._asked = False
        """The terminal was asked in this visit."""

    # -- what there is

    def served(self) -> None:
        """Another patient, or none: what they have here is read beside the sale."""
        floor = self._floor
        floor.standing = NOTHING
        if self._asked or floor.cards:
            self._asked = False
            self.look()
        self.stand()

    def sold(self) -> None:
        """What the terminal took has its sale."""
        self._asked = False

    def stand(self, then: Callable[[], None] = lambda: None) -> None:
        floor, desk = self._floor, self._floor.desk.tenders
        visit = floor.visit
        if desk is None or visit is None:
            return
        patient = visit.patient.id

        def stood(standing: Standing) -> None:
            if floor.visit is not None and floor.visit.patient.id == patient:
                floor.standing = standing
                self._take_up(standing)
                then()

        floor.on_database("tenders of the patient", lambda: desk.standing(patient), stood)

    def look(self) -> None:
        """Every payment that waits for a person."""
        floor, desk = self._floor, self._floor.desk.tenders
        if desk is not None:
            floor.on_database("payments that wait", desk.waiting, self._looked)

    def begun(self, entry: Entry) -> Entry:
        """A payment as it opens: what the terminal took before counts, and credit may be used."""
        desk, standing = self._floor.desk.tenders, self._floor.standing
        if desk is None:
            return entry
        parts = (plain_payment(Tender.DEBIT, each.amount, each) for each in standing.taken)
        return replace(
            entry,
            terminal=desk.terminal,
            nickel=desk.nickel,
            credit=standing.credit,
            taken=tuple(parts),
        )

    # -- steps

    def step(self, entry: Entry, visit: Visit, duty: OnDuty) -> bool:
        """What Enter does, other than taking cash. False: nothing of this kind."""
        desk = self._floor.desk.tenders
        if desk is None:
            return False
        if entry.card is not None:
            self._approve(desk, entry, entry.card, duty)
        elif entry.tab == CREDIT:
            self._take(entry.with_part(plain_payment(Tender.CREDIT, entry.amount)))
        elif entry.tab != CASH:
            self._ask(desk, entry, visit, duty)
        else:
            return False
        return True

    def answered(self, what: str) -> bool:
        """A touch on what the terminal shows. False: this is an amount."""
        floor, desk, duty = self._floor, self._floor.desk.tenders, self._floor.duty()
        entry = floor.entry
        if desk is None or duty is None or entry is None or entry.card is None or entry.busy:
            return False
        card = entry.card
        if what == LAST_FOUR:
            floor.entry = entry.other_field()
            self._draw()
        elif what == DECLINED:
            self._do("declined", lambda: desk.declined(card, duty.actor), self._declined)
        elif what == NO_ANSWER:
            self._do("no answer", lambda: desk.unknown(card, duty.actor), self._unknown)
        return True

    def may_leave(self, entry: Entry) -> bool:
        """Esc while the terminal's answer is awaited would leave it open."""
        if entry.card is None:
            return True
        self._floor.say(
            Tone.WARN,
            translate(
                "Payment",
                "The terminal was asked. Say first what it shows: approved with its reference, declined (F2) or no "
                "answer (F3).",
            ),
        )
        return False

    # -- inside

    def _ask(self, desk: TenderDesk, entry: Entry, visit: Visit, duty: OnDuty) -> None:
        amount = entry.amount
        self._asked = True
        self._do(
            "ask the terminal", lambda: desk.request(visit, amount, duty.actor, duty.session), self._awaited
        )

    def _approve(self, desk: TenderDesk, entry: Entry, card: CardPayment, duty: OnDuty) -> None:
        code, four = entry.typed, entry.last_four
        self._do("approved", lambda: desk.approved(card, code, four, duty.actor), self._approved)

    def _do(
        self, name: str, operation: Callable[[], CardPayment], done: Callable[[CardPayment], None]
    ) -> None:
        floor = self._floor
        if floor.entry is not None:
            floor.entry = replace(floor.entry, saving=True)
        floor.notice = None
        self._draw()
        floor.lanes.database(name, operation, done, self._failed)

    def _failed(self, problem: BaseException) -> None:
        """The payment stays as it was; where an earlier one is open, that comes first."""
        floor = self._floor
        if floor.entry is not None:
            floor.entry = replace(floor.entry, saving=False)
        self._draw()
        floor.refuse(problem)
        if getattr(problem, "code", "") == "card-open":
            self.stand()

    def _awaited(self, card: CardPayment) -> None:
        if self._floor.entry is not None:
            self._floor.entry = self._floor.entry.awaiting(card)
        self._draw()

    def _approved(self, card: CardPayment) -> None:
        if self._floor.entry is not None:
            self._take(self._floor.entry.with_card(card))

    def _declined(self, card: CardPayment) -> None:
        floor = self._floor
        if floor.entry is not None:
            floor.entry = floor.entry.rid_of_card()
        self._draw()
        words = translate("Payment", "Declined at the terminal: {amount} were not taken. Choose another way.")
        floor.say(Tone.INFO, words.format(amount=card.amount))

    def _unknown(self, card: CardPayment) -> None:
        """The cart is kept, and what to do is told in its own sheet."""
        floor = self._floor
        floor.entry = None
        floor.close_sheet()
        self.look()
        self.stand()
        self.settle(card)

    def _take(self, entry: Entry) -> None:
        self._floor.entry = entry
        if entry.rest == ZERO:
            self._commit()
        else:
            self._draw()

    def _take_up(self, standing: Standing) -> None:
        """An answer that came after the payment was opened, before anything of it was settled."""
        floor, entry = self._floor, self._floor.entry
        if entry is None or entry.busy or entry.card is not None or floor.done_sale is not None:
            return
        if standing.open is not None:
            floor.entry = None
            floor.close_sheet()
            self.settle(standing.open)
        elif not entry.taken:
            floor.entry = self.begun(entry)
            self._draw()

    def _looked(self, cards: object) -> None:
        self._floor.cards = tuple(cards) if isinstance(cards, list | tuple) else ()
        self._floor.show()
