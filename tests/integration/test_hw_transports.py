"""Transports against lines that misbehave: every call ends by its deadline and says what happened."""

import os
import socket
import time
import tty
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hardware.errors import LinkDownError, LinkFault
from hardware.ports import SerialSettings
from hardware.scales.mtsics import MtSics
from hardware.transports import SerialTransport, TcpTransport
from tests.fixtures.hw_links import reset, serving

SHORT = 0.05
SLACK = 20.0  # a busy machine may be late; a hang would last until pytest ends it


def fault_of(call: Callable[[], object]) -> LinkDownError:
    with pytest.raises(LinkDownError) as caught:
        call()
    return caught.value


def in_time(call: Callable[[], object]) -> object:
    began = time.monotonic()
    try:
        return call()
    finally:
        assert time.monotonic() - began < SHORT + SLACK


class TestTcp:
    def test_refused(self, deaf_port: int) -> None:
        assert fault_of(lambda: TcpTransport("127.0.0.1", deaf_port).open(1)).fault is LinkFault.REFUSED

    def test_a_name_that_nobody_has(self) -> None:
        assert fault_of(lambda: TcpTransport("printer..invalid", 9100).open(5)).fault is LinkFault.MISSING

    def test_a_name_is_looked_up(self) -> None:
        with serving(lambda client: client.sendall(b"hello")) as port:
            link = TcpTransport("localhost", port).open(5)
            assert link.receive(5) == b"hello"
            link.close()

    def test_silence(self) -> None:
        with serving(lambda _: None) as port:
            link = TcpTransport("127.0.0.1", port).open(1)
            assert in_time(lambda: link.receive(SHORT)) == b""
            assert link.receive(0) == b""
            link.close()

    def test_a_peer_that_never_reads(self) -> None:
        with serving(lambda _: None) as port:
            link = TcpTransport("127.0.0.1", port).open(1)
            error = in_time(lambda: fault_of(lambda: link.send(b"x" * 50_000_000, SHORT)))
            assert isinstance(error, LinkDownError)
            assert error.fault is LinkFault.TIMEOUT
            assert error.taken
            assert error.taken < 50_000_000
            link.close()

    def test_a_closed_line(self) -> None:
        with serving(lambda client: client.close()) as port:
            link = TcpTransport("127.0.0.1", port).open(1)
            assert fault_of(lambda: link.receive(5)).fault is LinkFault.LOST
            link.close()

    def test_a_reset_line(self) -> None:
        def handle(client: socket.socket) -> None:
            client.recv(1)
            reset(client)

        with serving(handle) as port:
            link = TcpTransport("127.0.0.1", port).open(1)
            link.send(b"?", 5)
            assert fault_of(lambda: link.receive(5)).fault is LinkFault.LOST
            assert fault_of(lambda: link.send(b"x" * 50_000_000, 5)).fault is LinkFault.LOST
            link.close()

    def test_what_was_sent_arrives_although_answers_were_not_read(self) -> None:
        got: list[bytes] = []

        def chatter(client: socket.socket) -> None:
            client.sendall(b"\x14\x00\x00\x00" * 10)
            while data := client.recv(4096):
                got.append(data)
            client.close()

        with serving(chatter) as port:
            link = TcpTransport("127.0.0.1", port).open(1)
            link.send(b"y" * 100_000, 5)
            link.close()
            link.close()
        assert sum(map(len, got)) == 100_000

    def test_socket_options(self) -> None:
        with serving(lambda _: None) as port:
            link = TcpTransport("127.0.0.1", port).open(1)
            sock = link._sock
            assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            if hasattr(socket, "TCP_USER_TIMEOUT"):
                assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 10_000
            link.close()


@pytest.fixture
def pair() -> Iterator[tuple[int, str]]:
    """The far end of a pseudo-terminal, and the name of the near one."""
    far, near = os.openpty()
    tty.setraw(near)
    yield far, os.ttyname(near)
    for end in (far, near):
        if end in _open_ends(far, near):
            os.close(end)


def _open_ends(*ends: int) -> list[int]:
    found = []
    for end in ends:
        try:
            os.fstat(end)
        except OSError:
            continue
        found.append(end)
    return found


class TestSerial:
    def test_bytes_both_ways(self, pair: tuple[int, str]) -> None:
        far, name = pair
        link = SerialTransport(SerialSettings(name)).open(1)
        link.send(b"SI\r\n", 1)
        assert os.read(far, 100) == b"SI\r\n"
        os.write(far, b"S S     100.00 g\r\n")
        data = b""
        while not data.endswith(b"\n"):
            data += link.receive(5)
        assert data == b"S S     100.00 g\r\n"
        link.close()
        link.close()

    def test_silence(self, pair: tuple[int, str]) -> None:
        link = SerialTransport(SerialSettings(pair[1])).open(1)
        assert in_time(lambda: link.receive(SHORT)) == b""
        link.close()

    def test_hang_up(self, pair: tuple[int, str]) -> None:
        far, name = pair
        link = SerialTransport(SerialSettings(name)).open(1)
        os.close(far)
        assert fault_of(lambda: link.receive(1)).fault is LinkFault.LOST
        error = fault_of(lambda: link.send(b"x", 1))
        assert error.fault is LinkFault.LOST
        assert error.taken is None, "a port cannot tell how much had left"
        link.close()

    def test_in_use(self, pair: tuple[int, str]) -> None:
        first = SerialTransport(SerialSettings(pair[1])).open(1)
        assert fault_of(lambda: SerialTransport(SerialSettings(pair[1])).open(1)).fault is LinkFault.IN_USE
        first.close()
        SerialTransport(SerialSettings(pair[1])).open(1).close()

    def test_missing(self, tmp_path: Path) -> None:
        port = str(tmp_path / "scale")
        assert fault_of(lambda: SerialTransport(SerialSettings(port)).open(1)).fault is LinkFault.MISSING

    @pytest.mark.parametrize("wrong", [{"baud": -1}, {"parity": "X"}, {"bits": 12}])
    def test_settings_that_no_port_has(self, pair: tuple[int, str], wrong: dict[str, object]) -> None:
        settings = SerialSettings(**{"port": pair[1], **wrong})  # type: ignore[arg-type]  # wrong on purpose
        assert fault_of(lambda: SerialTransport(settings).open(1)).fault is LinkFault.SETTINGS

    def test_a_settings_fault_of_the_terminal_layer_is_caught(
        self, pair: tuple[int, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import termios

        def refuse(*_: object) -> None:
            raise termios.error(22, "Invalid argument")

        monkeypatch.setattr(termios, "tcsetattr", refuse)
        settings = SerialSettings(pair[1], bits=7, parity="E")
        assert fault_of(lambda: SerialTransport(settings).open(1)).fault is LinkFault.SETTINGS

    def test_the_settings_asked_for_reach_the_port(
        self, pair: tuple[int, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import serial

        asked: list[tuple[object, ...]] = []
        monkeypatch.setattr(
            serial.Serial,
            "open",
            lambda self: asked.append(
                (
                    self.port,
                    self.baudrate,
                    self.bytesize,
                    self.parity,
                    self.stopbits,
                    self.xonxoff,
                    self.exclusive,
                )
            ),
        )
        SerialTransport(SerialSettings("P", 2400, 7, "E", 2, xonxoff=True)).open(1)
        assert asked == [("P", 2400, 7, "E", 2, True, True)]

    def test_the_protocols_defaults_are_line_settings(self) -> None:
        assert MtSics.defaults.xonxoff
