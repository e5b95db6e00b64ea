"""Reads ESC/POS as a printer does: one command after the other, in order (hardware.md 3.1)."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from hardware.emulators.paper import Edge, Ink, InkLine, InkQr, Run

_PAGES = {0: "cp437", 2: "cp850", 16: "cp1252", 18: "cp852", 19: "cp858"}
_EDGES = {0: Edge.LEFT, 1: Edge.CENTER, 2: Edge.RIGHT, 48: Edge.LEFT, 49: Edge.CENTER, 50: Edge.RIGHT}
_LEVELS = {48: "L", 49: "M", 50: "Q", 51: "H"}

# Commands of fixed length that change nothing which is drawn here.
_IGNORED = {
    b"\x1b2": 2, b"\x1b3": 3, b"\x1bM": 3, b"\x1bG": 3, b"\x1b-": 3, b"\x1bJ": 3, b"\x1bR": 3, b"\x1b=": 3,
    b"\x1b{": 3, b"\x1b ": 3, b"\x1bc": 4, b"\x1dB": 3, b"\x1dL": 4, b"\x1dW": 4, b"\x1dh": 3, b"\x1dw": 3,
    b"\x1dH": 3, b"\x1df": 3, b"\x1da": 3, b"\x10\x04": 3, b"\x10\x14": 5, b"\x1c.": 2, b"\x1c&": 2,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cut:
    """The paper is cut."""

    kind: str


@dataclass(frozen=True, slots=True)
class Pulse:
    """The drawer port fires; `pin` is 2 or 5."""

    pin: int


@dataclass(frozen=True, slots=True)
class Ask:
    """`GS r n`: answered when reached."""

    number: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """Bytes of no command known here."""

    data: bytes


Event = Ink | Cut | Pulse | Ask | Unknown


@dataclass(frozen=True, slots=True)
class Style:
    """How the next letters look."""

    page: str = "cp437"
    edge: Edge = Edge.LEFT
    bold: bool = False
    wide: int = 1
    high: int = 1


@dataclass(slots=True)
class Interpreter:
    """The printer's head: holds style, the unfinished line and the stored QR code."""

    columns: int = 42
    style: Style = field(default_factory=Style)
    runs: list[Run] = field(default_factory=list)
    qr: dict[int, bytes] = field(default_factory=dict)

    def take(self, data: bytes) -> tuple[list[Event], int]:
        """What the first command or letter of `data` does, and its length; 0 if it is not whole yet."""
        first = data[0]
        if first == 0x0A:
            return [self._end_line()], 1
        if first in (0x1B, 0x1D, 0x10, 0x1C):
            return self._command(data)
        return (self._letter(data[:1]) if first >= 0x20 else []), 1

    def _command(self, data: bytes) -> tuple[list[Event], int]:
        head = data[:2]
        size = _size(data)
        if size is None or len(data) < size:
            return [], 0
        action = _ACTIONS.get(head)
        if action:
            return action(self, data[2:size]), size
        return ([] if head in _IGNORED else [Unknown(data[:size])]), size

    def _letter(self, byte: bytes) -> list[Event]:
        style = self.style
        full = sum(run.cells for run in self.runs) + style.wide > self.columns
        wrapped: list[Event] = [self._end_line()] if full else []
        run = Run(byte.decode(style.page, "replace"), style.bold, style.wide, style.high)
        if self.runs and replace(self.runs[-1], text="") == replace(run, text=""):
            self.runs[-1] = replace(run, text=self.runs[-1].text + run.text)
        else:
            self.runs.append(run)
        return wrapped

    def _end_line(self) -> InkLine:
        line = InkLine(tuple(self.runs), self.style.edge)
        self.runs.clear()
        return line

    def reset(self, _: bytes) -> list[Event]:
        """`ESC @`."""
        self.style = Style()
        self.runs.clear()
        return []

    def restyle(self, style: Style) -> list[Event]:
        """Change how the next letters look."""
        self.style = style
        return []

    def feed(self, lines: int) -> list[Event]:
        """`ESC d`: print the line, then feed."""
        return [self._end_line() for _ in range(lines)]

    def code(self, data: bytes) -> list[Event]:
        """`GS ( k`: collect the parts of a QR code and draw it at function 81."""
        if len(data) < 4 or data[2] != 49:
            return [Unknown(b"\x1d(k" + data)]
        function, rest = data[3], data[4:]
        self.qr[function] = rest
        if function != 81:
            return []
        size = (self.qr.get(67) or b"\x03")[0]
        level = _LEVELS.get((self.qr.get(69) or b"0")[0], "L")
        return [InkQr(self.qr.get(80, b"0")[1:], size, level, self.style.edge)]


def _size(data: bytes) -> int | None:
    """Length of the command that `data` begins with; None while that cannot be told."""
    head = data[:2]
    if len(head) < 2:
        return None
    if head == b"\x1d(":
        return 5 + data[3] + 256 * data[4] if len(data) >= 5 else None
    if head == b"\x1dV":
        return None if len(data) < 3 else 4 if data[2] in (65, 66) else 3
    if head == b"\x1dv":
        return 8 + (data[4] + 256 * data[5]) * (data[6] + 256 * data[7]) if len(data) >= 8 else None
    if head == b"\x1dk":
        return 4 + data[3] if len(data) >= 4 else None
    return _SIZES.get(head) or _IGNORED.get(head, 2)


def _group(head: Interpreter, data: bytes) -> list[Event]:
    return head.code(data[1:]) if data[:1] == b"k" else []


_SIZES = {
    b"\x1b@": 2,
    b"\x1bt": 3,
    b"\x1ba": 3,
    b"\x1bE": 3,
    b"\x1bd": 3,
    b"\x1bp": 5,
    b"\x1d!": 3,
    b"\x1dr": 3,
}

_ACTIONS: dict[bytes, Callable[[Interpreter, bytes], list[Event]]] = {
    b"\x1b@": Interpreter.reset,
    b"\x1bt": lambda head, n: head.restyle(replace(head.style, page=_PAGES.get(n[0], "cp437"))),
    b"\x1ba": lambda head, n: head.restyle(replace(head.style, edge=_EDGES.get(n[0], Edge.LEFT))),
    b"\x1bE": lambda head, n: head.restyle(replace(head.style, bold=bool(n[0] & 1))),
    b"\x1d!": lambda head, n: head.restyle(replace(head.style, wide=1 + (n[0] >> 4), high=1 + (n[0] & 7))),
    b"\x1bd": lambda head, n: head.feed(n[0]),
    b"\x1bp": lambda _, n: [Pulse(5 if n[0] & 1 else 2)],
    b"\x1dr": lambda _, n: [Ask(n[0] & 3)],
    b"\x1dV": lambda _, n: [Cut("full" if n[0] in (0, 48, 65) else "partial")],
    b"\x1d(": _group,
}
