"""Patients, caregivers and staff of the demo store: plainly sample, yet readable at a counter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from pos_desktop.app.ports import Person
from pos_desktop.domain.identity import CaregiverId, PatientId, PersonId
from pos_desktop.domain.patient import Caregiver, Patient, Standing

PATIENTS, CAREGIVERS = 276, 24
CARD_PATTERN = "[PC]-[0-9]{6}"
BUDTENDER = Person(PersonId("sample-budtender"), "Sample Budtender", "budtender")
MANAGER = Person(PersonId("sample-manager"), "Sample Manager", "manager")
OTHERS = (
    Person(PersonId("sample-budtender-2"), "Sample Budtender 2", "budtender"),
    Person(PersonId("sample-lead-1"), "Sample Lead 1", "lead"),
    Person(PersonId("sample-lead-2"), "Sample Lead 2", "lead"),
    Person(PersonId("sample-manager-2"), "Sample Manager 2", "manager"),
    Person(PersonId("sample-auditor"), "Sample Auditor", "auditor"),
)
"""Enough for the whole way of a deposit bag, of which nobody does two parts."""

_FIRST = (
    "Avery", "Blake", "Casey", "Drew", "Ellis", "Finley", "Gray", "Harper", "Indigo", "Jules",
    "Kai", "Lane", "Morgan", "Noel", "Oakley", "Parker", "Quinn", "Reese", "Sage", "Tatum",
)  # fmt: skip
_CARD_DAYS = 730
_CASES = 12
"""The first patients have a story each; everybody else is ordinary."""


@dataclass(frozen=True, slots=True)
class PeopleCases:
    """People with a story; `Patient` unless the name says caregiver.

    Args:
        expired, revoked: The card opens no sale.
        inactive_at_state: Good by our record, until the state is asked.
        minor: Under 18; `minor_caregiver` buys for it.
        near_day: 4 g are left of the day. near_thirty: 6 g are left of the 30 days.
        heavy: 100 purchases in 40 days. expiring_soon: the card ends within 30 days.
        untouched: Nothing was bought yet.
        caregiver_of_two: Must say for whom. caregiver_without_patient, caregiver_expired: no sale.
    """

    expired: Patient
    revoked: Patient
    inactive_at_state: Patient
    minor: Patient
    near_day: Patient
    near_thirty: Patient
    heavy: Patient
    expiring_soon: Patient
    untouched: Patient
    minor_caregiver: Caregiver
    caregiver_of_two: Caregiver
    caregiver_without_patient: Caregiver
    caregiver_expired: Caregiver


@dataclass(frozen=True, slots=True)
class People:
    staff: tuple[Person, ...]
    patients: tuple[Patient, ...]
    caregivers: tuple[Caregiver, ...]
    cases: PeopleCases


def people(rng: Random, today: date) -> People:
    """276 patients and 24 caregivers with cards, as of `today`."""
    patients = [_patient(rng, n, today) for n in range(1, PATIENTS + 1)]
    patients[0] = _until(patients[0], today - timedelta(days=9))
    patients[1] = replace(patients[1], standing=Standing.REVOKED)
    patients[3] = replace(patients[3], birth_date=_years_before(today, 15))
    patients[7] = _until(patients[7], today + timedelta(days=12))
    caregivers = _caregivers(rng, patients, today)
    return People(
        (BUDTENDER, *OTHERS, MANAGER), tuple(patients), tuple(caregivers), _cases(patients, caregivers)
    )


def _cases(patients: Sequence[Patient], caregivers: Sequence[Caregiver]) -> PeopleCases:
    """By place in the lists, where `people` and `_caregivers` gave them their stories."""
    return PeopleCases(
        expired=patients[0],
        revoked=patients[1],
        inactive_at_state=patients[2],
        minor=patients[3],
        near_day=patients[4],
        near_thirty=patients[5],
        heavy=patients[6],
        expiring_soon=patients[7],
        untouched=patients[8],
        minor_caregiver=caregivers[0],
        caregiver_of_two=caregivers[1],
        caregiver_without_patient=caregivers[2],
        caregiver_expired=caregivers[3],
    )


def _patient(rng: Random, n: int, today: date) -> Patient:
    born = _years_before(today, rng.randint(20, 88)) - timedelta(days=rng.randint(0, 364))
    blank = Patient(
        id=PatientId(f"sample-patient-{n:03d}"),
        card_number=f"P-{100_000 + n}",
        first_name=_FIRST[n % len(_FIRST)],
        last_name=f"Sample-{n:03d}",
        birth_date=born,
        card_expires=None,
    )
    return _until(blank, today + timedelta(days=rng.randint(45, 700)))


def _until(patient: Patient, expires: date) -> Patient:
    return replace(patient, card_starts=expires - timedelta(days=_CARD_DAYS), card_expires=expires)


def _caregivers(rng: Random, patients: Sequence[Patient], today: date) -> list[Caregiver]:
    ordinary = [each.id for each in patients[_CASES:]]
    served = [(patients[3].id,), (patients[_CASES - 2].id, patients[_CASES - 1].id), (), (ordinary.pop(),)]
    served += [
        tuple(ordinary.pop() for _ in range(rng.randint(1, 5))) for _ in range(CAREGIVERS - len(served))
    ]
    made = [_caregiver(rng, n, today, whom) for n, whom in enumerate(served, start=1)]
    made[3] = replace(made[3], card_expires=today - timedelta(days=3))
    return made


def _caregiver(rng: Random, n: int, today: date, served: tuple[PatientId, ...]) -> Caregiver:
    return Caregiver(
        id=CaregiverId(f"sample-caregiver-{n:02d}"),
        card_number=f"C-{200_000 + n}",
        first_name=_FIRST[(n * 7) % len(_FIRST)],
        last_name=f"Sample-C{n:02d}",
        card_expires=today + timedelta(days=rng.randint(45, 700)),
        patients=served,
    )


def _years_before(day: date, years: int) -> date:
    """29 February becomes 28 February in a common year."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
