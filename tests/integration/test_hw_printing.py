"""Jobs over real sockets: what is known afterwards, and that nothing is printed twice or lost in silence."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hardware.drawers.printer_drawer import DrawerWiring, PrinterDrawer
from hardware.emulators.escpos_printer import EscPosEmulator
from hardware.ports import DrawerResult, Health, Paper, PrinterStatus, PrintOutcome, PrintReport
from hardware.printers.escpos_encode import EscPosEncoder
from hardware.printers.escpos_printer import Conversation, EscPosPrinter, Timings
from hardware.printers.receipt import Qr, ReceiptDoc, Rule, Text
from hardware.transports import TcpTransport
from hardware.transports.base import Deadline
from tests.fixtures.hw_links import FakeClock, FakeLine, reset, serving

TIMINGS = Timings(connect_s=1, answer_s=0.1, confirm_s=0.1, write_s=0.2, write_s_per_20_kib=0.05)
PATIENT = Timings(connect_s=5, answer_s=5, confirm_s=5, write_s=5)
DOC = ReceiptDoc((Text("Sample receipt"), Rule(), Qr("SAMPLE-0017")))
LONG = ReceiptDoc(tuple(Text(f"Line {number}") for number in range(400)))


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> EscPosEncoder:
    return EscPosEncoder(cache_dir=tmp_path_factory.mktemp("escpos"))


@pytest.fixture
def emulator() -> Iterator[EscPosEmulator]:
    with EscPosEmulator() as device:
        yield device


@pytest.fixture
def printer(emulator: EscPosEmulator, encoder: EscPosEncoder) -> EscPosPrinter:
    return EscPosPrinter(TcpTransport(emulator.host, emulator.port), encoder, timings=PATIENT)


@pytest.fixture
def hasty(emulator: EscPosEmulator, encoder: EscPosEncoder) -> EscPosPrinter:
    """For printers that will not answer."""
    return EscPosPrinter(TcpTransport(emulator.host, emulator.port), encoder, timings=TIMINGS)


def test_a_job_is_confirmed_and_printed_once(printer: EscPosPrinter, emulator: EscPosEmulator) -> None:
    assert printer.print(DOC, 10) == PrintReport(PrintOutcome.CONFIRMED)
    assert [slip.text().splitlines()[0] for slip in emulator.slips] == ["Sample receipt"]
    assert emulator.unknown == []


def test_the_job_arrives_as_it_was_encoded(
    printer: EscPosPrinter, emulator: EscPosEmulator, encoder: EscPosEncoder
) -> None:
    printer.print(LONG, 10)
    assert emulator.slips[0].data == encoder.encode(LONG)


@pytest.mark.parametrize(
    ("trouble", "seen"),
    [
        ({"paper_out": True}, Paper.OUT),
        ({"cover_open": True}, "cover"),
        ({"offline": True}, "the printer is off line"),
        ({"error": True}, "the printer has a fault that needs service"),
    ],
)
def test_trouble_before_is_not_sent_and_says_why(
    trouble: dict[str, bool], seen: object, printer: EscPosPrinter, emulator: EscPosEmulator
) -> None:
    emulator.set(**trouble)
    report = printer.print(DOC, 10)
    assert report.outcome is PrintOutcome.NOT_SENT
    assert report.status
    assert seen in (report.status.paper, report.status.error, "cover" if report.status.cover_open else None)
    emulator.set(**dict.fromkeys(trouble, False))
    assert emulator.slips == [], "nothing may come out by itself later"
    assert printer.print(DOC, 10).outcome is PrintOutcome.CONFIRMED
    assert len(emulator.slips) == 1


def test_low_paper_prints(printer: EscPosPrinter, emulator: EscPosEmulator) -> None:
    emulator.set(near_end=True)
    assert printer.status(5).paper is Paper.LOW
    assert printer.print(DOC, 10).outcome is PrintOutcome.CONFIRMED


def test_refused(encoder: EscPosEncoder, deaf_port: int) -> None:
    printer = EscPosPrinter(TcpTransport("127.0.0.1", deaf_port), encoder, timings=TIMINGS)
    report = printer.print(DOC, 5)
    assert report.outcome is PrintOutcome.NOT_SENT
    assert report.status
    assert report.status.health is Health.DISCONNECTED
    assert printer.status(5).can_print is False


def test_a_silent_printer_gets_nothing_unless_it_is_one_way(
    hasty: EscPosPrinter, emulator: EscPosEmulator, encoder: EscPosEncoder
) -> None:
    emulator.set(silent=True)
    report = hasty.print(DOC, 5)
    assert report.outcome is PrintOutcome.NOT_SENT
    assert report.status
    assert report.status.health is Health.UNKNOWN
    assert emulator.slips == []
    one_way = EscPosPrinter(
        TcpTransport(emulator.host, emulator.port), encoder, one_way=True, timings=PATIENT
    )
    assert one_way.print(DOC, 5).outcome is PrintOutcome.SENT
    assert emulator.wait_until(lambda device: len(device.slips) == 1)


def test_paper_that_ends_in_the_middle_is_unknown_and_comes_out_when_fed(
    emulator: EscPosEmulator, encoder: EscPosEncoder
) -> None:
    timings = Timings(5, 5, confirm_s=0.1)
    printer = EscPosPrinter(TcpTransport(emulator.host, emulator.port), encoder, timings=timings)
    emulator.set(lines_left=5)
    assert printer.print(LONG, 20).outcome is PrintOutcome.UNKNOWN
    assert emulator.wait_until(lambda device: device.condition.paper_out)
    report = printer.print(LONG, 20)
    assert report.outcome is PrintOutcome.NOT_SENT
    assert report.status
    assert report.status.paper is Paper.OUT
    emulator.set(paper_out=False, lines_left=None)
    assert [slip.text().count("Line 399") for slip in emulator.slips] == [1]


def test_the_plug_pulled_in_the_middle_is_unknown(printer: EscPosPrinter, emulator: EscPosEmulator) -> None:
    emulator.set(die_after=300)
    assert printer.print(LONG, 10).outcome is PrintOutcome.UNKNOWN
    assert printer.print(DOC, 10).outcome is PrintOutcome.CONFIRMED


def blind_retry(printer: EscPosPrinter, doc: ReceiptDoc) -> None:
    """Known wrong: tries again whatever is known about the first try."""
    while printer.print(doc, 1).outcome is not PrintOutcome.CONFIRMED:
        pass


def careful_retry(printer: EscPosPrinter, doc: ReceiptDoc) -> None:
    while printer.print(doc, 1).outcome is PrintOutcome.NOT_SENT:
        pass


class Forgetful(EscPosEmulator):
    """Prints the first job, but the confirmation of it is lost."""

    def _in_order(self, number: int) -> int:
        return super()._in_order(number) if len(self.slips) > 1 else 0x13  # XOFF is no answer


def slips_after(retry: Callable[[EscPosPrinter, ReceiptDoc], None], encoder: EscPosEncoder) -> int:
    with Forgetful() as device:
        retry(EscPosPrinter(TcpTransport(device.host, device.port), encoder, timings=TIMINGS), DOC)
        assert device.wait_until(lambda it: len(it.slips) > 0)
        return len(device.slips)


def test_only_not_sent_is_safe_to_retry(encoder: EscPosEncoder) -> None:
    assert slips_after(careful_retry, encoder) == 1
    assert slips_after(blind_retry, encoder) > 1, "the test can see the fault it guards against"


def test_status_bytes_sent_unasked_are_not_answers(printer: EscPosPrinter, emulator: EscPosEmulator) -> None:
    emulator.set(chatter=b"\x1c\x00\x0f\x00junk")
    assert printer.status(5).paper is Paper.OK
    assert printer.print(DOC, 10).outcome is PrintOutcome.CONFIRMED


class Misled(Conversation):
    """Known wrong: takes the first bytes that lie there for the answer."""

    def drain(self) -> None:
        self._answers.reset()


def first_answer(conversation: type[Conversation]) -> int | None:
    """An old answer "off line" lies in the line when a printer is asked that is well."""
    line = FakeLine(FakeClock(), lambda _: [(0.0, b"\x12")])
    line.bring(b"\x1e")
    return conversation(line, Deadline(5), PATIENT).ask(1)


def test_an_old_answer_is_not_taken_for_the_new_one() -> None:
    assert first_answer(Conversation) == 0x12
    assert first_answer(Misled) == 0x1E, "the test can see the fault it guards against"


def test_the_line_is_given_back_after_every_call(printer: EscPosPrinter, emulator: EscPosEmulator) -> None:
    for _ in range(3):
        printer.status(5)
        printer.print(DOC, 10)
    assert emulator.connections == 6
    assert emulator.wait_until(lambda device: device._client is None)


def answering(*answers: bytes) -> Callable[[socket.socket], None]:
    """A printer that answers its first questions so, and then hangs up its side of the line."""

    def handle(client: socket.socket) -> None:
        for answer in answers:
            if not client.recv(4096):
                return
            client.sendall(answer)
        client.shutdown(socket.SHUT_WR)

    return handle


@pytest.mark.parametrize("answer", [b"\xff\x00\x41", b"HTTP/1.1 400\r\n", b"\x12\x12", b"\x10\x00\x00"])
def test_junk_is_no_answer(answer: bytes, encoder: EscPosEncoder) -> None:
    with serving(answering(answer)) as port:
        printer = EscPosPrinter(TcpTransport("127.0.0.1", port), encoder, timings=PATIENT)
        assert printer.print(DOC, 9).outcome is PrintOutcome.NOT_SENT


def test_junk_after_the_job_does_not_confirm_it(encoder: EscPosEncoder) -> None:
    with serving(answering(b"\x12", b"HTTP\x41\x01\x14\x00\x00\x00")) as port:
        printer = EscPosPrinter(TcpTransport("127.0.0.1", port), encoder, timings=PATIENT)
        assert printer.print(DOC, 9).outcome is PrintOutcome.UNKNOWN


def test_a_confirmation_that_says_paper_out_is_none(encoder: EscPosEncoder) -> None:
    with serving(answering(b"\x12", b"\x0f")) as port:
        printer = EscPosPrinter(TcpTransport("127.0.0.1", port), encoder, timings=PATIENT)
        assert printer.print(DOC, 9).outcome is PrintOutcome.UNKNOWN


def test_a_late_answer_does_not_pass_for_the_next_ones(encoder: EscPosEncoder) -> None:
    """The first answer comes only when the second question would be asked; nothing may be read from it."""
    with serving(answering(b"", b"\x12")) as port:
        printer = EscPosPrinter(TcpTransport("127.0.0.1", port), encoder, timings=TIMINGS)
        assert printer.status(2).can_print is None


def test_a_printer_that_takes_nothing_ends_by_the_deadline(encoder: EscPosEncoder) -> None:
    job = encoder.encode(ReceiptDoc((Text("x"),))) + b"\n" * 8_000_000

    def full(client: socket.socket) -> None:
        client.recv(4096)
        client.sendall(b"\x12")

    with serving(full) as port:
        printer = EscPosPrinter(
            TcpTransport("127.0.0.1", port),
            encoder,
            timings=Timings(20, 20, 20, write_s=0.2, write_s_per_20_kib=0),
        )
        began = time.monotonic()
        assert printer.send(job, 50).outcome is PrintOutcome.UNKNOWN
        assert time.monotonic() - began < 15


def test_reset_while_asking_is_not_sent(encoder: EscPosEncoder) -> None:
    with serving(reset) as port:
        printer = EscPosPrinter(TcpTransport("127.0.0.1", port), encoder, timings=TIMINGS)
        assert printer.print(DOC, 2).outcome is PrintOutcome.NOT_SENT


# -- the drawer ----------------------------------------------------------------------------------


def drawer(printer: EscPosPrinter, **wiring: object) -> PrinterDrawer:
    return PrinterDrawer(printer, DrawerWiring(**wiring), pause=lambda _: None)  # type: ignore[arg-type]  # by name


def test_the_pulse_is_the_manuals() -> None:
    assert DrawerWiring().pulse == bytes.fromhex("1b700019fa")
    assert DrawerWiring(pin=5).pulse == bytes.fromhex("1b700119fa")


def test_it_opens(printer: EscPosPrinter, emulator: EscPosEmulator) -> None:
    assert drawer(printer).kick(5) is DrawerResult.OPENED
    assert emulator.kicks == 1
    assert drawer(printer, open_is_high=True).is_open(5) is True
    emulator.close_drawer()
    assert drawer(printer, open_is_high=True).is_open(5) is False
    assert drawer(printer).is_open(5) is None, "the sense of the switch is not known"


def test_it_does_not_open(printer: EscPosPrinter, emulator: EscPosEmulator) -> None:
    emulator.set(drawer_stuck=True)
    assert drawer(printer).kick(5) is DrawerResult.DID_NOT_OPEN
    assert emulator.kicks == 1, "never repeated by itself"


def test_without_a_switch_it_is_only_sent(printer: EscPosPrinter, emulator: EscPosEmulator) -> None:
    assert drawer(printer, switch=False).kick(5) is DrawerResult.SENT
    assert emulator.wait_until(lambda device: device.kicks == 1)
    assert drawer(printer, switch=False).is_open(5) is None


def test_a_drawer_that_stands_open_is_open(printer: EscPosPrinter) -> None:
    assert drawer(printer, open_is_high=True).kick(5) is DrawerResult.OPENED
    assert drawer(printer, open_is_high=True).kick(5) is DrawerResult.OPENED


def test_a_printer_without_paper_must_not_open_it_later(
    printer: EscPosPrinter, emulator: EscPosEmulator
) -> None:
    emulator.set(paper_out=True)
    assert drawer(printer).kick(5) is DrawerResult.NOT_SENT
    emulator.set(paper_out=False)
    assert emulator.kicks == 0


def test_the_printer_is_gone(encoder: EscPosEncoder, deaf_port: int) -> None:
    gone = EscPosPrinter(TcpTransport("127.0.0.1", deaf_port), encoder, timings=TIMINGS)
    assert drawer(gone).kick(5) is DrawerResult.NOT_SENT
    assert drawer(gone, open_is_high=True).is_open(5) is None


def test_no_answer_after_the_pulse_is_unknown(encoder: EscPosEncoder) -> None:
    with serving(answering(b"\x12")) as port:
        silent = EscPosPrinter(TcpTransport("127.0.0.1", port), encoder, timings=PATIENT)
        assert drawer(silent).kick(5) is DrawerResult.UNKNOWN


def test_a_one_way_line_only_sends(emulator: EscPosEmulator, encoder: EscPosEncoder) -> None:
    one_way = EscPosPrinter(
        TcpTransport(emulator.host, emulator.port), encoder, one_way=True, timings=PATIENT
    )
    assert drawer(one_way).kick(5) is DrawerResult.SENT
    assert one_way.status(5) == PrinterStatus(
        Health.UNKNOWN, Paper.UNKNOWN, None, "the printer does not answer", None, None
    )


# -- the library ---------------------------------------------------------------------------------

CHILD = """
import logging, sys
from pathlib import Path
from hardware.printers.escpos_encode import EscPosEncoder
assert "escpos" not in sys.modules
EscPosEncoder(cache_dir=Path(sys.argv[1])).warm_up()
assert "escpos" in sys.modules
assert not any(type(h) is logging.StreamHandler for h in logging.getLogger().handlers)
"""


def test_the_library_is_loaded_late_keeps_its_cache_private_and_leaves_logging_alone(tmp_path: Path) -> None:
    cache = tmp_path / "escpos"
    root = Path(__file__).resolve().parents[2]
    subprocess.run(
        [sys.executable, "-c", CHILD, str(cache)], cwd=root, check=True, env={"PATH": ""}, timeout=120
    )
    assert cache.stat().st_mode & 0o777 == 0o700
    assert [file.suffix for file in cache.iterdir()] == [".pickle"]
