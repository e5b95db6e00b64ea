"""What the engine tells besides the contract's fields: each purchase with its end, each line, excess, labels."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.engine import decide, largest_fit
from pos_desktop.domain.limits.model import Decision, PoolReckoning
from tests.fixtures.limit_cases import items, limit_case, standing
from tests.fixtures.limit_corners import case, flower, order, sold
from tests.fixtures.limit_packs import SAMPLE, programme, sample
from tests.fixtures.limit_packs import pool as sample_pool

VAPE = {"category": "vape", "net_mg": 1000, "thc_mg": 800}


def asked(told: dict[str, Any]) -> Decision:
    return decide(programme(told["programme"]), limit_case(told))


def pool(told: dict[str, Any], pool_id: str) -> PoolReckoning:
    return next(each for each in asked(told).pools if each.id == pool_id)


LEAVES = {
    "a day": ("us-mi-medical", "day", "2026-11-24T12:00", "2026-11-24T09:00", "2026-11-25T00:00", {}),
    "rolling days": ("us-mi-medical", "thirty", "2026-11-24T12:00", "2026-11-01T02:30", "2026-12-01T00:00", {}),
    "a month": ("us-mt-medical", "month", "2020-12-30T12:00", "2020-12-01T09:00", "2021-01-01T00:00", {}),
    "a year": ("us-nh-medical", "visits", "2024-12-30T12:00", "2024-02-29T09:00", "2025-01-01T00:00",
               {"holder": "visitor"}),
    "to the minute": ("us-ar-medical", "allotment", "2025-03-10T12:00", "2025-02-26T17:00:40", "2025-03-12T18:01", {}),
    "a period": ("us-ct-medical", "month", "2023-09-30T12:00", "2023-09-01T09:00", "2023-10-01T00:00", {}),
    "an order": ("us-fl-medical", "smoking-order", "2024-06-05T12:00", "2024-06-03T09:00", "2024-07-06T00:00",
                 {"orders": [order("2024-06-01", "2024-07-05")]}),
    "an order without an end": ("us-fl-medical", "smoking-order", "2024-06-05T12:00", "2024-06-03T09:00",
                                "9999-12-31T00:00", {"orders": [order("2024-06-01", "9999-12-31")]}),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "pool_id", "at", "bought", "leaves", "patient"), LEAVES.values(), ids=LEAVES.keys()
)
def test_each_purchase_is_listed_with_the_moment_at_which_it_leaves(
    name: str, pool_id: str, at: str, bought: str, leaves: str, patient: dict[str, Any]
) -> None:
    told = case(name, at, [], [sold(bought, flower(1000), id="R-1")], patient=patient)
    (spend,) = pool(told, pool_id).spends
    zone = programme(name).zone
    assert spend.leaves_at.datetime_in(zone).replace(tzinfo=None).isoformat(timespec="minutes") == leaves
    assert (spend.receipt, spend.known, len(spend.items)) == ("R-1", True, 1)
    assert spend.at == limit_case(told).history[0].at
    assert spend.rule is not None


def test_an_early_refill_is_listed_in_both_periods() -> None:
    history = [
        sold("2025-01-02T10:00", {"category": "tincture", "supply_mdays": 22_000}, id="R-1"),
        sold("2025-01-24T10:00", {"category": "tincture", "supply_mdays": 12_000}, id="R-2"),
    ]
    patient = {"certification_from": "2025-01-01"}
    early = pool(case("us-wv-medical", "2025-01-25T10:00", [], history, patient=patient), "supply")
    ends = [each.leaves_at.date_in(programme("us-wv-medical").zone) for each in early.spends]
    parts = sorted((each.receipt or "", int(each.counted)) for each in early.spends)
    assert parts == [("R-1", 22_000), ("R-2", 4_000), ("R-2", 8_000)]
    assert sorted(ends) == [date(2025, 1, 31), date(2025, 1, 31), date(2025, 3, 2)]
    assert (int(early.used), int(early.limit)) == (34_000, 60_000)
    late = pool(case("us-wv-medical", "2025-02-01T10:00", [], history, patient=patient), "supply")
    assert [(each.receipt, int(each.counted)) for each in late.spends] == [("R-2", 4_000)]


def test_an_early_purchase_that_fits_its_own_period_is_listed_once() -> None:
    history = [sold("2025-01-24T10:00", {"category": "tincture", "supply_mdays": 12_000}, id="R-1")]
    patient = {"certification_from": "2025-01-01"}
    found = pool(case("us-wv-medical", "2025-01-25T10:00", [], history, patient=patient), "supply")
    assert [(each.receipt, int(each.counted)) for each in found.spends] == [("R-1", 12_000)]
    blank = [sold("2025-01-24T10:00", {"category": "tincture"}, id="R-1")]
    unknown = pool(case("us-wv-medical", "2025-01-25T10:00", [], blank, patient=patient), "supply")
    assert {(each.receipt, each.known) for each in unknown.spends} == {("R-1", False)}


def test_a_record_that_leaves_the_next_period_unknown_is_listed_there_once() -> None:
    """Its own early purchases make the next period unknown; what was unmeasured in periods before is not listed."""

    def drops(at: str, receipt: str, **measure: int) -> dict[str, Any]:
        return sold(at, {"category": "tincture", **measure}, id=receipt)

    history = [
        drops("2024-12-05T10:00", "R-0"),
        drops("2025-01-05T10:00", "R-1"),
        drops("2025-01-06T10:00", "R-2", supply_mdays=1_000),
        drops("2025-01-25T10:00", "R-3", supply_mdays=3_000),
        drops("2025-01-26T10:00", "R-4", supply_mdays=30_000),
    ]
    patient = {"certification_from": "2024-12-02"}
    found = pool(case("us-wv-medical", "2025-02-02T10:00", [], history, patient=patient), "supply")
    assert not found.known
    assert [(each.receipt, each.known, int(each.counted)) for each in found.spends] == [
        ("R-1", False, 0),
        ("R-4", True, 4_000),
    ]


def test_two_purchases_of_one_day_are_listed_apart_and_in_order() -> None:
    history = [
        sold("2026-11-24T10:00", flower(2000), id="R-2"),
        sold("2026-11-24T09:00", flower(1000), id="R-1"),
        sold("2026-11-24T09:30", {"category": "accessory", "count": 1}, id="R-3"),
    ]
    spends = pool(case("us-mi-medical", "2026-11-24T12:00", [], history), "day").spends
    assert [(each.receipt, int(each.counted)) for each in spends] == [("R-1", 1000), ("R-2", 2000)]


@pytest.mark.parametrize(
    ("name", "pool_id", "code", "patient"),
    [
        ("us-al-medical", "supply", "no-certified-amount", {}),
        ("us-ut-medical", "flower", "no-certified-amount", {}),
        ("us-wv-medical", "supply", "before-period", {}),
        ("us-wv-medical", "supply", "before-period", {"certification_from": "2026-12-01"}),
        (SAMPLE, "ordered", "no-active-order", {}),
    ],
)
def test_where_nothing_may_be_bought_nothing_is_left(
    name: str, pool_id: str, code: str, patient: dict[str, Any]
) -> None:
    at = "2024-06-03T12:00" if name == SAMPLE else "2026-11-24T12:00"
    found = pool(case(name, at, [], [sold(at, VAPE)], patient=patient), pool_id)
    assert (found.barred, int(found.left)) == (code, 0)
    assert int(found.limit) == (30_000 if code == "before-period" else 0)


def test_the_state_holds_nothing_down_that_has_not_begun() -> None:
    state = {"as_of": "2024-11-24T11:50", "available": {"supply": -5000}}
    told = case("us-wv-medical", "2024-11-24T12:00", [], link="up", state=state)
    assert not pool(told, "supply").held_by_state
    begun = {**told, "patient": {"certification_from": "2024-11-24"}}
    assert pool(begun, "supply").held_by_state


@pytest.mark.parametrize(("days", "found"), [(399, True), (400, True), (401, False)])
def test_answers_look_four_hundred_days_ahead(days: int, found: bool) -> None:
    window = f'{{ shape = "fill-period", days = {days}, anchor = "first-purchase" }}'
    rules = sample(sample_pool(window=window))
    told = case("us-xx-medical", "2024-01-01T12:00", [flower(1)], [sold("2024-01-01T09:00", flower(10_000))])
    answer = decide(rules, limit_case(told))
    begins = Instant.local(date(2024, 1, 1) + timedelta(days=days), rules.zone)
    assert answer.enough_at == (begins if found else None)
    assert answer.pools[0].next_release_at == (begins if found else None)


def test_what_comes_back_after_an_over_sale_is_what_can_be_bought_then() -> None:
    history = [sold("2026-11-10T12:00", flower(283_495)), sold("2026-11-20T12:00", flower(1000))]
    found = pool(case("us-mi-medical", "2026-11-24T12:00", [], history), "thirty")
    assert (int(found.left), int(found.next_release or 0)) == (-1000, 282_495)


def test_each_line_says_what_it_counts_as() -> None:
    cart = [
        flower(3500),
        {"category": "accessory", "count": 1},
        {"category": "vape", "net_mg": 1000},
        flower(7),
    ]
    found = pool(case("us-mt-medical", "2024-06-01T12:00", cart), "month")
    ounce = Fraction("28349.523125")
    assert list(found.counted) == [3500 * 10**6 / ounce, Fraction(0), Fraction(125_000), 7 * 10**6 / ounce]
    visits = pool(case("us-nh-medical", "2024-06-01T12:00", cart, patient={"holder": "visitor"}), "visits")
    assert list(visits.counted) == [Fraction(0)] * 4


def test_a_relief_says_by_how_much_and_tells_its_caps() -> None:
    cart = [flower(12_001), {"category": "edible", "thc_mg": 2500}]
    decision = asked(case("us-md-medical", "2023-06-17T12:00", cart, link="down"))
    (refusal,) = decision.refusals
    assert (refusal.code, str(refusal.excess)) == ("relief:june-2023-slowdown:0", "1")
    assert [tuple(map(int, (each.cart, each.left, each.after))) for each in decision.relief] == [
        (12_001, 12_000, -1),
        (2_500, 2_500, 0),
    ]
    unmeasured = asked(case("us-md-medical", "2023-06-17T12:00", [{"category": "edible"}], link="down"))
    assert [each.excess for each in unmeasured.refusals if each.code.startswith("relief:")] == [None]
    assert unmeasured.refusals[0].cite


def test_a_figure_tells_when_it_was_fetched() -> None:
    state = {"as_of": "2026-11-24T11:50", "available": {"day": 1}}
    told = case("us-mi-medical", "2026-11-24T12:00", [], link="up", state=state)
    assert asked(told).state_as_of == Instant.parse("2026-11-24T11:50:00-05:00")
    assert asked(case("us-mi-medical", "2026-11-24T12:00", [], link="up")).state_as_of is None


def test_what_fits_where_visits_are_counted() -> None:
    history = [sold(f"2024-0{month}-10T12:00", flower(1000)) for month in (2, 5)]
    at = "2024-10-01T12:00"
    two = case("us-nh-medical", at, [flower(1000)], history, patient={"holder": "visitor"})
    three = {**two, "history": [*history, sold("2024-07-10T12:00", flower(1000))]}
    assert largest_fit(standing(two), limit_case(two).cart, 0, items([flower(1000)])[0], 9) == 9
    assert largest_fit(standing(three), limit_case(three).cart, 0, items([flower(1000)])[0], 9) == 0
    accessory = items([{"category": "accessory", "count": 1}])
    assert largest_fit(standing(three), accessory, 0, accessory[0], 9) == 9


def test_what_a_share_leaves_is_said_in_each_way() -> None:
    told = case("us-ky-medical", "2025-12-01T12:00", [{"category": "edible", "thc_mg": 1300}],
                patient={"certified": {"thirty-day-supply": {"raw": 90_000}}})  # fmt: skip
    found = pool(told, "thirty-day-supply")
    assert [(each.key, each.unit, each.cap, each.left, each.after) for each in found.parts] == [
        ("raw", "mg", 90_000, 90_000, 60_000),
        ("concentrate", "mg", 28_000, 28_000, 18_666),
        ("infused-thc", "mg-thc", 3_900, 3_900, 2_600),
    ]
    labelled = '{ key = "raw", label = "Raw flower", categories = ["flower"], basis = "net_mg", cap = 5 }'
    text = sample_pool(limit=None, members=labelled, more='kind = "share"\nunit = "share"')
    (part,) = decide(sample(text), limit_case(case("us-xx-medical", "2024-01-01T12:00", []))).pools[0].parts
    assert (part.label, found.parts[0].label) == ("Raw flower", "raw plant")
    over = pool({**told, "history": [sold("2025-12-01T09:00", flower(200_000))]}, "thirty-day-supply")
    assert [(each.left, each.after) for each in over.parts] == [(0, 0)] * 3


@pytest.mark.parametrize(
    ("at", "until", "more"),
    [
        ("2026-11-24T12:00", "2026-11-25T00:00", {}),
        ("2026-11-24T12:00", "2026-11-24T18:00", {"history": [sold("2026-11-24T18:00", flower(1))]}),
        ("2026-11-24T12:00", "2026-11-24T12:01",
         {"history": [sold("2026-11-24T09:00", flower(1), void="2026-11-24T12:01")]}),
        ("2026-11-24T12:00", "2026-11-24T12:05",
         {"state": {"as_of": "2026-11-24T12:05", "available": {}}, "link": "up"}),
    ],
)  # fmt: skip
def test_a_standing_holds_until_something_changes(at: str, until: str, more: dict[str, Any]) -> None:
    told = case("us-mi-medical", at, [], also=more)
    assert standing(told).valid_until == limit_case({**told, "at": until}).at


def test_a_decision_is_of_the_moment_that_was_asked() -> None:
    told = case("us-mi-medical", "2026-11-24T12:00", [flower(1)])
    kept = standing(told)
    later = kept.case.at.plus_us(1)
    assert kept.decide(()).at == kept.case.at
    assert kept.decide((), later).at == later
    assert replace(kept.decide((), later), at=kept.case.at) == kept.decide(())
