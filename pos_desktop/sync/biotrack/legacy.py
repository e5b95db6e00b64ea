"""The legacy JSON API: one address, the action in the body (biotrack contract, section 3)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from pos_desktop.sync.biotrack.answers import Account, Answer, Verdict
from pos_desktop.sync.biotrack.profile import Auth, BioTrackProfile
from pos_desktop.sync.biotrack.reading import document_of, flag, second, text, whole
from pos_desktop.sync.biotrack.service_time import ServiceTime
from pos_desktop.sync.biotrack.wire import Wanted, legacy_sale
from pos_desktop.sync.numbers import encode
from pos_desktop.sync.sieve import RowSieve
from pos_desktop.sync.web import Failure, Reply, Web

API = "4.0"
SESSION_CODE = 63
_TELLS_TIME = {"login": "time", "card_lookup": "sessiontime"}
_ROOM = "inventory_room"


class LegacyClient:
    """One company's user at one premises. Any thread; one request at a time (section 3.1).

    Args:
        training: Sent with every request; work in the training data set and in the live one never mix.
    """

    def __init__(
        self, web: Web, account: Account, profile: BioTrackProfile, time: ServiceTime, *, training: bool
    ) -> None:
        self._web = web
        self._url = web.base_url if urlsplit(web.base_url).path else web.base_url + profile.path
        self._account = account
        self._profile = profile
        self._time = time
        self.training = training
        self._session = ""
        self._turn = threading.Lock()

    @property
    def base_url(self) -> str:
        return self._web.base_url

    def close(self) -> None:
        self._web.close()

    def ask(
        self,
        action: str,
        fields: Mapping[str, Any] | None = None,
        *,
        nonce: str = "",
        within_s: float | None = None,
        sieve: Callable[[], RowSieve] | None = None,
    ) -> Answer:
        """One action. Where the session is over, one log-in and the same request once more: nothing was recorded.

        `nonce` is of a write: what `nonce_replay` will know its result by. `within_s` is for all of it, waiting for the
        end of another request included. `sieve` makes what takes the rows out of a long list, for each try a new one.
        """
        ends = None if within_s is None else monotonic() + within_s
        if not self._turn.acquire(timeout=-1 if within_s is None else within_s):
            return Answer(Verdict.NOT_SENT, reply=Reply(failure=Failure.NOT_SENT))
        try:
            body = {**(fields or {}), **({"nonce": nonce} if nonce else {})}
            answer = self._in_session(action, body, ends, sieve)
            if _session_is_over(answer) and self._profile.auth is Auth.SESSION:
                self._session = ""
                answer = self._in_session(action, body, ends, sieve)
            return answer
        finally:
            self._turn.release()

    # ---- what a counter asks

    def probe(self) -> Answer:
        """The sum of a small table: it costs little and needs a session that is good."""
        return self.ask("sync_check", {"download": 0, "data": [{"table": _ROOM}]})

    def card(self, card: str, caregiver: str, within_s: float | None = None) -> Answer:
        presents = {"caregiver_card_id": caregiver} if caregiver else {}
        return self.ask("card_lookup", {"card_id": card, **presents}, within_s=within_s)

    def dispense(self, wanted: Wanted, card_key: str, nonce: str, sale_second: int) -> Answer:
        return self.ask("sale_dispense", legacy_sale(wanted, card_key, sale_second), nonce=nonce)

    # ---- inside, in turn

    def _in_session(
        self,
        action: str,
        body: Mapping[str, Any],
        ends: float | None,
        sieve: Callable[[], RowSieve] | None,
    ) -> Answer:
        if self._profile.auth is Auth.NO_SESSION:
            answer = self._post(action, {"nosession": 1, **self._credentials(), **body}, ends, sieve)
            no_code = answer.refused and answer.code is None  # as a refused log-in has none (section 3.4)
            return _as(answer, Verdict.LOGIN_REFUSED) if no_code else answer
        if not self._session:
            login = self._log_in(ends)
            if login is not None:
                return login
        return self._post(action, {"sessionid": self._session, **body}, ends, sieve)

    def _log_in(self, ends: float | None) -> Answer | None:
        """None when there is a session; else what the action itself ends with, which was not sent."""
        answer = self._post("login", self._credentials(), ends)
        session = text(answer.document.get("sessionid"))
        if answer.accepted and session:
            self._session = session
            return None
        refused = answer.refused or (answer.accepted and not session)
        return _as(answer, Verdict.LOGIN_REFUSED if refused else Verdict.NOT_SENT)

    def _credentials(self) -> dict[str, str]:
        who = self._account
        return {"license_number": who.company, "username": who.username, "password": who.password}

    def _post(
        self,
        action: str,
        body: Mapping[str, Any],
        ends: float | None,
        sieve: Callable[[], RowSieve] | None = None,
    ) -> Answer:
        document = {"API": API, "action": action, "training": int(self.training), **body}
        asked = self._time.asked()
        within_s = None if ends is None else max(0.05, ends - monotonic())
        reply = self._web.ask(
            "POST",
            self._url,
            encode(document),
            {"Content-Type": self._profile.content_type},
            within_s,
            sieve=None if sieve is None else sieve(),
        )
        answer = read(reply)
        if answer.accepted:
            self._tell_time(action, answer, asked)
        return answer

    def _tell_time(self, action: str, answer: Answer, asked: int) -> None:
        """By the service's own words where the action has any, else by the answer's date."""
        at = second(answer.document.get(_TELLS_TIME.get(action, "")))
        at = at or (answer.reply.date if action == "sync_check" else None)
        if at is not None:
            self._time.told(at, asked)


def read(reply: Reply) -> Answer:
    """A refusal is HTTP 200 with `success` 0; anything that is not plainly one or the other says nothing (3.1)."""
    if reply.failure in (Failure.NOT_SENT, Failure.UNTRUSTED):
        return Answer(Verdict.NOT_SENT, reply=reply)
    document = document_of(reply.body) if reply.failure is None and reply.status == 200 else None
    success = None if document is None else flag(document.get("success"))
    if document is None or success is None:
        return Answer(Verdict.UNKNOWN, reply=reply)
    return Answer(
        Verdict.ACCEPTED if success else Verdict.REFUSED,
        document,
        None if success else whole(document.get("errorcode")),
        "" if success else text(document.get("error")),
        reply,
    )


def _session_is_over(answer: Answer) -> bool:
    """The one place where a text decides: code 63 also means a wrong location in New Mexico (section 3.4)."""
    return answer.refused and answer.code == SESSION_CODE and "session" in answer.text.lower()


def _as(answer: Answer, verdict: Verdict) -> Answer:
    return Answer(verdict, answer.document, answer.code, answer.text, answer.reply)
