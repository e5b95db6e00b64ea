"""Counts as they are typed, what each event moves, and what must be in the drawer."""

from __future__ import annotations

import pytest

from pos_desktop.domain.cash import NOTES_AND_COINS
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.money import ZERO, Money
from pos_desktop.domain.till import (
    MOST_CASH,
    MOST_PIECES,
    Count,
    Moved,
    Takings,
    TillEvent,
    TillKind,
    checked_cash,
    expected_cash,
    moved,
    read_pieces,
)

NOON = Instant.parse("2026-11-24T12:00:00Z")


def event(kind: TillKind, cents: int = 0) -> TillEvent:
    return TillEvent(kind, NOON, PersonId("person-1"), Money(cents))


def test_the_count_of_the_picture() -> None:
    pieces = [4, 6, 31, 12, 18, 44, 40, 32, 18, 61]
    typed = {cents: str(n) for cents, n in zip(NOTES_AND_COINS, pieces, strict=True)}
    assert read_pieces(typed).total == Money(158_871)


def test_what_is_left_empty_is_none() -> None:
    count = read_pieces({10_000: " ", 2_000: " 3 "})
    assert read_pieces({100: "0" * 12 + "45"}).total == Money(4_500)
    assert count.total == Money(6_000)
    assert count == Count.of({2_000: 3})
    assert [cents for cents, _ in count.pieces] == list(NOTES_AND_COINS)


@pytest.mark.parametrize("typed", ["x", "-1", "1.5", "1e3", "٣", "+2", "1 2", "²"])
def test_what_is_no_number_of_pieces_names_the_kind(typed: str) -> None:
    with pytest.raises(BadInput, match=r"\$20\.00"):
        read_pieces({2_000: typed})


@pytest.mark.parametrize("typed", [str(MOST_PIECES + 1), "9" * 40])
def test_more_pieces_than_anybody_holds_are_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="99,999"):
        read_pieces({100: typed})
    assert read_pieces({100: str(MOST_PIECES)}).total == Money(MOST_PIECES * 100)


def test_there_is_no_note_of_thirty_dollars() -> None:
    with pytest.raises(BadInput):
        Count.of({3_000: 1})


@pytest.mark.parametrize("cents", [0, -1, MOST_CASH.cents + 1])
def test_an_amount_that_is_a_slip_is_refused(cents: int) -> None:
    with pytest.raises(BadInput):
        checked_cash(Money(cents))


def test_nobody_takes_out_more_than_there_is() -> None:
    assert checked_cash(MOST_CASH) == MOST_CASH
    assert checked_cash(Money(500), available=Money(500)) == Money(500)
    with pytest.raises(BadInput):
        checked_cash(Money(501), available=Money(500))


@pytest.mark.parametrize(
    ("kind", "way"),
    [
        (TillKind.OPENED, 1), (TillKind.PAID_IN, 1), (TillKind.CHANGE_IN, 1),
        (TillKind.DROP, -1), (TillKind.PAID_OUT, -1), (TillKind.REFUND, -1), (TillKind.CHANGE_OUT, -1),
        (TillKind.NO_SALE, 0), (TillKind.PAUSED, 0), (TillKind.RESUMED, 0), (TillKind.READ, 0),
        (TillKind.CLOSING, 0), (TillKind.UNLOCKED, 0),
    ],
)  # fmt: skip
def test_which_way_the_cash_of_each_event_goes(kind: TillKind, way: int) -> None:
    assert event(kind, 725).into_drawer == Money(725 * way)


def test_every_kind_of_event_was_thought_of() -> None:
    assert len(TillKind) == 13


def test_the_expected_cash_is_the_sum_of_all() -> None:
    events = [
        event(TillKind.OPENED, 20_000), event(TillKind.DROP, 5_000), event(TillKind.DROP, 1), event(TillKind.NO_SALE),
        event(TillKind.PAID_OUT, 1_850), event(TillKind.PAID_IN, 300), event(TillKind.REFUND, 1_200),
    ]  # fmt: skip
    takings = Takings(by_tender={"cash": Money(70_000), "debit": Money(99_999)})
    assert expected_cash(events, takings) == Money(20_000 - 5_001 - 1_850 + 300 - 1_200 + 70_000)
    assert moved(events, TillKind.DROP) == Moved(2, Money(5_001))
    assert moved(events, TillKind.CHANGE_IN) == Moved(0, ZERO)
    assert expected_cash([], Takings()) == ZERO
