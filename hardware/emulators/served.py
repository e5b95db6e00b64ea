"""A TCP server with one client at a time, in a thread of its own, that stops at once when told."""

import contextlib
import select
import socket
import struct
import threading
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self


class Hangup(Exception):
    """Raised by a device to break the connection off with a reset, as a pulled plug does."""


class TcpDevice(ABC):
    """Base of emulated network devices. Use as a context manager, or with `start` and `stop`.

    Args:
        host: Address to listen on; the loopback unless told otherwise.
        port: 0 takes a free one; after `start`, `port` is the one taken and stays the same.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self.host = host
        self.port = port
        self._kept: socket.socket | None = None
        self._listener: socket.socket | None = None
        self._wake: tuple[socket.socket, socket.socket] | None = None
        self._thread: threading.Thread | None = None

    @abstractmethod
    def connected(self, client: socket.socket) -> None:
        """A client came."""

    @abstractmethod
    def received(self, data: bytes) -> None:
        """Bytes came from the client."""

    @abstractmethod
    def disconnected(self) -> None:
        """The client went."""

    def start(self) -> None:
        """Switch on: listen, and serve in a thread."""
        listener, self._kept = self._kept or self._bound(), None
        listener.listen(4)
        self.port = listener.getsockname()[1]
        self._listener = listener
        self._wake = socket.socketpair()
        self._thread = threading.Thread(target=self._serve, name=type(self).__name__, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Switch off: break off the client and refuse new ones. `start` switches on again."""
        if self._kept:
            self._kept.close()
            self._kept = None
        if self._thread and self._wake and self._listener:
            self._wake[1].send(b"x")
            self._thread.join(timeout=5)
            for sock in (*self._wake, self._listener):
                sock.close()
            self._thread = None

    def unplug(self) -> None:
        """As `stop`, and the port stays this device's: nobody else answers there, and `start` finds it free."""
        self.stop()
        self._kept = self._bound()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _bound(self) -> socket.socket:
        bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((self.host, self.port))
        return bound

    def _serve(self) -> None:
        listener, wake = self._listener, self._wake
        if not listener or not wake:
            return
        while self._readable(listener, wake[0]):
            client, _ = listener.accept()
            with client:
                going_on = self._talk(client, wake[0])
            if not going_on:
                return

    def _talk(self, client: socket.socket, wake: socket.socket) -> bool:
        """Serve one client; False if the device was switched off meanwhile."""
        try:
            self.connected(client)
            while self._readable(client, wake):
                data = client.recv(4096)
                if not data:
                    return True
                self.received(data)
            _reset(client)
            return False
        except Hangup:
            _reset(client)
        except OSError:
            return True  # the client broke off; so do real ones
        finally:
            self.disconnected()
        return True

    @staticmethod
    def _readable(sock: socket.socket, wake: socket.socket) -> bool:
        ready, _, _ = select.select([sock, wake], [], [])
        return wake not in ready


def _reset(client: socket.socket) -> None:
    with contextlib.suppress(OSError):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
