"""The way of cash, as it is written down: an event for each step, and none is ever changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.journal import canonical
from pos_desktop.domain.money import ZERO, Money

SAFE = "safe"
NOTHING = "Nothing was saved."
_LONGEST = 60


class CustodyKind(StrEnum):
    DEPOSIT = "deposit"
    """A closed till keeps its float; the rest waits as a parcel."""
    TAKEN_IN = "taken-in"
    """A parcel, unopened, into the safe."""
    BAG_MADE = "bag-made"
    BAG_COUNTED = "bag-counted"
    BAG_RECOUNTED = "bag-recounted"
    BAG_SEALED = "bag-sealed"
    BAG_HANDED_OVER = "bag-handed-over"
    BAG_BANKED = "bag-banked"
    BAG_TAKEN_APART = "bag-taken-apart"
    SAFE_COUNTED = "safe-counted"
    SAFE_RECOUNTED = "safe-recounted"
    SAFE_SETTLED = "safe-settled"
    ORDER_MADE = "order-made"
    ORDER_RECEIVED = "order-received"
    ORDER_COUNTED = "order-counted"
    ORDER_RECOUNTED = "order-recounted"
    ORDER_TAKEN_IN = "order-taken-in"
    ORDER_CANCELLED = "order-cancelled"
    TRANSFER_SENT = "transfer-sent"
    TRANSFER_RECEIVED = "transfer-received"
    TRANSFER_CALLED_BACK = "transfer-called-back"
    """By who sent it: all of it is again where it came from."""
    CASE_GIVEN = "case-given"
    CASE_SETTLED = "case-settled"
    FIGURES_READ = "figures-read"
    """What must be in parcels, orders and the safe. Whoever read it counts none of that afterwards."""


FIRST_COUNTS = frozenset({CustodyKind.BAG_COUNTED, CustodyKind.SAFE_COUNTED, CustodyKind.ORDER_COUNTED})
"""Whose figure nobody reads before the second person sealed theirs: not in the journal either."""


class Leg(StrEnum):
    """The parts of one bag's way, or of one change order's. Nobody has a hand in two of them."""

    BROUGHT = "brought"
    """Dropped, or made up at a close: whose drawer it was."""
    PACKED = "packed"
    """Counted, recounted and sealed: by the same two, so that it never leaves their hands between."""
    HANDED_OVER = "handed over"
    """The one who gives, and the one who saw it or who carries it."""
    BANKED = "banked"
    ORDERED = "ordered"
    RECEIVED = "received"
    """Taken from the courier, counted, recounted and taken in."""


LEG_OF: Mapping[CustodyKind, Leg] = {
    CustodyKind.BAG_MADE: Leg.PACKED,
    CustodyKind.BAG_COUNTED: Leg.PACKED,
    CustodyKind.BAG_RECOUNTED: Leg.PACKED,
    CustodyKind.BAG_SEALED: Leg.PACKED,
    CustodyKind.BAG_HANDED_OVER: Leg.HANDED_OVER,
    CustodyKind.BAG_BANKED: Leg.BANKED,
    CustodyKind.ORDER_MADE: Leg.ORDERED,
    CustodyKind.ORDER_RECEIVED: Leg.RECEIVED,
    CustodyKind.ORDER_COUNTED: Leg.RECEIVED,
    CustodyKind.ORDER_RECOUNTED: Leg.RECEIVED,
    CustodyKind.ORDER_TAKEN_IN: Leg.RECEIVED,
}


@dataclass(frozen=True, slots=True)
class CustodyEvent:
    """One step of the way.

    Args:
        subject: Id of the bag, parcel, order, transfer, count or case that it is about.
        cash: What was counted, moved, ordered or banked; never negative.
        second: The second person, by their own PIN.
        told: Numbers, names and lists of these, as they go into the journal.
    """

    kind: CustodyKind
    subject: str
    at: Instant
    by: PersonId
    cash: Money = ZERO
    second: PersonId | None = None
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def persons(self) -> Iterator[PersonId]:
        yield self.by
        if self.second is not None:
            yield self.second

    def text(self, name: str) -> str:
        return str(self.told.get(name, ""))

    def cents(self, name: str) -> Money:
        return Money(int(self.told.get(name, 0)))


def journalled(event: CustodyEvent) -> Mapping[str, Any]:
    """What the journal tells of it. Of a first count it holds a seal (a digest with salt) in place of the figure, so
    that no export of the journal shows it to who counts second; the second count's entry does not need to hide.
    """
    data = {"at": event.at.utc_us, "cash": event.cash.cents, "second": event.second or "", **event.told}
    if event.kind not in FIRST_COUNTS:
        return data
    sealed = hashlib.sha256(canonical(data)).hexdigest()
    return {"at": event.at.utc_us, "sealed": sealed}


@dataclass(frozen=True, slots=True)
class Figure:
    """A sealed count."""

    by: PersonId
    at: Instant
    total: Money


class CountStep(StrEnum):
    NONE = "none"
    FIRST = "first"
    """One person counted; another one counts blind."""
    DIFFER = "differ"
    """Two counts that are not the same: both count again."""
    AGREED = "agreed"


@dataclass(slots=True)
class Counting:
    """Rounds of two counts of the same cash, until the two of a round agree. Every round is kept."""

    rounds: list[tuple[Figure, ...]] = field(default_factory=list)

    @property
    def step(self) -> CountStep:
        if not self.rounds:
            return CountStep.NONE
        last = self.rounds[-1]
        if len(last) == 1:
            return CountStep.FIRST
        return CountStep.AGREED if last[0].total == last[1].total else CountStep.DIFFER

    @property
    def agreed(self) -> Money | None:
        return self.rounds[-1][1].total if self.step is CountStep.AGREED else None

    @property
    def pair(self) -> frozenset[PersonId]:
        """Who counted in the last round."""
        return frozenset(each.by for each in self.rounds[-1]) if self.rounds else frozenset()

    def refuse_first(self) -> None:
        """Raises RuleRefusal: it was counted, and the second count is due or the two agree."""
        if self.step is CountStep.FIRST:
            raise RuleRefusal(f"It was counted once. Another person counts it now. {NOTHING}", code="recount")
        if self.step is CountStep.AGREED:
            raise RuleRefusal(f"It was counted twice, and both agree. {NOTHING}", code="counted")

    def refuse_second(self, by: PersonId) -> None:
        """Raises RuleRefusal: there is no first count, or this person made it."""
        if self.step is not CountStep.FIRST:
            raise RuleRefusal(f"One person counts first, then another. {NOTHING}", code="not-counted")
        if by in self.pair:
            raise RuleRefusal(
                f"You counted it first, so another person recounts it. {NOTHING}", code="own-recount"
            )

    def refuse_unless_pair(self, event: CustodyEvent) -> None:
        """Raises RuleRefusal: the two do not agree, or these are not the two who counted."""
        if self.step is not CountStep.AGREED:
            raise RuleRefusal(
                f"Two persons count it first, until both counts agree. {NOTHING}", code="not-counted"
            )
        if frozenset(event.persons) != self.pair:
            raise RuleRefusal(f"The two persons who counted it do this, both. {NOTHING}", code="not-the-pair")

    def add(self, event: CustodyEvent, *, first: bool) -> None:
        figure = Figure(event.by, event.at, event.cash)
        if first:
            self.rounds.append((figure,))
        else:
            self.rounds[-1] += (figure,)


def same_number(one: str, other: str) -> bool:
    """Whether they are one number: a scanner and a hand do not write letters alike."""
    return one.casefold() == other.casefold()


def good_number(text: str, of: str) -> str:
    """As it is printed on a bag, seal, badge or slip. Raises BadInput: none, or not one that can be printed."""
    number = " ".join(text.split())
    if not number or len(number) > _LONGEST or not number.isprintable():
        raise BadInput(f"Write {of}, in at most {_LONGEST} characters. {NOTHING}", code="number")
    return number
