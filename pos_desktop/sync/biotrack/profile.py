"""What may differ from one BioTrack system to the next, as data (biotrack contract, section 9).

Whatever the contract marks as inferred or decided stands here, so that a correction costs one line of
`resources/biotrack-profiles.toml` and none of code.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pos_desktop.domain.errors import BadInput

SCHEMA = "biotrack-profiles/1"
STANDARD = "standard"


class Generation(StrEnum):
    LEGACY = "legacy4"
    V3 = "nm_v3"


class Auth(StrEnum):
    SESSION = "session"
    NO_SESSION = "nosession"


class PriceBasis(StrEnum):
    LINE = "line_total"
    UNIT = "unit"


class Terminal(StrEnum):
    """What travels as `terminal_id`, which is free text that names the register (section 2)."""

    SALE = "sale-number"
    """Store, register and number of the sale: then no two sales share a fingerprint (section 8.2)."""
    REGISTER = "register"


class Replay(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


_ALIASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "card_key": ("card_key",),
        "card_active": ("card_active",),
        "card_expiration": ("card_expiration",),
        "card_limit": ("card_limit",),
    }
)


@dataclass(frozen=True, slots=True)
class BioTrackProfile:
    """One system. The defaults are those of the contract.

    Args:
        endpoint: Where the state's system is, offered at setup.
        legacy_endpoint: Of a v3 system: where voids go and sales are looked up (section 5.4).
        path: Appended to an address that has none.
        terminal_kept: Whether a listed sale's `terminal_id` is the one that was sent, whole.
        card_required: Whether a patient's sale needs the key of a card look-up.
        card_fields: Our name of a member of the look-up's answer, and the names it may have on the wire.
        limit_unit: What `card_limit` counts: `g`, `oz`, or `unit` (of one gram of flower). Empty where nothing
            tells; then the state gives no figure and the ledger alone binds.
        limit_days: The window that the figure belongs to.
        sale_time_kept: Whether a listed sale's `sessiontime` is the time of the sale.
        piece_grams: Members of an inventory row that give the grams of one piece, the first readable one counts.
        held_statuses: Values of `inventorystatus` that may not be sold.
    """

    id: str = STANDARD
    generation: Generation = Generation.LEGACY
    endpoint: str = ""
    legacy_endpoint: str = ""
    path: str = "/serverjson.asp"
    programmes: tuple[str, ...] = ()
    content_type: str = "text/JSON"
    auth: Auth = Auth.SESSION
    price_basis: PriceBasis = PriceBasis.LINE
    terminal: Terminal = Terminal.SALE
    terminal_kept: bool = True
    nonce_replay: Replay = Replay.UNKNOWN
    card_required: bool = True
    card_fields: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _ALIASES)
    limit_unit: str = ""
    limit_days: int = 0
    sale_time_kept: bool = True
    piece_grams: tuple[str, ...] = ("net_package", "usable_weight")
    held_statuses: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.limit_unit not in ("", "g", "oz", "unit") or bool(self.limit_unit) != (self.limit_days > 0):
            raise ValueError(f"profile {self.id}: a unit of the limit needs its days, and is g, oz or unit")
        unknown = set(self.card_fields) - set(_ALIASES)
        if unknown:
            raise ValueError(f"profile {self.id}: card_fields has no {', '.join(sorted(unknown))}")


_KINDS: Mapping[str, type[StrEnum]] = {
    "generation": Generation,
    "auth": Auth,
    "price_basis": PriceBasis,
    "terminal": Terminal,
    "nonce_replay": Replay,
}


def read_profiles(document: Mapping[str, Any]) -> Mapping[str, BioTrackProfile]:
    """Profiles by id; what a row leaves out is the contract's default.

    Raises:
        ValueError: another form, a value that does not exist, a name that is no member, or an id listed twice.
    """
    if document.get("schema") != SCHEMA:
        raise ValueError(f"the table of BioTrack profiles is not of the form {SCHEMA}")
    known = {each.name for each in fields(BioTrackProfile)}
    found: dict[str, BioTrackProfile] = {}
    for row in document["profile"]:
        odd = set(row) - known
        if odd or row["id"] in found:
            raise ValueError(f"profile {row['id']}: {', '.join(sorted(odd)) or 'listed twice'}")
        found[row["id"]] = BioTrackProfile(**{name: _value(name, value) for name, value in row.items()})
    return found


def load_profiles(path: Path) -> Mapping[str, BioTrackProfile]:
    """Raises ValueError: as `read_profiles`."""
    return read_profiles(tomllib.loads(path.read_text(encoding="utf-8")))


def load_profile(path: Path, profile_id: str) -> BioTrackProfile:
    """Raises BadInput: no such profile; ValueError: as `read_profiles`."""
    profiles = load_profiles(path)
    profile = profiles.get(profile_id or STANDARD)
    if profile is None:
        raise BadInput(
            f"There is no BioTrack profile “{profile_id}”. Nothing was sent. "
            f"Set state.biotrack_profile to one of: {', '.join(sorted(profiles))}."
        )
    return profile


def _value(name: str, value: Any) -> Any:
    if name in _KINDS:
        return _KINDS[name](value)
    if name == "card_fields":
        return MappingProxyType({**_ALIASES, **{ours: tuple(theirs) for ours, theirs in value.items()}})
    return tuple(value) if isinstance(value, list) else value
