"""What a finding means to a person: its weight, its cause in a sentence, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from pos_desktop.domain.reconciliation.fields import amount_text
from pos_desktop.domain.reconciliation.findings import (
    Action,
    FieldDifference,
    Finding,
    Kind,
    PackageFinding,
    PackageKind,
    Weight,
    Why,
)
from pos_desktop.domain.reconciliation.records import register_of

_A, _W = Action, Weight


@dataclass(frozen=True, slots=True)
class Meaning:
    weight: Weight
    action: Action
    cause: str


MEANINGS = {
    Why.EQUAL: Meaning(_W.NOTHING, _A.NONE, "Both sides hold the same."),
    Why.NEVER_REPORTED: Meaning(_W.NOTHING, _A.NONE, "The sale was voided before it was reported."),
    Why.QUEUED: Meaning(_W.WAITING, _A.WAIT, "The sale is saved and waits in the queue to be reported."),
    Why.SENDING: Meaning(_W.WAITING, _A.WAIT, "The report is being sent right now."),
    Why.IN_DOUBT: Meaning(
        _W.WAITING, _A.SYNC_NOW, "An answer was lost; the state is asked before anything is sent again."
    ),
    Why.REFUSED: Meaning(_W.PERSON, _A.RESOLVE_IN_WORKLIST, "The state refused the report of this sale."),
    Why.CONFLICT: Meaning(
        _W.PERSON, _A.RESOLVE_IN_WORKLIST, "The state was found to hold this sale differently or twice."
    ),
    Why.BLOCKED: Meaning(
        _W.PERSON,
        _A.RESOLVE_IN_WORKLIST,
        "The report is held back: the key, a right or the license is refused.",
    ),
    Why.CANCELLED: Meaning(
        _W.PERSON, _A.RESOLVE_IN_WORKLIST, "A person ended the report of this sale; the state never got it."
    ),
    Why.GONE: Meaning(
        _W.PERSON, _A.CALL_AGENCY, "The state confirmed this sale and does not list it any more."
    ),
    Why.NO_REPORT: Meaning(_W.PERSON, _A.CALL_MANAGER, "The store holds no report of this sale."),
    Why.MEANWHILE: Meaning(
        _W.WAITING, _A.COMPARE_AGAIN, "It was reported while the state's lists were being read."
    ),
    Why.UNSETTLED: Meaning(
        _W.WAITING, _A.SYNC_NOW, "The state holds this sale; the queue learns so at the next look."
    ),
    Why.SENT_AGAIN: Meaning(
        _W.PERSON,
        _A.RESOLVE_IN_WORKLIST,
        "The state holds this sale already, and the queue here would report it once more.",
    ),
    Why.STUCK: Meaning(
        _W.PERSON,
        _A.RESOLVE_IN_WORKLIST,
        "The state holds this sale, and its report here waits for a person.",
    ),
    Why.OTHER_REGISTER: Meaning(_W.NOTHING, _A.NONE, "Another register of this license made this sale."),
    Why.UNKNOWN_HERE: Meaning(
        _W.PERSON,
        _A.LOOK_INTO,
        "The receipt bears a number of this register that this store does not know. The store may have been "
        "put back from a copy, or a second computer uses this register's code.",
    ),
    Why.FOREIGN: Meaning(
        _W.PERSON, _A.LOOK_INTO, "No register of this program made this receipt: it was recorded another way."
    ),
    Why.VOIDED_FOREIGN: Meaning(_W.NOTHING, _A.NONE, "A receipt that is none of ours and was voided."),
    Why.EDITED: Meaning(_W.PERSON, _A.CORRECT_AT_STATE, "The receipt at the state is not what was sold."),
    Why.TWICE: Meaning(
        _W.PERSON, _A.VOID_EXTRA, "The state holds more than one receipt of this sale in force."
    ),
    Why.VOIDED_BY_OTHERS: Meaning(
        _W.PERSON, _A.SETTLE_VOID, "The receipt was voided at the state, and the sale stands here."
    ),
    Why.VOID_WAITS: Meaning(_W.WAITING, _A.WAIT, "The sale was voided here; the void waits to be reported."),
    Why.VOID_STUCK: Meaning(
        _W.PERSON, _A.RESOLVE_IN_WORKLIST, "The sale was voided here, and the report of that needs a person."
    ),
    Why.VOID_LOST: Meaning(
        _W.PERSON, _A.VOID_AT_STATE, "The void was reported, and the receipt is in force at the state."
    ),
    Why.VOID_UNREPORTED: Meaning(
        _W.PERSON, _A.VOID_AT_STATE, "The sale was voided here, and nothing tells the state so."
    ),
    Why.MISSING_THERE: Meaning(
        _W.PERSON, _A.COUNT_AND_ADJUST, "The package stands on the shelf here and is on no list of the state."
    ),
    Why.NOT_RECEIVED: Meaning(
        _W.WAITING, _A.RECEIVE, "The state lists this package for the store, and it is not on the shelf here."
    ),
    Why.UNEXPLAINED: Meaning(_W.PERSON, _A.COUNT_AND_ADJUST, "No sale explains why the quantities differ."),
    Why.EXPLAINED: Meaning(
        _W.NOTHING, _A.NONE, "The quantities differ by sales that are not the same on both sides."
    ),
    Why.FINISHED_THERE: Meaning(
        _W.PERSON, _A.COUNT_AND_ADJUST, "The package is finished at the state, and there is some of it here."
    ),
    Why.HELD_THERE: Meaning(
        _W.WAITING, _A.SYNC_NOW, "The package is on hold or recalled at the state, not here."
    ),
    Why.RELEASED_THERE: Meaning(
        _W.WAITING, _A.SYNC_NOW, "The package is on hold here, and no longer at the state."
    ),
}
"""One for each reason; a test keeps it so."""

_DO = {
    Action.NONE: "",
    Action.WAIT: "Wait for the next sending.",
    Action.SYNC_NOW: "Run pos-desktop sync --once, then compare again.",
    Action.COMPARE_AGAIN: "Compare again.",
    Action.RESOLVE_IN_WORKLIST: "Resolve it among the reports that need a person.",
    Action.VOID_EXTRA: "Void the extra receipt at the state: {extra}. Receipt {kept} stays.",
    Action.VOID_AT_STATE: "Void the receipt at the state: {ids}.",
    Action.CORRECT_AT_STATE: "Correct receipt {ids} at the state.",
    Action.LOOK_INTO: "Find out who recorded receipt {ids}; void it at the state if it is none of the store's.",
    Action.SETTLE_VOID: "Find out who voided receipt {ids}: void the sale here too, or report it anew.",
    Action.RECEIVE: "Run pos-desktop sync --once; it brings the package onto the shelf.",
    Action.COUNT_AND_ADJUST: "Run pos-desktop sync --once, count the package, and adjust it where it still differs.",
    Action.CALL_AGENCY: "Run the comparison again; if it stays away, call the agency with receipt {ids}.",
    Action.CALL_MANAGER: "Run pos-desktop verify and call a manager.",
}


def meaning_of(found: Finding | PackageFinding) -> Meaning:
    return MEANINGS[found.why]


_OF_THE_QUEUE = (Why.REFUSED, Why.CONFLICT, Why.BLOCKED, Why.STUCK, Why.VOID_STUCK)


def raises_alarm(found: Finding | PackageFinding) -> bool:
    """Whether it needs a person, and nothing else says so: the queue tells of reports that do.

    Receipts that no register of this program made are told and raise none: a store that came from another program has
    them on its first days.
    """
    urgent = meaning_of(found).weight is Weight.PERSON
    return urgent and found.why is not Why.FOREIGN and found.why not in _OF_THE_QUEUE


def to_do(found: Finding | PackageFinding) -> str:
    """What to do, as a sentence; empty where there is nothing."""
    words = _DO[meaning_of(found).action]
    if isinstance(found, PackageFinding):
        return words
    ids = ", ".join(found.remote_ids) or "of this sale"
    return words.format(ids=ids, extra=ids, kept=found.kept)


def details(found: Finding) -> tuple[str, ...]:
    """One line for each field that differs."""
    return tuple(map(_field_text, found.fields))


def package_details(found: PackageFinding) -> tuple[str, ...]:
    """The two figures and the exact difference, then each sale that is a part of it."""
    if (
        found.kind not in (PackageKind.QUANTITY, PackageKind.ONLY_HERE, PackageKind.ONLY_THERE)
        and not found.here
    ):
        return ()
    told = [f"here {_amount(found.here, found)}, at the state {_amount(found.there, found)}"]
    if found.kind is PackageKind.QUANTITY:
        told[0] += f": {signed(found.difference, found.unit)}"
        told += [
            f"{signed(each.quantity, found.unit)} from {_origin(each.external)}" for each in found.explained
        ]
        if found.explained and found.unexplained:
            told.append(f"{signed(found.unexplained, found.unit)} is left that no sale explains")
    return tuple(told)


def signed(quantity: int, unit: str) -> str:
    """`+3.50 g`, `−2 each`."""
    text = amount_text(abs(quantity), unit)
    return f"{'−' if quantity < 0 else '+'}{text}"


def title(found: Finding) -> str:
    """What stands for the sale or receipt in a list.

    A number that no register of this program gave is free text of somebody's; it may hold anything, and is not shown.
    """
    known = found.number or (found.external if register_of(found.external.upper()) else "")
    return known or f"receipt {', '.join(found.remote_ids)}"


def is_settled(found: Finding) -> bool:
    """Whether the state holds exactly what was sold, or nothing where it was voided."""
    return found.kind in (Kind.MATCHED, Kind.VOIDED)


def _origin(external: str) -> str:
    return f"{'sale' if register_of(external.upper()) else 'receipt'} {external}"


def _field_text(each: FieldDifference) -> str:
    where = f" of package {each.tag}" if each.tag else ""
    return f"{each.field}{where}: {each.here} here, {each.there} at the state"


def _amount(quantity: int | None, found: PackageFinding) -> str:
    return "none" if quantity is None else amount_text(quantity, found.unit)
