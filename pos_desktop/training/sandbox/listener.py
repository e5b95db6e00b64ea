"""The listening socket: HTTP/1.1 with keep-alive on the loopback address, which can be closed and opened again."""

import contextlib
import gzip
import os
import socket
from collections.abc import Callable
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

from pos_desktop.training.sandbox.faults import Delivery, Pause
from pos_desktop.training.sandbox.http import Answer, Request
from pos_desktop.training.sandbox.store import SandboxError

LOOPBACK = "127.0.0.1"
_BODY_LIMIT = 64 << 20
_GZIP_FROM = 1400
_SLOW_PIECES = 10

Carry = Callable[[Request], Delivery]


class Listener:
    """Serves one port. While closed the port stays bound but does not listen: connections are refused.

    Public methods are called from one thread at a time.
    """

    def __init__(self, port: int, carry: Carry, pause: Pause) -> None:
        """Bind the port (0: any free one); nothing is served before `open`.

        Raises:
            SandboxError: The port is in use.
        """
        self.carry, self.pause = carry, pause
        self._reserved = _bound(port)
        self.port: int = self._reserved.getsockname()[1]
        self._server: _Server | None = None
        self._thread: Thread | None = None
        self.hangs_up = False
        """Whether connections are accepted and closed at once."""

    @property
    def is_open(self) -> bool:
        return self._server is not None

    def open(self) -> None:
        if self._server is not None:
            return
        self._server = _Server(self._reserved, self)
        self._thread = Thread(target=self._server.accept_until_ending, name="sandbox", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Refuse new connections and cut the present ones, answered or not."""
        if self._server is None or self._thread is None:
            return
        self._server.ending = True
        with contextlib.suppress(OSError):
            socket.create_connection((LOOPBACK, self.port)).close()  # wakes the accept loop
        self._thread.join()
        self._server.server_close()
        self._server.cut_all()
        self._reserved = _bound(self.port)
        self._server = None

    def hang_up(self, *, on: bool) -> None:
        """Accept and close at once from now on, and cut the present connections."""
        self.hangs_up = on
        if on and self._server is not None:
            self._server.cut_all()

    def stop(self) -> None:
        self.close()
        self._reserved.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, bound: socket.socket, listener: Listener) -> None:
        super().__init__(bound.getsockname(), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = bound
        self.listener = listener
        self.ending = False
        self._connections: set[socket.socket] = set()
        self._lock = Lock()
        bound.listen(128)

    def accept_until_ending(self) -> None:
        while not self.ending:
            self.handle_request()

    def verify_request(self, request: Any, client_address: Any) -> bool:  # noqa: ARG002 - the base class's form
        return not (self.listener.hangs_up or self.ending)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def cut_all(self) -> None:
        with self._lock:
            connections = list(self._connections)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is nothing to report."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16  # head and body leave in one packet
    server: _Server

    def _serve(self) -> None:
        body = self._body()
        if body is None:
            self.close_connection = True
            self._send(Delivery(Answer.message(413, "The content being submitted is too large")))
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        delivery = self.server.listener.carry(Request.of_target(self.command, self.path, headers, body))
        if delivery.answer is None:
            self.close_connection = True
        else:
            self._send(delivery)

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def do_PATCH(self) -> None:
        self._serve()

    def do_HEAD(self) -> None:
        self._serve()

    def do_OPTIONS(self) -> None:
        self._serve()

    def handle_expect_100(self) -> bool:
        """A client that waits for the word to go on must hear it at once, past the buffer."""
        goes_on = super().handle_expect_100()
        self.wfile.flush()
        return goes_on

    def _body(self) -> bytes | None:
        """The body by its Content-Length; None where it cannot be read that way."""
        if "transfer-encoding" in self.headers:
            return None
        length = self.headers.get("content-length", "0")
        if not (length.isascii() and length.isdecimal()) or int(length) > _BODY_LIMIT:
            return None
        return self.rfile.read(int(length))

    def _send(self, delivery: Delivery) -> None:
        answer = delivery.answer or Answer(500)
        body = answer.body
        self.send_response_only(answer.status)
        self.send_header("Date", self.date_time_string())
        if body:
            self.send_header("Content-Type", answer.content_type)
        if len(body) > _GZIP_FROM and "gzip" in self.headers.get("accept-encoding", ""):
            body = gzip.compress(body, 1)
            self.send_header("Content-Encoding", "gzip")
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self._write(b"" if self.command == "HEAD" else body, delivery.slow)
        self.wfile.flush()

    def _write(self, body: bytes, slow: Decimal | None) -> None:
        step = len(body) if slow is None else len(body) // _SLOW_PIECES
        for start in range(0, len(body), step or 1):
            if slow is not None:
                self.wfile.flush()
                self.server.listener.pause(slow / _SLOW_PIECES)
            self.wfile.write(body[start : start + (step or 1)])

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Nothing: a log would hold patient numbers."""


def _bound(port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((LOOPBACK, port))
    except OSError as fault:
        bound.close()
        raise SandboxError(
            f"The sandbox cannot use port {port}: {fault.strerror}. Choose another --port, or 0 for any free one."
        ) from fault
    return bound
