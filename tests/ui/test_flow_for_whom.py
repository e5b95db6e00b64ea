"""For whom one buys: plain beside the cart, when choosing, and in the payment; on paper no name."""

from __future__ import annotations

from datetime import date

import pytest

from pos_desktop.app.ports import ServiceReach
from pos_desktop.composition.programmes import load_programme
from pos_desktop.devices.receipt_layout import Letterhead, receipt
from pos_desktop.domain.sensitive import reveal
from pos_desktop.ui.sheet_state import ChoiceSheet, PaymentSheet
from tests.fixtures.builders import caregiver, package, patient, tag
from tests.fixtures.desks import till
from tests.fixtures.fakes import Memory
from tests.fixtures.hands import Counter

CHILD = patient(18, birth_date=date(2016, 3, 1))
VISITOR = patient(19, holder="visitor", card_kind="visitor")


def counter(programme: str = "us-mi-medical") -> Counter:
    memory = Memory()
    memory.add(patient(), CHILD, VISITOR, package(1))
    memory.add(caregiver(4, patient(), CHILD), caregiver(5, CHILD))
    return Counter(till(memory, rules=load_programme(programme), reach=ServiceReach.AWAY))


def badges(at: Counter) -> list[str]:
    assert at.state.patient is not None
    return [each.text for each in at.state.patient.badges]


def test_a_patient_who_buys_alone() -> None:
    at = counter()
    at.scan("P-1000017")
    assert badges(at) == ["Card active to Jan 3, 2027", "Caregiver: none"]


def test_a_caregiver_of_one_buys_for_a_minor() -> None:
    at = counter()
    at.scan("C-2000005")
    assert badges(at)[1:] == ["Sample Caregiver 05 buys for Sample Patient 018", "Under 18: a caregiver buys"]
    assert at.state.patient is not None
    assert at.state.patient.name == "Sample Patient 018", "the allotment is the patient's"


def test_a_visitor_is_marked() -> None:
    at = counter()
    at.scan("P-1000019")
    assert badges(at)[1:] == ["Caregiver: none", "Visitor"]


@pytest.mark.parametrize("n", [0, 1])
def test_a_caregiver_of_several_chooses_by_age_and_card(n: int) -> None:
    at = counter()
    at.scan("C-2000004")
    sheet = at.floor.sheet
    assert isinstance(sheet, ChoiceSheet)
    assert sheet.title == "For whom does Sample Caregiver 04 buy?"
    assert "compare age and card" in sheet.intro
    assert [(each.title, each.detail) for each in sheet.rows] == [
        ("Sample Patient 017", "Age 58 · card ····0017"),
        ("Sample Patient 018", "Age 10 · card ····0018"),
    ]
    at.do.choose.emit(sheet.rows[n])
    assert badges(at)[1] == f"Sample Caregiver 04 buys for {reveal(sheet.rows[n].title)}"


def test_payment_and_its_end_name_both_and_the_receipt_neither() -> None:
    at = counter()
    at.scan("C-2000005", tag(1))
    at.do.pay.emit()
    at.do.complete.emit()
    sheet = at.floor.sheet
    assert isinstance(sheet, PaymentSheet)
    assert sheet.done is not None
    assert sheet.who == "Sample Caregiver 05 buys for Sample Patient 018 · 1 item"
    (sale,) = at.till.memory.sales
    printed = repr(
        receipt(sale, Letterhead("Sample Store", "LIC-1", "Register 2", training=True), copy=False)
    )
    assert "Patient card ending 0018" in printed
    assert "Caregiver card ending 0005" in printed
    assert "Sample Patient" not in printed
    assert "Sample Caregiver" not in printed
