"""Check-in at the counter: cards, choices, new patients, and the state's word that comes when it comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pos_desktop.app.ports import ServiceReach
from pos_desktop.domain.instant import HOUR_US
from pos_desktop.domain.patient import Patient, Standing
from pos_desktop.ui.sheet_state import ChoiceSheet, NewPatientSheet
from pos_desktop.ui.state import ResultKind, ResultRow, Tone
from tests.fixtures.builders import NOW, answer, caregiver, package, patient
from tests.fixtures.desks import till
from tests.fixtures.fakes import Memory
from tests.fixtures.hands import Counter


def counter(*things: object, ask: object = None, **more: object) -> Counter:
    memory = Memory()
    memory.add(patient(), package(1), *things)  # type: ignore[arg-type]  # people and packages
    return Counter(till(memory, ask_state=ask, **more))  # type: ignore[arg-type]  # a fake of the question


def test_a_card_opens_the_patient_and_asks_the_state_beside() -> None:
    at = counter(ask=lambda _: answer(NOW))
    at.network.at_once = False
    at.scan("P-1000017")
    assert at.state.patient is not None
    assert at.state.patient.subtitle == "Age 58 · card ····0017"
    assert "Asking the state" in at.state.patient.footnote
    at.scan(package(1).tag)
    at.network.run()
    assert at.floor.visit is not None
    assert at.floor.visit.answer == answer(NOW)
    assert len(at.floor.visit.cart.lines) == 1, "lines added while the state was asked stay"
    assert not at.floor.asking


def test_an_answer_for_somebody_who_left_changes_nothing() -> None:
    at = counter(patient(18), ask=lambda _: answer(NOW, active=False))
    at.network.at_once = False
    at.scan("P-1000017")
    at.scan("P-1000018")
    assert at.floor.visit is not None
    at.network.run(1)
    assert at.floor.visit is not None
    assert at.floor.visit.patient.id == patient(18).id


def test_the_state_says_no_and_the_visit_ends() -> None:
    at = counter(ask=lambda _: answer(NOW, active=False))
    at.scan("P-1000017")
    assert at.floor.visit is None
    assert "may not buy now" in at.said


INACTIVE = replace(patient(), standing=Standing.INACTIVE)


def refused_by_state(ask: object, **more: object) -> Counter:
    """A patient whom the state called inactive two hours ago, scanned now; the network answers when told."""
    memory = Memory()
    memory.add(INACTIVE, patient(18), package(1))
    memory.answers[INACTIVE.id] = answer(NOW.plus_us(-2 * HOUR_US), active=False)
    at = Counter(till(memory, ask_state=ask, **more))  # type: ignore[arg-type]  # a fake of the question
    at.network.at_once = False
    at.scan(INACTIVE.card_number)
    return at


def test_a_no_of_the_state_is_asked_again_and_a_yes_opens_the_patient() -> None:
    at = refused_by_state(lambda _: answer(NOW))
    assert at.state.patient is None
    assert at.said.endswith("may not buy now. The registry can tell the patient why. Asking the state again…")
    at.network.run()
    assert at.floor.visit is not None
    assert (at.floor.visit.patient.standing, at.floor.visit.answer) == (Standing.ACTIVE, answer(NOW))
    assert (at.said, at.floor.asking, at.network.names) == ("", False, ["ask the state"])


def test_a_second_no_of_the_state_says_of_when_it_is() -> None:
    at = refused_by_state(lambda _: answer(NOW, active=False))
    at.network.run()
    assert at.floor.visit is None
    assert at.said.endswith("The registry can tell the patient why. The state’s answer is from 2:32 PM.")
    assert at.till.memory.answers[INACTIVE.id].as_of == NOW


@pytest.mark.parametrize("reach", [ServiceReach.AWAY, ServiceReach.REACHED])
def test_without_an_answer_the_old_no_stands_and_says_how_old_it_is(reach: ServiceReach) -> None:
    """The line is known to be down, or breaks at this very question."""

    def ask(_: Patient) -> None:
        at.till.desk.link.heard(ServiceReach.AWAY)

    at = refused_by_state(ask, reach=reach)
    assert at.network.names == ([] if reach is ServiceReach.AWAY else ["ask the state"])
    at.network.run()
    assert at.floor.visit is None
    assert at.said.endswith(
        "The state’s answer is from 12:32 PM. It cannot be asked now; scan the card again when the line is back."
    )


@pytest.mark.parametrize("gone_on", ["another card", "Esc"])
def test_a_yes_that_comes_after_the_person_has_gone_on_opens_nobody(gone_on: str) -> None:
    at = refused_by_state(lambda _: answer(NOW))
    if gone_on == "Esc":
        at.do.back.emit()
    else:
        at.scan("P-1000018")
    at.network.run(1)
    who = None if at.floor.visit is None else at.floor.visit.patient.id
    assert who == (None if gone_on == "Esc" else patient(18).id)
    assert at.till.memory.answers[INACTIVE.id] == answer(NOW), "what the state said is kept all the same"


def test_a_card_expired_by_its_own_date_is_not_asked_about() -> None:
    at = counter(patient(19, card_expires=date(2026, 11, 1)), ask=lambda _: answer(NOW))
    at.scan("P-1000019")
    assert "expired on Nov 1, 2026" in at.said
    assert at.network.names == []


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (replace(patient(), card_expires=date(2026, 11, 23)), "expired on Nov 23, 2026"),
        (replace(patient(), standing=Standing.REVOKED), "was revoked"),
        (replace(patient(), birth_date=date(2010, 1, 1)), "is a minor"),
        (replace(patient(), card_starts=date(2026, 12, 1)), "not valid yet"),
    ],
)
def test_each_refused_card_has_its_own_sentence(who: Patient, words: str) -> None:
    memory = Memory()
    memory.add(who)
    at = Counter(till(memory))
    at.scan(who.card_number)
    assert at.floor.visit is None
    assert words in at.said
    assert at.floor.notice is not None
    assert at.floor.notice.tone is Tone.DANGER


def test_an_unknown_card_offers_a_new_patient_and_a_bad_date_keeps_the_form() -> None:
    at = counter()
    at.scan("P-9999999")
    assert at.floor.notice is not None
    assert at.floor.notice.action is not None
    at.do.fix.emit(at.floor.notice.action.id)
    sheet = at.floor.sheet
    assert isinstance(sheet, NewPatientSheet)
    assert sheet.fields[0].value == "P-9999999"
    form = {
        "card_number": "P-9999999",
        "first_name": "Sample",
        "last_name": "New",
        "birth_date": "31/31/1980",
        "card_expires": "2027-01-31",
    }
    at.do.form.emit(form)
    assert isinstance(at.floor.sheet, NewPatientSheet)
    assert "is not a date" in at.floor.sheet.error
    at.do.form.emit(form | {"birth_date": "01/31/1980"})
    assert at.floor.visit is not None
    assert at.floor.visit.patient.standing is Standing.NEW


def test_a_new_patient_is_not_served_while_the_line_is_down() -> None:
    new = replace(patient(18), standing=Standing.NEW)
    at = counter(new, reach=ServiceReach.AWAY)
    at.scan(new.card_number, package(1).tag)
    assert at.state.refusal is not None
    assert "new patient" in at.state.refusal.headline
    assert not at.state.can_pay
    at.do.pay.emit()
    assert at.floor.entry is None


def test_an_unknown_code_adds_nothing_and_offers_nothing() -> None:
    at = counter()
    at.scan("GARBAGE-123")
    assert at.said == "This code is not known here. Nothing was added."
    assert at.floor.notice is not None
    assert at.floor.notice.action is None


def test_a_caregiver_of_two_says_for_whom() -> None:
    two = caregiver(1, patient(), patient(18))
    at = counter(patient(18), two)
    at.scan(two.card_number)
    assert isinstance(at.floor.sheet, ChoiceSheet)
    at.do.choose.emit(at.floor.sheet.rows[1])
    assert at.floor.visit is not None
    assert at.floor.visit.caregiver == two
    assert at.floor.visit.patient.id == at.window.sheets[-2].rows[1].id  # type: ignore[union-attr]  # the choice


def test_a_cart_belongs_to_its_patient() -> None:
    at = counter(patient(18))
    at.scan("P-1000017", package(1).tag, "P-1000018")
    assert "A sale is under way" in at.said
    assert at.floor.visit is not None
    assert at.floor.visit.patient.id == patient().id


def test_a_late_search_answer_is_dropped() -> None:
    at = counter(patient(18))
    at.database.at_once = False
    at.do.search_changed.emit("pat")
    at.do.search_changed.emit("")
    at.database.run()
    assert at.floor.results is None


def test_a_name_typed_and_chosen_opens_the_patient_and_empties_the_field() -> None:
    at = counter()
    at.do.search_changed.emit("patient 017")
    assert at.floor.results is not None
    assert [row.title for row in at.floor.results.rows] == ["Sample Patient 017"]
    at.do.choose.emit(ResultRow(patient().id, ResultKind.PATIENT, ""))
    assert at.floor.visit is not None
    assert at.window.cleared


def test_a_name_that_nobody_has_is_not_taken_for_a_card_number() -> None:
    at = counter()
    at.do.search_submitted.emit("maria")
    assert at.said == "Nobody by that name is known here."
    assert at.floor.notice is not None
    assert (at.floor.notice.action, at.floor.unknown_card) == (None, "")
    at.do.search_submitted.emit("9999999")
    assert at.said == "No patient with this card is known here."
    assert at.floor.unknown_card == "9999999"
