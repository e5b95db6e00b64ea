"""TCP with own deadlines (hardware.md 3.4); no default timeout of a library is trusted."""

import contextlib
import queue
import socket
import threading
from dataclasses import dataclass

from hardware.errors import LinkDownError, LinkFault
from hardware.transports.base import CHUNK, Deadline

_LINGER_S = 0.2
_Address = tuple[socket.AddressFamily, tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class TcpTransport:
    """A device behind a host and a port, 9100 for most printers."""

    host: str
    port: int = 9100

    @property
    def name(self) -> str:
        """The place in words."""
        return f"{self.host} port {self.port}"

    def open(self, deadline_s: float) -> "TcpLink":
        """Connect to the first address that answers, IPv4 or IPv6.

        Raises:
            LinkDownError: Unknown host, refused, or no answer in time.
        """
        deadline = Deadline(deadline_s)
        failure = LinkDownError(LinkFault.MISSING, self.name)
        for family, address in _resolve(self.host, self.port, deadline):
            sock = socket.socket(family, socket.SOCK_STREAM)
            try:
                _prepare(sock)
                sock.settimeout(max(deadline.left_s, 0.001))
                sock.connect(address)
            except OSError as error:
                sock.close()
                failure = LinkDownError(_kind(error), self.name)
            else:
                return TcpLink(sock)
        raise failure


class TcpLink:
    """One connection, for one job."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def send(self, data: bytes, deadline_s: float) -> None:
        """See `Link.send`; knows exactly how many bytes the system took."""
        deadline = Deadline(deadline_s)
        taken = 0
        while taken < len(data):
            if deadline.left_s <= 0:
                raise LinkDownError(LinkFault.TIMEOUT, "writing", taken)
            self._sock.settimeout(max(deadline.left_s, 0.001))
            try:
                taken += self._sock.send(data[taken : taken + CHUNK])
            except OSError as error:
                raise LinkDownError(_kind(error), "writing", taken) from error

    def receive(self, deadline_s: float) -> bytes:
        """See `Link.receive`."""
        self._sock.settimeout(max(deadline_s, 0.0))
        try:
            data = self._sock.recv(CHUNK)
        except (TimeoutError, BlockingIOError):
            return b""
        except OSError as error:
            raise LinkDownError(_kind(error), "reading") from error
        if not data:
            raise LinkDownError(LinkFault.LOST, "closed by the device")
        return data

    def close(self) -> None:
        """Half-close, let the device read to the end, close.

        Closing over unread answers would reset the connection and might take the end of a job with it.
        """
        deadline = Deadline(_LINGER_S)
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_WR)
            while deadline.left_s > 0:
                self._sock.settimeout(max(deadline.left_s, 0.001))
                if not self._sock.recv(CHUNK):
                    break
        self._sock.close()


def _prepare(sock: socket.socket) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    # A dead peer accepts writes for a while; these make it show within ten seconds or so.
    wanted = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 3, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 10_000}
    for option, value in wanted.items():
        number = getattr(socket, option, None)
        if number is not None:
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.IPPROTO_TCP, number, value)


def _resolve(host: str, port: int, deadline: Deadline) -> list[_Address]:
    try:
        return _addresses(host, port, socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return _resolve_name(host, port, deadline)


def _resolve_name(host: str, port: int, deadline: Deadline) -> list[_Address]:
    """Look a name up in a thread of its own, because the system's resolver takes no deadline."""
    answers: queue.Queue[list[_Address]] = queue.Queue()

    def look_up() -> None:
        try:
            answers.put(_addresses(host, port, 0))
        except (OSError, UnicodeError):
            answers.put([])

    threading.Thread(target=look_up, name=f"resolve {host}", daemon=True).start()
    try:
        return answers.get(timeout=deadline.left_s)
    except queue.Empty:
        raise LinkDownError(LinkFault.TIMEOUT, f"looking up {host}") from None


def _addresses(host: str, port: int, flags: int) -> list[_Address]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    return [(family, address) for family, _, _, _, address in found]


def _kind(error: OSError) -> LinkFault:
    if isinstance(error, TimeoutError):
        return LinkFault.TIMEOUT
    if isinstance(error, ConnectionRefusedError):
        return LinkFault.REFUSED
    if isinstance(error, ConnectionError):
        return LinkFault.LOST
    return LinkFault.UNREACHABLE
