"""Whoever makes himself a manager by hand, or takes an emergency out of the store, is found by `verify`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_desktop.app.emergency import Emergency
from pos_desktop.app.staffing import Staffing
from pos_desktop.app.verifying import verify
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.people import Person
from pos_desktop.storage.store import Store
from tests.fixtures.stores import OrderedIds, StandingClock, opened
from tests.integration.test_pins_at_speed import Looked

MANAGER = Person(PersonId("manager-1"), "Sample Manager 1", "manager")
HISTORY = "history of people"
PEOPLE = "the last change says"
PIN = "The PIN of person manager-1 is not what the journal tells of it."
STRANGER = "does not tell how person x came to work here"
CODE = "code for an emergency"
BY_HAND = [
    ("UPDATE person SET role = 'manager' WHERE id = 'id-000001'", PEOPLE),
    ("UPDATE person SET name = 'Somebody Else' WHERE id = 'id-000001'", PEOPLE),
    ("UPDATE person SET active = 1 WHERE id = 'id-000002'", PEOPLE),
    ("UPDATE person_change SET role = 'manager' WHERE kind = 'changed'", HISTORY),
    ("UPDATE person_change SET actor_id = 'id-000001' WHERE kind = 'left'", HISTORY),
    ("DELETE FROM person_change WHERE kind = 'left'", HISTORY),
    (
        "INSERT INTO person_change VALUES (99, 'id-000001', 'changed', 'Sample Lead', 'manager', 1, 'manager-1')",
        HISTORY,
    ),
    ("DELETE FROM emergency_event WHERE kind = 'opened'", CODE),
    ("UPDATE emergency_event SET words = 'nothing' WHERE kind = 'opened'", CODE),
    (
        "INSERT INTO emergency_event (n, kind, at, actor_id, words) VALUES (1, 'reviewed', 1, 'manager-1', 'all well')",
        CODE,
    ),
    ("INSERT INTO person (id, name, role, active) VALUES ('x', 'Sample Stranger', 'manager', 1)", STRANGER),
    ("DELETE FROM pin", PIN),
    ("UPDATE pin SET set_by = 'id-000001'", PIN),
    (
        "INSERT INTO pin VALUES ('id-000002', 'sample hash', 'manager-1', 1)",
        "The PIN of person id-000002 is not",
    ),
    ("UPDATE pin SET hash = (SELECT hash FROM pin WHERE person_id = 'id-000001')", "it was copied by hand"),
    ("DELETE FROM second_factor", "The second factor of person manager-1 is not what"),
    ("UPDATE emergency_code SET sealed_by = 'id-000001'", CODE),
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A manager, a lead who was a budtender, somebody who left, and a code that was opened."""
    clock = StandingClock()
    with opened(tmp_path, clock, create=True) as made:
        made.people.add(MANAGER, MANAGER.id, clock.now())
        staff = Staffing(book=made.people, clock=clock, ids=OrderedIds())
        lead = staff.add("Sample Lead", "budtender", MANAGER)
        staff.give_role(lead, "lead", MANAGER)
        staff.leave(staff.add("Sample Gone", "lead", MANAGER), MANAGER)
        sealed = Emergency(book=made.emergency, pins=made.pins, hasher=Looked(), clock=clock)
        for person, hashed in ((MANAGER, "sample hash 1"), (lead, "sample hash 2")):
            made.pins.set_pin(person.id, hashed, MANAGER.id, clock.now())
        for person in (MANAGER, lead):
            made.factors.turn_on(person.id, person.id.encode(), 1, person.id, clock.now())
        made.factors.turn_off(lead.id, lead.id)
        sealed.open(sealed.seal(MANAGER), "nobody is here")
        yield made


def wrong(store: Store) -> list[str]:
    return verify(store.sales, store.journal, store.tills, None, store.records, store.people).wrong


def test_an_honest_history_is_good(store: Store) -> None:
    assert wrong(store) == []


@pytest.mark.parametrize(("statement", "said"), BY_HAND)
def test_what_was_changed_by_hand_is_named(store: Store, statement: str, said: str) -> None:
    with store._db.write() as conn:
        rules = conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in rules:
            conn.exec_driver_sql(f"DROP TRIGGER {name}")
        conn.exec_driver_sql(statement)
    assert any(said in sentence for sentence in wrong(store))
    assert verify(store.sales, store.journal).wrong == [], "known wrong: without a look at people"
