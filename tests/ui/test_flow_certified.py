"""What a practitioner certified is entered at the counter, and the allotments go by it at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pos_desktop.app.certifying import Certifying, asked_of
from pos_desktop.composition.programmes import load_programme
from pos_desktop.domain.certification import Fact, FactKind
from pos_desktop.domain.identity import ProductId
from pos_desktop.domain.limits.model import Category, Measures
from pos_desktop.domain.money import Money
from pos_desktop.domain.shelf import Product, Unit
from pos_desktop.ui.intents import Opens
from pos_desktop.ui.sheet_state import CertificationSheet
from tests.fixtures.builders import NOW, answer, package, patient
from tests.fixtures.desks import till
from tests.fixtures.fakes import FakeJournal, FakePatients, Memory
from tests.fixtures.hands import Counter

TODAY = NOW.date_in(load_programme("us-wv-medical").zone)
TINCTURE = Product(
    ProductId("tincture"),
    "Sample Tincture",
    Category.TINCTURE,
    Unit.EACH,
    Measures(thc_mg=100, supply_mdays=10_000, potency_bp=200),
    Money(3_000),
)


def counter(programme: str, **state: str) -> Counter:
    memory = Memory()
    rules = load_programme(programme)
    memory.add(patient(), package(1, TINCTURE, potency_bp=200))
    desk = Certifying(FakePatients(memory), FakeJournal(memory), rules, memory.clock)
    at = Counter(till(memory, rules=rules, certifying=desk, ask_state=lambda _: answer(NOW)))
    at.scan("P-1000017", package(1).tag)
    return at


def sheet(at: Counter) -> CertificationSheet:
    found = at.floor.sheet
    assert isinstance(found, CertificationSheet)
    return found


def test_a_supply_that_has_not_begun_is_opened_by_the_date_of_the_certification() -> None:
    at = counter("us-wv-medical")
    refusal = at.state.refusal
    assert refusal is not None
    assert [each.key for each in refusal.fixes] == ["Enter", "F7", "F4"]
    assert at.state.patient is not None
    assert at.state.patient.meters[0].left_text == "not begun"
    at.do.fix.emit("certify")
    assert [each.id for each in sheet(at).fields] == ["certified-from", "anchor"]
    at.do.form.emit({"certified-from": "yesterday", "anchor": ""})
    assert "is not a date" in sheet(at).error
    at.do.form.emit({"certified-from": TODAY.isoformat(), "anchor": ""})
    assert at.floor.sheet is None
    assert at.state.refusal is None
    assert at.state.can_pay
    assert at.state.patient.meters[0].left_text == "20 left of 30 days of supply"
    assert at.floor.visit is not None
    assert len(at.floor.visit.cart.lines) == 1


def test_a_dose_is_entered_in_milligrams_and_emptied_again() -> None:
    at = counter("us-al-medical")
    at.do.open_sheet.emit(Opens.CERTIFIED)
    assert [each.id for each in sheet(at).fields] == ["dose", "anchor"]
    at.do.form.emit({"dose": "75", "anchor": ""})
    assert at.state.patient is not None
    assert at.state.patient.meters[0].left_text == "4,400 left of 4,500 mg THC"
    at.do.open_sheet.emit(Opens.CERTIFIED)
    assert sheet(at).fields[0].value == "75"
    at.do.form.emit({"dose": "", "anchor": ""})
    assert at.state.patient.meters[0].left_text == "no amount certified"


def test_grams_ounces_and_parts_become_whole_units_of_the_allotment() -> None:
    memory = Memory()
    memory.add(patient())
    for programme, typed, facts in (
        ("us-mo-medical", {"amount:month": "8.5 oz"}, [Fact(FactKind.CERTIFIED, "month", amount=8_500_000)]),
        ("us-ut-medical", {"amount:flower": "30"}, [Fact(FactKind.CERTIFIED, "flower", amount=30_000)]),
        (
            "us-md-medical",
            {"amount:allotment:thc": "18,000", "amount:allotment:flower": "60.5 g"},
            [
                Fact(FactKind.CERTIFIED, "allotment", "flower", amount=60_500),
                Fact(FactKind.CERTIFIED, "allotment", "thc", amount=18_000),
            ],
        ),
        (
            "us-fl-medical",
            {"order:smoking-order": f"56 {TODAY} {TODAY + timedelta(days=35)}"},
            [Fact(FactKind.ORDER, "smoking-order", "", TODAY, TODAY + timedelta(days=35), 56_000)],
        ),
        (
            "us-pr-medical",
            {"may:vaporised-flower": "Yes"},
            [Fact(FactKind.AUTHORISATION, "vaporised-flower")],
        ),
    ):
        memory.facts.clear()
        rules = load_programme(programme)
        desk = Certifying(FakePatients(memory), FakeJournal(memory), rules, memory.clock)
        desk.state(patient().id, typed, patient().id)  # type: ignore[arg-type]  # any id
        assert sorted(desk.facts(patient().id), key=str) == sorted(facts, key=str), programme


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"dose": "-1"}, "is no amount in mg THC"),
        ({"dose": "7.5"}, "finer than this allotment is counted"),
        ({"dose": "1e3"}, "is no amount"),
        ({"anchor": "02/30/2026"}, "is not a date"),
    ],
)
def test_what_cannot_be_read_keeps_the_form_open(typed: dict[str, str], why: str) -> None:
    at = counter("us-al-medical")
    at.do.open_sheet.emit(Opens.CERTIFIED)
    at.do.form.emit(typed)
    assert why in sheet(at).error
    assert at.till.memory.facts == {}


def test_a_programme_that_asks_for_nothing_says_so() -> None:
    assert asked_of(load_programme("us-az-medical"), TODAY) == ()
    at = counter("us-az-medical")
    at.do.open_sheet.emit(Opens.CERTIFIED)
    assert at.floor.sheet is None
    assert "nothing beside the card" in at.said
