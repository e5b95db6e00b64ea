"""Does what is kept of people follow from the journal: who was what, and the sealed code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any, Protocol

from pos_desktop.app.ports import Member, PersonChange

Told = tuple[str, str, str, str]
"""Of a person: kind, id, role, actor. Of a code: kind, number, actor, words."""
Secret = tuple[str, str, str, str]
"""Of a PIN or a second factor: which, whose, who set it, and what is kept, which no two people share."""
PIN, FACTOR = "pin", "second-factor"
_WORDS = {PIN: "The PIN", FACTOR: "The second factor"}


class PeopleRecords(Protocol):
    """As they are kept; of people the journal tells in the same order, for both are written at once."""

    def members(self) -> list[Member]: ...

    def changes(self) -> list[PersonChange]: ...

    def emergencies(self) -> list[Told]: ...

    def secrets(self) -> list[Secret]: ...


class PeopleTold:
    """What the journal tells of people, entry by entry."""

    def __init__(self) -> None:
        self._people: list[Told] = []
        self._codes: list[Told] = []
        self._secrets: dict[tuple[str, str], str] = {}

    def entry(self, entry: Mapping[str, Any]) -> None:
        """Called in the order of the journal."""
        of, _, kind = entry["kind"].partition(".")
        data = entry["data"]
        if of == "person":
            self._people.append((kind, entry["ref"], str(data.get("role", "")), entry["actor"]))
            if kind == "left":
                self._forget(entry["ref"], PIN, FACTOR)
        elif of in (PIN, FACTOR):
            self._forget(entry["ref"], of)
            if kind != "off":
                self._secrets[of, entry["ref"]] = entry["actor"]
        elif of == "emergency" and "n" in data:
            words = str(data.get("reason", data.get("words", "")))
            self._codes.append((kind, str(data["n"]), entry["actor"], words))

    def findings(self, kept: PeopleRecords) -> Iterator[str]:
        changes = kept.changes()
        rows = [(each.kind, each.person.id, each.person.role, each.by) for each in changes]
        for n, (row, told) in enumerate(zip_longest(rows, self._people), 1):
            if row != told:
                yield f"Change {n} in the history of people is not what the journal tells of it."
                break
        members = {each.person.id: (each.person, each.active) for each in kept.members()}
        for person_id, change in {each.person.id: each for each in changes}.items():
            if members.get(person_id) != (change.person, change.kind != "left"):
                yield f"Person {person_id} is not what the last change says: name, role or whether here."
        if self._tells_of_all:
            for person_id in members.keys() - {each[1] for each in self._people}:
                yield f"The journal does not tell how person {person_id} came to work here."
        secrets = kept.secrets()
        there = {(which, whose): by for which, whose, by, _ in secrets}
        for which, whose in sorted({key for key, _ in there.items() ^ self._secrets.items()}):
            yield f"{_WORDS[which]} of person {whose} is not what the journal tells of it."
        if len({secret for *_, secret in secrets}) < len(secrets):
            yield "Two people have one PIN or second factor: it was copied by hand."
        if sorted(kept.emergencies()) != sorted(self._codes):
            yield "What is kept of the code for an emergency is not what the journal tells of it."

    @property
    def _tells_of_all(self) -> bool:
        """Of a store that was set up, whose first manager added himself; people of a sample store were just there."""
        return (
            bool(self._people) and self._people[0][0] == "added" and self._people[0][1] == self._people[0][3]
        )

    def _forget(self, person: str, *which: str) -> None:
        for each in which:
            self._secrets.pop((each, person), None)
