"""HTTP to METRC: one request, one honest account of what came of it. Never raises for what a network does."""

from __future__ import annotations

import logging
import ssl
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from pos_desktop.sync.metrc.address import checked_base_url, is_loopback
from pos_desktop.sync.metrc.exchange import Watch, bounded, failure_of
from pos_desktop.sync.metrc.pace import NoTurn, Pace
from pos_desktop.sync.metrc.reply import Failure, Reply

if TYPE_CHECKING:
    import httpx

__all__ = ["Failure", "MetrcClient", "Reply"]

CONNECT_S = 10
ANSWER_S = 60
MAX_ANSWER = 16 * 1024 * 1024
SHORT_WAIT_S = 5
"""What a read in the background waits by itself when the service asks for it, and how often."""
SHORT_WAITS = 3
TOO_MANY = 429


class MetrcClient:
    """Requests for one license with one pair of keys. Any thread.

    Every request has a connection of its own: a kept one that the service just closed would put a report in doubt
    for nothing. No answer leads to another address: keys and patients go to `base_url` and nowhere else.

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
        self._base_url = checked_base_url(base_url)
        self._keys = (vendor_key, user_key)
        self._acting = threading.local()
        self._pace = pace or Pace()
        self._answer_s = answer_s
        self._max_answer = max_answer
        self._wire = _Wire(self._base_url, ca_file)
        self._behind = False

    @property
    def base_url(self) -> str:
        return self._base_url

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
        self._wire.close()

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
        import httpx

        url = f"{self._base_url}{path}" + (f"?{urlencode(query)}" if query else "")
        headers = {"Content-Type": "application/json"} if body is not None else {}
        watch = Watch(self._answer_s if within_s is None else within_s)
        timeout = httpx.Timeout(watch.seconds, connect=min(CONNECT_S, watch.seconds))
        vendor_key, user_key = self._keys
        try:
            with (
                watch,
                self._wire.client().stream(
                    verb,
                    url,
                    content=body,
                    headers=headers,
                    timeout=timeout,
                    auth=(vendor_key, getattr(self._acting, "user_key", user_key)),
                    extensions={"trace": watch.trace},
                ) as response,
            ):
                content = bounded(response, self._max_answer)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, zlib.error) as trouble:
            return Reply(failure=failure_of(trouble, wrote=watch.wrote))
        if watch.over:
            return Reply(failure=Failure.NO_ANSWER)
        if content is None:
            return Reply(status=response.status_code, failure=Failure.TOO_LARGE)
        return Reply.of(response.status_code, response.headers, content)


class _Background(MetrcClient):
    def __init__(self, of: MetrcClient, meanwhile: Callable[[], object] | None) -> None:
        self.__dict__.update(vars(of))
        self._behind = True
        self._meanwhile = meanwhile

    def _read(self, path: str, query: Mapping[str, str] | None, within_s: float | None) -> Reply:
        if self._meanwhile is not None:
            self._meanwhile()
        return super()._read(path, query, within_s)


class _Wire:
    """What all views of a client share: httpx, made when the first request goes out."""

    def __init__(self, base_url: str, ca_file: str | None) -> None:
        self._base_url = base_url
        self._ca_file = ca_file
        self._http: httpx.Client | None = None
        self._making = threading.Lock()

    def client(self) -> httpx.Client:
        import httpx

        with self._making:
            if self._http is None:
                for name in ("httpx", "httpcore"):
                    # At INFO and below they log addresses, and an address can hold a card number.
                    logging.getLogger(name).setLevel(logging.WARNING)
                self._http = httpx.Client(
                    follow_redirects=False,
                    trust_env=not is_loopback(self._base_url),
                    verify=self._trust(),
                    headers={
                        "Accept": "application/json",
                        "Accept-Encoding": "gzip",
                        "User-Agent": "pos-desktop",
                    },
                    limits=httpx.Limits(max_keepalive_connections=0),
                )
            return self._http

    def close(self) -> None:
        with self._making:
            if self._http is not None:
                self._http.close()
                self._http = None

    def _trust(self) -> ssl.SSLContext | bool:
        """The system's authorities or our file; nothing to load for plain http, which stays on this computer."""
        if self._ca_file is not None:
            return ssl.create_default_context(cafile=self._ca_file)
        return self._base_url.startswith("https:")
