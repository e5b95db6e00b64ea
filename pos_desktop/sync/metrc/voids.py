"""Voiding one receipt at METRC, and reading whether it is voided (metrc contract, sections 8.4 and 8.5)."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from pos_desktop.app.ports import ServiceReach
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, Outcome
from pos_desktop.sync.metrc import classify
from pos_desktop.sync.metrc.client import MetrcClient, Reply
from pos_desktop.sync.metrc.numbers import decode
from pos_desktop.sync.metrc.receipts import Receipt
from pos_desktop.sync.metrc.wire import RECEIPTS

NO_ID = "The receipt that should be voided is not known by its id. A manager must look at the sale's report."
UNKNOWN = (
    "The state service does not know receipt {id}, or it is not this license's. A manager must look there."
)
IN_FORCE = "Receipt {id} is still in force at the state."
NOT_READ = "Receipt {id} could not be read yet. It is asked again; nothing is sent before."


class Voids:
    """`probe` says whether the key is good, where an answer could mean that or a receipt that is not ours."""

    def __init__(self, client: MetrcClient, license_number: str, probe: Callable[[], ServiceReach]) -> None:
        self._client = client
        self._query = {"licenseNumber": license_number}
        self._probe = probe

    def send(self, item: OutboxItem) -> AttemptResult:
        """DELETE one receipt, once. A refusal is good news where the receipt turns out to be voided."""
        number = item.of_remote
        if not number:
            return AttemptResult(Outcome.REFUSED, sentence=NO_ID)
        reply = self._client.delete(_path(number), self._query)
        if reply.ok and not reply.is_page:
            return AttemptResult(Outcome.CONFIRMED, remote_id=number, http_status=reply.status)
        result = classify.of_post(reply, ())
        if reply.failure is None and reply.status in (401, 403, 404):
            result = self._not_ours(reply, result, number)
        if result.outcome is Outcome.REFUSED and self.look_up(item).outcome is Outcome.FOUND:
            return AttemptResult(Outcome.CONFIRMED, remote_id=number, http_status=reply.status)
        return result

    def _not_ours(self, reply: Reply, result: AttemptResult, number: str) -> AttemptResult:
        """401 and 404 also mean a receipt of another license, or none: that is no reason to stop everything else."""
        if self._probe() is not ServiceReach.REACHED:
            return result
        return AttemptResult(
            Outcome.REFUSED,
            http_status=reply.status,
            sentence=UNKNOWN.format(id=number),
            excerpt=result.excerpt,
        )

    def look_up(self, item: OutboxItem) -> AttemptResult:
        """FOUND when the receipt is voided, ABSENT while it is in force. Nothing of the receipt itself is kept."""
        number = item.of_remote
        reply = self._client.get(_path(number), self._query) if number else Reply(status=404)
        receipt = _receipt(reply)
        if receipt is not None and str(receipt.id) == number:
            if receipt.archived:
                return AttemptResult(Outcome.FOUND, remote_id=number, http_status=reply.status)
            return AttemptResult(
                Outcome.ABSENT, http_status=reply.status, sentence=IN_FORCE.format(id=number)
            )
        refused = reply.failure is None and reply.status in (401, 403)
        refused = refused and self._probe() is ServiceReach.REFUSED_KEY
        return AttemptResult(
            Outcome.COULD_NOT_ASK,
            http_status=reply.status if refused else None,
            sentence=classify.KEY_REFUSED if refused else NOT_READ.format(id=number),
            retry_after_s=reply.retry_after_s if reply.status == 429 else None,
            pause_lane=refused,
        )


def _path(number: str) -> str:
    return f"{RECEIPTS}/{quote(number, safe='')}"


def _receipt(reply: Reply) -> Receipt | None:
    if not reply.ok or reply.is_page:
        return None
    try:
        row = decode(reply.body)
    except ValueError:
        return None
    return Receipt.of(row) if isinstance(row, dict) else None
