"""The sandbox's clock, its ways of writing time, and exact units."""

from decimal import Decimal
from fractions import Fraction

import pytest

from pos_desktop.training.sandbox import clock
from pos_desktop.training.sandbox.metrc.units import convert, grams, ounces, places


def test_a_clock_can_be_moved_frozen_and_given_back() -> None:
    machine = [1_000_000]
    moving = clock.SandboxClock(lambda: machine[0])

    moving.set(5_000_000, running=True)
    machine[0] += 7
    assert moving.now_us() == 5_000_007

    moving.set(9_000_000, running=False)
    machine[0] += 7
    assert moving.now_us() == 9_000_000

    moving.reset()
    assert moving.now_us() == machine[0]


@pytest.mark.parametrize("running", [True, False])
def test_a_moved_clock_is_the_same_after_a_restart(running: bool) -> None:
    before, after = (clock.SandboxClock(lambda: 1_000_000) for _ in range(2))
    before.set(5_000_000, running=running)

    after.restore(before.state())

    assert after.now_us() == before.now_us() == 5_000_000


def test_instants_have_seven_fraction_digits() -> None:
    assert clock.odt(17_705_343_597_441_994) == "2026-02-08T07:05:59.7441994+00:00"


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-08T07:05:59.7441994+00:00",
        "2026-02-08T07:05:59.7441994Z",
        "2026-02-07T23:05:59.7441994-08:00",
    ],
)
def test_instants_are_read_with_z_or_any_offset(text: str) -> None:
    assert clock.parse_instant(text) == 17_705_343_597_441_994


@pytest.mark.parametrize(
    "text",
    ["2026-02-08T07:05:59", "2026-02-08", "2026-02-08T07:05:59.12345678Z", "2026-13-08T07:05:59Z", "x"],
)
def test_an_instant_without_offset_or_sense_is_not_read(text: str) -> None:
    assert clock.parse_instant(text) is None


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("2026-04-09T14:32:07.000", True),
        ("2026-04-09T14:32:07", False),
        ("2026-04-09T14:32:07.000Z", False),
        ("2026-04-09T14:32:07.000-04:00", False),
        ("2026-04-09 14:32:07.000", False),
        ("2026-04-31T14:32:07.000", False),
    ],
)
def test_facility_local_times_have_one_form(text: str, is_one: bool) -> None:
    assert clock.is_local_time(text) is is_one


def test_of_the_repeated_hour_the_earlier_is_meant() -> None:
    before = clock.local_instant_us("2026-11-01T00:59:59.000", "America/Detroit")
    repeated = clock.local_instant_us("2026-11-01T01:00:00.000", "America/Detroit")

    assert repeated - before == clock.SECOND_US


def test_an_ounce_is_28_349523125_grams_and_a_pound_16_ounces() -> None:
    assert grams(Decimal(1), "Ounces") == Fraction("28.349523125")
    assert grams(Decimal(1), "Pounds") == 16 * Fraction("28.349523125")
    assert ounces(Fraction("28.349523125") * 5 / 2) == Decimal("2.5")


@pytest.mark.parametrize(
    ("quantity", "unit", "into", "expected"),
    [
        ("1", "Ounces", "Grams", "28.3495231"),
        ("28.349523125", "Grams", "Ounces", "1"),
        ("3500", "Milligrams", "Grams", "3.5"),
        ("2", "Kilograms", "Grams", "2000"),
        ("2", "Each", "Each", "2"),
    ],
)
def test_weights_convert(quantity: str, unit: str, into: str, expected: str) -> None:
    assert convert(Decimal(quantity), unit, into) == Decimal(expected)


@pytest.mark.parametrize(
    ("unit", "into"), [("Each", "Grams"), ("Grams", "Each"), ("Stones", "Grams"), ("grams", "Grams")]
)
def test_count_and_weight_do_not_mix_and_unknown_units_do_not_convert(unit: str, into: str) -> None:
    assert convert(Decimal(1), unit, into) is None


def test_places_counts_the_decimals_in_use() -> None:
    assert [places(Decimal(text)) for text in ("3.500", "3", "300", "0.0001")] == [1, 0, 0, 4]
