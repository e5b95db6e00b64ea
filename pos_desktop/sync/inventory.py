"""What a reading of a state's inventory brought, whichever service was read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from pos_desktop.app.ports import ServiceReach


@dataclass(slots=True)
class InventorySummary:
    """What one reading brought.

    Args:
        received: Packages written to the shelf, a package that came twice counted twice.
        unmapped: (item, the state's category, why) of what a person must map.
        notes: Sentences about rows that were left out or rounded.
        warnings: What a person should know: what the state does not let this license do, and a shelf that emptied.
        gone: Packages that the state lists no longer.
        problem: Why the reading ended early; empty when it was complete.
    """

    reach: ServiceReach = ServiceReach.REACHED
    received: int = 0
    unmapped: set[tuple[str, str, str]] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    warnings: tuple[str, ...] = ()
    gone: int = 0
    problem: str = ""
    whole: bool = False
    emptied: bool = False
    """Most of the shelf went in this reading; everything should be read again soon and not only tomorrow."""

    @property
    def complete(self) -> bool:
        return not self.problem


class Inventory(Protocol):
    """One license's goods at the state. One thread at a time."""

    def sync(self, *, whole: bool = False) -> InventorySummary:
        """Read what changed since the last complete reading; everything at first, or with `whole`."""
        ...


def hard_to_believe(here: frozenset[str], listed: frozenset[str]) -> bool:
    """Whether a list lacks so much of the shelf that the list is more likely wrong than the shelf empty.

    All of it, or more than half of ten or more: a day's business finishes some packages, of a small shelf quickly many.
    """
    lost = len(here - listed)
    return not listed or lost == len(here) > 0 or (len(here) >= _NOT_TINY and 2 * lost > len(here))


_NOT_TINY = 10
