"""The random cases reach every shape and every refusal, and the recount keeps its own promises on them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fixtures.limit_strategies import cases
from tests.fixtures.recount import recount
from tests.fixtures.recount.clock import Clock
from tests.fixtures.recount.packs import programmes

BY_POOLS = (
    "limit:", "no-certified-amount:", "no-active-order:", "before-period:", "missing-measure:",
    "unmeasured-history:", "no-tier:",
)  # fmt: skip
VARIED = [
    f"us-{state}-medical" for state in ("al", "co", "fl", "hi", "md", "mi", "mo", "oh", "ut", "nj", "ky")
]
quick = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@pytest.mark.parametrize("name", programmes())
@quick
@given(st.data())
def test_the_recount_keeps_its_promises(name: str, data: st.DataObject) -> None:
    """What it says of later is what it answers later; what it lets pass is within what was left."""
    programme = programmes()[name]
    case = data.draw(cases(programme))
    found = recount(case, programme)
    assert found["allowed"] == (not found["refused_by"])
    assert found["allowed"] or found["after"] == found["remaining"]
    if found["enough_at"] is not None:
        assert any(each.startswith((*BY_POOLS, "no-rule-in-force")) for each in found["refused_by"])
        told = {key: value for key, value in case.items() if key not in {"state", "link"}}
        then = recount(foreseen(told, Clock(programme["zone"])) | {"at": found["enough_at"]}, programme)
        if "state" not in case:
            assert not any(each.startswith(BY_POOLS) for each in then["refused_by"]), then


def foreseen(case: dict[str, Any], clock: Clock) -> dict[str, Any]:
    """Nothing that is recorded after the decision: it was not known, and must not be known later either."""
    now = clock.moment(case["at"])
    return case | {
        "history": [
            {key: value for key, value in each.items() if key != "void" or clock.moment(value) <= now}
            for each in case["history"]
            if clock.moment(each["at"]) <= now
        ]
    }


def look_at(programme: dict[str, Any], seen: Counter[str], **fixed: str) -> None:
    @settings(quick, max_examples=150, phases=[Phase.generate], database=None)
    @given(cases(programme))
    def look(case: dict[str, Any]) -> None:
        found = recount(case | fixed, programme)
        seen.update(each.split(":")[0] for each in found["refused_by"])
        seen.update({f"basis {found['basis']}", f"allowed {found['allowed']}"})
        seen.update(["enough"] if found["enough_at"] else [])

    look()


WANTED = {
    *(each.rstrip(":") for each in BY_POOLS), "uncounted-category", "gate", "card-expired", "card-not-yet-valid",
    "card-kind", "application-hours", "closed-hours", "state-check-required", "outage", "relief",
    "no-rule-in-force", "enough", "allowed True", "allowed False",
    *(f"basis {each}" for each in (
        "history", "state", "local", "stale", "none", "relief", "outage-refuse", "outage-local-ledger",
        "outage-certification", "state-silent",
    )),
}  # fmt: skip
ROUNDS = 12
"""What is rare is not met in each: a potency that fits no tier, for instance."""


@pytest.mark.prove
@pytest.mark.timeout(900)
def test_the_random_cases_reach_every_refusal_and_every_basis() -> None:
    seen: Counter[str] = Counter()
    for _ in range(ROUNDS):
        for name in VARIED:
            look_at(programmes()[name], seen)
        # A relief of four days, and only while the line is down, is seldom met by chance.
        look_at(programmes()["us-md-medical"], seen, at="2023-06-17T12:00", link="down")
        if seen.keys() >= WANTED:
            return
    assert WANTED - seen.keys() == set()
