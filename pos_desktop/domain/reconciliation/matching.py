"""Which receipt at the state belongs to which sale of ours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

from pos_desktop.domain.reconciliation.records import OwnSale, StateSale, register_of, wall_of


class Owners:
    """Finds the sale of a receipt: by the state's own id, by our number, or, where it bears none, by what it says.

    The state's id counts only where nothing speaks against it: an id is given again when a service was set up anew,
    and a receipt may have been given the number of another sale.
    """

    def __init__(self, sales: Iterable[OwnSale], zone: ZoneInfo) -> None:
        self._zone = zone
        self._by_number: dict[str, OwnSale] = {}
        self._by_id: dict[str, OwnSale] = {}
        self._by_words: dict[tuple[str, str, int | None], list[OwnSale]] = defaultdict(list)
        for sale in sales:
            self._by_number[sale.external.upper()] = sale
            self._by_words[(sale.wall, sale.patient.upper(), sale.total_cents)].append(sale)
            if sale.report is not None and sale.report.remote_id:
                self._by_id[sale.report.remote_id] = sale

    def of(self, receipt: StateSale) -> OwnSale | None:
        external = receipt.external.upper()
        numbered = self._by_number.get(external) if external else None
        reported = self._by_id.get(receipt.remote_id)
        if reported is None or reported is numbered:
            return numbered or (None if external else self._by_what_it_says(receipt))
        if self._looks_like(reported, receipt):
            return reported
        return numbered if numbered is not None or register_of(external) else reported

    def _by_what_it_says(self, receipt: StateSale) -> OwnSale | None:
        """Only where exactly one sale fits."""
        words = (wall_of(receipt.sold_at, self._zone), receipt.patient.upper(), receipt.total_cents)
        fitting = self._by_words.get(words, [])
        return fitting[0] if len(fitting) == 1 and words[0] else None

    def _looks_like(self, sale: OwnSale, receipt: StateSale) -> bool:
        same_second = sale.wall == wall_of(receipt.sold_at, self._zone)
        return same_second and sale.total_cents == receipt.total_cents


def matched(
    sales: Mapping[str, OwnSale], receipts: Iterable[StateSale], zone: ZoneInfo
) -> tuple[dict[str, list[StateSale]], Sequence[StateSale]]:
    """(receipts by our number, receipts of no sale of ours), each once, in the order of their ids."""
    owners = Owners(sales.values(), zone)
    ours: dict[str, list[StateSale]] = defaultdict(list)
    others = []
    once = {each.remote_id: each for each in receipts}
    for receipt in sorted(once.values(), key=_age):
        sale = owners.of(receipt)
        if sale is None:
            others.append(receipt)
        else:
            ours[sale.external].append(receipt)
    return ours, others


def _age(receipt: StateSale) -> tuple[int, str]:
    """Older ids are shorter, or come first among those of one length."""
    return (len(receipt.remote_id), receipt.remote_id)
