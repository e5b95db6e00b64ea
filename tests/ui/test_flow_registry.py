"""Where no line leads to the state, the counter takes what a person reads in its registry."""

from __future__ import annotations

import pytest

from pos_desktop.app.link import LinkWatch
from pos_desktop.app.registry import ACTIVE, READ_AT, RegistryDesk
from pos_desktop.composition.programmes import load_programme
from pos_desktop.domain.instant import MINUTE_US
from pos_desktop.domain.limits.model import Category
from pos_desktop.ui.intents import Opens
from pos_desktop.ui.sheet_state import PaymentSheet, RegistrySheet
from pos_desktop.ui.state import PillKind
from tests.fixtures.builders import ZONE, package, patient, product
from tests.fixtures.desks import Till, reception, till
from tests.fixtures.fakes import FakeJournal, Memory
from tests.fixtures.hands import Counter

BUD = product(1, category=Category.FLOWER, net_mg=3_500)
LEFT = "left:allotment:"


def store(programme: str = "us-az-medical", *, required: bool = True) -> Till:
    memory, rules = Memory(), load_programme(programme)
    memory.add(patient(), package(1, BUD))
    people = reception(memory, zone=rules.zone.key)
    registry = RegistryDesk(people, FakeJournal(memory), rules, memory.clock, ZONE) if required else None
    link = LinkWatch(memory.clock, has_service=False)
    return till(memory, rules=rules, link=link, outages=None, registry=registry, reception=people)


@pytest.fixture
def at() -> Counter:
    counter = Counter(store())
    counter.scan("P-1000017", package(1).tag)
    return counter


def sheet(at: Counter) -> RegistrySheet:
    found = at.floor.sheet
    assert isinstance(found, RegistrySheet)
    return found


def read(at: Counter, left: str = "70", active: str = "yes", when: str = "") -> None:
    at.do.form.emit({ACTIVE: active, LEFT: left, READ_AT: when})


def test_the_refusal_leads_to_the_sheet_and_the_sheet_to_the_payment(at: Counter) -> None:
    refusal = at.state.refusal
    assert refusal is not None
    assert refusal.headline == "Arizona wants its registry read before each sale."
    assert [(each.id, each.key) for each in refusal.fixes] == [("registry", "Enter"), ("reckoning", "F4")]
    assert not at.state.can_pay
    assert at.state.patient is not None
    assert (
        at.state.patient.footnote == "The registry was not read yet. Figures are from this store’s records."
    )
    at.do.fix.emit("registry")
    assert [each.id for each in sheet(at).fields] == [ACTIVE, LEFT, READ_AT]
    assert "····0017" in sheet(at).intro
    read(at)
    after = at.state
    assert at.floor.sheet_kind == ""
    assert (after.refusal, after.can_pay) == (None, True)
    assert after.patient is not None
    assert after.patient.footnote.startswith("Read in the registry 2:32 PM")
    at.do.pay.emit()
    assert isinstance(at.floor.sheet, PaymentSheet)


def test_f5_opens_it_with_a_patient_and_does_nothing_without(at: Counter) -> None:
    assert at.state.pill.opens
    at.do.open_sheet.emit(Opens.OUTAGE)
    assert isinstance(at.floor.sheet, RegistrySheet)
    empty = Counter(store())
    assert not empty.state.pill.opens
    empty.do.open_sheet.emit(Opens.OUTAGE)
    assert empty.floor.sheet is None


def test_what_cannot_be_read_is_marked_where_it_stands(at: Counter) -> None:
    at.do.fix.emit("registry")
    read(at, left="6,5")
    assert [each.error for each in sheet(at).fields] == ["", "“6,5” is no amount in g. Nothing was kept.", ""]
    read(at, active="perhaps")
    assert [bool(each.error) for each in sheet(at).fields] == [True, False, False]


def test_a_card_that_is_not_active_there_ends_the_visit(at: Counter) -> None:
    at.do.fix.emit("registry")
    read(at, active="no")
    assert at.floor.visit is None
    assert at.state.notice is not None
    assert "may not buy now" in at.state.notice.text


def test_a_figure_that_grew_old_while_the_money_was_counted_is_read_again(at: Counter) -> None:
    at.do.fix.emit("registry")
    read(at)
    at.do.pay.emit()
    at.do.quick_amount.emit("20000")
    at.till.memory.clock.move(16 * MINUTE_US)
    at.do.complete.emit()
    assert at.floor.sheet is None
    assert at.till.sales.recent(5) == []
    assert at.state.notice is not None
    assert "read the registry again (F5)" in at.state.notice.text
    assert at.state.refusal is not None
    assert at.state.refusal.headline == "The registry’s figure is more than 15 min old."


def test_where_the_programme_asks_nobody_the_counter_says_so_and_sells() -> None:
    at = Counter(store("us-ny-medical", required=False))
    at.scan("P-1000017")
    assert at.state.patient is not None
    assert at.state.patient.footnote == (
        "Figures are from this store’s records; New York asks no system before a sale."
    )
    assert at.state.pill.kind is PillKind.OFFLINE
    assert not at.state.pill.opens
