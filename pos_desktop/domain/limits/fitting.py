"""How much of one line still fits, by division and not by trying."""

from __future__ import annotations

from collections.abc import Iterable

from pos_desktop.domain.limits.model import Item
from pos_desktop.domain.limits.reckoning import PoolStanding


def largest_fit_in(pools: Iterable[PoolStanding], others: tuple[Item, ...], one: Item, ceiling: int) -> int:
    """The most units of `one`, up to `ceiling`, that pass beside `others`; 0 when `others` alone do not pass."""
    return max(0, min((_fit(pool, others, one, ceiling) for pool in pools), default=ceiling))


def _fit(pool: PoolStanding, others: tuple[Item, ...], one: Item, ceiling: int) -> int:
    rest, each = pool.need_of(others), pool.need_of((one,))
    if not pool.passes(rest, pool.now):
        return 0
    if not each.touches:
        return ceiling
    if each.missing or not pool.now.known:
        return 0
    room = pool.now.left - rest.total
    if each.total == 0:
        return ceiling if room >= 0 else 0
    return min(ceiling, int(room // each.total))
