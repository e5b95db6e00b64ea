"""What a person reads in the state's registry and types counts as the state's figure (limits contract 6.9)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from pos_desktop.app.limit_desk import LimitDesk
from pos_desktop.app.link import LinkWatch
from pos_desktop.app.reception import Refused
from pos_desktop.app.registry import ACTIVE, READ_AT, RegistryDesk, Unreadable
from pos_desktop.app.visit import Visit
from pos_desktop.composition.programmes import load_programme
from pos_desktop.domain.cart import EMPTY
from pos_desktop.domain.instant import MINUTE_US
from pos_desktop.domain.limits.model import Category, Link
from pos_desktop.domain.patient import CheckIn
from tests.fixtures.builders import DUTY, NOW, ZONE, package, patient, product
from tests.fixtures.desks import reception
from tests.fixtures.fakes import FakeJournal, Memory
from tests.fixtures.stores import PERSON

AZ = "us-az-medical"
BUD = product(1, category=Category.FLOWER, net_mg=3_500)
FLOWER = "left:allotment:"


class Store:
    """A store of a programme that asks a registry to which no line leads."""

    def __init__(self, programme: str = AZ) -> None:
        self.memory, self.rules = Memory(), load_programme(programme)
        self.memory.add(patient(), package(1, BUD))
        self.people = reception(self.memory, zone=self.rules.zone.key)
        self.desk = RegistryDesk(self.people, FakeJournal(self.memory), self.rules, self.memory.clock, ZONE)
        self.limits = LimitDesk(self.rules)
        self.link = LinkWatch(self.memory.clock, has_service=False).link
        opened = self.people.open(patient().id, PERSON)
        assert isinstance(opened, Visit)
        self.visit = opened

    def typed(self, **values: str) -> Visit | Refused:
        every = {ACTIVE: "yes", READ_AT: ""} | {
            {"left": FLOWER, "at": READ_AT, "active": ACTIVE}[name]: text for name, text in values.items()
        }
        return self.desk.keep(self.visit, every, DUTY.actor)

    def refused_by(self, visit: Visit, quantity: int, after_us: int = 0) -> tuple[str, ...]:
        cart = EMPTY.add(package(1, BUD)).set_quantity(0, quantity)
        at = self.memory.clock.now().plus_us(after_us)
        return self.limits.decide(replace(visit, cart=cart), at, self.link).refused_by


def test_without_a_look_at_the_registry_nothing_is_sold_and_with_it_everything_that_fits() -> None:
    store = Store()
    assert store.link is Link.UP
    assert store.refused_by(store.visit, 1) == ("state-check-required",)
    fresh = store.typed(left="10")
    assert isinstance(fresh, Visit)
    assert store.refused_by(fresh, 2) == ()
    assert store.refused_by(fresh, 3) == ("limit:allotment",)  # three times 3.5 g are more than 10 g


def test_the_typed_figure_only_lowers() -> None:
    store = Store()
    fresh = store.typed(left="1,000")
    assert isinstance(fresh, Visit)
    assert store.refused_by(fresh, 21) == ("limit:allotment",)


def test_it_grows_old_as_any_figure_does() -> None:
    store = Store()
    fresh = store.typed(left="70.5")
    assert isinstance(fresh, Visit)
    assert store.refused_by(fresh, 1, 15 * MINUTE_US) == ()
    assert store.refused_by(fresh, 1, 15 * MINUTE_US + 1) == ("state-check-required",)


def test_it_is_as_old_as_the_person_says() -> None:
    store = Store()
    local = NOW.plus_us(-10 * MINUTE_US).datetime_in(ZONE)
    fresh = store.typed(left="70", at=f"{local:%H:%M}")
    assert isinstance(fresh, Visit)
    assert fresh.answer is not None
    assert NOW.since_us(fresh.answer.as_of) // MINUTE_US in (10, 11)
    late = store.typed(left="70", at=f"{NOW.plus_us(60 * MINUTE_US).datetime_in(ZONE):%I:%M %p}")
    assert isinstance(late, Visit)
    assert late.answer is not None
    assert late.answer.as_of < fresh.answer.as_of, "a time to come was yesterday's"


def test_a_card_that_is_not_active_there_is_refused_and_remembered() -> None:
    store = Store()
    said = store.typed(active="no")
    assert isinstance(said, Refused)
    assert said.why is CheckIn.INACTIVE
    again = store.people.open(patient().id, PERSON)
    assert isinstance(again, Refused)


def test_person_time_and_figures_are_journaled_without_a_name() -> None:
    store = Store()
    store.typed(left="12.3456")
    entry = json.loads(store.memory.journal[-1][1])
    assert (entry["kind"], entry["actor"], entry["ref"]) == (
        "patient.registry-read",
        DUTY.actor.id,
        patient().id,
    )
    assert entry["data"] == {"as_of_us": NOW.utc_us, "active": True, "left": [["allotment", "", 12345]]}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"left": "10", "active": ""}, ACTIVE),
        ({"left": "10", "active": "perhaps"}, ACTIVE),
        ({"left": ""}, FLOWER),
        ({"left": "ten"}, FLOWER),
        ({"left": "6,5"}, FLOWER),
        ({"left": "-1"}, FLOWER),
        ({"left": "1e3"}, FLOWER),
        ({"left": "9" * 20}, FLOWER),
        ({"left": "10", "at": "25:00"}, READ_AT),
        ({"left": "10", "at": "13:00 PM"}, READ_AT),
        ({"left": "10", "at": "soon"}, READ_AT),
    ],
)
def test_what_cannot_be_read_names_its_field_and_keeps_nothing(values: dict[str, Any], field: str) -> None:
    store = Store()
    with pytest.raises(Unreadable, match="Nothing was kept") as told:
        store.typed(**values)
    assert told.value.field == field
    opened = store.people.open(patient().id, PERSON)
    assert isinstance(opened, Visit)
    assert opened.answer is None
    assert store.memory.journal == []


def test_one_allotment_stated_several_ways_asks_each_way() -> None:
    store = Store("us-md-medical")
    assert [each.id for each in store.desk.shown(store.visit)] == [
        "left:allotment:flower",
        "left:allotment:thc",
    ]
