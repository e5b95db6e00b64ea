"""What the answer to a POST means for the report that was sent (reliability contract 4; metrc contract 4 and 4.1)."""

from __future__ import annotations

from collections.abc import Iterable

from pos_desktop.domain.outbox import AttemptResult, Outcome
from pos_desktop.sync.hiding import excerpt, kept, mask
from pos_desktop.sync.metrc.client import Failure, Reply
from pos_desktop.sync.metrc.errors import Complaint, read_complaint, sentence
from pos_desktop.sync.numbers import decode, encode

LOOKED_UP_FIRST = "The report is looked up before anything is sent again."
KEY_REFUSED = (
    "The state service refuses this store's key or license. Reports wait; nothing is lost. "
    "A manager must check the keys and the rights of the user at METRC."
)
WRONG_PLACE = (
    "The state service does not know the address that reports are sent to. Reports wait; nothing is lost. "
    "A manager must check the setting state.base_url."
)
AWAY = "The state service cannot be reached. Reports wait; nothing is lost."
UNTRUSTED = (
    "The other end could not prove to be the state service, so nothing was sent. Reports wait; nothing is lost. "
    "Check this computer's clock and network."
)
PORTAL = (
    f"A web page answered in the state service's place, perhaps a network's sign-in page. {LOOKED_UP_FIRST}"
)
NO_ANSWER = f"The connection ended before the state service's answer came. {LOOKED_UP_FIRST}"
NO_RECEIPT = f"The state service answered without a receipt number. {LOOKED_UP_FIRST}"
TROUBLE = f"The state service reports a fault of its own. {LOOKED_UP_FIRST}"
TOO_BUSY = "The state service asked to wait before the next request. Reports wait; nothing is lost."
REFUSED = "The state service refused this sale. Someone must correct it."
TOO_LONG = "The state service finds this sale too long for one report. A sale is never split; call support."


_BY_STATUS = {
    401: (Outcome.BLOCKED, KEY_REFUSED, True),
    403: (Outcome.BLOCKED, KEY_REFUSED, True),
    404: (Outcome.BLOCKED, WRONG_PLACE, True),
    405: (Outcome.BLOCKED, WRONG_PLACE, True),
    413: (Outcome.REFUSED, TOO_LONG, False),
    429: (Outcome.LATER, TOO_BUSY, False),
}
_REFUSALS = (400, 409, 422)


def of_post(reply: Reply, people: Iterable[str]) -> AttemptResult:
    """The outcome of one POST of one receipt. `people` are numbers to hide in what is kept of the answer."""
    numbers = tuple(people)
    if reply.failure is not None:
        return _failed(reply)
    if reply.ok:
        return _accepted(reply, numbers)
    outcome, words, pause = _BY_STATUS.get(reply.status, (Outcome.IN_DOUBT, TROUBLE, False))
    if 300 <= reply.status < 400:
        words, pause = PORTAL, True
    complaint = read_complaint(reply.body)
    if reply.status in _REFUSALS and complaint.by_row:
        outcome, words = Outcome.REFUSED, _refusal(complaint, numbers)
    return AttemptResult(
        outcome,
        http_status=reply.status,
        sentence=words,
        excerpt=excerpt(reply.body, numbers),
        retry_after_s=reply.retry_after_s if outcome is Outcome.LATER else None,
        pause_lane=pause,
    )


def _refusal(complaint: Complaint, numbers: tuple[str, ...]) -> str:
    said = sentence(complaint, numbers)
    return f"{REFUSED} It says: {said}" if said else REFUSED


def _failed(reply: Reply) -> AttemptResult:
    match reply.failure:
        case Failure.NOT_SENT:
            return AttemptResult(Outcome.NOT_SENT, sentence=AWAY)
        case Failure.UNTRUSTED:
            return AttemptResult(Outcome.NOT_SENT, sentence=UNTRUSTED, pause_lane=True)
        case _:
            return AttemptResult(Outcome.IN_DOUBT, http_status=reply.status or None, sentence=NO_ANSWER)


def _accepted(reply: Reply, numbers: tuple[str, ...]) -> AttemptResult:
    remote_id = receipt_id(reply.body)
    if remote_id and not reply.is_page:
        warned = mask(warnings(reply.body), numbers)
        told = excerpt(_known_members(reply.body), numbers)
        return AttemptResult(
            Outcome.CONFIRMED, remote_id=remote_id, http_status=reply.status, sentence=warned, excerpt=told
        )
    return AttemptResult(
        Outcome.IN_DOUBT,
        http_status=reply.status,
        sentence=PORTAL if reply.is_page else NO_RECEIPT,
        excerpt=kept(reply, numbers),
        pause_lane=reply.is_page,
    )


def _known_members(body: bytes) -> bytes:
    """What an answer to a receipt says, and nothing that came beside it."""
    document = decode(body)
    if isinstance(document, dict):
        document = {name: document[name] for name in ("Ids", "Warnings") if name in document}
    return encode(document)


def receipt_id(body: bytes) -> str:
    """The one id of `{"Ids":[n]}` or `[n]`; empty where there is none, or more than one for one receipt."""
    try:
        document = decode(body)
    except ValueError:
        return ""
    ids = document.get("Ids") if isinstance(document, dict) else document
    if not isinstance(ids, list) or len(ids) != 1 or type(ids[0]) is not int or ids[0] <= 0:
        return ""
    return str(ids[0])


def warnings(body: bytes) -> str:
    """`Warnings` of an accepted receipt as one text: null, a text, a list of texts or of objects (section 4)."""
    document = decode(body)
    found = document.get("Warnings") if isinstance(document, dict) else None
    if not found:
        return ""
    return " ".join(read_complaint(encode(found)).messages)
