"""What the ledger says at a moment: each purchase once, nothing void, nothing of the future (contract 3.8 and 7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.model import Purchase

_TRUST = {"own": 0, "import": 1, "state": 2}


def known_purchases(history: Iterable[Purchase], at: Instant) -> tuple[Purchase, ...]:
    """The purchases that count at `at`, oldest first."""
    counted = (
        each
        for each in _once_each(history)
        if each.at <= at and not (each.void_at is not None and each.void_at <= at)
    )
    return tuple(sorted(counted, key=lambda each: each.at.utc_us))


def next_event(history: Iterable[Purchase], at: Instant) -> Instant | None:
    """The first moment after `at` at which this history says something else."""
    moments = (moment for each in history for moment in (each.at, each.void_at) if moment is not None)
    return min((moment for moment in moments if moment > at), default=None)


def _once_each(history: Iterable[Purchase]) -> Iterable[Purchase]:
    by_receipt: dict[str, list[Purchase]] = {}
    for each in history:
        if each.receipt is None:
            yield each
        else:
            by_receipt.setdefault(each.receipt, []).append(each)
    for copies in by_receipt.values():
        yield from _merged(copies) if len(copies) > 1 else copies


def _merged(copies: list[Purchase]) -> Iterable[Purchase]:
    """One receipt seen in several lists: the most trusted list's record, void once any list has it void.

    Two different records of one receipt within one list (a correction) are not copies of each other: both count.
    """
    best = min(_TRUST.get(each.source, len(_TRUST)) for each in copies)
    kept = list(dict.fromkeys(each for each in copies if _TRUST.get(each.source, len(_TRUST)) == best))
    if len(kept) > 1:
        return kept
    voided = min((each.void_at for each in copies if each.void_at is not None), default=None)
    return [replace(kept[0], void_at=voided)]
