"""A manager lifts one named rule for one sale, where the programme gives leave; nothing else ever goes with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from pos_desktop.app.limit_desk import LimitDesk
from pos_desktop.app.verifying import verify
from pos_desktop.app.visit import Visit
from pos_desktop.composition.programmes import load_programme, programme_ids
from pos_desktop.domain.cart import EMPTY, Cart
from pos_desktop.domain.errors import BadInput, PosError, RuleRefusal
from pos_desktop.domain.instant import DAY_US
from pos_desktop.domain.limits.explain import explained, overview
from pos_desktop.domain.limits.model import Lift, Link, Refusal
from pos_desktop.domain.limits.pack import PackError
from pos_desktop.domain.limits.programme import Programme
from pos_desktop.domain.money import Money
from tests.fixtures.builders import MANAGER, MANAGING, NOW, PERSON, bought, package, patient, visit
from tests.fixtures.desks import Till, till
from tests.fixtures.fakes import FakeJournal, Memory
from tests.fixtures.lifts import lenient

REASON = "Sample approval by telephone"
FIVE = EMPTY.add(package(1), 5)
"""5 g of concentrate: 1 g over the day, within the month."""


def lifted(rules: Programme, of: Visit, code: str = "limit:day", link: Link = Link.UP) -> Visit:
    return LimitDesk(rules).lift(of, code, REASON, MANAGER, NOW, link)


def refused(rules: Programme, of: Visit, link: Link = Link.UP) -> tuple[str, ...]:
    return LimitDesk(rules).decide(of, NOW, link).refused_by


# -- the pack


@pytest.mark.parametrize(
    ("leaves", "check", "what"),
    [
        (("limit:week",), "required = false", "limit:week"),
        (("day",), "required = false", "the rule day"),
        (("gate:no-visitors",), "required = false", "gate:no-visitors"),
        (("relief:slow",), "required = false", "relief:slow"),
        (("outage",), "required = false", "the rule outage"),
        (("card-expired",), "required = false", "the rule card-expired"),
        (("limit:day", "limit:day"), "required = false", "stands there twice"),
        (("limit:day",), 'required = false, override = "never"', "“override” is “never”"),
    ],
)
def test_leave_is_for_a_rule_of_the_version_and_never_where_overrides_are_forbidden(
    leaves: tuple[str, ...], check: str, what: str
) -> None:
    with pytest.raises(PackError) as wrong:
        lenient(*leaves, check=check)
    assert what in wrong.value.sentence


def test_no_shipped_programme_gives_leave() -> None:
    for name in programme_ids():
        assert not any(each.leaves for each in load_programme(name).versions), name
    hawaii = load_programme("us-hi-medical")
    assert hawaii.state_check.override_forbidden
    assert hawaii.leave_for(Refusal("limit:fifteen", excess=Fraction(1)), date(2026, 11, 24)) is None


def test_the_list_of_programmes_tells_what_may_be_lifted() -> None:
    told = overview(lenient("limit:day"), date(2026, 11, 24))
    assert told["leave"] == [{"rule": "limit:day", "cite": "sample leave"}]
    assert told["lines"][-1] == "A manager may lift limit:day (sample leave)."


# -- the decision


def test_exactly_that_refusal_goes_and_what_it_rests_on_stays() -> None:
    rules = lenient("limit:day")
    of = visit(cart=FIVE)
    before = LimitDesk(rules).decide(of, NOW, Link.UP)
    assert before.refused_by == ("limit:day",)
    after = LimitDesk(rules).decide(lifted(rules, of), NOW, Link.UP)
    assert (after.allowed, after.refused_by, after.basis) == (True, (), before.basis)
    assert after.pools == before.pools, "the figures are what they were"
    assert after.lifted == (Lift("limit:day", REASON, MANAGER.id, "sample leave", Fraction(1_000)),)
    assert f"Lifted for this sale by a manager: limit:day, “{REASON}” (sample leave)." in explained(
        after, rules
    )


def test_every_other_rule_goes_on_refusing() -> None:
    rules = lenient("limit:day")
    twelve = visit(cart=EMPTY.add(package(1), 12))
    assert refused(rules, twelve) == ("limit:day", "limit:month")
    assert refused(rules, lifted(rules, twelve)) == ("limit:month",)
    young = visit(patient(birth_date=date(2010, 1, 1)), FIVE)
    assert refused(rules, lifted(rules, young)) == ("gate:minor-needs-caregiver",)
    expired = visit(patient(card_expires=date(2026, 11, 1)), FIVE)
    assert refused(rules, lifted(rules, expired)) == ("card-expired",)


def test_two_rules_are_lifted_one_by_one() -> None:
    rules = lenient("limit:day", "limit:month", "gate:minor-needs-caregiver")
    of = visit(patient(birth_date=date(2010, 1, 1)), EMPTY.add(package(1), 12))
    for code in ("limit:month", "gate:minor-needs-caregiver", "limit:day"):
        assert not LimitDesk(rules).decide(of, NOW, Link.UP).allowed
        of = lifted(rules, of, code)
    decision = LimitDesk(rules).decide(of, NOW, Link.UP)
    assert decision.allowed
    assert [each.code for each in decision.lifted] == [
        "gate:minor-needs-caregiver",
        "limit:day",
        "limit:month",
    ]


def test_a_larger_excess_than_the_manager_saw_is_refused_again() -> None:
    """Another register sold to the patient meanwhile."""
    rules = lenient("limit:month")
    of = lifted(
        rules, visit(cart=EMPTY.add(package(1), 4), history=(bought(7, NOW.plus_us(-DAY_US)),)), "limit:month"
    )
    assert refused(rules, of) == ()
    more = replace(of, history=(*of.history, bought(1, NOW.plus_us(-1))))
    assert refused(rules, more) == ("limit:month",)
    less = replace(of, history=(bought(6, NOW.plus_us(-DAY_US)),))
    assert refused(rules, less) == ()


def test_a_relief_is_lifted_by_its_name_and_never_without_a_measure() -> None:
    rules = lenient("relief:slow", check='required = true, outage = "refuse"', relief=True)
    of = visit(cart=EMPTY.add(package(1), 3).add(package(1), 3), answer=None)
    ten = replace(of, cart=EMPTY.add(package(1), 4), history=())
    assert refused(rules, ten, Link.DOWN) == ()
    assert refused(rules, of, Link.DOWN) == ("relief:slow:0", "limit:day")
    assert refused(rules, lifted(rules, of, "relief:slow:0", Link.DOWN), Link.DOWN) == ("limit:day",)
    unmeasured = rules.leave_for(Refusal("relief:slow:0"), date(2026, 11, 24))
    assert unmeasured is None


# -- who, why, whether


def without_leave(of: Visit) -> None:
    LimitDesk(lenient("limit:month")).lift(of, "limit:day", REASON, MANAGER, NOW, Link.UP)


def not_refused(of: Visit) -> None:
    LimitDesk(lenient("limit:month")).lift(of, "limit:month", REASON, MANAGER, NOW, Link.UP)


def unknown_rule(of: Visit) -> None:
    LimitDesk(lenient("limit:day")).lift(of, "limit:", REASON, MANAGER, NOW, Link.UP)


def by_a_budtender(of: Visit) -> None:
    LimitDesk(lenient("limit:day")).lift(of, "limit:day", REASON, PERSON, NOW, Link.UP)


@pytest.mark.parametrize("wrong", [without_leave, not_refused, unknown_rule, by_a_budtender])
def test_what_cannot_be_lifted_is_refused_with_a_sentence(wrong: Callable[[Visit], None]) -> None:
    with pytest.raises(RuleRefusal, match=r"The cart is kept\."):
        wrong(visit(cart=FIVE))


@pytest.mark.parametrize("reason", ["", "     ", "1234567", "abcd", "a.b.c.d", "line\x00 break", "x" * 301])
def test_a_reason_is_required_in_words(reason: str) -> None:
    with pytest.raises(BadInput, match="Nothing was lifted"):
        LimitDesk(lenient("limit:day")).lift(visit(cart=FIVE), "limit:day", reason, MANAGER, NOW, Link.UP)


def test_a_lift_that_the_programme_does_not_know_any_more_lifts_nothing() -> None:
    of = lifted(lenient("limit:day"), visit(cart=FIVE))
    assert refused(lenient("limit:month"), of) == ("limit:day",)
    assert refused(lenient(), of) == ("limit:day",)


# -- the sale


def shop(rules: Programme) -> Till:
    memory = Memory()
    memory.add(patient(), package(1))
    return till(memory, rules=rules, duty=MANAGING)


def test_the_sale_keeps_it_in_the_journal_and_verify_agrees() -> None:
    rules = lenient("limit:day")
    at = shop(rules)
    of = lifted(rules, replace(visit(cart=FIVE), patient=at.memory.patients[patient().id]))
    sale = at.desk.close_sale.cash(of, Money(100_000), MANAGING, Link.UP)
    assert sale.lifted == (Lift("limit:day", REASON, MANAGER.id, "sample leave"),)
    entry = json.loads(at.memory.journal[-1][1])
    assert entry["data"]["lifted"] == [
        {"code": "limit:day", "reason": REASON, "by": MANAGER.id, "cite": "sample leave"}
    ]
    assert verify(at.sales, FakeJournal(at.memory)).wrong == []
    at.memory.sales[0] = replace(sale, lifted=())
    assert verify(at.sales, FakeJournal(at.memory)).wrong == [
        f"Sale {sale.number} is not what the journal tells of it."
    ]


def test_without_it_the_commit_refuses_and_the_next_sale_starts_anew() -> None:
    rules = lenient("limit:day")
    at = shop(rules)
    known = at.memory.patients[patient().id]
    with pytest.raises(RuleRefusal):
        at.desk.close_sale.cash(replace(visit(cart=FIVE), patient=known), Money(100_000), MANAGING, Link.UP)
    of = lifted(rules, replace(visit(cart=FIVE), patient=known))
    at.desk.close_sale.cash(of, Money(100_000), MANAGING, Link.UP)
    again = at.desk.reception.open(known.id, PERSON)
    assert isinstance(again, Visit)
    assert again.lifts == ()
    assert "lifted" not in json.loads(at.memory.journal[0][1])["data"] or len(at.memory.journal) == 1


def test_another_sale_in_between_makes_the_commit_ask_again() -> None:
    rules = lenient("limit:day")
    at = shop(rules)
    known = at.memory.patients[patient().id]
    of = lifted(rules, replace(visit(cart=FIVE), patient=known))
    bought_there = replace(bought(1, NOW.plus_us(-1)), items=(FIVE.items[0],))
    at.sales.before.append(lambda: at.memory.bought(known.id, bought_there))
    with pytest.raises(RuleRefusal, match="not saved"):
        at.desk.close_sale.cash(of, Money(100_000), MANAGING, Link.UP)
    assert at.memory.sales == []


# -- the known-wrong variants


def lifts_too_much() -> bool:
    """Whether one lift, or a lift without leave, lets through what it must not."""
    rules = lenient("limit:day")
    twelve = lifted(rules, visit(cart=EMPTY.add(package(1), 12)))
    young = lifted(rules, visit(patient(birth_date=date(2010, 1, 1)), FIVE))
    more = replace(lifted(rules, visit(cart=FIVE)), cart=EMPTY.add(package(1), 6))
    no_leave = lifted(rules, visit(cart=FIVE))
    asked = [(rules, twelve), (rules, young), (rules, more), (lenient(), no_leave)]
    return any(LimitDesk(each).decide(of, NOW, Link.UP).allowed for each, of in asked)


def _lifts_everything(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        LimitDesk, "_with_lifts", lambda _s, decision, *_: replace(decision, allowed=True, refusals=())
    )


def _every_lift_covers_everything(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Lift, "covers", lambda *_: True)
    patch.setattr(Programme, "leave_for", lambda self, *_: self.versions[0].leaves[0])


def _any_excess(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Lift, "covers", lambda self, refusal: refusal.code == self.code)


def _leave_is_not_asked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Programme, "leave_for", lambda *_: lenient("limit:day").versions[0].leaves[0])


@pytest.mark.parametrize(
    "wrong", [_lifts_everything, _every_lift_covers_everything, _any_excess, _leave_is_not_asked]
)
def test_a_desk_that_lifts_too_much_is_caught(
    monkeypatch: pytest.MonkeyPatch, wrong: Callable[[pytest.MonkeyPatch], None]
) -> None:
    assert not lifts_too_much()
    with monkeypatch.context() as patch:
        wrong(patch)
        try:
            caught = lifts_too_much()
        except (PosError, IndexError):
            caught = True
    assert caught


def test_a_cart_is_all_the_same_to_a_desk_without_lifts() -> None:
    assert LimitDesk(lenient()).decide(visit(cart=Cart()), NOW, Link.UP).lifted == ()
