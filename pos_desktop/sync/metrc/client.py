"""HTTP to METRC: one request, one honest account of what came of it. Never raises for what a network does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from urllib.parse import urlencode

from pos_desktop.sync.metrc.pace import NoTurn, Pace
from pos_desktop.sync.web import ANSWER_S, MAX_ANSWER, Failure, Reply, Web

__all__ = ["Failure", "MetrcClient", "Reply"]

SHORT_WAIT_S = 5
"""What a read in the background waits by itself when the service asks for it, and how often."""
SHORT_WAITS = 3
TOO_MANY = 429


class MetrcClient:
    """Requests for one license with one pair of keys. Any thread.

    Args:
        base_url: `https://host`; `http://` on this computer only. Raises BadInput otherwise.
        vendor_key, user_key: The two halves of HTTP Basic (section 1.1).
        ca_file: Certificates to trust instead of the system's, for a service with its own.
    """

    def __init__(
        self,
        base_url: str,
        *,
        vendor_key: str,
        user_key: str,
        pace: Pace | None = None,
        answer_s: float = ANSWER_S,
        max_answer: int = MAX_ANSWER,
        ca_file: str | None = None,
    ) -> None:
        self._keys = (vendor_key, user_key)
        self._acting = threading.local()
        self._pace = pace or Pace()
        self._web = Web(base_url, answer_s=answer_s, max_answer=max_answer, ca_file=ca_file, keep=True)
        self._behind = False

    @property
    def base_url(self) -> str:
        return self._web.base_url

    def in_background(self, meanwhile: Callable[[], object] | None = None) -> MetrcClient:
        """The same line for what can wait: reads after reports and counter, none while the service asked to wait.

        `meanwhile` is called before each read: a thread that reads a long list sends there what fell due.
        """
        return _Background(self, meanwhile)

    @contextmanager
    def acting_as(self, user_key: str) -> Iterator[None]:
        """Within the body, requests of this thread bear another METRC user's key."""
        self._acting.user_key = user_key
        try:
            yield
        finally:
            del self._acting.user_key

    def get(
        self, path: str, query: Mapping[str, str] | None = None, *, within_s: float | None = None
    ) -> Reply:
        """`path` is URL-encoded already; `query` is encoded here, `+` included (section 2).

        A read with `within_s` (somebody waits for it) or in the background is not sent while the service asked to be
        left alone: it is answered 429 from here. The others belong to reports, whose lane keeps that time itself.
        """
        for _ in range(SHORT_WAITS if self._behind else 0):
            reply = self._read(path, query, within_s)
            if reply.status != TOO_MANY or self._pace.held_s > SHORT_WAIT_S:
                return reply
            self._pace.rest()
        return self._read(path, query, within_s)

    def post(self, path: str, query: Mapping[str, str], body: bytes) -> Reply:
        return self._request("POST", path, query, body)

    def put(self, path: str, query: Mapping[str, str], body: bytes) -> Reply:
        return self._request("PUT", path, query, body)

    def delete(self, path: str, query: Mapping[str, str]) -> Reply:
        return self._request("DELETE", path, query)

    def close(self) -> None:
        self._web.close()

    def _read(self, path: str, query: Mapping[str, str] | None, within_s: float | None) -> Reply:
        held = self._pace.held_s if self._behind or within_s is not None else 0
        if held:
            return Reply(status=TOO_MANY, retry_after_s=held)
        return self._request("GET", path, query, within_s=within_s)

    def _request(
        self,
        verb: str,
        path: str,
        query: Mapping[str, str] | None,
        body: bytes | None = None,
        within_s: float | None = None,
    ) -> Reply:
        named = (query or {}).get("licenseNumber", "")
        turn = (
            self._pace.read(named, behind=self._behind, within_s=within_s) if verb == "GET" else nullcontext()
        )
        try:
            with turn:
                reply = self._exchange(verb, path, query, body, within_s)
        except NoTurn:
            return Reply(failure=Failure.NOT_SENT)
        if reply.status == TOO_MANY:
            self._pace.told_to_wait(reply.retry_after_s)
        return reply

    def _exchange(
        self,
        verb: str,
        path: str,
        query: Mapping[str, str] | None,
        body: bytes | None,
        within_s: float | None,
    ) -> Reply:
        url = f"{self.base_url}{path}" + (f"?{urlencode(query)}" if query else "")
        headers = {"Content-Type": "application/json"} if body is not None else {}
        vendor_key, user_key = self._keys
        keys = (vendor_key, getattr(self._acting, "user_key", user_key))
        return self._web.ask(verb, url, body, headers, within_s, keys)


class _Background(MetrcClient):
    def __init__(self, of: MetrcClient, meanwhile: Callable[[], object] | None) -> None:
        self.__dict__.update(vars(of))
        self._behind = True
        self._meanwhile = meanwhile

    def _read(self, path: str, query: Mapping[str, str] | None, within_s: float | None) -> Reply:
        if self._meanwhile is not None:
            self._meanwhile()
        return super()._read(path, query, within_s)
