"""Random cases: the engine and a plain second count that shares no code with it answer alike, in every field."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from pos_desktop.domain.limits.pack import parse_pack
from tests.fixtures.limit_cases import answer, answer_by, second_answer
from tests.fixtures.limit_packs import ALL, table
from tests.fixtures.limit_random_packs import NAME, packs
from tests.fixtures.limit_strategies import cases
from tests.fixtures.recount import recount
from tests.fixtures.recount.packs import read

quick = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
BEFORE_THE_RULES: dict[str, Any] = {
    "programme": "us-fl-medical",
    "patient": {"card": {"kind": "registry", "expires": "2022-01-03", "from": "2022-01-02"}},
    "history": [],
    "cart": [{"category": "flower", "net_mg": 1000, "equiv_mg": 1000, "thc_mg": 100}],
    "at": "2022-01-01T12:00:00",
}
"""On a day without rules the card and the state's word are still told."""
A_FIGURE_THAT_ONLY_REPEATS_THE_LEDGER: dict[str, Any] = {
    "programme": "us-md-medical",
    "patient": {},
    "history": [{"at": "2023-02-13T20:00", "items": [{"category": "edible", "thc_mg": 6001}]}],
    "cart": [{"category": "edible", "thc_mg": 29999}],
    "at": "2023-03-13T22:15",
    "state": {"as_of": "2023-03-13T22:15", "available": {"allotment": {"flower": 99996}}},
}
"""It binds until the ledger has more, and not only until midnight."""


def alike(case: dict[str, Any]) -> None:
    expected, found = second_answer(case), answer(case)
    assert expected == found, f"expected {expected}\nfound    {found}"


@pytest.mark.parametrize("name", ALL)
@quick
@given(data=st.data())
def test_the_engine_answers_as_the_recount_does(name: str, data: st.DataObject) -> None:
    alike(data.draw(cases(table(name))))


@pytest.mark.prove
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", ALL)
@settings(quick, max_examples=600)
@given(data=st.data())
def test_the_engine_answers_as_the_recount_does_at_length(name: str, data: st.DataObject) -> None:
    alike(data.draw(cases(table(name))))


def of_any_pack(data: st.DataObject) -> None:
    text = data.draw(packs())
    rules, table_of_it = parse_pack(text, f"{NAME}.toml"), read(text)[NAME]
    for _ in range(3):
        case = data.draw(cases(table_of_it))
        found = answer_by(rules, case)
        expected = recount(case, table_of_it)
        assert expected == found, f"expected {expected}\nfound    {found}\n{text}\n{case}"


@settings(quick, max_examples=60)
@given(data=st.data())
def test_so_it_does_by_rules_that_nobody_has(data: st.DataObject) -> None:
    of_any_pack(data)


@pytest.mark.prove
@pytest.mark.timeout(1200)
@settings(quick, max_examples=3000)
@given(data=st.data())
def test_so_it_does_by_rules_that_nobody_has_at_length(data: st.DataObject) -> None:
    of_any_pack(data)


@settings(quick, phases=[Phase.explicit])
@given(st.just(BEFORE_THE_RULES))
@example(BEFORE_THE_RULES)
@example(BEFORE_THE_RULES | {"link": "up"})
@example(BEFORE_THE_RULES | {"link": "down"})
@example(BEFORE_THE_RULES | {"patient": {"card": {"kind": "registry", "expires": "2021-12-31"}}})
@example(A_FIGURE_THAT_ONLY_REPEATS_THE_LEDGER)
def test_what_was_once_answered_differently(case: dict[str, Any]) -> None:
    alike(case)
