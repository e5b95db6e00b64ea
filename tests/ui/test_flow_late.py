"""Answers that come late, keys pressed twice and sheets over sheets: nothing is lost, sold twice or mixed up."""

from __future__ import annotations

from datetime import date

import pytest

from pos_desktop.app.ports import LiveWeight, WeighedOrNot
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.shelf import Held
from pos_desktop.ui.intents import Opens
from pos_desktop.ui.sheet_state import ChoiceSheet, PaymentSheet, WeighSheet
from pos_desktop.ui.state import ResultKind, ResultRow
from tests.fixtures.builders import NOW, answer, caregiver, jar, package, patient, weighing
from tests.fixtures.desks import till
from tests.fixtures.fakes import Memory
from tests.fixtures.hands import Counter

CARD, OTHER = "P-1000017", "P-1000018"
MINOR = patient(19, birth_date=date(2015, 1, 1))


def counter(**more: object) -> Counter:
    memory = Memory()
    memory.add(patient(17), patient(18), MINOR, caregiver(1, patient(17), MINOR))
    memory.add(package(1), package(2), jar(50), jar(51))
    for n in (17, 18):
        memory.answers[patient(n).id] = answer(NOW)
    return Counter(till(memory, **more))  # type: ignore[arg-type]  # passed on by name


def opened(*tags: str, **more: object) -> Counter:
    at = counter(**more)
    at.scan(CARD, *tags)
    return at


def who(at: Counter) -> str:
    assert at.floor.visit is not None
    return at.floor.visit.patient.id


def quantities(at: Counter) -> list[str]:
    return [row.quantity for row in at.state.cart]


# -- the patient


def test_of_two_cards_in_a_row_the_last_one_opens() -> None:
    at = counter()
    at.database.at_once = False
    at.scan(CARD, OTHER)
    at.database.run()
    assert who(at) == "patient-18"
    assert len(at.window.drawn) == 1, "the first answer was not even drawn"


def test_a_card_answered_after_a_line_came_in_does_not_take_the_cart_away() -> None:
    at = opened()
    at.database.at_once = False
    at.scan(package(1).tag, OTHER)
    at.database.run()
    assert (who(at), quantities(at)) == ("patient-17", ["1"])
    assert "A sale is under way" in at.said


def test_the_second_patient_is_asked_for_although_the_first_answer_is_still_out() -> None:
    asked: list[str] = []
    at = counter(ask_state=lambda one: asked.append(one.id))
    at.network.at_once = False
    at.scan(CARD, OTHER)
    at.network.run(1)
    assert at.floor.asking, "the first patient's answer says nothing of the second's"
    at.network.run()
    assert (asked, at.floor.asking) == (["patient-17", "patient-18"], False)


def test_an_answer_kept_for_the_first_patient_leaves_the_second_waiting() -> None:
    at = counter(ask_state=lambda _: answer(NOW))
    at.network.at_once = at.database.at_once = False
    at.scan(CARD)
    at.database.run()
    at.network.run()
    at.scan(OTHER)
    at.database.run()
    assert at.floor.asking
    assert at.state.patient is not None
    assert at.state.patient.footnote.startswith("Asking the state")


def test_a_caregiver_who_was_left_does_not_buy_for_the_next_patient() -> None:
    at = counter()
    at.scan("C-2000001")
    assert isinstance(at.floor.sheet, ChoiceSheet)
    at.do.back.emit()
    at.do.choose.emit(ResultRow("patient-17", ResultKind.PATIENT, ""))
    assert at.floor.visit is not None
    assert at.floor.visit.caregiver is None


def test_garbage_during_a_sale_is_called_garbage() -> None:
    at = opened(package(1).tag)
    at.scan("###", "~half a license")
    assert (at.said, quantities(at)) == ("This license cannot be read.", ["1"])
    at.scan("###")
    assert at.said == "This code is not known here. Nothing was added."


# -- the cart


def test_a_package_recalled_between_two_scans_stays_out() -> None:
    at = opened(package(1).tag)
    at.till.memory.add(package(1, held=Held.RECALL))
    at.scan(package(1).tag)
    assert (at.said, quantities(at)) == ("This package is recalled. Put it aside and call a manager.", ["1"])


def test_a_package_found_after_payment_opened_is_not_added() -> None:
    at = opened(package(1).tag)
    at.database.at_once = False
    at.scan(package(2).tag)
    at.do.pay.emit()
    at.database.run()
    assert isinstance(at.floor.sheet, PaymentSheet)
    assert (quantities(at), at.said) == (
        ["1"],
        "Payment is open. Press Esc to change the cart, then scan again.",
    )


def test_while_paying_no_key_changes_the_cart() -> None:
    at = opened(package(1).tag)
    at.do.pay.emit()
    for wish in (at.do.plus, at.do.minus, at.do.remove, at.do.hold_or_recall, at.do.clear_sale, at.do.pay):
        wish.emit()
    for sheet in Opens:
        at.do.open_sheet.emit(sheet)
    assert (quantities(at), at.till.memory.held) == (["1"], {})
    assert isinstance(at.floor.sheet, PaymentSheet)


def test_products_found_after_payment_opened_do_not_cover_it() -> None:
    at = opened(package(1).tag)
    at.database.at_once = False
    at.do.open_sheet.emit(Opens.PRODUCTS)
    at.do.pay.emit()
    at.database.run()
    assert isinstance(at.floor.sheet, PaymentSheet)


def test_a_line_that_came_in_while_the_cart_was_put_aside_is_held_too() -> None:
    at = opened(package(1).tag)
    at.database.at_once = False
    at.scan(package(2).tag)
    at.do.hold_or_recall.emit()
    at.database.run()
    assert at.floor.visit is None
    (held,) = at.till.memory.held.values()
    assert [line.tag for line in held.lines] == [package(1).tag, package(2).tag]


def test_a_cart_recalled_over_a_new_one_goes_back_where_it_was() -> None:
    at = opened(package(1).tag)
    at.do.hold_or_recall.emit()
    (held,) = at.till.memory.held
    at.scan(OTHER)
    at.database.at_once = False
    at.scan(package(2).tag)
    at.do.recall.emit(held)
    at.database.run()
    assert (who(at), quantities(at)) == ("patient-18", ["1"])
    assert list(at.till.memory.held) == [held]


# -- the scale


def test_a_weight_belongs_to_the_jar_it_was_asked_for() -> None:
    at = opened(jar(50).tag)
    at.scale.at_once = False
    at.do.add_weighed.emit()
    at.scan(jar(51).tag)
    at.scale.run()
    assert at.state.cart == ()
    assert isinstance(at.floor.sheet, WeighSheet)
    at.scale.at_once = True
    at.do.add_weighed.emit()
    assert at.floor.visit is not None
    assert [line.package.tag for line in at.floor.visit.cart.lines] == [jar(51).tag]


def test_two_presses_weigh_once() -> None:
    at = opened(jar().tag)
    at.scale.at_once = False
    at.till.scale.next = [WeighedOrNot(weighing(3_500)), WeighedOrNot(weighing(3_500))]
    at.do.add_weighed.emit()
    at.do.add_weighed.emit()
    at.scale.run()
    assert (quantities(at), len(at.till.scale.next)) == (["3.50 g"], 1)


@pytest.mark.parametrize("by", ["Esc", "a line"])
def test_a_jar_is_forgotten_when_its_sheet_is_left_or_a_line_is_scanned(by: str) -> None:
    at = opened(jar().tag)
    if by == "Esc":
        at.do.back.emit()
    else:
        at.scan(package(1).tag)
    at.do.open_sheet.emit(Opens.WEIGH)
    assert isinstance(at.floor.sheet, WeighSheet)
    assert at.floor.sheet.prompt != ""


# -- a cart on its way to the held ones


def test_a_cart_that_is_being_put_aside_is_neither_paid_nor_emptied() -> None:
    at = opened(package(1).tag)
    at.database.at_once = False
    at.do.hold_or_recall.emit()
    for wish in (
        at.do.pay,
        at.do.complete,
        at.do.remove,
        at.do.minus,
        at.do.clear_sale,
        at.do.hold_or_recall,
    ):
        wish.emit()
    at.database.run()
    assert (at.till.memory.sales, at.floor.visit) == ([], None)
    (held,) = at.till.memory.held.values()
    assert [line.tag for line in held.lines] == [package(1).tag]


def test_a_cart_that_could_not_be_put_aside_can_be_paid() -> None:
    at = opened(package(1).tag)
    at.database.at_once = False
    at.do.hold_or_recall.emit()
    at.controller._cart._not_held(RuleRefusal("It is held elsewhere.", code="held"))
    at.do.pay.emit()
    assert at.floor.paying


def test_a_refused_weight_is_forgotten_when_the_scale_shows_another() -> None:
    at = opened(jar().tag)
    at.till.scale.shows = LiveWeight(6_900, stable=False, tare_mg=0)
    at.controller._weighing.tick()
    at.till.scale.next = [WeighedOrNot(None, "The scale is still moving.")]
    at.do.add_weighed.emit()
    at.till.scale.shows = LiveWeight(6_950, stable=False, tare_mg=0)
    at.controller._weighing.tick()
    assert at.floor.weigh_said == "The scale is still moving."
    at.till.scale.shows = LiveWeight(7_000, stable=True, tare_mg=0)
    at.controller._weighing.tick()
    sheet = at.floor.sheet
    assert isinstance(sheet, WeighSheet)
    assert (sheet.why_not, sheet.can_add) == ("", True)
