"""The reckoning for people: every allotment with its rule, what used it up, this cart, and what comes back when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from pos_desktop.domain.limits.abilities import abilities
from pos_desktop.domain.limits.explain_pool import Behind, pool_lines
from pos_desktop.domain.limits.limit_sources import absent_lines
from pos_desktop.domain.limits.model import Decision, LimitCase
from pos_desktop.domain.limits.periods import HORIZON
from pos_desktop.domain.limits.programme import LIMIT, Copy, Outage, Programme, Version
from pos_desktop.domain.limits.windows import day_of
from pos_desktop.domain.limits.words import moment_text, refusal_sentence, rule_text, silent_pools

_BASIS = {
    "history": "this store’s own records, taken as complete",
    "state": "the state’s figure and the sales here since",
    "state-silent": "this store’s own records: the state was asked, and its figure says nothing of these allotments",
    "local": "this store’s own records; the programme asks no system first",
    "stale": "nothing yet: the state’s figure is too old and must be fetched again",
    "none": "nothing yet: the state gave no figure",
    "relief": "a temporary relief, because the state cannot be asked",
    "outage-local-ledger": "this store’s own records, because the state cannot be asked",
    "outage-certification": "the practitioner’s certification, because the state cannot be asked",
    "outage-refuse": "nothing: the state cannot be asked, and the programme allows no sale without it",
}


def explained(decision: Decision, programme: Programme, case: LimitCase | None = None) -> list[str]:
    """Lines of text in English; every amount is exact, and where it is rounded “about” stands before it.

    `case` is what was asked, where it is at hand: then each limit says what of the patient's record made it, fill
    periods have their days, and the pools that are not in force for this patient say why.
    """
    return list(_lines(decision, programme, case))


def _lines(decision: Decision, programme: Programme, case: LimitCase | None) -> Iterator[str]:
    version = f"version {decision.version}" if decision.version else "no version in force"
    yield f"{programme.name}, {version} (pack {programme.pack_version}, read {programme.checked_on})."
    yield f"Decided by {_BASIS.get(decision.basis, decision.basis)}."
    if decision.state_as_of is not None and decision.at is not None:
        minutes = decision.at.since_us(decision.state_as_of) // 60_000_000
        yield f"The state’s figure is of {moment_text(decision.state_as_of, programme)}, {minutes} min old."
    behind = _behind(decision, programme, case)
    silent = {each.id for each in silent_pools(decision)}
    for told in (*decision.relief, *decision.pools):
        yield ""
        yield from pool_lines(told, decision, programme, behind.get(told.id))
        if told.id in silent and told not in decision.relief:
            yield f"  The state gave no figure for {told.label}: by this store’s records."
    if case is not None and (in_force := _version(decision, programme, case)) is not None:
        absent = list(absent_lines(in_force, programme, case))
        yield from ("", *absent) if absent else ()
    yield ""
    yield from _verdict(decision, programme)


def _version(decision: Decision, programme: Programme, case: LimitCase) -> Version | None:
    return programme.version_on(day_of(decision.at or case.at, programme.zone))


def _behind(decision: Decision, programme: Programme, case: LimitCase | None) -> dict[str, Behind]:
    """By id the rules behind the pools of a decision."""
    version = None if case is None else _version(decision, programme, case)
    if case is None or version is None:
        return {}
    caps = [cap for relief in version.reliefs for cap in relief.caps]
    return {each.id: Behind(each, case) for each in (*caps, *version.pools)}


def _verdict(decision: Decision, programme: Programme) -> Iterator[str]:
    for lift in decision.lifted:
        yield f"Lifted for this sale by a manager: {lift.code}, “{lift.reason}” ({lift.cite})."
    yield "The sale may go ahead." if decision.allowed else "The sale is refused:"
    for refusal in decision.refusals:
        yield f"- {refusal_sentence(refusal, decision, programme)} [{refusal.code}]"
        if rule := rule_text(refusal):
            yield f"  {rule}"
    if decision.enough_at is not None:
        yield f"This cart would fit from {moment_text(decision.enough_at, programme)} on."
    elif over := {each.pool for each in decision.refusals if each.code.startswith(f"{LIMIT}:")}:
        held = any(each.id in over and each.held_by_state for each in decision.pools)
        yield (
            "When this cart would fit is not known: the state’s figure has no dates."
            if held
            else f"This cart would not fit within the next {HORIZON.days} days."
        )


def overview(programme: Programme, day: date) -> dict[str, Any]:
    """One programme as `limits list` tells it; `lines` are the same for people."""
    version = programme.version_on(day)
    unsure = programme.unsure_of(day)
    able = abilities(programme)
    note = f" {programme.tracking_note}." if programme.tracking_note else ""
    told = {
        "id": programme.id,
        "name": programme.name,
        "state": programme.state,
        "version": None if version is None else version.id,
        "effective_from": None if version is None or version.effective_from is None
        else version.effective_from.isoformat(),
        "effective_to": None if version is None or version.effective_to is None
        else version.effective_to.isoformat(),
        "pack_version": programme.pack_version,
        "digest": programme.digest,
        "checked_on": programme.checked_on.isoformat(),
        "as_of": programme.as_of,
        "confidence": programme.confidence,
        "unsure": list(unsure),
        "tracking": str(programme.tracking),
        "works": list(able.works),
        "lacks": list(able.lacks),
        "outage": str(programme.outage),
        "known_patients_only": programme.state_check.known_patients_only,
        "outage_duties": list(programme.state_check.duties),
        "outage_notice": None if programme.state_check.notice is None else asdict(programme.state_check.notice),
        "outage_copies_of": [str(each) for each in programme.state_check.copies_of],
        "leave": [] if version is None else [{"rule": each.rule, "cite": each.cite} for each in version.leaves],
        "pools": [] if version is None else [each.title for each in version.pools],
    }  # fmt: skip
    lines = [
        "No rules in force on this date: nothing can be sold."
        if version is None
        else f"{version.id}: {version.summary}",
        f"Sources of {programme.as_of}, read {programme.checked_on}; "
        + (f"to be confirmed before use: {', '.join(unsure)}." if unsure else "sourced."),
        able.headline + note,
        *able.lines[1:],
        outage_rule(programme),
        *(
            []
            if version is None
            else [f"A manager may lift {each.rule} ({each.cite})." for each in version.leaves]
        ),
    ]
    return {**told, "lines": lines}


def outage_rule(programme: Programme) -> str:
    """What holds while the state cannot be asked, its source, and what the store owes afterwards."""
    check = programme.state_check
    if not check.required:
        return "The programme asks no system before a sale: without a line sales go on by the store’s ledger."
    who = "known patients" if check.known_patients_only else "patients"
    words = {
        Outage.REFUSE: "Without a line nothing is sold",
        Outage.LOCAL_LEDGER: f"Without a line {who} are served by the store’s own records",
        Outage.CERTIFICATION: f"Without a line the store relies on the practitioner’s certification of {who}",
    }[check.outage]
    hours = f", reported within {check.report_within_hours} h" if check.report_within_hours else ""
    said = [f"{words}{hours}{f' ({check.outage_cite})' if check.outage_cite else ''}."]
    if check.copies_of:
        copies = " and ".join(_COPIES[each] for each in check.copies_of)
        said.append(
            f"The source wants copies of {copies} of a patient new to the store, which this program does not keep: "
            "such a patient waits for the line."
            if check.known_patients_only
            else f"Of a patient new to the store copies are kept of {copies}."
        )
    if check.notice is not None:
        said.append(check.notice.rule)
    if check.duties:
        said.append(f"Owed afterwards: {'; '.join(check.duties)}.")
    return " ".join(said)


_COPIES = {Copy.CARD: "the registry card", Copy.ID: "the identity document"}
