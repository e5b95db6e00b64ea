"""An outage in words: the banner, and what the sheet says of the programme's rule and of what the store owes."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.ports import DeclaredOutage
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.programme import Copy, Outage, Programme
from pos_desktop.ui.presenter import figures
from pos_desktop.ui.presenter.allotment import place_name
from pos_desktop.ui.state import FixButton, Notice, Tone

translate = QCoreApplication.translate
OUTAGE, OUTAGE_KEY = "outage", "F5"
_SHORT = 60
"""Characters of the evidence in the banner; the sheet has all of it."""


def banner(
    programme: Programme,
    declared: DeclaredOutage | None,
    away_since: Instant | None,
    *,
    now: Instant,
    zone: ZoneInfo,
    opens: bool,
    short: bool = False,
) -> Notice:
    """Since when, by whose word, and the rule; `opens`: the sheet behind it can be opened here.

    `short` leaves evidence and rule out: a refusal below the banner needs the room, and says itself what to do.
    """
    action = FixButton(OUTAGE, translate("Outage", "The rule"), OUTAGE_KEY) if opens else None
    begins = _begins(declared, away_since, now, zone, short=short)
    rule = "" if short else f" {_in_short(programme, now.date_in(programme.zone))}"
    began = declared.since if declared is not None else away_since
    told = "" if short or began is None else _to_be_told(programme, began, now, zone)
    return Notice(Tone.WARN, f"{begins}{rule}{told}", action)


def _to_be_told(programme: Programme, began: Instant, now: Instant, zone: ZoneInfo) -> str:
    """By when the regulator must hear of an outage that goes on; the sheet has the whole duty."""
    notice = programme.state_check.notice
    if notice is None:
        return ""
    return " " + translate("Outage", "If it lasts, tell {whom} by {time}.").format(
        whom=notice.to, time=figures.moment(notice.due(began), now, zone)
    )


def _begins(
    declared: DeclaredOutage | None, away_since: Instant | None, now: Instant, zone: ZoneInfo, *, short: bool
) -> str:
    if declared is None and away_since is None:
        return translate("Outage", "The state cannot be asked.")
    if declared is None:
        return translate("Outage", "The state cannot be asked since {time}.").format(
            time=figures.moment(away_since or now, now, zone)
        )
    since = figures.moment(declared.since, now, zone)
    if short:
        return translate("Outage", "Outage declared {time}.").format(time=since)
    return translate("Outage", "Outage declared {time}: “{evidence}”.").format(
        time=since, evidence=_shortened(declared.evidence)
    )


def rule_paragraphs(programme: Programme, today: date) -> tuple[str, ...]:
    """The whole rule for an outage, a paragraph a thought; the words of duties and sources are the pack's."""
    check = programme.state_check
    told = [outage_rule(programme, today)]
    if check.copies_of and check.known_patients_only:
        told.append(
            translate(
                "Outage",
                "A patient new to this store waits for the line: copies of {copies} would be needed, and this program "
                "keeps none.",
            ).format(copies=_copies(check.copies_of))
        )
    elif check.known_patients_only:
        told.append(translate("Outage", "A patient new to this store waits for the line."))
    elif check.copies_of:
        told.append(
            translate("Outage", "Of a patient new to this store keep copies of {copies}.").format(
                copies=_copies(check.copies_of)
            )
        )
    told += [translate("Outage", "• Owed afterwards: {duty}.").format(duty=each) for each in check.duties]
    if check.notice is not None:
        told.append(
            translate(
                "Outage",
                "• More than {after} h are told to {whom} within {within} h of the beginning ({cite}).",
            ).format(
                after=check.notice.after_hours,
                whom=check.notice.to,
                within=check.notice.within_hours,
                cite=check.notice.cite,
            )
        )
    if programme.outage_cite:
        told.append(translate("Outage", "Source: {cite}.").format(cite=programme.outage_cite))
    return tuple(told)


def outage_rule(programme: Programme, today: date) -> str:
    """What may be sold while the state cannot be asked, as one sentence."""
    place = place_name(programme)
    version = programme.version_on(today)
    relief = None if version is None else version.relief_on(today)
    if relief is not None:
        return translate(
            "Outage",
            "Under a temporary relief {place} allows small sales until {day}; more waits in held carts.",
        ).format(place=place, day=figures.short_day(relief.effective_to))
    if programme.outage is Outage.LOCAL_LEDGER:
        served = (
            translate("Outage", "{place}: known patients are served by our own records.")
            if programme.state_check.known_patients_only
            else translate("Outage", "{place}: patients are served by our own records.")
        )
        return served.format(place=place)
    if programme.outage is Outage.CERTIFICATION:
        return translate("Outage", "{place}: sales rest on the practitioner’s certification.").format(
            place=place
        )
    return translate(
        "Outage", "{place} allows no sale until the state can be asked again; held carts wait."
    ).format(place=place)


def _in_short(programme: Programme, today: date) -> str:
    """The rule and the first duty; the sheet has the others."""
    rule, duties = outage_rule(programme, today), programme.state_check.duties
    if not duties:
        return rule
    return translate("Outage", "{rule} Owed: {duty}.").format(rule=rule, duty=duties[0])


def _shortened(evidence: str) -> str:
    """At the end of a word, where one ends in the second half of the room."""
    if len(evidence) <= _SHORT:
        return evidence
    room = evidence[:_SHORT]
    whole = room[: room.rfind(" ")] if room.rfind(" ") >= _SHORT // 2 else room[:-1]
    return f"{whole.rstrip(' ,;:–-')}…"


def _copies(copies: tuple[Copy, ...]) -> str:
    words = {
        Copy.CARD: translate("Outage", "the registry card"),
        Copy.ID: translate("Outage", "the identity document"),
    }
    return translate("Outage", " and ").join(words[each] for each in copies)
