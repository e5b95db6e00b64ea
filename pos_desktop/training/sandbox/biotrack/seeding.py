"""What the readers of a seed share: its transaction and data set, and checks of members."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pos_desktop.training.sandbox.biotrack.amounts import decimal, is_barcode, plain
from pos_desktop.training.sandbox.biotrack.rows import EVERYBODY, Row
from pos_desktop.training.sandbox.clock import SECOND_US, parse_instant
from pos_desktop.training.sandbox.jsonio import JsonObject, decode, encode
from pos_desktop.training.sandbox.store import Connection
from pos_desktop.training.sandbox.switches import BadSeed


@dataclass(frozen=True, slots=True)
class Limit:
    """The programme's: `amount` within rolling `days`; None for none."""

    amount: str | None
    days: int


@dataclass(frozen=True, slots=True)
class Seeding:
    db: Connection
    training: int
    transaction: int
    now: int
    limit: Limit

    def owner(self, location: str) -> str:
        """The company of seeded premises; a ValueError where they are not seeded."""
        row = self.db.execute("SELECT ubi FROM location WHERE location = ?", (location,)).fetchone()
        if row is None:
            raise ValueError(f"the location {location} is not among the locations")
        return str(row[0])

    def row(self, tab: str, key: str, document: JsonObject, *, ubi: str = EVERYBODY, **extra: Any) -> None:
        Row(tab, key, ubi, document, extra).store(self.db, self.training, self.transaction, self.now)


def limit_of(db: Connection, given: Any) -> Limit:
    """Read and remember the section `limit`: `amount`, `days`, `units` by inventory type."""
    if given is not None:
        if not isinstance(given, dict) or set(given) - {"amount", "days", "units"}:
            raise BadSeed('limit has "amount", "days" and "units" by inventory type.')
        days, units = given.get("days", 90), given.get("units", {})
        if type(days) is not int or days < 1 or not isinstance(units, dict):
            raise BadSeed("days is a whole number from 1, and units an object.")
        try:
            amount = None if given.get("amount") is None else figure(given["amount"])
            by_type = {name: figure(value) for name, value in units.items()}
        except ValueError as fault:
            raise BadSeed(f"limit cannot be used: {fault}") from fault
        for name, value in (("limit", {"amount": amount, "days": days}), ("limit_units", by_type)):
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, encode(value).decode()))
    row = db.execute("SELECT value FROM meta WHERE name = 'limit'").fetchone()
    if row is None:
        return Limit(None, 90)
    found = decode(row[0])
    return Limit(found["amount"], found["days"])


def members(row: JsonObject, needed: str, optional: str = "") -> None:
    """A member that no section has is a slip of the pen."""
    unknown = set(row) - {*needed.split(), *optional.split()}
    if unknown:
        raise ValueError(f"there is no {', '.join(sorted(unknown))}")
    for name in needed.split():
        row[name]  # a KeyError names what is missing


def figure(value: Any) -> str:
    """Decimal text of an amount from zero."""
    found = decimal(value)
    if found is None or found < 0:
        raise ValueError(f"{value} is not an amount from zero with up to six decimals")
    return plain(Decimal(found))


def barcode(value: Any) -> str:
    if not is_barcode(value):
        raise ValueError(f"the identifier {value} has not 16 digits")
    return str(value)


def text(value: Any) -> str | None:
    """As a synced row shows it; a flag as 0 or 1."""
    if isinstance(value, bool):
        value = int(value)
    return value if value is None or isinstance(value, str) else format(Decimal(value), "f")


def second(value: Any) -> int:
    ticks = parse_instant(value)
    if ticks is None:
        raise ValueError(f"the time {value} has no Z and no offset")
    return ticks // (10 * SECOND_US)
