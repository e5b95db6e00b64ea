"""Turns the tracking system's patient status, in ounces, into whole units left per pool (contract 6.4).

The status has a row for each period, and in each row four classes. What of it can be said in a pool's unit, and only
that, binds the pool; of a pool that the status is silent on the ledger alone decides, and the decision says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.counting import Member
from pos_desktop.domain.limits.model import Category, StateFigure
from pos_desktop.domain.limits.programme import Kind, Pool, Programme
from pos_desktop.domain.limits.windows import day_of

_MONTH = (28, 31)
"""Periods from so many days to so many are one and the same month."""
_MICRO_OUNCE = Fraction(1_000_000)


class OunceClass(StrEnum):
    """The classes of a status."""

    FLOWER = "flower"
    THC = "thc"
    CONCENTRATE = "concentrate"
    INFUSED = "infused"


_GOODS: Mapping[OunceClass, frozenset[Category]] = {
    OunceClass.FLOWER: frozenset({Category.FLOWER}),
    OunceClass.CONCENTRATE: frozenset({Category.CONCENTRATE, Category.VAPE}),
    OunceClass.INFUSED: frozenset(
        {
            Category.EDIBLE,
            Category.BEVERAGE,
            Category.CAPSULE,
            Category.TINCTURE,
            Category.SUBLINGUAL,
            Category.SUPPOSITORY,
            Category.TOPICAL,
            Category.PATCH,
        }
    ),
}


@dataclass(frozen=True, slots=True)
class ClassOunces:
    """What the state says of one class, in ounces, exact."""

    allowed: Fraction = Fraction(0)
    purchased: Fraction = Fraction(0)
    available: Fraction = Fraction(0)

    @property
    def speaks(self) -> bool:
        """All three nought: the state does not use this class, or nothing is left of any."""
        return any((self.allowed, self.purchased, self.available))


@dataclass(frozen=True, slots=True)
class StateRow:
    """One row of the patient status: a period of `days` and the four classes."""

    days: Fraction
    flower_oz: ClassOunces = ClassOunces()
    thc_oz: ClassOunces = ClassOunces()
    concentrate_oz: ClassOunces = ClassOunces()
    infused_oz: ClassOunces = ClassOunces()

    def of(self, name: OunceClass) -> ClassOunces:
        return {
            OunceClass.FLOWER: self.flower_oz,
            OunceClass.THC: self.thc_oz,
            OunceClass.CONCENTRATE: self.concentrate_oz,
            OunceClass.INFUSED: self.infused_oz,
        }[name]


def figure_from_rows(
    programme: Programme, rows: tuple[StateRow, ...], as_of: Instant, at: Instant
) -> StateFigure:
    """The state's figure for the pools in force at `at`.

    A row belongs to the pools whose window is as long (28 to 31 days are all a month). One that is as long as no pool
    binds the shortest that is longer, else the longest, since a sale must fit every row; of several rows the lowest
    counts. `Available` is taken as it is: it need not be `Allowed` less `Purchased`. Ounces become the pool's whole
    units by rounding down, so that nothing is given away.

    A pool of concentrates goes by the concentrate class, one of infused goods by the infused class, one in THC by the
    THC class too; where the state does not use that class, and for all other pools, the flower class speaks. Ounces of
    flower are converted by what the pool itself says a weight of flower counts. What cannot be converted, such as days
    of supply, gives no figure.

    A class whose figures are all nought is not used by the state, unless everything that it says is nought: then
    nothing is left.

    `as_of` is the moment at which the question was sent, so that a sale made while the answer was under way is still
    taken off.
    """
    version = programme.version_on(day_of(at, programme.zone))
    pools = () if version is None else version.pools
    ways = [way for pool in pools if _span(pool) != 0 for way in _ways_of(pool, rows, programme.ounce_mg)]
    available: dict[str, int | Mapping[str, int]] = {}
    for pool in pools:
        left: dict[str, int] = {}
        for way in (each for each in ways if each.pool is pool):
            found = _left(way, _rivals(way, ways), rows)
            if found is not None:
                left[way.key] = min(found, left.get(way.key, found))
        if left:
            available[pool.id] = left if pool.kind is Kind.SHARE else min(left.values())
    return StateFigure(as_of=as_of, available=available)


@dataclass(frozen=True, slots=True)
class _Way:
    """One way in which a pool states its amount, the class that speaks of it, and how many units an ounce of it is."""

    pool: Pool
    key: str
    spoken_by: OunceClass
    to_the_ounce: Fraction


def _ways_of(pool: Pool, rows: Iterable[StateRow], ounce_mg: Fraction) -> Iterator[_Way]:
    rows = tuple(rows)
    if pool.kind is Kind.VISITS:
        return
    told = [(each.key, each.unit, (each,)) for each in pool.members]
    for key, unit, members in told if pool.kind is Kind.SHARE else [("", pool.unit, pool.members)]:
        for spoken_by in _speaking(unit, members, rows):
            units = _to_the_ounce(spoken_by, unit, members, ounce_mg)
            if units is not None:
                yield _Way(pool, key, spoken_by, units)


def _speaking(unit: str, members: Iterable[Member], rows: tuple[StateRow, ...]) -> list[OunceClass]:
    """The classes that speak of these goods: of THC all that are in use, else the most special one."""
    counted = frozenset(category for each in members for category in each.categories)
    special = [
        name
        for name in (OunceClass.CONCENTRATE, OunceClass.INFUSED)
        if counted <= _GOODS[name] and _in_use(name, rows)
    ]
    if unit == "mg-thc":
        return [OunceClass.THC, *special]
    return special or [OunceClass.FLOWER]


def _in_use(name: OunceClass, rows: tuple[StateRow, ...]) -> bool:
    return _nothing_is_left(rows) or any(row.of(name).speaks for row in rows)


def _nothing_is_left(rows: tuple[StateRow, ...]) -> bool:
    return not any(row.of(name).speaks for row in rows for name in OunceClass)


def _to_the_ounce(
    spoken_by: OunceClass, unit: str, members: tuple[Member, ...], ounce_mg: Fraction
) -> Fraction | None:
    """Exact; None where the pool does not say what an ounce of that class counts."""
    if unit == "mg-thc":
        return ounce_mg
    by_weight = [
        ounce_mg * (1 if each.cap else each.factor)
        for each in members
        if each.basis == "net_mg" and each.categories & _GOODS[spoken_by]
    ]
    # A pool in weight that weighs this class by an equivalent, or does not count it, takes an ounce for an ounce.
    return min(by_weight, default={"mg": ounce_mg, "micro-ounce": _MICRO_OUNCE}.get(unit))


def _span(pool: Pool) -> int | None:
    """Days of the window: 0 where it is a single sale, None where only an order says."""
    return pool.window.days or pool.window.reach_days


def _rivals(way: _Way, ways: Iterable[_Way]) -> list[int]:
    """The lengths of the pools for the same patients that the same class speaks of."""
    spans = [
        _span(each.pool)
        for each in ways
        if each.spoken_by is way.spoken_by and each.pool.when.may_stand_beside(way.pool.when)
    ]
    return [span for span in spans if span is not None]


def _left(way: _Way, spans: list[int], rows: tuple[StateRow, ...]) -> int | None:
    """Whole units left, by the lowest of the rows that belong to the pool; None where none does."""
    told = [row for row in rows if row.of(way.spoken_by).speaks or _nothing_is_left(rows)]
    bound = [row.of(way.spoken_by).available for row in told if _binds(row.days, _span(way.pool), spans)]
    return min((int(ounces * way.to_the_ounce // 1) for ounces in bound), default=None)


def _binds(days: Fraction, span: int | None, spans: list[int]) -> bool:
    """Whether a row of `days` binds a pool of `span` days, where there are pools of `spans` days."""
    if span is None:
        return not spans
    if any(_as_long(days, each) for each in spans):
        return _as_long(days, span)
    return span == min((each for each in spans if each > days), default=max(spans))


def _as_long(days: Fraction, span: int) -> bool:
    shortest, longest = _MONTH
    return days == span or all(shortest <= each <= longest for each in (days, span))
