"""The edges, one by one: each shipped pool below, at and above its limit; midnights, clock changes, cards, the line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from pos_desktop.domain.identity import PatientId
from pos_desktop.domain.instant import MINUTE_US, Instant
from pos_desktop.domain.limits.engine import decide, prepare
from pos_desktop.domain.limits.gates import BuyerMinAge
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
    StateFigure,
)
from pos_desktop.domain.limits.words import refusal_sentence
from pos_desktop.domain.patient import Patient
from tests.fixtures.limit_packs import NAMES, programme

MI, AZ = "us-mi-medical", "us-az-medical"
MINORS = [
    name
    for name in NAMES
    if any(isinstance(gate, BuyerMinAge) and gate.age == 18 for gate in programme(name).versions[-1].gates)
]
"""Where a patient below 18 does not buy alone."""
NOON = "2026-11-24T12:00:00-05:00"


def flower(mg: int) -> Item:
    return Item(Category.FLOWER, Measures(net_mg=mg))


def bought(at: str, mg: int, **more: Any) -> Purchase:
    return Purchase(Instant.parse(at), (flower(mg),), **more)


def ask(name: str, mg: int, *history: Purchase, at: str = NOON, **more: Any) -> Decision:
    facts: dict[str, Any] = {"patient": PatientFacts(), "history": history, "cart": (flower(mg),)} | more
    return decide(programme(name), LimitCase(at=Instant.parse(at), **facts))


def test_midnight_of_the_programme_frees_the_day_in_spring_and_in_autumn() -> None:
    for before, after in (
        ("2026-03-08T23:59:59.999999-04:00", "2026-03-09T00:00:00-04:00"),
        ("2026-11-01T23:59:59.999999-05:00", "2026-11-02T00:00:00-05:00"),
    ):
        morning = bought(f"{before[:10]}T00:00:00-{'05' if before[5:7] == '03' else '04'}:00", 70873)
        assert ask(MI, 1, morning, at=before).refused_by == ("limit:day",)
        assert ask(MI, 70873, morning, at=after).allowed


def test_both_hours_of_the_autumn_repetition_are_one_day() -> None:
    first = bought("2026-11-01T01:30:00-04:00", 40000)
    again = ask(MI, 30874, first, at="2026-11-01T01:10:00-05:00")
    assert again.refused_by == ("limit:day",)
    assert again.refusals[0].excess == 1


def test_the_day_is_the_registrys_and_not_that_of_universal_time() -> None:
    evening = bought("2026-11-24T19:30:00-05:00", 70873)
    assert ask(MI, 1, evening, at="2026-11-24T20:30:00-05:00").refused_by == ("limit:day",)


def test_a_leap_day_is_one_of_the_fourteen() -> None:
    sale = bought("2028-02-16T12:00:00-07:00", 70873)
    assert ask(AZ, 1, sale, at="2028-02-29T23:59:59-07:00").refused_by == ("limit:allotment",)
    assert ask(AZ, 70873, sale, at="2028-03-01T00:00:00-07:00").allowed
    common_year = bought("2027-02-16T12:00:00-07:00", 70873)
    assert not ask(AZ, 1, common_year, at="2027-03-01T23:59:59-07:00").allowed
    assert ask(AZ, 1, common_year, at="2027-03-02T00:00:00-07:00").allowed


def test_arizona_keeps_no_daylight_time() -> None:
    sale = bought("2026-03-01T23:30:00-07:00", 70873)
    assert ask(AZ, 1, sale, at="2026-03-14T23:30:00-07:00").enough_at == Instant.parse("2026-03-15T07:00:00Z")


def test_what_comes_back_is_named_with_its_moment() -> None:
    answer = ask(
        MI, 1000, bought("2026-11-02T09:00:00-05:00", 28000), bought("2026-11-24T09:00:00-05:00", 7000)
    )
    day, thirty = answer.pools
    assert day.next_release == 7000
    assert day.next_release_at == Instant.parse("2026-11-25T00:00:00-05:00")
    assert thirty.next_release == 28000
    assert thirty.next_release_at == Instant.parse("2026-12-02T00:00:00-05:00")
    assert [spend.counted for spend in thirty.spends] == [28000, 7000]


def test_enough_waits_for_the_last_of_several_pools() -> None:
    """The day is free tomorrow, the thirty days only on the 5th of December."""
    history = [bought(f"2026-11-0{day}T12:00:00-05:00", 70000) for day in (5, 6, 7)]
    answer = ask(MI, 70000, *history, bought("2026-11-24T09:00:00-05:00", 70000))
    assert set(answer.refused_by) == {"limit:day", "limit:thirty"}
    assert answer.enough_at == Instant.parse("2026-12-05T00:00:00-05:00")


def test_a_cart_above_the_limit_itself_is_never_promised() -> None:
    assert ask(MI, 70874).enough_at is None


def test_a_pool_that_the_cart_does_not_touch_cannot_refuse_it() -> None:
    rules = programme("us-nd-medical")
    at = Instant.parse(NOON)
    oversold = Purchase(at.plus_us(-1), (flower(100000),))
    cart = (Item(Category.VAPE, Measures(thc_mg=4000)),)
    case = LimitCase(at=at, patient=PatientFacts(), history=(oversold,), cart=cart)
    assert decide(rules, case).allowed


def test_caregivers_draw_on_the_patients_pool() -> None:
    answer = ask(MI, 10000, bought("2026-11-24T09:00:00-05:00", 65000, by="caregiver:b"), buyer="caregiver:a")
    assert answer.refused_by == ("limit:day",)


@pytest.mark.parametrize("name", MINORS)
def test_a_minor_does_not_buy_alone(name: str) -> None:
    def alone(born: date, buyer: str = "patient") -> bool:
        potency = Measures(net_mg=1000, potency_bp=2000)
        patient = PatientFacts(birth_date=born, certification_from=date(2026, 11, 1))
        facts: dict[str, Any] = {
            "patient": patient,
            "cart": (Item(Category.FLOWER, potency),),
            "buyer": buyer,
        }
        return not ask(name, 0, **facts).refused_by

    assert not alone(date(2008, 11, 25))
    assert alone(date(2008, 11, 25), "caregiver:a")
    assert alone(date(2008, 11, 24))


def test_the_programmes_that_ask_a_caregiver_for_a_minor() -> None:
    states = ("az", "de", "ma", "mi", "oh")
    assert [f"us-{state}-medical" for state in states] == MINORS


def test_a_history_without_its_measure_is_not_taken_for_nothing() -> None:
    blank = Purchase(Instant.parse(NOON).plus_us(-1), (Item(Category.EDIBLE, Measures(net_mg=100)),))
    answer = ask(MI, 1000, blank)
    assert answer.refused_by == ("unmeasured-history:day", "unmeasured-history:thirty")
    assert [pool.known for pool in answer.pools] == [False, False]
    assert [spend.known for spend in answer.pools[0].spends] == [False]
    assert answer.enough_at == Instant.parse("2026-12-24T00:00:00-05:00")
    accessory = (Item(Category.ACCESSORY, Measures(count=1)),)
    assert ask(MI, 0, blank, cart=accessory).allowed


def test_a_line_without_its_measure_is_refused_and_named() -> None:
    answer = ask(MI, 0, cart=(Item(Category.VAPE, Measures(net_mg=1000)), flower(3500)))
    assert answer.refused_by == ("missing-measure:day", "missing-measure:thirty")
    assert answer.pools[0].counted == (Fraction(0), Fraction(3500))


def test_the_past_is_summed_once_and_not_for_each_cart(monkeypatch: pytest.MonkeyPatch) -> None:
    standing = prepare(
        programme(MI),
        at=Instant.parse(NOON),
        patient=PatientFacts(),
        history=[bought("2026-11-24T09:00:00-05:00", 70000)],
    )

    def no_more(*_: object, **__: object) -> None:
        pytest.fail("the past was looked at again")

    for what in ("past.Past.__init__", "past.Counter._counted", "reckoning.stand_pool", "outlook.stand_pool"):
        monkeypatch.setattr(f"pos_desktop.domain.limits.{what}", no_more)
    assert standing.decide((flower(873),)).allowed
    assert standing.decide((flower(874),)).enough_at == Instant.parse("2026-11-25T00:00:00-05:00")


# -- cards ---------------------------------------------------------------------------------------


def _with_card(at: str, **dates: Any) -> tuple[str, ...]:
    return ask(MI, 1000, at=at, patient=PatientFacts(card=CardFacts(**dates))).refused_by


def test_a_card_is_good_through_its_last_day() -> None:
    ends = date(2026, 11, 24)
    assert _with_card("2026-11-24T23:59:59.999999-05:00", expires=ends) == ()
    assert _with_card("2026-11-25T00:00:00-05:00", expires=ends) == ("card-expired",)


def test_a_card_is_good_from_its_first_day() -> None:
    starts = date(2026, 11, 24)
    assert _with_card("2026-11-23T23:59:59-05:00", starts=starts) == ("card-not-yet-valid",)
    assert _with_card("2026-11-24T00:00:00-05:00", starts=starts) == ()


def test_a_kind_of_card_that_the_programme_does_not_list_is_refused() -> None:
    assert _with_card(NOON, kind="visitor") == ()
    visitor = PatientFacts(card=CardFacts(kind="visitor"))
    assert ask(AZ, 1000, patient=visitor).refused_by == ("card-kind",)


def test_a_temporary_card_ends_after_its_own_length_or_earlier() -> None:
    def refused(day: str, expires: date | None = None) -> tuple[str, ...]:
        card = CardFacts(kind="temporary", starts=date(2023, 1, 1), expires=expires)
        return ask(
            "us-il-medical", 1000, at=f"{day}T12:00:00-05:00", patient=PatientFacts(card=card)
        ).refused_by

    assert refused("2023-03-31") == ()
    assert refused("2023-04-01") == ("card-expired",)
    assert refused("2023-02-02", date(2023, 2, 1)) == ("card-expired",)


@pytest.mark.parametrize(
    ("name", "card", "refused"),
    [
        ("us-il-medical", CardFacts(kind="temporary"), ("card-expired",)),
        ("us-il-medical", CardFacts(kind="temporary", expires=date(2026, 11, 24)), ()),
        ("us-il-medical", CardFacts(), ()),
        ("us-ma-medical", CardFacts(kind="temporary"), ()),
    ],
)
def test_a_temporary_card_without_a_day_is_over_where_it_has_a_length(
    name: str, card: CardFacts, refused: tuple[str, ...]
) -> None:
    assert ask(name, 1000, at=NOON, patient=PatientFacts(card=card)).refused_by == refused


# -- the state's figure and the line -------------------------------------------------------------


def _figure(minutes_old: int, **available: int) -> StateFigure:
    return StateFigure(Instant.parse(NOON).plus_us(-minutes_old * MINUTE_US), available)


def test_a_fresh_figure_binds_where_it_is_lower() -> None:
    answer = ask(MI, 5000, state=_figure(15, day=4999), link=Link.UP)
    assert (answer.refused_by, answer.basis) == (("limit:day",), "state")
    assert answer.pools[0].held_by_state
    assert answer.pools[0].next_release_at is None
    assert answer.enough_at is None


def test_a_figure_above_the_ledger_does_not_raise_it() -> None:
    sale = bought("2026-11-24T09:00:00-05:00", 70000)
    answer = ask(MI, 1000, sale, state=_figure(5, day=70873, thirty=283495), link=Link.UP)
    assert answer.refused_by == ("limit:day",)
    assert not answer.pools[0].held_by_state


def test_own_sales_since_the_figure_are_taken_off_and_the_states_are_not() -> None:
    own = bought("2026-11-24T11:58:00-05:00", 1000, receipt="r-1")
    state = bought("2026-11-24T11:59:00-05:00", 1000, receipt="r-2", source="state")
    assert ask(MI, 1, own, state, state=_figure(5, day=3000), link=Link.UP).pools[0].left == 2000


def test_fifteen_minutes_sharp_are_fresh_and_a_moment_more_is_stale() -> None:
    figure = _figure(15, day=70873)
    assert ask(MI, 1, state=figure, link=Link.UP).allowed
    late = StateFigure(figure.as_of.plus_us(-1), figure.available)
    answer = ask(MI, 1, state=late, link=Link.UP)
    assert (answer.refused_by, answer.basis) == (("state-check-required",), "stale")


def test_the_standing_notices_that_its_figure_grows_old() -> None:
    figure = _figure(10, day=70873)
    standing = prepare(
        programme(MI),
        at=Instant.parse(NOON),
        patient=PatientFacts(),
        history=(),
        state=figure,
        link=Link.UP,
    )
    stale = figure.as_of.plus_us(15 * MINUTE_US + 1)
    assert standing.valid_until == stale
    assert standing.decide((flower(1),), stale.plus_us(-1)).allowed
    assert standing.decide((flower(1),), stale).refused_by == ("state-check-required",)


def test_the_line_is_up_and_nobody_asked() -> None:
    assert ask(MI, 1, link=Link.UP).refused_by == ("state-check-required",)


def test_offline_the_rule_decides_and_not_the_network() -> None:
    """Michigan sells from its own records; Arizona does not sell; the same cart, the same dead line."""
    michigan, arizona = ask(MI, 3500, link=Link.DOWN), ask(AZ, 3500, link=Link.DOWN)
    assert (michigan.allowed, michigan.basis) == (True, "outage-local-ledger")
    assert (arizona.refused_by, arizona.basis) == (("outage",), "outage-refuse")


def test_a_refused_key_is_no_outage() -> None:
    """Michigan's rule for outages stays shut; what was asked a moment ago still counts, as it does on line."""
    shut = ask(MI, 3500, link=Link.REFUSED)
    assert (shut.refused_by, shut.basis) == (("key-refused",), "none")
    assert "refuses this store’s key" in refusal_sentence(shut.refusals[0], shut, programme(MI))
    assert ask(MI, 3500, state=_figure(15), link=Link.REFUSED).allowed
    assert ask(MI, 3500, state=_figure(16), link=Link.REFUSED).refused_by == ("key-refused",)
    assert ask(AZ, 3500, state=_figure(0), link=Link.REFUSED).refused_by == ("key-refused",)
    assert ask("us-ri-medical", 70873, link=Link.REFUSED).basis == "local"


def test_offline_by_the_certification_the_ledger_still_binds() -> None:
    rules = programme("us-co-medical")
    for mg, refused in ((56699, ()), (56700, ("limit:flower",))):
        cart = (flower(mg),)
        grown = PatientFacts(birth_date=date(1980, 1, 1))
        case = LimitCase(at=Instant.parse(NOON), patient=grown, cart=cart, link=Link.DOWN)
        answer = decide(rules, case)
        assert (answer.refused_by, answer.basis) == (refused, "outage-certification")


def test_offline_the_ledger_and_the_last_figure_still_bind() -> None:
    assert ask(MI, 3500, state=_figure(120, day=3499), link=Link.DOWN).refused_by == ("limit:day",)
    sale = bought("2026-11-24T09:00:00-05:00", 70000)
    assert ask(MI, 3500, sale, link=Link.DOWN).refused_by == ("limit:day",)


def test_offline_yesterdays_figure_says_nothing_of_today_but_still_of_the_thirty_days() -> None:
    answer = ask(MI, 3500, state=_figure(24 * 60, day=0, thirty=3499), link=Link.DOWN)
    assert answer.refused_by == ("limit:thirty",)
    assert ask(MI, 3500, state=_figure(31 * 24 * 60, day=0, thirty=0), link=Link.DOWN).allowed


def test_where_no_check_is_required_the_ledger_is_enough_but_a_fresh_figure_binds() -> None:
    assert ask("us-ri-medical", 70873, link=Link.UP).basis == "local"
    assert ask("us-ri-medical", 70873, state=_figure(16, fifteen=0), link=Link.DOWN).allowed
    assert ask("us-ri-medical", 70873, state=_figure(15, fifteen=0)).refused_by == ("limit:fifteen",)


def test_a_figure_of_a_later_moment_is_not_looked_at() -> None:
    assert ask(MI, 1, state=_figure(-1, day=0), link=Link.DOWN).allowed


def test_a_sale_and_a_void_of_a_later_moment_are_not_looked_at() -> None:
    noon = Instant.parse(NOON)
    later = Purchase(noon.plus_us(1), (flower(70873),))
    assert ask(MI, 70873, later).allowed
    void_later = Purchase(noon, (flower(70873),), void_at=noon.plus_us(1))
    assert ask(MI, 1, void_later).refused_by == ("limit:day",)


# -- versions ------------------------------------------------------------------------------------


def test_a_gap_between_versions_refuses_and_names_the_day_on_which_rules_begin() -> None:
    answer = ask("us-fl-medical", 1000, at="2022-02-27T12:00:00-05:00")
    assert answer.refused_by == ("no-rule-in-force",)
    assert (answer.version, answer.basis, answer.pools) == ("", "none", ())
    assert answer.enough_at == Instant.parse("2022-03-01T00:00:00-05:00")


def test_a_known_change_of_rules_is_taken_into_account() -> None:
    """Six units of the old rule are too much for the week; the weekly limit ends on 1 July 2024."""
    old = Purchase(Instant.parse("2024-06-29T12:00:00-05:00"), (flower(17500),))
    answer = ask("us-ms-medical", 7000, old, at="2024-06-30T12:00:00-05:00")
    assert answer.refused_by == ("limit:week",)
    assert answer.enough_at == Instant.parse("2024-07-01T00:00:00-05:00")


def test_one_receipt_twice_within_one_list_is_a_correction_and_counts_twice() -> None:
    first = bought("2026-11-24T09:00:00-05:00", 1000, receipt="r-1")
    second = bought("2026-11-24T09:00:00-05:00", 2000, receipt="r-1")
    assert ask(MI, 1, first, second).pools[0].used == 3000
    assert ask(MI, 1, first, first).pools[0].used == 1000


def test_a_visitors_card_makes_a_visitor_whatever_stands_beside_it() -> None:
    born, later = date(1980, 1, 1), date(2030, 1, 1)
    visiting = Patient(PatientId("p"), "1", "A", "B", born, later, card_kind="visitor")
    assert (visiting.holder, visiting.facts().holder) == ("resident", "visitor")
    assert replace(visiting, card_kind="registry", holder="visitor").facts().holder == "visitor"
    assert replace(visiting, card_kind="registry").facts().holder == "resident"
    assert not ask("us-ky-medical", 37_501, patient=visiting.facts()).allowed
