"""The scale driver against the emulated balance, over a pseudo-terminal and over TCP."""

import queue
import socket
from collections.abc import Iterator
from decimal import Decimal

import pytest

from hardware.emulators.mtsics_scale import MtSicsOnPty, MtSicsOnTcp
from hardware.ports import Health, Reading, Refused, ScaleMessage, Sellable, SerialSettings, WeighRefusal
from hardware.scales.mtsics import MtSics
from hardware.scales.scale import PolledScale
from hardware.transports import SerialTransport, TcpTransport

Emulator = MtSicsOnPty | MtSicsOnTcp


@pytest.fixture(params=["pty", "tcp"])
def emulator(request: pytest.FixtureRequest) -> Iterator[Emulator]:
    device: Emulator = MtSicsOnPty() if request.param == "pty" else MtSicsOnTcp()
    with device:
        yield device


@pytest.fixture
def scale(emulator: Emulator) -> Iterator[PolledScale]:
    if isinstance(emulator, MtSicsOnPty):
        transport: SerialTransport | TcpTransport = SerialTransport(SerialSettings(emulator.path))
    else:
        transport = TcpTransport(emulator.host, emulator.port)
    driver = PolledScale(transport, MtSics(), pause=lambda _: None, answer_s=5.0)
    yield driver
    driver.stop()


def plug(emulator: Emulator) -> None:
    emulator.plug() if isinstance(emulator, MtSicsOnPty) else emulator.start()


def test_weigh_tare_and_zero(emulator: Emulator, scale: PolledScale) -> None:
    scale.step()
    emulator.balance.load(Decimal("4.15"))
    assert scale.tare(5) == Decimal("4.15")
    emulator.balance.put(Decimal("3.5"))
    result = scale.weigh(5)
    assert isinstance(result, Sellable)
    assert (result.net_mg, result.gross, result.identity) == (3500, Decimal("7.65"), "SAMPLE-0017")
    assert scale.weigh(5) == Refused(WeighRefusal.EMPTY_THE_PAN_FIRST, result.reading)
    assert scale.zero(5) is True
    reading = scale.step()
    assert isinstance(reading, Reading)
    assert reading.value == 0
    assert scale.health is Health.CONNECTED


def test_unplugged_and_plugged_in_again(emulator: Emulator, scale: PolledScale) -> None:
    scale.step()
    emulator.balance.load(Decimal("3.5"))
    emulator.unplug()
    result = scale.weigh(0.1)
    assert result == Refused(WeighRefusal.DISCONNECTED)
    assert scale.health is Health.DISCONNECTED
    plug(emulator)
    scale._retry_at = 0.0  # the back-off has its own test, on a fake clock
    assert isinstance(scale.step(), Reading)
    result = scale.weigh(5)
    assert isinstance(result, Refused)
    assert result.reason is WeighRefusal.EMPTY_THE_PAN_FIRST


def test_the_port_of_an_unplugged_device_is_given_to_nobody_else() -> None:
    with MtSicsOnTcp() as device, socket.socket() as other:
        device.unplug()
        with pytest.raises(OSError, match="in use"):
            other.bind((device.host, device.port))
        device.start()
        device.unplug()


def test_a_power_cycle_in_the_middle_voids_the_tare(emulator: Emulator, scale: PolledScale) -> None:
    scale.step()
    emulator.balance.load(Decimal("4.15"))
    scale.tare(5)
    emulator.restart()
    while not scale._pan.tare_lost:
        scale.step()
    result = scale.weigh(5)
    assert isinstance(result, Refused)
    assert result.reason is WeighRefusal.TARE_LOST


def test_the_live_loop_shows_what_lies_on_the_pan_and_stops(emulator: Emulator, scale: PolledScale) -> None:
    seen: queue.Queue[ScaleMessage] = queue.Queue()
    scale.live(seen.put)
    scale.start()
    emulator.balance.load(Decimal("3.5"))
    while True:
        message = seen.get(timeout=10)
        if isinstance(message, Reading) and message.value == Decimal("3.50"):
            break
    scale.stop()
    assert scale._thread is None
    assert scale.health is Health.UNKNOWN
