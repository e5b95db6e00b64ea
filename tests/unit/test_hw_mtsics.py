"""MT-SICS bytes to messages: every example, whole, in pieces, doubled, behind noise and cut."""

import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.ports import (
    Ack,
    Fault,
    Reading,
    Restarted,
    ScaleFault,
    ScaleMessage,
    TareAck,
    ZeroAck,
)
from hardware.scales.mtsics import BUFFER, MtSics
from hardware.scales.units import exact_milligrams, to_grams

GRAMS_100 = bytes.fromhex("53 20 53 20 20 20 20 20 31 30 30 2e 30 30 20 67 0d 0a")


def reading(value: str, unit: str, *, stable: bool, raw: bytes, verified: bool = True) -> Reading:
    number = Decimal(value)
    return Reading(number, unit, to_grams(number, unit), stable, None, verified, raw)


EXAMPLES: list[tuple[bytes, ScaleMessage | ScaleFault]] = [
    (GRAMS_100, reading("100.00", "g", stable=True, raw=GRAMS_100)),
    (b"S D      99.87 g\r\n", reading("99.87", "g", stable=False, raw=b"S D      99.87 g\r\n")),
    (b"S S      -0.05 g\r\n", reading("-0.05", "g", stable=True, raw=b"S S      -0.05 g\r\n")),
    (b"S S     0.1235 kg\r\n", reading("0.1235", "kg", stable=True, raw=b"S S     0.1235 kg\r\n")),
    (b"S S     3.5274 oz\r\n", reading("3.5274", "oz", stable=True, raw=b"S S     3.5274 oz\r\n")),
    (b"S S         12 PCS\r\n", reading("12", "PCS", stable=True, raw=b"S S         12 PCS\r\n")),
    (
        b"S S    28.3[5] g\r\n",
        reading("28.35", "g", stable=True, verified=False, raw=b"S S    28.3[5] g\r\n"),
    ),
    (b"S I\r\n", ScaleFault.MOTION),
    (b"S +\r\n", ScaleFault.OVERLOAD),
    (b"S -\r\n", ScaleFault.UNDERLOAD),
    (b"S S         Error 10b\r\n", ScaleFault.DEVICE),
    (b"T S       4.15 g\r\n", TareAck(Decimal("4.15"), "g", b"T S       4.15 g\r\n")),
    (b"TI D       4.15 g\r\n", TareAck(Decimal("4.15"), "g", b"TI D       4.15 g\r\n")),
    (b"TA A       4.15 g\r\n", TareAck(Decimal("4.15"), "g", b"TA A       4.15 g\r\n")),
    (b"TAC A\r\n", TareAck(Decimal(0), None, b"TAC A\r\n")),
    (b"T I\r\n", ScaleFault.MOTION),
    (b"T +\r\n", ScaleFault.OVERLOAD),
    (b"T -\r\n", ScaleFault.UNDERLOAD),
    (b"TA L\r\n", ScaleFault.REFUSED),
    (b"Z A\r\n", ZeroAck(b"Z A\r\n")),
    (b"ZI D\r\n", ZeroAck(b"ZI D\r\n")),
    (b"ZI S\r\n", ZeroAck(b"ZI S\r\n")),
    (b"Z I\r\n", ScaleFault.MOTION),
    (b"Z +\r\n", ScaleFault.OVERLOAD),
    (b"Z -\r\n", ScaleFault.UNDERLOAD),
    (b'I4 A "0123456789"\r\n', Restarted("0123456789", b'I4 A "0123456789"\r\n')),
    (b'I2 A "Sample balance 320 g"\r\n', Ack(b'I2 A "Sample balance 320 g"\r\n')),
    (b"ES\r\n", ScaleFault.PROTOCOL),
    (b"ET\r\n", ScaleFault.TRANSMISSION),
    (b"EL\r\n", ScaleFault.REFUSED),
]
FRAMES = [frame for frame, _ in EXAMPLES]


def same(message: ScaleMessage, wanted: ScaleMessage | ScaleFault) -> bool:
    if isinstance(wanted, ScaleFault):
        return isinstance(message, Fault) and message.kind is wanted
    return message == wanted


@pytest.mark.parametrize(("frame", "wanted"), EXAMPLES, ids=[repr(frame) for frame in FRAMES])
class TestExamples:
    def test_whole(self, frame: bytes, wanted: ScaleMessage | ScaleFault) -> None:
        (message,) = MtSics().feed(frame)
        assert same(message, wanted)

    def test_one_byte_at_a_time(self, frame: bytes, wanted: ScaleMessage | ScaleFault) -> None:
        parser = MtSics()
        found = [message for byte in frame for message in parser.feed(bytes([byte]))]
        assert len(found) == 1
        assert same(found[0], wanted)

    def test_two_in_one_read(self, frame: bytes, wanted: ScaleMessage | ScaleFault) -> None:
        first, second = MtSics().feed(frame + frame)
        assert same(first, wanted)
        assert same(second, wanted)

    def test_behind_noise(self, frame: bytes, wanted: ScaleMessage | ScaleFault) -> None:
        noise = random.Random(frame).randbytes(40)
        *_, last = MtSics().feed(noise + b"\r\n" + frame)
        assert same(last, wanted)

    def test_noise_in_the_same_line_gives_no_weight(
        self, frame: bytes, wanted: ScaleMessage | ScaleFault
    ) -> None:
        noise = random.Random(frame).randbytes(40).replace(b"\n", b".") + b"#"
        assert all(isinstance(message, Fault) for message in MtSics().feed(noise + frame))

    def test_cut_anywhere(self, frame: bytes, wanted: ScaleMessage | ScaleFault) -> None:
        for length in range(len(frame)):
            assert MtSics().feed(frame[:length]) == []
            rest = MtSics().feed(frame[length:]) if length else []
            assert not any(isinstance(message, Reading | TareAck) for message in rest)


def test_a_lost_digit_is_damage_and_not_a_smaller_weight() -> None:
    (message,) = MtSics().feed(b"S S     10.00 g\r\n")
    assert same(message, ScaleFault.GARBAGE)


def test_high_bytes_hint_at_the_line_settings() -> None:
    (message,) = MtSics().feed(bytes(byte | 0x80 for byte in GRAMS_100[:-1]) + b"\n")
    assert isinstance(message, Fault)
    assert message.kind is ScaleFault.GARBAGE
    assert "parity" in message.detail


def test_the_buffer_is_bounded_and_recovers() -> None:
    parser = MtSics()
    (message,) = parser.feed(b"x" * (BUFFER + 1))
    assert same(message, ScaleFault.GARBAGE)
    assert parser.feed(GRAMS_100)[-1] == EXAMPLES[0][1]


@given(st.binary(max_size=300))
def test_any_bytes_give_messages_and_never_an_exception(data: bytes) -> None:
    for message in MtSics().feed(data):
        assert isinstance(message, Reading | Fault | TareAck | ZeroAck | Restarted | Ack)


@given(st.lists(st.sampled_from(FRAMES), max_size=8), st.data())
def test_cutting_the_stream_into_reads_changes_nothing(frames: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(frames)
    whole = MtSics().feed(stream)
    parser, at, found = MtSics(), 0, []
    while at < len(stream):
        step = data.draw(st.integers(1, 30))
        found += parser.feed(stream[at : at + step])
        at += step
    assert found == whole
    assert len(whole) == len(frames)


@given(st.decimals(min_value=-999, max_value=9999, places=2))
def test_the_value_is_exactly_what_was_sent(value: Decimal) -> None:
    (message,) = MtSics().feed(f"S S {value:>10f} g\r\n".encode())
    assert isinstance(message, Reading)
    assert message.value == value
    assert message.value.as_tuple().exponent == -2


def test_line_settings_and_commands_are_the_makers() -> None:
    parser = MtSics()
    assert (parser.defaults.baud, parser.defaults.bits, parser.defaults.parity) == (9600, 8, "N")
    asked = parser.ask_weight(), parser.ask_zero(), parser.ask_tare(), parser.ask_identity()
    assert asked == (b"SI\r\n", b"Z\r\n", b"T\r\n", b"I4\r\n")


def test_conversions_are_exact() -> None:
    assert to_grams(Decimal(1), "lb") == Decimal("453.59237")
    assert to_grams(Decimal(1), "oz") == Decimal("28.349523125")
    assert to_grams(Decimal(1), "PCS") is None
    assert exact_milligrams(Decimal("3.501")) == 3501
    assert exact_milligrams(Decimal("3.5011")) is None
