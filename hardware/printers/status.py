"""Status bytes of ESC/POS printers, told apart by form before use (hardware.md 3.2).

Three answers look alike and mean different things: the real-time answer (one byte), the in-order answer
(one byte) and the automatic status (four bytes). They are never mixed; what fits none is junk.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hardware.ports import Health, Paper, PrinterStatus


@dataclass(frozen=True, slots=True)
class RealTime:
    """Answer to `DLE EOT n`; the byte does not say which n."""

    byte: int


@dataclass(frozen=True, slots=True)
class InOrder:
    """Answer to `GS r 1`, given when all before it went through."""

    byte: int

    @property
    def paper(self) -> Paper:
        """Bits 0+1 near end, bits 2+3 out."""
        return Paper.OUT if self.byte & 0x0C else Paper.LOW if self.byte & 0x03 else Paper.OK


@dataclass(frozen=True, slots=True)
class Automatic:
    """Four bytes that the printer sends by itself when something changes."""

    group: bytes

    @property
    def paper(self) -> Paper:
        """Third byte: bits 0+1 near end, bits 2+3 out."""
        third = self.group[2]
        return Paper.OUT if third & 0x0C else Paper.LOW if third & 0x03 else Paper.OK


@dataclass(frozen=True, slots=True)
class Junk:
    """A byte of no known form."""

    byte: int


Answer = RealTime | InOrder | Automatic | Junk


class AnswerReader:
    """Splits what a printer sends into answers; keeps a group that is not yet whole."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> list[Answer]:
        """The answers that are whole by now."""
        self._held += data
        found: list[Answer] = []
        while self._held:
            answer, size = _first(self._held)
            if answer is None:
                break
            found.append(answer)
            self._held = self._held[size:]
        return found

    def reset(self) -> None:
        """Forget a group that is not whole."""
        self._held = b""


def _first(data: bytes) -> tuple[Answer | None, int]:
    head = data[0]
    if head & 0x93 == 0x12:
        return RealTime(head), 1
    if head & 0x93 == 0x10:
        tail = data[1:4]
        if any(byte & 0x90 for byte in tail):
            return Junk(head), 1
        return (Automatic(data[:4]), 4) if len(tail) == 3 else (None, 0)
    # Sensors come in pairs of equal bits; anything else is not taken for a confirmation.
    return (InOrder(head) if head in (0x00, 0x03, 0x0C, 0x0F) else Junk(head)), 1


UNREACHABLE = PrinterStatus(
    Health.DISCONNECTED, Paper.UNKNOWN, None, "the printer cannot be reached", None, False
)
NO_ANSWER = PrinterStatus(Health.UNKNOWN, Paper.UNKNOWN, None, "the printer does not answer", None, None)


def status_from(answers: Sequence[int]) -> PrinterStatus:
    """The status from the answers to `DLE EOT` 1, 2, 3, 4 in that order; later ones may be missing.

    Without the first nothing is known. Without the fourth the paper is not known.
    """
    if not answers:
        return NO_ANSWER
    asked = dict(enumerate(answers, start=1))
    offline = bool(asked[1] & 0x08)
    paper = _paper(asked.get(4))
    if paper is Paper.UNKNOWN and asked.get(2, 0) & 0x20:
        paper = Paper.OUT
    cover = bool(asked[2] & 0x04) if 2 in asked else None
    error = _error(asked)
    well = not (offline or error or cover or paper is Paper.OUT)
    whole = well and paper is not Paper.LOW
    return PrinterStatus(
        health=Health.CONNECTED if whole else Health.DEGRADED,
        paper=paper,
        cover_open=cover,
        error=error
        or ("the printer is off line" if offline and not cover and paper is not Paper.OUT else None),
        drawer_pin_high=bool(asked[1] & 0x04),
        can_print=well,
    )


def _paper(byte: int | None) -> Paper:
    if byte is None:
        return Paper.UNKNOWN
    return Paper.OUT if byte & 0x60 else Paper.LOW if byte & 0x0C else Paper.OK


def _error(asked: dict[int, int]) -> str | None:
    cause = asked.get(3, 0)
    if cause & 0x08:
        return "the cutter is blocked"
    if cause & 0x20:
        return "the printer has a fault that needs service"
    if cause & 0x40:
        return "the print head is too hot; it goes on by itself"
    if cause & 0x04 or asked.get(2, 0) & 0x40:
        return "the printer reports an error"
    return None
