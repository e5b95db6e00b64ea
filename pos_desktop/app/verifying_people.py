"""Are those who work here, and what was done with the code for an emergency, what the journal tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pos_desktop.app.ports.records import RecordBook

_ROLES = frozenset({"person.added", "person.returned", "person.changed", "person.left"})
_CODES = frozenset({"emergency.sealed", "emergency.opened", "emergency.reviewed"})


class PeopleTold:
    """Collects while the journal is walked; few entries, whatever the size of the store."""

    def __init__(self) -> None:
        self._roles: list[tuple[Any, ...]] = []
        self._codes: set[tuple[Any, ...]] = set()

    def entry(self, entry: Mapping[str, Any]) -> None:
        kind, data = entry["kind"], entry["data"]
        if kind in _ROLES:
            self._roles.append((entry["ref"], kind.partition(".")[2], data.get("role"), entry["actor"]))
        elif kind in _CODES:
            words = data.get("reason", data.get("words", ""))
            self._codes.add((data.get("n"), kind.partition(".")[2], entry["actor"], words))

    def findings(self, records: RecordBook) -> Iterable[str]:
        if list(records.role_changes()) != self._roles:
            yield "Who came, changed the role or left is not what the journal tells."
        last = {person: (role, kind != "left") for person, kind, role, _ in self._roles}
        there = {person: (role, active) for person, role, active in records.roles()}
        for person, told in last.items():
            if there.get(person) != told:
                yield f"The role of the person {person} is not the one that the journal tells last."
        if set(records.emergency_codes()) != self._codes:
            yield "What was done with the sealed code for an emergency is not what the journal tells."
