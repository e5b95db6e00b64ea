"""One pool at a moment: what is used up by whom, what is left, and when that changes if nothing more is bought."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.model import Item, Purchase, Spend, StateFigure
from pos_desktop.domain.limits.programme import Pool, Programme
from pos_desktop.domain.limits.windows import day_of

NOUGHT = Fraction(0)


def fits(need: Fraction, left: Fraction) -> bool:
    """Equality is allowed: a limit may be reached (contract 2.3)."""
    return need <= left


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

    def step_at(self, moment_us: int) -> Step:
        """The step in force at a moment not before `steps[0]`."""
        return next(each for each in reversed(self.steps) if each.from_us <= moment_us)

    def need_of(self, cart: Iterable[Item]) -> Need:
        """Measure a cart against this pool; nothing is rounded."""
        counted: list[Fraction] = []
        total, touches, missing = NOUGHT, False, False
        for item in cart:
            member = self.pool.member_for(item)
            share = NOUGHT if member is None else member.count(item.measures)
            touches = touches or member is not None
            missing = missing or share is None
            counted.append(share or NOUGHT)
            total += counted[-1]
        return Need(tuple(counted), total, touches, missing)

    def passes(self, need: Need, step: Step) -> bool:
        """A pool that the cart does not touch cannot refuse it, even when over-used (contract 5)."""
        return not need.touches or (step.known and not need.missing and fits(need.total, step.left))


def stand_pool(
    programme: Programme, pool: Pool, purchases: tuple[Purchase, ...], at: Instant, figure: StateFigure | None
) -> PoolStanding:
    """Reckon `pool` at `at` from the purchases that count, none of them later, and the state's figure if it binds."""
    spends = _spends(programme, pool, purchases, at)
    used = sum((each.counted for each in spends), NOUGHT)
    limit = Fraction(pool.limit)
    cap = _state_cap(programme, pool, purchases, figure)
    return PoolStanding(
        pool=pool,
        limit=limit,
        used=used,
        spends=spends,
        steps=_steps(limit, spends, at, cap),
        held_by_state=cap is not None and cap < limit - used,
    )


def counted_as(programme: Programme, pool: Pool, purchase: Purchase) -> tuple[Fraction, bool]:
    """What a purchase counts as in `pool`, and whether all of it is recorded.

    As it was dispensed: by the version of its own day where that has the pool under the same id and unit, else by
    today's rule (contract 8).
    """
    then = programme.version_on(day_of(purchase.at, programme.zone))
    former = then.pool(pool.id) if then is not None else None
    rule = former if former is not None and former.unit == pool.unit else pool
    total, known = NOUGHT, True
    for item in purchase.items:
        member = rule.member_for(item)
        share = NOUGHT if member is None else member.count(item.measures)
        known = known and share is not None
        total += share or NOUGHT
    return total, known


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
) -> Fraction | None:
    """What the state's figure leaves, less this shop's sales since; None where it says nothing about this pool."""
    if figure is None or pool.id not in figure.available:
        return None
    since = (each for each in purchases if each.source != "state" and each.at > figure.as_of)
    sold = sum((counted_as(programme, pool, each)[0] for each in since), NOUGHT)
    return figure.available[pool.id] - sold


def _steps(limit: Fraction, spends: tuple[Spend, ...], at: Instant, cap: Fraction | None) -> tuple[Step, ...]:
    def step(moment: Instant) -> Step:
        return Step(moment.utc_us, left if cap is None else min(left, cap), unknown == 0)

    left = limit - sum((each.counted for each in spends), NOUGHT)
    unknown = sum(not each.known for each in spends)
    steps = [step(at)]
    releases = [(each.leaves_at.utc_us, each) for each in spends if each.leaves_at is not None]
    for moment, leaving in groupby(sorted(releases, key=_moment), key=_moment):
        for _, spend in leaving:
            left += spend.counted
            unknown -= not spend.known
        steps.append(step(Instant(moment)))
    return tuple(steps)
