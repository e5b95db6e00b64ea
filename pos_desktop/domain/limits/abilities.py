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
    "packages come as a list (import packages)",
    "sales leave as files (export reports), which the store uploads itself",
)
_BY_HAND = "the programme wants the state asked before each sale: a person reads its registry and types the figure (F5)"
_MISSING = (
    "the status of a card is not fetched",
    "purchases elsewhere are not seen",
    "no sale is reported by itself",
)
_SEEN_BY_HAND = "purchases elsewhere are seen only in the figure that a person types"
_ABILITIES = {
    Tracking.METRC: Abilities("Sales are reported to METRC.", (), ()),
    Tracking.BIOTRACK: Abilities(
        "Sales are reported to BioTrack.",
        ("the status of a card is asked at check-in", "sales and voids are reported by themselves"),
        (
            "the state's figure of what is left counts only where its unit is known; elsewhere the ledger alone binds",
        ),
    ),
    Tracking.OTHER: Abilities("No connection to this state’s system.", _ALONE, _MISSING),
}


_NOT_YET = Abilities("No connection to this state’s BioTrack yet.", _ALONE, _MISSING)


def is_connected(programme: Programme) -> bool:
    """Whether the program speaks with the system that the programme's stores report to."""
    return programme.tracking is not Tracking.OTHER and not programme.unpublished_interface


def abilities(programme: Programme) -> Abilities:
    if programme.tracking is Tracking.BIOTRACK and not is_connected(programme):
        found = _NOT_YET
    else:
        found = _ABILITIES[programme.tracking]
    if is_connected(programme) or not programme.state_check.required:
        return found
    lacks = tuple(_SEEN_BY_HAND if each.startswith("purchases elsewhere") else each for each in found.lacks)
    return Abilities(found.headline, (*found.works, _BY_HAND), lacks)
