"""Sales as the state lists them, and which of them is ours (biotrack contract, sections 4.8 and 8.2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pos_desktop.app.ports import Clock
from pos_desktop.domain.instant import DAY_US, MINUTE_US, Instant
from pos_desktop.sync.biotrack.listing import SalesList, sold_since
from pos_desktop.sync.biotrack.reading import Row, barcode, flag, number_of, second, text, whole
from pos_desktop.sync.biotrack.wire import Line, Wanted
from pos_desktop.sync.numbers import decimal

SLACK_US = 2 * MINUTE_US
"""How far a listed time may lie from the one that we would send now: the offset of then is not kept."""
_LONG_BEFORE_US = 60 * DAY_US
"""No clock, ours or the service's, lies so far off that a sale of ours would be listed with such a time."""


@dataclass(frozen=True, slots=True)
class Sold:
    """One sale of the state's list. `id` is the transaction that made it, `newest` the last that touched it."""

    id: str
    terminal: str
    location: str
    at: Instant | None
    lines: tuple[Line | None, ...]
    """None: a line whose identifier or figures cannot be read."""
    gone: int
    """How many of the lines were taken back by a void."""
    newest: str

    @property
    def voided(self) -> bool:
        return self.gone == len(self.lines)

    @property
    def counted(self) -> Counter[Line | None]:
        return Counter(self.lines)

    def is_of(self, wanted: Wanted) -> bool:
        """By a terminal that names this sale and no other."""
        return wanted.numbered and self.terminal.upper() == wanted.terminal.upper()

    def looks_like(self, wanted: Wanted, *, offset_us: int, timed: bool) -> bool:
        """By terminal, lines and time, for a system that keeps the terminal shortened or not at all."""
        terminal = wanted.terminal.upper().startswith(self.terminal.upper())
        return terminal and self.counted == wanted.counted and (not timed or self.is_when(wanted, offset_us))

    def is_when(self, wanted: Wanted, offset_us: int) -> bool:
        if self.at is None:
            return False
        late = self.at.since_us(wanted.sold_at)
        return min(abs(late), abs(late - offset_us)) <= SLACK_US

    def unlike(self, wanted: Wanted, *, offset_us: int, timed: bool) -> tuple[str, ...]:
        """What shows that it is another sale; empty where it is this one. What was voided meanwhile does not."""
        found = []
        if not wanted.terminal.upper().startswith(
            self.terminal.upper()
        ):  # which some systems shorten, or drop
            found.append("number")
        if timed and self.at is not None and not self.is_when(wanted, offset_us):
            found.append("time of sale")
        if self.counted != wanted.counted:
            found.append("goods or prices")
        return tuple(found)

    def differences(self, wanted: Wanted, *, offset_us: int, timed: bool) -> tuple[str, ...]:
        """In which of our words it differs from the sale; empty means equal."""
        found = []
        if self.counted != wanted.counted:
            found.append("goods or prices")
        if timed and self.at is not None and not self.is_when(wanted, offset_us):
            found.append("time of sale")
        if self.gone:
            found.append("voided at the state" if self.voided else "partly voided at the state")
        return tuple(found)


class SalesRead:
    """The state's sales since some transaction, read forward and kept: a row that changes is listed again, renumbered.

    One thread at a time.

    Args:
        timed: The list tells the time of sale, so that what was sold long before is not kept.
    """

    def __init__(self, sales: SalesList, clock: Clock, *, timed: bool) -> None:
        self._sales = sales
        self._clock = clock
        self._timed = timed
        self._rows: dict[tuple[str, str, str, bool], Row] = {}
        self._listed: Sequence[Sold] = ()
        self._since: int | None = None
        self._oldest: Instant | None = None
        self._as_of: Instant | None = None
        self.newest = 0

    def read(self, since: int, sold_at: Instant, not_before: Instant) -> Sequence[Sold]:
        """Sales of a reading that begins at transaction `since` or earlier and is no older than `not_before`.

        Those that were sold well before `sold_at` may be missing.

        Raises:
            CouldNotList: what was kept stays as it was.
        """
        started = self._clock.now()
        oldest = min(sold_at, started).plus_us(-_LONG_BEFORE_US)
        fresh = self._since is None or since < self._since or self._oldest is None or oldest < self._oldest
        if fresh:
            self._read(since, oldest)
            self._since, self._oldest, self._as_of = since, oldest, started
        elif self._as_of is None or self._as_of < not_before:
            self._read(max(since, self.newest), self._oldest)
            self._as_of = started
        return self._listed

    def _read(self, begin: int, oldest: Instant | None) -> None:
        found = self._sales.read(begin, sold_since(oldest if self._timed else None))
        for row in found.rows:
            self._rows[_key(row)] = row
        self.newest = max(self.newest, found.newest)
        self._listed = sales_of(self._rows.values())


def sales_of(listed: Iterable[Row]) -> Sequence[Sold]:
    """Rows of one sale together; rows of goods that came back belong to no sale of their own."""
    by_sale: dict[str, list[Row]] = {}
    for row in listed:
        if not flag(row.get("refunded")):
            by_sale.setdefault(sale_of(row), []).append(row)
    return [_sold(number, its) for number, its in by_sale.items() if number]


def _sold(number: str, its: Sequence[Row]) -> Sold:
    return Sold(
        id=number,
        terminal=next((found for row in its if (found := text(row.get("terminal_id")))), ""),
        location=next((found for row in its if (found := text(row.get("location")))), ""),
        at=next((at for row in its if (at := second(row.get("sessiontime"))) is not None), None),
        lines=tuple(_line(row) for row in its),
        gone=sum(flag(row.get("deleted")) is True for row in its),
        newest=str(max(whole(row.get("transactionid")) or 0 for row in its)),
    )


def sale_of(row: Row) -> str:
    """The number of the sale that a row belongs to."""
    return number_of(row.get("transactionid_original")) or number_of(row.get("transactionid"))


def _key(row: Row) -> tuple[str, str, str, bool]:
    item = whole(row.get("itemnumber"))
    return (
        sale_of(row),
        text(row.get("inventoryid")),
        text(row.get("itemnumber")) if item is None else str(item),
        bool(flag(row.get("refunded"))),
    )


def _line(row: Row) -> Line | None:
    tag, quantity, price = (
        barcode(row.get("inventoryid")),
        decimal(row.get("quantity")),
        decimal(row.get("price")),
    )
    return None if not tag or quantity is None or price is None else (tag, quantity, price)
