"""Loose cash: the safe, change orders, transfers; and cases, where a sum differs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from pos_desktop.domain.custody.checks import (
    add_count,
    differs,
    refuse_counting,
    refuse_unless_agreed,
    two,
    unless,
)
from pos_desktop.domain.custody.events import NOTHING, SAFE, CustodyEvent, CustodyKind
from pos_desktop.domain.custody.things import (
    Case,
    End,
    Order,
    OrderStep,
    SafeCount,
    Transfer,
    deposit_id,
    end_of,
)
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.identity import PersonId, TillSessionId
from pos_desktop.domain.money import ZERO

if TYPE_CHECKING:
    from pos_desktop.domain.custody.ways import Ways

_COUNTABLE = (OrderStep.COUNT, OrderStep.RECOUNT, OrderStep.COUNT_AGAIN, OrderStep.TAKE_IN)


def _safe_counted(ways: Ways, event: CustodyEvent) -> None:
    count = ways.counting()
    if count is None:
        fresh = all(event.subject != each.id for each in ways.counts)
        unless(fresh, "This count was settled already.", "counted")
        count = SafeCount(event.subject, ways.loose)
        ways.counts.append(count)
    unless(count.id == event.subject, "The safe is being counted already.", "safe-counting")
    add_count(ways, count, event, first=True)


def _safe_recounted(ways: Ways, event: CustodyEvent) -> None:
    add_count(ways, _safe_count(ways, event), event, first=False)


def _safe_settled(ways: Ways, event: CustodyEvent) -> None:
    count = _safe_count(ways, event)
    refuse_unless_agreed(count, event)
    difference = event.cash - count.expected
    if count is ways.counts[0]:
        ways.begun += difference
    else:
        differs(ways, event, difference)
    count.events.append(event)
    ways.loose = event.cash
    ways.read_by.pop(SAFE, None)


def _safe_count(ways: Ways, event: CustodyEvent) -> SafeCount:
    count = ways.counting()
    if count is None or count.id != event.subject:
        raise RuleRefusal(f"The safe is not being counted. {NOTHING}", code="not-counted")
    return count


def _order_made(ways: Ways, event: CustodyEvent) -> None:
    unless(event.subject not in ways.orders and event.cash > ZERO, "Nothing is ordered.", "order")
    what = event.text("what")
    ways.orders[event.subject] = Order(event.subject, event.cash, events=[event], what=what)


def _order_received(ways: Ways, event: CustodyEvent) -> None:
    order = _order(ways, event, OrderStep.RECEIVE)
    order.refuse_two_legs(event)
    two(event)
    order.events.append(event)
    ways.from_bank += order.expected


def _order_counted(ways: Ways, event: CustodyEvent) -> None:
    add_count(ways, _order(ways, event, *_COUNTABLE), event, first=True)


def _order_recounted(ways: Ways, event: CustodyEvent) -> None:
    add_count(ways, _order(ways, event, *_COUNTABLE), event, first=False)


def _order_taken_in(ways: Ways, event: CustodyEvent) -> None:
    order = _order(ways, event, *_COUNTABLE)
    order.refuse_two_legs(event)
    refuse_unless_agreed(order, event)
    refuse_counting(ways)
    differs(ways, event, event.cash - order.expected)
    order.events.append(event)
    ways.loose += event.cash


def _order_cancelled(ways: Ways, event: CustodyEvent) -> None:
    _order(ways, event, OrderStep.RECEIVE).events.append(event)


def _order(ways: Ways, event: CustodyEvent, *steps: OrderStep) -> Order:
    order = ways.orders.get(event.subject)
    if order is None or order.step not in steps:
        raise RuleRefusal(f"This change order is at another step. Look at the list. {NOTHING}", code="order")
    return order


def _transfer_sent(ways: Ways, event: CustodyEvent) -> None:
    out_of, into = end_of(event, "from"), end_of(event, "to")
    unless(event.subject not in ways.transfers and event.cash > ZERO, "There is nothing to move.", "amount")
    unless(
        out_of.register_code != into.register_code, "It goes to another place than it comes from.", "place"
    )
    _known(ways, out_of)
    if not out_of.register_code:
        refuse_counting(ways)
        ways.loose -= event.cash
    ways.transfers[event.subject] = Transfer(event.subject, out_of, into, event)


def _transfer_received(ways: Ways, event: CustodyEvent) -> None:
    way, into = ways.transfers.get(event.subject), end_of(event, "to")
    if way is None or way.received is not None:
        raise RuleRefusal(f"This cash is not on the way (any more). {NOTHING}", code="transfer")
    unless(into.register_code == way.into.register_code, "It goes to another place.", "place")
    unless(event.by != way.sent.by, "Who sent it does not receive it: another person must.", "own-transfer")
    _known(ways, into)
    if not into.register_code:
        refuse_counting(ways)
    differs(ways, event, event.cash - way.sent.cash, told=False)
    if not into.register_code:
        ways.loose += event.cash
    way.received, way.into = event, into


def _transfer_called_back(ways: Ways, event: CustodyEvent) -> None:
    """Whole and by who sent it, so nothing can differ; its drawer may have been closed or opened meanwhile."""
    way, back = ways.transfers.get(event.subject), end_of(event, "to")
    if way is None or way.received is not None:
        raise RuleRefusal(f"This cash is not on the way (any more). {NOTHING}", code="transfer")
    unless(event.by == way.sent.by, "Only who sent it calls it back.", "not-yours")
    unless(back.register_code == way.out_of.register_code, "It goes back where it came from.", "place")
    unless(event.cash == way.sent.cash, "All of it goes back.", "amount")
    unless(bool(event.text("reason")), "Write why it does not go.", "no-reason")
    _known(ways, back)
    if not back.register_code:
        refuse_counting(ways)
        ways.loose += event.cash
    way.received, way.into = event, back


def _known(ways: Ways, end: End) -> None:
    """Whether a till that a step names is one of this store."""
    if end.register_code:
        till = ways.tills.get(TillSessionId(end.session))
        good = not end.session or (till is not None and till.register_code == end.register_code)
        unless(good, "There is no such till.", "no-till")


def _case_given(ways: Ways, event: CustodyEvent) -> None:
    case = _case(ways, event)
    unless(bool(event.text("owner")), "Choose who looks into it.", "owner")
    case.given.append(event)
    case.owner = PersonId(event.text("owner"))


def _case_settled(ways: Ways, event: CustodyEvent) -> None:
    case = _case(ways, event)
    unless(
        event.by not in ways.had_it(case),
        "Who had that cash in hand does not settle what differed.",
        "own-case",
    )
    case.settled = event


def _case(ways: Ways, event: CustodyEvent) -> Case:
    case = ways.cases.get(event.subject)
    if case is None or case.settled is not None:
        raise RuleRefusal(f"There is no such open case. {NOTHING}", code="no-case")
    return case


def _figures_read(ways: Ways, event: CustodyEvent) -> None:
    """Of all that waited to be counted then: a drop or close that the store tells of may be a later one."""
    seen = [each.id for each in (*ways.waiting(), *ways.in_safe()) if each.at <= event.at]
    seen += [
        deposit_id(each.id) for each in ways.undivided() if each.closed_at and each.closed_at <= event.at
    ]
    seen += [each.id for each in ways.orders.values() if each.step is OrderStep.RECEIVE]
    for each in (SAFE, *seen):
        ways.read_by.setdefault(each, set()).add(event.by)


LOOSE_STEPS: Mapping[CustodyKind, Callable[[Ways, CustodyEvent], None]] = {
    CustodyKind.SAFE_COUNTED: _safe_counted,
    CustodyKind.SAFE_RECOUNTED: _safe_recounted,
    CustodyKind.SAFE_SETTLED: _safe_settled,
    CustodyKind.ORDER_MADE: _order_made,
    CustodyKind.ORDER_RECEIVED: _order_received,
    CustodyKind.ORDER_COUNTED: _order_counted,
    CustodyKind.ORDER_RECOUNTED: _order_recounted,
    CustodyKind.ORDER_TAKEN_IN: _order_taken_in,
    CustodyKind.ORDER_CANCELLED: _order_cancelled,
    CustodyKind.TRANSFER_SENT: _transfer_sent,
    CustodyKind.TRANSFER_RECEIVED: _transfer_received,
    CustodyKind.TRANSFER_CALLED_BACK: _transfer_called_back,
    CustodyKind.CASE_GIVEN: _case_given,
    CustodyKind.CASE_SETTLED: _case_settled,
    CustodyKind.FIGURES_READ: _figures_read,
}
