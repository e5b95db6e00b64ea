"""Settings, staff, patients and what the state said about them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from pos_desktop.app.ports import OunceRow, Person, StateAnswer, TypedFigure
from pos_desktop.app.settings import DECLARED
from pos_desktop.domain.certification import Fact, FactKind
from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.identity import PatientId, PersonId, TillSessionId
from pos_desktop.domain.patient import Standing
from tests.fixtures.stores import CAREGIVER, NOON, PATIENT, PERSON, SESSION, opened, stocked


def test_settings_have_defaults_and_are_checked(tmp_path: Path) -> None:
    with opened(tmp_path, create=True) as store:
        assert store.settings.all() == {key: each.default for key, each in DECLARED.items()}
        store.settings.set("tax.rate_bp", "600")
        store.settings.set("tax.rate_bp", "625")
        assert store.settings.get("tax.rate_bp") == "625"
        assert store.settings.get("no.such") is None
        with pytest.raises(BadInput):
            store.settings.set("tax.rate_bp", "6 %")
        register = store.settings.register()
        assert (register.epoch, register.profile, register.tax_bp, register.code) == (
            1,
            "training",
            625,
            "R1",
        )
        assert register.id == "id-000001"


def test_staff_and_one_open_till_a_register(tmp_path: Path) -> None:
    with opened(tmp_path, create=True) as store:
        store.staff.add(PERSON)
        store.staff.add(replace(PERSON, role="lead"))
        store.staff.add(Person(PersonId("person-0"), "A Sample Manager", "manager"))
        assert [(each.name, each.role) for each in store.staff.people()] == [
            ("A Sample Manager", "manager"),
            (PERSON.name, "lead"),
        ]
        assert store.staff.open_session("R1") is None
        store.staff.start_session(SESSION)
        assert store.staff.open_session("R1") == SESSION
        with pytest.raises(RuleRefusal):
            store.staff.start_session(replace(SESSION, id=TillSessionId("till-2")))
        store.staff.start_session(replace(SESSION, id=TillSessionId("till-3"), register_code="R2"))


def test_a_card_finds_its_holder_whatever_its_case(tmp_path: Path) -> None:
    with stocked(tmp_path) as store:
        assert store.patients.by_card("p-1000001") == PATIENT
        assert store.patients.by_card("C-2000001") == CAREGIVER
        assert store.patients.by_card("P-100000") is None
        assert store.patients.by_id(PATIENT.id) == PATIENT
        assert store.patients.caregiver(CAREGIVER.id) == CAREGIVER
        assert store.patients.patients_of(CAREGIVER) == [PATIENT]


@pytest.mark.parametrize("card", [PATIENT.card_number.lower(), CAREGIVER.card_number])
def test_a_card_is_added_once(tmp_path: Path, card: str) -> None:
    with stocked(tmp_path) as store:
        with pytest.raises(BadInput, match="in the store already"):
            store.patients.add(replace(PATIENT, id=PatientId("p2"), card_number=card), PERSON.id, NOON)
        assert store.patients.by_id(PatientId("p2")) is None


def test_names_are_found_by_their_beginning(tmp_path: Path) -> None:
    names = (("Ada", "Oak"), ("Ben", "oakley"), ("Cleo", "Oak"), ("Dan", "Oa%"), ("Eve", "Öak"))
    with opened(tmp_path, create=True) as store:
        people = [
            replace(PATIENT, id=PatientId(f"p{n}"), card_number=f"P-{n}", first_name=first, last_name=last)
            for n, (first, last) in enumerate(names)
        ]
        store.bulk.add_patients(people, PERSON.id, NOON)

        def found(last: str, first: str = "", limit: int = 20) -> list[str]:
            return [each.first_name for each in store.patients.by_name(last, first, limit)]

        assert found("OAK") == ["Ada", "Cleo", "Ben"]
        assert found("oak", limit=1) == ["Ada"]
        assert found("oak", "c") == ["Cleo"]
        assert found("oa%") == ["Dan"]
        assert found("ö") == []
        assert found("Ö") == ["Eve"]


def test_a_license_finds_by_birth_and_bare_names(tmp_path: Path) -> None:
    born = date(1990, 5, 17)
    patient = replace(PATIENT, last_name="De la Peña-Ruiz", first_name="Zoë", birth_date=born)
    with opened(tmp_path, create=True) as store:
        store.patients.add(patient, PERSON.id, NOON)
        assert store.patients.by_birth("DELAPENARUIZ", "ZOE", born) == [patient]
        assert store.patients.by_birth("DELAPENARUIZ", "ZOE", date(1990, 5, 18)) == []
        assert store.patients.by_birth("DELAPENARUI", "ZOE", born) == []


def _answer(
    *, found: bool = True, active: bool = True, expires: date | None = None, later: int = 0
) -> StateAnswer:
    third = Fraction(1, 3)
    ounces = (third, Fraction(0), Fraction("2.5"))
    row = OunceRow(Fraction(30), ounces, ounces, ounces, ounces)
    return StateAnswer(NOON.plus_us(later), found, active, expires, (row,))


def test_what_is_certified_is_replaced_together_with_its_journal_entry(tmp_path: Path) -> None:
    stated = Fact(FactKind.CERTIFIED, "flower", amount=28_349)
    told = {"changes": [{"kind": "certified", "name": "flower", "was": [], "now": [{"amount": 28_349}]}]}
    with stocked(tmp_path) as store:
        before = store.patients.by_id(PATIENT.id)
        store.patients.state(PATIENT.id, [stated], PERSON.id, NOON, told)
        after = store.patients.by_id(PATIENT.id)
        assert before is not None
        assert after is not None
        assert store.patients.facts(PATIENT.id) == [stated]
        assert after.ledger_rev == before.ledger_rev + 1
        entry = json.loads([body for _, body, _ in store.journal.entries()][-1])
        assert (entry["kind"], entry["ref"], entry["data"]) == ("patient.certified", PATIENT.id, told)
        with pytest.raises(TypeError, match="floats"):
            store.patients.state(PATIENT.id, [], PERSON.id, NOON, {"amount": 28.3})
        assert store.patients.facts(PATIENT.id) == [stated]


def test_the_states_answer_moves_standing_and_expiry(tmp_path: Path) -> None:
    with stocked(tmp_path) as store:
        assert store.figures.last(PATIENT.id) is None
        answer = _answer(active=False, expires=date(2026, 1, 1))
        store.figures.store(PATIENT.id, answer)
        assert store.figures.last(PATIENT.id) == answer
        patient = store.patients.by_id(PATIENT.id)
        assert patient == replace(
            PATIENT, standing=Standing.INACTIVE, card_expires=date(2026, 1, 1), ledger_rev=1
        )
        store.figures.store(PATIENT.id, _answer(later=1))
        assert store.patients.by_id(PATIENT.id) == replace(patient, standing=Standing.ACTIVE, ledger_rev=2)


def test_a_figure_that_a_person_typed_is_kept_with_who_it_was(tmp_path: Path) -> None:
    with stocked(tmp_path) as store:
        typed = (TypedFigure("allotment", "flower", 12_000), TypedFigure("day", "", 0))
        answer = StateAnswer(NOON, True, True, None, (), typed, PERSON.id)
        store.figures.store(PATIENT.id, answer)
        assert store.figures.last(PATIENT.id) == answer
        store.figures.store(PATIENT.id, _answer(later=1))
        assert store.figures.last(PATIENT.id) == _answer(later=1)


def test_an_older_answer_moves_nothing_and_an_empty_one_only_the_revision(tmp_path: Path) -> None:
    with stocked(tmp_path) as store:
        newer = _answer(later=1)
        store.figures.store(PATIENT.id, newer)
        store.figures.store(PATIENT.id, _answer(active=False))
        assert store.figures.last(PATIENT.id) == newer
        assert store.patients.by_id(PATIENT.id) == replace(PATIENT, ledger_rev=1)
        store.figures.store(PATIENT.id, _answer(found=False, active=False, later=2))
        assert store.patients.by_id(PATIENT.id) == replace(PATIENT, ledger_rev=2)


def test_a_patient_is_found_by_the_first_name_too(tmp_path: Path) -> None:
    with opened(tmp_path, create=True) as store:
        store.staff.add(PERSON)
        others = [
            replace(
                PATIENT,
                id=PatientId(f"patient-{n}"),
                card_number=f"P-100000{n}",
                first_name=first,
                last_name=last,
            )
            for n, (first, last) in enumerate(
                [("Blake", "Sample 2"), ("Avery", "Blaker"), ("Casey", "Sample 4")], 2
            )
        ]
        for each in others:
            store.patients.add(each, PERSON.id, NOON)
        found = [each.id for each in store.patients.by_name("bla", "", 9)]
        assert found == ["patient-3", "patient-2"], "last names first"
        assert [each.id for each in store.patients.by_name("bla", "", 1)] == ["patient-3"]
