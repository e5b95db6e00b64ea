"""The balance on a line: a pseudo-terminal where the system has them, a TCP socket everywhere."""

import contextlib
import os
import select
import shutil
import socket
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from hardware.emulators.balance import Balance
from hardware.emulators.served import TcpDevice


class _Lines:
    """Cuts a stream of commands into lines and answers each."""

    def __init__(self, balance: Balance) -> None:
        self._balance = balance
        self._held = b""

    def answers(self, data: bytes) -> bytes:
        *lines, self._held = (self._held + data)[-4096:].split(b"\n")
        return b"".join(self._balance.answer(line.strip().decode("ascii", "replace")) for line in lines)


class MtSicsOnTcp(TcpDevice):
    """A balance behind a serial-to-network box. `stop` unplugs it, `start` plugs it in again."""

    def __init__(self, balance: Balance | None = None, host: str = "127.0.0.1", port: int = 0) -> None:
        super().__init__(host, port)
        self.balance = balance or Balance()
        self._client: socket.socket | None = None
        self._lines = _Lines(self.balance)

    def restart(self) -> None:
        """Power cycle: the balance says who it is, unasked."""
        self._send(self.balance.restart())

    def connected(self, client: socket.socket) -> None:
        """The till connects."""
        self._client = client
        self._lines = _Lines(self.balance)

    def received(self, data: bytes) -> None:
        """Commands came."""
        self._send(self._lines.answers(data))

    def disconnected(self) -> None:
        """The till went."""
        self._client = None

    def _send(self, data: bytes) -> None:
        client = self._client
        if client and data:
            with contextlib.suppress(OSError):
                client.sendall(data)


class MtSicsOnPty:
    """A balance on a pseudo-terminal; `path` stays the same when it is unplugged and plugged in again."""

    def __init__(self, balance: Balance | None = None) -> None:
        self.balance = balance or Balance()
        self._folder = Path(tempfile.mkdtemp(prefix="pos-scale-"))
        self.path = str(self._folder / "scale")
        self._ends: tuple[int, int] | None = None
        self._wake: tuple[socket.socket, socket.socket] | None = None
        self._thread: threading.Thread | None = None

    def plug(self) -> None:
        """Plug the cable in."""
        import tty

        ends = os.openpty()
        tty.setraw(ends[1])
        link = Path(self.path)
        link.unlink(missing_ok=True)
        link.symlink_to(os.ttyname(ends[1]))
        self._ends, self._wake = ends, socket.socketpair()
        self._thread = threading.Thread(target=self._serve, args=(ends[0], self._wake[0]), daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        """Pull the cable: the till's end of the line hangs up."""
        if self._thread and self._wake and self._ends:
            self._wake[1].send(b"x")
            self._thread.join(timeout=5)
            for sock in self._wake:
                sock.close()
            for end in self._ends:
                os.close(end)
            Path(self.path).unlink(missing_ok=True)
            self._thread = self._ends = None

    def restart(self) -> None:
        """Power cycle: the balance says who it is, unasked."""
        said = self.balance.restart()
        if self._ends:
            os.write(self._ends[0], said)

    def start(self) -> None:
        """Switch on."""
        self.plug()

    def stop(self) -> None:
        """Switch off and clear away."""
        self.unplug()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _serve(self, master: int, wake: socket.socket) -> None:
        lines = _Lines(self.balance)
        while wake.fileno() not in select.select([master, wake.fileno()], [], [])[0]:
            try:
                os.write(master, lines.answers(os.read(master, 1024)))
            except OSError:
                return
