"""What the readers of a seed share: its transaction, its age, and checks of members."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from pos_desktop.training.sandbox.clock import is_date, parse_instant
from pos_desktop.training.sandbox.jsonio import JsonObject, encode
from pos_desktop.training.sandbox.store import Connection
from pos_desktop.training.sandbox.switches import BadSeed

# Lower-case members of the rows that are otherwise METRC's.
_OWN_MEMBERS = {
    "license", "zone", "periods", "adjust_reasons", "permissions", "active", "last_modified", "item", "location",
    "in_transit", "lab_results", "flower_equivalent_grams", "packages",
}  # fmt: skip

# How the names of decimal numbers end; a whole number there is written as 2.0, as the service writes it.
_DECIMALS = ("Percent", "Content", "ContentDose", "UnitWeight", "UnitVolume", "Quantity", "Price", "Level")


@dataclass(frozen=True, slots=True)
class Seeding:
    """`modified` is the age in ticks of rows that name none; `periods` those of facilities that name none."""

    db: Connection
    modified: int
    periods: list[JsonObject]

    @classmethod
    def of(cls, db: Connection, document: JsonObject, modified: int) -> Self:
        return cls(db, instant(document, modified), document.get("periods", []))

    def zone(self, license_number: str) -> str:
        """The zone of a seeded facility; a ValueError where it is not seeded."""
        row = self.db.execute("SELECT zone FROM facility WHERE license = ?", (license_number,)).fetchone()
        if row is None:
            raise ValueError(f"the license {license_number} is not among the facilities")
        return str(row[0])


def instant(row: JsonObject, default: int) -> int:
    """Ticks of the row's `last_modified`."""
    text = row.get("last_modified")
    if text is None:
        return default
    ticks = parse_instant(text)
    if ticks is None:
        raise BadSeed(f"The seed's last_modified {text} is not a time with Z or an offset.")
    return ticks


def over(shape: JsonObject, given: JsonObject, where: str) -> JsonObject:
    """The shape with the given members; a member that the service does not have is a slip of the pen."""
    unknown = set(given) - set(shape)
    if unknown:
        raise ValueError(f"{where} have no {', '.join(sorted(unknown))}")
    return {**shape, **{name: _exact(name, value) for name, value in given.items()}}


def _exact(name: str, value: Any) -> Any:
    return Decimal(value) if type(value) is int and name.endswith(_DECIMALS) else value


def pascal(row: JsonObject, *without: str) -> JsonObject:
    """METRC's own members of a row, after a check of the sandbox's members."""
    unknown = {name for name in row if not name[:1].isupper()} - _OWN_MEMBERS
    if unknown:
        raise ValueError(f"there is no {', '.join(sorted(unknown))}")
    return {name: row[name] for name in row if name[:1].isupper() and name not in without}


def only(row: JsonObject, names: str) -> None:
    unknown = set(row) - set(names.split())
    if unknown:
        raise ValueError(f"there is no {', '.join(sorted(unknown))}")


def dates(row: JsonObject, *names: str) -> None:
    for name in names:
        if row.get(name) is not None and not is_date(row[name]):
            raise ValueError(f"{name} {row[name]} is not a date YYYY-MM-DD")


def text(value: Any) -> str:
    return encode(value).decode()
