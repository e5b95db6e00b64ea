"""What a person may say about a report on its way to the state (reliability contract, section 4). Pure.

Three rules carry the weight. A word never makes a report go out again that may be at the state, except the one word
that says so: `not-reported`. A wait that gives the state time to settle is never shortened. What is final stays.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.outbox import VOID, OutboxItem, OutboxState

LONGEST_RECEIPT = 64


class Action(StrEnum):
    RETRY = "retry"
    """Go on with it now: the cause was put right."""
    REPORTED = "reported"
    """The state has it, under a receipt that the person names."""
    NOT_REPORTED = "not-reported"
    """The state never had it; it goes out under the license set now."""
    CANCELLED = "cancelled"
    """It shall not be reported."""


STATE_WORDS = {
    OutboxState.QUEUED: "waits to be sent",
    OutboxState.SENDING: "is being sent at this moment",
    OutboxState.IN_DOUBT: "may be at the state or not; the state is asked before anything is sent again",
    OutboxState.CONFIRMED: "is at the state",
    OutboxState.REJECTED: "was refused by the state and is not recorded there",
    OutboxState.CONFLICT: "was found at the state, but differently or more than once",
    OutboxState.BLOCKED: "was not taken because the state refuses this store’s key or license",
    OutboxState.CANCELLED: "was ended by a person and is not reported",
}
"""Each goes on from “The report …”."""
VOID_WORDS = {
    OutboxState.REJECTED: "of the void could not be settled with the state",
    OutboxState.CONFLICT: "of the void names a receipt that is not this sale’s at the state",
}
"""Where the words about a sale would say something else of a void."""
UNDER_ANOTHER = (
    "was made under another license than the one set now, and cannot be sent or looked up under this one"
)
WAIT_A_MOMENT = (
    "Ask again when that has ended. If the program died in it, pos-desktop sync --once asks the state first."
)


def is_foreign(item: OutboxItem, license_number: str) -> bool:
    """Whether it was made under another license; what was made before any was set goes under the one set since."""
    return item.license not in ("", license_number)


def allowed(item: OutboxItem, license_number: str) -> tuple[Action, ...]:
    """What a person may do with the report now. `license_number` is the one set now."""
    stuck = item.state in (OutboxState.BLOCKED, OutboxState.IN_DOUBT)
    if stuck and is_foreign(item, license_number):
        handed_over = (Action.NOT_REPORTED,) if license_number else ()
        return (Action.REPORTED, *handed_over, Action.CANCELLED)
    match item.state:
        case OutboxState.QUEUED | OutboxState.IN_DOUBT | OutboxState.BLOCKED:
            return (Action.RETRY,)
        case OutboxState.REJECTED if (
            item.kind == VOID
        ):  # the receipt may be voided there already, by whatever way
            return (Action.RETRY, Action.REPORTED, Action.CANCELLED)
        case OutboxState.REJECTED:
            return (Action.RETRY, Action.CANCELLED)
        case OutboxState.CONFLICT:
            return (Action.RETRY, Action.REPORTED, Action.CANCELLED)
        case _:
            return ()


def after_word(
    item: OutboxItem, action: Action, now: Instant, *, license_number: str, remote_id: str = ""
) -> OutboxItem:
    """The item after a person's word.

    Raises:
        RuleRefusal: this is not possible now; the sentence names what is.
        BadInput: `reported` without the number of a receipt.
    """
    if action not in allowed(item, license_number):
        raise RuleRefusal(_not_now(item, license_number), code="not-possible-now")
    match action:
        case Action.RETRY:
            return _again(item, now)
        case Action.REPORTED:
            return replace(
                item,
                state=OutboxState.CONFIRMED,
                remote_id=_checked(remote_id),
                last_error="",
                not_before=None,
            )
        case Action.NOT_REPORTED:
            return replace(
                _queued(item), license=license_number, remote_id="", last_error="", absent_once=False
            )
        case Action.CANCELLED:
            return replace(item, state=OutboxState.CANCELLED, not_before=None)


def words_of(item: OutboxItem, license_number: str) -> str:
    """Where the report stands, as a sentence."""
    if not item.state.final and is_foreign(item, license_number):
        return f"The report {UNDER_ANOTHER}."
    words = VOID_WORDS.get(item.state, "") if item.kind == VOID else ""
    return f"The report {words or STATE_WORDS[item.state]}."


def never_attempted(item: OutboxItem) -> bool:
    """Whether nothing was ever tried with it, so that it can be taken back here without asking anybody."""
    return item.state is OutboxState.QUEUED and not item.attempts and item.attempt_ended_at is None


def _again(item: OutboxItem, now: Instant) -> OutboxItem:
    match item.state:
        case OutboxState.QUEUED | OutboxState.BLOCKED:
            return _queued(item)
        case OutboxState.REJECTED if not item.attempts:
            return _queued(item)
        case _:
            # In doubt and conflict are asked about, and so is what was refused after an earlier try: that one may have
            # arrived since, and be the very reason of the refusal. Empty look-ups before this word count no more, so
            # that two are due again; `now` keeps one from resting on what was read before the person put things right.
            return replace(item, state=OutboxState.IN_DOUBT, remote_id="", absent_once=False, not_before=now)


def _queued(item: OutboxItem) -> OutboxItem:
    return replace(item, state=OutboxState.QUEUED, not_before=None)


def _checked(remote_id: str) -> str:
    number = remote_id.strip()
    if (
        number.isascii() and number.isdigit()
    ):  # states number with digits alone, and their screens pad them with noughts
        number = number.lstrip("0")
    if not number or len(number) > LONGEST_RECEIPT or not number.isascii() or not number.isprintable():
        raise BadInput(
            "Name the receipt at the state by its number (--receipt N). Nothing was changed.",
            code="no-receipt",
        )
    return number


def _not_now(item: OutboxItem, license_number: str) -> str:
    possible = allowed(item, license_number)
    if possible:
        after = f"Possible now: {', '.join(possible)}."
    else:
        after = (
            WAIT_A_MOMENT
            if item.state is OutboxState.SENDING
            else "Nothing can be changed about it any more."
        )
    return f"{words_of(item, license_number)} Nothing was changed. {after}"
