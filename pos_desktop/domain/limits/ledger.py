"""What the ledger says at a moment: each purchase once, nothing void, nothing of the future (contract 3.8 and 7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pos_desktop.domain.instant import MINUTE_US, Instant
from pos_desktop.domain.limits.model import Purchase

_TRUST = {"own": 0, "import": 1, "state": 2}


def known_purchases(history: Iterable[Purchase], at: Instant) -> tuple[Purchase, ...]:
    """The purchases that count at `at`, oldest first."""
    now_us = at.utc_us
    counted = (
        each
        for each in _once_each(tuple(history))
        if each.at.utc_us <= now_us and (each.void_at is None or each.void_at.utc_us > now_us)
    )
    return tuple(sorted(counted, key=lambda each: each.at.utc_us))


def next_event(history: Sequence[Purchase], at: Instant) -> Instant | None:
    """The first moment after `at` at which this history says something else."""
    now_us = at.utc_us
    moments = [each.at for each in history if each.at.utc_us > now_us]
    moments += [each.void_at for each in history if each.void_at is not None and each.void_at.utc_us > now_us]
    return min(moments, default=None)


def _once_each(history: Sequence[Purchase]) -> Iterable[Purchase]:
    receipts = {each.receipt for each in history}
    return history if len(receipts) == len(history) and None not in receipts else _sorted_out(history)


def _sorted_out(history: Iterable[Purchase]) -> Iterable[Purchase]:
    by_receipt: dict[str, list[Purchase]] = {}
    for each in history:
        if each.receipt is None:
            yield each
        else:
            by_receipt.setdefault(each.receipt, []).append(each)
    for records in by_receipt.values():
        for copies in _copies(records):
            yield from _merged(copies)


def _copies(records: list[Purchase]) -> Iterable[list[Purchase]]:
    """Records of one receipt number that tell of one sale; what differs in time and in goods is another sale.

    Two stores, or a register that was set up anew, may give one number to two sales.
    """
    found: list[list[Purchase]] = []
    for each in records:
        same = [sale for sale in found if any(_agree(each, other) for other in sale)]
        found = [sale for sale in found if sale not in same]
        found.append([*(other for sale in same for other in sale), each])
    return found


def _agree(one: Purchase, other: Purchase) -> bool:
    minute = one.at.utc_us // MINUTE_US == other.at.utc_us // MINUTE_US
    return minute or Counter(one.items) == Counter(other.items)


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
