"""Debit, split and store credit at the counter, on the encrypted store; the terminal is a person with a slip."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pos_desktop.app.close_sale import OnDuty
from pos_desktop.app.ports import Person, SyncStatus
from pos_desktop.domain.money import ZERO, Money
from pos_desktop.domain.sale import Sale, Tender
from pos_desktop.domain.tender import CardState
from pos_desktop.ui.presenter import settling
from pos_desktop.ui.presenter.tendering import DECLINED, LAST_FOUR, NO_ANSWER
from pos_desktop.ui.sheet_state import PaymentSheet, QuestionSheet, ReasonSheet
from tests.fixtures.desks import FakeScans
from tests.fixtures.hands import Counter
from tests.fixtures.stores import PATIENT, tag
from tests.fixtures.tender_days import ODD, PRICE, TERMINAL, WHY, TenderPlace
from tests.fixtures.tills import BUDTENDER, FLOAT, MANAGER


def counter(place: TenderPlace, by: Person = BUDTENDER) -> Counter:
    """The real counter on `place`, with a jar of $12.37 in the cart of its patient."""
    desk = replace(
        place.counter,
        scans=FakeScans(),
        sync_status=lambda: SyncStatus({}, None, None, 0, 0, 0),
        tenders=place.tenders,
        duty=OnDuty(by, place.session),
    )
    at = Counter(cast(Any, SimpleNamespace(desk=desk)))
    at.controller._paying.tendering.look()  # as at the start
    return at


def filled(place: TenderPlace, by: Person = BUDTENDER) -> Counter:
    at = counter(place, by)
    at.scan(PATIENT.card_number, tag(ODD))
    return at


@pytest.fixture
def place(tmp_path: Path) -> Iterator[TenderPlace]:
    made = TenderPlace(tmp_path)
    yield made
    assert made.verify().wrong == []
    made.store.close()


def payment(at: Counter) -> PaymentSheet:
    assert isinstance(at.floor.sheet, PaymentSheet)
    return at.floor.sheet


def question(at: Counter) -> QuestionSheet:
    assert isinstance(at.floor.sheet, QuestionSheet)
    return at.floor.sheet


def done(at: Counter) -> Sale:
    assert payment(at).done is not None
    assert at.floor.done_sale is not None
    return at.floor.done_sale


def ask(at: Counter, tab: str = "debit", typed: str = "") -> None:
    at.do.pay.emit()
    at.do.tender.emit(tab)
    at.keys(typed)
    at.do.complete.emit()


def slip(at: Counter, typed: str, way: str) -> None:
    at.do.fix.emit(way)
    assert isinstance(at.floor.sheet, ReasonSheet)
    at.do.form.emit({settling.FIELD: typed})


def test_debit_takes_four_keys_and_a_code(place: TenderPlace) -> None:
    at = filled(place)
    at.do.pay.emit()
    assert [(each.id, each.key) for each in payment(at).tenders] == [
        ("cash", "C"), ("debit", "D"), ("split", "S"),
    ]  # fmt: skip
    at.do.tender.emit("debit")
    sheet = payment(at)
    assert (sheet.received, sheet.change, sheet.complete) == ("$12.37", "$0.00", "Ask for $12.37")
    at.do.complete.emit()
    [asked] = place.tenders.waiting()
    assert (asked.state, asked.amount) == (CardState.REQUESTED, PRICE)
    sheet = payment(at)
    assert (sheet.complete, sheet.letters, sheet.can_complete) == ("Approved", True, False)
    assert TERMINAL in sheet.paid
    at.keys("a1")
    at.do.quick_amount.emit(LAST_FOUR)
    at.keys("44715")
    assert not payment(at).can_complete or payment(at).change.startswith("4471")
    at.do.complete.emit()
    [paid] = done(at).payments
    assert (paid.tender, paid.code, paid.last_four) == (Tender.DEBIT, "A1", "4471")
    assert (payment(at).change_label, payment(at).change) == ("Paid without cash", "$12.37")


def test_a_split_is_typed_and_the_rest_is_cash_with_change(place: TenderPlace) -> None:
    at = filled(place)
    ask(at, "split", "5")
    at.keys("77")
    at.do.complete.emit()
    sheet = payment(at)
    assert (sheet.tender, sheet.due, sheet.paid) == ("cash", "$7.37", "$5.00 by debit of $12.37 paid.")
    at.keys("10")
    assert payment(at).change == "$2.63"
    at.do.complete.emit()
    assert [each.amount.cents for each in done(at).payments] == [500, 737]
    assert (payment(at).change, payment(at).change_label) == ("$2.63", "Change to give")


def test_digits_under_debit_are_a_part_of_it(place: TenderPlace) -> None:
    at = filled(place)
    at.do.pay.emit()
    at.do.tender.emit("debit")
    at.keys("5")
    assert (payment(at).tender, payment(at).change) == ("split", "$7.37")
    at.keys("0")
    assert not payment(at).can_complete
    assert payment(at).why_not == "More than can be taken this way."


def test_store_credit_pays_all_or_a_part(place: TenderPlace) -> None:
    place.tenders.give(PATIENT.id, Money(2_000), WHY, MANAGER)
    at = filled(place)
    at.do.pay.emit()
    at.do.tender.emit("credit")
    assert payment(at).complete == "Complete sale"
    at.keys("5")
    assert payment(at).complete == "Use $5.00"
    at.do.complete.emit()
    assert payment(at).due == "$7.37"
    assert "credit" not in [each.id for each in payment(at).tenders], "one part of it is enough"
    at.do.complete.emit()
    assert [each.amount.cents for each in done(at).payments] == [500, 737]
    at.do.back.emit()
    at.scan(PATIENT.card_number, tag(ODD))
    at.do.pay.emit()
    at.do.tender.emit("credit")
    at.do.complete.emit()
    assert done(at).paid_by(Tender.CREDIT) == PRICE
    assert place.tenders.standing(PATIENT.id).credit == Money(2_000) - Money(500) - PRICE


def test_without_a_terminal_and_credit_there_is_cash_alone(place: TenderPlace) -> None:
    at = filled(place)
    desk = at.floor.desk.tenders
    assert desk is not None
    desk.terminal = ""
    at.do.pay.emit()
    assert [each.id for each in payment(at).tenders] == ["cash"]
    at.do.tender.emit("debit")
    assert payment(at).tender == "cash"
    at.do.complete.emit()
    assert done(at).paid_by(Tender.CASH) == PRICE


def test_declined_leads_to_another_way(place: TenderPlace) -> None:
    at = filled(place)
    ask(at)
    at.do.quick_amount.emit(DECLINED)
    assert "Declined at the terminal" in at.said
    assert (payment(at).tender, payment(at).due) == ("cash", "$12.37")
    at.do.complete.emit()
    assert done(at).paid_by(Tender.CASH) == PRICE


def test_esc_does_not_leave_an_answer_open(place: TenderPlace) -> None:
    at = filled(place)
    ask(at)
    at.do.back.emit()
    assert payment(at).letters
    assert "Say first what it shows" in at.said


def test_no_answer_says_what_to_do_and_its_slip_completes_the_sale(place: TenderPlace) -> None:
    at = filled(place)
    ask(at)
    at.do.quick_amount.emit(NO_ANSWER)
    sheet = question(at)
    assert sheet.title == "Did the terminal take $12.37?"
    assert [each.label for each in sheet.buttons] == ["Approved", "Declined"]
    at.do.back.emit()
    assert at.floor.has_lines, "the cart is kept"
    at.do.pay.emit()
    assert question(at).title == "Did the terminal take $12.37?", "no second try before"
    slip(at, "4111111111111111", settling.APPROVED)
    assert isinstance(at.floor.sheet, ReasonSheet)
    assert "never a card number" in at.floor.sheet.field.error
    at.do.form.emit({settling.FIELD: "000123"})
    assert payment(at).paid == "$12.37 by debit of $12.37 paid."
    at.do.complete.emit()
    assert done(at).payments[0].code == "000123"


def test_an_answer_that_was_no_lets_pay_again(place: TenderPlace) -> None:
    at = filled(place)
    ask(at)
    at.do.quick_amount.emit(NO_ANSWER)
    slip(at, "D77", settling.DECLINED)
    assert payment(at).due == "$12.37"
    at.do.complete.emit()
    assert done(at).paid_by(Tender.CASH) == PRICE


@pytest.mark.parametrize(("way", "state"), [("card-was-taken", "approved"), ("card-not-taken", "declined")])
def test_without_a_slip_a_manager_says_why(place: TenderPlace, way: str, state: str) -> None:
    at = filled(place, MANAGER)
    ask(at)
    at.do.quick_amount.emit(NO_ANSWER)
    at.do.fix.emit(settling.MANAGER)
    slip(at, "the bank's hotline said so", way)
    [(card, steps)] = place.store.tenders.cards()
    assert (card.state, steps[-1].decided_by) == (state, MANAGER.id)
    assert payment(at).can_complete


def test_after_a_kill_the_open_payment_stands_above_the_counter(place: TenderPlace) -> None:
    at = filled(place)
    ask(at)
    place.restart()
    again = counter(place)
    notice = again.state.notice
    assert notice is not None
    assert notice.text == "Whether the terminal took $12.37 is not known."
    assert notice.action is not None
    again.do.fix.emit(notice.action.id)
    slip(again, "A9", settling.APPROVED)
    notice = again.state.notice
    assert notice is not None
    again.do.back.emit()
    assert again.state.notice is not None
    assert again.state.notice.text == "The terminal took $12.37, and no sale stands against it."
    again.scan(PATIENT.card_number, tag(ODD))
    again.do.pay.emit()
    assert payment(again).can_complete
    again.do.complete.emit()
    assert done(again).payments[0].code == "A9"
    again.do.back.emit()
    assert again.state.notice is None


def test_money_without_a_sale_is_refunded_at_the_terminal(place: TenderPlace) -> None:
    place.charge(place.visit(), PRICE)
    at = counter(place)
    at.do.fix.emit(settling.OPEN)
    assert question(at).title == "$12.37 were taken without a sale"
    slip(at, "RF1", settling.REFUNDED)
    assert (at.floor.cards, place.tenders.waiting()) == ((), [])


def test_more_taken_than_is_due_is_not_completed(place: TenderPlace) -> None:
    place.charge(place.visit(3), PRICE * 3)
    at = filled(place)
    at.do.pay.emit()
    assert not payment(at).can_complete
    assert "refund it" in payment(at).why_not
    at.do.back.emit()
    at.scan(tag(ODD), tag(ODD))
    at.do.pay.emit()
    at.do.complete.emit()
    assert done(at).total == PRICE * 3


def test_a_payment_that_cannot_be_asked_for_stays_open(place: TenderPlace) -> None:
    at = filled(place)
    place.desk.seal(BUDTENDER, FLOAT)
    ask(at)
    assert "was counted" in at.said
    assert payment(at).due == "$12.37"
    assert place.tenders.waiting() == []


def test_rounding_is_told_before_it_is_paid(tmp_path: Path) -> None:
    place = TenderPlace(tmp_path / "nickel", nickel=True)
    at = filled(place)
    at.do.pay.emit()
    sheet = payment(at)
    assert (sheet.due, sheet.received, sheet.paid) == ("$12.37", "$12.35", "$12.35 in cash, rounded.")
    assert sheet.quick[0].label == "$12.35 exact"
    at.keys("13")
    at.do.complete.emit()
    assert (done(at).rounding, payment(at).change) == (Money(2), "$0.65")
    assert place.verify().wrong == []
    place.store.close()


def test_what_a_patient_has_is_known_when_it_comes_late(place: TenderPlace) -> None:
    place.tenders.give(PATIENT.id, PRICE, WHY, MANAGER)
    at = counter(place)
    at.database.at_once = False
    at.scan(PATIENT.card_number)
    at.database.run(1)
    assert at.floor.standing.credit == ZERO
    at.database.run()
    assert at.floor.standing.credit == PRICE


def test_a_slip_that_paid_before_is_refused_and_a_manager_says_what_became_of_it(place: TenderPlace) -> None:
    sold = place.split(1, debit=PRICE)
    at = filled(place, MANAGER)
    ask(at)
    at.keys("A000001")
    at.do.complete.emit()
    assert at.floor.notice is not None
    assert f"Reference A000001 stands on receipt {sold.number}" in at.floor.notice.text
    assert "no answer (F3)" in at.floor.notice.text
    assert not payment(at).done
    at.do.quick_amount.emit(NO_ANSWER)
    at.do.fix.emit(settling.MANAGER)
    slip(at, WHY, settling.WAS_TAKEN)
    at.do.pay.emit()
    at.do.complete.emit()
    assert [each.code for each in done(at).payments] == [""]
