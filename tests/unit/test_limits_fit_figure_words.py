"""What fits instead, the state's ounces, and the sentences of the counter."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits import words
from pos_desktop.domain.limits.amounts import amount_text
from pos_desktop.domain.limits.engine import Standing, decide, largest_fit, largest_parts, prepare
from pos_desktop.domain.limits.figure import ClassOunces, StateRow, figure_from_rows
from pos_desktop.domain.limits.model import (
    CardFacts,
    Category,
    Decision,
    Item,
    LimitCase,
    Link,
    Measures,
    PatientFacts,
    Purchase,
    Refusal,
)
from tests.fixtures.limit_packs import programme

MI = programme("us-mi-medical")
NOON = Instant.parse("2026-11-24T12:00:00-05:00")
ROSIN = Item(Category.CONCENTRATE, Measures(equiv_mg=4000))
JAR = Item(Category.FLOWER, Measures(net_mg=7000))


def standing(*history: Purchase, **more: Any) -> Standing:
    return prepare(MI, at=NOON, patient=PatientFacts(), history=history, **more)


# -- what fits -----------------------------------------------------------------------------------


def test_the_largest_quantity_beside_the_other_lines() -> None:
    cart = (JAR, Item(Category.CONCENTRATE, ROSIN.measures.times(16)))
    assert largest_fit(standing(), cart, 1, ROSIN, 20) == 15
    assert largest_fit(standing(), cart, 1, ROSIN, 9) == 9


def test_a_weighed_line_fits_to_the_milligram() -> None:
    one = Item(Category.FLOWER, Measures(net_mg=1))
    cart = (JAR, Item(Category.FLOWER, Measures(net_mg=80000)))
    assert largest_fit(standing(), cart, 1, one, 80000) == 63873


def test_nothing_fits_beside_lines_that_are_over_by_themselves_or_cannot_be_counted() -> None:
    over = (Item(Category.FLOWER, Measures(net_mg=70874)), ROSIN)
    assert largest_fit(standing(), over, 1, ROSIN, 5) == 0
    assert largest_fit(standing(), (ROSIN,), 0, Item(Category.VAPE, Measures(net_mg=1)), 5) == 0
    assert largest_fit(standing(), (ROSIN,), 0, Item(Category.SEED, Measures(count=1)), 5) == 0
    gap = prepare(
        programme("us-fl-medical"),
        at=Instant.parse("2020-01-01T12:00:00Z"),
        patient=PatientFacts(),
        history=(),
    )
    assert largest_fit(gap, (JAR,), 0, JAR, 5) == 0


def test_the_parts_of_all_lines_pass_together() -> None:
    """Each of these jars fits alone, and the two together do not: the second gets what the first leaves."""
    jars = tuple(Item(Category.FLOWER, Measures(net_mg=mg)) for mg in (50_000, 40_000))
    parts = largest_parts(standing(), (jars[0], Item(Category.SEED, Measures(count=1)), jars[1]))
    assert list(parts) == [Fraction(1), Fraction(0), Fraction(20_873, 40_000)]
    kept = tuple(
        Item(each.category, each.measures.part(part))
        for each, part in zip(jars, (parts[0], parts[2]), strict=True)
    )
    assert standing().decide(kept).allowed
    assert all(largest_parts(standing(), (jar, jar))[0] == Fraction(1) for jar in jars)


def test_a_part_of_a_measure_is_in_whole_units_and_leaves_the_potency() -> None:
    whole = Measures(net_mg=1_000, count=3, potency_bp=2_050)
    assert whole.part(Fraction(2, 3)) == Measures(net_mg=666, count=2, potency_bp=2_050)
    assert whole.part(Fraction(1)) == whole


def test_what_no_pool_counts_fits_up_to_the_ceiling() -> None:
    grinder = Item(Category.ACCESSORY, Measures(count=1))
    assert largest_fit(standing(), (grinder,), 0, grinder, 7) == 7


def test_what_counts_for_nothing_fits_unless_the_pool_is_over_already() -> None:
    balm = Item(Category.TOPICAL, Measures(equiv_mg=0))
    over = Purchase(NOON, (Item(Category.FLOWER, Measures(net_mg=70874)),))
    assert largest_fit(standing(), (balm,), 0, balm, 5) == 5
    assert largest_fit(standing(over), (balm,), 0, balm, 5) == 0
    full = Purchase(NOON, (Item(Category.FLOWER, Measures(net_mg=70873)),))
    assert largest_fit(standing(full), (balm,), 0, balm, 5) == 5


# -- the state's ounces --------------------------------------------------------------------------


def _ounces(available: str, allowed: str = "0", purchased: str = "0") -> ClassOunces:
    return ClassOunces(Fraction(allowed), Fraction(purchased), Fraction(available))


def test_ounces_become_whole_units_and_a_row_of_no_pool_binds_the_longer_one() -> None:
    rows = (
        StateRow(days=Fraction(30), flower_oz=_ounces("10")),
        StateRow(days=Fraction(1), flower_oz=_ounces("2.5")),
        StateRow(days=Fraction(7), flower_oz=_ounces("1")),
    )
    figure = figure_from_rows(MI, rows, NOON, NOON)
    assert figure.available == {"day": 70873, "thirty": 28349}
    assert figure.as_of == NOON


def test_rounding_gives_nothing_away_below_nought_either() -> None:
    figure = figure_from_rows(MI, (StateRow(Fraction(1), _ounces("-0.1", "2.5", "2.6")),), NOON, NOON)
    assert figure.available == {"day": -2835}


def test_a_class_that_the_state_does_not_use_gives_no_figure() -> None:
    used_up = StateRow(Fraction(1), _ounces("0", "2.5", "2.5"))
    unused = StateRow(Fraction(30), _ounces("0"))
    assert figure_from_rows(MI, (used_up, unused), NOON, NOON).available == {"day": 0}


def test_thc_is_read_for_thc_pools_and_the_lowest_row_counts() -> None:
    rows = (
        StateRow(Fraction(30), _ounces("2.5"), _ounces("0.1")),
        StateRow(Fraction(30), _ounces("1"), _ounces("0.2")),
    )
    assert figure_from_rows(programme("us-nd-medical"), rows, NOON, NOON).available == {
        "flower": 28349,
        "thc": 2834,
    }


def test_no_rules_in_force_give_no_figure() -> None:
    long_ago = Instant.parse("2020-01-01T12:00:00Z")
    rows = (StateRow(Fraction(35), _ounces("1")),)
    assert figure_from_rows(programme("us-fl-medical"), rows, NOON, long_ago).available == {}


# -- words ---------------------------------------------------------------------------------------


MINOR = (
    "The rules of MI do not allow this sale: MCL 333.26426(b)(3)(C): the parent or guardian controls the acquisition "
    "for a patient under 18."
)


def _refused(*cart: Item, history: tuple[Purchase, ...] = (), **more: Any) -> Decision:
    facts = {"patient": PatientFacts()} | more
    return decide(MI, LimitCase(at=NOON, history=history, cart=cart, **facts))


def _sentences(decision: Decision) -> list[str]:
    return [words.refusal_sentence(each, decision, MI) for each in decision.refusals]


def test_over_the_day_says_by_exactly_how_much() -> None:
    decision = _refused(Item(Category.FLOWER, Measures(net_mg=70873 + 11401)))
    assert _sentences(decision) == ["Over today’s limit by 11.401 g."]
    assert words.rule_text(decision.refusals[0]) == "“2.5 ounces per day” (R 333.274 / R 420.506)"


def test_over_the_thirty_days_and_when_more_comes_back() -> None:
    sale = Purchase(
        Instant.parse("2026-11-01T12:00:00-04:00"), (Item(Category.FLOWER, Measures(net_mg=28000)),)
    )
    more = Purchase(
        Instant.parse("2026-11-05T12:00:00-05:00"), (Item(Category.FLOWER, Measures(net_mg=240000)),)
    )
    decision = _refused(Item(Category.FLOWER, Measures(net_mg=20000)), history=(sale, more))
    assert _sentences(decision) == ["Over the 30-day limit by 4.505 g."]
    day, thirty = decision.pools
    assert words.release_sentence(thirty, MI) == "28.0 g more on Tue Dec 1, 2026."
    assert words.release_sentence(day, MI) == "Nothing waits to come back."


def test_the_day_starts_again_at_midnight() -> None:
    sale = Purchase(NOON, (Item(Category.FLOWER, Measures(net_mg=70000)),))
    day = _refused(JAR, history=(sale,)).pools[0]
    assert words.release_sentence(day, MI) == "70.0 g more on Wed Nov 25, 2026."


def test_one_sale_has_its_own_words() -> None:
    rules = programme("us-wa-medical")
    cart = (Item(Category.BEVERAGE, Measures(volume_ul=6387883)),)
    decision = decide(rules, LimitCase(at=NOON, patient=PatientFacts(), cart=cart))
    assert (
        words.refusal_sentence(decision.refusals[0], decision, rules)
        == "Over the limit for one sale by about 0.0000339 fl oz (exactly 0.001 mL)."
    )


@pytest.mark.parametrize(
    ("decision", "sentence"),
    [
        (_refused(JAR, patient=PatientFacts(card=CardFacts(starts=NOON.date_in(MI.zone).replace(year=2027)))),
         "This card is not valid yet."),
        (_refused(JAR, patient=PatientFacts(card=CardFacts(expires=NOON.date_in(MI.zone).replace(year=2025)))),
         "This card has expired. The patient needs a valid card."),
        (_refused(JAR, patient=PatientFacts(card=CardFacts(kind="letter"))),
         "This kind of card is not accepted in MI."),
        (_refused(JAR, patient=PatientFacts(birth_date=NOON.date_in(MI.zone).replace(year=2015))),
         MINOR),
        (_refused(JAR, link=Link.UP), "The state’s figure must be fetched again before this sale."),
        (_refused(Item(Category.PLANT, Measures(count=1))),
         "The rules of MI do not say how “plant” counts. Remove it from the cart."),
    ],
)  # fmt: skip
def test_each_refusal_has_its_sentence(decision: Decision, sentence: str) -> None:
    assert _sentences(decision) == [sentence]


def test_what_is_not_recorded_is_asked_for() -> None:
    blank = Item(Category.VAPE, Measures())
    assert _sentences(_refused(blank))[0] == (
        "A product in the cart has no recorded amount for “Today”. Add it to the product, or remove the line."
    )
    history = (Purchase(NOON, (blank,)),)
    assert _sentences(_refused(JAR, history=history))[1] == (
        "What is left of “30 days” is not known: an earlier purchase has no recorded amount. "
        "Complete that record first."
    )


def test_no_line_and_no_rules() -> None:
    arizona = programme("us-az-medical")
    offline = decide(arizona, LimitCase(at=NOON, patient=PatientFacts(), link=Link.DOWN))
    assert words.refusal_sentence(offline.refusals[0], offline, arizona) == (
        "The state’s system cannot be reached, and AZ does not allow a sale without it."
    )
    florida = programme("us-fl-medical")
    gap = decide(florida, LimitCase(at=Instant.parse("2020-01-01T12:00:00Z"), patient=PatientFacts()))
    assert words.refusal_sentence(gap.refusals[0], gap, florida) == (
        "No purchase limits are in force for FL on this date, so nothing can be sold."
    )


def test_a_code_without_words_of_its_own_still_gets_a_sentence() -> None:
    decision = _refused(JAR)
    gate = Refusal("gate:no-raw-plant", cite="sample rule 7")
    assert (
        words.refusal_sentence(gate, decision, MI) == "The rules of MI do not allow this sale: sample rule 7."
    )
    other = Refusal("moon-phase")
    assert (
        words.refusal_sentence(other, decision, MI) == "The rules of MI do not allow this sale (moon-phase)."
    )
    assert words.rule_text(other) == ""


def test_amounts_are_shown_in_the_pools_unit() -> None:
    assert amount_text("mg", Fraction(283495)) == "283.4 g"
    assert amount_text("mg", Fraction(1234567), up=True) == "1,234.6 g"
    assert amount_text("mg-thc", Fraction("2833.9")) == "2,833 mg THC"
    assert amount_text("milli-unit", Fraction(5)) == "0.005 units"
    assert amount_text("mg", Fraction(-1)) == "0.0 g"
    assert amount_text("furlong", Fraction("9.99")) == "9 furlong"
