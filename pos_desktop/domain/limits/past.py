"""Earlier purchases, sorted so that a pool looks only at the goods that it counts (contract 2.8 and 8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import lcm

from pos_desktop.domain.instant import MINUTE_US
from pos_desktop.domain.limits.counting import Scale
from pos_desktop.domain.limits.model import Category, Measures, Purchase, StateFigure
from pos_desktop.domain.limits.programme import Kind, Pool, Programme, Version
from pos_desktop.domain.limits.windows import Groups, Uses, days_of, exact


@dataclass(frozen=True, slots=True)
class _Chapter:
    """What was bought under one version (None in a gap): by category, with the number of the purchase."""

    version: Version | None
    goods: dict[Category, list[tuple[int, Measures]]] = field(default_factory=dict)


class Past:
    """A patient's purchases that count, oldest first."""

    def __init__(self, purchases: Sequence[Purchase], programme: Programme) -> None:
        self.purchases = tuple(purchases)
        self.days = days_of((each.at for each in self.purchases), programme.zone)
        self.chapters: list[_Chapter] = []
        self.chapter_of: list[int] = []
        self._programme = programme
        self._groups: dict[str, Groups] = {}
        self._numbers_unknown: tuple[StateFigure, frozenset[int]] | None = None
        self._sort()

    def _sort(self) -> None:
        day: date | None = None
        n = 0
        for number, (each, bought) in enumerate(zip(self.purchases, self.days, strict=True)):
            if bought is not day:
                day, n = bought, self._chapter(self._programme.version_on(bought))
            self.chapter_of.append(n)
            goods = self.chapters[n].goods
            for item in each.items:
                goods.setdefault(item.category, []).append((number, item.measures))

    def _chapter(self, version: Version | None) -> int:
        for n, each in enumerate(self.chapters):
            if each.version is version:
                return n
        self.chapters.append(_Chapter(version))
        return len(self.chapters) - 1

    def since(self, day: date) -> Past:
        """Without what was bought before `day`."""
        if not self.days or min(self.days) >= day:
            return self
        bought = zip(self.purchases, self.days, strict=True)
        return Past([each for each, on in bought if on >= day], self._programme)

    def unknown_to(self, figure: StateFigure) -> frozenset[int]:
        """The numbers of the purchases that the state's figure cannot hold; asked once for all pools."""
        if self._numbers_unknown is None or self._numbers_unknown[0] is not figure:
            numbers = (n for n, each in enumerate(self.purchases) if each.unknown_to(figure))
            self._numbers_unknown = (figure, frozenset(numbers))
        return self._numbers_unknown[1]

    def by_day(self) -> Groups:
        return self._grouped("day", lambda: self.days)

    def by_minute(self) -> Groups:
        return self._grouped("minute", lambda: [each.at.utc_us // MINUTE_US for each in self.purchases])

    def one_by_one(self) -> Groups:
        return self._grouped("one", lambda: range(len(self.purchases)))

    def _grouped(self, name: str, keys: Callable[[], Sequence[object]]) -> Groups:
        found = self._groups.get(name)
        if found is None:
            numbers: dict[object, int] = {}
            of: list[int] = []
            first: list[tuple[Purchase, date]] = []
            for number, key in enumerate(keys()):
                if key not in numbers:
                    numbers[key] = len(first)
                    first.append((self.purchases[number], self.days[number]))
                of.append(numbers[key])
            found = self._groups[name] = Groups(of, first, self._programme.zone)
        return found


class Counter:
    """Counts a past in one pool.

    As it was dispensed: by the version of its own day where that has the pool under the same id and unit, else by
    today's rule. One allotment stated several ways always goes by today's caps (contract 8).
    """

    def __init__(self, pool: Pool, past: Past) -> None:
        self._pool, self._past = pool, past
        self._rules = [_rule_of(chapter.version, pool) for chapter in past.chapters]
        self._over = lcm(*(rule.denominator for rule in self._rules))
        self._excluded = [_excluded_by(chapter.version, pool) for chapter in past.chapters]

    def uses(self) -> Uses:
        """Those of one day, or of one minute where the window is that fine, added up."""
        past = self._past
        return self._counted(past.by_minute() if self._pool.window.by_minute else past.by_day())

    def each(self) -> Uses:
        """Purchase by purchase."""
        past = self._past
        return self._counted(past.one_by_one(), [self._rules[chapter] for chapter in past.chapter_of])

    def total_unknown_to(self, figure: StateFigure) -> tuple[Fraction, bool]:
        """What the purchases that the figure cannot hold count as together, and whether all of that is measured."""
        numbers = self._past.unknown_to(figure)
        weights = [weight for number, weight in self._weighed() if number in numbers] if numbers else []
        measured = [weight for weight in weights if weight is not None]
        return exact(sum(measured), self._over), len(measured) == len(weights)

    def _counted(self, groups: Groups, rules: Sequence[Scale] = ()) -> Uses:
        of = groups.of
        parts: dict[int, int] = {}
        unknown = set()
        for number, weight in self._weighed():
            group = of[number]
            if weight is None:
                unknown.add(group)
            parts[group] = parts.get(group, 0) + (weight or 0)
        return Uses(groups, dict(sorted(parts.items())), self._over, frozenset(unknown), rules)

    def _weighed(self) -> Iterator[tuple[int, int | None]]:
        """The number of a purchase and what of it counts, over `_over`; None where its measure lacks."""
        if self._pool.kind is Kind.VISITS:
            for number, each in enumerate(self._past.purchases):
                excluded = self._excluded[self._past.chapter_of[number]]
                if any(item.category not in excluded for item in each.items):
                    yield number, self._over
            return
        for chapter, rule in zip(self._past.chapters, self._rules, strict=True):
            times = self._over // rule.denominator
            for category in rule.categories:
                way = rule.way(category)
                for number, measures in chapter.goods.get(category, ()):
                    weight = way(measures)
                    yield number, weight * times if isinstance(weight, int) else None


def _rule_of(version: Version | None, pool: Pool) -> Scale:
    former = None if version is None or pool.kind is Kind.SHARE else version.pool(pool.id)
    return former.scale if former is not None and former.unit == pool.unit else pool.scale


def _excluded_by(version: Version | None, pool: Pool) -> frozenset[Category]:
    """Goods of which a sale of nothing else is no visit."""
    former = None if version is None else version.pool(pool.id)
    return former.excluded if former is not None and former.unit == pool.unit else pool.excluded
