"""Sending a job to an ESC/POS printer exactly as hardware.md 3.4 says.

Each call opens its own connection and closes it: most printers serve one client and drop idle ones.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from hardware.errors import LinkDownError
from hardware.ports import Paper, PrinterStatus, PrintOutcome, PrintReport
from hardware.printers.escpos_encode import EscPosEncoder
from hardware.printers.receipt import ReceiptDoc
from hardware.printers.status import NO_ANSWER, UNREACHABLE, AnswerReader, InOrder, RealTime, status_from
from hardware.transports.base import CHUNK, Deadline, Link, Transport

CONFIRM = b"\x1dr\x01"


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds that each step may take at most, within the deadline of the whole call."""

    connect_s: float = 2.0
    answer_s: float = 0.5
    confirm_s: float = 8.0
    write_s: float = 10.0
    write_s_per_20_kib: float = 1.0

    def writing(self, size: int) -> float:
        """Time for a job of this many bytes."""
        return self.write_s + self.write_s_per_20_kib * size / 20_480


class Conversation:
    """One connection to a printer: questions with answers, and bytes."""

    def __init__(self, link: Link, deadline: Deadline, timings: Timings) -> None:
        self._link = link
        self._deadline = deadline
        self._timings = timings
        self._answers = AnswerReader()

    def ask(self, number: int) -> int | None:
        """The answer to `DLE EOT number`; None if none came, or more than one, which answers nothing."""
        self.drain()
        self._link.send(bytes([0x10, 0x04, number]), self._deadline.within(self._timings.answer_s))
        limit = Deadline(self._deadline.within(self._timings.answer_s))
        while True:
            data = self._link.receive(limit.left_s)
            found = [answer for answer in self._answers.feed(data) if isinstance(answer, RealTime)]
            if found:
                return found[0].byte if len(found) == 1 else None
            if not limit.left_s:
                return None

    def ask_all(self, first: int | None = None) -> PrinterStatus:
        """The whole status. Stops at the first silence: a late answer would pass for the next one's."""
        answers = [] if first is None else [first]
        for number in range(len(answers) + 1, 5):
            answer = self.ask(number)
            if answer is None:
                break
            answers.append(answer)
        return status_from(answers)

    def write(self, data: bytes) -> None:
        """Send a job in pieces, within its own time."""
        limit = Deadline(self._deadline.within(self._timings.writing(len(data))))
        for start in range(0, len(data), CHUNK):
            try:
                self._link.send(data[start : start + CHUNK], limit.left_s)
            except LinkDownError as error:
                taken = None if error.taken is None else start + error.taken
                raise LinkDownError(error.fault, "writing", taken) from error

    def confirmed(self) -> InOrder | None:
        """Wait for the answer to `GS r 1`; whatever else comes is let pass."""
        limit = Deadline(self._deadline.within(self._timings.confirm_s))
        while True:
            for answer in self._answers.feed(self._link.receive(limit.left_s)):
                if isinstance(answer, InOrder):
                    return answer
            if not limit.left_s:
                return None

    def drain(self) -> None:
        """Drop what came unasked, a half group too."""
        for _ in range(16):
            if not self._link.receive(0):
                break
        self._answers.reset()


class EscPosPrinter:
    """A receipt printer that speaks ESC/POS over any transport.

    Args:
        transport: Where it is.
        encoder: Its paper width, code page and cutter.
        one_way: The line cannot bring answers (a spooler, a switch box); jobs end as SENT at best.
        timings: Limits of each step.
    """

    def __init__(
        self,
        transport: Transport,
        encoder: EscPosEncoder,
        *,
        one_way: bool = False,
        timings: Timings | None = None,
    ) -> None:
        self._transport = transport
        self._encoder = encoder
        self.one_way = one_way
        self._timings = timings or Timings()

    @property
    def columns(self) -> int:
        """Characters on a line."""
        return self._encoder.columns

    def status(self, deadline_s: float) -> PrinterStatus:
        """Ask all four questions."""
        try:
            with self.conversation(Deadline(deadline_s)) as talk:
                return NO_ANSWER if self.one_way else talk.ask_all()
        except LinkDownError:
            return UNREACHABLE

    def print(self, doc: ReceiptDoc, deadline_s: float) -> PrintReport:
        """Print one receipt, once.

        NOT_SENT is safe to retry; its status says why. CONFIRMED: the printer went through all of it.
        UNKNOWN: a person must look, because a second try may print a second receipt.
        """
        return self.send(self._encoder.encode(doc), deadline_s)

    def send(self, job: bytes, deadline_s: float) -> PrintReport:
        """Send an encoded job as `print` does."""
        try:
            with self.conversation(Deadline(deadline_s)) as talk:
                return self._send_one_way(talk, job) if self.one_way else self._send(talk, job)
        except LinkDownError:
            return PrintReport(PrintOutcome.NOT_SENT, UNREACHABLE)

    @contextmanager
    def conversation(self, deadline: Deadline) -> Iterator[Conversation]:
        """A connection for one call.

        Raises:
            LinkDownError: The printer cannot be reached, or broke off.
        """
        link = self._transport.open(deadline.within(self._timings.connect_s))
        try:
            yield Conversation(link, deadline, self._timings)
        finally:
            link.close()

    def _send(self, talk: Conversation, job: bytes) -> PrintReport:
        first = talk.ask(1)
        if first is None:
            return PrintReport(PrintOutcome.NOT_SENT, NO_ANSWER)
        before = talk.ask_all(first) if first & 0x08 else status_from([first])
        if not before.can_print:
            return PrintReport(PrintOutcome.NOT_SENT, before)
        talk.drain()
        failed = _written(talk, job)
        if failed:
            return failed
        try:
            talk.write(CONFIRM)
            answer = talk.confirmed()
            if answer and answer.paper is not Paper.OUT:
                return PrintReport(PrintOutcome.CONFIRMED)
            return PrintReport(PrintOutcome.UNKNOWN, talk.ask_all())
        except LinkDownError:
            return PrintReport(PrintOutcome.UNKNOWN, UNREACHABLE)

    def _send_one_way(self, talk: Conversation, job: bytes) -> PrintReport:
        return _written(talk, job) or PrintReport(PrintOutcome.SENT)


def _written(talk: Conversation, job: bytes) -> PrintReport | None:
    """None if all of the job left; otherwise what is known about it."""
    try:
        talk.write(job)
    except LinkDownError as error:
        nothing_left = error.taken == 0
        return PrintReport(PrintOutcome.NOT_SENT if nothing_left else PrintOutcome.UNKNOWN, UNREACHABLE)
    return None
