"""Every programme, each pool: what is left may be taken to the last unit, and not one unit more."""

from __future__ import annotations

import pytest

from tests.fixtures.limit_boundaries import boundary_cases
from tests.fixtures.limit_cases import answer
from tests.fixtures.limit_packs import NAMES
from tests.fixtures.recount.packs import programmes


@pytest.mark.parametrize("name", NAMES)
def test_what_is_above_what_is_left_is_refused_and_nothing_else(name: str) -> None:
    """By the recount and by the engine alike."""
    programme = programmes()[name]
    seen = set()
    for each in boundary_cases(programme):
        assert each.agrees, f"{each.pool}, {each.how}, {each.side}: {each.case}\n{each.expect}"
        assert answer(each.case) == each.expect, f"{each.pool}, {each.how}, {each.side}: {each.case}"
        seen.add((each.expect["version"], each.pool, each.side))
    assert seen == {
        (version["id"], pool["id"], side)
        for version in programme["version"]
        for pool in version["pool"]
        for side in ("below", "at", "above")
    }


def test_both_read_the_same_programmes() -> None:
    assert tuple(programmes()) == NAMES
    assert len(NAMES) == 37
