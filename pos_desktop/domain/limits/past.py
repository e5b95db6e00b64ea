"""Earlier purchases, sorted so that a pool looks only at the goods that it counts (contract 2.8 and 8)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from pos_desktop.domain.instant import MINUTE_US
from pos_desktop.domain.limits.counting import Scale
from pos_desktop.domain.limits.model import Category, Item, Purchase
from pos_desktop.domain.limits.programme import Kind, Pool, Programme, Version
from pos_desktop.domain.limits.windows import Use, day_of, exact_sum


@dataclass(frozen=True, slots=True)
class _Grouping:
    """Which purchases are added up: `keys` give each purchase's group, `first` each group's first purchase."""

    keys: Sequence[int]
    first: Mapping[int, int]


class Past:
    """A patient's purchases that count, oldest first."""

    def __init__(self, purchases: Sequence[Purchase], programme: Programme) -> None:
        self.purchases = tuple(purchases)
        self.days = [day_of(each.at, programme.zone) for each in self.purchases]
        self.versions = {day: programme.version_on(day) for day in dict.fromkeys(self.days)}
        self._groupings: dict[str, _Grouping] = {}
        self._goods: dict[Category, list[tuple[int, Item]]] = {}
        for number, each in enumerate(self.purchases):
            for item in each.items:
                self._goods.setdefault(item.category, []).append((number, item))

    def goods(self, category: Category) -> Sequence[tuple[int, Item]]:
        """Each item of a category with the number of its purchase."""
        return self._goods.get(category, ())

    def by_day(self) -> _Grouping:
        return self._grouping("day", lambda: [day.toordinal() for day in self.days])

    def by_minute(self) -> _Grouping:
        return self._grouping("minute", lambda: [each.at.utc_us // MINUTE_US for each in self.purchases])

    def one_by_one(self) -> _Grouping:
        return self._grouping("one", lambda: range(len(self.purchases)))

    def _grouping(self, name: str, keys: Callable[[], Sequence[int]]) -> _Grouping:
        found = self._groupings.get(name)
        if found is None:
            listed = keys()
            first = {key: number for number, key in reversed(tuple(enumerate(listed)))}
            found = self._groupings[name] = _Grouping(listed, first)
        return found


class Counter:
    """Counts a past in one pool.

    As it was dispensed: by the version of its own day where that has the pool under the same id and unit, else by
    today's rule. One allotment stated several ways always goes by today's caps (contract 8).
    """

    def __init__(self, pool: Pool, past: Past) -> None:
        self._pool, self._past = pool, past
        former = {id(version): _rule_of(version, pool) for version in past.versions.values()}
        self._rules = {day: former[id(version)] for day, version in past.versions.items()}
        self._excluded = {day: _excluded_by(version, pool) for day, version in past.versions.items()}
        self._kinds = tuple(dict.fromkeys(former.values()))

    def uses(self) -> list[Use]:
        """Those of one day, or of one minute where the window is that fine, added up."""
        past = self._past
        return self._grouped(past.by_minute() if self._pool.window.by_minute else past.by_day())

    def each(self) -> list[Use]:
        """Purchase by purchase."""
        return self._grouped(self._past.one_by_one(), single=True)

    def total(self, purchases: Collection[Purchase]) -> tuple[Fraction, bool]:
        """What some of the purchases count as together, and whether all of that is measured."""
        uses = [use for use in self.each() if use.purchase in purchases] if purchases else []
        return exact_sum([use.amount for use in uses]), all(use.known for use in uses)

    def _grouped(self, grouping: _Grouping, *, single: bool = False) -> list[Use]:
        shared = lcm(*(rule.denominator for rule in self._kinds))
        keys = grouping.keys
        amounts: dict[int, int] = {}
        unknown = set()
        for number, weight in self._weighed(shared):
            key = keys[number]
            if weight is None:
                unknown.add(key)
            amounts[key] = amounts.get(key, 0) + (weight or 0)
        purchases, days = self._past.purchases, self._past.days
        uses = []
        for key in sorted(amounts):
            first = grouping.first[key]
            amount, known = Fraction(amounts[key], shared), key not in unknown
            bought, day = purchases[first], days[first]
            if single:
                uses.append(Use(bought.at, day, amount, known, bought, self._rules[day]))
            else:
                uses.append(Use(bought.at, day, amount, known))
        return uses

    def _weighed(self, shared: int) -> Iterator[tuple[int, int | None]]:
        """The number of a purchase and what of it counts, over `shared`; None where its measure lacks."""
        if self._pool.kind is Kind.VISITS:
            for number, each in enumerate(self._past.purchases):
                excluded = self._excluded[self._past.days[number]]
                if any(item.category not in excluded for item in each.items):
                    yield number, shared
            return
        rules, days = self._rules, self._past.days
        for category in {name for rule in self._kinds for name in rule.categories}:
            for number, item in self._past.goods(category):
                rule = rules[days[number]]
                weight = rule.weigh(item)
                if isinstance(weight, int):
                    yield number, weight * (shared // rule.denominator)
                elif weight is not None:
                    yield number, None


def _rule_of(version: Version | None, pool: Pool) -> Scale:
    former = None if version is None or pool.kind is Kind.SHARE else version.pool(pool.id)
    return former.scale if former is not None and former.unit == pool.unit else pool.scale


def _excluded_by(version: Version | None, pool: Pool) -> frozenset[Category]:
    """Goods of which a sale of nothing else is no visit."""
    former = None if version is None else version.pool(pool.id)
    return former.excluded if former is not None and former.unit == pool.unit else pool.excluded
