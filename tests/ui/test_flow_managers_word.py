"""A manager's word at the counter, by PIN: a debit payment without a slip, and store credit that is given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pos_desktop.app.close_sale import OnDuty
from pos_desktop.app.ports import Person, SyncStatus
from pos_desktop.app.signing_in import SigningIn
from pos_desktop.domain.money import ZERO, Money
from pos_desktop.domain.people import Approval, Right
from pos_desktop.domain.tender import CardState
from pos_desktop.ui.flows.picture import key_hints
from pos_desktop.ui.intents import Opens
from pos_desktop.ui.presenter import settling
from pos_desktop.ui.presenter.tendering import NO_ANSWER
from pos_desktop.ui.sheet_state import PaymentSheet, QuestionSheet, ReasonSheet, SecondPersonSheet
from tests.fixtures.desks import FakeScans
from tests.fixtures.hands import Counter
from tests.fixtures.sign_ins import PlainHasher
from tests.fixtures.stores import PATIENT, tag
from tests.fixtures.tender_days import ODD, PRICE, WHY, TenderPlace, refused_by
from tests.fixtures.tills import BUDTENDER, LEAD, MANAGER

PINS = {MANAGER.id: "835201", LEAD.id: "835202", BUDTENDER.id: "835203"}
SLIPLESS = ("card-was-taken", "card-not-taken")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[TenderPlace]:
    made = TenderPlace(tmp_path)
    for who, pin in PINS.items():
        made.store.pins.set_pin(who, f"kept {pin}", who, made.clock.now())
    yield made
    assert made.verify().wrong == []
    made.store.close()


def counter(place: TenderPlace, by: Person = BUDTENDER, *, pins: bool = True) -> Counter:
    store = place.store
    door = SigningIn(staff=store.staff, pins=store.pins, hasher=PlainHasher(), clock=place.clock)
    desk = replace(
        place.counter,
        scans=FakeScans(),
        sync_status=lambda: SyncStatus({}, None, None, 0, 0, 0),
        tenders=place.tenders,
        duty=OnDuty(by, place.session),
        signing_in=door if pins else None,
    )
    at = Counter(cast(Any, SimpleNamespace(desk=desk)))
    at.scan(PATIENT.card_number, tag(ODD))
    return at


def without_answer(at: Counter) -> None:
    at.do.pay.emit()
    at.do.tender.emit("debit")
    at.do.complete.emit()
    at.do.quick_amount.emit(NO_ANSWER)
    assert isinstance(at.floor.sheet, QuestionSheet)


def offered(at: Counter) -> set[str]:
    assert isinstance(at.floor.sheet, QuestionSheet)
    return {each.id for each in at.floor.sheet.buttons}


def asked(at: Counter) -> SecondPersonSheet:
    assert isinstance(at.floor.sheet, SecondPersonSheet), at.said
    return at.floor.sheet


def type_pin(at: Counter, who: Person) -> None:
    asked(at)
    at.do.pin.emit(who.id, PINS[who.id])


# -- debit without a slip


@pytest.mark.parametrize("way", SLIPLESS)
def test_a_manager_decides_at_the_counter_and_the_budtender_goes_on(place: TenderPlace, way: str) -> None:
    at = counter(place)
    without_answer(at)
    assert settling.MANAGER in offered(at)
    at.do.fix.emit(settling.MANAGER)
    at.do.fix.emit(way)
    at.do.form.emit({settling.FIELD: "the hotline of the bank said so"})
    assert {each.id for each in asked(at).pin.people} == {MANAGER.id}
    assert "the hotline of the bank said so" in asked(at).body
    type_pin(at, MANAGER)
    [(card, steps)] = place.store.tenders.cards()
    assert card.state is (CardState.APPROVED if way == settling.WAS_TAKEN else CardState.DECLINED)
    assert (steps[-1].by, steps[-1].decided_by) == (BUDTENDER.id, MANAGER.id)
    assert at.floor.actor is BUDTENDER
    assert isinstance(at.floor.sheet, PaymentSheet)
    at.do.complete.emit()
    assert at.floor.done_sale is not None
    assert at.floor.done_sale.total == PRICE


def test_without_a_reason_nobody_is_called(place: TenderPlace) -> None:
    at = counter(place)
    without_answer(at)
    at.do.fix.emit(settling.MANAGER)
    at.do.fix.emit(settling.WAS_TAKEN)
    at.do.form.emit({settling.FIELD: "?"})
    assert isinstance(at.floor.sheet, ReasonSheet)
    assert "Write why" in at.floor.sheet.field.error


def test_a_manager_who_walks_away_leaves_it_open_and_the_reason_typed(place: TenderPlace) -> None:
    at = counter(place)
    without_answer(at)
    at.do.fix.emit(settling.MANAGER)
    at.do.fix.emit(settling.WAS_TAKEN)
    at.do.form.emit({settling.FIELD: WHY})
    at.do.back.emit()
    assert isinstance(at.floor.sheet, ReasonSheet)
    assert at.floor.sheet.field.value == WHY
    [card] = place.tenders.waiting()
    assert card.state is CardState.UNKNOWN
    slip = place.tenders.declined_by_slip(card, "D1", BUDTENDER)
    assert slip.state is CardState.DECLINED


def test_an_approval_of_another_payment_decides_nothing(place: TenderPlace) -> None:
    card = place.tenders.unknown(place.ask(place.visit(), PRICE), BUDTENDER)
    other = Approval(MANAGER, Right.SETTLE_CARD, "card:another")
    refused = refused_by(lambda: place.tenders.decided(card, BUDTENDER, WHY, approved=True, approval=other))
    assert refused
    assert place.tenders.card(card.reference).state is CardState.UNKNOWN
    place.tenders.declined_by_slip(card, "D1", BUDTENDER)


def test_where_nobody_signs_in_a_budtender_is_not_offered_it(place: TenderPlace) -> None:
    at = counter(place, pins=False)
    without_answer(at)
    assert settling.MANAGER not in offered(at)
    assert at.state.patient is not None
    assert at.state.patient.credit == ""
    at.do.back.emit()
    at.do.open_sheet.emit(Opens.CREDIT)
    assert at.floor.sheet is None
    [card] = place.tenders.waiting()
    place.tenders.declined_by_slip(card, "D1", BUDTENDER)


# -- store credit


def test_credit_is_given_by_a_manager_and_pays_at_once(place: TenderPlace) -> None:
    at = counter(place)
    assert at.state.patient is not None
    assert at.state.patient.credit == "Store credit: $0.00."
    assert "R" in {each.key for each in key_hints(at.floor)}
    at.do.open_sheet.emit(Opens.CREDIT)
    at.do.form.emit({"amount": "20", "reason": WHY})
    assert asked(at).title == "Give $20.00 of store credit"
    assert {each.id for each in asked(at).pin.people} == {MANAGER.id}
    type_pin(at, MANAGER)
    assert at.said == "$20.00 of store credit are given: $20.00 in all. F12, then R, pays with it."
    assert at.floor.actor is BUDTENDER
    assert at.floor.standing.credit == Money(2_000)
    [entry] = place.store.tenders.credit(PATIENT.id)
    assert (entry.by, entry.reason) == (MANAGER.id, WHY)
    at.do.pay.emit()
    at.do.tender.emit("credit")
    at.do.complete.emit()
    assert place.tenders.standing(PATIENT.id).credit == Money(2_000) - PRICE


def test_who_may_give_it_is_not_asked_for_a_second_pin(place: TenderPlace) -> None:
    at = counter(place, MANAGER)
    at.do.open_sheet.emit(Opens.CREDIT)
    at.do.form.emit({"amount": "20", "reason": WHY})
    assert place.tenders.standing(PATIENT.id).credit == Money(2_000)


@pytest.mark.parametrize("amount", ["", "ten", "0", "-5", "99999999"])
def test_what_is_no_amount_is_said_and_the_reason_stays(place: TenderPlace, amount: str) -> None:
    at = counter(place)
    at.do.open_sheet.emit(Opens.CREDIT)
    at.do.form.emit({"amount": amount, "reason": WHY})
    sheet = at.floor.sheet
    assert isinstance(sheet, ReasonSheet)
    assert sheet.number is not None
    assert sheet.number.error
    assert (sheet.number.value, sheet.field.value) == (amount, WHY)
    assert place.tenders.standing(PATIENT.id).credit == ZERO


def test_without_a_reason_no_credit(place: TenderPlace) -> None:
    at = counter(place)
    at.do.open_sheet.emit(Opens.CREDIT)
    at.do.form.emit({"amount": "20", "reason": "x"})
    assert isinstance(at.floor.sheet, ReasonSheet)
    assert "Write why" in at.floor.sheet.field.error


def test_the_next_patient_gets_nothing_of_what_was_asked_for_the_last(place: TenderPlace) -> None:
    at = counter(place)
    at.do.open_sheet.emit(Opens.CREDIT)
    at.do.form.emit({"amount": "20", "reason": WHY})
    at.database.at_once = False
    at.do.pin.emit(MANAGER.id, PINS[MANAGER.id])
    at.floor.end_visit()
    at.database.run()
    assert place.tenders.standing(PATIENT.id).credit == ZERO


def test_two_presses_give_it_once(place: TenderPlace) -> None:
    at = counter(place, MANAGER)
    at.do.open_sheet.emit(Opens.CREDIT)
    at.database.at_once = False
    for _ in range(2):
        at.do.form.emit({"amount": "20", "reason": WHY})
    at.database.run()
    assert place.tenders.standing(PATIENT.id).credit == Money(2_000)


def test_without_a_patient_the_key_does_nothing(place: TenderPlace) -> None:
    at = counter(place)
    at.floor.end_visit()
    at.do.open_sheet.emit(Opens.CREDIT)
    assert at.floor.sheet is None
