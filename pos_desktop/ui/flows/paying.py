"""F12 to the finished sale: money in, one commit, then paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.reception import Refused
from pos_desktop.app.visit import Visit
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.limits.model import Decision
from pos_desktop.domain.sale import Sale
from pos_desktop.domain.sensitive import told
from pos_desktop.ui.flows.checking_in import CheckingIn
from pos_desktop.ui.flows.floor import PAYMENT, Floor, payment_is_open
from pos_desktop.ui.flows.tendering import Tendering
from pos_desktop.ui.flows.till_door import drop_notice, till_stands_still
from pos_desktop.ui.presenter.allotment import buys_for
from pos_desktop.ui.presenter.basket import items_text
from pos_desktop.ui.presenter.payment import RECEIPT, payment_sheet
from pos_desktop.ui.presenter.tendering import Entry
from pos_desktop.ui.state import Notice, Tone

translate = QCoreApplication.translate
WAIT_FOR_STATE = ("state-check-required",)
READ_US = 700_000
"""The second half of a double press: the change is not dismissed before anyone can have read it."""


class Paying:
    def __init__(self, floor: Floor, checking_in: CheckingIn, print_now: Callable[[], None]) -> None:
        self._floor = floor
        self._checking_in = checking_in
        self._print_now = print_now
        self._told = ""
        self._done_at_us = 0
        self._first: tuple[str, ...] | None = None
        self.tendering = Tendering(floor, self._commit, self._draw)
        self.look: Callable[[], None] = lambda: None
        """Asks how many sales wait."""
        self.sold: Callable[[], None] = lambda: None
        self.refused: Callable[[], None] = lambda: None
        """After a sale was saved; after a rule refused it."""

    def open(self) -> None:
        """Open the tender sheet, or say what is missing. A stale state figure is fetched first, at most 3 s."""
        floor = self._floor
        if floor.cart_is_bound:
            return
        if floor.stopped:
            floor.say(Tone.DANGER, floor.stopped)
            return
        still = till_stands_still(floor)
        if still is not None or floor.session is None:
            floor.notice = still or Notice(Tone.WARN, no_till())
            floor.show()
            return
        decision = floor.decision()
        if floor.visit is None or decision is None or not floor.visit.cart.lines:
            floor.say(Tone.WARN, translate("Payment", "There is nothing to pay yet. Scan a package first."))
            return
        if decision.allowed:
            floor.pay_when_answered = False
            self._open(floor.visit)
        elif asks_by_itself(floor, decision):
            floor.say(
                Tone.INFO, translate("Payment", "Asking the state for its figure; payment opens by itself.")
            )
            floor.pay_when_answered = True
            self._checking_in.ask_state()
            floor.show()
        else:
            floor.show()

    def after_answer(self) -> None:
        """The state answered, or did not in time: go on with what waited for it."""
        floor = self._floor
        if floor.asking:
            return
        if floor.entry is not None and floor.entry.asking:
            self._complete_answered(floor.entry)
            return
        if not floor.pay_when_answered:
            return
        floor.pay_when_answered = False
        floor.notice = None
        decision = floor.decision()
        if decision is not None and decision.allowed:
            self.open()
        elif waits_only_for_state(decision):
            floor.say(Tone.WARN, _no_figure())

    def key(self, key: str) -> None:
        self._change(lambda entry: entry.key(key))

    def quick(self, amount_id: str) -> None:
        if not self.tendering.answered(amount_id):
            self._change(lambda entry: entry.quick(amount_id))

    def tender(self, tab: str) -> None:
        self._change(lambda entry: entry.turned(tab))

    def option(self, option_id: str, checked: bool) -> None:
        if option_id == RECEIPT:
            self._change(lambda entry: replace(entry, receipt=checked))

    def complete(self) -> None:
        """Enter: the next step of the payment, and the last one is the sale.

        Before the terminal is asked it is sure that nothing but money lacks.
        """
        floor = self._floor
        entry, visit, duty = floor.entry, floor.visit, floor.duty()
        if entry is None or visit is None or duty is None or floor.done_sale is not None or not entry.ready:
            return
        if (entry.card is not None or self._may_sell(entry)) and not self.tendering.step(entry, visit, duty):
            self._commit()

    def _may_sell(self, entry: Entry) -> bool:
        """False while the state is asked first, or cannot be."""
        floor = self._floor
        if waits_only_for_state(floor.decision()):
            if floor.desk.ask_state is None:
                floor.entry = None
                floor.close_sheet()
                floor.say(Tone.WARN, _read_again_by_hand())
                return False
            # The line came back while the cash was counted: now the state must be asked, and the patient stands here.
            floor.entry = replace(entry, asking=True)
            self._checking_in.ask_state()
            self._draw()
            return False
        return True

    def _commit(self) -> None:
        """Everything is one local commit; the sheet says done only after it returned."""
        floor = self._floor
        entry, visit, duty = floor.entry, floor.visit, floor.duty()
        if entry is None or visit is None or duty is None:
            return
        payments = entry.payments()
        floor.entry = replace(entry, saving=True)
        self._draw()
        desk, link = floor.desk, floor.desk.link.link
        floor.lanes.database(
            "close sale",
            lambda: desk.close_sale.pay(visit, payments, duty, link, receipt=entry.receipt),
            self._saved,
            self._not_saved,
        )

    def back(self) -> None:
        """Esc: a finished sale leaves the counter; an unfinished one goes back to its cart."""
        floor = self._floor
        if floor.done_sale is not None:
            self.next_sale()
            return
        entry = floor.entry
        if entry is not None and (entry.saving or not self.tendering.may_leave(entry)):
            return
        floor.entry = floor.notice = None
        floor.close_sheet()
        floor.show()

    def show_again(self) -> None:
        """After another sheet was closed: the payment that it lay over."""
        self._draw()

    def go_on(self) -> None:
        """Enter or the button of a finished sale, unless it comes with the press that finished it."""
        if self._floor.desk.clock.monotonic_us() - self._done_at_us >= READ_US:
            self.next_sale()

    def next_sale(self) -> None:
        floor = self._floor
        if floor.done_sale is None:
            return
        floor.end_visit()
        floor.notice = drop_notice(floor)
        floor.show()

    def paper_said(self, sentences: tuple[str, ...]) -> None:
        """What printer and drawer did, under the change that is still on the screen; else once, not at each try."""
        floor = self._floor
        if floor.done_sale is not None:
            sentences = self._with_drawer(sentences)
        before, self._told = self._told, " ".join(sentences)
        floor.paper_said = self._told
        if floor.done_sale is not None:
            if floor.sheet_kind == PAYMENT:
                self._draw()
        elif self._told and self._told != before:
            floor.say(Tone.WARN, self._told)
        elif not self._told and floor.notice is not None and floor.notice.text == before:
            floor.notice = None

    def _with_drawer(self, sentences: tuple[str, ...]) -> tuple[str, ...]:
        """The drawer is kicked once: what it said stays beside the change while the receipt is tried again.

        Of the first answer, a sentence that no waiting paper gives as its reason was the drawer's.
        """
        if self._first is None:
            self._first = sentences
            return sentences
        waiting = {job.why for job in self._floor.jobs}
        self._first = tuple(each for each in self._first if each not in waiting)
        return (*self._first, *(each for each in sentences if each not in self._first))

    def _open(self, visit: Visit) -> None:
        floor = self._floor
        totals = visit.cart.totals(floor.desk.register.tax_bp)
        floor.done_sale = None
        if floor.standing.open is not None:
            self.tendering.settle(floor.standing.open)
            return
        who = told("{who} · {items}", who=buys_for(visit), items=items_text(len(visit.cart.lines)))
        floor.entry = self.tendering.begun(Entry(totals.total, who))
        self._draw()

    def _change(self, change: Callable[[Entry], Entry]) -> None:
        floor = self._floor
        if floor.entry is not None and floor.done_sale is None and not floor.entry.busy:
            floor.entry = change(floor.entry)
            self._draw()

    def _complete_answered(self, entry: Entry) -> None:
        floor = self._floor
        floor.entry = replace(entry, asking=False)
        decision = floor.decision()
        if floor.actor is None:  # locked meanwhile: whoever signs in completes it, or does not
            self._draw()
            return
        if decision is not None and decision.allowed:
            self.complete()
            return
        floor.entry = None
        floor.close_sheet()
        floor.say(Tone.WARN, _no_figure() if waits_only_for_state(decision) else _figure_refuses())

    def _saved(self, sale: Sale) -> None:
        floor = self._floor
        floor.done_sale = floor.last_sale = sale
        self.tendering.sold()
        if floor.notice is not None and floor.notice.text == payment_is_open():
            floor.notice = None
        floor.paper_said = ""
        self._first = None
        self._done_at_us = floor.desk.clock.monotonic_us()
        if floor.entry is not None:
            floor.entry = replace(floor.entry, saving=False)
        self._draw()
        floor.desk.nudge_sync()
        self.look()
        self.sold()
        self._print_now()

    def _not_saved(self, problem: BaseException) -> None:
        floor = self._floor
        floor.entry = None
        floor.close_sheet()
        self.tendering.stand()
        if isinstance(problem, RuleRefusal):
            self._read_again()
            self.refused()
        floor.refuse(problem)

    def _read_again(self) -> None:
        """The record changed under the sale: show the figures as they are now."""
        floor = self._floor
        visit = floor.visit
        if visit is not None:
            floor.on_database(
                "read again",
                lambda: floor.desk.reception.refresh(visit),
                lambda again: self._fresh(visit, again),
            )

    def _fresh(self, before: Visit, again: Visit | Refused) -> None:
        floor = self._floor
        if floor.visit is None or floor.visit.sale_id != before.sale_id:
            return
        if isinstance(again, Visit):
            floor.visit = replace(again, cart=floor.visit.cart, lifts=floor.visit.lifts)
            floor.show()
            return
        decision = floor.decision()
        if decision is not None and decision.allowed:  # else the cart says by itself what refuses it
            floor.end_visit()
            self._checking_in.say_refused(again, not_saved=True)

    def _draw(self) -> None:
        floor = self._floor
        if floor.entry is not None:
            floor.open_sheet(PAYMENT, payment_sheet(floor.entry, floor.done_sale, floor.paper_said))


def no_till() -> str:
    return translate(
        "Payment", "No till is open at this register. The cart is kept; open a till first, then take payment."
    )


def waits_only_for_state(decision: Decision | None) -> bool:
    return decision is not None and decision.refused_by == WAIT_FOR_STATE


def asks_by_itself(floor: Floor, decision: Decision | None) -> bool:
    """Nothing but the state's figure lacks, and there is a line to ask it by."""
    return floor.desk.ask_state is not None and waits_only_for_state(decision)


def _read_again_by_hand() -> str:
    return translate(
        "Payment",
        "The sale is not saved: the registry’s figure grew too old while the money was counted. The cart is kept; "
        "read the registry again (F5), then take payment.",
    )


def _no_figure() -> str:
    return translate(
        "Payment", "The state gave no figure for this patient. The cart is kept; press F12 to ask again."
    )


def _figure_refuses() -> str:
    return translate(
        "Payment",
        "The sale is not saved: by the state's figure it does not fit. The cart is kept; change it.",
    )
