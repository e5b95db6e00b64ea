"""What every ReceiptPrinter must do: the fake that other tests use, and the real driver on the wire."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from hardware.emulators.escpos_printer import EscPosEmulator
from hardware.ports import Health, Paper, PrintOutcome, ReceiptPrinter
from hardware.printers.escpos_encode import EscPosEncoder
from hardware.printers.escpos_printer import EscPosPrinter, Timings
from hardware.printers.layout import plain_text
from hardware.printers.receipt import Money, ReceiptDoc, Text
from hardware.transports import TcpTransport
from tests.fixtures.hw_fakes import FakePrinter

DOC = ReceiptDoc((Text("Sample receipt"), Money("Total", 3500)))


class Stand(Protocol):
    """A printer with hands on it."""

    printer: ReceiptPrinter

    def paper_out(self, out: bool) -> None: ...
    def switch_off(self) -> None: ...
    def pull_the_plug_in_the_middle(self) -> None: ...
    def printed(self) -> list[str]: ...


class FakeStand:
    def __init__(self) -> None:
        self.fake = FakePrinter()
        self.printer: ReceiptPrinter = self.fake

    def paper_out(self, out: bool) -> None:
        self.fake.paper = Paper.OUT if out else Paper.OK

    def switch_off(self) -> None:
        self.fake.there = False

    def pull_the_plug_in_the_middle(self) -> None:
        self.fake.dies = True

    def printed(self) -> list[str]:
        return [plain_text(doc) for doc in self.fake.printed]


class WireStand:
    def __init__(self, device: EscPosEmulator, cache: Path) -> None:
        self.device = device
        transport = TcpTransport(device.host, device.port)
        self.printer: ReceiptPrinter = EscPosPrinter(
            transport, EscPosEncoder(cache_dir=cache), timings=Timings(5, 5, 5)
        )

    def paper_out(self, out: bool) -> None:
        self.device.set(paper_out=out)

    def switch_off(self) -> None:
        self.device.unplug()

    def pull_the_plug_in_the_middle(self) -> None:
        self.device.set(die_after=20)

    def printed(self) -> list[str]:
        return [slip.text() for slip in self.device.slips]


@pytest.fixture(params=["fake", "wire"])
def stand(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stand]:
    if request.param == "fake":
        yield FakeStand()
        return
    with EscPosEmulator() as device:
        yield WireStand(device, tmp_path)


class TestReceiptPrinter:
    def test_a_well_printer(self, stand: Stand) -> None:
        status = stand.printer.status(5)
        assert (status.health, status.paper, status.can_print) == (Health.CONNECTED, Paper.OK, True)
        assert stand.printer.columns == 42

    def test_it_prints_what_was_meant(self, stand: Stand) -> None:
        assert stand.printer.print(DOC, 10).outcome is PrintOutcome.CONFIRMED
        assert stand.printed() == [plain_text(DOC)]

    def test_out_of_paper(self, stand: Stand) -> None:
        stand.paper_out(True)
        assert stand.printer.status(5).paper is Paper.OUT
        report = stand.printer.print(DOC, 10)
        assert report.outcome is PrintOutcome.NOT_SENT
        assert report.status
        assert report.status.paper is Paper.OUT
        stand.paper_out(False)
        assert stand.printer.print(DOC, 10).outcome is PrintOutcome.CONFIRMED
        assert len(stand.printed()) == 1

    def test_switched_off(self, stand: Stand) -> None:
        stand.switch_off()
        assert stand.printer.status(5).health is Health.DISCONNECTED
        report = stand.printer.print(DOC, 5)
        assert report.outcome is PrintOutcome.NOT_SENT
        assert report.status
        assert report.status.can_print is False

    def test_trouble_in_the_middle_is_unknown(self, stand: Stand) -> None:
        stand.pull_the_plug_in_the_middle()
        assert stand.printer.print(DOC, 10).outcome is PrintOutcome.UNKNOWN
        assert stand.printed() == []
