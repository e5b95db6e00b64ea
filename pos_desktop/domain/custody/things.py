"""What cash lies in on its way: parcels, bags, change orders, transfers; and cases, where a sum differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from pos_desktop.domain.custody.events import (
    LEG_OF,
    NOTHING,
    Counting,
    CountStep,
    CustodyEvent,
    CustodyKind,
    Leg,
)
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.identity import PersonId, TillSessionId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.money import ZERO, Money


@dataclass(frozen=True, slots=True)
class Parcel:
    """Cash that left a drawer: an envelope of a drop, or what a close left over. Opened when a bag is packed.

    Args:
        number: Of the envelope, or of the Z report (`Z 12`).
        by: Who dropped it, or made it up. witness: Who saw it.
        closed_by: Who closed the till that it is left over from.
    """

    id: str
    number: str
    register_code: str
    cash: Money
    at: Instant
    by: PersonId
    witness: PersonId | None = None
    closed_by: PersonId | None = None

    @property
    def brought_by(self) -> frozenset[PersonId]:
        """Whose drawer its cash came from, and who made it up."""
        return frozenset(each for each in (self.by, self.closed_by) if each is not None)


def deposit_id(session_id: str) -> str:
    """Of the parcel that a close leaves over."""
    return f"deposit:{session_id}"


@dataclass(frozen=True, slots=True)
class TillFacts:
    """What custody must know of one till session. `closed_at` is None while it is open.

    Args:
        counted: Cash at the end, as it was sealed. z: number of its Z report.
    """

    id: TillSessionId
    register_code: str
    floats: Money
    closed_at: Instant | None = None
    closed_by: PersonId | None = None
    counted: Money = ZERO
    z: int = 0


class BagStep(StrEnum):
    """What is done next with it, and by whom."""

    COUNT = "count"
    RECOUNT = "recount"
    COUNT_AGAIN = "count again"
    SEAL = "seal"
    HAND_OVER = "hand over"
    BANK = "bank"
    """With the courier: the slip of the bank is entered."""
    DONE = "done"
    APART = "apart"


_BY_COUNT = {
    CountStep.NONE: BagStep.COUNT,
    CountStep.FIRST: BagStep.RECOUNT,
    CountStep.DIFFER: BagStep.COUNT_AGAIN,
    CountStep.AGREED: BagStep.SEAL,
}
_BY_KIND = {
    CustodyKind.BAG_SEALED: BagStep.HAND_OVER,
    CustodyKind.BAG_HANDED_OVER: BagStep.BANK,
    CustodyKind.BAG_BANKED: BagStep.DONE,
    CustodyKind.BAG_TAKEN_APART: BagStep.APART,
}


@dataclass(slots=True)
class Counted:
    """Something with a way of its own, that two persons count."""

    id: str
    expected: Money
    counting: Counting = field(default_factory=Counting)
    events: list[CustodyEvent] = field(default_factory=list)

    @property
    def has_legs(self) -> bool:
        """Whether nobody may have a hand in two parts of its way."""
        return True

    def legs(self) -> Mapping[Leg, set[PersonId]]:
        """Who had a hand in which part of its way."""
        found: dict[Leg, set[PersonId]] = {}
        for event in self.events:
            if event.kind in LEG_OF:
                found.setdefault(LEG_OF[event.kind], set()).update(event.persons)
        return found

    def refuse_two_legs(self, event: CustodyEvent) -> None:
        """Raises RuleRefusal: one person would have a hand in two legs."""
        now = LEG_OF[event.kind]
        if event.second == event.by:
            raise RuleRefusal(f"Two different persons do this. {NOTHING}", code="own-second")
        for leg, persons in self.legs().items():
            if leg is not now and persons & set(event.persons):
                which = "You have" if event.by in persons else "The second person has"
                raise RuleRefusal(
                    f"{which} {_DID[leg]}, and nobody does two parts of its way. Another person must. {NOTHING}",
                    code="two-legs",
                )


_DID: Mapping[Leg, str] = {
    Leg.BROUGHT: "brought cash that lies in it",
    Leg.PACKED: "packed, counted or sealed it",
    Leg.HANDED_OVER: "handed it over",
    Leg.BANKED: "entered its bank slip",
    Leg.ORDERED: "ordered it",
    Leg.RECEIVED: "received or counted it",
}


@dataclass(slots=True)
class Bag(Counted):
    """A deposit bag. `expected` is what its parcels and the loose cash were said to hold."""

    number: str = ""
    parcels: Sequence[Parcel] = ()
    loose: Money = ZERO

    @property
    def step(self) -> BagStep:
        return _BY_KIND.get(self.events[-1].kind) or _BY_COUNT[self.counting.step]

    @property
    def cash(self) -> Money:
        """What it holds by the last word: as two persons counted it, once it is sealed."""
        return (self.counting.agreed or ZERO) if self.seal else self.expected

    @property
    def seal(self) -> str:
        return next((each.text("seal") for each in self.events if each.kind is CustodyKind.BAG_SEALED), "")

    @property
    def opened(self) -> bool:
        """Taken apart before it was sealed: its parcels are to be counted another time."""
        return self.step is BagStep.APART and not self.seal

    def legs(self) -> Mapping[Leg, set[PersonId]]:
        """With those whose drawers its cash came from."""
        found = dict(Counted.legs(self))
        if self.parcels:
            found[Leg.BROUGHT] = {person for each in self.parcels for person in each.brought_by}
        return found


class OrderStep(StrEnum):
    RECEIVE = "receive"
    COUNT = "count"
    RECOUNT = "recount"
    COUNT_AGAIN = "count again"
    TAKE_IN = "take in"
    DONE = "done"
    CANCELLED = "cancelled"


_ORDER_BY_COUNT = {
    CountStep.NONE: OrderStep.COUNT,
    CountStep.FIRST: OrderStep.RECOUNT,
    CountStep.DIFFER: OrderStep.COUNT_AGAIN,
    CountStep.AGREED: OrderStep.TAKE_IN,
}
_ORDER_BY_KIND = {
    CustodyKind.ORDER_MADE: OrderStep.RECEIVE,
    CustodyKind.ORDER_TAKEN_IN: OrderStep.DONE,
    CustodyKind.ORDER_CANCELLED: OrderStep.CANCELLED,
}


@dataclass(slots=True)
class Order(Counted):
    """Change from the bank. `expected` is what was ordered."""

    what: str = ""

    @property
    def step(self) -> OrderStep:
        return _ORDER_BY_KIND.get(self.events[-1].kind) or _ORDER_BY_COUNT[self.counting.step]


@dataclass(slots=True)
class SafeCount(Counted):
    """A count of the loose cash in the safe. `expected` is fixed when it begins."""

    @property
    def has_legs(self) -> bool:
        """It does not leave the safe."""
        return False

    @property
    def settled(self) -> bool:
        return self.events[-1].kind is CustodyKind.SAFE_SETTLED


@dataclass(frozen=True, slots=True)
class End:
    """One end of a transfer: the safe (`register_code` empty), or a drawer with the session that it belongs to.

    `running` is whether the session was open; a drawer that is closed holds a float that waits for the next one.
    """

    register_code: str = ""
    session: str = ""
    running: bool = False

    def __str__(self) -> str:
        return f"till {self.register_code}" if self.register_code else "the safe"


@dataclass(slots=True)
class Transfer:
    """Cash out of one place and into another. Until it is received it is on the way, in the hands of `sent.by`."""

    id: str
    out_of: End
    into: End
    sent: CustodyEvent
    received: CustodyEvent | None = None
    """Or called back: then `into` is where it came from."""


@dataclass(slots=True)
class Case:
    """A sum that differs by more than the store lets pass. It has an owner until somebody settles it."""

    id: str
    opened: CustodyEvent
    difference: Money
    reason: str
    owner: PersonId
    given: list[CustodyEvent] = field(default_factory=list)
    settled: CustodyEvent | None = None


def end_of(event: CustodyEvent, name: str) -> End:
    return End(event.text(name), event.text(f"{name}_session"), bool(event.told.get(f"{name}_open")))
