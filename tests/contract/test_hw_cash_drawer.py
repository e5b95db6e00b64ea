"""What every CashDrawer must do: the fake that other tests use, and the real one on a printer's port."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from hardware.drawers.printer_drawer import DrawerWiring, PrinterDrawer
from hardware.emulators.escpos_printer import EscPosEmulator
from hardware.ports import CashDrawer, DrawerResult
from hardware.printers.escpos_encode import EscPosEncoder
from hardware.printers.escpos_printer import EscPosPrinter, Timings
from hardware.transports import TcpTransport
from tests.fixtures.hw_fakes import FakeDrawer


class Stand(Protocol):
    """A drawer with hands on it."""

    drawer: CashDrawer

    def jam(self) -> None: ...
    def switch_off(self) -> None: ...
    def kicks(self) -> int: ...


class FakeStand:
    def __init__(self) -> None:
        self.fake = FakeDrawer()
        self.drawer: CashDrawer = self.fake

    def jam(self) -> None:
        self.fake.stuck = True

    def switch_off(self) -> None:
        self.fake.there = False

    def kicks(self) -> int:
        return self.fake.kicks


class WireStand:
    def __init__(self, device: EscPosEmulator, cache: Path) -> None:
        self.device = device
        printer = EscPosPrinter(
            TcpTransport(device.host, device.port), EscPosEncoder(cache_dir=cache), timings=Timings(5, 5, 5)
        )
        self.drawer: CashDrawer = PrinterDrawer(
            printer, DrawerWiring(open_is_high=True), pause=lambda _: None
        )

    def jam(self) -> None:
        self.device.set(drawer_stuck=True)

    def switch_off(self) -> None:
        self.device.unplug()

    def kicks(self) -> int:
        return self.device.kicks


@pytest.fixture(params=["fake", "wire"])
def stand(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stand]:
    if request.param == "fake":
        yield FakeStand()
        return
    with EscPosEmulator() as device:
        yield WireStand(device, tmp_path)


class TestCashDrawer:
    def test_it_opens(self, stand: Stand) -> None:
        assert stand.drawer.is_open(5) is False
        assert stand.drawer.kick(5) is DrawerResult.OPENED
        assert stand.drawer.is_open(5) is True
        assert stand.kicks() == 1

    def test_it_is_jammed(self, stand: Stand) -> None:
        stand.jam()
        assert stand.drawer.kick(5) is DrawerResult.DID_NOT_OPEN
        assert stand.drawer.is_open(5) is False
        assert stand.kicks() == 1, "never tried again by itself"

    def test_it_is_gone(self, stand: Stand) -> None:
        stand.switch_off()
        assert stand.drawer.kick(5) is DrawerResult.NOT_SENT
        assert stand.drawer.is_open(5) is None
        assert stand.kicks() == 0
