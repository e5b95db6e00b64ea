"""What a practitioner certified is entered at the counter, and the allotments go by it at once."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from pos_desktop.app.certified_fields import asked_of
from pos_desktop.app.certified_form import Cell, read_changes
from pos_desktop.app.certified_text import amount_typed
from pos_desktop.app.certifying import Certifying
from pos_desktop.app.close_sale import OnDuty
from pos_desktop.composition.programmes import load_programme, programme_ids
from pos_desktop.domain.certification import Fact, FactKind
from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.identity import ProductId
from pos_desktop.domain.limits.model import Category, Measures
from pos_desktop.domain.money import Money
from pos_desktop.domain.shelf import Product, Unit
from pos_desktop.ui.intents import Opens
from pos_desktop.ui.sheet_state import CertificationSheet, QuestionSheet
from pos_desktop.ui.state import RefusalCard
from tests.fixtures.builders import DUTY, MANAGING, NOW, answer, package, patient, product
from tests.fixtures.desks import till
from tests.fixtures.fakes import FakePatients, Memory
from tests.fixtures.hands import Counter

TODAY = NOW.date_in(load_programme("us-wv-medical").zone)
ORDER = "order:smoking-order"
FIRST_ORDER = Fact(FactKind.ORDER, "smoking-order", "", date(2026, 11, 1), date(2026, 12, 5), 56_000)
NEXT_ORDER = Fact(FactKind.ORDER, "smoking-order", "", date(2026, 12, 6), date(2027, 1, 9), 70_000)
TINCTURE = Product(
    ProductId("tincture"),
    "Sample Tincture",
    Category.TINCTURE,
    Unit.EACH,
    Measures(thc_mg=100, supply_mdays=10_000, potency_bp=200),
    Money(3_000),
)


def counter(programme: str, *facts: Fact, **more: Any) -> Counter:
    memory = Memory()
    rules = load_programme(programme)
    memory.add(patient(), package(1, TINCTURE, potency_bp=200))
    if facts:
        memory.facts[patient().id] = list(facts)
    desk = Certifying(FakePatients(memory), rules, memory.clock)
    at = Counter(till(memory, rules=rules, certifying=desk, ask_state=lambda _: answer(NOW), **more))
    at.scan("P-1000017", package(1).tag)
    return at


def opened(programme: str, *facts: Fact, **more: Any) -> Counter:
    at = counter(programme, *facts, **more)
    at.do.open_sheet.emit(Opens.CERTIFIED)
    return at


def sheet(at: Counter) -> CertificationSheet:
    found = at.floor.sheet
    assert isinstance(found, CertificationSheet)
    return found


def refused(at: Counter) -> RefusalCard | None:
    return at.state.refusal


def errors(at: Counter) -> dict[str, str]:
    return {each.id: each.error for each in sheet(at).fields if each.error}


def save(at: Counter, **typed: str) -> None:
    """Enter, with what the form showed but for `typed`; an id is written with two underscores for a colon."""
    values = {each.id: each.value for each in sheet(at).fields}
    changed = {name.replace("__", ":").replace("_", "-"): text for name, text in typed.items()}
    assert set(changed) <= set(values)
    at.do.form.emit(values | changed)


def on_record(at: Counter) -> list[Fact]:
    return sorted(at.till.memory.facts.get(patient().id, []), key=repr)


def told(at: Counter) -> list[dict[str, Any]]:
    """The journal's entries of certifications."""
    entries = [json.loads(body) for _, body, _ in at.till.memory.journal]
    return [each for each in entries if each["kind"] == "patient.certified"]


def test_a_supply_that_has_not_begun_is_opened_by_the_date_of_the_certification() -> None:
    at = counter("us-wv-medical")
    refusal = at.state.refusal
    assert refusal is not None
    assert [each.key for each in refusal.fixes] == ["Enter", "F7", "F4"]
    assert at.state.patient is not None
    assert at.state.patient.meters[0].left_text == "not begun"
    at.do.fix.emit("certify")
    assert [each.id for each in sheet(at).fields] == ["certified-from", "anchor"]
    save(at, certified_from="yesterday")
    assert "is not a date" in errors(at)["certified-from"]
    save(at, certified_from=TODAY.isoformat())
    assert at.floor.sheet is None
    assert at.state.refusal is None
    assert at.state.can_pay
    assert at.state.patient.meters[0].left_text == "20 left of 30 days of supply"
    assert at.floor.visit is not None
    assert len(at.floor.visit.cart.lines) == 1


def test_a_dose_is_entered_in_milligrams_and_emptied_again() -> None:
    at = opened("us-al-medical")
    assert [each.id for each in sheet(at).fields] == ["dose", "anchor"]
    save(at, dose="75")
    assert at.state.patient is not None
    assert at.state.patient.meters[0].left_text == "4,400 left of 4,500 mg THC"
    at.do.open_sheet.emit(Opens.CERTIFIED)
    assert sheet(at).fields[0].value == "75"
    save(at, dose="")
    assert at.state.patient.meters[0].left_text == "no amount certified"


@pytest.mark.parametrize(
    ("programme", "typed", "facts"),
    [
        ("us-mo-medical", {"amount:month": "5.5 oz"}, [Fact(FactKind.CERTIFIED, "month", amount=5_500_000)]),
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
            {f"{ORDER}:0:amount": "56 g", f"{ORDER}:0:first": "11/01/2026", f"{ORDER}:0:last": "2026-12-05"},
            [FIRST_ORDER],
        ),
        (
            "us-pr-medical",
            {"may:vaporised-flower": "Yes"},
            [Fact(FactKind.AUTHORISATION, "vaporised-flower")],
        ),
    ],
)
def test_what_is_typed_becomes_whole_units_of_the_allotment(
    programme: str, typed: dict[str, str], facts: list[Fact]
) -> None:
    at = opened(programme)
    at.do.form.emit(typed)
    assert on_record(at) == sorted(facts, key=repr)


EXACT: dict[str, tuple[str, list[Fact], list[str]]] = {
    "to the milligram": (
        "us-ut-medical",
        [Fact(FactKind.CERTIFIED, "flower", amount=28_349), Fact(FactKind.CERTIFIED, "thc", amount=20_000)],
        ["28.349", "20,000"],
    ),
    "to the millionth of an ounce": (
        "us-mo-medical", [Fact(FactKind.CERTIFIED, "month", amount=8_123_456)], ["8.123456"],
    ),
    "two orders": (
        "us-fl-medical",
        [NEXT_ORDER, FIRST_ORDER],
        ["56", "11/01/2026", "12/05/2026", "70", "12/06/2026", "01/09/2027", "", "", ""],
    ),
    "what no field asks about": (
        "us-md-medical",
        [Fact(FactKind.EXEMPTION, "hospice"), Fact(FactKind.CERTIFIED, "allotment", "thc", amount=40_000)],
        ["", "40,000"],
    ),
    "days": (
        "us-wv-medical",
        [Fact(FactKind.CERTIFIED_FROM, starts=date(2026, 11, 1)), Fact(FactKind.ANCHOR, starts=date(2026, 9, 2))],
        ["11/01/2026", "09/02/2026"],
    ),
    "a word": ("us-pr-medical", [Fact(FactKind.AUTHORISATION, "vaporised-flower")], ["", "", "yes"]),
}  # fmt: skip


@pytest.mark.parametrize(("programme", "facts", "shown"), EXACT.values(), ids=EXACT.keys())
def test_a_form_that_is_saved_as_it_was_shown_changes_nothing(
    programme: str, facts: list[Fact], shown: list[str]
) -> None:
    at = opened(programme, *facts)
    values = [each.value for each in sheet(at).fields]
    assert [each for each in values if each] == [each for each in shown if each]
    before = at.till.memory.patients[patient().id].ledger_rev
    save(at)
    assert at.floor.sheet is None
    assert at.said == "Nothing was changed."
    assert at.till.memory.facts[patient().id] == facts
    assert at.till.memory.patients[patient().id].ledger_rev == before
    assert told(at) == []


def test_only_the_order_that_was_changed_is_replaced() -> None:
    at = opened("us-fl-medical", FIRST_ORDER, NEXT_ORDER)
    save(at, order__smoking_order__1__amount="60.5")
    changed = Fact(FactKind.ORDER, "smoking-order", "", NEXT_ORDER.starts, NEXT_ORDER.ends, 60_500)
    assert on_record(at) == sorted([FIRST_ORDER, changed], key=repr)
    at.do.open_sheet.emit(Opens.CERTIFIED)
    save(at, **{f"order__smoking_order__0__{each}": "" for each in (Cell.AMOUNT, Cell.FIRST, Cell.LAST)})
    assert on_record(at) == [changed]


def test_an_order_is_added_beside_those_on_record_and_never_over_them() -> None:
    at = opened("us-fl-medical", FIRST_ORDER)
    added = {"order__smoking_order__1__amount": "70", "order__smoking_order__1__last": "01/09/2027"}
    save(at, **added, order__smoking_order__1__first="12/05/2026")
    assert errors(at) == {f"{ORDER}:1:first": "These days overlap the order from 11/01/2026 to 12/05/2026."}
    save(at, **added, order__smoking_order__1__first="12/06/2026")
    assert on_record(at) == sorted([FIRST_ORDER, NEXT_ORDER], key=repr)


def test_an_order_that_ended_long_ago_stays_without_a_row() -> None:
    old = Fact(FactKind.ORDER, "smoking-order", "", date(2026, 5, 1), date(2026, 6, 4), 56_000)
    at = opened("us-fl-medical", old, FIRST_ORDER)
    assert len([each for each in sheet(at).fields if each.row is not None]) == 6
    save(at, order__smoking_order__0__amount="50")
    assert old in on_record(at)


def test_the_journal_tells_what_stood_there_before() -> None:
    at = opened("us-ut-medical", Fact(FactKind.CERTIFIED, "flower", amount=28_349))
    save(at, amount__flower="30", amount__thc="2,000")
    (entry,) = told(at)
    assert (entry["ref"], entry["actor"]) == (patient().id, at.floor.desk.duty.actor.id)
    about = {"kind": "certified", "part": ""}
    assert entry["data"]["changes"] == [
        {**about, "name": "flower", "was": [{"amount": 28_349}], "now": [{"amount": 30_000}]},
        {**about, "name": "thc", "was": [], "now": [{"amount": 2_000}]},
    ]


def test_what_was_changed_meanwhile_is_not_written_over() -> None:
    at = opened("us-ut-medical", Fact(FactKind.CERTIFIED, "flower", amount=28_349))
    meanwhile = [Fact(FactKind.CERTIFIED, "flower", amount=20_000)]
    at.till.memory.facts[patient().id] = meanwhile
    save(at, amount__flower="30")
    assert "changed meanwhile" in at.said
    assert on_record(at) == meanwhile


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
    form = desk.form(patient().id)
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


def test_a_second_enter_waits_for_the_first() -> None:
    at = opened("us-ut-medical")
    at.database.at_once = False
    for _ in range(2):
        save(at, amount__flower="30")
    at.database.run()
    assert (len(told(at)), at.floor.sheet) == (1, None)
    assert "Kept." in at.said


@pytest.mark.parametrize(
    ("programme", "typed", "why"),
    [
        ("us-al-medical", {"dose": "-1"}, "“-1” is no amount in mg THC."),
        ("us-al-medical", {"dose": "7.5"}, "finer than this allotment is counted"),
        ("us-al-medical", {"dose": "1e3"}, "is no amount"),
        ("us-al-medical", {"dose": "9999999999999"}, "more than anybody may have"),
        ("us-al-medical", {"anchor": "02/30/2026"}, "“02/30/2026” is not a date. Write it as"),
        ("us-md-medical", {"amount:allotment:thc": "0"}, "Write more than nothing"),
        ("us-mo-medical", {"amount:month": "56 g"}, "“56 g” is no amount in oz."),
        ("us-pr-medical", {"may:vaporised-flower": "maybe"}, "Write yes or no."),
        ("us-fl-medical", {f"{ORDER}:0:first": "11/01/2026"}, "This is missing."),
    ],
)
def test_what_cannot_be_read_keeps_the_form_open(programme: str, typed: dict[str, str], why: str) -> None:
    at = opened(programme)
    at.do.form.emit(typed)
    assert why in " ".join(errors(at).values())
    assert at.till.memory.facts == {}


def test_each_wrong_field_says_so_itself() -> None:
    at = opened("us-wv-medical")
    save(at, certified_from="yesterday", anchor="13/13/2026")
    assert list(errors(at)) == ["certified-from", "anchor"]
    assert "“13/13/2026”" in errors(at)["anchor"]
    save(at, certified_from="11/01/2026", anchor="13/13/2026")
    assert list(errors(at)) == ["anchor"]
    at = opened("us-fl-medical")
    order = {"order__smoking_order__0__first": "12/05/2026", "order__smoking_order__0__last": "11/01/2026"}
    save(at, **order, order__smoking_order__0__amount="56")
    assert errors(at) == {f"{ORDER}:0:last": "The last day lies before the first."}


def test_a_programme_that_asks_for_nothing_says_so() -> None:
    assert asked_of(load_programme("us-az-medical"), TODAY) == ()
    at = opened("us-az-medical")
    assert at.floor.sheet is None
    assert "nothing beside the card" in at.said
