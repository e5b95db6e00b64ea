"""From a drawer into the safe, and in a bag to the bank: what must be so before each step, and what is so after."""

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
from pos_desktop.domain.custody.events import NOTHING, SAFE, CustodyEvent, CustodyKind, same_number
from pos_desktop.domain.custody.things import Bag, BagStep, Parcel, deposit_id
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.identity import TillSessionId
from pos_desktop.domain.money import ZERO

if TYPE_CHECKING:
    from pos_desktop.domain.custody.ways import Ways

_COUNTABLE = (BagStep.COUNT, BagStep.RECOUNT, BagStep.COUNT_AGAIN, BagStep.SEAL)


def _deposit(ways: Ways, event: CustodyEvent) -> None:
    till = ways.tills.get(TillSessionId(event.subject))
    if till is None or till.closed_at is None:
        raise RuleRefusal(f"This till is not closed. {NOTHING}", code="till-open")
    unless(event.subject not in ways.left, "The cash of this till was divided already.", "divided")
    two(event)
    left = event.cents("left")
    unless(
        left >= ZERO and left + event.cash == till.counted,
        "What stays in the drawer and what goes into the safe must come to what was counted.",
        "deposit",
    )
    ways.left[event.subject] = left
    if event.cash:
        number = f"Z {till.z}"
        parcel = Parcel(
            deposit_id(event.subject),
            number,
            till.register_code,
            event.cash,
            event.at,
            event.by,
            event.second,
            till.closed_by,
        )
        ways.keep(parcel)


def _taken_in(ways: Ways, event: CustodyEvent) -> None:
    parcel = ways.parcels.get(event.subject)
    if parcel is None or parcel not in ways.waiting():
        raise RuleRefusal(f"This parcel does not wait for the safe. {NOTHING}", code="parcel")
    unless(
        event.by not in parcel.brought_by,
        "Who brings cash does not take it in: another person must.",
        "own-parcel",
    )
    two(event)
    unless(event.cash == parcel.cash, "A parcel is taken in as it is, unopened.", "parcel")
    ways.where[parcel.id] = SAFE


def _bag_made(ways: Ways, event: CustodyEvent) -> None:
    number, loose, chosen = event.text("number"), event.cents("loose"), event.told["parcels"]
    parcels = [each for each in ways.in_safe() if each.id in chosen]
    unless(len(parcels) == len(chosen), "A parcel that was chosen is not in the safe (any more).", "parcel")
    unless(ways.bag(number) is None, f"Bag {number} was used already.", "bag-number")
    expected = sum((each.cash for each in parcels), loose)
    unless(loose >= ZERO and ZERO < expected == event.cash, "There is nothing to put into it.", "empty")
    if loose:
        refuse_counting(ways)
    bag = Bag(event.subject, expected, number=number, parcels=parcels, loose=loose)
    bag.refuse_two_legs(event)
    bag.events.append(event)
    for each in parcels:
        ways.where[each.id] = bag.id
    ways.loose -= loose
    ways.bags[bag.id] = bag


def refuse_used_seal(ways: Ways, seal: str) -> None:
    """Raises RuleRefusal: none was written, or it is on another bag."""
    unused = bool(seal) and not any(same_number(seal, each.seal) for each in ways.bags.values())
    unless(unused, f"Seal {seal} was used already.", "seal-number")


def refuse_other_seal(bag: Bag, seal: str) -> None:
    """Raises RuleRefusal: it is not the one that was set."""
    unless(same_number(seal, bag.seal), "This is not the seal that was set on the bag. Look at it.", "seal")


def _bag_counted(ways: Ways, event: CustodyEvent) -> None:
    add_count(ways, _bag(ways, event, *_COUNTABLE), event, first=True)


def _bag_recounted(ways: Ways, event: CustodyEvent) -> None:
    add_count(ways, _bag(ways, event, *_COUNTABLE), event, first=False)


def _bag_sealed(ways: Ways, event: CustodyEvent) -> None:
    bag = _bag(ways, event, *_COUNTABLE)
    bag.refuse_two_legs(event)
    refuse_unless_agreed(bag, event)
    refuse_used_seal(ways, event.text("seal"))
    differs(ways, event, event.cash - bag.expected)
    bag.events.append(event)


def _bag_handed_over(ways: Ways, event: CustodyEvent) -> None:
    bag = _bag(ways, event, BagStep.HAND_OVER)
    bag.refuse_two_legs(event)
    two(event)
    refuse_other_seal(bag, event.text("seal"))
    unless(event.cash == bag.cash, "A bag is handed over as it was sealed.", "bag-cash")
    bag.events.append(event)


def _bag_banked(ways: Ways, event: CustodyEvent) -> None:
    bag = _bag(ways, event, BagStep.BANK)
    bag.refuse_two_legs(event)
    differs(ways, event, event.cash - bag.cash)
    ways.to_bank += event.cash
    bag.events.append(event)


def _bag_taken_apart(ways: Ways, event: CustodyEvent) -> None:
    bag = _bag(ways, event, *_COUNTABLE, BagStep.HAND_OVER)
    two(event)
    back = bag.cash if bag.seal else bag.loose
    if back:
        refuse_counting(ways)
    ways.loose += back
    for each in bag.parcels:
        ways.where[each.id] = "" if bag.seal else SAFE
    bag.events.append(event)


def _bag(ways: Ways, event: CustodyEvent, *steps: BagStep) -> Bag:
    bag = ways.bags.get(event.subject)
    if bag is None:
        raise RuleRefusal(f"There is no such bag. {NOTHING}", code="no-bag")
    unless(bag.step in steps, f"Bag {bag.number} {_STANDS[bag.step]}.", "bag-step")
    return bag


_STANDS: Mapping[BagStep, str] = {
    BagStep.COUNT: "is not counted yet",
    BagStep.RECOUNT: "waits for the second count",
    BagStep.COUNT_AGAIN: "is to be counted again, by both",
    BagStep.SEAL: "is not sealed yet",
    BagStep.HAND_OVER: "is sealed and waits for the courier",
    BagStep.BANK: "is with the courier",
    BagStep.DONE: "is at the bank",
    BagStep.APART: "was taken apart",
}


BAG_STEPS: Mapping[CustodyKind, Callable[[Ways, CustodyEvent], None]] = {
    CustodyKind.DEPOSIT: _deposit,
    CustodyKind.TAKEN_IN: _taken_in,
    CustodyKind.BAG_MADE: _bag_made,
    CustodyKind.BAG_COUNTED: _bag_counted,
    CustodyKind.BAG_RECOUNTED: _bag_recounted,
    CustodyKind.BAG_SEALED: _bag_sealed,
    CustodyKind.BAG_HANDED_OVER: _bag_handed_over,
    CustodyKind.BAG_BANKED: _bag_banked,
    CustodyKind.BAG_TAKEN_APART: _bag_taken_apart,
}
