"""Products and packages of the demo store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from pos_desktop.domain.identity import PackageTag, ProductId
from pos_desktop.domain.shelf import Held, Package, Product, Unit
from pos_desktop.training.sample import catalog
from pos_desktop.training.sample.catalog import MENU, Kind

UNMAPPED_BECAUSE = f"The state's category “{catalog.UNMAPPED.tracker_category}” is not mapped to one of ours."
_GRAMS, _EACH = "Grams", "Each"
_BLOCKED = (Held.HOLD, Held.HOLD, Held.RECALL, Held.UNTESTED, Held.EXPIRED, Held.SAMPLE, Held.EMPTY)


@dataclass(frozen=True, slots=True)
class SampleProduct:
    kind: Kind
    product: Product


@dataclass(frozen=True, slots=True)
class SamplePackage:
    of: SampleProduct
    package: Package
    packaged_on: date
    expires_on: date


@dataclass(frozen=True, slots=True)
class GoodsCases:
    """Packages with a story. All may be scanned; only `everyday`, `ounce` and `deli` can be sold as they are."""

    everyday: PackageTag
    ounce: PackageTag
    deli: PackageTag
    no_price: PackageTag
    no_equivalent: PackageTag
    unmapped: PackageTag
    on_hold: PackageTag
    recalled: PackageTag
    untested: PackageTag
    past_date: PackageTag
    trade_sample: PackageTag
    empty: PackageTag


@dataclass(frozen=True, slots=True)
class Goods:
    products: tuple[SampleProduct, ...]
    packages: tuple[SamplePackage, ...]
    cases: GoodsCases


def goods(rng: Random, today: date) -> Goods:
    """88 products in 200 packages; the last seven may not be sold, each kept back for a reason of its own."""
    products = tuple(_products())
    everyday = [each for each in products if each.kind is catalog.EVERYDAY]
    wanted = [
        *((each, _lacking(each.kind)) for each in products for _ in range(each.kind.packages)),
        *zip(everyday, _BLOCKED, strict=False),
    ]
    packages = tuple(_package(rng, n, each, today, held) for n, (each, held) in enumerate(wanted))
    return Goods(products, packages, _cases(packages))


def _products() -> Iterator[SampleProduct]:
    named = ((kind, word) for kind in MENU for word in kind.words)
    for n, (kind, word) in enumerate(named, start=1):
        product = Product(
            id=ProductId(f"sample-item-{n:03d}"),
            name=kind.name(word),
            category=kind.category,
            unit=kind.unit,
            measures=kind.measures,
            price=kind.price,
        )
        yield SampleProduct(kind, product)


def _lacking(kind: Kind) -> Held | None:
    return None if kind.is_mapped else Held.UNMAPPED


def _package(rng: Random, n: int, of: SampleProduct, today: date, held: Held | None) -> SamplePackage:
    packaged_on = today - timedelta(days=rng.randint(5, 90))
    past = held is Held.EXPIRED
    weighed = of.kind.unit is Unit.WEIGHT
    on_hand = rng.randrange(of.kind.stock[0], of.kind.stock[1] + 1, 100 if weighed else 1)
    potency = of.kind.potency_bp
    package = Package(
        tag=PackageTag(f"ABCDEF01234567{10_001 + n:010d}"),
        product=of.product,
        batch=f"SB-{1_101 + n // 2}",
        on_hand=0 if held is Held.EMPTY else on_hand,
        tracker_unit=_GRAMS if weighed else _EACH,
        potency_bp=None if potency is None else potency + rng.randint(-15, 15) * 10,
        held=held,
    )
    return SamplePackage(
        of, package, packaged_on, today + timedelta(days=-1 if past else rng.randint(60, 400))
    )


def _cases(packages: Sequence[SamplePackage]) -> GoodsCases:
    def of(kind: Kind) -> PackageTag:
        return next(each.package.tag for each in packages if each.of.kind is kind)

    def held(why: Held) -> PackageTag:
        return next(each.package.tag for each in packages if each.package.held is why)

    return GoodsCases(
        everyday=of(catalog.EVERYDAY),
        ounce=of(catalog.OUNCE),
        deli=of(catalog.DELI),
        no_price=of(catalog.NO_PRICE),
        no_equivalent=of(catalog.NO_EQUIVALENT),
        unmapped=of(catalog.UNMAPPED),
        on_hold=held(Held.HOLD),
        recalled=held(Held.RECALL),
        untested=held(Held.UNTESTED),
        past_date=held(Held.EXPIRED),
        trade_sample=held(Held.SAMPLE),
        empty=held(Held.EMPTY),
    )
