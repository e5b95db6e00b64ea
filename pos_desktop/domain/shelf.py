"""Products, and the packages of them that stand on the shelf."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pos_desktop.domain.identity import PackageTag, ProductId
from pos_desktop.domain.limits.model import Category, Item, Measures
from pos_desktop.domain.mass import Mass
from pos_desktop.domain.money import Money, round_half_up_to_cent


class Unit(StrEnum):
    """How a product is sold: by weight (quantities are milligrams) or by the piece."""

    WEIGHT = "weight"
    EACH = "each"


@dataclass(frozen=True, slots=True)
class Product:
    """What the menu knows.

    Args:
        measures: Of one piece, or of one gram where sold by weight.
        price: Of one piece, or of one gram; None means no price was set, so it cannot be sold.
    """

    id: ProductId
    name: str
    category: Category
    unit: Unit
    measures: Measures
    price: Money | None

    def item(self, quantity: int) -> Item:
        """`quantity` (milligrams or pieces) of this product as the limit rules see it.

        Fractions of a milligram are rounded up, so that rounding never enlarges an allotment.
        """
        if self.unit is Unit.EACH:
            return Item(self.category, self.measures.times(quantity))

        def share(per_gram: int | None) -> int | None:
            return None if per_gram is None else -(-per_gram * quantity // 1000)

        m = self.measures
        return Item(
            self.category,
            Measures(
                net_mg=quantity,
                thc_mg=share(m.thc_mg),
                equiv_mg=share(m.equiv_mg),
                premix_mg=share(m.premix_mg),
                volume_ul=share(m.volume_ul),
                supply_mdays=share(m.supply_mdays),
                potency_bp=m.potency_bp,
            ),
        )

    def amount(self, quantity: int, price: Money) -> Money:
        """Price of `quantity`, rounded half up to the cent once, on the line."""
        if self.unit is Unit.EACH:
            return price * quantity
        return round_half_up_to_cent(price.cents * quantity, 1000)

    def quantity_text(self, quantity: int) -> str:
        return Mass(quantity).grams_text() if self.unit is Unit.WEIGHT else f"{quantity:,}"


class Held(StrEnum):
    """Why a package may not be sold."""

    HOLD = "on-hold"
    RECALL = "recalled"
    FINISHED = "finished"
    UNTESTED = "not-tested"
    EXPIRED = "past-its-date"
    SAMPLE = "sample"
    EMPTY = "empty"
    UNMAPPED = "category-not-mapped"
    GONE = "not-in-our-inventory"


@dataclass(frozen=True, slots=True)
class Package:
    """A tagged package. `on_hand` is in milligrams or pieces, by our own record."""

    tag: PackageTag
    product: Product
    batch: str
    on_hand: int
    tracker_unit: str
    """The unit's name at the state service, for instance `Grams` or `Each`."""
    potency_bp: int | None = None
    held: Held | None = None

    @property
    def short_tag(self) -> str:
        """The last eight, in two groups: `0001 4821`."""
        return f"{self.tag[-8:-4]} {self.tag[-4:]}"
