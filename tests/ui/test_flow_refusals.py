"""Each refusal that a person saw is in the journal once: who was refused what, by which rule, before whom."""

from __future__ import annotations

import json
from typing import Any

from pos_desktop.domain.errors import RuleRefusal
from tests.fixtures.builders import DUTY, package, patient, tag
from tests.fixtures.desks import till
from tests.fixtures.fakes import Memory
from tests.fixtures.hands import Counter
from tests.fixtures.lifts import lenient


def counter(**more: Any) -> Counter:
    memory = Memory()
    memory.add(patient(), package(1))
    return Counter(till(memory, rules=lenient("limit:day"), **more))


def told(at: Counter, kind: str) -> list[dict[str, Any]]:
    entries = [json.loads(body) for _, body, _ in at.till.memory.journal]
    return [each for each in entries if each["kind"] == kind]


def test_a_cart_over_the_limit_is_kept_once_for_each_reason() -> None:
    at = counter()
    at.scan("P-1000017", tag(1))
    assert told(at, "sale.refused") == []
    for _ in range(5):
        at.do.plus.emit()
    (entry,) = told(at, "sale.refused")
    assert at.floor.visit is not None
    assert (entry["actor"], entry["ref"]) == (DUTY.actor.id, at.floor.visit.sale_id)
    assert entry["data"]["patient"] == patient().id
    assert entry["data"]["codes"] == ["limit:day"]
    assert entry["data"]["lines"][0][0] == tag(1)


def test_another_cart_of_the_same_patient_is_kept_again() -> None:
    at = counter()
    for _ in range(2):
        at.scan("P-1000017", tag(1))
        for _ in range(5):
            at.do.plus.emit()
        at.floor.end_visit()
    assert len(told(at, "sale.refused")) == 2


def test_a_card_that_opens_nothing_is_kept_without_its_number() -> None:
    at = counter()
    at.scan("P-9999999")
    (entry,) = told(at, "check-in.refused")
    assert entry["data"] == {"caregiver": "", "why": "card-unknown"}
    assert "9999999" not in json.dumps(entry)


def refuse() -> None:
    raise RuleRefusal("A manager must do this. The cart is kept.", code="manager-needed")


def test_what_a_person_may_not_do_is_kept_with_the_name() -> None:
    at = counter()
    at.floor.on_database("something", refuse, lambda _: None)
    (entry,) = told(at, "action.refused")
    assert (entry["actor"], entry["data"]) == (DUTY.actor.id, {"code": "manager-needed"})


def test_a_journal_that_cannot_be_written_stops_nobody() -> None:
    at = counter(refusals=None)
    at.scan("P-1000017", tag(1))
    for _ in range(5):
        at.do.plus.emit()
    assert at.state.refusal is not None
    assert told(at, "sale.refused") == []
