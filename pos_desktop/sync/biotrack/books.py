"""What BioTrack holds of this premises, to compare with our own records (app.ports.StateBooks)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from pos_desktop.app.ports import CouldNotAsk, ServiceReach
from pos_desktop.domain.instant import DAY_US, Instant
from pos_desktop.domain.reconciliation.records import Shown, StateLine, StatePackage, StateSale
from pos_desktop.sync.biotrack import classify
from pos_desktop.sync.biotrack.answers import Answer, Verdict
from pos_desktop.sync.biotrack.goods import EACH
from pos_desktop.sync.biotrack.inventory import INVENTORY
from pos_desktop.sync.biotrack.legacy import LegacyClient
from pos_desktop.sync.biotrack.listing import CouldNotList, Past, SalesList, sold_since
from pos_desktop.sync.biotrack.profile import BioTrackProfile, Generation, PriceBasis, Terminal
from pos_desktop.sync.biotrack.reading import Row, barcode, flag, rows, text
from pos_desktop.sync.biotrack.sales import Sold, sales_of
from pos_desktop.sync.biotrack.wire import Line
from pos_desktop.sync.numbers import decimal

_SALE_NUMBER = re.compile(r"[A-Z0-9]{1,8}-[A-Z0-9]{1,8}-\d+-\d+")
_EARLIER_US = 2 * DAY_US
"""Sales of a day may be reported days later and never earlier; our clock of then may have been off a little."""
NOT_GIVEN = "The state service did not give its list. Nothing was compared; try again later."


class BioTrackBooks:
    """Read by transaction, since the service lists nothing by date.

    The state lists neither card nor caregiver of a sale, and our number only where it travels as the terminal.
    """

    def __init__(
        self, client: LegacyClient, profile: BioTrackProfile, past: Past, *, location: str, zone: ZoneInfo
    ) -> None:
        self._client = client
        self._profile = profile
        self._past = past
        self._location = location
        self._zone = zone

    @property
    def shows(self) -> Shown:
        numbers = self._profile.terminal is Terminal.SALE and self._profile.terminal_kept
        return Shown(numbers=numbers, people=False, times=self._profile.sale_time_kept)

    def sales_on(self, first: date, last: date) -> Sequence[StateSale] | CouldNotAsk:
        since = Instant.local(first, self._zone).plus_us(-_EARLIER_US)
        try:
            found = SalesList(self._client, self._past).read(self._begin(since), sold_since(since))
        except CouldNotList as broken:
            return _could_not(broken.answer)
        return [
            self._sale(each)
            for each in sales_of(found.rows)
            if each.location in ("", self._location)
            and each.at is not None
            and first <= each.at.date_in(self._zone) <= last
        ]

    def packages(self) -> Sequence[StatePackage] | CouldNotAsk:
        answer = self._client.ask(INVENTORY, {"active": 1})
        if not answer.accepted:
            return _could_not(answer)
        listed = rows(answer.document.get("inventory"))
        found = (_package(row) for row in listed if text(row.get("location")) in ("", self._location))
        return [each for each in found if each is not None]

    def _begin(self, since: Instant) -> int:
        """The transaction to read from; 0 reads all. v3 may number its dispenses in a count of its own."""
        one_count = self._profile.generation is Generation.LEGACY
        accepted = self._past.known_before(since) if one_count else 0
        return max(accepted, self._past.listed_before(since))

    def _sale(self, sold: Sold) -> StateSale:
        lines = tuple(self._line(each) for each in sold.lines if each is not None)
        amounts = [each.amount_cents for each in lines]
        known = len(lines) == len(sold.lines) and None not in amounts
        return StateSale(
            remote_id=sold.id,
            external=sold.terminal.upper() if _SALE_NUMBER.fullmatch(sold.terminal.upper()) else "",
            sold_at=sold.at if self._profile.sale_time_kept else None,
            patient="",
            caregiver="",
            total_cents=sum(each or 0 for each in amounts) if known else None,
            lines=lines if len(lines) == len(sold.lines) else None,
            voided=sold.voided,
            final=False,
            recorded_at=None,
        )

    def _line(self, line: Line) -> StateLine:
        tag, quantity, price = line
        total = price if self._profile.price_basis is PriceBasis.LINE else price * quantity
        scaled = total * 100
        pieces = int(quantity) if quantity == quantity.to_integral_value() else None
        return StateLine(tag, pieces, EACH, round(scaled) if abs(scaled - round(scaled)) < _SHARE else None)


_SHARE = Decimal("0.01")
"""A unit price to six places times its quantity is a cent but for rounding."""


def _package(row: Row) -> StatePackage | None:
    tag, quantity = barcode(row.get("id")), decimal(row.get("remaining_quantity"))
    if not tag or quantity is None:
        return None
    name = text(row.get("productname")) or text(row.get("strain"))
    return StatePackage(tag, int(quantity // 1), EACH, name, active=flag(row.get("deleted")) is not True)


def _could_not(answer: Answer) -> CouldNotAsk:
    if answer.verdict is Verdict.LOGIN_REFUSED or answer.refused:
        return CouldNotAsk(ServiceReach.REFUSED_KEY, classify.not_begun(answer, ()).sentence)
    return CouldNotAsk(ServiceReach.AWAY, NOT_GIVEN)
