"""Check-in: every card that does not open a sale, by its own way, and every way to one that does."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from pos_desktop.app.ports.scanning import IdDocument
from pos_desktop.app.reception import Choose, NewPatient, Refused, parse_date
from pos_desktop.app.visit import Visit
from pos_desktop.composition.programmes import load_programme, programme_ids
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.identity import CaregiverId, PatientId
from pos_desktop.domain.instant import DAY_US, Instant
from pos_desktop.domain.patient import CheckIn, Standing
from tests.fixtures.builders import NOW, PERSON, answer, bought, caregiver, patient, visit
from tests.fixtures.desks import reception
from tests.fixtures.fakes import Memory

TODAY = date(2026, 11, 24)
GRANTED = patient(17)


def memory(*things: Any) -> Memory:
    made = Memory()
    made.add(*things)
    return made


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"card_expires": TODAY - timedelta(days=1)}, CheckIn.EXPIRED),
        ({"card_starts": TODAY + timedelta(days=1)}, CheckIn.NOT_YET_VALID),
        ({"standing": Standing.REVOKED}, CheckIn.REVOKED),
        ({"standing": Standing.INACTIVE}, CheckIn.INACTIVE),
        ({"birth_date": date(2008, 11, 25)}, CheckIn.UNDER_AGE),
    ],
)
def test_a_card_that_opens_no_sale(more: dict[str, Any], why: CheckIn) -> None:
    refused = reception(memory(patient(17, **more))).by_card("P-1000017", PERSON)
    assert isinstance(refused, Refused)
    assert (refused.why, refused.patient) == (why, patient(17, **more))


@pytest.mark.parametrize(
    "more",
    [
        {"card_expires": TODAY},
        {"card_expires": None},
        {"card_starts": TODAY},
        {"birth_date": date(2008, 11, 24)},
    ],
)
def test_first_day_last_day_and_birthday_are_good(more: dict[str, Any]) -> None:
    assert isinstance(reception(memory(patient(17, **more))).by_card("P-1000017", PERSON), Visit)


@pytest.mark.parametrize("name", programme_ids())
def test_who_is_entered_at_the_counter_has_a_card_that_the_programme_accepts(name: str) -> None:
    rules = load_programme(name)
    made = Memory()
    visit_there = reception(made, card_kind=rules.card.usual).register(FORM, PERSON)
    assert isinstance(visit_there, Visit)
    refused = rules.card.refusals(visit_there.patient.facts().card, NOW, rules.zone)
    assert [each.code for each in refused] == []


def test_an_unknown_card_keeps_its_number_for_the_form() -> None:
    assert reception(memory()).by_card("  P-9 ", PERSON) == Refused(CheckIn.UNKNOWN, card_number="P-9")


@pytest.mark.parametrize(
    ("at", "zone", "opens"),
    [
        ("2026-11-24T23:59:59.999999-05:00", "America/Detroit", True),
        ("2026-11-25T00:00:00-05:00", "America/Detroit", False),
        ("2026-11-25T00:30:00-05:00", "America/Phoenix", True),
        ("2026-11-25T00:00:00-07:00", "America/Phoenix", False),
    ],
)
def test_a_card_is_good_until_midnight_where_the_programme_is(at: str, zone: str, opens: bool) -> None:
    made = memory(patient(17, card_expires=TODAY))
    made.clock.at = Instant.parse(at)
    assert isinstance(reception(made, zone=zone).by_card("P-1000017", PERSON), Visit) == opens


MINOR = patient(18, birth_date=date(2015, 1, 1))


@pytest.mark.parametrize(
    ("holder", "why"),
    [
        (caregiver(1), CheckIn.CAREGIVER_WITHOUT_PATIENT),
        (caregiver(1, GRANTED, card_expires=TODAY - timedelta(days=1)), CheckIn.CAREGIVER_EXPIRED),
        (caregiver(1, GRANTED, standing=Standing.REVOKED), CheckIn.CAREGIVER_REVOKED),
        (caregiver(1, GRANTED, standing=Standing.INACTIVE), CheckIn.CAREGIVER_REVOKED),
        (caregiver(1, patient(19, card_expires=date(2020, 1, 1))), CheckIn.EXPIRED),
        (caregiver(1, patient(20)), CheckIn.CAREGIVER_WITHOUT_PATIENT),
    ],
)
def test_a_caregivers_card_that_opens_no_sale(holder: Any, why: CheckIn) -> None:
    """The last one names a patient whom the store does not hold."""
    refused = reception(memory(GRANTED, patient(19, card_expires=date(2020, 1, 1)), holder)).by_card(
        "C-2000001", PERSON
    )
    assert isinstance(refused, Refused)
    assert refused.why is why


def test_a_caregiver_buys_for_a_minor_and_for_the_patient_named() -> None:
    people = reception(memory(GRANTED, MINOR, caregiver(1, MINOR), caregiver(2, GRANTED, MINOR)))
    one = people.by_card("C-2000001", PERSON)
    assert isinstance(one, Visit)
    assert (one.patient, one.buyer, one.customer_type) == (MINOR, "caregiver:caregiver-1", "Caregiver")
    assert people.by_card("C-2000002", PERSON) == Choose([GRANTED, MINOR], caregiver(2, GRANTED, MINOR))
    other = people.open(MINOR.id, PERSON, CaregiverId("caregiver-2"))
    assert isinstance(other, Visit)
    assert other.caregiver == caregiver(2, GRANTED, MINOR)


def test_not_every_caregiver_buys_for_every_patient() -> None:
    people = reception(memory(GRANTED, MINOR, caregiver(1, MINOR)))
    for wrong in ("caregiver-1", "caregiver-9"):
        refused = people.open(GRANTED.id, PERSON, CaregiverId(wrong))
        assert isinstance(refused, Refused)
        assert (refused.why, refused.patient) == (CheckIn.NOT_LINKED, GRANTED)
    assert people.open(PatientId("nobody"), PERSON) == Refused(CheckIn.UNKNOWN)


def test_a_license_finds_the_patient_by_name_and_birth_date() -> None:
    twin = patient(30, last_name="Patient 017")
    document = IdDocument("PATIENT 017", "SAMPLE", GRANTED.birth_date, None)
    found = reception(memory(GRANTED)).by_id_document(document, PERSON)
    assert isinstance(found, Visit)
    assert found.patient == GRANTED
    assert reception(memory(GRANTED, twin)).by_id_document(document, PERSON) == Choose([GRANTED, twin])
    other = IdDocument("PATIENT 017", "SAMPLE", date(1968, 5, 5), None)
    assert reception(memory(GRANTED)).by_id_document(other, PERSON) == Refused(CheckIn.UNKNOWN)


def test_a_license_never_stands_in_for_an_expired_card() -> None:
    held = patient(17, card_expires=date(2026, 11, 1))
    document = IdDocument("Patient 017", "Sample", GRANTED.birth_date, date(2030, 1, 1))
    assert reception(memory(held)).by_id_document(document, PERSON) == Refused(CheckIn.EXPIRED, held)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ort", [1]),
        ("ort, ma", [1]),
        ("mar ORT", [1]),
        ("ort, x", []),
        ("van dyke", [2]),
        ("van dyke, lee", [2]),
        ("dyke", []),
        ("  ", []),
        (",", []),
        (", mar", []),
    ],
)
def test_names_as_people_type_them(text: str, found: list[int]) -> None:
    made = memory(
        patient(1, first_name="Mary", last_name="Ortsample"),
        patient(2, first_name="Lee", last_name="Van Dyke"),
    )
    hits = reception(made).by_name(text, PERSON)
    assert [each.id for each in hits] == [f"patient-{n}" for n in found]


def test_a_visit_knows_the_past_of_the_longest_window_and_the_states_last_word() -> None:
    made = memory(GRANTED)
    old, young = bought(1, NOW.plus_us(-33 * DAY_US)), bought(2, NOW.plus_us(-30 * DAY_US))
    made.purchases[GRANTED.id] = [young, old]
    made.answers[GRANTED.id] = answer(NOW)
    opened = reception(made).by_card("P-1000017", PERSON)
    assert isinstance(opened, Visit)
    assert (opened.history, opened.answer, opened.opened_at) == ((young,), answer(NOW), NOW)


def test_each_visit_is_a_sale_of_its_own_and_a_refreshed_one_is_the_same() -> None:
    people = reception(made := memory(GRANTED))
    first, second = people.by_card("P-1000017", PERSON), people.by_card("P-1000017", PERSON)
    assert isinstance(first, Visit)
    assert isinstance(second, Visit)
    assert first.sale_id != second.sale_id
    made.bought(GRANTED.id, bought(3, NOW))
    again = people.refresh(first)
    assert isinstance(again, Visit)
    assert (again.sale_id, again.history, again.patient.ledger_rev) == (first.sale_id, (bought(3, NOW),), 1)


def test_the_states_word_is_kept_and_a_no_ends_the_visit() -> None:
    made = memory(GRANTED)
    people = reception(made)
    fresh = people.with_answer(visit(GRANTED, answer=None), answer(NOW))
    assert isinstance(fresh, Visit)
    assert (fresh.answer, made.answers[GRANTED.id]) == (answer(NOW), answer(NOW))
    for no in (answer(NOW, active=False), answer(NOW, found=False)):
        assert people.with_answer(fresh, no) == Refused(CheckIn.INACTIVE, fresh.patient, told_at=NOW)
        assert made.answers[GRANTED.id] == no
        later = people.by_card("P-1000017", PERSON)
        assert isinstance(later, Refused)
        assert later.why is CheckIn.INACTIVE


@pytest.mark.parametrize(
    ("more", "told", "rests"),
    [
        ({"standing": Standing.INACTIVE}, None, True),
        ({"standing": Standing.INACTIVE}, answer(NOW, active=False), True),
        ({"card_expires": TODAY - timedelta(days=1)}, answer(expires=TODAY - timedelta(days=1)), True),
        ({"card_expires": TODAY - timedelta(days=1)}, answer(expires=TODAY - timedelta(days=9)), False),
        ({"card_expires": TODAY - timedelta(days=1)}, None, False),
        ({"standing": Standing.REVOKED}, answer(NOW, active=False), False),
        ({"birth_date": date(2015, 1, 1)}, answer(), False),
    ],
)
def test_a_refusal_knows_whether_it_rests_on_the_states_word(
    more: dict[str, Any], told: Any, rests: bool
) -> None:
    made = memory(patient(17, **more))
    if told is not None:
        made.answers[GRANTED.id] = told
    refused = reception(made).by_card("P-1000017", PERSON)
    assert isinstance(refused, Refused)
    assert (refused.rests_on_state, refused.told_at) == (rests, told.as_of if told and rests else None)


def test_a_refused_patient_is_opened_or_refused_anew_by_what_the_state_says_now() -> None:
    carer = caregiver(1, GRANTED)
    made = memory(patient(17, standing=Standing.INACTIVE), carer)
    people = reception(made)
    refused = people.by_card(carer.card_number, PERSON)
    assert isinstance(refused, Refused)
    still = people.reconsidered(refused, answer(NOW, active=False))
    assert isinstance(still, Refused)
    assert (still.why, still.told_at) == (CheckIn.INACTIVE, NOW)
    later = answer(NOW.plus_us(1))
    opened = people.reconsidered(still, later)
    assert isinstance(opened, Visit)
    assert (opened.caregiver, opened.answer) == (carer, later)


FORM = NewPatient("P-77", "Sample", "Patient 077", "05/04/1968", "2027-01-31")


def test_a_new_patient_is_kept_and_served() -> None:
    made = memory()
    opened = reception(made).register(FORM, PERSON)
    assert isinstance(opened, Visit)
    assert opened.patient == reception(made).by_card("P-77", PERSON).patient  # type: ignore[union-attr]  # opened above
    assert opened.patient.birth_date == date(1968, 5, 4)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("card_number", " ", "Card number is missing"),
        ("first_name", "", "First name is missing"),
        ("last_name", "\u200b", "Last name is missing"),
        ("birth_date", "5/4/68", "Date of birth: this is not a date"),
        ("birth_date", "13/01/1968", "is not a date"),
        ("birth_date", "02/29/1967", "is not a date"),
        ("birth_date", "1_0/05/1968", "is not a date"),
        ("birth_date", "11/25/2026", "lies in the future"),
        ("card_expires", "", "Card expires: “” is not a date"),
        ("card_number", "p-1000017", "in the store already"),
    ],
)
def test_each_bad_field_has_its_sentence_and_saves_nothing(field: str, value: str, words: str) -> None:
    made = memory(GRANTED)
    form = NewPatient(**{name: getattr(FORM, name) for name in FORM.__slots__} | {field: value})
    with pytest.raises(BadInput, match=words) as refused:
        reception(made).register(form, PERSON)
    assert "Nothing was saved." in refused.value.sentence
    assert list(made.patients) == [GRANTED.id]


def test_dates_are_read_in_both_forms() -> None:
    assert parse_date(" 1/9/2027 ", "Day") == parse_date("2027-01-09", "Day") == date(2027, 1, 9)
