"""What a comparison finds, in the words of the counter: the same causes and actions as the command line's."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from pos_desktop.domain.reconciliation.findings import (
    Action,
    FieldDifference,
    Finding,
    Kind,
    PackageFinding,
    PackageKind,
    Why,
)
from pos_desktop.domain.reconciliation.words import meaning_of

translate = QCoreApplication.translate


def state(found: Finding | PackageFinding) -> str:
    """In two to five words."""
    return {
        Why.EQUAL: translate("Compare", "The same on both sides"),
        Why.NEVER_REPORTED: translate("Compare", "Voided before it was reported"),
        Why.QUEUED: translate("Compare", "Waits to be sent"),
        Why.SENDING: translate("Compare", "Is being sent"),
        Why.IN_DOUBT: translate("Compare", "Answer was lost"),
        Why.REFUSED: translate("Compare", "Refused, not there"),
        Why.CONFLICT: translate("Compare", "In conflict"),
        Why.BLOCKED: translate("Compare", "Held back, not there"),
        Why.CANCELLED: translate("Compare", "Report was ended, not there"),
        Why.GONE: translate("Compare", "Gone from the state’s list"),
        Why.NO_REPORT: translate("Compare", "Has no report"),
        Why.MEANWHILE: translate("Compare", "Reported meanwhile"),
        Why.UNSETTLED: translate("Compare", "There, not known here yet"),
        Why.SENT_AGAIN: translate("Compare", "There, would be sent again"),
        Why.STUCK: translate("Compare", "There, its report waits"),
        Why.OTHER_REGISTER: translate("Compare", "Of another register"),
        Why.UNKNOWN_HERE: translate("Compare", "Our number, not known here"),
        Why.FOREIGN: translate("Compare", "Of no register of ours"),
        Why.VOIDED_FOREIGN: translate("Compare", "Not ours, and voided"),
        Why.EDITED: translate("Compare", "Differs"),
        Why.TWICE: translate("Compare", "More than once there"),
        Why.VOIDED_BY_OTHERS: translate("Compare", "Voided there only"),
        Why.VOID_WAITS: translate("Compare", "Void waits to be sent"),
        Why.VOID_STUCK: translate("Compare", "Void needs a person"),
        Why.VOID_LOST: translate("Compare", "Voided here, in force there"),
        Why.VOID_UNREPORTED: translate("Compare", "Voided here only"),
        Why.MISSING_THERE: translate("Compare", "On no list of the state"),
        Why.NOT_RECEIVED: translate("Compare", "Not on the shelf here"),
        Why.UNEXPLAINED: translate("Compare", "Quantity differs"),
        Why.EXPLAINED: translate("Compare", "Differs by sales only"),
        Why.FINISHED_THERE: translate("Compare", "Finished there"),
        Why.HELD_THERE: translate("Compare", "On hold there only"),
        Why.RELEASED_THERE: translate("Compare", "On hold here only"),
    }[found.why]


def was(kind: str) -> str:
    """What an earlier comparison called it; a class that is not known any more stands as it was kept."""
    names: dict[str, str] = {
        Kind.MATCHED: translate("Compare", "at the state, not settled here"),
        Kind.ONLY_HERE: translate("Compare", "only here"),
        Kind.ONLY_THERE: translate("Compare", "only at the state"),
        Kind.DIFFERS: translate("Compare", "differed"),
        Kind.VOIDED_HERE_ONLY: translate("Compare", "voided here only"),
        Kind.VOIDED_THERE_ONLY: translate("Compare", "voided at the state only"),
        Kind.DUPLICATE: translate("Compare", "more than once at the state"),
        PackageKind.QUANTITY: translate("Compare", "quantity differed"),
        PackageKind.STATE: translate("Compare", "hold or end was not the same"),
    }
    return names.get(kind, kind)


def to_do(found: Finding | PackageFinding) -> str:
    """What to do, as a sentence; empty where there is nothing."""
    words = {
        Action.NONE: "",
        Action.WAIT: translate("Compare", "Nothing to do: it is sent by itself. Compare again after that."),
        Action.SYNC_NOW: translate("Compare", "Send and fetch now, then compare again."),
        Action.COMPARE_AGAIN: translate("Compare", "Compare again."),
        Action.RESOLVE_IN_WORKLIST: translate(
            "Compare", "Open its report: there stands what can be done about it, and by whom."
        ),
        Action.VOID_EXTRA: translate(
            "Compare", "Void the extra receipt in the state’s system: {ids}. Receipt {kept} stays."
        ),
        Action.VOID_AT_STATE: translate("Compare", "Void the receipt in the state’s system: {ids}."),
        Action.CORRECT_AT_STATE: translate("Compare", "Correct receipt {ids} in the state’s system."),
        Action.LOOK_INTO: translate(
            "Compare",
            "Find out who recorded receipt {ids}; void it in the state’s system if it is none of the store’s.",
        ),
        Action.SETTLE_VOID: translate(
            "Compare",
            "Find out who voided receipt {ids}: void the sale here too (pos-desktop sales void), or report it anew.",
        ),
        Action.RECEIVE: translate(
            "Compare", "Send and fetch now: that brings the package onto the shelf. Then compare again."
        ),
        Action.COUNT_AND_ADJUST: translate(
            "Compare", "Send and fetch now, count the package, and adjust it where it still differs."
        ),
        Action.CALL_AGENCY: translate(
            "Compare", "Compare again; if it stays away, call the agency with receipt {ids}."
        ),
        Action.CALL_MANAGER: translate("Compare", "Call a manager, who runs pos-desktop verify."),
    }[meaning_of(found).action]
    if isinstance(found, PackageFinding):
        return words
    ids = ", ".join(found.remote_ids) or translate("Compare", "of this sale")
    return words.format(ids=ids, kept=found.kept)


def field_label(each: FieldDifference) -> str:
    name = {
        "number": translate("Compare", "Number"),
        "time": translate("Compare", "Time"),
        "patient": translate("Compare", "Patient’s card"),
        "caregiver": translate("Compare", "Caregiver’s card"),
        "total": translate("Compare", "Total before tax"),
        "package": translate("Compare", "Package"),
        "quantity": translate("Compare", "Quantity"),
        "amount": translate("Compare", "Amount"),
    }.get(each.field, each.field)
    return f"{name} · {short_tag(each.tag)}" if each.tag else name


def short_tag(tag: str) -> str:
    return f"…{tag[-8:]}"


def field_value(each: FieldDifference, value: str) -> str:
    """A time without its T; everything else stands as it was compared."""
    return value.replace("T", " ", 1) if each.field == "time" else value
