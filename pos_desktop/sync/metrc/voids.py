"""Voiding one receipt at METRC, and reading whether it is voided (metrc contract, sections 8.4 and 8.5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

from pos_desktop.app.ports import ServiceReach
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, Outcome
from pos_desktop.sync.metrc import classify
from pos_desktop.sync.metrc.client import MetrcClient, Reply
from pos_desktop.sync.metrc.errors import read_complaint, sentence
from pos_desktop.sync.metrc.receipts import Receipt
from pos_desktop.sync.metrc.wire import RECEIPTS, Wanted
from pos_desktop.sync.numbers import decode, encode

UNFINALIZE = f"{RECEIPTS}/unfinalize"
NO_ID = "The receipt that should be voided is not known by its id. A manager must look at the sale's report."
UNKNOWN = (
    "The state service does not know receipt {id}, or it is not this license's. A manager must look there."
)
NOT_SHOWN = (
    "The state service does not show receipt {id} to this license, so that nobody here can tell whether it is voided. "
    "A manager must look there, then end this report with what was found."
)
NOT_THIS_SALES = (
    "Receipt {id} at the state is not this sale's by {differences}. It was not touched. A manager must look there and "
    "void this sale's own receipt by hand, then end this report."
)
IN_FORCE = "Receipt {id} is still in force at the state."
NOT_READ = "Receipt {id} could not be read yet. It is asked again; nothing is sent before."
NOT_OPENED = (
    "Receipt {id} is final at the state and could not be opened again, so it is not voided. Nothing was changed. "
    "A manager must open it there (unfinalize), then try this report again.{said}"
)
LEFT_OPEN = " The receipt was final; it was opened for this and is open and in force now."
_NOT_OURS_OR_KEY = (401, 403, 404)


class Voids:
    """`probe` says whether the key is good, where an answer could mean that or a receipt that is not ours."""

    def __init__(self, client: MetrcClient, license_number: str, probe: Callable[[], ServiceReach]) -> None:
        self._client = client
        self._query = {"licenseNumber": license_number}
        self._probe = probe

    def send(self, item: OutboxItem) -> AttemptResult:
        """Read the receipt, see that it is the sale's, open it where it is final, and DELETE it (section 8.4).

        METRC itself keeps how far this came. Whoever is stopped between two of the requests leaves a report in doubt;
        its look-up asks whether the receipt is voided, and the next try begins with the reading again.
        """
        number = item.of_remote
        if not (number and item.of_payload):
            return AttemptResult(Outcome.REFUSED, sentence=NO_ID)
        reply = self._client.get(_path(number), self._query)
        receipt = _receipt(reply, number)
        if receipt is None:
            return self._unread(reply, item)
        unlike = _unlike(receipt, item)
        if unlike:
            return AttemptResult(Outcome.REFUSED, http_status=reply.status, sentence=unlike)
        if receipt.archived:
            return AttemptResult(Outcome.CONFIRMED, remote_id=number, http_status=reply.status)
        if not receipt.final:
            return self._deleted(item)
        refused = self._not_opened(item)
        if refused is not None:
            return refused
        result = self._deleted(item)
        if result.outcome in (Outcome.REFUSED, Outcome.BLOCKED):
            return replace(result, sentence=result.sentence + LEFT_OPEN)
        return result

    def _unread(self, reply: Reply, item: OutboxItem) -> AttemptResult:
        """Nothing was written yet: whatever ended the reading, the receipt is as it was."""
        result = self._unless_not_ours(reply, item)
        if result.outcome is not Outcome.IN_DOUBT and not reply.ok:
            return result
        return AttemptResult(
            Outcome.NOT_SENT,
            http_status=reply.status or None,
            sentence=NOT_READ.format(id=item.of_remote),
            pause_lane=result.pause_lane,
        )

    def _not_opened(self, item: OutboxItem) -> AttemptResult | None:
        """Unfinalize, which may be repeated; None when it is done."""
        number = item.of_remote
        reply = self._client.put(UNFINALIZE, self._query, encode([{"Id": int(number)}]))
        if reply.ok and not reply.is_page:
            return None
        result = self._unless_not_ours(reply, item)
        if result.outcome is not Outcome.REFUSED:
            return result
        if self._is_voided(item):
            return AttemptResult(Outcome.CONFIRMED, remote_id=number, http_status=reply.status)
        said = sentence(read_complaint(reply.body), _people(item))
        told = NOT_OPENED.format(id=number, said=f" It says: {said}" if said else "")
        return replace(result, sentence=told)

    def _deleted(self, item: OutboxItem) -> AttemptResult:
        """A refusal is good news where the receipt turns out to be voided."""
        number = item.of_remote
        reply = self._client.delete(_path(number), self._query)
        if reply.ok and not reply.is_page:
            return AttemptResult(Outcome.CONFIRMED, remote_id=number, http_status=reply.status)
        result = self._unless_not_ours(reply, item)
        if result.outcome is Outcome.REFUSED and self._is_voided(item):
            return AttemptResult(Outcome.CONFIRMED, remote_id=number, http_status=reply.status)
        return result

    def _unless_not_ours(self, reply: Reply, item: OutboxItem) -> AttemptResult:
        """401 and 404 also mean a receipt of another license, or none: that is no reason to stop everything else."""
        result = classify.of_post(reply, _people(item))
        if reply.failure is not None or reply.status not in _NOT_OURS_OR_KEY:
            return result
        reach = self._probe()
        if reach is ServiceReach.REFUSED_KEY:
            return result
        if reach is ServiceReach.AWAY:  # nothing was said about the key either
            told = NOT_READ.format(id=item.of_remote)
            return AttemptResult(Outcome.IN_DOUBT, http_status=reply.status, sentence=told)
        return AttemptResult(
            Outcome.REFUSED,
            http_status=reply.status,
            sentence=UNKNOWN.format(id=item.of_remote),
            excerpt=result.excerpt,
        )

    def _is_voided(self, item: OutboxItem) -> bool:
        return self.look_up(item).outcome is Outcome.FOUND

    def look_up(self, item: OutboxItem) -> AttemptResult:
        """FOUND when the receipt is voided, ABSENT while it is in force. Nothing of the receipt itself is kept.

        FOUND_DIFFERENT where it is another sale's, and REFUSED where METRC does not show it to a key that is good: both
        are for a person, since asking again would answer the same for ever.
        """
        number = item.of_remote
        if not (number and item.of_payload):
            return AttemptResult(Outcome.REFUSED, sentence=NO_ID)
        reply = self._client.get(_path(number), self._query)
        receipt = _receipt(reply, number)
        if receipt is None:
            return self._not_read(reply, number)
        unlike = _unlike(receipt, item)
        if unlike:
            return AttemptResult(Outcome.FOUND_DIFFERENT, number, http_status=reply.status, sentence=unlike)
        if receipt.archived:
            return AttemptResult(Outcome.FOUND, remote_id=number, http_status=reply.status)
        return AttemptResult(Outcome.ABSENT, http_status=reply.status, sentence=IN_FORCE.format(id=number))

    def _not_read(self, reply: Reply, number: str) -> AttemptResult:
        said_no = reply.failure is None and reply.status in _NOT_OURS_OR_KEY
        reach = self._probe() if said_no else None
        if reach is ServiceReach.REACHED:
            return AttemptResult(
                Outcome.REFUSED, http_status=reply.status, sentence=NOT_SHOWN.format(id=number)
            )
        refused = reach is ServiceReach.REFUSED_KEY
        return AttemptResult(
            Outcome.COULD_NOT_ASK,
            http_status=401 if refused else None if said_no else reply.status or None,
            sentence=classify.KEY_REFUSED if refused else NOT_READ.format(id=number),
            retry_after_s=reply.retry_after_s if reply.status == 429 else None,
            pause_lane=refused,
        )


def _unlike(receipt: Receipt, item: OutboxItem) -> str:
    """That the receipt is another sale's, as a sentence; empty where it is this one's."""
    differences = receipt.unlike(Wanted.of(item.of_payload))
    return NOT_THIS_SALES.format(id=receipt.id, differences=", ".join(differences)) if differences else ""


def _people(item: OutboxItem) -> tuple[str, ...]:
    return Wanted.of(item.of_payload).people


def _path(number: str) -> str:
    return f"{RECEIPTS}/{quote(number, safe='')}"


def _receipt(reply: Reply, number: str) -> Receipt | None:
    """The receipt of that number; None where the answer is none."""
    if not reply.ok or reply.is_page:
        return None
    try:
        row = decode(reply.body)
    except ValueError:
        return None
    receipt = Receipt.of(row) if isinstance(row, dict) else None
    return receipt if receipt is not None and str(receipt.id) == number else None
