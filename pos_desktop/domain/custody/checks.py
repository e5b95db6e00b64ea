"""What every step on the way of cash asks for. Refused before anything is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_desktop.domain.custody.events import NOTHING, CustodyEvent
from pos_desktop.domain.custody.things import Case, Counted
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.money import ZERO, Money

if TYPE_CHECKING:
    from pos_desktop.domain.custody.ways import Ways


def case_needed(difference: Money, allowed: Money) -> bool:
    return abs(difference.cents) > allowed.cents


def add_count(thing: Counted, event: CustodyEvent, *, first: bool) -> None:
    if thing.has_legs:
        thing.refuse_two_legs(event)
    if first:
        thing.counting.refuse_first()
    else:
        thing.counting.refuse_second(event.by)
    thing.counting.add(event, first=first)
    thing.events.append(event)


def refuse_unless_agreed(thing: Counted, event: CustodyEvent) -> None:
    thing.counting.refuse_unless_pair(event)
    unless(event.cash == thing.counting.agreed, "It goes on with what both counted.", "other-cash")


def differs(ways: Ways, event: CustodyEvent, difference: Money) -> None:
    """A case is opened where it is more than the store let pass then. Called last of what may refuse."""
    if case_needed(difference, event.cents("allowed")):
        if not (event.text("reason") and event.text("owner")):
            much = f"{Money(abs(difference.cents))} {'more' if difference > ZERO else 'less'}"
            raise RuleRefusal(
                f"It is {much} than it should be. Write why, and choose who looks into it. {NOTHING}",
                code="difference",
            )
        case_id = f"{event.kind}:{event.subject}"
        owner = PersonId(event.text("owner"))
        ways.cases[case_id] = Case(case_id, event, difference, event.text("reason"), owner)
    ways.found += difference


def two(event: CustodyEvent) -> None:
    unless(
        event.second is not None and event.second != event.by, "Two different persons do this.", "own-second"
    )


def unless(good: bool, why_not: str, code: str) -> None:
    if not good:
        raise RuleRefusal(f"{why_not} {NOTHING}", code=code)


def refuse_counting(ways: Ways) -> None:
    unless(
        ways.counting() is None,
        "The safe is being counted: until that is settled its loose cash stays as it is.",
        "safe-counting",
    )
