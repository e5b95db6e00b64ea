"""Turns the tracking system's patient status, in ounces, into whole units left per pool (contract 6.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.model import StateFigure
from pos_desktop.domain.limits.programme import Kind, Pool, Programme
from pos_desktop.domain.limits.windows import day_of


@dataclass(frozen=True, slots=True)
class ClassOunces:
    """What the state says of one class (flower, THC, concentrate or infused), in ounces, exact."""

    allowed: Fraction = Fraction(0)
    purchased: Fraction = Fraction(0)
    available: Fraction = Fraction(0)

    @property
    def in_use(self) -> bool:
        """All three nought means that the state does not use this class, not that nothing is left of it."""
        return any((self.allowed, self.purchased, self.available))


@dataclass(frozen=True, slots=True)
class StateRow:
    """One row of the patient status: a period of `days` and the four classes."""

    days: Fraction
    flower_oz: ClassOunces = ClassOunces()
    thc_oz: ClassOunces = ClassOunces()
    concentrate_oz: ClassOunces = ClassOunces()
    infused_oz: ClassOunces = ClassOunces()

    def in_unit(self, unit: str, ounce_mg: Fraction) -> int | None:
        """Whole units left by the class that speaks of `unit`, rounded down; None where none does.

        Flower speaks for pools in flower and its equivalents, THC for pools in THC. A unit is a gram of flower where
        a state answers in units.
        """
        ounces, of_one = {
            "mg": (self.flower_oz, ounce_mg),
            "milli-unit": (self.flower_oz, ounce_mg),
            "micro-ounce": (self.flower_oz, Fraction(1_000_000)),
            "mg-thc": (self.thc_oz, ounce_mg),
        }.get(unit, (None, ounce_mg))
        return None if ounces is None or not ounces.in_use else int(ounces.available * of_one // 1)


def figure_from_rows(
    programme: Programme, rows: tuple[StateRow, ...], as_of: Instant, at: Instant
) -> StateFigure:
    """The state's figure for the pools in force at `at`.

    A row belongs to the pool whose window has as many days as the row; of several rows the lowest counts. Ounces
    become the pool's whole units by rounding down, so that nothing is given away. `Available` is taken as it is: it
    need not be `Allowed` less `Purchased`. A class whose three figures are all nought is not used by the state and
    gives no figure, and a pool without a figure is bound by the ledger alone.

    `as_of` is the moment at which the question was sent, so that a sale made while the answer was under way is still
    taken off.
    """
    version = programme.version_on(day_of(at, programme.zone))
    pools = version.pools if version is not None else ()
    available = {pool.id: units for pool in pools if (units := _units(programme, pool, rows)) is not None}
    return StateFigure(as_of=as_of, available=available)


def _units(programme: Programme, pool: Pool, rows: Iterable[StateRow]) -> int | Mapping[str, int] | None:
    spoken = [row for row in rows if row.days == pool.window.days]
    if pool.kind is not Kind.SHARE:
        return _lowest(spoken, pool.unit, programme)
    ways = {each.key: _lowest(spoken, each.unit, programme) for each in pool.members}
    return {key: left for key, left in ways.items() if left is not None} or None


def _lowest(rows: Iterable[StateRow], unit: str, programme: Programme) -> int | None:
    left = (row.in_unit(unit, programme.ounce_mg) for row in rows)
    return min((each for each in left if each is not None), default=None)
