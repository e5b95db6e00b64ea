"""An outage of the state's system that a manager declared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.instant import Instant


@dataclass(frozen=True, slots=True)
class DeclaredOutage:
    """`evidence` is what the manager typed: the number of a bulletin, a notice, its time."""

    evidence: str
    since: Instant
    by: PersonId


class OutageBook(Protocol):
    """At most one outage is declared; it outlives a restart. Each change is one transaction with its journal entry."""

    def declared(self) -> DeclaredOutage | None: ...

    def declare(self, evidence: str, by: PersonId) -> DeclaredOutage:
        """Raises RuleRefusal: one is declared already."""
        ...

    def end(self, by: PersonId) -> None:
        """Raises RuleRefusal: none is declared."""
        ...
