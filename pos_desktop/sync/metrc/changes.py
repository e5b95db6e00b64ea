"""What the answer to a change means that a person makes at METRC beside the queue (metrc contract, 4, 4.1, 8.4).

PUT and DELETE may be repeated, the vendor says; a POST acts again. So IN_DOUBT always means: look first. The desks say
how each change is looked up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pos_desktop.domain.outbox import AttemptResult, Outcome
from pos_desktop.sync.hiding import kept
from pos_desktop.sync.metrc import classify
from pos_desktop.sync.metrc.client import Failure, Reply
from pos_desktop.sync.metrc.errors import read_complaint, sentence

NOT_SENT = "The state service cannot be reached. Nothing was changed there; do it again later."
UNTRUSTED = (
    "The other end could not prove to be the state service. Nothing was sent; "
    "check this computer’s clock and network."
)
IN_DOUBT = (
    "No certain answer came from the state service. Look whether the change is there before it is made again."
)
PAGE = "A web page answered in the state service’s place. Look whether the change is there before it is made again."
NO_RIGHT = (
    "The state service refuses this key, or does not show this record to this license. Nothing was changed; "
    "a manager must look at the key and the rights of the user at METRC."
)
WRONG_PLACE = "The state service does not know this record, or the address is wrong. Nothing was changed."
TOO_BUSY = "The state service asked to wait before the next request. Nothing was changed; do it again later."
TOO_LONG = "The state service finds this change too long. Nothing was changed; make it in smaller parts."
REFUSED = "The state service refused this change; nothing was changed."

_WORDS = {
    Outcome.NOT_SENT: NOT_SENT,
    Outcome.IN_DOUBT: IN_DOUBT,
    Outcome.LATER: TOO_BUSY,
    Outcome.BLOCKED: NO_RIGHT,
}


def of_change(reply: Reply, remote_id: str, people: Iterable[str] = ()) -> AttemptResult:
    """The outcome of a PUT or DELETE, whose success has an empty body. `people`: numbers to hide."""
    numbers = tuple(people)
    if reply.ok and not reply.is_page:
        return AttemptResult(
            Outcome.CONFIRMED,
            remote_id=remote_id,
            http_status=reply.status,
            excerpt=kept(reply, numbers),
        )
    return _in_our_words(reply, numbers)


def of_creation(reply: Reply, people: Iterable[str] = ()) -> AttemptResult:
    """The outcome of a POST that makes one thing: only its id proves that it was made."""
    numbers = tuple(people)
    result = classify.of_post(reply, numbers)
    return result if result.outcome is Outcome.CONFIRMED else _in_our_words(reply, numbers)


def _in_our_words(reply: Reply, numbers: tuple[str, ...]) -> AttemptResult:
    result = classify.of_post(reply, numbers)
    said = _WORDS.get(result.outcome, REFUSED)
    if reply.failure is Failure.UNTRUSTED:
        said = UNTRUSTED
    elif reply.is_page and result.outcome is Outcome.IN_DOUBT:
        said = PAGE
    elif reply.status in (404, 405):
        said = WRONG_PLACE
    elif reply.status == 413:
        said = TOO_LONG
    elif result.outcome is Outcome.REFUSED:
        said = f"{REFUSED} It says: {sentence(read_complaint(reply.body), numbers)}".removesuffix(
            " It says: "
        )
    return replace(result, sentence=said)
