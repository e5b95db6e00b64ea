"""What changes later if nothing more is bought: releases and rule changes that the pack already holds (contract 5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.model import Item, PatientFacts, Purchase, StateFigure
from pos_desktop.domain.limits.past import Past
from pos_desktop.domain.limits.periods import HORIZON
from pos_desktop.domain.limits.programme import Programme, Version
from pos_desktop.domain.limits.reckoning import NOUGHT, Need, PoolStanding, stand_pool
from pos_desktop.domain.limits.windows import Level, day_of, midnight


@dataclass(frozen=True, slots=True)
class Era:
    """A stretch of time under one version, with every pool reckoned from its first moment on."""

    version: Version
    begins: Instant
    ends_before: Instant
    pools: tuple[PoolStanding, ...]

    def pool(self, pool_id: str) -> PoolStanding | None:
        return next((each for each in self.pools if each.pool.id == pool_id), None)


def eras(
    programme: Programme,
    purchases: tuple[Purchase, ...],
    patient: PatientFacts,
    at: Instant,
    figure: StateFigure | None,
) -> tuple[Era, ...]:
    """The version in force at `at`, if any, and those that follow within the horizon; gaps are left out.

    The state's figure is of the present and binds only there.
    """
    today = day_of(at, programme.zone)
    last = today + HORIZON
    past = Past(purchases, programme)
    found = []
    for version in programme.versions:
        first = max(today, version.effective_from or today)
        end = min(last, version.effective_to or last)
        if first <= end:
            begins = max(at, midnight(first, programme.zone))
            ends = midnight(end + timedelta(days=1), programme.zone)
            since = version.history_from
            counted = past if since is None else past.since(since)
            pools = tuple(
                stand_pool(
                    programme,
                    version,
                    pool,
                    counted,
                    patient,
                    begins,
                    figure=figure if begins == at else None,
                )
                for pool in version.pools
            )
            found.append(Era(version, begins, ends, pools))
    return tuple(found)


def next_release(pool: PoolStanding, ahead: tuple[Era, ...]) -> Level | None:
    """The first step at which more of `pool` is available than now; never promised where the state holds it down."""
    if pool.held is not None or not pool.now.known:
        return None
    available = max(pool.by_ledger, NOUGHT)
    return next((step for step in _steps(pool, ahead) if step.known and step.left > available), None)


def _steps(pool: PoolStanding, ahead: tuple[Era, ...]) -> Iterator[Level]:
    for era in ahead:
        then = era.pool(pool.pool.id)
        if then is not None and then.pool.unit == pool.pool.unit:
            yield from (
                step for step in then.walk() if step.applies and step.from_us < era.ends_before.utc_us
            )


def enough_at(cart: tuple[Item, ...], needs: tuple[Need, ...], ahead: tuple[Era, ...]) -> Instant | None:
    """The first moment at which `cart` passes every pool; None if it never does within the horizon.

    `needs` are those of the pools in force now, measured already; empty where no rule is in force. None also where the
    state holds down a pool that is in the way: nobody knows when it will say more (contract 5 and 6.4).
    """
    if needs and any(
        pool.held is not None and not pool.passes(need, pool.now)
        for pool, need in zip(ahead[0].pools, needs, strict=True)
    ):
        return None
    for number, era in enumerate(ahead):
        asked = needs if number == 0 and needs else tuple(pool.need_of(cart) for pool in era.pools)
        moment = _enough_within(era, asked)
        if moment is not None:
            return moment
    return None


def _enough_within(era: Era, needs: tuple[Need, ...]) -> Instant | None:
    """Go from pool to pool, each time to the first moment that suits, until one moment suits them all."""
    moment = era.begins.utc_us
    while moment < era.ends_before.utc_us:
        found = [pool.passes_from(need, moment) for pool, need in zip(era.pools, needs, strict=True)]
        suits = [each for each in found if each is not None]
        if len(suits) < len(found):
            return None
        if max(suits, default=moment) == moment:
            return Instant(moment)
        moment = max(suits)
    return None
