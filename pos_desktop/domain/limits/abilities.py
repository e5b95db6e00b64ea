"""What a store can do under its programme's tracking system, and what it cannot: for setup, lists and documents."""

from __future__ import annotations

from dataclasses import dataclass

from pos_desktop.domain.limits.programme import Programme, Tracking


@dataclass(frozen=True, slots=True)
class Abilities:
    """`headline` says whether the program speaks with the state's system; parts of sentences beside it."""

    headline: str
    works: tuple[str, ...]
    lacks: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        more = (("What works", self.works), ("What does not", self.lacks))
        return (self.headline, *(f"{what}: {'; '.join(parts)}." for what, parts in more if parts))


_ALONE = (
    "limits, from this store’s own ledger and from what it imports",
    "sales leave as files (export sales), which the store uploads itself",
)
_MISSING = (
    "the status of a card is not fetched",
    "purchases elsewhere are not seen",
    "no sale is reported by itself",
)
_ABILITIES = {
    Tracking.METRC: Abilities("Sales are reported to METRC.", (), ()),
    Tracking.BIOTRACK: Abilities("No connection to BioTrack yet.", _ALONE, _MISSING),
    Tracking.OTHER: Abilities("No connection to this state’s system.", _ALONE, _MISSING),
}


def abilities(programme: Programme) -> Abilities:
    return _ABILITIES[programme.tracking]
