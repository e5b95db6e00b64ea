"""Which fill period an old figure of the state speaks of: a fresh one always binds, an old one while it can matter."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.model import Order, PatientFacts
from pos_desktop.domain.limits.periods import FillPeriod, OrderBalance
from pos_desktop.domain.limits.windows import Day, Setting, Uses

ZONE = ZoneInfo("America/New_York")
FIRST, CERTIFIED = "first-purchase", "certification"


def noon(day: str) -> Instant:
    return Instant.parse(f"{day}T12:00:00-05:00")


def reaches(kind: str, today: str, figure: str, *bought: str, **patient: Any) -> bool:
    """Periods of 30 days; the next may be begun 7 days early."""
    uses = cast("Uses", [SimpleNamespace(day=date.fromisoformat(each)) for each in bought])
    setting = Setting(noon(today), ZONE, PatientFacts(**patient), "pool")
    return FillPeriod(30, kind, 7).reaches(noon(figure), uses, setting)


@pytest.mark.parametrize(
    ("figure", "heard"),
    [
        ("2024-02-14", False),
        ("2024-02-15", True),
        ("2024-03-01", True),
        ("2024-03-02", True),
        ("2024-03-15", True),
    ],
)
def test_before_the_first_purchase_that_we_know_a_period_elsewhere_may_run(figure: str, heard: bool) -> None:
    assert reaches(FIRST, "2024-03-15", figure, "2024-03-01") is heard


@pytest.mark.parametrize(
    ("patient", "kind"),
    [
        ({"anchor": date(2024, 2, 1)}, FIRST),
        ({"anchor": date(2024, 2, 1)}, CERTIFIED),
        ({"certification_from": date(2024, 2, 1)}, CERTIFIED),
    ],
)
@pytest.mark.parametrize(
    ("today", "figure", "heard"),
    [
        ("2024-03-15", "2024-02-20", False), ("2024-03-15", "2024-02-23", False), ("2024-03-15", "2024-02-24", True),
        ("2024-03-15", "2024-03-02", True), ("2024-03-15", "2024-03-10", True), ("2024-04-05", "2024-02-26", False),
        ("2024-02-05", "2024-01-31", False), ("2024-02-05", "2024-02-01", True), ("2024-02-05", "2024-02-04", True),
    ],
)  # fmt: skip
def test_a_figure_speaks_of_the_period_that_a_purchase_of_its_day_is_charged_to(
    patient: dict[str, Any], kind: str, today: str, figure: str, heard: bool
) -> None:
    assert reaches(kind, today, figure, "2024-02-02", **patient) is heard


@pytest.mark.parametrize(
    ("figure", "heard"),
    [("2024-05-31", False), ("2024-06-01", True), ("2024-06-10", True), ("2024-06-15", True)],
)
def test_a_figure_speaks_of_an_order_that_ran_then_and_runs_now(figure: str, heard: bool) -> None:
    orders = (
        Order("other", date(2024, 1, 1), date(2024, 12, 31), 1),
        Order("pool", date(2024, 6, 1), date(2024, 6, 15), 1),
        Order("pool", date(2024, 1, 1), date(2024, 5, 31), 1),
    )
    for today, runs in (("2024-06-15", True), ("2024-06-16", False)):
        setting = Setting(noon(today), ZONE, PatientFacts(orders=orders), "pool")
        assert OrderBalance().reaches(noon(figure), cast("Uses", []), setting) is (heard and runs)


def test_a_figure_of_a_day_is_silent_from_the_midnight_on_at_which_that_day_is_over() -> None:
    over = Instant.parse("2024-06-16T00:00:00-04:00")
    for at, heard in ((over.plus_us(-1), True), (over, False)):
        setting = Setting(at, ZONE, PatientFacts(), "pool")
        assert Day().reaches(Instant.parse("2024-06-15T12:00:00-04:00"), cast("Uses", []), setting) is heard
