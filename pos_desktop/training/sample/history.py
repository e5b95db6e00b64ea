"""Earlier purchases of the demo store's patients: what limits remember, and no sales of this store's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from pos_desktop.domain.identity import PatientId
from pos_desktop.domain.instant import MINUTE_US, Instant
from pos_desktop.domain.limits.model import Category, Item, Purchase
from pos_desktop.domain.patient import Caregiver, Patient
from pos_desktop.domain.shelf import Product, Unit
from pos_desktop.training.sample.people import PeopleCases

DAYS = 40
DAY_MG, THIRTY_MG = 70_873, 283_495
"""As in resources/programmes/us-mi-medical.toml."""

_OPENS, _OPEN_MINUTES = 9, 12 * 60
_WEIGHTS_MG = (1_000, 1_750, 3_500, 3_520, 5_000, 7_010)
_HEAVY_PURCHASES = 100


@dataclass(frozen=True, slots=True)
class SamplePurchase:
    """`id` names the purchase in the ledger, so that filling twice adds nothing."""

    patient_id: PatientId
    id: str
    purchase: Purchase


def counted_mg(items: Sequence[Item]) -> int:
    """Milligrams of flower that these items use up in Michigan."""
    return sum(_counts(item) for item in items)


def _counts(item: Item) -> int:
    if item.category in (Category.FLOWER, Category.PREROLL):
        return item.measures.net_mg or 0
    return 0 if item.category is Category.ACCESSORY else item.measures.equiv_mg or 0


def history(
    rng: Random,
    patients: Sequence[Patient],
    caregivers: Sequence[Caregiver],
    products: Sequence[Product],
    cases: PeopleCases,
    now: Instant,
    zone: ZoneInfo,
) -> tuple[SamplePurchase, ...]:
    """Purchases of the 40 days up to `now`, every one of them within both limits when it was made."""
    shop = _Shop(rng, products, now, zone)
    stories: Mapping[PatientId, Callable[[_Past], None]] = {
        cases.untouched.id: lambda _: None,
        cases.near_day.id: shop.nearly_a_day,
        cases.near_thirty.id: shop.nearly_thirty_days,
        cases.heavy.id: shop.heavily,
    }
    buyers = {patient: each for each in caregivers for patient in each.patients}
    pasts = []
    for patient in patients:
        caregiver = buyers.get(patient.id)
        # A minor's caregiver always buys, another one now and then.
        always = patient.id == cases.minor.id
        past = _Past(patient.id, None if caregiver is None else f"caregiver:{caregiver.id}", always=always)
        stories.get(patient.id, shop.now_and_then)(past)
        pasts.append(past)
    return _numbered(pasts)


@dataclass(slots=True)
class _Past:
    patient_id: PatientId
    caregiver: str | None
    always: bool
    bought: list[tuple[Instant, str, tuple[Item, ...]]] = field(default_factory=list)
    by_day: dict[date, int] = field(default_factory=dict)

    def room_mg(self, day: date) -> int:
        """What both limits leave on `day`, when nothing later was bought yet."""
        month = sum(mg for other, mg in self.by_day.items() if (day - other).days < 30)
        return min(DAY_MG - self.by_day.get(day, 0), THIRTY_MG - month)


class _Shop:
    def __init__(self, rng: Random, products: Sequence[Product], now: Instant, zone: ZoneInfo) -> None:
        self._rng = rng
        self._zone = zone
        self._now = now
        self._today = now.date_in(zone)
        self._products = [each for each in products if _was_sold(each)]
        pieces = [each for each in products if each.unit is Unit.EACH and each.category is Category.FLOWER]
        self._flower = {each.measures.net_mg: each for each in reversed(pieces) if each.price is not None}

    def now_and_then(self, past: _Past) -> None:
        """A dozen visits at most, one on a day."""
        days_ago = sorted(self._rng.sample(range(1, DAYS + 1), self._rng.randint(0, 12)), reverse=True)
        for each in days_ago:
            self._visit(past, each, self._open_at(each), lines=self._rng.randint(1, 4))

    def heavily(self, past: _Past) -> None:
        """Two or three small purchases on every day."""
        for n in range(_HEAVY_PURCHASES):
            days_ago = DAYS - n * DAYS // _HEAVY_PURCHASES
            self._add(past, days_ago, self._open_at(days_ago, n % 3, of=3), [self._flower[3_500].item(1)])

    def nearly_a_day(self, past: _Past) -> None:
        """66.5 g today, between midnight and now."""
        midnight = Instant.local(self._today, self._zone)
        at = midnight.plus_us((self._now.utc_us - midnight.utc_us) * 3 // 4)
        sizes = (28_000, 28_000, 7_000, 3_500)
        self._add(past, 0, at, [self._flower[size].item(1) for size in sizes])

    def nearly_thirty_days(self, past: _Past) -> None:
        """277.5 g, all of it still in the window for days to come."""
        for n in range(7):
            sizes = (28_000, 7_000)
            self._add(
                past, 23 - 3 * n, self._open_at(23 - 3 * n), [self._flower[size].item(1) for size in sizes]
            )
        self._add(past, 2, self._open_at(2), [self._flower[size].item(1) for size in (28_000, 3_500, 1_000)])

    def _visit(self, past: _Past, days_ago: int, at: Instant, lines: int) -> None:
        room_mg = past.room_mg(self._today - timedelta(days=days_ago))
        items: list[Item] = []
        for product in self._rng.sample(self._products, lines):
            item = product.item(self._quantity(product))
            if counted_mg([*items, item]) <= room_mg:
                items.append(item)
        if items:
            self._add(past, days_ago, at, items)

    def _quantity(self, product: Product) -> int:
        return (
            self._rng.choice(_WEIGHTS_MG) if product.unit is Unit.WEIGHT else self._rng.choice((1, 1, 1, 2))
        )

    def _add(self, past: _Past, days_ago: int, at: Instant, items: Sequence[Item]) -> None:
        day = self._today - timedelta(days=days_ago)
        caregiver = past.caregiver if past.always or self._rng.random() < 1 / 3 else None
        past.bought.append((at, caregiver or "patient", tuple(items)))
        past.by_day[day] = past.by_day.get(day, 0) + counted_mg(items)

    def _open_at(self, days_ago: int, part: int = 0, of: int = 1) -> Instant:
        """A whole minute of the opening hours, in one `part` of so many."""
        length = _OPEN_MINUTES // of
        opened = Instant.local(self._today - timedelta(days=days_ago), self._zone, time(_OPENS))
        return opened.plus_us((part * length + self._rng.randrange(length)) * MINUTE_US)


def _was_sold(product: Product) -> bool:
    """Whether the product could be sold in Michigan: priced, and counted by its limits or left out of them."""
    if product.price is None:
        return False
    return product.category is Category.ACCESSORY or counted_mg([product.item(1_000)]) > 0


def _numbered(pasts: Sequence[_Past]) -> tuple[SamplePurchase, ...]:
    """In order of time, each with a receipt number of its own."""
    bought = [(at, past.patient_id, by, items) for past in pasts for at, by, items in past.bought]
    numbered = enumerate(sorted(bought, key=lambda each: (each[0], each[1])), start=1)
    return tuple(
        SamplePurchase(who, f"sample-purchase-{n:05d}", Purchase(at, items, f"SAMPLE-{n:05d}", by, "import"))
        for n, (at, who, by, items) in numbered
    )
