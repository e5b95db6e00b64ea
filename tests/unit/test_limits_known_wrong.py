"""Each mistake that a limit engine may make is made on purpose, and the cases of this suite must notice it."""

from __future__ import annotations

import pytest

from tests.fixtures.limit_fixed_cases import disagreements
from tests.fixtures.limit_wrong_answers import WRONG
from tests.fixtures.limit_wrong_rules import Wrong

EACH = 5
"""Random cases of each programme; the contract's, those reckoned by hand and the corners come before."""


def noticed() -> bool:
    return next(disagreements(EACH), None) is not None


def test_the_engine_as_it_is_passes() -> None:
    assert not noticed()


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_engine_is_noticed(wrong: Wrong, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong(monkeypatch)
    assert noticed()


def test_every_rule_has_its_mistake() -> None:
    assert len(WRONG) >= 120
