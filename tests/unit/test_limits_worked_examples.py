"""The worked examples of the limits contract, each with the figures that it names."""

from __future__ import annotations

import pytest

from tests.fixtures.limit_cases import Case, agrees, answer, worked_examples
from tests.fixtures.limit_recount import recount

EXAMPLES = worked_examples()


@pytest.mark.parametrize("case", EXAMPLES, ids=[each["id"] for each in EXAMPLES])
def test_the_engine_answers_as_the_contract_says(case: Case) -> None:
    found = answer(case)
    assert agrees(case["expect"], found), f"{case['why']}\nexpected {case['expect']}\nfound    {found}"


@pytest.mark.parametrize("case", EXAMPLES, ids=[each["id"] for each in EXAMPLES])
def test_the_recount_answers_as_the_contract_says(case: Case) -> None:
    """The yardstick of the random tests is itself measured."""
    found = recount(case)
    assert agrees(case["expect"], found), f"{case['why']}\nexpected {case['expect']}\nfound    {found}"


def test_an_example_with_a_wrong_figure_is_noticed() -> None:
    case = dict(EXAMPLES[0])
    case["expect"] = {**case["expect"], "remaining": {"allotment": 28874}}
    assert not agrees(case["expect"], answer(case))
