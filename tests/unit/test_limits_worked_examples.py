"""The worked examples of the limits contract and the cases reckoned by hand: by the engine, and by the command."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.cli import main
from tests.fixtures import limit_cases
from tests.fixtures.limit_cases import Case, agrees, answer, by_hand, by_others, worked_examples

CASES = worked_examples() + by_hand() + by_others()
FILES = [
    Path(limit_cases.__file__).with_name(name)
    for name in ("limit_cases.jsonl", "limit_cases_more.jsonl", "limit_cases_apart.jsonl")
]


@pytest.mark.parametrize("case", CASES, ids=[each["id"] for each in CASES])
def test_the_engine_answers_as_was_reckoned(case: Case) -> None:
    found = answer(case)
    assert agrees(case["expect"], found), f"{case['why']}\nexpected {case['expect']}\nfound    {found}"


def checked(capsys: pytest.CaptureFixture[str], file: Path, *more: str) -> tuple[int, str]:
    code = main(["limits", "check", "--cases", str(file), *more])
    out, err = capsys.readouterr()
    assert err == ""
    return code, out


@pytest.mark.parametrize(
    ("file", "cases"), [(FILES[0], worked_examples()), (FILES[1], by_hand()), (FILES[2], by_others())]
)
def test_the_command_meets_every_expectation(
    file: Path, cases: Sequence[Case], capsys: pytest.CaptureFixture[str]
) -> None:
    code, out = checked(capsys, file, "--json")
    told: dict[str, Any] = json.loads(out)
    assert [each["id"] for each in told["cases"]] == [each["id"] for each in cases]
    assert [each for each in told["cases"] if not each["met"]] == []
    assert (code, told["count"], told["expected"], told["missed"], told["unread"]) == (
        0, len(cases), len(cases), 0, 0,
    )  # fmt: skip
    for case, found in zip(cases, told["cases"], strict=True):
        assert limit_cases.in_words(case, found) == answer(case)


@pytest.mark.parametrize("file", FILES)
def test_the_command_says_it_for_people_too(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = checked(capsys, file)
    count = len(file.read_text("utf-8").splitlines())
    assert code == 0
    assert out.splitlines()[-1] == f"{count} cases; {count} with an expectation, 0 missed."
    assert len(out.splitlines()) == count + 1


WRONG: dict[str, Any] = {
    "allowed": False,
    "refused_by": ["limit:thirty"],
    "remaining": {"allotment": 28874},
    "after": {"allotment": 874},
    "next_release_at": {"allotment": "2025-08-18T00:01"},
    "enough_at": "2025-08-18T00:00",
    "basis": "state",
    "version": "prop-204",
    "a figure that nobody gives": None,
}


@pytest.mark.parametrize("field", WRONG)
def test_a_wrong_figure_is_noticed(field: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = worked_examples()[0]
    case = {**first, "expect": {**first["expect"], field: WRONG[field]}}
    assert not agrees(case["expect"], answer(case))
    file = tmp_path / "wrong.jsonl"
    file.write_text(json.dumps(case) + "\n", "utf-8")
    code, out = checked(capsys, file, "--json")
    assert (code, json.loads(out)["missed"]) == (1, 1)
    code, out = checked(capsys, file)
    assert (code, "NOT AS EXPECTED" in out) == (1, True)
