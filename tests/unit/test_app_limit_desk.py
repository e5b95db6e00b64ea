"""The door to the limits, with the two programmes that ship: never a stale answer, and the rule decides."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_desktop.app import limit_desk
from pos_desktop.app.limit_desk import LimitDesk
from pos_desktop.app.visit import Visit
from pos_desktop.domain.cart import EMPTY, Cart, CartLine
from pos_desktop.domain.instant import DAY_US, HOUR_US, MINUTE_US, Instant
from pos_desktop.domain.limits.model import Category, Item, Link, Measures, Purchase
from pos_desktop.domain.money import Money
from pos_desktop.domain.shelf import Unit
from tests.fixtures.builders import NOW, answer, bought, jar, package, patient, product, visit, weighing
from tests.fixtures.limit_packs import programme

MICHIGAN, ARIZONA = programme("us-mi-medical"), programme("us-az-medical")
CART = EMPTY.add(package(1), 10)
"""Counts as 40 g of flower."""


def left(desk: LimitDesk, of: Visit, at: Instant = NOW, link: Link = Link.UP) -> list[int]:
    return [int(pool.after) for pool in desk.decide(of, at, link).pools]


def test_the_same_question_is_reckoned_once_and_answered_alike() -> None:
    desk = LimitDesk(MICHIGAN)
    first = desk.decide(visit(cart=CART), NOW, Link.UP)
    kept = desk._kept
    assert desk.decide(visit(cart=CART), NOW, Link.UP) == first
    assert desk._kept is kept


CHANGES: list[tuple[str, Visit, Instant, Link]] = [
    ("a purchase", visit(cart=CART, history=(bought(35, NOW.plus_us(-1)),)), NOW, Link.UP),
    ("another purchase, as long", visit(cart=CART, history=(bought(9, NOW.plus_us(-1)),)), NOW, Link.UP),
    ("the line went down", visit(cart=CART), NOW, Link.DOWN),
    ("the state's word", visit(cart=CART, answer=answer(NOW, day_oz="1")), NOW, Link.UP),
    ("no word of the state", visit(cart=CART, answer=None), NOW, Link.UP),
    ("the card", visit(patient(card_expires=date(2026, 11, 1)), CART), NOW, Link.UP),
    ("another patient", visit(patient(18, birth_date=date(2015, 1, 1)), CART), NOW, Link.UP),
    ("the figure grew old", visit(cart=CART), NOW.plus_us(16 * MINUTE_US), Link.UP),
    ("midnight", visit(cart=CART, history=(bought(35, NOW),)), NOW.plus_us(DAY_US), Link.DOWN),
    ("the clock went back", visit(cart=CART, history=(bought(35, NOW),)), NOW.plus_us(-1), Link.UP),
]


@pytest.mark.parametrize("n", range(len(CHANGES)), ids=[name for name, *_ in CHANGES])
def test_whatever_changes_is_seen_at_once(n: int) -> None:
    """Asked through a desk that has just answered each of the other questions."""
    _, of, at, link = CHANGES[n]
    fresh = LimitDesk(MICHIGAN).decide(of, at, link)
    used = LimitDesk(MICHIGAN)
    for _, other, moment, line in [("", visit(cart=CART), NOW, Link.UP), *CHANGES]:
        used.decide(other, moment, line)
        assert used.decide(of, at, link) == fresh


def test_the_day_begins_anew_at_midnight_in_detroit() -> None:
    desk = LimitDesk(MICHIGAN)
    of = visit(history=(bought(70, NOW),), answer=None)
    before = Instant.parse("2026-11-24T23:59:59.999999-05:00")
    assert left(desk, of, before, Link.DOWN) == [873, 213_495]
    assert left(desk, of, before.plus_us(1), Link.DOWN) == [70_873, 213_495]


def test_a_new_history_in_the_place_of_a_dead_one_is_another_history() -> None:
    """The key must hold what it names, or a new tuple at the same address passes for the old one."""
    desk = LimitDesk(MICHIGAN)
    for n in range(1, 200):
        of = visit(history=(bought(n % 60 + 1, NOW.plus_us(-n)),), answer=None)
        assert left(desk, of, link=Link.DOWN)[0] == 70_873 - (n % 60 + 1) * 1_000
        del of


def test_arizona_refuses_off_line_and_michigan_sells() -> None:
    for known in (None, answer(NOW.plus_us(-HOUR_US))):
        of = visit(cart=CART, answer=known)
        arizona = LimitDesk(ARIZONA).decide(of, NOW, Link.DOWN)
        michigan = LimitDesk(MICHIGAN).decide(of, NOW, Link.DOWN)
        assert (arizona.allowed, arizona.refused_by) == (False, ("outage",))
        assert (michigan.allowed, michigan.basis) == (True, "outage-local-ledger")
    on_line = LimitDesk(ARIZONA).decide(visit(cart=CART), NOW, Link.UP)
    assert (on_line.allowed, on_line.basis) == (True, "state")


def test_both_programmes_wait_for_a_fresh_figure_while_the_line_is_up() -> None:
    for rules in (MICHIGAN, ARIZONA):
        for known in (None, answer(NOW.plus_us(-HOUR_US))):
            decision = LimitDesk(rules).decide(visit(cart=CART, answer=known), NOW, Link.UP)
            assert decision.refused_by == ("state-check-required",)


def test_the_duty_to_report() -> None:
    assert (LimitDesk(MICHIGAN).report_within_hours, LimitDesk(ARIZONA).report_within_hours) == (24, None)


def test_the_states_figure_binds_in_ounces() -> None:
    decision = LimitDesk(MICHIGAN).decide(visit(cart=CART, answer=answer(NOW, day_oz="1")), NOW, Link.UP)
    assert decision.refused_by == ("limit:day",)
    assert decision.pools[0].left == 28_349
    assert decision.pools[0].held_by_state


def test_a_state_that_does_not_know_the_patient_gives_no_figure() -> None:
    decision = LimitDesk(MICHIGAN).decide(visit(cart=CART, answer=answer(NOW, found=False)), NOW, Link.UP)
    assert decision.refused_by == ("state-check-required",)


def test_the_most_that_fits_by_the_piece() -> None:
    desk = LimitDesk(MICHIGAN)
    cart = EMPTY.add_weighed(jar(), weighing(7_000)).add(package(1), 16)
    assert desk.largest_fit(visit(cart=cart), 1, NOW, Link.UP) == 15
    beside = visit(cart=cart, history=(bought(40, NOW.plus_us(-1)),))
    assert desk.largest_fit(beside, 1, NOW, Link.UP) == 5
    nothing = visit(cart=cart, history=(bought(65, NOW.plus_us(-1)),))
    assert desk.largest_fit(nothing, 1, NOW, Link.UP) == 0


WEIGHED: list[dict[str, Any]] = [
    {"category": Category.FLOWER, "net_mg": 1_000},
    {"category": Category.CONCENTRATE, "net_mg": 1_000, "equiv_mg": 4_050},
    {"category": Category.EDIBLE, "net_mg": 1_000, "equiv_mg": 137},
    {"category": Category.EDIBLE, "net_mg": 1_000, "equiv_mg": 1},
]


@given(st.sampled_from(WEIGHED), st.integers(1, 400_000), st.integers(0, 70_873))
def test_the_most_that_fits_by_weight_is_exactly_that(kind: dict[str, Any], quantity: int, used: int) -> None:
    """One milligram more would be refused, and the answer itself is not."""
    desk = LimitDesk(MICHIGAN)
    goods = product(50, unit=Unit.WEIGHT, **kind)
    earlier = Purchase(NOW.plus_us(-1), (Item(Category.FLOWER, Measures(net_mg=used)),))
    of = visit(cart=_weighed(goods, quantity), history=(earlier,), answer=None)
    most = desk.largest_fit(of, 0, NOW, Link.DOWN)
    assert 0 <= most <= quantity
    assert desk.decide(replace(of, cart=_weighed(goods, most)), NOW, Link.DOWN).allowed
    if most < quantity:
        assert not desk.decide(replace(of, cart=_weighed(goods, most + 1)), NOW, Link.DOWN).allowed


def test_goods_without_the_measure_never_fit() -> None:
    bare = product(50, unit=Unit.WEIGHT, category=Category.EDIBLE, net_mg=1_000)
    of = visit(cart=_weighed(bare, 5_000))
    assert LimitDesk(MICHIGAN).largest_fit(of, 0, NOW, Link.UP) == 0


def test_another_lanes_question_in_between_changes_no_answer() -> None:
    """The database lane decides for a sale while the screen decides for the next patient: at every line of the door."""
    mine, other = (visit(patient(g), history=(bought(g, NOW.plus_us(-1)),), answer=None) for g in (10, 50))
    step = 1
    while True:
        desk = LimitDesk(MICHIGAN)
        passed = _ask_with_another_at(step, desk, mine, other)
        assert left(desk, mine, link=Link.DOWN)[0] == 60_873
        assert left(desk, other, link=Link.DOWN)[0] == 20_873
        if not passed:
            break
        step += 1
    assert step > 10


def _ask_with_another_at(step: int, desk: LimitDesk, mine: Visit, other: Visit) -> bool:
    """Ask for `mine`; before the door's line number `step` runs, the other question is answered. False past the end."""
    lines = 0

    def trace(frame: FrameType, event: str, arg: object) -> Any:
        nonlocal lines
        if frame.f_code.co_filename != limit_desk.__file__:
            return None
        lines += event == "line"
        if lines == step:
            sys.settrace(None)
            assert left(desk, other, link=Link.DOWN)[0] == 20_873
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        assert left(desk, mine, link=Link.DOWN)[0] == 60_873
    finally:
        sys.settrace(before)
    return lines >= step


def _weighed(goods: Any, quantity: int) -> Cart:
    held = jar(50, on_hand=10**9)
    return Cart((CartLine(replace(held, product=goods), quantity, Money(900), weighing(quantity)),))
