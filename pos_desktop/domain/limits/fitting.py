"""How much of one line still fits, by division and not by trying."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from pos_desktop.domain.limits.model import Item
from pos_desktop.domain.limits.programme import Kind
from pos_desktop.domain.limits.reckoning import NOUGHT, PoolStanding


def largest_fit_in(pools: Iterable[PoolStanding], others: tuple[Item, ...], one: Item, ceiling: int) -> int:
    """The most units of `one`, up to `ceiling`, that pass beside `others`; 0 when `others` alone do not pass."""
    rooms = (_room(pool, others, one) for pool in pools)
    return min((ceiling if room is None else min(ceiling, int(room // 1)) for room in rooms), default=ceiling)


def largest_part(pools: Iterable[PoolStanding], others: tuple[Item, ...], line: Item) -> Fraction:
    """The largest part of `line`, from 0 to 1, that passes beside `others`."""
    rooms = (_room(pool, others, line) for pool in pools)
    return min(
        (Fraction(1) if room is None else min(Fraction(1), room) for room in rooms), default=Fraction(1)
    )


def _room(pool: PoolStanding, others: tuple[Item, ...], one: Item) -> Fraction | None:
    """How many times `one` fits beside `others`, exact and not below nought; None where the pool sets no bound."""
    rest, each = pool.need_of(others), pool.need_of((one,))
    if not pool.passes(rest, pool.now):
        return NOUGHT
    if not each.touches or not pool.now.applies:
        return None
    if pool.pool.kind is Kind.VISITS:
        return None if pool.passes(pool.need_of((*others, one)), pool.now) else NOUGHT
    if each.lacks or not pool.now.known or pool.now.barred:
        return NOUGHT
    room = pool.now.left - rest.total
    if room < 0:
        return NOUGHT
    return room / each.total if each.total else None
