"""Every look at a patient is kept with person and reason, and `verify` finds what is done to that list."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_desktop.app.reception import NewPatient, Refused
from pos_desktop.app.views import Why
from pos_desktop.app.visit import Visit
from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.identity import PatientId
from pos_desktop.domain.instant import MINUTE_US
from pos_desktop.domain.people import EMERGENCY
from pos_desktop.storage import driver
from tests.fixtures.privacy import AUDITOR, BUDTENDER, MANAGER, Place
from tests.fixtures.stores import CAREGIVER, KEY, PATIENT

FORM = NewPatient("P-1000009", "Sample", "Patient 009", "1990-01-31", "2027-01-31")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.store.close()


def looks(place: Place, patient: str = PATIENT.id) -> list[tuple[str, str]]:
    return [(each.person_id, each.why) for each in place.store.views.of(PatientId(patient))]


def told(place: Place) -> list[dict[str, object]]:
    entries = (json.loads(body) for _, body, _ in place.store.journal.entries())
    return [each for each in entries if each["kind"] == "patient.viewed"]


def test_a_card_a_search_and_a_new_patient_are_looks(place: Place) -> None:
    place.reception.by_card(PATIENT.card_number, BUDTENDER)
    place.reception.by_name("pat", by=MANAGER)
    place.reception.by_card(CAREGIVER.card_number, BUDTENDER)
    opened = place.reception.register(FORM, BUDTENDER)
    assert isinstance(opened, Visit)
    assert looks(place) == [("person-1", Why.CHECK_IN), ("person-2", Why.SEARCH), ("person-1", Why.CHECK_IN)]
    assert looks(place, opened.patient.id) == [("person-1", Why.ENTERED)]
    assert [each["actor"] for each in told(place)] == ["person-1", "person-2", "person-1", "person-1"]
    assert place.wrong() == []


def test_who_may_not_see_patients_sees_nobody(place: Place) -> None:
    with pytest.raises(RuleRefusal, match="must do this"):
        place.reception.by_card(PATIENT.card_number, AUDITOR)
    assert looks(place) == []


def test_whoever_came_in_by_the_sealed_code_sees_in_an_emergency(place: Place) -> None:
    place.reception.by_card(PATIENT.card_number, EMERGENCY)
    assert looks(place) == [(EMERGENCY.id, Why.EMERGENCY)]
    assert place.wrong() == []


def test_an_unknown_card_is_no_look(place: Place) -> None:
    assert isinstance(place.reception.by_card("P-9", BUDTENDER), Refused)
    assert told(place) == []


def test_a_look_goes_on_while_somebody_types(place: Place) -> None:
    for _ in range(3):
        place.reception.by_name("pat", by=BUDTENDER)
        place.clock.move(10_000_000)
    assert len(looks(place)) == 1
    place.clock.move(MINUTE_US)
    place.reception.by_name("pat", by=BUDTENDER)
    place.reception.by_name("pat", by=MANAGER)
    assert len(looks(place)) == 3


def test_an_emergency_needs_words_which_are_not_in_the_journal(place: Place) -> None:
    with pytest.raises(BadInput, match="few words"):
        place.views.seen(MANAGER, Why.EMERGENCY, [PATIENT.id], "why ")
    place.views.seen(MANAGER, Why.EMERGENCY, [PATIENT.id], "asked by Dr Zyxmarker")
    [view] = place.store.views.of(PATIENT.id)
    assert (view.note, f"{view}".count("Zyxmarker")) == ("asked by Dr Zyxmarker", 0)
    assert b"Zyxmarker" not in b"".join(body for _, body, _ in place.store.journal.entries())


def test_who_saw_a_patient_is_for_those_who_may_know(place: Place) -> None:
    place.reception.by_card(PATIENT.card_number, BUDTENDER)
    assert len(place.views.of(AUDITOR, PATIENT.id)) == 1
    with pytest.raises(RuleRefusal):
        place.views.of(BUDTENDER, PATIENT.id)


def test_a_look_that_cannot_be_kept_is_not_given(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise RuleRefusal("sample", code="sample")

    monkeypatch.setattr(place.store.views, "add", full)
    with pytest.raises(RuleRefusal, match="sample"):
        place.reception.by_card(PATIENT.card_number, BUDTENDER)


FORGERIES = {
    "a look taken out": "DELETE FROM patient_view WHERE id = 2",
    "the last look taken out": "DELETE FROM patient_view WHERE id = 3",
    "another person": "UPDATE patient_view SET person_id = 'person-2' WHERE id = 1",
    "another patient": "UPDATE patient_view SET patient_id = 'visit-000001' WHERE id = 1",
    "another time": "UPDATE patient_view SET seen_at = seen_at + 1 WHERE id = 2",
    "another reason": "UPDATE patient_view SET why = 'search' WHERE id = 1",
    "another number": "UPDATE patient_view SET id = 9 WHERE id = 3",
    "a look put in": "INSERT INTO patient_view VALUES (9, 'patient-1', 'person-1', 1, 'check-in', '')",
}


def forge(place: Place, sql: str) -> None:
    con = driver.connect(place.folder / "store.db", KEY)
    for name, _ in con.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall():
        con.execute(f"DROP TRIGGER {name}")
    con.execute("PRAGMA foreign_keys = OFF")
    con.execute(sql)
    con.close()


@pytest.mark.parametrize("sql", FORGERIES.values(), ids=FORGERIES)
def test_each_forgery_is_found_and_said(place: Place, sql: str) -> None:
    place.reception.by_card(PATIENT.card_number, BUDTENDER)
    place.reception.register(FORM, BUDTENDER)
    place.reception.open(PATIENT.id, by=MANAGER)
    assert place.wrong() == []
    forge(place, sql)
    wrong = place.wrong()
    assert wrong
    assert all("looks at patients" in each.casefold() for each in wrong)


def test_without_the_rows_verify_would_miss_it(place: Place) -> None:
    """The known-wrong variant: a verify that is not given the looks."""
    from pos_desktop.app.verifying import verify

    place.reception.by_card(PATIENT.card_number, BUDTENDER)
    forge(place, FORGERIES["another person"].replace("id = 1", "1"))
    store = place.store
    assert verify(store.sales, store.journal, store.tills, records=store.records).good
