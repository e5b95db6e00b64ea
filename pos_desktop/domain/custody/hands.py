"""Are there people enough for the rest of a bag's way, where nobody has a hand in two parts of it."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from pos_desktop.domain.custody.events import Leg
from pos_desktop.domain.identity import PersonId

Persons = AbstractSet[PersonId]
Legs = Mapping[Leg, Persons]
NOBODY: frozenset[PersonId] = frozenset()

_NEEDS: Mapping[Leg, tuple[int, int]] = {
    Leg.BROUGHT: (0, 0),
    Leg.PACKED: (2, 0),
    Leg.HANDED_OVER: (1, 1),
    Leg.BANKED: (1, 0),
}
"""Of each part in their order: how many who do custody, and how many more who only have to see it."""


@dataclass(frozen=True, slots=True)
class Crew:
    """Who may do a part of the way, by their rights. Whoever does custody may witness as well.

    Args:
        custody: Who counts, seals, hands over and enters the bank's slip. witness: Who may see a hand-over.
    """

    custody: Persons = NOBODY
    witness: Persons = NOBODY


@dataclass(frozen=True, slots=True)
class Hands:
    """The people that are left for one bag, or for a parcel that will lie in one.

    Args:
        legs: Who had a hand in which part already. now: The part that the next step belongs to.
        read: Who read what must be in it, and so does not count it.
    """

    crew: Crew
    legs: Legs
    now: Leg
    read: Persons = NOBODY

    @property
    def ahead(self) -> tuple[Leg, ...]:
        """The parts that are not through."""
        order = tuple(_NEEDS)
        return order[order.index(self.now) :]

    def could(self, leg: Leg) -> frozenset[PersonId]:
        """Who could still do this part: nobody who had a hand in another one."""
        elsewhere = {person for each, persons in self.legs.items() if each is not leg for person in persons}
        return frozenset(self.crew.custody) - elsewhere - (self.read if leg is Leg.PACKED else NOBODY)

    def could_see(self) -> frozenset[PersonId]:
        """Who could still be the second person of the hand-over, though they do no custody themselves."""
        had_it = {person for persons in self.legs.values() for person in persons}
        return frozenset(self.crew.witness) - frozenset(self.crew.custody) - had_it

    def short(self) -> Leg | None:
        """The first part for which too few are left, whoever does what; None where all can be done.

        Whoever may count does custody, and whoever does custody may witness too, so that it is enough to reckon: those
        who count must suffice for their places, those who do custody for theirs too, and all together for all places.
        """
        had_it = {person for persons in self.legs.values() for person in persons}
        custody = len(frozenset(self.crew.custody) - had_it)
        both = custody + len(self.could_see())
        for leg in self.ahead:
            does, sees = _NEEDS[leg]
            here = self.legs.get(leg, NOBODY)
            blind = self.read if leg is Leg.PACKED else NOBODY
            doing = min(does, len((here & self.crew.custody) - blind))
            if does - doing > len(self.crew.custody - blind - had_it):
                return leg
            seeing = min(sees, len(here) - doing)
            custody -= does - doing
            both -= does - doing + sees - seeing
            if custody < 0 or both < 0:
                return leg
        return None

    def after(self, *persons: PersonId) -> Leg | None:
        """What `short` is once these persons had a hand in the part that is now."""
        mine = frozenset(self.legs.get(self.now, NOBODY)) | set(persons)
        return replace(self, legs={**self.legs, self.now: mine}).short()

    def after_reading(self, person: PersonId) -> Leg | None:
        """What `short` is once this person read what must be in it."""
        return replace(self, read=frozenset(self.read) | {person}).short()

    def better(self, *beside: PersonId) -> frozenset[PersonId]:
        """Who could do the part that is now, beside these persons, and leave enough for the others."""
        here = self.could(self.now) | self.legs.get(self.now, NOBODY)
        if self.now is Leg.HANDED_OVER and beside:
            here |= self.could_see()
        return frozenset(each for each in here.difference(beside) if self.after(*beside, each) is None)
