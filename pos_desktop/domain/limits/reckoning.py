"""One pool at a moment: what is used up by whom, what is left, and when that changes if nothing more is bought."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from math import lcm

from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.model import Item, Purchase, Spend, StateFigure
from pos_desktop.domain.limits.programme import Pool, Programme
from pos_desktop.domain.limits.windows import day_of

NOUGHT = Fraction(0)
_ROUNDING = 10_000
"""The state speaks in decimals of an ounce: a figure lower by this part of the limit is our own, rounded."""


def fits(need: Fraction, left: Fraction) -> bool:
    """Equality is allowed: a limit may be reached (contract 2.3)."""
    return need <= left


def exact_sum(amounts: Iterable[Fraction]) -> Fraction:
    """The exact sum; over one common denominator, which is many times quicker than adding one by one."""
    listed = tuple(amounts)
    shared = lcm(*(each.denominator for each in listed))
    return Fraction(sum(each.numerator * (shared // each.denominator) for each in listed), shared)


@dataclass(frozen=True, slots=True)
class Step:
    """From this moment (UTC microseconds) on this much is left; `known` is False while a record lacks its measure."""

    from_us: int
    left: Fraction
    known: bool


@dataclass(frozen=True, slots=True)
class Need:
    """What a cart asks of a pool: each line's share, the sum, whether it touches the pool, whether a measure lacks."""

    counted: tuple[Fraction, ...]
    total: Fraction
    touches: bool
    missing: bool


@dataclass(frozen=True, slots=True)
class PoolStanding:
    """A pool before any cart. `steps[0]` is now; later steps assume that nothing more is bought."""

    pool: Pool
    limit: Fraction
    used: Fraction
    spends: tuple[Spend, ...]
    steps: tuple[Step, ...]
    held_by_state: bool

    @property
    def now(self) -> Step:
        return self.steps[0]

    def need_of(self, cart: Iterable[Item]) -> Need:
        """Measure a cart against this pool; nothing is rounded."""
        counted: list[Fraction] = []
        touches = missing = False
        for item in cart:
            member = self.pool.member_for(item)
            share = NOUGHT if member is None else member.count(item.measures)
            touches = touches or member is not None
            missing = missing or share is None
            counted.append(NOUGHT if share is None else share)
        return Need(tuple(counted), exact_sum(counted), touches, missing)

    def passes(self, need: Need, step: Step) -> bool:
        """A pool that the cart does not touch cannot refuse it, even when over-used (contract 5)."""
        return not need.touches or (step.known and not need.missing and fits(need.total, step.left))

    def passes_from(self, need: Need, moment_us: int) -> int | None:
        """The first moment, not before `moment_us`, at which `need` passes; None if it never does."""
        following = (*(each.from_us for each in self.steps[1:]), None)
        for step, next_us in zip(self.steps, following, strict=True):
            if (next_us is None or next_us > moment_us) and self.passes(need, step):
                return max(step.from_us, moment_us)
        return None


def stand_pool(
    programme: Programme, pool: Pool, purchases: tuple[Purchase, ...], at: Instant, figure: StateFigure | None
) -> PoolStanding:
    """Reckon `pool` at `at` from the purchases that count, none of them later, and the state's figure if it binds."""
    spends = _spends(programme, pool, purchases, at)
    used = exact_sum(each.counted for each in spends)
    limit = Fraction(pool.limit)
    cap, measured = _state_cap(programme, pool, purchases, figure)
    unknown = not measured or not all(each.known for each in spends)
    held = cap is not None and (unknown or cap < limit - used - limit / _ROUNDING)
    return PoolStanding(
        pool=pool,
        limit=limit,
        used=used,
        spends=spends,
        steps=_steps(limit, spends, at, cap, held=held, measured=measured),
        held_by_state=held,
    )


def counted_as(programme: Programme, pool: Pool, purchase: Purchase) -> tuple[Fraction, bool]:
    """What a purchase counts as in `pool`, and whether all of it is recorded.

    As it was dispensed: by the version of its own day where that has the pool under the same id and unit, else by
    today's rule (contract 8).
    """
    then = programme.version_on(day_of(purchase.at, programme.zone))
    former = then.pool(pool.id) if then is not None else None
    rule = former if former is not None and former.unit == pool.unit else pool
    counted, known = [], True
    for item in purchase.items:
        member = rule.member_for(item)
        share = NOUGHT if member is None else member.count(item.measures)
        known = known and share is not None
        counted.append(NOUGHT if share is None else share)
    return exact_sum(counted), known


def _spends(
    programme: Programme, pool: Pool, purchases: tuple[Purchase, ...], at: Instant
) -> tuple[Spend, ...]:
    found = []
    for purchase in purchases:
        leaves_at = pool.window.leaves_at(purchase.at, programme.zone)
        if leaves_at <= at:
            continue
        counted, known = counted_as(programme, pool, purchase)
        if counted or not known:
            found.append(Spend(purchase.at, purchase.receipt, counted, leaves_at, known))
    return tuple(found)


def _moment(release: tuple[int, Spend]) -> int:
    return release[0]


def _state_cap(
    programme: Programme, pool: Pool, purchases: tuple[Purchase, ...], figure: StateFigure | None
) -> tuple[Fraction | None, bool]:
    """What the state's figure leaves, less this shop's sales that it cannot hold; None where it says nothing here.

    Also whether all of those sales are measured: else nobody knows what is left of the figure.
    """
    if figure is None or pool.id not in figure.available:
        return None, True
    counted = [counted_as(programme, pool, each) for each in purchases if each.unknown_to(figure)]
    return figure.available[pool.id] - exact_sum(each for each, _ in counted), all(
        known for _, known in counted
    )


def _steps(
    limit: Fraction,
    spends: tuple[Spend, ...],
    at: Instant,
    cap: Fraction | None,
    *,
    held: bool,
    measured: bool,
) -> tuple[Step, ...]:
    """Now, and after each release. A figure that only repeats our ledger says nothing against what returns later."""

    def step(moment: Instant) -> Step:
        return Step(moment.utc_us, left if cap is None else min(left, cap), measured and unknown == 0)

    left = limit - exact_sum(each.counted for each in spends)
    unknown = sum(not each.known for each in spends)
    steps = [step(at)]
    cap = cap if held else None
    releases = [(each.leaves_at.utc_us, each) for each in spends if each.leaves_at is not None]
    for moment, leaving in groupby(sorted(releases, key=_moment), key=_moment):
        gone = [spend for _, spend in leaving]
        left += exact_sum(each.counted for each in gone)
        unknown -= sum(not each.known for each in gone)
        steps.append(step(Instant(moment)))
    return tuple(steps)
