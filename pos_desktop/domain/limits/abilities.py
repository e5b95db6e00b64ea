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
    Tracking.BIOTRACK: Abilities(
        "Sales are reported to BioTrack.",
        ("the status of a card is asked at check-in", "sales and voids are reported by themselves"),
        (
            "the state's figure of what is left counts only where its unit is known; elsewhere the ledger alone binds",
        ),
    ),
    Tracking.OTHER: Abilities("No connection to this state’s system.", _ALONE, _MISSING),
}


_OTHER_INTERFACE = frozenset({"us-fl-medical", "us-ny-medical"})
"""BioTrack there speaks a newer interface, of which no public record says how a sale is told."""
_NOT_YET = Abilities("No connection to this state’s BioTrack yet.", _ALONE, _MISSING)


def is_connected(programme: Programme) -> bool:
    """Whether the program speaks with the system that the programme's stores report to."""
    return programme.tracking is not Tracking.OTHER and programme.id not in _OTHER_INTERFACE


def abilities(programme: Programme) -> Abilities:
    if programme.tracking is Tracking.BIOTRACK and not is_connected(programme):
        return _NOT_YET
    return _ABILITIES[programme.tracking]
