"""Change: adds up, and never more pieces than needed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_desktop.domain.cash import NOTES_AND_COINS, change_by_denomination, quick_tenders
from pos_desktop.domain.money import Money


@given(st.integers(0, 10_000_000))
def test_change_adds_up(cents: int) -> None:
    pieces = change_by_denomination(Money(cents))
    assert sum(each * count for each, count in pieces) == cents
    assert all(count > 0 for _, count in pieces)
    assert [each for each, _ in pieces] == sorted((each for each, _ in pieces), reverse=True)


def test_change_is_given_in_the_fewest_pieces() -> None:
    """Every amount up to sixty dollars, against all ways to give it."""
    fewest = [0] * 6_001
    for cents in range(1, 6_001):
        fewest[cents] = 1 + min(fewest[cents - each] for each in NOTES_AND_COINS if each <= cents)
    counts = [sum(count for _, count in change_by_denomination(Money(cents))) for cents in range(6_001)]
    assert counts == fewest


def test_the_change_of_the_picture() -> None:
    assert change_by_denomination(Money(659)) == ((500, 1), (100, 1), (25, 2), (5, 1), (1, 4))


def test_nobody_gives_less_than_nothing() -> None:
    with pytest.raises(ValueError, match="negative"):
        change_by_denomination(Money(-1))


@pytest.mark.parametrize(
    ("due", "offered"),
    [
        (23_341, [23_341, 23_400, 24_000, 30_000]),
        (750, [750, 800, 1_000, 10_000]),
        (9_950, [9_950, 10_000]),
        (8_000, [8_000, 10_000]),
        (3_000, [3_000, 4_000, 5_000, 10_000]),
    ],
)
def test_quick_amounts(due: int, offered: list[int]) -> None:
    """The first is the payment picture's."""
    assert quick_tenders(Money(due)) == tuple(map(Money, offered))


@given(st.integers(1, 10_000_000))
def test_quick_amounts_all_pay(cents: int) -> None:
    offered = [each.cents for each in quick_tenders(Money(cents))]
    assert offered[0] == cents
    assert offered == sorted(set(offered))
    assert len(offered) <= 4
