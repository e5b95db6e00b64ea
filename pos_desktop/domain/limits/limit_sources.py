"""Where a patient's limit comes from, and why a pool is not in force for them, told for people (contract 4.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction

from pos_desktop.domain.instant import age_on
from pos_desktop.domain.limits.allowance import Exemption, Mode, When
from pos_desktop.domain.limits.amounts import exact_text
from pos_desktop.domain.limits.model import LimitCase, PatientFacts
from pos_desktop.domain.limits.programme import Kind, Pool, Programme, Version
from pos_desktop.domain.limits.windows import day_of
from pos_desktop.domain.limits.words import day_text


def source_lines(pool: Pool, programme: Programme, case: LimitCase) -> Iterator[str]:
    """What of the patient's record made this limit; nothing where the programme's own figure holds."""
    patient, mode = case.patient, pool.allowance.mode
    certified = patient.certified.get(pool.id)
    if mode is Mode.DOSE and patient.daily_dose is not None:
        dose = exact_text(pool.unit, Fraction(patient.daily_dose))
        yield f"The practitioner’s daily dose, {dose}, for {pool.allowance.days} days."
    elif mode is Mode.ORDER:
        yield from _orders(pool, patient, day_of(case.at, programme.zone))
    elif pool.kind is Kind.SHARE and mode is Mode.REPLACE and isinstance(certified, Mapping):
        for each in pool.members:
            if (cap := certified.get(each.key, each.cap)) != each.cap:
                now, own = (exact_text(each.unit, Fraction(much)) for much in (cap, each.cap))
                yield f"The practitioner certified {now} {each.label or each.key} instead of the programme’s {own}."
    elif mode in (Mode.REPLACE, Mode.LESSER) and isinstance(certified, int):
        yield _certified(pool, certified)


def _certified(pool: Pool, certified: int) -> str:
    said, own = (exact_text(pool.unit, Fraction(much)) for much in (certified, pool.limit))
    ceiling = pool.allowance.ceiling
    if pool.allowance.mode is Mode.LESSER:
        return (
            f"The practitioner certified {said}, the programme’s own limit is {own}; the smaller one holds."
        )
    if ceiling is not None and certified > ceiling:
        most = exact_text(pool.unit, Fraction(ceiling))
        return f"The practitioner certified {said} instead of the programme’s {own}, but no more than {most} counts."
    return f"The practitioner certified {said} instead of the programme’s {own}."


def _orders(pool: Pool, patient: PatientFacts, today: date) -> Iterator[str]:
    for each in patient.orders:
        if each.pool == pool.id and each.starts <= today <= each.ends:
            amount = exact_text(pool.unit, Fraction(each.amount))
            yield f"The practitioner’s order of {day_text(each.starts)} to {day_text(each.ends)}: {amount}."


def absent_lines(version: Version, programme: Programme, case: LimitCase) -> Iterator[str]:
    """Each pool of the version that is not in force for this patient, and why."""
    today = day_of(case.at, programme.zone)
    for pool in version.pools:
        if not version.applies(pool, case.patient, today):
            yield f"Not in force for this patient: {pool.title}. {' '.join(_why(pool, version, case.patient, today))}"
    for each in version.exemptions:
        yield from _granted_in_vain(each, case.patient, today)


def _why(pool: Pool, version: Version, patient: PatientFacts, today: date) -> Iterator[str]:
    for each in version.exemptions:
        for first, last in each.grants(patient):
            if pool.id in each.lifts and first <= today <= last:
                condition = f"; {each.condition}" if each.condition else ""
                yield f"Lifted by the exemption {each.id}{_span(first, last)}{condition} ({each.cite})."
    if pool.allowance.optional and not any(each.pool == pool.id for each in patient.orders):
        yield "No order of the practitioner for it is on record."
    yield from _when(pool.when, patient, today)


def _when(when: When, patient: PatientFacts, today: date) -> Iterator[str]:
    if when.holder and patient.holder != when.holder:
        yield f"It is for a {when.holder}."
    if when.not_authorised and when.not_authorised in patient.authorisations:
        yield f"Lifted by what is authorised: {when.not_authorised.replace('-', ' ')}."
    if patient.birth_date is not None and not when.reaches(age := age_on(patient.birth_date, today)):
        yield f"It is for {_ages(when)}, and the patient is {age}."


def _ages(when: When) -> str:
    if when.age_max is None:
        return f"ages from {when.age_min}"
    return f"ages up to {when.age_max}" if when.age_min is None else f"ages {when.age_min} to {when.age_max}"


def _granted_in_vain(exemption: Exemption, patient: PatientFacts, today: date) -> Iterator[str]:
    """One on record that does not hold today: not begun, over, or of limited length without a beginning."""
    if not any(each.id == exemption.id for each in patient.exemptions):
        return
    grants = list(exemption.grants(patient))
    if any(first <= today <= last for first, last in grants):
        return
    if not grants:
        yield f"The exemption {exemption.id} lifts nothing: its first day is not on record."
    for first, last in grants:
        yield f"The exemption {exemption.id} is not in force today: it holds{_span(first, last)} ({exemption.cite})."


def _span(first: date, last: date) -> str:
    """` from Sat Mar 1, 2025 to Thu May 1, 2025`, both in it; an end that is open is left out."""
    starts = f" from {day_text(first)}" if first > date.min else ""
    ends = f" to {day_text(last)}" if last < date.max else ""
    return starts + ends
