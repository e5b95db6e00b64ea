"""What lies where, and what is done next with it and by whom. No figure of a count that is under way is in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pos_desktop.app.custody_hands import brought, of_bag, of_parcel
from pos_desktop.app.ports import CustodyBook
from pos_desktop.domain.custody.events import SAFE, CountStep, Leg
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
    deposit_id,
)
from pos_desktop.domain.custody.ways import Ways
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.money import Money

Names = Mapping[PersonId, str]
NO_CREW = Crew()
NO_EYES = PersonId("")
"""Whoever looks without a name sees no amount that is still to be counted."""


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
        cash: None while it must not be known, or not by who looks: an amount that is still to be counted is seen by who
            brought the cash, and by who read it, for they do not count it.
        words: What is done next with it, and by whom.
        only: The two who must do it, where nobody else may. never: who must not.
        read: Who read what must be in it and does not count it. hands: Who is left for the rest of its way, if it
            goes to the bank.
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
    read: frozenset[PersonId] = frozenset()
    hands: Hands | None = None

    @property
    def counted_next(self) -> bool:
        return self.next in (Next.COUNT, Next.RECOUNT)

    def open_to(self, person: PersonId) -> bool:
        """Whether the rules of custody let this person do the next thing; rights are another matter."""
        if self.counted_next and person in self.read:
            return False
        return person not in self.never and (not self.only or person in self.only)


@dataclass(frozen=True, slots=True)
class CustodyPicture:
    lines: tuple[Line, ...]
    counting: bool = False
    """Whether the safe is being counted now."""
    last_count: tuple[Instant, Money | None] | None = None
    """None while the safe is being counted. What was in it, and so what should be there, is seen by who read it."""
    safe_readers: frozenset[PersonId] = frozenset()
    """Who read what was in the safe, and does not count it next."""
    done: tuple[Line, ...] = field(default=())
    """Bags at the bank or taken apart, the newest first."""


def picture_of(
    book: CustodyBook, crew: Crew = NO_CREW, eyes: PersonId = NO_EYES, *, done: int = 20
) -> CustodyPicture:
    """Open things in the order in which somebody waits for them; `done` bags that are through.

    `crew` is who works here now, for what is said of who is left; `eyes` is who looks.
    """
    ways, names = book.ways(), book.names()
    sight = _Sight(ways, names, crew, eyes)
    counting = ways.counting()
    settled = [each for each in ways.counts if each.settled]
    through = [each for each in ways.bags.values() if each.step in (BagStep.DONE, BagStep.APART)]
    lines = [
        *(_count(sight, each) for each in (counting,) if each is not None),
        *(_till(sight, each) for each in ways.undivided()),
        *(_waiting(sight, each) for each in ways.waiting()),
        *(_transfer(each, names) for each in ways.transfers.values() if each.received is None),
        *(_order(sight, each) for each in ways.orders.values() if each.step in _ORDER_NEXT),
        *(_in_safe(sight, each) for each in ways.in_safe()),
        *(_bag(sight, each) for each in ways.bags.values() if each not in through),
        *(_case(each, ways, names) for each in ways.cases.values() if each.settled is None),
    ]
    last = settled[-1].events[-1] if settled else None
    return CustodyPicture(
        tuple(lines),
        counting is not None,
        None if last is None or counting is not None else (last.at, sight.cash(last.cash, SAFE)),
        sight.read(SAFE),
        tuple(_bag(sight, each) for each in reversed(through[-done:])),
    )


@dataclass(frozen=True, slots=True)
class _Sight:
    """All there is, and who looks at it."""

    ways: Ways
    names: Names
    crew: Crew
    eyes: PersonId

    def read(self, id_: str) -> frozenset[PersonId]:
        return frozenset(self.ways.read_by.get(id_, ()))

    def cash(self, cash: Money, id_: str, mine: Iterable[PersonId | None] = ()) -> Money | None:
        """Of what is still to be counted: only for who had it, and who read it."""
        return cash if self.eyes in {*mine, *self.read(id_)} else None


# ---- lines


def _till(sight: _Sight, till: TillFacts) -> Line:
    parcel, closer = deposit_id(till.id), (till.closed_by,)
    legs = brought(each for each in closer if each is not None)
    return Line(
        till.id,
        What.TILL,
        f"Till {till.register_code}, Z {till.z}",
        till.closed_at or Instant(0),
        sight.cash(till.counted, parcel, closer),
        Next.DIVIDE,
        "Say what stays in the drawer; the rest goes into the safe. Two persons.",
        hands=Hands(sight.crew, legs, Leg.BROUGHT, sight.read(parcel)),
    )


def _waiting(sight: _Sight, parcel: Parcel) -> Line:
    who = _all(parcel.brought_by, sight.names)
    return Line(
        parcel.id,
        What.PARCEL,
        _parcel_title(parcel),
        parcel.at,
        sight.cash(parcel.cash, parcel.id, parcel.brought_by),
        Next.TAKE_IN,
        f"Take it into the safe, unopened. {who}, who brought it, may only sign beside you.",
        never=parcel.brought_by,
        hands=of_parcel(parcel, sight.crew, sight.read(parcel.id)),
    )


def _in_safe(sight: _Sight, parcel: Parcel) -> Line:
    return Line(
        parcel.id,
        What.IN_SAFE,
        _parcel_title(parcel),
        parcel.at,
        sight.cash(parcel.cash, parcel.id, parcel.brought_by),
        Next.PACK,
        "In the safe. Put it into a deposit bag.",
        never=parcel.brought_by,
        hands=of_parcel(parcel, sight.crew, sight.read(parcel.id)),
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


def _bag(sight: _Sight, bag: Bag) -> Line:
    step, names, read = bag.step, sight.names, frozenset(sight.ways.readers(bag))
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
    blind = step in (BagStep.COUNT, BagStep.RECOUNT, BagStep.COUNT_AGAIN) or bag.opened
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
        read=read,
        hands=of_bag(bag, sight.crew, read),
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


def _order(sight: _Sight, order: Order) -> Line:
    step, names, read = order.step, sight.names, sight.read(order.id)
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
        sight.cash(order.expected, order.id, (order.events[0].by,))
        if step is OrderStep.RECEIVE
        else order.counting.agreed,
        _ORDER_NEXT[step],
        words[step],
        only=order.counting.pair if step is OrderStep.TAKE_IN else frozenset(),
        never=never | first,
        read=read,
    )


def _count(sight: _Sight, count: SafeCount) -> Line:
    names = sight.names
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
        read=sight.read(SAFE),
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
