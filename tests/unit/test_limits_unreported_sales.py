"""A sale here that the state cannot know yet is taken off its figure, however young the figure is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pos_desktop.domain.instant import MINUTE_US, Instant
from pos_desktop.domain.limits.engine import prepare
from pos_desktop.domain.limits.model import (
    Category,
    Item,
    Link,
    Measures,
    PatientFacts,
    Purchase,
    StateFigure,
)
from pos_desktop.domain.limits.pack import parse_pack

PACK = Path(__file__).parents[2] / "resources" / "programmes" / "us-mi-medical.toml"
MICHIGAN = parse_pack(PACK.read_text(encoding="utf-8"), PACK.name)
NOON = Instant.parse("2026-11-24T12:00:00-05:00")
TEN_GRAMS = Item(Category.FLOWER, Measures(net_mg=10_000))
SOLD = Purchase(at=NOON.plus_us(-30 * MINUTE_US), items=(TEN_GRAMS,), receipt="R1-1-1")
FIGURE = StateFigure(as_of=NOON.plus_us(-MINUTE_US), available={"day": 20_000, "thirty": 20_000})


def left(purchase: Purchase) -> int:
    standing = prepare(
        MICHIGAN, at=NOON, patient=PatientFacts(), history=(purchase,), state=FIGURE, link=Link.UP
    )
    return int(standing.decide(()).pools[0].left)


def test_a_reported_sale_is_in_the_figure_already() -> None:
    assert left(replace(SOLD, reported_at=NOON.plus_us(-20 * MINUTE_US))) == 20_000


def test_a_sale_that_waits_for_its_report_is_taken_off() -> None:
    assert left(replace(SOLD, awaiting=True)) == 10_000


@pytest.mark.parametrize(("minutes_before_figure", "expected"), [(1, 10_000), (2, 20_000)])
def test_the_cache_of_the_state_is_allowed_for(minutes_before_figure: int, expected: int) -> None:
    reported = FIGURE.as_of.plus_us(-minutes_before_figure * MINUTE_US)
    assert left(replace(SOLD, reported_at=reported)) == expected


@pytest.mark.parametrize(("state_says", "comes_back"), [(63_495, True), (63_494, False), (20_000, False)])
def test_a_figure_that_only_repeats_our_ledger_hides_no_release(state_says: int, comes_back: bool) -> None:
    """One that is lower at all binds, and a bare figure has no dates (contract 6.4)."""
    bought = Purchase(
        at=NOON.plus_us(-24 * 60 * MINUTE_US), items=(Item(Category.FLOWER, Measures(net_mg=220_000)),)
    )
    figure = StateFigure(as_of=NOON.plus_us(-MINUTE_US), available={"thirty": state_says})
    standing = prepare(
        MICHIGAN, at=NOON, patient=PatientFacts(), history=(bought,), state=figure, link=Link.UP
    )
    thirty = next(pool for pool in standing.decide(()).pools if pool.id == "thirty")
    assert thirty.left == state_says
    assert (thirty.next_release_at is not None) is comes_back
    assert thirty.held_by_state is not comes_back
