"""Sentences of the counter that hang on a code: cards that do not open a sale, the pill, devices."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.ports import DeviceHealth, DeviceState, ServiceReach, SyncStatus
from pos_desktop.app.reception import Refused
from pos_desktop.domain.deadlines import AMBER_AFTER_US, Standing
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.patient import CheckIn, Patient
from pos_desktop.ui.presenter import figures
from pos_desktop.ui.state import DeviceDot, DeviceLight, PillKind, PillState

translate = QCoreApplication.translate

_LIGHTS = {
    DeviceState.READY: DeviceLight.READY,
    DeviceState.ATTENTION: DeviceLight.ATTENTION,
    DeviceState.AWAY: DeviceLight.AWAY,
}


def check_in_sentence(why: CheckIn, patient: Patient | None) -> str:
    """Each refusal at check-in says what is wrong and what to do."""
    expired = "" if patient is None or patient.card_expires is None else figures.day(patient.card_expires)
    return {
        CheckIn.EXPIRED: translate(
            "CheckIn", "This card expired on {day}. Ask for the renewed card and scan it."
        ).format(day=expired),
        CheckIn.NOT_YET_VALID: translate(
            "CheckIn", "This card is not valid yet. It can be used from its first day on."
        ),
        CheckIn.REVOKED: translate(
            "CheckIn", "This card was revoked. It may not buy; the registry can tell the patient why."
        ),
        CheckIn.INACTIVE: translate(
            "CheckIn", "The state says that this card may not buy now. The registry can tell the patient why."
        ),
        CheckIn.UNKNOWN: translate("CheckIn", "No patient with this card is known here."),
        CheckIn.UNDER_AGE: translate(
            "CheckIn", "This patient is a minor and does not buy alone. Scan the caregiver’s card."
        ),
        CheckIn.CAREGIVER_WITHOUT_PATIENT: translate(
            "CheckIn",
            "This caregiver has no patient on record here. Scan the patient’s card, or call a manager.",
        ),
        CheckIn.CAREGIVER_EXPIRED: translate(
            "CheckIn", "The caregiver’s card has expired. Ask for the renewed card and scan it."
        ),
        CheckIn.CAREGIVER_REVOKED: translate("CheckIn", "The caregiver’s card was revoked. It may not buy."),
        CheckIn.NOT_LINKED: translate("CheckIn", "This caregiver is not registered for this patient."),
    }[why]


def asking_again(refused: Refused) -> str:
    """A refusal that the state may take back, while it is asked."""
    asking = translate("CheckIn", "Asking the state again…")
    return f"{check_in_sentence(refused.why, refused.patient)} {asking}"


def refusal_sentence(refused: Refused, now: Instant, zone: ZoneInfo, *, reached: bool) -> str:
    """The refusal, how old the state's word is, and where that word cannot be had afresh, what to do."""
    parts = [check_in_sentence(refused.why, refused.patient)]
    if refused.told_at is not None:
        told = translate("CheckIn", "The state’s answer is from {time}.")
        parts.append(told.format(time=figures.moment(refused.told_at, now, zone)))
    if refused.rests_on_state and not reached:
        parts.append(
            translate("CheckIn", "It cannot be asked now; scan the card again when the line is back.")
            if refused.told_at is not None
            else translate(
                "CheckIn", "The state cannot be asked now; scan the card again when the line is back."
            )
        )
    return " ".join(parts)


def pill(
    status: SyncStatus | None, now: Instant, *, service: bool = True, declared: bool = False
) -> PillState:
    """One pill: is the state reached, since when not, how many sales wait, how long; red when a person is needed.

    Its colour follows the queue's standing: what has waited for a day needs a person to look, what has waited for an
    hour is said quietly.

    `declared`: a manager declared an outage; what the line itself does is not said then.
    """
    if status is not None and status.emergencies:
        return PillState(PillKind.ATTENTION, translate("Pill", "Emergency access was used"))
    if not service:
        return PillState(PillKind.OFFLINE, translate("Pill", "No line to the state"))
    if status is None:
        return PillState(PillKind.OFFLINE, translate("Pill", "Connecting"))
    wanted = _person_wanted(status)
    if wanted:
        return PillState(PillKind.ATTENTION, wanted)
    if status.standing is Standing.RED and status.reach is not ServiceReach.REFUSED_KEY:
        return PillState(
            PillKind.ATTENTION,
            translate("Pill", "Waiting for over a day · {waiting}").format(waiting=_waiting(status.waiting)),
        )
    if declared:
        waits = translate("Pill", "Outage declared · {waiting}").format(waiting=_waiting(status.waiting))
        return PillState(PillKind.OFFLINE, waits)
    return _line(status, now)


def _person_wanted(status: SyncStatus) -> str:
    if status.needs_person:
        text = (
            translate("Pill", "{n} reports need a manager")
            if status.needs_person > 1
            else translate("Pill", "1 report needs a manager")
        )
        return text.format(n=status.needs_person)
    if status.overdue:
        text = (
            translate("Pill", "{n} reports are overdue")
            if status.overdue > 1
            else translate("Pill", "1 report is overdue")
        )
        return text.format(n=status.overdue)
    if status.differences:
        text = (
            translate("Pill", "{n} differences with the state")
            if status.differences > 1
            else translate("Pill", "1 difference with the state")
        )
        return text.format(n=status.differences)
    return ""


def _line(status: SyncStatus, now: Instant) -> PillState:
    waiting = _waiting(status.waiting)
    if status.reach is ServiceReach.REFUSED_KEY:
        refused = translate("Pill", "The state refuses our key · {waiting}").format(waiting=waiting)
        return PillState(PillKind.ATTENTION, refused)
    if status.reach is ServiceReach.AWAY:
        since = 0 if status.since is None else now.since_us(status.since) // 1_000_000
        return PillState(
            PillKind.OFFLINE,
            translate("Pill", "Offline {span} · {waiting}").format(span=figures.span(since), waiting=waiting),
        )
    if status.reach is None:
        return PillState(
            PillKind.OFFLINE, translate("Pill", "State not asked yet · {waiting}").format(waiting=waiting)
        )
    if status.waiting and status.standing is Standing.AMBER:
        return PillState(
            PillKind.OFFLINE,
            translate("Pill", "Online · {waiting}, {late}").format(waiting=waiting, late=_late(status, now)),
        )
    if status.waiting:
        return PillState(PillKind.ONLINE, translate("Pill", "Online · {waiting}").format(waiting=waiting))
    return PillState(PillKind.ONLINE, translate("Pill", "Online · all sales reported"))


def _late(status: SyncStatus, now: Instant) -> str:
    age = 0 if status.oldest_open is None else now.since_us(status.oldest_open)
    if age <= AMBER_AFTER_US:
        return translate("Pill", "due within the hour")
    return translate("Pill", "the oldest {span}").format(span=figures.span(age // 1_000_000))


def device_dot(name: str, health: DeviceHealth) -> DeviceDot | None:
    """None for a device that is not set up here."""
    light = _LIGHTS.get(health.state)
    return None if light is None else DeviceDot(name, light, health.why)


def _waiting(count: int) -> str:
    if count == 0:
        return translate("Pill", "no sale waiting")
    return (
        translate("Pill", "1 sale waiting")
        if count == 1
        else translate("Pill", "{n} sales waiting").format(n=count)
    )
