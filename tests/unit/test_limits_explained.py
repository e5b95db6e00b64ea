"""What `limits explain` tells a compliance officer: exact amounts, open periods, and what made or lifted a limit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from pos_desktop.domain.limits.amounts import about_text, exact_text
from pos_desktop.domain.limits.engine import decide
from pos_desktop.domain.limits.explain import explained
from pos_desktop.domain.limits.open_periods import Periods, periods_of
from pos_desktop.domain.limits.pack import parse_pack
from pos_desktop.domain.limits.programme import Programme
from tests.fixtures.limit_cases import by_hand, limit_case, worked_examples
from tests.fixtures.limit_corners import flower, sold
from tests.fixtures.limit_packs import pack, pool, programme, version

CO, FL, MD, MO, NH, UT, WV = (f"us-{each}-medical" for each in ("co", "fl", "md", "mo", "nh", "ut", "wv"))
Case = dict[str, Any]


def asked(name: str, at: str, cart: Sequence[Case] = (), **more: Any) -> Case:
    return {"programme": name, "patient": {}, "history": [], "cart": list(cart), "at": at} | more


def lines(case: Case) -> list[str]:
    rules, facts = programme(case["programme"]), limit_case(case)
    return explained(decide(rules, facts), rules, facts)


def days(**more: int) -> Case:
    return {"category": "tincture", "supply_mdays": 1000} | more


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


def by(rules: Programme, **more: Any) -> list[str]:
    from pos_desktop.domain.limits.cases import read_case

    facts = read_case(asked(rules.id, "2025-01-20T12:00", **more), rules, "Case")
    return explained(decide(rules, facts), rules, facts)


# -- where a limit comes from


@pytest.mark.parametrize(
    ("name", "at", "patient", "said"),
    [
        ("us-nd-medical", "2024-02-02T12:00", {"certified": {"flower": 200_000}},
         "The practitioner certified 200.0 g instead of the programme’s 70.873 g, but no more than 170.097 g counts."),
        ("us-nd-medical", "2024-02-02T12:00", {"certified": {"flower": 170_097}},
         "The practitioner certified 170.097 g instead of the programme’s 70.873 g."),
        (UT, "2025-04-10T12:00", {"certified": {"flower": 30_000, "thc": 20_000}},
         "The practitioner certified 30.0 g, the programme’s own limit is 113.0 g; the smaller one holds."),
        (UT, "2025-04-10T12:00", {"certified": {"flower": 113_001, "thc": 20_000}},
         "The practitioner certified 113.001 g, the programme’s own limit is 113.0 g; the smaller one holds."),
        ("us-al-medical", "2025-04-10T12:00", {"daily_dose": 75, "birth_date": "1950-01-01"},
         "The practitioner’s daily dose, 75 mg THC, for 60 days."),
        (MD, "2024-09-20T12:00", {"certified": {"allotment": {"flower": 150_000}}},
         "The practitioner certified 150.0 g flower instead of the programme’s 120.0 g."),
        (FL, "2024-07-05T10:00", {"orders": [
            {"pool": "smoking-order", "from": "2024-06-01", "to": "2024-07-05", "amount": 56_000},
        ]}, "The practitioner’s order of Sat Jun 1, 2024 to Fri Jul 5, 2024: 56.0 g."),
    ],
)  # fmt: skip
def test_what_the_practitioner_said_is_named(name: str, at: str, patient: Case, said: str) -> None:
    assert f"  {said}" in lines(asked(name, at, patient=patient))
    plain = lines(asked(name, at, patient={"birth_date": "1950-01-01"}))
    assert not [each for each in plain if "certified" in each or "The practitioner’s" in each]


@pytest.mark.parametrize("day", ["2024-06-01", "2024-07-05"])
def test_an_order_holds_on_both_its_ends(day: str) -> None:
    order = {"pool": "smoking-order", "from": "2024-06-01", "to": "2024-07-05", "amount": 56_000}
    told = lines(asked(FL, f"{day}T10:00", patient={"orders": [order]}))
    assert "  The practitioner’s order of Sat Jun 1, 2024 to Fri Jul 5, 2024: 56.0 g." in told


def test_an_order_that_is_over_or_to_come_made_no_limit() -> None:
    of = {"pool": "smoking-order", "amount": 56_000}
    orders = [
        of | {"from": "2024-06-01", "to": "2024-07-04"},
        of | {"from": "2024-07-06", "to": "2024-08-01"},
    ]
    told = lines(asked(FL, "2024-07-05T10:00", patient={"orders": orders}))
    assert not [each for each in told if "The practitioner’s order of" in each]
    assert (
        "Balance of the current smoking order: nothing may be bought, since no order of the practitioner is in force"
        in told
    )


SPRING = {"from": "2025-03-01", "to": "2025-05-01"}
WAIVED = {"certified": {"flower": 113_000, "thc": 20_000}}


def waived(at: str, **dates: str) -> list[str]:
    grant = {"id": "terminal-palliative"} | dates
    return lines(asked(UT, at, [flower(150_000)], patient=WAIVED | {"exemptions": [grant]}))


def test_an_exemption_that_lifts_is_named_with_its_days_and_source() -> None:
    told = waived("2025-04-10T12:00", **SPRING)
    lifted = [each for each in told if each.startswith("Not in force for this patient: ")]
    assert [each.split(": ", 1)[1].split(". ")[0] for each in lifted] == [
        "113 g flower in 28 days",
        "20 g THC in 28 days",
    ]
    assert all(
        "Lifted by the exemption terminal-palliative from Sat Mar 1, 2025 to Thu May 1, 2025 (26B-4-245(2)"
        in each
        for each in lifted
    )


@pytest.mark.parametrize(
    ("at", "dates", "said"),
    [
        ("2025-02-28T12:00", SPRING, "it holds from Sat Mar 1, 2025 to Thu May 1, 2025"),
        ("2025-05-02T12:00", SPRING, "it holds from Sat Mar 1, 2025 to Thu May 1, 2025"),
        ("2025-10-01T12:00", {"from": "2025-03-01"}, "it holds from Sat Mar 1, 2025 to Wed Aug 27, 2025"),
        ("2025-10-01T12:00", {}, "lifts nothing: its first day is not on record"),
    ],
)  # fmt: skip
def test_an_exemption_that_does_not_hold_today_says_so(at: str, dates: dict[str, str], said: str) -> None:
    told = waived(at, **dates)
    assert (
        len([each for each in told if each.startswith("The exemption terminal-palliative") and said in each])
        == 1
    )
    assert not [each for each in told if each.startswith("Not in force")]


@pytest.mark.parametrize("day", ["2025-03-01", "2025-05-01"])
def test_both_ends_of_an_exemption_are_in_it(day: str) -> None:
    told = waived(f"{day}T12:00", **SPRING)
    assert not [each for each in told if each.startswith("The exemption")]
    assert len([each for each in told if "Lifted by the exemption terminal-palliative" in each]) == 2


def test_of_two_exemptions_each_speaks_for_itself() -> None:
    lifting = "".join(
        f'[[programme.version.exemption]]\nid = "{name}"\ncite = "law"\nlifts = ["{lifts}"]\n{more}\n'
        for name, lifts, more in (("e", "flower", ""), ("f", "young", "max_days = 180"))
    )
    text = pack(version(pool(), pool("young", more="when = { age_max = 17 }"), lifting))
    patient = {"birth_date": "1990-02-02", "exemptions": [{"id": "e"}, {"id": "f"}]}
    told = by(parse_pack(text, "us-xx-medical.toml"), patient=patient)
    assert [each for each in told if "Not in force" in each or "The exemption" in each] == [
        "Not in force for this patient: Sample allotment flower. Lifted by the exemption e (law).",
        "Not in force for this patient: Sample allotment young. It is for ages up to 17, and the patient is 34.",
        "The exemption f lifts nothing: its first day is not on record.",
    ]


def test_an_exemption_without_an_end_and_with_a_condition() -> None:
    grant = {"id": "hardship-primary-store"}
    told = lines(asked(CO, "2024-05-10T18:00", patient={"birth_date": "1990-02-02", "exemptions": [grant]}))
    assert (
        "Not in force for this patient: 2 oz flower a day. Lifted by the exemption hardship-primary-store; only at the "
        "store the patient has designated (HB21-1317: certified physical or geographic hardship, at the one designated "
        "store)."
    ) in told


@pytest.mark.parametrize(
    ("name", "patient", "said"),
    [
        (CO, {"birth_date": "1990-02-02"},
         "2 g concentrate a day (18 to 20). It is for ages 18 to 20, and the patient is 34."),
        (CO, {"birth_date": "2004-02-02"},
         "8 g concentrate a day (21 and over). It is for ages from 21, and the patient is 20."),
        (NH, {}, "Three purchases a year (visitors). It is for a visitor."),
        (NH, {"holder": "visitor", "authorisations": ["listed-condition"]},
         "Three purchases a year (visitors). Lifted by what is authorised: listed condition."),
        (FL, {}, "Balance of the current smoking order. No order of the practitioner for it is on record."),
    ],
)  # fmt: skip
def test_a_pool_that_is_not_this_patients_says_why(name: str, patient: Case, said: str) -> None:
    assert f"Not in force for this patient: {said}" in lines(asked(name, "2024-05-10T18:00", patient=patient))


def test_of_two_orders_each_pool_has_its_own() -> None:
    of_order = 'allowance = { mode = "order", optional = true }'
    pools = (pool(each, limit=None, window='{ shape = "order" }', more=of_order) for each in ("a", "b"))
    rules = parse_pack(pack(version(*pools)), "us-xx-medical.toml")
    order = {"pool": "a", "from": "2025-01-01", "to": "2025-02-01", "amount": 1000}
    told = by(rules, patient={"orders": [order]})
    assert [each for each in told if "Not in force" in each] == [
        "Not in force for this patient: Sample allotment b. No order of the practitioner for it is on record."
    ]
    assert "  The practitioner’s order of Wed Jan 1, 2025 to Sat Feb 1, 2025: 1.0 g." in told


def test_a_pool_for_the_young_alone() -> None:
    rules = parse_pack(pack(version(pool(more="when = { age_max = 17 }"))), "us-xx-medical.toml")
    (said,) = [
        each for each in by(rules, patient={"birth_date": "1990-02-02"}) if each.startswith("Not in force")
    ]
    assert said.endswith("It is for ages up to 17, and the patient is 34.")


def test_without_the_question_the_decision_is_told_alone() -> None:
    rules, facts = programme(CO), limit_case(asked(CO, "2024-05-10T18:00", [flower(1000)]))
    told = explained(decide(rules, facts), rules)
    assert "  This cart 1.0 g." in told
    assert not [each for each in told if "Not in force" in each or "counted as" in each]


# -- the state's figure, reliefs


def figure(available: int, **more: Any) -> list[str]:
    state = {"as_of": "2025-01-10T11:50", "available": {"month": available}}
    return lines(asked(MO, "2025-01-10T12:00", [flower(1000)], state=state, link="up", **more))


def test_a_figure_that_lowers_and_one_that_is_only_rounded_are_told_apart() -> None:
    lowered = figure(1_500_000)
    assert (
        "  The state’s figure leaves 1.5 oz; by this store’s own records it would be 6 oz. The lower one holds."
    ) in lowered
    assert (
        "  The state’s figure is lower than this store’s records: what comes back when is not known."
        in lowered
    )
    apart = "which is no more than its rounding. The lower one holds."
    for available, so_little in ((5_999_400, True), (5_999_399, False)):
        rounded = [
            each for each in figure(available) if "by this store’s own records it would be 6 oz" in each
        ]
        assert [apart in each for each in rounded] == [so_little]
    assert not [each for each in lowered if apart in each]
    same = figure(6_000_000)
    assert not [each for each in same if "The state’s figure leaves" in each]


def test_when_a_cart_fits_is_not_known_where_the_state_is_in_the_way() -> None:
    assert "When this cart would fit is not known: the state’s figure has no dates." in figure(1)
    assert not [each for each in figure(6_000_000) if "would fit" in each or "would not fit" in each]


def relief(*cart: Case) -> list[str]:
    return lines(asked(MD, "2023-06-17T12:00", cart, link="down"))


def test_a_refusal_by_a_relief_says_by_how_much() -> None:
    told = relief(flower(12_001))
    assert (
        "- Over what the relief allows in one sale while the state cannot be asked, by 0.001 g (“Relief: flower, one "
        "sale”). [relief:june-2023-slowdown:0]"
    ) in told
    assert "  (Maryland Cannabis Administration, emergent and temporary exception)" in told
    assert "  Left 12.0 g; this cart is 0.001 g too much." in told


def test_a_relief_that_cannot_count_a_product_says_that() -> None:
    told = relief({"category": "vape", "net_mg": 1000})
    (line,) = [each for each in told if each.endswith("[relief:june-2023-slowdown:1]")]
    assert line.startswith("- A product in the cart has no recorded amount for “Relief: THC, one sale”.")
    assert "  This cart 0 mg THC, part of it cannot be counted." in told


def test_each_sale_alone_has_no_past_and_waits_for_nothing() -> None:
    told = lines(asked("us-wa-medical", "2023-10-10T15:00", [flower(1000)]))
    assert told.count("  Each sale starts anew.") == 4
    assert not [each for each in told if "come back" in each or each.startswith(("  Used", "  No earlier"))]


def test_what_stood_there_before_is_told_or_that_nothing_did() -> None:
    nothing = "  No earlier purchase in this window."
    once = [sold("2025-08-11T09:00", flower(7))]
    told = lines(asked("us-az-medical", "2025-08-12T09:00", history=once))
    assert "  Mon Aug 11, 2025, 09:00: 0.007 g; leaves Mon Aug 25, 2025" in told
    assert ("  0.007 g more on Mon Aug 25, 2025." in told, nothing in told) == (True, False)
    fresh = lines(asked("us-az-medical", "2025-08-12T09:00"))
    assert [fresh.count(each) for each in (nothing, "  Nothing waits to come back.")] == [1, 1]
    once = [sold("2024-02-10T12:00", flower(10_000))]
    visits = lines(asked(NH, "2024-12-30T12:00", patient={"holder": "visitor"}, history=once))
    assert "  Sat Feb 10, 2024, 12:00: 1 purchase; leaves Wed Jan 1, 2025" in visits
    assert not [each for each in visits if "charged to" in each]


def test_a_pool_that_is_barred_says_what_would_open_it_and_promises_nothing_else() -> None:
    barred = lines(asked(UT, "2025-04-10T12:00", patient={"certified": {"flower": 30_000}}))
    where = barred.index(
        "20 g THC in 28 days: nothing may be bought, since the practitioner stated no amount"
    )
    assert barred[where + 2 : where + 6] == [
        "  No earlier purchase in this window.", "  Used 0 mg THC.", "  This cart 0 mg THC.", "",
    ]  # fmt: skip
    later = {"pool": "smoking-order", "from": "2024-07-06", "to": "2024-08-01", "amount": 56_000}
    to_come = lines(asked(FL, "2024-07-05T10:00", patient={"orders": [later]}))
    assert "  56.0 g more on Sat Jul 6, 2024." in to_come


def test_only_the_allotment_that_cannot_count_a_product_says_so() -> None:
    rosin = {"category": "concentrate", "thc_mg": 1}
    told = lines(asked(CO, "2024-05-10T18:00", [flower(1000), rosin], patient={"birth_date": "1990-02-02"}))
    assert "  This cart 1.0 g." in told
    assert "  This cart 0.0 g, part of it cannot be counted." in told
    history = [sold("2024-07-04T12:00", {"category": "vape", "net_mg": 1000})]
    unknown = lines(asked(MD, "2024-07-20T12:00", [flower(1000)], history=history))
    assert "  This cart 1.0 g flower or 300 mg THC in other products." in unknown
    assert "  What is left is not known: an earlier purchase has no recorded amount." in unknown
    assert "  This cart 12.001 g." in relief(flower(12_001))


def test_more_that_comes_with_new_rules_names_them() -> None:
    told = lines(asked("us-nm-medical", "2021-10-10T12:00", [flower(1000)]))
    assert "  195 units more on Tue Feb 22, 2022, when version 425-units begins." in told
    assert date(2022, 2, 22) == programme("us-nm-medical").versions[-1].effective_from
