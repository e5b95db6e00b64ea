"""Who could still do the rest of a bag's way, and the warning before a step that leaves nobody for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from pos_desktop.app.ports import PinBook, StaffBook
from pos_desktop.domain.custody.events import Leg
from pos_desktop.domain.custody.hands import NOBODY, Crew, Hands, Legs, Persons
from pos_desktop.domain.custody.things import Bag, BagStep, Parcel
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.people import Person, Right

Names = Mapping[PersonId, str]
_NOW: Mapping[BagStep, Leg] = {BagStep.HAND_OVER: Leg.HANDED_OVER, BagStep.BANK: Leg.BANKED}
_TO_DO: Mapping[Leg, str] = {
    Leg.PACKED: "count it, recount it and seal it",
    Leg.HANDED_OVER: "hand it over and see that",
    Leg.BANKED: "enter the bank’s slip",
}
WAY_OUT = "A manager enters one more person who may, or it stays in the safe."
_MOST_NAMES = 4


def crew_here(staff: StaffBook, pins: PinBook) -> Crew:
    """Who can sign: everybody with a PIN; everybody who works here while nobody has one yet."""
    people = staff.people()
    return crew_of([each for each in people if pins.hash_of(each.id) is not None] or people)


def crew_of(people: Iterable[Person]) -> Crew:
    here = tuple(people)
    return Crew(
        frozenset(each.id for each in here if each.may(Right.CUSTODY)),
        frozenset(each.id for each in here if each.may(Right.WITNESS)),
    )


def of_bag(bag: Bag, crew: Crew, read: Persons) -> Hands | None:
    """None of a bag that is through."""
    if bag.step in (BagStep.DONE, BagStep.APART):
        return None
    return Hands(crew, bag.legs(), _NOW.get(bag.step, Leg.PACKED), read)


def of_parcel(parcel: Parcel, crew: Crew, read: Persons) -> Hands:
    """Of a bag that would hold it; nobody packed that yet."""
    return Hands(crew, brought(parcel.brought_by), Leg.PACKED, read)


def together(hands: Iterable[Hands]) -> Hands | None:
    """Of one bag with all these parcels in it."""
    each = tuple(hands)
    if not each:
        return None
    bringers = {person for one in each for person in one.legs.get(Leg.BROUGHT, NOBODY)}
    return Hands(each[0].crew, brought(bringers), Leg.PACKED, frozenset().union(*(one.read for one in each)))


def brought(persons: Iterable[PersonId]) -> Legs:
    here = frozenset(persons)
    return {Leg.BROUGHT: here} if here else {}


# ---- in words


def stuck(hands: Hands) -> str:
    """A sentence where too few are left, whoever goes on; empty where there are enough."""
    leg = hands.short()
    return "" if leg is None else f"Too few are left who could {_TO_DO[leg]}. {WAY_OUT}"


def warnings(hands: Hands, names: Names) -> list[str]:
    """For a list that is nobody's: that too few are left, or who would leave too few by the next step."""
    if words := stuck(hands):
        return [words]
    last = {each: hands.after(each) for each in hands.could(hands.now) - hands.better()}
    words = _warning(
        next(iter(last.values()), None),
        f"{named(last, names, last='or')} does the next step",
        hands.better(),
        names,
    )
    return [words] if words else []


def leaves_nobody(hands: Hands, names: Names, actor: PersonId) -> str:
    """The warning before this person does what is now; empty where enough are left, or too few are anyhow."""
    if hands.short() is not None:
        return ""
    return _warning(hands.after(actor), "you do this", hands.better(), names)


def second_leaves_nobody(hands: Hands, names: Names, actor: PersonId) -> str:
    """The same of the hand-over's second person, who is chosen next: it names whose signature leaves too few."""
    if hands.after(actor) is not None:
        return ""
    enough = hands.better(actor)
    asked = (hands.could(hands.now) | hands.could_see()) - {actor}
    last = {each: hands.after(actor, each) for each in asked - enough}
    leg = next(iter(last.values()), None)
    who = named(last, names, last="or")
    return _warning(leg, f"{who} signs this", enough, names)


def reading_leaves_nobody(hands: Iterable[Hands], actor: PersonId) -> str:
    """Before this person reads what must be there, who then counts none of it."""
    last = [each.after_reading(actor) for each in hands if each.short() is None]
    leg = next((each for each in last if each is not None), None)
    return "" if leg is None else f"If you read them, too few are left who could {_TO_DO[leg]}."


def _warning(leg: Leg | None, who: str, better: Collection[PersonId], names: Names) -> str:
    if leg is None:
        return ""
    instead = f"{named(better, names, last='or')} could do it, and enough are left." if better else WAY_OUT
    return f"If {who}, too few are left who could {_TO_DO[leg]}: nobody does two parts of one bag’s way. {instead}"


def who_could(hands: Hands, names: Names) -> Iterator[tuple[Leg, str]]:
    """Of each part that is not through, but that of who brought the cash: who could, by name once they are few."""
    for leg in hands.ahead:
        if leg is not Leg.BROUGHT:
            could = hands.could(leg)
            few = len(could) <= _MOST_NAMES
            yield leg, (named(could, names) or "nobody") if few else f"{len(could)} people"


def named(persons: Iterable[PersonId], names: Names, *, last: str = "and") -> str:
    """At most a few names, and how many more."""
    told = sorted(names[each] for each in persons)
    more = len(told) - _MOST_NAMES
    if more > 0:
        told = [*told[:_MOST_NAMES], f"{more} more"]
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} {last} {told[-1]}" if told else ""
