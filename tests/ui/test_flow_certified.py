"""What a practitioner certified is entered at the counter, and the allotments go by it at once."""

from __future__ import annotations

from datetime import date

import pytest

from pos_desktop.app.certified_fields import asked_of
from pos_desktop.app.certified_form import Cell
from pos_desktop.composition.programmes import load_programme
from pos_desktop.domain.certification import Fact, FactKind
from pos_desktop.ui.intents import Opens
from tests.fixtures.builders import patient
from tests.fixtures.certified_counter import (
    FIRST_ORDER,
    NEXT_ORDER,
    ORDER,
    TODAY,
    counter,
    errors,
    on_record,
    opened,
    save,
    sheet,
    told,
)


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
    assert at.state.patient.meters[0].left_text == "20 days of supply left of 30 days of supply"
    assert at.floor.visit is not None
    assert len(at.floor.visit.cart.lines) == 1


def test_a_dose_is_entered_in_milligrams_and_emptied_again() -> None:
    at = opened("us-al-medical")
    assert [each.id for each in sheet(at).fields] == ["dose", "anchor"]
    save(at, dose="75")
    assert at.state.patient is not None
    assert at.state.patient.meters[0].left_text == "4,400 mg THC left of 4,500 mg THC"
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
    assert (entry["ref"], entry["actor"]) == (patient().id, at.floor.by.id)
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
