"""What an item, and an earlier purchase, count as in a pool (contract 2.7, 2.8, 4.3 and 8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from math import lcm
from operator import attrgetter

from pos_desktop.domain.limits.model import Category, Item, Measures


class Lack(StrEnum):
    """Why an item that a pool counts cannot be counted."""

    MEASURE = "missing-measure"
    TIER = "no-tier"


@dataclass(frozen=True, slots=True)
class Member:
    """A group of categories and the measure that counts for them, times an exact factor.

    Args:
        potency_bp: Only items whose THC lies in this range, both ends in it, in hundredths of a per cent.
        key, label, cap: For one allotment stated several ways: this way's name, its word on the meter, and how much
            of it alone is the whole allotment. The factor is then `1/cap`.
    """

    categories: frozenset[Category]
    basis: str
    factor: Fraction
    potency_bp: tuple[int, int] | None = None
    key: str = ""
    label: str = ""
    cap: int = 0

    def fits(self, potency_bp: int | None) -> bool:
        if self.potency_bp is None:
            return True
        return potency_bp is not None and self.potency_bp[0] <= potency_bp <= self.potency_bp[1]

    @property
    def unit(self) -> str:
        """The unit of `basis`, as pools write it."""
        return UNITS[self.basis]


UNITS: Mapping[str, str] = {
    "net_mg": "mg",
    "thc_mg": "mg-thc",
    "equiv_mg": "mg",
    "premix_mg": "mg",
    "volume_ul": "ul",
    "count": "count",
    "supply_mdays": "milli-day",
}


_Way = Callable[[Measures], int | Lack]


def _way(members: tuple[tuple[Member, int], ...]) -> _Way:
    """By the first member that fits; most categories have one member without tiers, which asks for nothing else."""
    first, times = members[0]
    if first.potency_bp is None:
        basis = attrgetter(first.basis)

        def plain(measures: Measures) -> int | Lack:
            value: int | None = basis(measures)
            return Lack.MEASURE if value is None else value * times

        return plain

    def by_tier(measures: Measures) -> int | Lack:
        for member, weight in members:
            if member.fits(measures.potency_bp):
                value: int | None = getattr(measures, member.basis)
                return Lack.MEASURE if value is None else value * weight
        return Lack.MEASURE if measures.potency_bp is None else Lack.TIER

    return by_tier


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """How a pool weighs items: whole numbers over one common denominator, so that sums are quick and exact."""

    members: tuple[Member, ...]
    denominator: int = field(init=False)
    _ways: Mapping[Category, _Way] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        shared = lcm(*(each.factor.denominator for each in self.members))
        weights: dict[Category, tuple[tuple[Member, int], ...]] = {}
        for member in self.members:
            weight = member.factor.numerator * (shared // member.factor.denominator)
            for category in member.categories:
                weights[category] = (*weights.get(category, ()), (member, weight))
        object.__setattr__(self, "denominator", shared)
        object.__setattr__(self, "_ways", {category: _way(each) for category, each in weights.items()})

    def counts(self, category: Category) -> bool:
        return category in self._ways

    @property
    def categories(self) -> Iterable[Category]:
        return self._ways.keys()

    def weigh(self, item: Item) -> int | Lack | None:
        """In parts of `denominator`, by the first member that fits; None if the pool does not count this category."""
        way = self._ways.get(item.category)
        return None if way is None else way(item.measures)

    def way(self, category: Category) -> _Way:
        """How the items of a category that the pool counts are weighed, for many of them."""
        return self._ways[category]

    def member(self, item: Item) -> Member | None:
        """The member through which `item` counts; None if none fits."""
        return next(
            (
                each
                for each in self.members
                if item.category in each.categories and each.fits(item.measures.potency_bp)
            ),
            None,
        )
