"""Edges that a mistake of one sign moves and that nothing else looks at."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pos_desktop.domain.instant import HOUR_US, MINUTE_US, Instant
from pos_desktop.domain.limits.allowance import When
from pos_desktop.domain.limits.engine import decide
from pos_desktop.domain.limits.model import (
    Category,
    Decision,
    Item,
    LimitCase,
    Link,
    Measures,
    Order,
    PatientFacts,
    Purchase,
    StateFigure,
)
from pos_desktop.domain.limits.pack import parse_pack
from pos_desktop.domain.limits.programme import Outage, StateCheck
from pos_desktop.domain.limits.reading import PackError
from pos_desktop.domain.limits.windows import days_of, exact_sum
from tests.fixtures.limit_packs import pack, pool, programme, version

MI, FL, MD = "us-mi-medical", "us-fl-medical", "us-md-medical"


def flower(mg: int) -> tuple[Item, ...]:
    return (Item(Category.FLOWER, Measures(net_mg=mg)),)


def ask(name: str, mg: int, at: str, **more: Any) -> Decision:
    facts: dict[str, Any] = {"patient": PatientFacts(), "history": (), "cart": flower(mg)} | more
    return decide(programme(name), LimitCase(at=Instant.parse(at), **facts))


@pytest.mark.parametrize("zone", ["America/Havana", "America/Detroit", "Asia/Beirut", "UTC"])
def test_the_day_of_each_moment_is_the_day_that_the_clock_shows(zone: str) -> None:
    """In Havana midnight comes twice in autumn and not at all in spring."""
    place = ZoneInfo(zone)
    for day in ("2026-03-07", "2026-03-28", "2026-10-24", "2026-10-31", "2026-12-31"):
        start = Instant.parse(f"{day}T12:00:00Z")
        moments = [start.plus_us(n * HOUR_US // 4) for n in range(200)]
        assert days_of(moments, place) == [each.date_in(place) for each in moments]


def test_sums_of_different_shares_are_exact() -> None:
    assert exact_sum([Fraction(1, 2), Fraction(1, 3), Fraction(5, 6)]) == Fraction(5, 3)


def test_what_was_bought_on_the_first_day_that_counts_counts() -> None:
    bought = [
        Purchase(Instant.parse(f"2022-{day}T12:00:00-05:00"), flower(mg), receipt=day)
        for day, mg in (("02-28", 7), ("03-01", 1_000))
    ]
    decision = ask(FL, 1, "2022-03-20T12:00:00-04:00", history=tuple(bought))
    assert [pool.used for pool in decision.pools] == [1_000]


def test_a_figure_that_is_lower_at_all_holds_an_order() -> None:
    at = "2026-11-20T12:00:00-05:00"
    as_of = Instant.parse(at).plus_us(-MINUTE_US)
    pools = programme(FL).versions[-1].pools
    name = next(each.id for each in pools if each.allowance.mode == "order")
    patient = PatientFacts(orders=(Order(name, date(2026, 11, 1), date(2026, 12, 5), 70_000),))
    held = [
        next(each for each in decision.pools if each.id == name).held_by_state
        for left in (70_000, 69_999)
        for decision in [
            ask(FL, 1, at, patient=patient, state=StateFigure(as_of, {name: left}), link=Link.UP)
        ]
    ]
    assert held == [False, True]


@pytest.mark.parametrize(("ends", "known"), [(date(2026, 12, 5), False), (date(2026, 11, 19), True)])
def test_of_orders_that_overlap_one_with_an_unknown_rest_leaves_the_least_unknown(
    ends: date, known: bool
) -> None:
    """Nobody knows what the unmeasured jar took: the order with more left on paper may have less."""
    pools = programme(FL).versions[-1].pools
    name = next(each.id for each in pools if each.allowance.mode == "order")
    jar = Purchase(
        Instant.parse("2026-11-03T12:00:00-05:00"), (Item(Category.FLOWER, Measures()),), receipt="R1"
    )
    orders = (
        Order(name, date(2026, 11, 10), date(2026, 12, 5), 10_000),
        Order(name, date(2026, 11, 1), ends, 70_000),
    )
    told = ask(FL, 1, "2026-11-20T12:00:00-05:00", patient=PatientFacts(orders=orders), history=(jar,))
    pool = next(each for each in told.pools if each.id == name)
    assert (pool.left, pool.known) == (Fraction(10_000), known)


@pytest.mark.parametrize(("last", "known"), [("2026-11-19", False), ("2026-10-01", True)])
def test_of_two_unmeasured_purchases_the_one_that_leaves_last_decides(last: str, known: bool) -> None:
    bought = [
        Purchase(Instant.parse(f"{day}T12:00:00-05:00"), (Item(Category.FLOWER, Measures()),), receipt=day)
        for day in ("2026-09-20", last)
    ]
    told = ask(MI, 1, "2026-11-24T12:00:00-05:00", history=tuple(bought))
    assert [each.known for each in told.pools if each.id == "thirty"] == [known]
    assert told.allowed is known


def test_no_moment_is_promised_where_the_figure_alone_is_in_the_way_of_one_pool() -> None:
    at = "2026-11-24T12:00:00-05:00"
    figure = StateFigure(Instant.parse(at).plus_us(-MINUTE_US), {"day": 70_870})
    earlier = Purchase(Instant.parse("2026-11-24T09:00:00-05:00"), flower(1), receipt="R1")
    decision = ask(MI, 70_872, at, history=(earlier,), state=figure, link=Link.UP)
    assert (decision.refused_by, decision.enough_at) == (("limit:day",), None)


def test_a_relief_that_nothing_settles_is_unsure_to_its_last_day() -> None:
    told = [programme(MD).unsure_of(date(2023, 6, day)) for day in (19, 20)]
    assert ["relief june-2023-slowdown" in each for each in told] == [True, False]


@pytest.mark.parametrize(
    ("outage", "known_only", "serves"),
    [
        (Outage.REFUSE, False, False),
        (Outage.REFUSE, True, False),
        (Outage.LOCAL_LEDGER, False, True),
        (Outage.LOCAL_LEDGER, True, False),
        (Outage.CERTIFICATION, False, True),
    ],
)
def test_who_is_new_is_served_in_an_outage_only_where_the_rule_lets_everybody_buy(
    outage: Outage, known_only: bool, serves: bool
) -> None:
    check = StateCheck(required=True, outage=outage, known_patients_only=known_only)
    assert check.serves_new_in_outage is serves


def test_goods_that_one_of_several_pools_counts_are_not_excluded_besides() -> None:
    grinder = '{ categories = ["accessory"], basis = "count", factor = "1" }'
    text = pack(version(pool(), pool("other", members=grinder, more='unit = "count"')))
    with pytest.raises(PackError, match="both counted and excluded"):
        parse_pack(text, "us-xx-medical.toml")


@pytest.mark.parametrize(
    ("one", "other", "beside"),
    [
        (When(age_min=18), When(age_max=17), False),
        (When(age_min=18), When(age_max=18), True),
        (When(age_min=18), When(), True),
        (When(age_max=0), When(), True),
        (When(age_min=18, age_max=20), When(age_min=21), False),
        (When(age_min=18, age_max=20), When(age_max=17), False),
        (When(holder="visitor"), When(holder="resident"), False),
        (When(holder="visitor"), When(age_min=18), True),
    ],
)
def test_two_pools_stand_beside_each_other_where_one_patient_may_have_both(
    one: When, other: When, beside: bool
) -> None:
    assert one.may_stand_beside(other) is other.may_stand_beside(one) is beside


def test_a_record_that_agrees_with_one_of_a_receipts_copies_is_a_copy_too() -> None:
    """By its minute with the first, by its goods with the last: three lists tell of one sale."""
    copies = [
        Purchase(Instant.parse(f"2026-11-24T{at}-05:00"), flower(mg), receipt="R1", source=source)
        for at, mg, source in (
            ("09:00:00", 1_000, "own"),
            ("09:00:30", 2_000, "state"),
            ("10:00:00", 2_000, "imported"),
        )
    ]
    told = ask(MI, 1, "2026-11-24T12:00:00-05:00", history=tuple(copies))
    assert [pool.used for pool in told.pools if pool.id == "day"] == [1_000]
