"""The v3 REST API: log-in, card look-up and dispense; nothing else of it is established (contract, section 5)."""

from __future__ import annotations

import base64
import threading
from binascii import Error as NotBase64
from collections.abc import Mapping
from time import monotonic
from typing import Any

from pos_desktop.sync.biotrack.answers import Account, Answer, Verdict
from pos_desktop.sync.biotrack.reading import document_of, flag, second, text
from pos_desktop.sync.biotrack.service_time import ServiceTime
from pos_desktop.sync.biotrack.wire import Wanted, v3_sale
from pos_desktop.sync.numbers import encode
from pos_desktop.sync.web import Failure, Reply, Web

_NO_WORD = (408, 425)
"""Refusals in form that say nothing of the work (reliability contract, section 4)."""
OTHER_DATA_SET = "The log-in is for the other data set: training and live never mix."


class V3Client:
    """One company's user at one premises. Any thread; one request at a time.

    Args:
        training: The data set that the log-in must belong to, where its token tells (section 5.1).
    """

    def __init__(self, web: Web, account: Account, time: ServiceTime, *, training: bool) -> None:
        self._web = web
        self._account = account
        self._time = time
        self.training = training
        self._token = ""
        self._turn = threading.Lock()

    @property
    def base_url(self) -> str:
        return self._web.base_url

    def close(self) -> None:
        self._web.close()

    def ask(self, path: str, body: Mapping[str, Any] | None, within_s: float | None = None) -> Answer:
        """POST where there is a body, else GET. A token that is refused (401) is renewed once: nothing was recorded."""
        ends = None if within_s is None else monotonic() + within_s
        if not self._turn.acquire(timeout=-1 if within_s is None else within_s):
            return Answer(Verdict.NOT_SENT, reply=Reply(failure=Failure.NOT_SENT))
        try:
            answer = self._signed(path, body, ends)
            if answer.reply.status == 401 and answer.verdict is not Verdict.LOGIN_REFUSED:
                self._token = ""
                answer = self._signed(path, body, ends)
            return answer
        finally:
            self._turn.release()

    # ---- what a counter asks

    def probe(self) -> Answer:
        return self.ask("/heartbeat", None)

    def card(self, card: str, caregiver: str, within_s: float | None = None) -> Answer:  # noqa: ARG002 - v3 asks of none
        body = {"CardID": card, "LocationLicense": self._account.location}
        return self.ask("/v1/patient/lookup", body, within_s)

    def dispense(self, wanted: Wanted, card_key: str, nonce: str, sale_second: int) -> Answer:
        return self.ask("/v1/dispense", v3_sale(wanted, card_key, nonce, sale_second, self._account.location))

    # ---- inside, in turn

    def _signed(self, path: str, body: Mapping[str, Any] | None, ends: float | None) -> Answer:
        if not self._token:
            login = self._log_in(ends)
            if login is not None:
                return login
        answer = self._send(path, body, ends)
        if answer.reply.status == 401:
            self._token = ""
            return Answer(Verdict.REFUSED, answer.document, None, answer.text, answer.reply)
        return answer

    def _log_in(self, ends: float | None) -> Answer | None:
        who = self._account
        answer = self._send(
            "/v1/login", {"UBI": who.company, "Username": who.username, "Password": who.password}, ends
        )
        token = text(answer.document.get("Session"))
        if answer.accepted and token:
            claimed = flag(_claims(token).get("training"))
            if claimed is None or claimed is self.training:
                self._token = token
                return None
            return Answer(Verdict.LOGIN_REFUSED, text=OTHER_DATA_SET, reply=answer.reply)
        refused = answer.refused or answer.accepted or answer.reply.status == 401
        verdict = Verdict.LOGIN_REFUSED if refused and answer.reply.status != 429 else Verdict.NOT_SENT
        return Answer(verdict, {}, None, answer.text, answer.reply)

    def _send(self, path: str, body: Mapping[str, Any] | None, ends: float | None) -> Answer:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        asked = self._time.asked()
        within_s = None if ends is None else max(0.05, ends - monotonic())
        reply = self._web.ask(
            "GET" if body is None else "POST",
            self._web.base_url + path,
            None if body is None else encode(body),
            headers,
            within_s,
        )
        answer = read(reply)
        at = second(answer.document.get("Sessiontime")) or reply.date
        if answer.accepted and at is not None:
            self._time.told(at, asked)
        return answer


def read(reply: Reply) -> Answer:
    """A refusal is HTTP 4xx with `Error`; anything else that is no accepted object says nothing (section 8.2)."""
    if reply.failure in (Failure.NOT_SENT, Failure.UNTRUSTED):
        return Answer(Verdict.NOT_SENT, reply=reply)
    document = document_of(reply.body) if reply.failure is None and not reply.is_page else None
    if document is None:
        return Answer(Verdict.UNKNOWN, reply=reply)
    if reply.ok:
        return Answer(Verdict.ACCEPTED, document, reply=reply)
    said = text(document.get("Error"))
    if 400 <= reply.status < 500 and reply.status not in _NO_WORD and said:
        return Answer(Verdict.REFUSED, document, None, said, reply)
    return Answer(Verdict.UNKNOWN, document, reply=reply)


def _claims(token: str) -> Mapping[str, Any]:
    """What a token says of itself; nothing where it is none. It is the service's own and is not checked here."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        return document_of(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))) or {}
    except (NotBase64, ValueError):
        return {}
