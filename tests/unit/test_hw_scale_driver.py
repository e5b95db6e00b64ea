"""The polling driver on a fake line and a fake clock."""

from decimal import Decimal
from itertools import pairwise

import pytest

from hardware.emulators.balance import Balance
from hardware.ports import Fault, Health, Reading, Refused, ScaleFault, ScaleMessage, Sellable, WeighRefusal
from hardware.scales.mtsics import MtSics
from hardware.scales.scale import BACK_OFF_S, PolledScale
from hardware.transports.base import Link
from tests.fixtures.hw_links import FakeClock, FakeLine


class Bench:
    """A driver, a balance, and the line between them."""

    def __init__(self, driver: type[PolledScale] = PolledScale) -> None:
        self.clock = FakeClock()
        self.balance = Balance()
        self.delay = 0.01
        self.line = FakeLine(self.clock, self.respond)
        self.scale = driver(self.line, MtSics(), clock=self.clock, pause=self.clock.pause)

    def respond(self, request: bytes) -> list[tuple[float, bytes]]:
        return [(self.delay, self.balance.answer(line.decode())) for line in request.split()]

    def ready(self, grams: str) -> None:
        """An empty pan was seen, then this was put on it."""
        self.balance.empty()
        self.scale.step()
        self.balance.load(Decimal(grams))


@pytest.fixture
def bench() -> Bench:
    return Bench()


def refused(result: object) -> WeighRefusal:
    assert isinstance(result, Refused)
    return result.reason


def test_a_sold_weight_carries_what_the_line_must_keep(bench: Bench) -> None:
    bench.ready("3.50")
    result = bench.scale.weigh(1.5)
    assert isinstance(result, Sellable)
    assert (result.net_mg, result.tare, result.gross) == (3500, Decimal(0), Decimal("3.50"))
    assert result.identity == bench.balance.serial
    assert result.reading.raw == b"S S       3.50 g\r\n"
    assert result.division == Decimal("0.01")


def test_the_same_load_is_refused_until_the_pan_was_empty(bench: Bench) -> None:
    bench.ready("3.50")
    assert isinstance(bench.scale.weigh(1.5), Sellable)
    assert refused(bench.scale.weigh(1.5)) is WeighRefusal.EMPTY_THE_PAN_FIRST
    bench.ready("3.50")
    assert isinstance(bench.scale.weigh(1.5), Sellable)


def test_it_waits_for_rest(bench: Bench) -> None:
    bench.ready("3.50")
    bench.balance.moving = True
    settles_at = len(bench.balance.commands) + 3

    def settling(request: bytes) -> list[tuple[float, bytes]]:
        bench.balance.moving = len(bench.balance.commands) < settles_at
        return bench.respond(request)

    bench.line.respond = settling
    assert isinstance(bench.scale.weigh(2), Sellable)


def test_motion_until_the_deadline_is_refused_with_the_reading(bench: Bench) -> None:
    bench.ready("3.50")
    bench.balance.moving = True
    began = bench.clock.now
    result = bench.scale.weigh(1.0)
    assert refused(result) is WeighRefusal.MOTION
    assert isinstance(result, Refused)
    assert result.reading is not None
    assert bench.clock.now - began <= 1.0


def test_five_polls_a_second(bench: Bench) -> None:
    bench.ready("3.50")
    bench.balance.moving = True
    asked = len(bench.balance.commands)
    bench.scale.weigh(1.0)
    assert 4 <= len(bench.balance.commands) - asked <= 6


def test_a_silent_scale_is_a_timeout_within_the_deadline(bench: Bench) -> None:
    bench.ready("3.50")
    bench.balance.silent = True
    began = bench.clock.now
    assert refused(bench.scale.weigh(1.5)) is WeighRefusal.TIMEOUT
    assert bench.clock.now - began <= 1.5 + 0.01
    assert bench.scale.health is Health.DEGRADED


def test_overload_and_a_device_fault_are_told_at_once(bench: Bench) -> None:
    bench.ready("900.00")
    assert refused(bench.scale.weigh(5)) is WeighRefusal.OVERLOAD
    bench.balance.fault = "10b"
    assert refused(bench.scale.weigh(5)) is WeighRefusal.DEVICE


def test_tare_and_net(bench: Bench) -> None:
    bench.ready("4.15")
    assert bench.scale.tare(1) == Decimal("4.15")
    bench.balance.put(Decimal("3.50"))
    result = bench.scale.weigh(1)
    assert isinstance(result, Sellable)
    assert (result.net_mg, result.tare, result.gross) == (3500, Decimal("4.15"), Decimal("7.65"))


def test_a_power_cycle_voids_the_tare(bench: Bench) -> None:
    bench.ready("4.15")
    bench.scale.tare(1)
    bench.balance.put(Decimal("3.50"))
    bench.line.bring(bench.balance.restart())
    assert refused(bench.scale.weigh(1)) is WeighRefusal.TARE_LOST


def test_coming_back_after_a_break_voids_the_tare_even_if_nothing_was_said(bench: Bench) -> None:
    bench.ready("4.15")
    bench.scale.tare(1)
    bench.line.broken = True
    bench.scale.step()
    bench.line.broken = False
    bench.clock.pause(20)
    bench.scale.step()
    assert refused(bench.scale.weigh(1)) is WeighRefusal.TARE_LOST


def test_zero_and_tare_are_refused_while_moving(bench: Bench) -> None:
    bench.ready("4.15")
    bench.balance.moving = True
    assert bench.scale.zero(1) is False
    assert bench.scale.tare(1) is None
    bench.balance.moving = False
    assert bench.scale.zero(1) is True


def test_live_shows_everything_until_cancelled(bench: Bench) -> None:
    seen: list[ScaleMessage] = []
    cancel = bench.scale.live(seen.append)
    bench.scale.step()
    assert isinstance(seen[-1], Reading)
    cancel()
    cancel()
    count = len(seen)
    bench.scale.step()
    assert len(seen) == count


def test_reconnecting_backs_off_and_goes_on_for_ever(bench: Bench) -> None:
    bench.line.broken = True
    tries: list[float] = []
    opened = 0
    for _ in range(400):
        message = bench.scale.step()
        assert isinstance(message, Fault)
        assert message.kind is ScaleFault.DISCONNECTED
        if bench.line.opened > opened:
            opened = bench.line.opened
            tries.append(bench.clock.now)
        bench.clock.pause(0.1)
    gaps = [round(later - earlier, 1) for earlier, later in pairwise(tries)]
    assert gaps[:5] == pytest.approx(list(BACK_OFF_S), abs=0.11)
    bench.line.broken = False
    bench.clock.pause(10)
    assert isinstance(bench.scale.step(), Reading)
    assert bench.scale.health is Health.CONNECTED


class Stale(PolledScale):
    """Known wrong: answers that came unasked are not drained and none are counted as owed."""

    def _drain(self, link: Link) -> None:
        self._owed = 0


def old_weight_sold(driver: type[PolledScale]) -> bool:
    """A late answer about a heavier load waits in the line when a sale is weighed."""
    bench = Bench(driver)
    bench.ready("50.00")
    bench.scale.step()
    bench.line.bring(b"S S      50.00 g\r\n")
    bench.balance.load(Decimal("3.50"))
    result = bench.scale.weigh(1)
    assert isinstance(result, Sellable)
    return result.net_mg != 3500


def test_a_stale_answer_is_never_sold() -> None:
    assert not old_weight_sold(PolledScale)
    assert old_weight_sold(Stale), "the test can see the fault it guards against"


def test_an_answer_that_comes_after_the_next_request_is_not_taken_for_its_answer(bench: Bench) -> None:
    bench.ready("50.00")
    bench.delay = 0.6  # later than one answer may take
    bench.scale.step()
    bench.balance.load(Decimal("3.50"))
    bench.delay = 0.2
    result = bench.scale.weigh(2)
    assert isinstance(result, Sellable)
    assert result.net_mg == 3500


def test_one_lost_answer_does_not_put_it_off_for_ever(bench: Bench) -> None:
    bench.ready("3.50")
    bench.balance.silent = True
    bench.scale.step()
    bench.balance.silent = False
    assert isinstance(bench.scale.weigh(1.5), Sellable)


def test_junk_on_the_line_is_a_fault_and_goes_away(bench: Bench) -> None:
    bench.ready("3.50")
    bench.line.bring(b"\xb7\xf1junk", 0.0)
    assert isinstance(bench.scale.weigh(1.5), Sellable)
