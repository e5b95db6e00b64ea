"""What an answer means for the report that was sent (biotrack contract, 3.4 and 8.2; reliability contract, 4)."""

from __future__ import annotations

from collections.abc import Iterable

from pos_desktop.domain.outbox import AttemptResult, Outcome
from pos_desktop.sync.biotrack.answers import Answer, Verdict
from pos_desktop.sync.biotrack.reading import number_of
from pos_desktop.sync.hiding import excerpt, kept, mask
from pos_desktop.sync.web import Failure

LOOKED_UP_FIRST = "The state is asked before anything is sent again."
LOGIN_REFUSED = (
    "BioTrack refuses this store's log-in. Reports wait; nothing is lost. A manager must check state.company "
    "(the company's number, not the license), state.username and the password (secret set state.password)."
)
NOT_ALLOWED = (
    "BioTrack does not let this user do that. Reports wait; nothing is lost. "
    "A manager must look at the user's rights there, and at state.location."
)
PROTOCOL = "BioTrack does not understand this program. Reports wait; nothing is lost. Call support."
WRONG_PLACE = (
    "BioTrack does not know the address that reports are sent to. Reports wait; nothing is lost. "
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
NO_NUMBER = f"The state service answered without a transaction number. {LOOKED_UP_FIRST}"
TROUBLE = f"The state service reports a fault of its own. {LOOKED_UP_FIRST}"
NOT_NOW = "The state service could not do it just now and recorded nothing. It is tried again by itself."
TOO_BUSY = "The state service asked to wait before the next request. Reports wait; nothing is lost."
REFUSED = "The state service refused this report. It is saved, and someone must correct it."
LOCKED = (
    "The month of this sale is closed at the state, which takes no change in it any more. It is saved. "
    "A manager must settle it with the agency."
)

MISSING = 602
"""Not found, not held, a member missing: the catch-all of refusals."""
_BY_CODE = {
    17: (Outcome.BLOCKED, PROTOCOL),
    62: (Outcome.BLOCKED, NOT_ALLOWED),
    63: (Outcome.BLOCKED, NOT_ALLOWED),  # a location that is not ours, where the text speaks of no session
    200: (Outcome.BLOCKED, NOT_ALLOWED),
    1000: (Outcome.NOT_SENT, NOT_NOW),
    1020: (Outcome.REFUSED, LOCKED),
}
_TRY_AGAIN = 1000
_REST_BLOCKS = {403: NOT_ALLOWED, 401: LOGIN_REFUSED, 404: WRONG_PLACE, 405: WRONG_PLACE}


def of_write(answer: Answer, people: Iterable[str], member: str = "transactionid") -> AttemptResult:
    """The outcome of one request that records something.

    `people` are numbers to hide in what is kept; `member` is where an accepted answer holds the transaction's number.
    """
    numbers = tuple(people)
    match answer.verdict:
        case Verdict.ACCEPTED:
            remote_id = number_of(answer.document.get(member))
            if remote_id:
                return _result(Outcome.CONFIRMED, answer, "", numbers, remote_id=remote_id)
            return _result(Outcome.IN_DOUBT, answer, NO_NUMBER, numbers)
        case Verdict.REFUSED:
            return _refused(answer, numbers)
        case Verdict.UNKNOWN:
            return _unknown(answer, numbers)
        case _:
            return not_begun(answer, numbers)


def not_begun(answer: Answer, people: Iterable[str]) -> AttemptResult:
    """The report itself was not sent: the log-in or a look-up before it ended so."""
    numbers = tuple(people)
    if answer.verdict is Verdict.LOGIN_REFUSED:
        if answer.code == _TRY_AGAIN:
            return _result(Outcome.NOT_SENT, answer, NOT_NOW, numbers, keep=False)
        words = _with(LOGIN_REFUSED, answer, numbers)
        return _result(Outcome.BLOCKED, answer, words, numbers, pause=True, keep=False)
    if answer.refused:
        return _refused(answer, numbers)
    untrusted = answer.reply.failure is Failure.UNTRUSTED
    words = UNTRUSTED if untrusted else AWAY
    return _result(Outcome.NOT_SENT, answer, words, numbers, pause=untrusted, keep=False)


def could_not_ask(answer: Answer, people: Iterable[str], words: str) -> AttemptResult:
    """A look-up that told nothing."""
    numbers = tuple(people)
    login = answer.verdict is Verdict.LOGIN_REFUSED
    sentence = _with(LOGIN_REFUSED, answer, numbers) if login else words
    return _result(Outcome.COULD_NOT_ASK, answer, sentence, numbers, pause=login, keep=False)


def _refused(answer: Answer, numbers: tuple[str, ...]) -> AttemptResult:
    if answer.code is None and answer.reply.status != 200:
        return _refused_by_status(answer, numbers)
    outcome, words = _BY_CODE.get(answer.code or 0, (Outcome.REFUSED, REFUSED))
    said = words if answer.code == _TRY_AGAIN else _with(words, answer, numbers)
    return _result(outcome, answer, said, numbers, pause=outcome is Outcome.BLOCKED)


def _refused_by_status(answer: Answer, numbers: tuple[str, ...]) -> AttemptResult:
    status = answer.reply.status
    if status == 429:
        return _result(Outcome.LATER, answer, TOO_BUSY, numbers)
    if status in _REST_BLOCKS:
        words = _with(_REST_BLOCKS[status], answer, numbers)
        return _result(Outcome.BLOCKED, answer, words, numbers, pause=True)
    return _result(Outcome.REFUSED, answer, _with(REFUSED, answer, numbers), numbers)


def _unknown(answer: Answer, numbers: tuple[str, ...]) -> AttemptResult:
    reply = answer.reply
    if reply.failure is not None:
        return _result(Outcome.IN_DOUBT, answer, NO_ANSWER, numbers)
    page = 300 <= reply.status < 400 or (reply.ok and b"<" in reply.body[:200])
    words = PORTAL if page else NO_NUMBER if reply.ok else TROUBLE
    return _result(Outcome.IN_DOUBT, answer, words, numbers, pause=page)


def _with(words: str, answer: Answer, numbers: tuple[str, ...]) -> str:
    said = mask(" ".join(answer.text.split()), numbers)[:300]
    return f"{words} It says: {said}" if said else words


def _result(
    outcome: Outcome,
    answer: Answer,
    sentence: str,
    numbers: tuple[str, ...],
    *,
    remote_id: str = "",
    pause: bool = False,
    keep: bool = True,
) -> AttemptResult:
    """Of an answer to a log-in or a card's look-up only a refusal is kept: the rest may hold a key or a session."""
    only_text = bool(answer.document) or not keep
    told = excerpt(answer.text.encode(), numbers) if only_text else kept(answer.reply, numbers)
    return AttemptResult(
        outcome,
        remote_id=remote_id,
        http_status=answer.reply.status or None,
        sentence=sentence,
        excerpt=told,
        retry_after_s=answer.reply.retry_after_s,
        pause_lane=pause,
    )
