"""The yardstick of the limits is itself measured: by the contract's examples, and by cases reckoned by hand."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.fixtures import recount as package
from tests.fixtures.limit_cases import (
    FIELDS,
    Case,
    agrees,
    by_hand,
    by_others,
    second_answer,
    worked_examples,
)

WORKED, BY_HAND = worked_examples(), (*by_hand(), *by_others())


@pytest.mark.parametrize("case", WORKED + BY_HAND, ids=[each["id"] for each in WORKED + BY_HAND])
def test_the_recount_answers_as_was_reckoned(case: Case) -> None:
    found = second_answer(case)
    assert agrees(case["expect"], found), f"{case['why']}\nexpected {case['expect']}\nfound    {found}"
    assert set(found) == set(FIELDS)


def test_all_worked_examples_are_here_and_each_case_has_a_name_of_its_own() -> None:
    assert [each["id"] for each in WORKED] == [f"W{number:02}" for number in range(1, 75)]
    assert len({each["id"] for each in WORKED + BY_HAND}) == len(WORKED) + len(BY_HAND)


def test_a_wrong_figure_is_noticed() -> None:
    case = WORKED[0]
    found = second_answer(case)
    assert agrees(case["expect"], found)
    assert not agrees(case["expect"] | {"remaining": {"allotment": 28874}}, found)
    assert not agrees(case["expect"] | {"enough_at": "2025-08-18T00:00"}, found)


def test_the_recount_shares_no_code_with_what_it_measures() -> None:
    files = sorted(Path(str(package.__file__)).parent.glob("*.py"))
    assert len(files) > 5
    for each in files:
        tree = ast.parse(each.read_text("utf-8"))
        sources = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        sources += [
            alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
        ]
        assert not [name for name in sources if name.startswith("pos_desktop")], each.name
