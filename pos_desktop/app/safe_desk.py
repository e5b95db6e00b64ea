"""Loose cash: counts of the safe, change from the bank, floats between the safe and the tills."""

from __future__ import annotations

from pos_desktop.app.custody_desk import NO_REASON, NO_RULES, Because, Courier, CustodyRules, Steps
from pos_desktop.app.custody_papers import CustodyPapers
from pos_desktop.app.ports import Clock, CustodyBook, Ids, KeptStep, Register
from pos_desktop.app.reasons import good_reason
from pos_desktop.domain.custody.events import NOTHING, CustodyKind, good_number
from pos_desktop.domain.custody.things import End, SafeCount, Transfer
from pos_desktop.domain.custody.ways import Ways
from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.money import ZERO, Money
from pos_desktop.domain.people import Person, Right, require
from pos_desktop.domain.till import Count, checked_cash


class SafeDesk(Steps):
    """Lane: database. The tills that a float may go to are this register's and those that were ever opened."""

    def __init__(
        self,
        *,
        book: CustodyBook,
        papers: CustodyPapers,
        register: Register,
        clock: Clock,
        ids: Ids,
        rules: CustodyRules = NO_RULES,
    ) -> None:
        super().__init__(book=book, clock=clock, ids=ids, rules=rules)
        self._register, self._papers = register, papers

    def places(self) -> list[str]:
        """The safe (an empty text) and the codes of the tills."""
        opened = {each.register_code for each in self.ways().tills.values()}
        return ["", *sorted(opened | {self._register.code})]

    # -- counting

    def count(self, actor: Person, count: Count) -> KeptStep:
        """The loose cash of the safe, first or again; nobody sees the figure before `recount`."""
        require(actor, Right.CUSTODY, NOTHING)
        under_way = self.ways().counting()
        subject = self._ids.new() if under_way is None else under_way.id
        return self._count(CustodyKind.SAFE_COUNTED, subject, actor, count)

    def recount(self, actor: Person, count: Count) -> KeptStep:
        """Raises RuleRefusal: not counted yet, or by this person."""
        require(actor, Right.CUSTODY, NOTHING)
        return self._count(CustodyKind.SAFE_RECOUNTED, _counting(self.ways()).id, actor, count)

    def settle(self, actor: Person, second: Person, because: Because = NO_REASON) -> KeptStep:
        """By the two who counted. Raises RuleRefusal: they do not agree; or it differs, without reason and owner."""
        require(actor, Right.CUSTODY, NOTHING)
        require(second, Right.CUSTODY, NOTHING)
        ways = self.ways()
        count = _counting(ways)
        return self._do(
            CustodyKind.SAFE_SETTLED,
            count.id,
            actor,
            count.counting.agreed or ZERO,
            second,
            self._told(because),
            lambda kept: self._papers.safe_count(count, kept, begins=count is ways.counts[0]),
        )

    # -- change from the bank

    def order(self, actor: Person, cash: Money, what: str) -> str:
        """`what` says which notes and coins. Returns the order's id."""
        require(actor, Right.CUSTODY, NOTHING)
        order_id = self._ids.new()
        told = {"what": good_number(what, "which notes and coins")}
        self._do(CustodyKind.ORDER_MADE, order_id, actor, checked_cash(cash), told=told)
        return order_id

    def check_order(self, bag: str, courier: Courier) -> None:
        """Before anybody signs. Raises BadInput: a number or name is missing."""
        good_number(bag, "the number of the bank’s bag")
        courier.told()

    def receive_order(
        self, actor: Person, second: Person, order_id: str, bag: str, courier: Courier
    ) -> KeptStep:
        """From the courier, closed. Raises RuleRefusal: by who ordered it, or alone."""
        require(actor, Right.CUSTODY, NOTHING)
        require(second, Right.WITNESS, NOTHING)
        told = {"number": good_number(bag, "the number of the bank’s bag"), **courier.told()}
        self._refuse_staff(courier, actor, second)
        return self._do(CustodyKind.ORDER_RECEIVED, order_id, actor, second=second, told=told)

    def count_order(self, actor: Person, order_id: str, count: Count) -> KeptStep:
        require(actor, Right.CUSTODY, NOTHING)
        return self._count(CustodyKind.ORDER_COUNTED, order_id, actor, count)

    def recount_order(self, actor: Person, order_id: str, count: Count) -> KeptStep:
        require(actor, Right.CUSTODY, NOTHING)
        return self._count(CustodyKind.ORDER_RECOUNTED, order_id, actor, count)

    def take_in_order(
        self, actor: Person, second: Person, order_id: str, because: Because = NO_REASON
    ) -> KeptStep:
        """By the two who counted; from then on it is loose cash of the safe."""
        require(actor, Right.CUSTODY, NOTHING)
        require(second, Right.CUSTODY, NOTHING)
        order = self.ways().orders.get(order_id)
        agreed = None if order is None else order.counting.agreed
        told = self._told(because)
        return self._do(CustodyKind.ORDER_TAKEN_IN, order_id, actor, agreed or ZERO, second, told)

    def cancel_order(self, actor: Person, order_id: str, reason: str) -> KeptStep:
        """Before it came."""
        require(actor, Right.CUSTODY, NOTHING)
        told = {"reason": good_reason(reason)}
        return self._do(CustodyKind.ORDER_CANCELLED, order_id, actor, told=told)

    # -- floats

    def send(self, actor: Person, out_of: str, into: str, cash: Money) -> str:
        """Out of a drawer (its register’s code) or the safe (an empty text). It is on the way until it is received.

        Raises:
            RuleRefusal: not for everybody; the till was counted. BadInput: no amount.
        """
        ways, places = self.ways(), self.places()
        if out_of not in places or into not in places:
            raise BadInput(f"There is no such till. Choose one from the list. {NOTHING}", code="no-till")
        ends = (ways.end(out_of), ways.end(into))
        require(actor, Right.DROP if out_of else Right.CUSTODY, NOTHING)
        transfer_id = self._ids.new()
        told = {**_told("from", ends[0]), **_told("to", ends[1])}
        self._do(CustodyKind.TRANSFER_SENT, transfer_id, actor, checked_cash(cash), told=told)
        return transfer_id

    def receive(self, actor: Person, transfer_id: str, cash: Money, because: Because = NO_REASON) -> KeptStep:
        """As it was counted on arrival. Raises RuleRefusal: by who sent it; or it differs, without reason and owner."""
        ways = self.ways()
        way = _on_the_way(ways, transfer_id)
        into = ways.end(way.into.register_code)
        require(actor, Right.OPEN_TILL if into.register_code else Right.CUSTODY, NOTHING)
        told = {**_told("from", way.out_of), **_told("to", into), **self._told(because)}
        return self._do(CustodyKind.TRANSFER_RECEIVED, transfer_id, actor, cash, told=told)

    def call_back(self, actor: Person, transfer_id: str, reason: str) -> KeptStep:
        """It does not go after all: all of it is again where it came from.

        Raises:
            RuleRefusal: not on the way any more, or sent by another person. BadInput: no reason.
        """
        ways = self.ways()
        way = _on_the_way(ways, transfer_id)
        back = ways.end(way.out_of.register_code)
        require(actor, Right.DROP if back.register_code else Right.CUSTODY, NOTHING)
        told = {**_told("from", way.out_of), **_told("to", back), "reason": good_reason(reason)}
        return self._do(CustodyKind.TRANSFER_CALLED_BACK, transfer_id, actor, way.sent.cash, told=told)


def _counting(ways: Ways) -> SafeCount:
    count = ways.counting()
    if count is None:
        raise RuleRefusal(f"The safe is not being counted. {NOTHING}", code="not-counted")
    return count


def _on_the_way(ways: Ways, transfer_id: str) -> Transfer:
    way = ways.transfers.get(transfer_id)
    if way is None:
        raise RuleRefusal(f"This cash is not on the way (any more). {NOTHING}", code="transfer")
    return way


def _told(name: str, end: End) -> dict[str, str | int]:
    return {name: end.register_code, f"{name}_session": end.session, f"{name}_open": int(end.running)}
