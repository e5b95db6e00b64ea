"""The form of what was certified: no slip raises an allotment, nothing typed is lost, no id is shown."""

from __future__ import annotations

import pytest

from pos_desktop.app.certified_fields import asked_of
from pos_desktop.app.certified_form import read_changes
from pos_desktop.app.certified_text import amount_typed
from pos_desktop.app.certifying import Certifying
from pos_desktop.app.close_sale import OnDuty
from pos_desktop.composition.programmes import load_programme, programme_ids
from pos_desktop.domain.certification import Fact, FactKind
from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.limits.model import Category
from pos_desktop.ui.intents import Opens
from pos_desktop.ui.sheet_state import CertificationSheet, QuestionSheet
from tests.fixtures.builders import DUTY, MANAGING, package, patient, product
from tests.fixtures.certified_counter import (
    TODAY,
    counter,
    errors,
    on_record,
    opened,
    refused,
    save,
    sheet,
    told,
)
from tests.fixtures.fakes import FakePatients, Memory
from tests.fixtures.stores import PERSON


def test_more_than_the_ordinary_amount_is_asked_about_once_more() -> None:
    at = opened("us-mo-medical", duty=MANAGING)
    save(at, amount__month="80 oz")
    question = at.floor.sheet
    assert isinstance(question, QuestionSheet)
    assert question.body.startswith("Amount, 30 days: 80 oz, where the rules by themselves allow 6 oz.")
    assert on_record(at) == []
    at.do.back.emit()
    assert [each.value for each in sheet(at).fields] == ["80 oz"]
    save(at, amount__month="8 oz")
    (button,) = at.floor.sheet.buttons if isinstance(at.floor.sheet, QuestionSheet) else ()
    at.do.fix.emit(button.id)
    assert on_record(at) == [Fact(FactKind.CERTIFIED, "month", amount=8_000_000)]
    assert at.floor.sheet is None
    assert told(at)[0]["data"]["changes"][0]["ordinary"] == 6_000_000


def test_what_a_slip_would_raise_waits_for_a_manager() -> None:
    at = opened("us-md-medical")
    save(at, amount__allotment__flower="65", amount__allotment__thc="360,000")
    needs = "More than the ordinary 36,000 mg THC: a manager must be signed in to enter it."
    assert errors(at) == {"amount:allotment:thc": needs}
    assert on_record(at) == []


def test_an_amount_on_record_is_not_asked_about_again() -> None:
    above = Fact(FactKind.CERTIFIED, "allotment", "thc", amount=40_000)
    at = opened("us-md-medical", above)
    save(at, amount__allotment__flower="65")
    assert above in on_record(at)
    assert len(on_record(at)) == 2


@pytest.mark.parametrize(("by", "code"), [(MANAGING, "not-sure"), (DUTY, "manager-needed")])
def test_no_way_leads_round_the_question(by: OnDuty, code: str) -> None:
    memory = Memory()
    memory.add(patient())
    desk = Certifying(FakePatients(memory), load_programme("us-mo-medical"), memory.clock)
    form = desk.form(patient().id, PERSON)
    with pytest.raises(RuleRefusal) as refused:
        desk.keep(patient().id, form, read_changes(form, {"amount:month": "6.5"}), by.actor)
    assert (refused.value.code, memory.facts, memory.journal) == (code, {}, [])


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("6,500", 6_500_000), ("1,234,567.5", 1_234_567_500), (".5", 500), ("6.5", 6_500), ("6 grams", 6_000)],
)
def test_a_comma_parts_thousands(typed: str, amount: int) -> None:
    assert amount_typed(typed, "mg") == amount


@pytest.mark.parametrize("typed", ["6,5", "65,00", "6,50.0", "1,2345", ",500", "6.500,5"])
def test_any_other_comma_is_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="two ways"):
        amount_typed(typed, "mg")


LABELS = {
    "us-md-medical": ["Flower (g)", "THC in other products (mg)"],
    "us-ky-medical": ["Raw plant (g)", "Concentrate (g)", "THC infused (mg)"],
    "us-ut-medical": ["Flower, 28 days (g)", "THC, 28 days (mg)"],
    "us-mo-medical": ["Amount, 30 days (oz)"],
    "us-nm-medical": ["Amount, 90 days (units)"],
    "us-al-medical": ["Daily dose (mg THC)", "First day of the first period, if stated"],
}


@pytest.mark.parametrize("programme", LABELS)
def test_a_field_is_called_as_people_of_the_state_say(programme: str) -> None:
    assert [each.label for each in sheet(opened(programme)).fields] == LABELS[programme]


def test_goods_that_want_an_authorisation_are_opened_by_it() -> None:
    flower = product(1, category=Category.FLOWER, net_mg=3_500, thc_mg=700, potency_bp=2_000)
    at = counter("us-pr-medical")
    at.till.memory.add(package(2, flower))
    at.scan(package(2).tag)
    refusal = refused(at)
    assert refusal is not None
    assert refusal.headline == "Sample Rosin 1, 1 g needs the practitioner’s authorization."
    assert "“Vaporization of flower is authorized” is not on record" in refusal.body
    assert [each.key for each in refusal.fixes] == ["Enter", "F7", "F4"]
    at.do.fix.emit("certify")
    assert sheet(at).fields[-1].label == "Vaporization of flower is authorized"
    at.do.form.emit({"may:vaporised-flower": "yes"})
    assert refused(at) is None
    at.do.open_sheet.emit(Opens.CERTIFIED)
    at.do.form.emit({"may:vaporised-flower": "no"})
    assert refused(at) is not None
    at.do.fix.emit("remove")
    assert refused(at) is None
    assert at.floor.visit is not None
    assert [each.item.category for each in at.floor.visit.cart.lines] == [Category.TINCTURE]


def test_no_field_of_any_programme_names_an_id() -> None:
    for name in programme_ids():
        rules = load_programme(name)
        ids = {each.name for each in asked_of(rules, TODAY) if "-" in each.name}
        at = opened(name)
        if isinstance(at.floor.sheet, CertificationSheet):
            save(at, **{each.id.replace(":", "__").replace("-", "_"): "x,y" for each in sheet(at).fields})
            told_here = " ".join(f"{each.label} {each.error}" for each in sheet(at).fields)
            assert [each for each in ids if each in told_here] == []


def test_a_scan_does_not_close_the_form() -> None:
    at = opened("us-mo-medical", duty=MANAGING)
    save(at, amount__month="80")
    for there in (QuestionSheet, CertificationSheet):
        before = at.floor.sheet
        assert isinstance(before, there)
        at.scan(package(1).tag, "P-1000017", "~")
        assert at.floor.sheet is before
        assert "The certification is open." in at.said
        at.do.back.emit()
    at.scan(package(1).tag)
    assert at.floor.visit is not None
    assert at.floor.visit.cart.lines[0].quantity == 2
