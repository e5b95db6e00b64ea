"""What METRC holds of one license, read to its end for a comparison (app.ports.StateBooks; metrc contract 3, 8.2, 10).

The filter by sales date is listed in some references and missing in newer ones, and a service that does not know it
would answer with the last 24 hours and no warning (3.2, 3.3). So receipts are read by last modification from the first
day on: a receipt is never modified before its sale.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar
from zoneinfo import ZoneInfo

from pos_desktop.app.ports import CouldNotAsk, ServiceReach
from pos_desktop.domain.instant import DAY_US, Instant
from pos_desktop.domain.reconciliation.records import (
    MILLIGRAMS,
    PIECES,
    Shown,
    StateLine,
    StatePackage,
    StateSale,
)
from pos_desktop.domain.shelf import Held, Unit
from pos_desktop.sync.metrc import classify
from pos_desktop.sync.metrc.client import Failure, MetrcClient, Reply
from pos_desktop.sync.metrc.goods import Reader
from pos_desktop.sync.metrc.inventory import ACTIVE, INACTIVE, ON_HOLD
from pos_desktop.sync.metrc.paging import CouldNotRead, Row, Window, read_window, rows_of, windows
from pos_desktop.sync.metrc.receipts import EARLIER_US
from pos_desktop.sync.metrc.times import day, moment, wall_second
from pos_desktop.sync.metrc.units import EACH, mg_per
from pos_desktop.sync.metrc.wire import RECEIPTS
from pos_desktop.sync.numbers import cents, decimal

_LISTS = (f"{RECEIPTS}/active", f"{RECEIPTS}/inactive")
"""In this order: a receipt that is voided meanwhile moves from the first to the second, and the later row wins."""
_WAITS_S = (2, 10, 30)
_LONGEST_WAIT_S = 60
_LATER = (429, 500, 502, 503, 504)
_T = TypeVar("_T")
Progress = Callable[[int, int], object]


class MetrcBooks:
    """One thread at a time. Receipts that were read in detail are remembered while they are not modified.

    Args:
        since: Where the reading of packages starts; nothing older was modified before the license came to METRC.
        now: The best known real time; the service dates by that.
        lines: False leaves out the reading of each receipt for its lines, where numbers, times and totals are enough.
        pause: Waits so many seconds before a read is tried again; returns True where it is not to go on.
        tell: Hears (read, of how many) while receipts are read in detail.
    """

    def __init__(
        self,
        client: MetrcClient,
        reader: Reader,
        *,
        license_number: str,
        zone: ZoneInfo,
        since: Instant,
        now: Callable[[], Instant],
        lines: bool = True,
        pause: Callable[[float], bool],
        tell: Progress | None = None,
    ) -> None:
        self._client = client
        self._reader = reader
        self._license = license_number
        self._zone = zone
        self._since = since
        self._now = now
        self._lines = lines
        self._pause = pause
        self._tell = tell or (lambda _done, _all: None)
        self._details: dict[tuple[object, object], Row] = {}

    shows = Shown()
    """A receipt that names no number or patient lost it at the state: what is sent is shown (metrc contract 8.2)."""

    # ---- receipts

    def sales_on(self, first: date, last: date) -> Sequence[StateSale] | CouldNotAsk:
        try:
            rows = [row for row in self._receipts_since(first) if _is_of(row, first, last)]
            detailed = [row for row in rows if self._lines and not _is_set(row.get("ArchivedDate"))]
            lines = {}
            for done, row in enumerate(detailed, start=1):
                lines[row["Id"]] = self._detail(row)
                self._tell(done, len(detailed))
            return [self._sale(lines.get(row["Id"], row)) for row in rows]
        except CouldNotRead as broken:
            return _could_not_ask(broken.reply)

    def _receipts_since(self, first: date) -> Iterable[Row]:
        start = Instant.local(first, self._zone).plus_us(-EARLIER_US)
        newest: dict[int, Row] = {}
        for window in windows(start, self._now().plus_us(EARLIER_US), DAY_US):
            for path in _LISTS:
                for row in self._window(path, window):
                    number = row.get("Id")
                    if type(number) is int and not _older(row, newest.get(number)):
                        newest[number] = row
        return newest.values()

    def _detail(self, row: Row) -> Row:
        """The receipt with its lines; lists leave them out (section 8.2)."""
        key = (row["Id"], row.get("LastModified"))
        if key not in self._details:
            self._details[key] = self._patiently(lambda: self._ask_detail(row["Id"]))
        return self._details[key]

    def _ask_detail(self, number: int) -> Row:
        reply = self._client.get(f"{RECEIPTS}/{number}", {"licenseNumber": self._license})
        read = rows_of(b"[%b]" % reply.body) if reply.ok else None
        if not read or len(read[0]) != 1 or read[0][0].get("Id") != number:
            raise CouldNotRead(reply)
        if not isinstance(read[0][0].get("Transactions"), list):
            raise CouldNotRead(reply)
        return read[0][0]

    def _sale(self, row: Row) -> StateSale:
        voided = _is_set(row.get("ArchivedDate"))
        sold = row.get("Transactions") if self._lines and not voided else None
        return StateSale(
            remote_id=str(row["Id"]),
            external=_text(row.get("ExternalReceiptNumber")),
            sold_at=self._sold_at(row.get("SalesDateTime")),
            patient=_text(row.get("PatientLicenseNumber")),
            caregiver=_text(row.get("CaregiverLicenseNumber")),
            total_cents=cents(row.get("TotalPrice")),
            lines=None if sold is None else tuple(_line(each) for each in sold if isinstance(each, dict)),
            voided=voided,
            final=row.get("IsFinal") is True,
            recorded_at=moment(row.get("RecordedDateTime")),
            modified_at=moment(row.get("LastModified")),
        )

    def _sold_at(self, wall: object) -> Instant | None:
        second = wall_second(wall)
        try:
            on, at = date.fromisoformat(second[:10]), time.fromisoformat(second[11:])
        except ValueError:
            return None
        return Instant.local(on, self._zone, at)

    # ---- packages

    def packages(self) -> Sequence[StatePackage] | CouldNotAsk:
        everything = Window(self._since, self._now().plus_us(EARLIER_US))
        newest: dict[str, tuple[str, Row]] = {}
        try:
            for path in (ACTIVE, ON_HOLD, INACTIVE):
                for row in self._window(path, everything):
                    tag = _text(row.get("Label")).upper()
                    if not _older(row, newest.get(tag, ("", None))[1]):
                        newest[tag] = (path, row)
        except CouldNotRead as broken:
            return _could_not_ask(broken.reply)
        made = (self._package(path, row) for path, row in newest.values())
        return [each for each in made if each is not None]

    def _package(self, path: str, row: Row) -> StatePackage | None:
        """None where the row is no package that could ever be scanned; it never came onto the shelf either."""
        read = self._reader.package(row, self._now().date_in(self._zone), [])
        if read is None:
            return None
        package = read.package
        return StatePackage(
            tag=package.tag,
            quantity=package.on_hand,
            unit=MILLIGRAMS if package.product.unit is Unit.WEIGHT else PIECES,
            item=package.product.name,
            active=path != INACTIVE and package.held is not Held.FINISHED,
            on_hold=package.held in (Held.HOLD, Held.RECALL),
        )

    # ---- reading on

    def _window(self, path: str, window: Window) -> Sequence[Row]:
        return self._patiently(lambda: read_window(self._client, path, self._license, window))

    def _patiently(self, read: Callable[[], _T]) -> _T:
        """A read that failed for now is tried again, so that one lost answer does not end a long reading.

        Raises:
            CouldNotRead: it failed for good, or the program is to stop.
        """
        for wait_s in _WAITS_S:
            if self._pause(0):
                raise CouldNotRead(Reply(failure=Failure.NOT_SENT))
            try:
                return read()
            except CouldNotRead as broken:
                asked_s = broken.reply.retry_after_s
                if not _may_pass(broken.reply) or self._pause(min(_LONGEST_WAIT_S, asked_s or wait_s)):
                    raise
        return read()


def _may_pass(reply: Reply) -> bool:
    return reply.failure is Failure.NO_ANSWER or (reply.failure is None and reply.status in _LATER)


def _could_not_ask(reply: Reply) -> CouldNotAsk:
    if reply.failure is None and reply.status in (401, 403):
        return CouldNotAsk(ServiceReach.REFUSED_KEY, f"{classify.KEY_REFUSED} Nothing was compared.")
    what = (
        "The state service cannot be reached."
        if reply.failure is not None
        else f"The state service did not give its lists to their end (answer {reply.status})."
    )
    return CouldNotAsk(ServiceReach.AWAY, f"{what} Nothing was compared; compare again later.")


def _is_of(row: Row, first: date, last: date) -> bool:
    """A receipt without a readable day is kept: it is shown as what it is, and not left out."""
    sold = day(row.get("SalesDateTime"))
    return sold is None or first <= sold <= last


def _older(row: Row, known: Row | None) -> bool:
    """By the service's own time stamps; a row without one counts as the newer, as it was read later."""
    if known is None:
        return False
    at, before = moment(row.get("LastModified")), moment(known.get("LastModified"))
    return at is not None and before is not None and at < before


def _line(row: Row) -> StateLine:
    quantity, unit = _quantity(decimal(row.get("QuantitySold")), _text(row.get("UnitOfMeasureName")))
    return StateLine(_text(row.get("PackageLabel")).upper(), quantity, unit, cents(row.get("TotalPrice")))


def _quantity(number: Decimal | None, unit_name: str) -> tuple[int | None, str]:
    """Whole milligrams or pieces, and which; None where it is neither, or a share of one."""
    per_mg = mg_per(unit_name)
    unit = MILLIGRAMS if per_mg else PIECES if unit_name.casefold() == EACH.casefold() else unit_name
    if number is None or unit not in (MILLIGRAMS, PIECES):
        return None, unit
    return _whole(number, per_mg or Fraction(1)), unit


def _whole(number: Decimal, per: Fraction) -> int | None:
    """`number` times `per`, where that is whole, or was before the service rounded the last decimal that it shows.

    2.31 g are 0.0814828521 oz: no other whole milligram comes near. Where so few decimals are shown that two would do,
    none is guessed.
    """
    exact, exponent = Fraction(number) * per, number.as_tuple().exponent
    nearest = round(exact)
    half_a_digit = per / 2 / 10 ** max(0, -exponent if isinstance(exponent, int) else 0)
    rounded = half_a_digit < Fraction(1, 2) and abs(exact - nearest) <= half_a_digit
    return nearest if exact == nearest or rounded else None


def _is_set(archived: object) -> bool:
    """`0001-01-01` means that there is no date (section 2)."""
    return bool(archived) and not str(archived).startswith("0001-")


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
