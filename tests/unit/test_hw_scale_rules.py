"""When a weight may be sold, rule by rule."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.ports import Fault, Reading, Restarted, ScaleFault, ScaleMessage, TareAck, WeighRefusal, ZeroAck
from hardware.scales.rules import Pan, SaleRules
from hardware.scales.units import to_grams

RULES = SaleRules(capacity=Decimal(300))
NEW = Pan()
READY = Pan(armed=True)


def shown(value: str, unit: str = "g", *, stable: bool | None = True, net: bool | None = None) -> Reading:
    number = Decimal(value)
    return Reading(number, unit, to_grams(number, unit), stable, net, verified=True, raw=b"")


def after(*messages: ScaleMessage, pan: Pan = NEW, rules: SaleRules = RULES) -> Pan:
    for at, message in enumerate(messages):
        pan = pan.after(message, rules, at * 0.2)
    return pan


def test_a_good_weight_may_be_sold() -> None:
    assert READY.refusal(shown("3.50"), RULES) is None


@pytest.mark.parametrize(
    ("reading", "reason"),
    [
        (shown("3.50", stable=False), WeighRefusal.MOTION),
        (shown("3.50", stable=None), WeighRefusal.MOTION),
        (shown("0.12", "oz"), WeighRefusal.WRONG_UNIT),
        (shown("12", "PCS"), WeighRefusal.WRONG_UNIT),
        (replace(shown("3.50"), verified=False), WeighRefusal.UNVERIFIED_DIGITS),
        (shown("3.5"), WeighRefusal.WRONG_DIVISION),
        (shown("3.500"), WeighRefusal.WRONG_DIVISION),
        (shown("0.00"), WeighRefusal.NOT_POSITIVE),
        (shown("-1.00"), WeighRefusal.NOT_POSITIVE),
        (shown("0.19"), WeighRefusal.TOO_LIGHT),
        (shown("300.01"), WeighRefusal.TOO_HEAVY),
    ],
)
def test_refusals(reading: Reading, reason: WeighRefusal) -> None:
    assert READY.refusal(reading, RULES) is reason


def test_the_edges_are_inside() -> None:
    assert READY.refusal(shown("0.20"), RULES) is None
    assert READY.refusal(shown("300.00"), RULES) is None


def test_a_division_of_five_wants_fives() -> None:
    rules = SaleRules(division=Decimal("0.05"))
    assert READY.refusal(shown("3.55"), rules) is None
    assert READY.refusal(shown("3.52"), rules) is WeighRefusal.WRONG_DIVISION


def test_one_pan_load_is_sold_once() -> None:
    pan = after(shown("0.00"), shown("3.50"))
    assert pan.refusal(shown("3.50"), RULES) is None
    pan = pan.sold()
    assert pan.refusal(shown("3.50"), RULES) is WeighRefusal.EMPTY_THE_PAN_FIRST
    assert after(shown("0.00"), pan=pan).refusal(shown("3.50"), RULES) is None


def test_passing_zero_in_motion_does_not_count() -> None:
    assert not after(shown("0.00", stable=False)).armed


def test_with_a_tare_only_gross_zero_counts() -> None:
    pan = after(shown("0.00"), TareAck(Decimal("4.15"), "g", b"")).sold()
    assert not after(shown("0.00"), pan=pan).armed, "the container is still on the pan"
    assert after(shown("-4.15"), pan=pan).armed


def test_capacity_is_gross() -> None:
    pan = replace(READY, tare=Decimal(10))
    assert pan.refusal(shown("295.00"), RULES) is WeighRefusal.TOO_HEAVY


def test_a_restart_voids_the_tare_until_it_is_taken_again() -> None:
    pan = after(TareAck(Decimal("4.15"), "g", b""), Restarted("1", b""), shown("0.00"))
    assert pan.refusal(shown("3.50"), RULES) is WeighRefusal.TARE_LOST
    assert after(TareAck(Decimal("4.15"), "g", b""), pan=pan).refusal(shown("3.50"), RULES) is None
    assert after(ZeroAck(b""), pan=pan).refusal(shown("3.50"), RULES) is None


def test_a_restart_without_a_tare_only_asks_for_an_empty_pan() -> None:
    pan = after(Restarted("1", b""), pan=READY)
    assert pan.refusal(shown("3.50"), RULES) is WeighRefusal.EMPTY_THE_PAN_FIRST


def test_a_gross_reading_after_a_tare_means_the_tare_is_gone() -> None:
    pan = replace(READY, tare=Decimal("4.15"))
    assert pan.refusal(shown("3.50", net=False), RULES) is WeighRefusal.TARE_LOST


def test_repeats_stand_for_rest_only_where_the_shop_allows() -> None:
    moving = shown("3.50", stable=None)
    repeats = [moving] * 7
    assert after(*repeats, pan=READY).refusal(moving, RULES) is WeighRefusal.MOTION
    allowed = replace(RULES, allow_repeats=True)
    assert after(*repeats, pan=READY, rules=allowed).refusal(moving, allowed) is None
    assert after(*repeats[:5], pan=READY, rules=allowed).refusal(moving, allowed) is WeighRefusal.MOTION
    broken: list[ScaleMessage] = [*repeats[:3], Fault(ScaleFault.TIMEOUT), *repeats[:3]]
    assert after(*broken, pan=READY, rules=allowed).refusal(moving, allowed) is WeighRefusal.MOTION


MESSAGES = st.one_of(
    st.builds(shown, st.sampled_from(["0.00", "3.50", "-4.15", "120.00"]), stable=st.booleans()),
    st.just(TareAck(Decimal("4.15"), "g", b"")),
    st.just(Restarted("1", b"")),
    st.just(Fault(ScaleFault.TIMEOUT)),
)


@given(st.lists(MESSAGES, max_size=20))
def test_two_sales_always_have_an_empty_pan_between_them(messages: list[ScaleMessage]) -> None:
    pan, zero_since_sale, tare = Pan(), False, Decimal(0)
    for at, message in enumerate(messages):
        pan = pan.after(message, RULES, float(at))
        if isinstance(message, TareAck):
            tare = message.value
        elif isinstance(message, Restarted):
            tare, zero_since_sale = Decimal(0), False
        elif isinstance(message, Reading):
            zero_since_sale = zero_since_sale or bool(message.stable and message.value + tare == 0)
            if pan.refusal(message, RULES) is None:
                assert zero_since_sale
                pan, zero_since_sale = pan.sold(), False
