"""What lies where, and what is done next with it and by whom. No figure of a count that is under way is in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pos_desktop.app.custody_hands import brought, of_bag, of_parcels
from pos_desktop.app.ports import CustodyBook
from pos_desktop.domain.custody.events import CountStep, Leg
from pos_desktop.domain.custody.hands import Crew, Hands
from pos_desktop.domain.custody.things import (
    Bag,
    BagStep,
    Case,
    Counted,
    Order,
    OrderStep,
    Parcel,
    SafeCount,
    TillFacts,
    Transfer,
)
from pos_desktop.domain.custody.ways import Ways
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.money import Money

Names = Mapping[PersonId, str]
NO_CREW = Crew()


class Next(StrEnum):
    """The one thing that is done next with a line."""

    NOTHING = "nothing"
    DIVIDE = "divide"
    TAKE_IN = "take in"
    PACK = "pack"
    COUNT = "count"
    RECOUNT = "recount"
    CLOSE = "close"
    """Seal a bag, settle a count of the safe, take change in: by the two who counted."""
    HAND_OVER = "hand over"
    BANK = "bank"
    RECEIVE = "receive"
    SETTLE = "settle"


class What(StrEnum):
    TILL = "till"
    PARCEL = "parcel"
    IN_SAFE = "in the safe"
    BAG = "bag"
    COUNT = "count of the safe"
    ORDER = "change order"
    TRANSFER = "transfer"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing on the list.

    Args:
        cash: None while it must not be known.
        words: What is done next with it, and by whom.
        only: The two who must do it, where nobody else may. never: who must not.
        hands: Who is left for the rest of its way, if it goes to the bank.
    """

    id: str
    what: What
    title: str
    at: Instant
    cash: Money | None
    next: Next
    words: str
    only: frozenset[PersonId] = frozenset()
    never: frozenset[PersonId] = frozenset()
    hands: Hands | None = None

    def open_to(self, person: PersonId) -> bool:
        """Whether the rules of custody let this person do the next thing; rights are another matter."""
        return person not in self.never and (not self.only or person in self.only)


@dataclass(frozen=True, slots=True)
class CustodyPicture:
    lines: tuple[Line, ...]
    counting: bool = False
    """Whether the safe is being counted now."""
    last_count: tuple[Instant, Money] | None = None
    """None while the safe is being counted: what should be there follows from it."""
    done: tuple[Line, ...] = field(default=())
    """Bags at the bank or taken apart, the newest first."""


def picture_of(book: CustodyBook, crew: Crew = NO_CREW, *, done: int = 20) -> CustodyPicture:
    """Open things in the order in which somebody waits for them; `done` bags that are through.

    `crew` is who works here now, for what is said of who is left.
    """
    ways, names = book.ways(), book.names()
    counting = ways.counting()
    settled = [each for each in ways.counts if each.settled]
    through = [each for each in ways.bags.values() if each.step in (BagStep.DONE, BagStep.APART)]
    lines = [
        *(_count(each, names) for each in (counting,) if each is not None),
        *(_till(each, crew) for each in ways.undivided()),
        *(_waiting(each, names, crew) for each in ways.waiting()),
        *(_transfer(each, names) for each in ways.transfers.values() if each.received is None),
        *_orders(ways, names),
        *(_in_safe(each, crew) for each in ways.in_safe()),
        *(_bag(each, names, crew) for each in ways.bags.values() if each not in through),
        *(_case(each, ways, names) for each in ways.cases.values() if each.settled is None),
    ]
    last = settled[-1].events[-1] if settled else None
    return CustodyPicture(
        tuple(lines),
        counting is not None,
        None if last is None or counting is not None else (last.at, last.cash),
        tuple(_bag(each, names, crew) for each in reversed(through[-done:])),
    )


# ---- lines


def _till(till: TillFacts, crew: Crew) -> Line:
    return Line(
        till.id,
        What.TILL,
        f"Till {till.register_code}, Z {till.z}",
        till.closed_at or Instant(0),
        till.counted,
        Next.DIVIDE,
        "Say what stays in the drawer; the rest goes into the safe. Two persons.",
        hands=Hands(crew, brought(() if till.closed_by is None else (till.closed_by,)), Leg.BROUGHT),
    )


def _waiting(parcel: Parcel, names: Names, crew: Crew) -> Line:
    return Line(
        parcel.id,
        What.PARCEL,
        _parcel_title(parcel),
        parcel.at,
        parcel.cash,
        Next.TAKE_IN,
        f"Take it into the safe, unopened. {_all(parcel.brought_by, names)}, who brought it, may only sign beside you.",
        never=parcel.brought_by,
        hands=of_parcels((parcel,), crew),
    )


def _in_safe(parcel: Parcel, crew: Crew) -> Line:
    return Line(
        parcel.id,
        What.IN_SAFE,
        _parcel_title(parcel),
        parcel.at,
        parcel.cash,
        Next.PACK,
        "In the safe. Put it into a deposit bag.",
        never=parcel.brought_by,
        hands=of_parcels((parcel,), crew),
    )


def _parcel_title(parcel: Parcel) -> str:
    kind = "Envelope" if parcel.id.startswith("drop:") else "Deposit of"
    return f"{kind} {parcel.number}, till {parcel.register_code}"


_BAG_NEXT: Mapping[BagStep, Next] = {
    BagStep.COUNT: Next.COUNT,
    BagStep.RECOUNT: Next.RECOUNT,
    BagStep.COUNT_AGAIN: Next.COUNT,
    BagStep.SEAL: Next.CLOSE,
    BagStep.HAND_OVER: Next.HAND_OVER,
    BagStep.BANK: Next.BANK,
    BagStep.DONE: Next.NOTHING,
    BagStep.APART: Next.NOTHING,
}


def _bag(bag: Bag, names: Names, crew: Crew) -> Line:
    step = bag.step
    never = _others(bag, within={Next.COUNT, Next.RECOUNT, Next.CLOSE}, now=_BAG_NEXT[step])
    first = bag.counting.pair if step is BagStep.RECOUNT else frozenset[PersonId]()
    words = {
        BagStep.COUNT: "Open its parcels and count all of it, alone.",
        BagStep.RECOUNT: f"Another person counts it again, blind: not {_all(first, names)}.",
        BagStep.COUNT_AGAIN: "The two counts differ. Count it again, one after the other.",
        BagStep.SEAL: f"Both counts agree. {_all(bag.counting.pair, names)} seal it together.",
        BagStep.HAND_OVER: f"Sealed. Hand it to the courier, two persons: not {_all(never, names)}.",
        BagStep.BANK: f"With the courier. Enter the bank slip: not {_all(never, names)}.",
        BagStep.DONE: "At the bank.",
        BagStep.APART: "Taken apart; its cash is in the safe.",
    }
    blind = step in (BagStep.COUNT, BagStep.RECOUNT, BagStep.COUNT_AGAIN)
    return Line(
        bag.id,
        What.BAG,
        f"Bag {bag.number}",
        bag.events[-1].at,
        None if blind else bag.cash if bag.seal else bag.counting.agreed,
        _BAG_NEXT[step],
        words[step],
        only=bag.counting.pair if step is BagStep.SEAL else frozenset(),
        never=never | first,
        hands=of_bag(bag, crew),
    )


def _others(thing: Counted, within: set[Next], now: Next) -> frozenset[PersonId]:
    """Everybody who had a hand in another leg than the one that comes now."""
    mine = {Leg.PACKED, Leg.RECEIVED} if now in within else set()
    legs = thing.legs()
    return frozenset(person for leg, persons in legs.items() if leg not in mine for person in persons)


_ORDER_NEXT: Mapping[OrderStep, Next] = {
    OrderStep.RECEIVE: Next.RECEIVE,
    OrderStep.COUNT: Next.COUNT,
    OrderStep.RECOUNT: Next.RECOUNT,
    OrderStep.COUNT_AGAIN: Next.COUNT,
    OrderStep.TAKE_IN: Next.CLOSE,
}


def _orders(ways: Ways, names: Names) -> Iterator[Line]:
    for order in ways.orders.values():
        if order.step in _ORDER_NEXT:
            yield _order(order, names)


def _order(order: Order, names: Names) -> Line:
    step = order.step
    never = _others(order, within={Next.RECEIVE, Next.COUNT, Next.RECOUNT, Next.CLOSE}, now=_ORDER_NEXT[step])
    first = order.counting.pair if step is OrderStep.RECOUNT else frozenset[PersonId]()
    words = {
        OrderStep.RECEIVE: f"Ordered. When it comes, two persons receive it: not {_all(never, names)}.",
        OrderStep.COUNT: f"Open it and count it, alone: not {_all(never, names)}.",
        OrderStep.RECOUNT: f"Another person counts it again, blind: not {_all(first | never, names)}.",
        OrderStep.COUNT_AGAIN: "The two counts differ. Count it again, one after the other.",
        OrderStep.TAKE_IN: f"Both counts agree. {_all(order.counting.pair, names)} put it into the safe.",
    }
    return Line(
        order.id,
        What.ORDER,
        f"Change from the bank: {order.what}",
        order.events[-1].at,
        {OrderStep.RECEIVE: order.expected, OrderStep.TAKE_IN: order.counting.agreed}.get(step),
        _ORDER_NEXT[step],
        words[step],
        only=order.counting.pair if step is OrderStep.TAKE_IN else frozenset(),
        never=never | first,
    )


def _count(count: SafeCount, names: Names) -> Line:
    step, pair = count.counting.step, count.counting.pair
    words, then = {
        CountStep.FIRST: (
            f"Counted once. Another person counts it again, blind: not {_all(pair, names)}.",
            Next.RECOUNT,
        ),
        CountStep.DIFFER: ("The two counts differ. Count it again, one after the other.", Next.COUNT),
        CountStep.AGREED: (f"Both counts agree. {_all(pair, names)} settle it together.", Next.CLOSE),
    }[step]
    return Line(
        count.id,
        What.COUNT,
        "Count of the safe",
        count.events[-1].at,
        count.counting.agreed,
        then,
        words,
        only=pair if then is Next.CLOSE else frozenset(),
        never=pair if then is Next.RECOUNT else frozenset(),
    )


def _transfer(way: Transfer, names: Names) -> Line:
    """Whoever receives it counts it, so its sum is not shown."""
    return Line(
        way.id,
        What.TRANSFER,
        f"From {way.out_of} to {way.into}",
        way.sent.at,
        None,
        Next.RECEIVE,
        f"On the way with {names[way.sent.by]}. Another person counts and receives it.",
        never=frozenset({way.sent.by}),
    )


def _case(case: Case, ways: Ways, names: Names) -> Line:
    bag = ways.bags.get(case.opened.subject)
    where = f"bag {bag.number}" if bag is not None else case.opened.kind.value.partition("-")[0]
    return Line(
        case.id,
        What.CASE,
        f"Difference of {where}: {case.reason}",
        case.opened.at,
        case.difference,
        Next.SETTLE,
        f"{names[case.owner]} looks into it. A manager who had none of it in hand writes down what was found.",
        never=frozenset(ways.had_it(case)),
    )


def _all(persons: Iterable[PersonId], names: Names) -> str:
    told = sorted(names[each] for each in persons)
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}" if told else "nobody"
