"""What one person looked at of patients is not there for the next one, who would see it and leave no trace."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from pos_desktop.app.views import Why
from pos_desktop.domain.people import Person
from pos_desktop.ui.flows.floor import OF_PATIENTS
from pos_desktop.ui.room_state import ReportsRoom, ReportStory
from pos_desktop.ui.sheet_state import HeldSheet, NewPatientSheet
from pos_desktop.ui.state import ResultKind, ResultRow, Tone
from tests.fixtures.builders import PERSON
from tests.fixtures.sign_ins import LEAD, PINS
from tests.ui.test_flow_locking import CARD, Looks, shop

LISTED = HeldSheet((ResultRow("sale-9", ResultKind.PATIENT, "Sample Patient 009", "1 line"),))


@pytest.mark.parametrize("kind", OF_PATIENTS)
def test_a_list_of_patients_goes_with_who_looked_at_it(kind: str) -> None:
    at = shop().at
    for person, stays in ((PERSON, True), (LEAD, False)):
        at.sign_in(PERSON)
        at.floor.open_sheet(kind, LISTED)
        at.do.lock.emit()
        at.sign_in(person)
        assert (at.floor.sheet is LISTED) is stays
        at.do.lock.emit()


def test_a_patient_who_comes_to_the_counter_while_the_next_one_signs_in_was_seen_by_that_one() -> None:
    """What was under way when the counter was locked ends after the PIN was typed, and before it was looked at."""
    looks = Looks()
    at = shop(views=cast("Any", looks)).at
    at.sign_in(PERSON)
    at.database.at_once = False
    at.scan(CARD)
    at.do.lock.emit()
    at.do.pin.emit(LEAD.id, PINS[LEAD.id])
    assert at.floor.visit is None
    at.database.run()
    assert (at.floor.visit is not None, at.floor.actor) == (True, LEAD)
    assert (LEAD.id, Why.TAKEN_OVER) in looks.kept


@pytest.mark.parametrize(("person", "stays"), [(PERSON, True), (LEAD, False)])
@pytest.mark.parametrize("form", [True, False])
def test_a_card_that_was_typed_for_a_new_patient_goes_with_who_typed_it(
    person: Person, stays: bool, form: bool
) -> None:
    at = shop().at
    at.sign_in(PERSON)
    at.floor.unknown_card = CARD
    if form:
        at.do.fix.emit("new-patient")
        assert isinstance(at.floor.sheet, NewPatientSheet)
        assert CARD in {each.value for each in at.floor.sheet.fields}
    at.do.lock.emit()
    at.sign_in(person)
    assert isinstance(at.floor.sheet, NewPatientSheet) is (form and stays)
    assert bool(at.floor.unknown_card) is stays, "a form that is opened anew begins with it"


@pytest.mark.parametrize("told", [True, False])
def test_the_story_of_a_report_goes_with_who_looked_at_it(told: bool) -> None:
    at = shop().at
    at.sign_in(PERSON)
    story = ReportStory("report-9", "Sale 9", "", "waits", "waits", Tone.INFO) if told else None
    at.floor.room = room = ReportsRoom(filters=(), story=story)
    at.do.lock.emit()
    at.sign_in(LEAD)
    assert at.floor.room == (None if told else room)


@pytest.mark.parametrize("role", ["", "auditor"])
def test_whoever_left_or_became_something_else_works_on_for_no_longer_than_moments(role: str) -> None:
    """A manager changed it in a shell beside the open counter."""
    at = shop()
    at.at.sign_in(LEAD)
    at.at.seconds(16)
    assert at.at.floor.actor == LEAD
    here = at.people.staff.here
    here.remove(LEAD)
    if role:
        here.append(replace(LEAD, role=role))
    at.at.seconds(14)
    seen: list[Person | None] = [at.at.floor.actor]
    at.at.seconds(2)
    seen.append(at.at.floor.actor)
    assert (seen, at.told[-1]) == ([LEAD, None], ("counter.locked", LEAD.id, "changed"))
