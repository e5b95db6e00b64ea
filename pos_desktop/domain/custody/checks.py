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


def add_count(ways: Ways, thing: Counted, event: CustodyEvent, *, first: bool) -> None:
    if event.by in ways.readers(thing):
        raise RuleRefusal(
            f"You read what must be in it, so another person counts it. {NOTHING}", code="not-blind"
        )
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


def differs(ways: Ways, event: CustodyEvent, difference: Money, *, told: bool = True) -> None:
    """A case is opened where it is more than the store let pass then. Called last of what may refuse.

    `told`: the sum is sealed by two counts; else the refusal does not say by how much it differs, for who counts may
    count again.
    """
    if case_needed(difference, event.cents("allowed")):
        if not (event.text("reason") and event.text("owner")):
            much = f"{Money(abs(difference.cents))} {'more' if difference > ZERO else 'less'}"
            it_is = (
                f"It is {much} than it should be" if told else "It is not what was sent. Count it once more"
            )
            raise RuleRefusal(
                f"{it_is}. Write why, and choose who looks into it. {NOTHING}",
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
