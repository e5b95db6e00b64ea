"""The quick suite that a changed engine must not pass. It runs in a process that loads the engine anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from pos_desktop.domain.instant import MINUTE_US
from pos_desktop.domain.limits import answers
from pos_desktop.domain.limits.engine import decide, largest_fit, largest_parts
from pos_desktop.domain.limits.model import Decision
from tests.fixtures.limit_cases import agrees, in_words, items, limit_case, standing
from tests.fixtures.limit_packs import programme
from tests.mutants.expecting import CEILING, eighth

LATER = (1, 45 * MINUTE_US, 40 * 24 * 60 * MINUTE_US)


def notices(expected: Iterable[dict[str, Any]]) -> str | None:
    """The first thing that is not as expected, in words; None if everything is."""
    for each in expected:
        for wrong in _wrong(each):
            return f"{wrong}: {each['case']}"
    return None


def _wrong(expected: dict[str, Any]) -> Iterator[str]:
    case = expected["case"]
    rules, facts = programme(case["programme"]), limit_case(case)
    decision = decide(rules, facts)
    told = in_words(case, answers.answer(decision, rules))
    if "names" in expected and not agrees(expected["names"], told):
        yield "not as was reckoned by hand"
    if "answer" in expected and expected["answer"] != told:
        yield "not as the recount says"
    yield from _exactly(decision, expected.get("exact", {}))
    yield from _listed(decision)
    if "fits" in expected:
        yield from _fits(case, expected["fits"])
        yield from _later(case)


def _exactly(decision: Decision, exact: dict[str, list[str]]) -> Iterator[str]:
    for pool in decision.pools:
        if pool.id not in exact:
            continue
        left, need = exact[pool.id]
        if not pool.barred and pool.left != Fraction(left):
            yield f"{pool.id}: {pool.left} left, and not {left}"
        if need and pool.cart != Fraction(need):
            yield f"{pool.id}: the cart takes {pool.cart}, and not {need}"
        for refusal in decision.refusals:
            if refusal.code == f"limit:{pool.id}" and refusal.excess != Fraction(need) - Fraction(left):
                yield f"{pool.id}: over by {refusal.excess}"


def _listed(decision: Decision) -> Iterator[str]:
    for pool in decision.pools:
        spends = pool.spends
        if sum((each.counted for each in spends), Fraction(0)) != pool.used:
            yield f"{pool.id}: the list does not add up to what is used"
        if pool.unit != "visit" and sum(pool.counted, Fraction(0)) != pool.cart:
            yield f"{pool.id}: the lines do not add up to the cart"
        if pool.after != pool.left - pool.cart:
            yield f"{pool.id}: after is not what is left less the cart"
        told = pool.known or pool.held_by_state or pool.barred
        if not told and all(each.known for each in spends):
            yield f"{pool.id}: nothing in the list is unmeasured"
        moment = pool.next_release_at
        if (moment is None) != (pool.next_release is None) or (moment and pool.next_release == 0):
            yield f"{pool.id}: a release without its amount"
        if decision.at and any(not each.at <= decision.at < each.leaves_at for each in spends):
            yield f"{pool.id}: a purchase is listed that is not in the way"


def _fits(case: dict[str, Any], expected: list[int]) -> Iterator[str]:
    stand, cart = standing(case), limit_case(case).cart
    for number, most in enumerate(expected):
        one = eighth(case["cart"][number])
        whole = {
            key: value if key in ("category", "potency_bp") else value * CEILING for key, value in one.items()
        }
        if largest_fit(stand, cart, number, items([one])[0], CEILING) != most:
            yield f"line {number}: not the largest quantity"
        *others, part = largest_parts(stand, (*cart[:number], *cart[number + 1 :], *items([whole])))
        if not 0 <= part <= 1 or (all(each == 1 for each in others) and int(part * CEILING) != most):
            yield f"line {number}: not the largest part"


def _later(case: dict[str, Any]) -> Iterator[str]:
    facts, kept = limit_case(case), standing(case)
    until = kept.valid_until
    if until <= facts.at:
        yield "it holds no moment"
    for later in (until.plus_us(-1), until, *(facts.at.plus_us(each) for each in LATER)):
        fresh = decide(programme(case["programme"]), replace(facts, at=later))
        if kept.decide(facts.cart, later) != fresh:
            yield f"asked later it answers otherwise than a new one: {later}"
        if (kept.at_moment(later) is kept) != (facts.at <= later < until):
            yield "it does not know how long it holds"
