"""Money and mass: whole numbers, one rounding, no mixing."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_desktop.domain.mass import OUNCE_MG, Mass, round_half_up
from pos_desktop.domain.money import Money, parse_money, round_half_up_to_cent

cents = st.integers(-(10**11), 10**11)
times = st.integers(-9_999, 9_999)
BELOW_A_BILLION = st.integers(0, 99_999_999_999)


@given(cents, cents, cents)
def test_sums_of_money_are_sums_of_cents(a: int, b: int, c: int) -> None:
    assert (Money(a) + Money(b)) + Money(c) == Money(a) + (Money(b) + Money(c)) == Money(a + b + c)
    assert Money(a) - Money(b) == Money(a) + -Money(b)
    assert bool(Money(a)) == (a != 0)


@given(cents, times)
def test_scaled_money_is_added_that_often(a: int, n: int) -> None:
    assert Money(a) * n == Money(a * n)
    assert Money(a) * (n + 1) == Money(a) * n + Money(a)


@given(BELOW_A_BILLION)
def test_what_is_written_is_read_again(amount: int) -> None:
    money = Money(amount)
    assert parse_money(str(money)) == parse_money(money.plain()) == parse_money(f"  {money} ") == money


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12", 1200),
        ("12.5", 1250),
        ("12.", 1200),
        (".5", 50),
        ("$ 7.05", 705),
        ("$1,200.00", 120_000),
        ("007", 700),
    ],
)
def test_amounts_as_people_type_them(text: str, amount: int) -> None:
    assert parse_money(text) == Money(amount)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ".",
        "$",
        "$.",
        "12.345",
        "1,20",
        "12,00",
        "-5",
        "−5",
        "1e3",
        "0x10",
        "5 0",
        "12.5.0",
        "١٢",
        "=5",
        "1234567890",
        "1,000,000,000",
        "1,000,000,000,000,000,000,000",
        "12\n13",
        "nan",
        "$$5",
    ],
)
def test_what_is_not_money_is_said_so(text: str) -> None:
    with pytest.raises(ValueError, match="is not an amount of money"):
        parse_money(text)


@pytest.mark.parametrize(
    ("amount", "text", "plain"),
    [
        (0, "$0.00", "0.00"),
        (5, "$0.05", "0.05"),
        (-480, "−$4.80", "-4.80"),
        (123_456_789, "$1,234,567.89", "1234567.89"),
    ],
)
def test_written_money(amount: int, text: str, plain: str) -> None:
    assert (str(Money(amount)), Money(amount).plain()) == (text, plain)


@pytest.mark.parametrize("wrong", [1.0, True, "100", None, Fraction(1), Decimal(1)])
def test_amounts_are_whole_numbers(wrong: Any) -> None:
    with pytest.raises(TypeError):
        Money(wrong)
    with pytest.raises(TypeError):
        Mass(wrong)


MIXED: list[tuple[Any, Any]] = [
    (Money(1), Mass(1)),
    (Mass(1), Money(1)),
    (Money(1), 1.5),
    (Mass(1), 1),
    (Money(1), "1"),
]


@pytest.mark.parametrize("act", [operator.add, operator.sub, operator.lt])
@pytest.mark.parametrize(("one", "other"), MIXED)
def test_units_do_not_mix(act: Callable[[Any, Any], Any], one: Any, other: Any) -> None:
    with pytest.raises(TypeError):
        act(one, other)


@pytest.mark.parametrize("share", [1.5, Fraction(1, 2), Decimal(2), Money(2), True])
def test_money_is_multiplied_by_whole_numbers_only(share: Any) -> None:
    with pytest.raises(TypeError):
        Money(100) * share


@given(st.fractions(-(10**6), 10**6, max_denominator=1_000))
def test_the_one_rounding_takes_the_nearest_and_halves_away_from_nought(amount: Fraction) -> None:
    rounded = round_half_up_to_cent(amount).cents
    assert abs(rounded - amount) <= Fraction(1, 2)
    if abs(amount) % 1 == Fraction(1, 2):
        assert abs(rounded) == abs(amount) + Fraction(1, 2)
    assert round_half_up(amount) == rounded == -round_half_up(-amount)


@pytest.mark.parametrize(
    ("amount", "rounded"), [("5/2", 3), ("7/2", 4), ("-5/2", -3), ("249/100", 2), ("-249/100", -2), ("0", 0)]
)
def test_half_a_cent_known_answers(amount: str, rounded: int) -> None:
    """A banker's rounding gives 2 for 2.5."""
    assert round_half_up_to_cent(Fraction(amount)) == Money(rounded)


@given(st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12))
def test_sums_of_mass(a: int, b: int) -> None:
    assert Mass(a) + Mass(b) == Mass(a + b)
    assert -Mass(a) == Mass(-a)
    assert (Mass(a) < Mass(b)) == (a < b)


@given(st.integers(0, 10**9))
def test_grams_make_the_same_mass(mg: int) -> None:
    assert Mass.from_grams(Decimal(mg).scaleb(-3)) == Mass(mg)


def test_nothing_is_rounded_on_the_way_in() -> None:
    with pytest.raises(ValueError, match="whole number of milligrams"):
        Mass.from_grams(Decimal("0.0005"))


@pytest.mark.parametrize(
    ("mg", "text"),
    [
        (7_000, "7.00 g"),
        (7_005, "7.005 g"),
        (7_050, "7.05 g"),
        (0, "0.00 g"),
        (-1_500, "−1.50 g"),
        (1_234_560, "1,234.56 g"),
    ],
)
def test_grams_show_a_third_decimal_only_where_there_is_one(mg: int, text: str) -> None:
    assert Mass(mg).grams_text() == text


def test_the_ounce_is_exact() -> None:
    assert Fraction("453592.37") == OUNCE_MG * 16
