"""An ESC/POS printer on a TCP socket, with paper, cover, cutter and a cash drawer.

It answers as the printers did of which hardware.md 3.2 keeps the bytes: real-time questions at once, in-order
ones when reached. What it got while out of paper it holds, and prints when fed.
"""

import contextlib
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from hardware.emulators.escpos_stream import Ask, Cut, Event, Interpreter, Pulse, Unknown
from hardware.emulators.paper import Ink, Slip
from hardware.emulators.served import Hangup, TcpDevice


@dataclass(frozen=True, slots=True)
class Condition:
    """What is wrong with the printer, and how its drawer is wired.

    `lines_left`: the paper ends after so many printed lines. `die_after`: the plug is pulled after so many
    received bytes. `silent`: no question is answered. `chatter`: sent unasked to every new client.
    """

    paper_out: bool = False
    near_end: bool = False
    cover_open: bool = False
    offline: bool = False
    error: bool = False
    silent: bool = False
    lines_left: int | None = None
    die_after: int | None = None
    chatter: bytes = b""
    drawer_switch: bool = True
    drawer_stuck: bool = False

    @property
    def can_print(self) -> bool:
        """True if the printer works through its buffer."""
        return not (self.paper_out or self.cover_open or self.offline or self.error)


class EscPosEmulator(TcpDevice):
    """The printer. `slips` are the cut pieces of paper, `kicks` the pulses to the drawer.

    Args:
        columns: Characters on a line.
        on_slip: Called with each cut slip, in the printer's thread.
    """

    def __init__(
        self,
        columns: int = 42,
        on_slip: Callable[[Slip], None] | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        super().__init__(host, port)
        self.slips: list[Slip] = []
        self.unknown: list[bytes] = []
        self.kicks = 0
        self.connections = 0
        self.received_bytes = 0
        self.drawer_open = False
        self._columns = columns
        self._on_slip = on_slip
        self._condition = Condition()
        self._changed = threading.Condition(threading.RLock())
        self._client: socket.socket | None = None
        self._buffer = b""
        self._tail = b""
        self._head = Interpreter(columns)
        self._ink: list[Ink] = []
        self._data = bytearray()

    @property
    def condition(self) -> Condition:
        """The present condition."""
        return self._condition

    def set(self, **changes: object) -> None:
        """Change fields of `Condition`; a printer that is well again prints what it held."""
        with self._changed:
            self._condition = replace(self._condition, **changes)  # type: ignore[arg-type]  # checked by replace
            self._work()
            self._changed.notify_all()

    def close_drawer(self) -> None:
        """Push the drawer shut."""
        with self._changed:
            self.drawer_open = False

    def wait_until(self, true: Callable[["EscPosEmulator"], bool], timeout_s: float = 5.0) -> bool:
        """Wait for something to have happened; False if it did not in time."""
        with self._changed:
            return self._changed.wait_for(lambda: true(self), timeout_s)

    @property
    def uncut(self) -> Slip:
        """The paper that hangs out of the printer."""
        return Slip(tuple(self._ink), bytes(self._data), self._columns, None)

    def start(self) -> None:
        """Switch on, with an empty buffer."""
        self._start_anew()
        super().start()

    # -- the wire ----------------------------------------------------------------------------

    def connected(self, client: socket.socket) -> None:
        """A job or a question begins."""
        with self._changed:
            self._client = client
            self.connections += 1
            self._answer(self._condition.chatter)

    def disconnected(self) -> None:
        """The client is done; what it sent stays."""
        with self._changed:
            self._client = None
            self._changed.notify_all()

    def received(self, data: bytes) -> None:
        """Answer what is asked in real time, then work through the buffer."""
        with self._changed:
            self._real_time(data)
            allowed = len(data) if self._condition.die_after is None else self._condition.die_after
            self._buffer += data[:allowed]
            self.received_bytes += min(len(data), allowed)
            self._work()
            self._changed.notify_all()
            if self._condition.die_after is not None:
                self._condition = replace(self._condition, die_after=allowed - min(len(data), allowed))
                if len(data) >= allowed:
                    self._condition = replace(self._condition, die_after=None)
                    self._start_anew()
                    raise Hangup

    def _real_time(self, data: bytes) -> None:
        """`DLE EOT n` counts wherever it stands, split between two packets too."""
        seen = self._tail + data
        at = seen.find(b"\x10\x04")
        while 0 <= at < len(seen) - 2:
            if seen[at + 2] in (1, 2, 3, 4) and not self._condition.silent:
                self._answer(bytes([self._status(seen[at + 2])]))
            at = seen.find(b"\x10\x04", at + 2)
        self._tail = seen[-2:] if seen[-2:] == b"\x10\x04" else seen[-1:] if seen[-1:] == b"\x10" else b""

    def _answer(self, data: bytes) -> None:
        if self._client and data:
            with contextlib.suppress(OSError):
                self._client.sendall(data)

    # -- the printer -------------------------------------------------------------------------

    def _start_anew(self) -> None:
        self._buffer = b""
        self._tail = b""
        self._head = Interpreter(self._columns)
        self._ink.clear()
        self._data.clear()

    def _work(self) -> None:
        while self._buffer and self._condition.can_print:
            events, size = self._head.take(self._buffer)
            if not size:
                return
            command, self._buffer = self._buffer[:size], self._buffer[size:]
            if not any(isinstance(event, Ask | Pulse) for event in events) and command[:1] != b"\x10":
                self._data += command
            for event in events:
                self._happen(event)

    def _happen(self, event: Event) -> None:
        match event:
            case Cut(kind):
                self._cut(kind)
            case Pulse():
                self.kicks += 1
                self.drawer_open = self.drawer_open or not self._condition.drawer_stuck
            case Ask(number):
                if not self._condition.silent:
                    self._answer(bytes([self._in_order(number)]))
            case Unknown(data):
                self.unknown.append(data)
            case _:
                self._ink.append(event)
                self._use_paper()

    def _use_paper(self) -> None:
        left = self._condition.lines_left
        if left is not None:
            self._condition = replace(self._condition, lines_left=left - 1, paper_out=left <= 1)

    def _cut(self, kind: str) -> None:
        slip = Slip(tuple(self._ink), bytes(self._data), self._columns, kind)
        self.slips.append(slip)
        self._ink.clear()
        self._data.clear()
        if self._on_slip:
            self._on_slip(slip)

    def _pin_high(self) -> bool:
        return self.drawer_open and self._condition.drawer_switch

    def _status(self, number: int) -> int:
        now = self._condition
        bits = {
            1: 0x04 * self._pin_high() | 0x08 * (not now.can_print),
            2: 0x04 * now.cover_open | 0x20 * now.paper_out | 0x40 * now.error,
            3: 0x20 * now.error,
            4: 0x6C * now.paper_out | 0x0C * now.near_end,
        }
        return 0x12 | bits[number]

    def _in_order(self, number: int) -> int:
        if number == 2:
            return int(self._pin_high())
        return 0x0C * self._condition.paper_out | 0x03 * (
            self._condition.near_end or self._condition.paper_out
        )
