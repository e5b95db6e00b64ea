"""Watches one exchange on the wire: how long it lasts, whether a byte was written, what its failure means."""

from __future__ import annotations

import socket
import ssl
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from pos_desktop.sync.kept import Line
from pos_desktop.sync.reply import Failure

if TYPE_CHECKING:
    import httpx

    from pos_desktop.sync.sieve import RowSieve

_GZIP_OR_ZLIB = 47
_PIECE = 1024 * 1024


class Watch:
    """Bounds a whole exchange in time, however slowly bytes drip, and knows whether any byte was written."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.wrote = False
        self.over = False
        self.opened = False
        """Whether the exchange opened a connection of its own; else it went over one that was kept."""
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
            self.opened = True
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


def bounded(response: httpx.Response, most: int, sieve: RowSieve | None = None) -> bytes | None:
    """The body, unpacked here so that a small packed answer cannot fill the memory; None when larger than `most`.

    Of what a `sieve` takes out nothing is kept here.

    Raises:
        zlib.error: packed in another way than asked for, or cut off.
    """
    content = bytearray()
    for piece in _unpacked(response):
        content += piece if sieve is None else sieve.feed(piece)
        if len(content) > most or (sieve is not None and sieve.broken):
            return None
    if sieve is not None:
        content += sieve.rest()
    return bytes(content)


def _unpacked(response: httpx.Response) -> Iterator[bytes]:
    if response.headers.get("content-encoding", "identity").lower() == "identity":
        yield from response.iter_raw()
        return
    unpack = zlib.decompressobj(_GZIP_OR_ZLIB)
    for chunk in response.iter_raw():
        packed = chunk
        while packed:
            yield unpack.decompress(packed, _PIECE)
            packed = unpack.unconsumed_tail
    yield unpack.flush()
    if not unpack.eof:
        raise zlib.error("the packed answer is cut off")


def failure_of(trouble: Exception, *, wrote: bool) -> Failure:
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
