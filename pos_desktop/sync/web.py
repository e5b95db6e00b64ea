"""HTTP to a state service: one request, one honest account of what came of it. Never raises for what a network does."""

from __future__ import annotations

import logging
import ssl
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pos_desktop.sync.address import checked_base_url, is_loopback
from pos_desktop.sync.exchange import Watch, bounded, failure_of
from pos_desktop.sync.kept import KEPT_S, KeptLines
from pos_desktop.sync.reply import Failure, Reply

if TYPE_CHECKING:
    import httpx

    from pos_desktop.sync.sieve import RowSieve

__all__ = ["ANSWER_S", "MAX_ANSWER", "Failure", "Reply", "Web"]

CONNECT_S = 10
ANSWER_S = 60
MAX_ANSWER = 16 * 1024 * 1024


class Web:
    """Requests to one address. Any thread.

    No answer leads to another address: keys and patients go to `base_url` and nowhere else.

    Args:
        base_url: `https://host`; `http://` on this computer only. Raises BadInput otherwise.
        basic: Name and password of HTTP Basic, where the service asks for them.
        ca_file: Certificates to trust instead of the system's, for a service with its own.
        keep: Requests that follow closely share a connection, since opening one costs two round trips. Only for a
            service that keeps its end open: one that is closed in the moment of its use costs a look-up.
    """

    def __init__(
        self,
        base_url: str,
        *,
        basic: tuple[str, str] | None = None,
        answer_s: float = ANSWER_S,
        max_answer: int = MAX_ANSWER,
        ca_file: str | None = None,
        keep: bool = False,
    ) -> None:
        self.base_url = checked_base_url(base_url)
        self._basic = basic
        self._answer_s = answer_s
        self._max_answer = max_answer
        self._ca_file = ca_file
        self._kept = 1 if keep else 0
        self._lines = KeptLines(self._new_client)
        self._trusted: ssl.SSLContext | None = None

    def close(self) -> None:
        self._lines.close()

    def ask(
        self,
        verb: str,
        url: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        within_s: float | None = None,
        basic: tuple[str, str] | None = None,
        sieve: RowSieve | None = None,
    ) -> Reply:
        """`url` is whole and encoded already; `basic` stands in the place of the usual name and password.

        `sieve` takes the rows of a long list out of the answer while it comes; what is left must fit the usual bound.

        A read that fails because the other end closed the kept connection meanwhile is made once more on a new one; a
        write never is.
        """
        watch = Watch(self._answer_s if within_s is None else within_s)
        reply = self._exchange(watch, verb, url, body, headers or {}, basic or self._basic, sieve)
        if verb == "GET" and reply.failure is Failure.NO_ANSWER and not (watch.opened or watch.over):
            watch = Watch(watch.seconds)
            return self._exchange(watch, verb, url, body, headers or {}, basic or self._basic)
        return reply

    def _exchange(
        self,
        watch: Watch,
        verb: str,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str],
        basic: tuple[str, str] | None,
        sieve: RowSieve | None = None,
    ) -> Reply:
        import httpx

        timeout = httpx.Timeout(watch.seconds, connect=min(CONNECT_S, watch.seconds))
        try:
            with (
                self._lines.one() as line,
                watch.over_line(line),
                line.http.stream(
                    verb,
                    url,
                    content=body,
                    headers=dict(headers),
                    timeout=timeout,
                    auth=basic,
                    extensions={"trace": watch.trace},
                ) as response,
            ):
                content = bounded(response, self._max_answer, sieve)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, zlib.error) as trouble:
            return Reply(failure=failure_of(trouble, wrote=watch.wrote))
        if watch.over:
            return Reply(failure=Failure.NO_ANSWER)
        if content is None:
            return Reply(status=response.status_code, failure=Failure.TOO_LARGE)
        return Reply.of(response.status_code, response.headers, content)

    def _new_client(self) -> httpx.Client:
        import httpx

        for name in ("httpx", "httpcore"):
            # At INFO and below they log addresses, and an address can hold a card number.
            logging.getLogger(name).setLevel(logging.WARNING)
        return httpx.Client(
            follow_redirects=False,
            trust_env=not is_loopback(self.base_url),
            verify=self._trust(),
            headers={"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "pos-desktop"},
            limits=httpx.Limits(max_keepalive_connections=self._kept, keepalive_expiry=KEPT_S),
        )

    def _trust(self) -> ssl.SSLContext | bool:
        """The system's authorities or our file, read once; nothing to load for plain http, which stays here."""
        import httpx

        if not self.base_url.startswith("https:"):
            return False
        if self._trusted is None:
            of_file = self._ca_file is not None
            self._trusted = (
                ssl.create_default_context(cafile=self._ca_file) if of_file else httpx.create_ssl_context()
            )
        return self._trusted
