"""What every Scale must do: the fake that other tests use, and the real driver on the wire."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Protocol

import pytest

from hardware.emulators.mtsics_scale import MtSicsOnTcp
from hardware.ports import Health, Reading, Refused, Scale, ScaleMessage, Sellable, WeighRefusal, WeighResult
from hardware.scales.mtsics import MtSics
from hardware.scales.scale import PolledScale
from hardware.transports import TcpTransport
from tests.fixtures.hw_fakes import FakeScale


class Stand(Protocol):
    """A scale with hands on it."""

    scale: Scale

    def put(self, grams: str) -> None: ...
    def move(self, moving: bool) -> None: ...
    def unplug(self) -> None: ...
    def poll(self) -> None: ...


class FakeStand:
    def __init__(self) -> None:
        self.fake = FakeScale()
        self.scale: Scale = self.fake

    def put(self, grams: str) -> None:
        self.fake.load = Decimal(grams)

    def move(self, moving: bool) -> None:
        self.fake.moving = moving

    def unplug(self) -> None:
        self.fake.there = False

    def poll(self) -> None:
        self.fake.step()


class WireStand:
    def __init__(self, device: MtSicsOnTcp) -> None:
        self.device = device
        self.driver = PolledScale(
            TcpTransport(device.host, device.port), MtSics(), pause=lambda _: None, answer_s=5.0
        )
        self.scale: Scale = self.driver

    def put(self, grams: str) -> None:
        self.device.balance.load(Decimal(grams))

    def move(self, moving: bool) -> None:
        self.device.balance.moving = moving

    def unplug(self) -> None:
        self.device.unplug()

    def poll(self) -> None:
        self.driver.step()


@pytest.fixture(params=["fake", "wire"])
def stand(request: pytest.FixtureRequest) -> Iterator[Stand]:
    if request.param == "fake":
        yield FakeStand()
        return
    with MtSicsOnTcp() as device:
        wire = WireStand(device)
        yield wire
        wire.driver.stop()


def sold_mg(result: WeighResult) -> int:
    assert isinstance(result, Sellable), result
    return result.net_mg


def reason(result: WeighResult) -> WeighRefusal:
    assert isinstance(result, Refused), result
    return result.reason


class TestScale:
    def test_one_load_is_one_line(self, stand: Stand) -> None:
        stand.poll()
        stand.put("3.50")
        assert sold_mg(stand.scale.weigh(5)) == 3500
        assert reason(stand.scale.weigh(5)) is WeighRefusal.EMPTY_THE_PAN_FIRST
        stand.put("0.00")
        stand.poll()
        stand.put("7.00")
        assert sold_mg(stand.scale.weigh(5)) == 7000

    def test_a_load_that_was_there_from_the_start_is_not_sold(self, stand: Stand) -> None:
        stand.put("3.50")
        assert reason(stand.scale.weigh(5)) is WeighRefusal.EMPTY_THE_PAN_FIRST

    def test_moving(self, stand: Stand) -> None:
        stand.poll()
        stand.put("3.50")
        stand.move(True)
        assert reason(stand.scale.weigh(0.1)) is WeighRefusal.MOTION
        assert stand.scale.tare(0.5) is None
        assert stand.scale.zero(0.5) is False
        stand.move(False)
        assert sold_mg(stand.scale.weigh(5)) == 3500

    def test_empty_too_light_and_below_zero(self, stand: Stand) -> None:
        stand.poll()
        assert reason(stand.scale.weigh(5)) is WeighRefusal.NOT_POSITIVE
        stand.put("0.19")
        assert reason(stand.scale.weigh(5)) is WeighRefusal.TOO_LIGHT
        stand.put("-1.00")
        assert reason(stand.scale.weigh(5)) is WeighRefusal.NOT_POSITIVE

    def test_tare(self, stand: Stand) -> None:
        stand.poll()
        stand.put("4.15")
        assert stand.scale.tare(5) == Decimal("4.15")
        stand.put("7.65")
        result = stand.scale.weigh(5)
        assert sold_mg(result) == 3500
        assert isinstance(result, Sellable)
        assert (result.tare, result.gross) == (Decimal("4.15"), Decimal("7.65"))

    def test_zero(self, stand: Stand) -> None:
        stand.put("0.03")
        assert stand.scale.zero(5) is True

    def test_live(self, stand: Stand) -> None:
        seen: list[ScaleMessage] = []
        cancel = stand.scale.live(seen.append)
        stand.poll()
        shown = [message.value for message in seen if isinstance(message, Reading)]
        assert shown == [Decimal("0.00")]
        cancel()
        cancel()
        seen.clear()
        stand.poll()
        assert seen == []

    def test_unplugged(self, stand: Stand) -> None:
        stand.poll()
        assert stand.scale.health == Health("connected")
        stand.put("3.50")
        stand.unplug()
        assert reason(stand.scale.weigh(0.1)) is WeighRefusal.DISCONNECTED
        assert stand.scale.health == Health("disconnected")
