"""What `limits explain` tells of where a limit comes from, of the state’s figure, and of reliefs."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pos_desktop.domain.limits.engine import decide
from pos_desktop.domain.limits.explain import explained
from pos_desktop.domain.limits.pack import parse_pack
from tests.fixtures.limit_asked import CO, FL, MD, MO, NH, UT, Case, asked, by, lines
from tests.fixtures.limit_cases import limit_case
from tests.fixtures.limit_corners import flower, sold
from tests.fixtures.limit_packs import pack, pool, programme, version

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
