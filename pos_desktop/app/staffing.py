"""Who works here: added, given another role or name, gone. Names of earlier sales stay as they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pos_desktop.app.ports import Clock, Ids, Member, PeopleBook, Person, PersonChange
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.people import STAFF, Right, require

LONGEST_NAME = 60
_KEPT = "Nothing was changed."


class Staffing:
    """Lane: database. Each change is journaled by ids, in its own transaction."""

    def __init__(self, *, book: PeopleBook, clock: Clock, ids: Ids) -> None:
        self._book = book
        self._clock = clock
        self._ids = ids

    def members(self, by: Person) -> Sequence[Member]:
        """By name, also those who left. Raises RuleRefusal: not for everybody."""
        require(by, Right.READ_REPORTS, "Nothing was shown.")
        return self._book.members()

    def changes(self, by: Person) -> Sequence[PersonChange]:
        """Who was what, since when and by whose word. Raises RuleRefusal: not for everybody."""
        require(by, Right.READ_JOURNAL, "Nothing was shown.")
        return self._book.changes()

    def add(self, name: str, role: str, by: Person, again: PersonId | None = None) -> Person:
        """`again`: somebody who left comes back under the id of before; else everybody new has a new one.

        Raises:
            RuleRefusal: not for everybody. BadInput: no name, no such role, or somebody here is called so.
        """
        require(by, Right.MANAGE_PEOPLE, _KEPT)
        members = self._book.members()
        if again is not None and again not in {each.person.id for each in members if not each.active}:
            raise BadInput(f"Nobody with this id left. {_KEPT}", code="not-one-who-left")
        person = Person(again or PersonId(self._ids.new()), _good_name(name), _good_role(role))
        _refuse_namesake(person, members)
        self._book.add(person, by.id, self._clock.now())
        return person

    def give_role(self, person: Person, role: str, by: Person) -> Person:
        """Raises RuleRefusal: not for everybody, or the last manager; BadInput: no such role."""
        require(by, Right.MANAGE_PEOPLE, _KEPT)
        changed = replace(person, role=_good_role(role))
        if changed != person:
            self._book.change(changed, by.id, self._clock.now())
        return changed

    def rename(self, person: Person, name: str, by: Person) -> Person:
        """Raises RuleRefusal: not for everybody; BadInput: no name, or somebody here is called so."""
        require(by, Right.MANAGE_PEOPLE, _KEPT)
        changed = replace(person, name=_good_name(name))
        _refuse_namesake(changed, self._book.members())
        if changed != person:
            self._book.change(changed, by.id, self._clock.now())
        return changed

    def leave(self, person: Person, by: Person) -> None:
        """PIN and second factor go with the person. Raises RuleRefusal: not for everybody, or the last manager."""
        require(by, Right.MANAGE_PEOPLE, _KEPT)
        self._book.leave(person, by.id, self._clock.now())


def _good_name(name: str) -> str:
    text = " ".join(name.split())
    if not any(each.isalpha() for each in text) or len(text) > LONGEST_NAME or not text.isprintable():
        raise BadInput(f"A name has letters, and {LONGEST_NAME} signs at most. {_KEPT}", code="name")
    return text


def _good_role(role: str) -> str:
    if role not in STAFF:
        raise BadInput(f"“{role}” is no role. Use one of: {', '.join(STAFF)}. {_KEPT}", code="role")
    return role


def _refuse_namesake(person: Person, members: Sequence[Member]) -> None:
    for each in members:
        other = each.person
        if each.active and other.id != person.id and other.name.casefold() == person.name.casefold():
            raise BadInput(
                f"Somebody here is called {other.name} already. Add a letter that tells them apart. {_KEPT}",
                code="namesake",
            )
