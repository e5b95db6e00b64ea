"""What ink on paper amounts to: the emulated printer's output, as data and as text."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Edge(StrEnum):
    """Alignment of a line."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Run:
    """Letters of one style; `wide` and `high` are 1 to 8."""

    text: str
    bold: bool = False
    wide: int = 1
    high: int = 1

    @property
    def cells(self) -> int:
        """Width in cells of normal size."""
        return len(self.text) * self.wide


@dataclass(frozen=True, slots=True)
class InkLine:
    """One printed line."""

    runs: tuple[Run, ...]
    edge: Edge = Edge.LEFT

    @property
    def cells(self) -> int:
        """Width in cells."""
        return sum(run.cells for run in self.runs)

    @property
    def high(self) -> int:
        """Height in lines of normal size."""
        return max((run.high for run in self.runs), default=1)

    def text(self, columns: int) -> str:
        """The line in cells of one size; words of double width stay whole, in their places."""
        line = "".join(_narrow(run) for run in self.runs)
        spare = max(0, columns - self.cells)
        lead = {Edge.LEFT: 0, Edge.CENTER: spare // 2, Edge.RIGHT: spare}[self.edge]
        return (" " * lead + line).rstrip()


@dataclass(frozen=True, slots=True)
class InkQr:
    """A QR code; `size` is dots per module, `level` one of L M Q H."""

    data: bytes
    size: int
    level: str
    edge: Edge


Ink = InkLine | InkQr


@dataclass(frozen=True, slots=True)
class Slip:
    """One piece of paper: its ink, the printed job's bytes, and how it was cut off."""

    ink: tuple[Ink, ...]
    data: bytes
    columns: int
    cut: str | None

    def text(self) -> str:
        """The slip as plain text."""
        lines = [
            item.text(self.columns)
            if isinstance(item, InkLine)
            else f"[{item.data.decode('utf-8', 'replace')}]"
            for item in self.ink
        ]
        return "\n".join(lines).rstrip("\n") + "\n"


def _narrow(run: Run) -> str:
    if run.wide == 1:
        return run.text
    line = ""
    for word in re.finditer(r"\S+(?: \S+)*", run.text):
        middle = (word.start() + word.end()) * run.wide // 2
        line = line.ljust(middle - len(word[0]) // 2) + word[0]
    return line
