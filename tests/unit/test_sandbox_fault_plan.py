"""Whose turn it is in a plan of faults."""

from typing import Any

import pytest

from pos_desktop.training.sandbox.faults import BadFault, FaultPlan
from pos_desktop.training.sandbox.http import Request

POST = Request("POST", "/sales/v2/receipts/")
GET = Request("GET", "/facilities/v2")


def plan(**entry: Any) -> FaultPlan:
    return FaultPlan.of({"plan": [{"match": "POST /sales/v2/receipts", "do": "500", **entry}]})


def hits(faults: FaultPlan, count: int, request: Request = POST) -> list[int]:
    return [n for n in range(1, count + 1) if faults.next(request) is not None]


def test_every_third_request_is_hit() -> None:
    assert hits(plan(every=3), 10) == [3, 6, 9]


def test_some_are_let_pass_first_and_the_fault_ends() -> None:
    assert hits(plan(after=2, times=2), 10) == [3, 4]


def test_other_requests_neither_hit_nor_count() -> None:
    faults = plan(every=2)

    assert hits(faults, 5, GET) == []
    assert faults.document()["plan"][0]["seen"] == 0


def test_a_star_matches_any_method_and_any_path() -> None:
    assert hits(plan(match="* /sales/*"), 1) == [1]
    assert hits(plan(match="* /sales/*"), 1, GET) == []


def test_the_first_entry_whose_turn_it_is_decides() -> None:
    faults = FaultPlan.of(
        {"plan": [{"match": "* *", "do": "500", "every": 2}, {"match": "* *", "do": "429", "every": 1}]}
    )

    chosen = [faults.next(GET) for _ in range(4)]

    assert [fault.do for fault in chosen if fault] == ["429", "500", "429", "500"]


@pytest.mark.parametrize(
    "document",
    [
        [],
        {"plan": [3]},
        {"plan": [], "more": 1},
        {"plan": [{"match": "POST /x", "do": "explode"}]},
        {"plan": [{"match": "POST", "do": "500"}]},
        {"plan": [{"do": "500"}]},
        {"plan": [{"match": "POST /x", "do": "500", "every": 0}]},
        {"plan": [{"match": "POST /x", "do": "500", "every": True}]},
        {"plan": [{"match": "POST /x", "do": "500", "seconds": -1}]},
        {"plan": [{"match": "POST /x", "do": "500", "evry": 1}]},
    ],
)
def test_a_plan_that_says_something_else_is_refused(document: Any) -> None:
    with pytest.raises(BadFault):
        FaultPlan.of(document)
