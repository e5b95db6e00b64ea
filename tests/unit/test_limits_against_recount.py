"""Random cases: the engine and a plain second count that shares no code with it must answer alike."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pos_desktop.domain.limits.engine import decide, largest_fit
from tests.fixtures import limit_recount
from tests.fixtures.limit_cases import agrees, answer, items, limit_case, standing
from tests.fixtures.limit_packs import programme
from tests.fixtures.limit_strategies import cases, item

BEFORE_THE_RULES = {
    "programme": "us-fl-medical",
    "patient": {"card": {"kind": "registry", "expires": "2022-01-03", "from": "2022-01-02"}},
    "history": [],
    "cart": [{"category": "flower", "net_mg": 1000, "equiv_mg": 1000, "thc_mg": 100}],
    "at": "2022-01-01T12:00:00",
}
"""On a day without rules the card and the state's word are still told."""


@settings(max_examples=200)
@given(cases())
@example(BEFORE_THE_RULES)
@example(BEFORE_THE_RULES | {"link": "up"})
@example(BEFORE_THE_RULES | {"link": "down"})
@example(BEFORE_THE_RULES | {"patient": {"card": {"kind": "registry", "expires": "2021-12-31"}}})
def test_the_engine_answers_as_the_recount_does(case: dict[str, Any]) -> None:
    expected, found = limit_recount.recount(case), answer(case)
    assert agrees(expected, found), f"expected {expected}\nfound    {found}"


@settings(max_examples=80)
@given(cases(), st.integers(0, 4000))
def test_a_standing_asked_later_answers_like_a_new_one(case: dict[str, Any], minutes: int) -> None:
    """Whatever the standing remembers, it notices the moment at which it no longer holds."""
    facts = limit_case(case)
    later = facts.at.plus_us(minutes * 60_000_000)
    fresh = decide(programme(case["programme"]), replace(facts, at=later))
    assert standing(case).decide(facts.cart, later) == fresh


@settings(max_examples=80)
@given(cases(), item(whole=False), st.integers(0, 20))
def test_the_largest_fit_is_the_one_found_by_trying(
    case: dict[str, Any], one: dict[str, Any], ceiling: int
) -> None:
    tried = 0
    while tried < ceiling and _amounts_pass(case, one, tried + 1):
        tried += 1
    cart = (*items(case["cart"]), *items([one]))
    assert largest_fit(standing(case), cart, len(cart) - 1, cart[-1], ceiling) == tried


def _amounts_pass(case: dict[str, Any], one: dict[str, Any], units: int) -> bool:
    """Whether nothing but amounts lets `units` of `one` pass; an unknown category elsewhere is no such matter."""
    many = {key: value if key == "category" else value * units for key, value in one.items()}
    refused = limit_recount.refusals(case | {"cart": [*case["cart"], many]})
    by_amount = ("limit:", "missing-measure:", "unmeasured-history:", "no-rule-in-force")
    return not any(
        each.startswith(by_amount) or each == f"uncounted-category:{one['category']}" for each in refused
    )


def test_the_recount_shares_no_code_with_the_engine() -> None:
    tree = ast.parse(Path(limit_recount.__file__).read_text("utf-8"))
    sources = [each.module or "" for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)]
    sources += [alias.name for each in ast.walk(tree) if isinstance(each, ast.Import) for alias in each.names]
    assert "fractions" in sources
    assert not [each for each in sources if each.startswith("pos_desktop")]
