"""Change by denomination."""

from __future__ import annotations

from pos_desktop.domain.money import Money

NOTES_AND_COINS = (10_000, 5_000, 2_000, 1_000, 500, 100, 25, 10, 5, 1)
"""US notes and coins that a drawer holds, in cents, largest first (no $2 notes, no half dollars)."""


def change_by_denomination(change: Money) -> tuple[tuple[int, int], ...]:
    """(denomination in cents, how many), largest first; the fewest pieces for US money.

    Raises:
        ValueError: a negative amount.
    """
    if change.cents < 0:
        raise ValueError("change cannot be negative")
    left, pieces = change.cents, []
    for denomination in NOTES_AND_COINS:
        count, left = divmod(left, denomination)
        if count:
            pieces.append((denomination, count))
    return tuple(pieces)


def quick_tenders(due: Money) -> tuple[Money, ...]:
    """What people hand over: exact, then the next dollar, ten and hundred (design: payment).

    Where two of these are the same, the next twenty and fifty take their place. Smallest first, at most four.
    """
    amounts = [due.cents]
    for step in (100, 1_000, 10_000, 2_000, 5_000):
        rounded = -(-due.cents // step) * step
        if rounded not in amounts:
            amounts.append(rounded)
    return tuple(Money(cents) for cents in sorted(amounts[:4]))
