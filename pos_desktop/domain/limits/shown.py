"""A pool beside a cart, as it is told to people (contract 5)."""

from __future__ import annotations

from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.model import PoolReckoning, SharePart
from pos_desktop.domain.limits.programme import Kind
from pos_desktop.domain.limits.reckoning import NOUGHT, Need, PoolStanding
from pos_desktop.domain.limits.windows import Level


def reckoned(standing: PoolStanding, need: Need, release: Level | None) -> PoolReckoning:
    """`release` is the first step at which more is available."""
    pool, now = standing.pool, standing.now
    after = now.left - need.total
    parts: tuple[SharePart, ...] = ()
    if pool.kind is Kind.SHARE:
        parts = tuple(
            SharePart(
                key=each.key,
                label=each.label or each.key,
                unit=each.unit,
                cap=each.cap,
                left=max(0, (now.left * each.cap).__floor__()),
                after=max(0, (after * each.cap).__floor__()),
            )
            for each in pool.members
        )
    return PoolReckoning(
        id=pool.id,
        title=pool.title,
        label=pool.label,
        unit=pool.unit,
        limit=standing.limit,
        used=standing.used,
        cart=need.total,
        left=now.left,
        after=after,
        window=pool.window.shape,
        window_days=pool.window.days,
        as_written=pool.as_written,
        cite=pool.cite,
        counted=need.counted,
        next_release_at=None if release is None else Instant(release.from_us),
        next_release=None if release is None else release.left - max(now.left, NOUGHT),
        held_by_state=standing.held is not None,
        by_ledger=standing.by_ledger,
        listing=standing.spends,
        known=now.known,
        barred=now.barred,
        parts=parts,
    )
