"""What `limits explain` tells a compliance officer: exact amounts, open periods, and what made or lifted a limit."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from pos_desktop.domain.limits.amounts import about_text, exact_text
from pos_desktop.domain.limits.engine import decide
from pos_desktop.domain.limits.explain import explained
from pos_desktop.domain.limits.open_periods import Periods, periods_of
from pos_desktop.domain.limits.pack import parse_pack
from tests.fixtures.limit_asked import MD, MO, WV, Case, asked, by, days, lines
from tests.fixtures.limit_cases import by_hand, limit_case, worked_examples
from tests.fixtures.limit_corners import flower, sold
from tests.fixtures.limit_packs import pack, pool, programme, version

# -- exact amounts


@pytest.mark.parametrize(
    ("unit", "amount", "said"),
    [
        ("mg", "70873", "70.873 g"),
        ("mg", "14000", "14.0 g"),
        ("mg", "1", "0.001 g"),
        ("mg", "0", "0.0 g"),
        ("mg", "-5", "0.0 g"),
        ("mg", "1234567", "1,234.567 g"),
        ("mg", "1/1000000", "0.000000001 g"),
        ("mg", "1/10000000", "about 0.000000000100 g (exactly 1/10,000,000,000 g)"),
        ("mg", "100/3", "about 0.0333 g (exactly 1/30 g)"),
        ("mg", "700000/3", "about 233.3 g (exactly 700/3 g)"),
        ("mg", "28501/3", "about 9.50 g (exactly 28,501/3,000 g)"),
        ("mg-thc", "4500", "4,500 mg THC"),
        ("mg-thc", "7/2", "3.5 mg THC"),
        ("mg-thc", "1000/7", "about 142 mg THC (exactly 1,000/7 mg THC)"),
        ("micro-ounce", "250000", "0.25 oz"),
        ("micro-ounce", "1000000", "1 oz"),
        ("milli-unit", "1000", "1 unit"),
        ("milli-unit", "5", "0.005 units"),
        ("milli-day", "1000", "1 day of supply"),
        ("milli-day", "22000", "22 days of supply"),
        ("share", "1/2", "50%"),
        ("share", "1/3", "about 33.3% (exactly 1/3 of the allotment)"),
        ("share", "1", "100%"),
        ("ul", "6387882", "about 215.9 fl oz (exactly 6,387.882 mL)"),
        ("furlong", "2", "2 furlong"),
    ],
)
def test_an_amount_is_told_whole_or_with_its_ratio(unit: str, amount: str, said: str) -> None:
    assert exact_text(unit, Fraction(amount)) == said
    assert about_text(unit, Fraction(amount)) == said.partition(" (exactly")[0]


def test_what_is_over_is_rounded_up_where_it_is_rounded() -> None:
    third = Fraction(700_000, 3)
    assert about_text("mg", third, up=True) == "about 233.4 g"
    assert about_text("mg", third) == "about 233.3 g"
    assert exact_text("mg", third, up=True) == "about 233.4 g (exactly 700/3 g)"
    assert exact_text("mg", Fraction(127), up=True) == "0.127 g", "what is exact is not rounded"


@pytest.mark.parametrize("case", [*worked_examples(), *by_hand()], ids=lambda case: str(case["id"]))
def test_no_rounded_figure_is_told_as_exact(case: Case) -> None:
    """The excess of each refusal is read back from its line and must be the engine's, to the last digit."""
    rules, facts = programme(case["programme"]), limit_case(case)
    decision = decide(rules, facts)
    told = explained(decision, rules, facts)
    for refusal in decision.refusals:
        (line,) = [each for each in told if each.endswith(f"[{refusal.code}]")]
        known = next((each for each in (*decision.pools, *decision.relief) if each.id == refusal.pool), None)
        if refusal.excess is not None and known is not None and not known.parts:
            assert exact_text(known.unit, refusal.excess, up=True) in line
    assert not [each for each in told if "“”" in each or "()" in each]


def test_the_refusal_of_a_fraction_gives_the_fraction() -> None:
    told = lines(asked(MO, "2024-06-20T12:00", [flower(170_098)]))
    over = "about 0.0000304 oz (exactly 1,378/45,359,237 oz)"
    assert f"- Over the 30-day limit by {over}. [limit:month]" in told
    assert f"  Left 6 oz; this cart is {over} too much." in told
    assert "This cart would not fit within the next 400 days." in told


def test_several_ways_have_the_exact_part_before_them_where_one_is_rounded() -> None:
    told = lines(asked(MD, "2024-09-20T12:00", [{"category": "edible", "thc_mg": 1}]))
    (cart,) = [each for each in told if each.startswith("  This cart")]
    assert cart == (
        "  This cart about 0.00277% (exactly 1/36,000 of the allotment), which is about 0.00333 g flower or "
        "1 mg THC in other products."
    )
    whole = lines(asked(MD, "2024-09-20T12:00", [flower(60_000)]))
    assert "  This cart 60.0 g flower or 18,000 mg THC in other products." in whole


def test_an_item_is_told_with_its_exact_equivalency() -> None:
    told = lines(asked(MO, "2024-06-20T12:00", [flower(28_000), {"category": "concentrate", "net_mg": 2000}]))
    assert (
        "    flower: 28.0 g counted as about 0.987 oz (exactly 6,400,000/6,479,891 oz) "
        "(1 oz = 28.349523125 g net weight)"
    ) in told
    assert "    concentrate: 2.0 g counted as 0.25 oz (1 oz = 8.0 g net weight)" in told


def test_what_cannot_be_counted_is_not_told_as_nought() -> None:
    told = lines(asked("us-de-medical", "2022-03-03T12:00", [{"category": "concentrate", "net_mg": 1000}]))
    assert "  This cart 0.0 g, part of it cannot be counted." in told
    assert "    concentrate: no recorded amount, so not counted" in told
    rules = lines(asked(
        "us-oh-medical", "2023-04-20T12:00", [flower(1000, potency_bp=3501)],
        patient={"certification_from": "2023-03-01", "birth_date": "1971-07-07"},
    ))  # fmt: skip
    assert "    flower: a potency that no tier names, so not counted" in rules


def test_more_used_than_the_limit_is_told_as_such() -> None:
    told = lines(asked("us-nd-medical", "2024-05-05T12:00", [flower(1000)], history=[
        sold("2024-05-01T12:00", flower(100_000)),
    ]))  # fmt: skip
    assert "  Nothing is left: 29.127 g more than the limit is used already." in told
    assert "- Over the 30-day limit by 30.127 g. [limit:flower]" in told
    once = [sold("2024-05-01T12:00", flower(70_874))]
    barely = lines(asked("us-nd-medical", "2024-05-05T12:00", history=once))
    assert "  Nothing is left: 0.001 g more than the limit is used already." in barely
    full = lines(
        asked("us-nd-medical", "2024-05-05T12:00", history=[sold("2024-05-01T12:00", flower(70_873))])
    )
    assert "  Left 0.0 g." in full, "used to the last milligram is not over"


def test_a_cart_that_fits_exactly_is_not_too_much() -> None:
    told = lines(asked("us-az-medical", "2025-08-12T09:00", [flower(70_873)]))
    assert "  Left 70.873 g; after this cart 0.0 g." in told
    over = lines(asked("us-az-medical", "2025-08-12T09:00", [flower(70_874)]))
    assert "  Left 70.873 g; this cart is 0.001 g too much." in over


# -- periods

HELD = {"certification_from": "2025-01-01"}
FIRST = sold("2025-01-02T10:00", days(supply_mdays=22_000))


def test_two_open_periods_are_both_named_with_what_is_left_in_each() -> None:
    told = lines(asked(WV, "2025-01-24T10:00", [days(supply_mdays=12_000)], patient=HELD, history=[FIRST]))
    where = told.index(
        "  Two periods are open, counted from the certification, Wed Jan 1, 2025; a purchase first uses what is left "
        "of the earlier one:"
    )
    assert told[where + 1 : where + 3] == [
        "    Wed Jan 1, 2025 to Thu Jan 30, 2025: used 22 days of supply, left 8 days of supply",
        "    Fri Jan 31, 2025 to Sat Mar 1, 2025: used 0 days of supply, left 30 days of supply",
    ]


def test_a_purchase_in_two_periods_says_which_part_is_whose() -> None:
    second = sold("2025-01-24T10:00", days(supply_mdays=12_000))
    told = lines(asked(WV, "2025-02-01T10:00", patient=HELD, history=[FIRST, second]))
    assert "  Fri Jan 24, 2025, 10:00: 4 days of supply; leaves Sun Mar 2, 2025" in told
    assert "    charged to this period: 4 days of supply; the rest to the period beside it" in told
    both = lines(asked(WV, "2025-01-24T11:00", patient=HELD, history=[FIRST, second]))
    assert "    Wed Jan 1, 2025 to Thu Jan 30, 2025: used 30 days of supply, left 0 days of supply" in both
    assert "    Fri Jan 31, 2025 to Sat Mar 1, 2025: used 4 days of supply, left 26 days of supply" in both
    assert not [each for each in lines(asked(WV, "2025-01-23T10:00", patient=HELD, history=[FIRST]))
                if "charged" in each]  # fmt: skip


def periods(case: Case) -> list[tuple[Periods, Any, Fraction]]:
    rules, facts = programme(case["programme"]), limit_case(case)
    decision = decide(rules, facts)
    now = rules.version_on(facts.at.date_in(rules.zone))
    if now is None:
        return []
    found = []
    for told in decision.pools:
        rule = now.pool(told.id)
        assert rule is not None
        periods = periods_of(rule, told, now, rules, facts)
        if periods is not None and told.known and not told.barred:
            found.append((periods, told, rule.granted(facts.patient).limit))
    return found


AROUND = [
    asked(name, f"{day}T12:00", [days()], patient=patient, history=history)
    for name, patient in (
        (WV, HELD), ("us-ny-medical", HELD), (WV, {"anchor": "2025-01-06"}), ("us-pa-medical", {}),
        ("us-al-medical", {"daily_dose": 50, "birth_date": "1970-01-01"}), ("us-ct-medical", {}),
    )
    for day in ("2025-01-02", "2025-01-23", "2025-01-24", "2025-01-30", "2025-01-31", "2025-02-23", "2025-03-02",
                "2025-03-25", "2025-03-26", "2025-06-01")
    for history in (
        [],
        [FIRST],
        [FIRST, sold("2025-01-24T10:00", days(supply_mdays=40_000))],
        [sold("2025-01-06T10:00", flower(9_000, supply_mdays=9_000), days(thc_mg=500))],
    )
]  # fmt: skip


@pytest.mark.parametrize("case", [*AROUND, *worked_examples(), *by_hand()])
def test_the_periods_told_are_those_that_the_engine_reckons_with(case: Case) -> None:
    for found, told, limit in periods(case):
        today = limit_case(case).at.date_in(programme(case["programme"]).zone)
        assert limit * len(found.open) == told.limit
        assert sum(each.used for each in found.open) == told.used
        assert sum(each.left for each in found.open) == max(told.by_ledger, Fraction(0))
        assert found.open[0].first <= today <= found.open[0].last
        assert today < found.next_opens <= found.open[-1].last + timedelta(days=1)
        assert found.begins <= found.open[0].first


def test_one_period_has_its_days_and_when_the_next_opens() -> None:
    told = lines(asked(WV, "2025-01-23T10:00", patient=HELD, history=[FIRST]))
    assert (
        "  Period of Wed Jan 1, 2025 to Thu Jan 30, 2025 (counted from the certification, Wed Jan 1, 2025); the next "
        "one opens early, on Fri Jan 24, 2025."
    ) in told
    whole = lines(asked("us-ct-medical", "2023-09-30T20:00", history=[sold("2023-09-01T12:00", flower(1))]))
    assert (
        "  Period of Fri Sep 1, 2023 to Sat Sep 30, 2023 (counted from the first purchase, Fri Sep 1, 2023); the next "
        "one opens on Sun Oct 1, 2023."
    ) in whole
    stated = lines(asked(WV, "2025-01-23T10:00", patient=HELD | {"anchor": "2025-01-20"}))
    assert any("counted from the day on record for this patient, Mon Jan 20, 2025" in each for each in stated)
    new = lines(asked("us-ct-medical", "2023-09-30T20:00"))
    assert any("Period of Sat Sep 30, 2023 to Sun Oct 29, 2023 (counted from today)" in each for each in new)


def test_a_period_that_opens_a_day_early_says_so() -> None:
    window = '{ shape = "fill-period", days = 30, anchor = "first-purchase", early_days = 1 }'
    told = by(parse_pack(pack(version(pool(window=window))), "us-xx-medical.toml"))
    assert any(each.endswith("; the next one opens early, on Tue Feb 18, 2025.") for each in told)


def test_before_the_first_period_its_day_is_told() -> None:
    told = lines(asked(WV, "2024-12-31T10:00", [days()], patient=HELD))
    assert (
        "30-day supply: nothing may be bought, since the first period has not begun, or its beginning is not on record"
    ) in told
    assert "  The first period begins on Wed Jan 1, 2025." in told
    on_it = lines(asked(WV, "2025-01-01T00:00", [days()], patient=HELD))
    assert not [each for each in on_it if "The first period begins" in each]
    unknown = lines(asked(WV, "2024-12-31T10:00", [days()]))
    assert not [each for each in unknown if "period begins" in each]


def test_what_was_bought_before_the_history_begins_is_no_first_purchase() -> None:
    text = pack(version(
        pool(window='{ shape = "fill-period", days = 30, anchor = "first-purchase" }'),
        more="history_from = 2025-01-10",
    ))  # fmt: skip
    rules = parse_pack(text, "us-xx-medical.toml")
    told = by(rules, history=[sold("2025-01-02T10:00", flower(1)), sold("2025-01-12T10:00", flower(1))])
    assert any("(counted from the first purchase, Sun Jan 12, 2025)" in each for each in told)
