"""Each role in front of each use case, on a real store: what the table of rights says happens, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pos_desktop.app import voiding
from pos_desktop.app.certified_form import Change, Form
from pos_desktop.app.certifying import Certifying
from pos_desktop.app.clock_desk import ClockDesk
from pos_desktop.app.close_sale import OnDuty
from pos_desktop.app.emergency import Emergency
from pos_desktop.app.outage_desk import OutageDesk
from pos_desktop.app.paper import PaperDesk
from pos_desktop.app.ports.scanning import IdDocument
from pos_desktop.app.ports.worklist import Which
from pos_desktop.app.reception import NewPatient
from pos_desktop.app.registry import RegistryDesk
from pos_desktop.app.rules import Rules
from pos_desktop.app.second_factor import SecondFactor
from pos_desktop.app.signing_in import SigningIn
from pos_desktop.app.staffing import Staffing
from pos_desktop.app.visit import Visit
from pos_desktop.app.voiding import Voiding
from pos_desktop.app.worklist import Worklist
from pos_desktop.composition.programmes import shipped_text
from pos_desktop.domain.cart import EMPTY
from pos_desktop.domain.errors import PosError, RuleRefusal
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.limits.model import Link
from pos_desktop.domain.money import Money
from pos_desktop.domain.people import STAFF, Person, Right, Role
from pos_desktop.domain.persons_word import Action
from pos_desktop.domain.trusted_time import ClockReading, ClockStanding
from pos_desktop.storage.columns import metadata
from tests.fixtures.desks import FakePaper
from tests.fixtures.fake_shop import training_desk
from tests.fixtures.lifts import lenient
from tests.fixtures.limit_packs import programme
from tests.fixtures.stores import PATIENT, ZONE, OrderedIds, StandingClock, tag
from tests.fixtures.tills import BUDTENDER, FLOAT, MANAGER, SECOND, TillPlace
from tests.integration.test_pins_at_speed import Looked

REFUSED = ("manager-needed", "right-needed:")
WHY = "sample reason"


class Place(TillPlace):
    """A store with an open till, a sale, and every use case that takes a person."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.desk.open(BUDTENDER, FLOAT)
        store, clock, ids = self.store, self.clock, OrderedIds(prefix="made")
        self.sale = self.sell()
        self.counter = training_desk(
            store, lenient("limit:month"), clock, ids, register=store.settings.register()
        )
        rules, hasher = programme("us-mi-medical"), Looked()
        found = self.counter.reception.open(PATIENT.id, MANAGER)
        package = store.shelf.by_tag(tag(1))
        assert isinstance(found, Visit)
        assert package is not None
        self.visit = replace(found, cart=EMPTY.add(package, 3))
        self.worklist = Worklist(store.worklist, store.settings, clock)
        self.voids = Voiding(
            sales=store.sales,
            book=store.voids,
            register=store.settings.register(),
            facility_zone=ZONE,
            clock=clock,
            ids=ids,
        )
        self.outages = OutageDesk(store.outage, self.counter.link, rules)
        self.clocks = ClockDesk(AskedClock(), store.journal)
        self.certifying = Certifying(store.patients, rules, clock)
        self.registry = RegistryDesk(
            self.counter.reception, store.journal, rules, clock, ZoneInfo("America/Detroit")
        )
        self.paper = PaperDesk(
            jobs=store.paper, sales=store.sales, paper=FakePaper(), journal=store.journal, clock=clock
        )
        self.rules_desk = Rules(
            settings=store.settings,
            packs=store.packs,
            journal=store.journal,
            clock=clock,
            shipped=shipped_text,
        )
        self.staffing = Staffing(book=store.people, clock=clock, ids=ids)
        self.sealed = Emergency(book=store.emergency, pins=store.pins, hasher=hasher, clock=clock)
        self.signing = SigningIn(staff=store.staff, pins=store.pins, hasher=hasher, clock=clock)
        self.factor = SecondFactor(book=store.factors, hasher=hasher, settings=store.settings, clock=clock)

    def lift(self, by: Person) -> object:
        return self.counter.limits.lift(self.visit, "limit:month", WHY, by, self.clock.now(), Link.UP)

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table."""
        return {
            name: sorted(self.store._db.rows(f"SELECT * FROM {name}"), key=repr) for name in metadata.tables
        }


class AskedClock(StandingClock):
    """A clock that can be confirmed."""

    def reading(self) -> ClockReading:
        return ClockReading(self.at, self.at, self.at, ClockStanding.AHEAD, confirmable=True)

    def believe_wall(self) -> None: ...


Act = Callable[[Place, Person], object]
FORM = NewPatient("P-9", "Sample", "New", "1980-01-31", "2099-12-31")
ABOVE = cast("Change", SimpleNamespace(is_above=True))
LICENSE = IdDocument("Patient 001", "Sample", date(1980, 2, 29), None)
PACK = shipped_text("us-mi-medical")
REPORT = "report-sale-1"
ACTIONS: Mapping[str, tuple[Right, Act]] = {
    "sell": (
        Right.SELL,
        lambda at, by: at.counter.close_sale.cash(at.visit, Money(90_000), OnDuty(by, at.session), Link.UP),
    ),
    "hold": (Right.SELL, lambda at, by: at.counter.holds.hold(at.visit, by)),
    "held carts": (Right.SEE_PATIENT, lambda at, by: at.counter.holds.list(by)),
    "recall": (Right.SELL, lambda at, by: at.counter.holds.recall(at.visit.sale_id, by)),
    "print again": (Right.SELL, lambda at, by: at.paper.reprint(at.sale.id, by)),
    "it printed": (Right.SELL, lambda at, by: at.paper.it_printed(1, by)),
    "see by card": (
        Right.SEE_PATIENT,
        lambda at, by: at.counter.reception.by_card(PATIENT.card_number, by),
    ),
    "see by name": (Right.SEE_PATIENT, lambda at, by: at.counter.reception.by_name("Patient", by)),
    "see by license": (
        Right.SEE_PATIENT,
        lambda at, by: at.counter.reception.by_id_document(LICENSE, by),
    ),
    "open a visit": (Right.SEE_PATIENT, lambda at, by: at.counter.reception.open(PATIENT.id, by)),
    "enter a patient": (Right.ENTER_PATIENT, lambda at, by: at.counter.reception.register(FORM, by)),
    "see what is certified": (Right.SEE_PATIENT, lambda at, by: at.certifying.form(PATIENT.id, by)),
    "certify": (
        Right.ENTER_PATIENT,
        lambda at, by: at.certifying.keep(PATIENT.id, Form((), ()), (), by),
    ),
    "certify more": (
        Right.CERTIFY_MORE,
        lambda at, by: at.certifying.keep(PATIENT.id, Form((), ()), (ABOVE,), by),
    ),
    "type the registry's figure": (
        Right.ENTER_PATIENT,
        lambda at, by: at.registry.keep(at.visit, {"active": "no", "read-at": ""}, by),
    ),
    "lift": (Right.LIFT_RULE, lambda at, by: at.lift(by)),
    "declare an outage": (Right.DECLARE_OUTAGE, lambda at, by: at.outages.declare("bulletin 12", by)),
    "end an outage": (Right.DECLARE_OUTAGE, lambda at, by: at.outages.end(by)),
    "confirm the clock": (Right.CONFIRM_CLOCK, lambda at, by: at.clocks.confirm(by)),
    "void": (Right.VOID_SALE, lambda at, by: at.voids.void(at.sale, WHY, by)),
    "find a sale": (Right.READ_REPORTS, lambda at, by: at.voids.find(str(at.sale.number), by)),
    "list reports": (Right.READ_REPORTS, lambda at, by: at.worklist.page(Which.ALL, by)),
    "read a report": (Right.READ_REPORTS, lambda at, by: at.worklist.story(REPORT, by)),
    "retry a report": (Right.RETRY_REPORT, lambda at, by: at.worklist.retry(REPORT, by)),
    "settle a report": (
        Right.SETTLE_REPORT,
        lambda at, by: at.worklist.resolve(REPORT, Action.CANCELLED, WHY, by),
    ),
    "install rules": (Right.CHANGE_SETTINGS, lambda at, by: at.rules_desk.install(*PACK, by)),
    "shipped rules": (Right.CHANGE_SETTINGS, lambda at, by: at.rules_desk.go_back(by)),
    "confirm rules": (Right.CHANGE_SETTINGS, lambda at, by: at.rules_desk.confirm("sample text", by)),
    "add a person": (Right.MANAGE_PEOPLE, lambda at, by: at.staffing.add("Sample Person", "lead", by)),
    "give a role": (Right.MANAGE_PEOPLE, lambda at, by: at.staffing.give_role(SECOND, "lead", by)),
    "rename": (Right.MANAGE_PEOPLE, lambda at, by: at.staffing.rename(SECOND, "Sample Second", by)),
    "somebody leaves": (Right.MANAGE_PEOPLE, lambda at, by: at.staffing.leave(SECOND, by)),
    "read the history of people": (Right.READ_JOURNAL, lambda at, by: at.staffing.changes(by)),
    "give a PIN": (Right.MANAGE_PEOPLE, lambda at, by: at.signing.set_pin(SECOND, "274913", by)),
    "let in": (Right.MANAGE_PEOPLE, lambda at, by: at.signing.let_in(SECOND, by)),
    "take a second factor away": (
        Right.MANAGE_PEOPLE,
        lambda at, by: at.factor.turn_off(SECOND, by),
    ),
    "seal a code": (Right.MANAGE_PEOPLE, lambda at, by: at.sealed.seal(by)),
    "review an emergency": (Right.MANAGE_PEOPLE, lambda at, by: at.sealed.review(1, WHY, by)),
    "pause the till": (Right.OPEN_TILL, lambda at, by: at.desk.pause(by)),
    "open the drawer": (Right.OPEN_DRAWER, lambda at, by: at.desk.no_sale(by, WHY)),
    "drop": (Right.DROP, lambda at, by: at.desk.drop(by, Money(100), "E-1", SECOND)),
    "pay out": (Right.PAID_IN_OUT, lambda at, by: at.desk.paid_out(by, Money(100), WHY)),
    "read the till": (Right.READ_TILL, lambda at, by: at.desk.x_report(by)),
    "count": (Right.CLOSE_TILL, lambda at, by: at.desk.seal(by, FLOAT)),
    "close the till": (Right.CLOSE_TILL, lambda at, by: at.desk.close(by, SECOND)),
}


def refused(at: Place, act: Act, by: Person) -> bool:
    """Whether the act was refused for want of a right; what else went wrong is no matter here."""
    try:
        act(at, by)
    except RuleRefusal as problem:
        return problem.code.startswith(REFUSED)
    except PosError:
        pass
    return False


def somebody(role: str) -> Person:
    return Person(PersonId("somebody-1"), "Sample Somebody", role)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.store.close()


@pytest.mark.parametrize("role", [*Role, "owner"])
def test_each_role_may_what_the_table_says_and_nothing_else(place: Place, role: str) -> None:
    by = somebody(role)
    place.store.staff.add(by)
    if role not in STAFF:
        place.store.staff.add(replace(by, role=Role.AUDITOR))
    wrong = [name for name, (right, act) in ACTIONS.items() if refused(place, act, by) is by.may(right)]
    assert wrong == []


READS = {"find a sale", "list reports", "read a report", "read the history of people"}


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    made = Place(tmp_path_factory.mktemp("audited"))
    made.store.staff.add(somebody(Role.AUDITOR))
    yield made
    made.store.close()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.sampled_from(sorted(ACTIONS)), min_size=1, max_size=12))
def test_an_auditor_looks_and_changes_nothing(untouched: Place, names: list[str]) -> None:
    auditor, before = somebody(Role.AUDITOR), untouched.everything()
    done = {name for name in names if not refused(untouched, ACTIONS[name][1], auditor)}
    assert untouched.everything() == before
    assert done <= READS


@pytest.mark.parametrize("role", [Role.EMERGENCY, Role.SERVICE, "owner"])
def test_nobody_else_without_a_right_leaves_a_trace(untouched: Place, role: str) -> None:
    by, before = somebody(role), untouched.everything()
    for name, (right, act) in ACTIONS.items():
        assert refused(untouched, act, by) is not by.may(right), name
    assert untouched.everything() == before


def test_a_use_case_that_forgets_to_ask_is_seen(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Known wrong: whoever is asked answers."""
    auditor = somebody(Role.AUDITOR)
    place.store.staff.add(auditor)
    before = place.everything()
    monkeypatch.setattr(voiding, "require", lambda actor, *_, **__: actor)
    assert not refused(place, ACTIONS["void"][1], auditor)
    assert place.everything() != before


def test_every_right_but_what_no_use_case_has_yet_is_in_the_table() -> None:
    """What other desks ask for is tried by their own tests."""
    elsewhere = {
        Right.ACCEPT_DIFFERENCE,
        Right.WITNESS,
        Right.CUSTODY,
        Right.READ_VIEWS,
        Right.EXPORT_PATIENT,
        Right.PURGE,
        Right.BACK_UP,
        Right.GIVE_CREDIT,
        Right.SETTLE_CARD,
        Right.SEND,
        Right.COMPARE,
    }
    assert {right for right, _ in ACTIONS.values()} == set(Right) - elsewhere
