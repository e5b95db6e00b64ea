"""HTTP to METRC: one request, one honest account of what came of it. Never raises for what a network does."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from pos_desktop.domain.instant import SECOND_US, Instant
from pos_desktop.sync.kept import KEPT_S, KeptLines, Line
from pos_desktop.sync.metrc.address import checked_base_url, is_loopback
from pos_desktop.sync.metrc.pace import Pace

if TYPE_CHECKING:
    import httpx

CONNECT_S = 10
ANSWER_S = 60
MAX_ANSWER = 16 * 1024 * 1024
_GZIP_OR_ZLIB = 47


class Failure(StrEnum):
    NOT_SENT = "not-sent"
    """Name look-up, connection or TLS failed: certainly nothing reached the service."""
    UNTRUSTED = "untrusted"
    """As NOT_SENT, because the other end could not prove who it is."""
    NO_ANSWER = "no-answer"
    """Something may have been sent, and no whole answer came back."""
    TOO_LARGE = "too-large"
    """An answer came, larger than any that the service gives."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Either `status` with `body`, or `failure`. `retry_after_s` and `date` where the other end named them."""

    status: int = 0
    body: bytes = b""
    content_type: str = ""
    retry_after_s: int | None = None
    failure: Failure | None = None
    date: Instant | None = None

    @property
    def ok(self) -> bool:
        return self.failure is None and 200 <= self.status < 300

    @property
    def is_page(self) -> bool:
        """A web page where data is due: a login portal or a proxy answered in the service's place."""
        return bool(self.body.strip()) and bool(self.content_type) and "json" not in self.content_type


class MetrcClient:
    """Requests for one license with one pair of keys. Any thread.

    Requests that follow closely share a connection: opening one costs two round trips more than the report itself.

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
        self._pace = pace or Pace()
        self._answer_s = answer_s
        self._max_answer = max_answer
        self._ca_file = ca_file
        self._lines = KeptLines(self._new_client)
        self._trusted: ssl.SSLContext | None = None

    @property
    def base_url(self) -> str:
        return self._base_url

    def get(
        self, path: str, query: Mapping[str, str] | None = None, *, within_s: float | None = None
    ) -> Reply:
        """`path` is URL-encoded already; `query` is encoded here, `+` included (section 2)."""
        return self._request("GET", path, query, None, within_s)

    def post(self, path: str, query: Mapping[str, str], body: bytes) -> Reply:
        return self._request("POST", path, query, body, None)

    def close(self) -> None:
        self._lines.close()

    def _request(
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
        watch = _Watch(self._answer_s if within_s is None else within_s)
        timeout = httpx.Timeout(watch.seconds, connect=min(CONNECT_S, watch.seconds))
        turn = self._pace.read() if verb == "GET" else nullcontext()
        try:
            with (
                turn,
                self._lines.one() as line,
                watch.over_line(line),
                line.http.stream(
                    verb,
                    url,
                    content=body,
                    headers=headers,
                    timeout=timeout,
                    extensions={"trace": watch.trace},
                ) as response,
            ):
                content = self._bounded(response)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, zlib.error) as trouble:
            return Reply(failure=_failure(trouble, watch.wrote))
        if watch.over:
            return Reply(failure=Failure.NO_ANSWER)
        if content is None:
            return Reply(status=response.status_code, failure=Failure.TOO_LARGE)
        return Reply(
            status=response.status_code,
            body=content,
            content_type=response.headers.get("content-type", "").lower(),
            retry_after_s=_retry_after(response.headers),
            date=_moment(response.headers.get("date", "")),
        )

    def _bounded(self, response: httpx.Response) -> bytes | None:
        """The body, unpacked here so that a small packed answer cannot fill the memory; None when too large."""
        packed = response.headers.get("content-encoding", "identity").lower() != "identity"
        unpack = zlib.decompressobj(_GZIP_OR_ZLIB) if packed else None
        content = bytearray()
        for chunk in response.iter_raw():
            room = self._max_answer + 1 - len(content)
            content += chunk[:room] if unpack is None else unpack.decompress(chunk, room)
            if len(content) > self._max_answer:
                return None
        if unpack is not None and not unpack.eof:
            raise zlib.error("the packed answer is cut off")
        return bytes(content)

    def _new_client(self) -> httpx.Client:
        import httpx

        for name in ("httpx", "httpcore"):
            # At INFO and below they log addresses, and an address can hold a card number.
            logging.getLogger(name).setLevel(logging.WARNING)
        return httpx.Client(
            auth=self._keys,
            follow_redirects=False,
            trust_env=not is_loopback(self._base_url),
            verify=self._trust(),
            headers={"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "pos-desktop"},
            limits=httpx.Limits(max_keepalive_connections=1, keepalive_expiry=KEPT_S),
        )

    def _trust(self) -> ssl.SSLContext | bool:
        """The system's authorities or our file, read once; nothing to load for plain http, which stays here."""
        import httpx

        if not self._base_url.startswith("https:"):
            return False
        if self._trusted is None:
            of_file = self._ca_file is not None
            self._trusted = (
                ssl.create_default_context(cafile=self._ca_file) if of_file else httpx.create_ssl_context()
            )
        return self._trusted


class _Watch:
    """Bounds a whole exchange in time, however slowly bytes drip, and knows whether any byte was written."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.wrote = False
        self.over = False
        self._line: Line | None = None
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    @contextmanager
    def over_line(self, line: Line) -> Iterator[None]:
        self._line = line
        self._timer.start()
        try:
            yield
        finally:
            self._timer.cancel()

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            if self._line is not None:
                self._line.socket = info["return_value"].get_extra_info("socket")
            if self.over:
                self._end()
        elif event.endswith("send_request_headers.started"):
            self.wrote = True

    def _end(self) -> None:
        self.over = True
        if self._line is not None and self._line.socket is not None:
            with suppress(OSError):
                socket.socket.shutdown(self._line.socket, socket.SHUT_RDWR)


def _failure(trouble: Exception, wrote: bool) -> Failure:
    """NOT_SENT only for what cannot happen after the request was written; in doubt, doubt."""
    import httpx

    if wrote and not isinstance(trouble, httpx.ProxyError):
        return Failure.NO_ANSWER
    if _caused_by(trouble, ssl.SSLCertVerificationError):
        return Failure.UNTRUSTED
    unsent = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.InvalidURL)
    sure = isinstance(trouble, (*unsent, httpx.UnsupportedProtocol, httpx.LocalProtocolError))
    return Failure.NOT_SENT if sure else Failure.NO_ANSWER


def _caused_by(trouble: BaseException | None, kind: type[BaseException]) -> bool:
    while trouble is not None:
        if isinstance(trouble, kind):
            return True
        trouble = trouble.__cause__ or trouble.__context__
    return False


def _retry_after(headers: Mapping[str, str]) -> int | None:
    """`Retry-After` in seconds, given as a number or as a date (then counted from the answer's own Date)."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return int(value[:9])
    at, now = _moment(value), _moment(headers.get("date", ""))
    return None if at is None or now is None else max(0, at.since_us(now) // SECOND_US)


def _moment(http_date: str) -> Instant | None:
    try:
        return Instant.from_datetime(parsedate_to_datetime(http_date))
    except (ValueError, TypeError, OverflowError):
        return None
