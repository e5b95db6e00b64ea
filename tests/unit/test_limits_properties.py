"""What must hold whatever is bought: no sequence of sales passes a limit, and nothing is gained by arranging them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pos_desktop.domain.instant import DAY_US, Instant
from pos_desktop.domain.limits.engine import decide
from pos_desktop.domain.limits.model import Category, Item, LimitCase, Measures, PatientFacts, Purchase
from tests.fixtures.limit_cases import items, limit_case
from tests.fixtures.limit_packs import programme
from tests.fixtures.limit_strategies import PROGRAMMES, cases, item

START = Instant.parse("2026-02-20T05:00:00Z")
WHO = PatientFacts()


@settings(max_examples=60)
@given(cases(whole=True), st.lists(item(whole=True), min_size=1, max_size=2), st.integers(0, 40 * 24 * 60))
def test_more_history_never_allows_more(case: dict[str, Any], extra: list[dict[str, Any]], ago: int) -> None:
    facts = limit_case(case)
    more = Purchase(facts.at.plus_us(-ago * 60_000_000), items(extra))
    rules = programme(case["programme"])
    before, after = decide(rules, facts), decide(rules, replace(facts, history=(*facts.history, more)))
    assert before.allowed or not after.allowed
    assert all(b.left >= a.left for b, a in zip(before.pools, after.pools, strict=True))


@settings(max_examples=60)
@given(cases(whole=True), st.data())
def test_splitting_a_cart_gains_nothing(case: dict[str, Any], data: st.DataObject) -> None:
    """What passes in two sales at the same moment passes in one, where the pool has a window at all."""
    assume(case["programme"] != "us-ok-medical")
    facts, rules = limit_case(case), programme(case["programme"])
    cut = data.draw(st.integers(0, len(facts.cart)))
    first, second = facts.cart[:cut], facts.cart[cut:]
    apart = _allowed(rules, facts, first) and _allowed(
        rules, replace(facts, history=(*facts.history, Purchase(facts.at, first))), second
    )
    assert _allowed(rules, facts, facts.cart) or not apart


def _allowed(rules: Any, facts: LimitCase, cart: tuple[Item, ...]) -> bool:
    # An empty cart cannot be over a limit; what else may refuse it refuses the whole cart too.
    return decide(rules, replace(facts, cart=cart)).allowed


@settings(max_examples=60)
@given(
    cases(whole=True), st.lists(item(whole=True), min_size=1, max_size=2), st.booleans(), st.integers(0, 60)
)
def test_a_void_gives_back_exactly_once(
    case: dict[str, Any], bought: list[dict[str, Any]], listed: bool, minutes: int
) -> None:
    facts, rules = limit_case(case), programme(case["programme"])
    sale = Purchase(facts.at.plus_us(-DAY_US // 24), items(bought), receipt="voided", void_at=facts.at)
    copy = replace(sale, source="state", void_at=None)
    history = (*facts.history, sale, *([copy] if listed else []))
    without, voided = decide(rules, facts), decide(rules, replace(facts, history=history))
    assert [each.left for each in without.pools] == [each.left for each in voided.pools]
    assert without.refused_by == voided.refused_by
    not_yet = replace(sale, void_at=facts.at.plus_us(1 + minutes))
    with_it = decide(rules, replace(facts, history=(*facts.history, replace(not_yet, void_at=None))))
    early = decide(rules, replace(facts, history=(*facts.history, not_yet)))
    assert [each.left for each in early.pools] == [each.left for each in with_it.pools]


@settings(max_examples=40)
@given(
    st.sampled_from(["us-mi-medical", "us-az-medical"]),
    st.lists(
        st.tuples(st.integers(0, 30 * 60), st.sampled_from([500, 3500, 10000, 28000, 70000])),
        min_size=1,
        max_size=30,
    ),
)
def test_no_sequence_of_allowed_sales_passes_a_limit(name: str, tries: list[tuple[int, int]]) -> None:
    """Every calendar day, and every stretch of days as long as the window, added up afterwards without the engine."""
    rules = programme(name)
    sold: tuple[Purchase, ...] = ()
    now = START
    for minutes, mg in tries:
        now = now.plus_us(minutes * 60_000_000)
        cart = (Item(Category.FLOWER, Measures(net_mg=mg)),)
        if decide(rules, LimitCase(at=now, patient=WHO, history=sold, cart=cart)).allowed:
            sold = (*sold, Purchase(now, cart))
    by_day: Counter[int] = Counter()
    for each in sold:
        by_day[each.at.date_in(rules.zone).toordinal()] += each.items[0].measures.net_mg or 0
    for pool in rules.versions[-1].pools:
        length = pool.window.days or 0
        sums = [sum(by_day[last - back] for back in range(length)) for last in by_day]
        assert all(each <= pool.limit for each in sums)


@settings(max_examples=60)
@given(cases())
def test_an_allowed_cart_is_within_every_pool_it_touches(case: dict[str, Any]) -> None:
    answer = decide(programme(case["programme"]), limit_case(case))
    for each in answer.pools:
        assert each.after == each.left - each.cart
        assert sum(each.counted, Fraction(0)) == each.cart
        assert not answer.allowed or not each.cart or each.after >= 0


def test_the_programmes_of_the_random_cases_cover_every_window_shape() -> None:
    shapes = {p.window.shape for name in PROGRAMMES for v in programme(name).versions for p in v.pools}
    assert shapes == {"transaction", "day", "rolling-days"}
