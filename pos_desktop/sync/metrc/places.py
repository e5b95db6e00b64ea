"""Units of measure, items and locations as METRC names them (metrc contract, section 11)."""

from __future__ import annotations

from dataclasses import dataclass

from pos_desktop.app.ports import Clock, CouldNotAsk
from pos_desktop.domain.instant import Instant
from pos_desktop.sync.metrc.asking import Desk, all_of, asked, is_on, whole, words
from pos_desktop.sync.metrc.client import MetrcClient
from pos_desktop.sync.metrc.paging import CouldNotRead, Row, rows_of
from pos_desktop.sync.metrc.units import EACH, mg_per, ul_per

UNITS, LOCATIONS, ITEMS = "/unitsofmeasure/v2/active", "/locations/v2/active", "/items/v2/active"


@dataclass(frozen=True, slots=True)
class UnitOfMeasure:
    name: str
    short: str
    kind: str
    """`WeightBased`, `CountBased`, `VolumeBased`."""

    @property
    def known(self) -> bool:
        """Whether the counter can measure in it; a unit that it does not know is never guessed at."""
        if self.kind == "CountBased":
            return self.name.strip().casefold() == EACH.casefold()
        return mg_per(self.name) is not None or ul_per(self.name) is not None

    @classmethod
    def of(cls, row: Row) -> UnitOfMeasure | None:
        name = words(row, "Name")
        return cls(name, words(row, "Abbreviation"), words(row, "QuantityType")) if name else None


@dataclass(frozen=True, slots=True)
class Location:
    id: int
    name: str
    kind: str
    for_packages: bool

    @classmethod
    def of(cls, row: Row) -> Location | None:
        number, name = whole(row, "Id"), words(row, "Name")
        if number is None or not name:
            return None
        return cls(number, name, words(row, "LocationTypeName"), is_on(row, "ForPackages"))


@dataclass(frozen=True, slots=True)
class Item:
    id: int
    name: str
    category: str
    unit: str
    approved: bool

    @classmethod
    def of(cls, row: Row) -> Item | None:
        number, name = whole(row, "Id"), words(row, "Name")
        if number is None or not name:
            return None
        approved = words(row, "ApprovalStatus") in ("", "Approved")
        return cls(number, name, words(row, "ProductCategoryName"), words(row, "UnitOfMeasureName"), approved)


class PlacesDesk:
    """Args:
    since: From when on rows are asked for; a list without a window shows the last day only (section 3.2).
    """

    def __init__(self, desk: Desk, clock: Clock, since: Instant) -> None:
        self._desk = desk
        self._clock = clock
        self._since = since

    def units(self) -> tuple[UnitOfMeasure, ...] | CouldNotAsk:
        return asked(lambda: all_of(_bare(self._desk.client, UNITS), UnitOfMeasure.of))

    def locations(self) -> tuple[Location, ...] | CouldNotAsk:
        return asked(lambda: all_of(self._rows(LOCATIONS), Location.of))

    def items(self) -> tuple[Item, ...] | CouldNotAsk:
        return asked(lambda: all_of(self._rows(ITEMS), Item.of))

    def _rows(self, path: str) -> list[Row]:
        now = self._clock.now()
        return self._desk.rows_since(path, self._since, now, max(1, now.since_us(self._since)) + _OVERLAP_US)


_OVERLAP_US = 600_000_000
"""The widest window is asked first; a service that finds it too wide is asked in days (`read_window`)."""


def _bare(client: MetrcClient, path: str) -> list[Row]:
    reply = client.get(path)
    read = rows_of(reply.body) if reply.ok and not reply.is_page else None
    if read is None:
        raise CouldNotRead(reply)
    return read[0]
