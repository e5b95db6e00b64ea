"""Every programme, each pool: what is left may be taken to the last unit, and not one unit more."""

from __future__ import annotations

import pytest

from tests.fixtures.limit_boundaries import boundary_cases
from tests.fixtures.recount.packs import programmes


@pytest.mark.parametrize("name", programmes())
def test_the_recount_refuses_above_what_is_left_and_only_there(name: str) -> None:
    programme = programmes()[name]
    seen = set()
    for each in boundary_cases(programme):
        assert each.agrees, f"{each.pool}, {each.how}, {each.side}: {each.case}\n{each.expect}"
        seen.add((each.expect["version"], each.pool, each.side))
    assert seen == {
        (version["id"], pool["id"], side)
        for version in programme["version"]
        for pool in version["pool"]
        for side in ("below", "at", "above")
    }
