"""Serial lines over pyserial 3.5, wrapped as hardware.md 6.9 says."""

import contextlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hardware.errors import LinkDownError, LinkFault
from hardware.ports import SerialSettings
from hardware.transports.base import Deadline

if TYPE_CHECKING:
    from serial import Serial

_POLL_S = 0.05
_WRITE_S = 1.0
_PIECE = 256  # small, so that a slow line with flow control still meets the write deadline


@dataclass(frozen=True, slots=True)
class SerialTransport:
    """A device on a serial port, a USB-serial adapter or a pseudo-terminal."""

    settings: SerialSettings

    @property
    def name(self) -> str:
        """The port's name."""
        return self.settings.port

    def open(self, deadline_s: float) -> "SerialLink":  # noqa: ARG002 - opening a port does not wait
        """Take the port for this program alone, without pulsing its control lines.

        Raises:
            LinkDownError: Not there, in use by another program, or settings that the port cannot do.
        """
        from serial import Serial

        chosen = self.settings
        try:
            handle = Serial(timeout=_POLL_S, write_timeout=_WRITE_S)
            handle.port = chosen.port
            handle.baudrate = chosen.baud
            handle.bytesize = chosen.bits
            handle.parity = chosen.parity
            handle.stopbits = chosen.stop
            handle.rtscts = chosen.rtscts
            handle.xonxoff = chosen.xonxoff
            handle.dsrdtr = False
            if os.name == "posix":
                handle.exclusive = True
            # Set before opening: a toggled line restarts some scales.
            handle.dtr = True
            handle.rts = True
            handle.open()
        except trouble() as error:
            raise LinkDownError(_kind(error), chosen.port) from error
        return SerialLink(handle)


class SerialLink:
    """One open port."""

    def __init__(self, handle: "Serial") -> None:
        self._handle = handle

    def send(self, data: bytes, deadline_s: float) -> None:
        """See `Link.send`; after a failed write nobody knows how much the port took."""
        deadline = Deadline(deadline_s)
        for start in range(0, len(data), _PIECE):
            if deadline.left_s <= 0:
                raise LinkDownError(LinkFault.TIMEOUT, "writing", start)
            try:
                self._handle.write(data[start : start + _PIECE])
            except trouble() as error:
                raise LinkDownError(_kind(error), "writing", None) from error

    def receive(self, deadline_s: float) -> bytes:
        """See `Link.receive`."""
        deadline = Deadline(deadline_s)
        try:
            while True:
                waiting = self._handle.in_waiting
                if waiting:
                    return bytes(self._handle.read(waiting))
                if deadline.left_s <= 0:
                    return b""
                first = bytes(self._handle.read(1))
                if first:
                    return first
        except trouble() as error:
            raise LinkDownError(_kind(error), "reading") from error

    def close(self) -> None:
        """Give the port back."""
        with contextlib.suppress(*trouble()):
            self._handle.close()


def trouble() -> tuple[type[Exception], ...]:
    """Everything that pyserial raises for a line gone bad; `termios.error` is not an OSError."""
    from serial import SerialException

    found: tuple[type[Exception], ...] = (SerialException, OSError, ValueError, TypeError)
    with contextlib.suppress(ImportError):
        import termios

        found = (*found, termios.error)
    return found


def _kind(error: Exception) -> LinkFault:
    from serial import SerialTimeoutException

    if isinstance(error, SerialTimeoutException):
        return LinkFault.TIMEOUT
    number = error.errno if isinstance(error, OSError) else None
    words = str(error)
    if number in (2, 6, 19) or "FileNotFoundError" in words:
        return LinkFault.MISSING
    if number in (11, 13, 16) or "exclusively lock" in words or "PermissionError" in words:
        return LinkFault.IN_USE
    if isinstance(error, OSError):
        return LinkFault.LOST
    return LinkFault.SETTINGS
