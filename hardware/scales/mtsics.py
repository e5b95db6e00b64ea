"""MT-SICS, the protocol of Mettler-Toledo and of many Ohaus balances (hardware.md 6.3, makers' manuals).

Bytes in, messages out; no I/O and no clock. A line is taken whole and in its exact form or not at all:
a weight field of 9 or 11 characters is a damaged one, not a smaller or larger weight.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import ClassVar

from hardware.ports import (
    Ack,
    Fault,
    Reading,
    Restarted,
    ScaleFault,
    ScaleMessage,
    SerialSettings,
    TareAck,
    ZeroAck,
)
from hardware.scales.units import to_grams

BUFFER = 4096

_FIELD = r"(?=.{10} )( *[+-]?\d+(?:\.\d*(?:\[\d\])?)?)"
_UNIT = r"([A-Za-z%*]{1,5})"
_WEIGHT = re.compile(rf"S ([SD]) {_FIELD} {_UNIT}")
_TARE = re.compile(rf"(?:T S|TI [SD]|TA A) {_FIELD} {_UNIT}")
_STATE = re.compile(r"(S|SI|SIR|T|TI|TA|TAC|Z|ZI) ([I+\-L])")
_ZERO = re.compile(r"Z A|ZI [SD]")
_IDENTITY = re.compile(r'I4 A "([ -!#-~]{0,40})"')
_DEVICE = re.compile(r"S S +Error (\w{1,6})")
_OTHER = re.compile(r"(?:I[0-9]+|[A-Z]{1,4}[0-9]{0,2}) [AB](?: [ -~]*)?")

_STATES = {
    "I": (ScaleFault.MOTION, "busy, or not still in time"),
    "+": (ScaleFault.OVERLOAD, "too much on the pan"),
    "-": (ScaleFault.UNDERLOAD, "too little on the pan"),
    "L": (ScaleFault.REFUSED, "parameter refused"),
}
_ERRORS = {
    "ES": (ScaleFault.PROTOCOL, "the scale did not understand"),
    "ET": (ScaleFault.TRANSMISSION, "the scale received damaged bytes; check parity"),
    "EL": (ScaleFault.REFUSED, "the scale cannot do that now"),
}


class MtSics:
    """The parser, with the line's unfinished end inside."""

    name: ClassVar[str] = "MT-SICS"
    defaults: ClassVar[SerialSettings] = SerialSettings(
        port="", baud=9600, bits=8, parity="N", stop=1, xonxoff=True
    )

    def __init__(self) -> None:
        self._held = b""

    def ask_weight(self) -> bytes:
        """Weight now. `S` may stay silent for 40 seconds, and cancelling it would void the tare."""
        return b"SI\r\n"

    def ask_identity(self) -> bytes:
        """Serial number."""
        return b"I4\r\n"

    def ask_zero(self) -> bytes:
        """Take a still load as zero."""
        return b"Z\r\n"

    def ask_tare(self) -> bytes:
        """Tare a still load."""
        return b"T\r\n"

    def reset(self) -> None:
        """Forget an unfinished line."""
        self._held = b""

    def feed(self, data: bytes) -> list[ScaleMessage]:
        """The messages of all lines that are whole by now. Never raises."""
        *lines, self._held = (self._held + data).split(b"\n")
        messages = [_message(line + b"\n") for line in lines]
        if len(self._held) > BUFFER:
            self._held = b""
            messages.append(Fault(ScaleFault.GARBAGE, detail="no end of line"))
        return messages


def _message(raw: bytes) -> ScaleMessage:
    if any(byte >= 0x80 for byte in raw):
        return Fault(ScaleFault.GARBAGE, raw[:64], "check data bits and parity")
    line = raw.decode("ascii")
    if not line.endswith("\r\n"):
        return Fault(ScaleFault.GARBAGE, raw[:64], "damaged end of line")
    line = line[:-2]
    for pattern, make in _FORMS:
        match = pattern.fullmatch(line)
        if match:
            return make(match, raw)
    if line in _ERRORS:
        kind, words = _ERRORS[line]
        return Fault(kind, raw, words)
    return Fault(ScaleFault.GARBAGE, raw[:64], "not an answer of this protocol")


def _reading(match: re.Match[str], raw: bytes) -> Reading:
    stable, field, unit = match.groups()
    value = _number(field)
    return Reading(
        value=value,
        unit=unit,
        grams=to_grams(value, unit),
        stable=stable == "S",
        net=None,  # the protocol does not say
        verified="[" not in field,
        raw=raw,
    )


def _tare(match: re.Match[str], raw: bytes) -> TareAck:
    return TareAck(_number(match[1]), match[2], raw)


def _state(match: re.Match[str], raw: bytes) -> Fault:
    kind, words = _STATES[match[2]]
    return Fault(kind, raw, words)


def _number(field: str) -> Decimal:
    return Decimal(field.strip().replace("[", "").replace("]", ""))


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], bytes], ScaleMessage]], ...] = (
    (_WEIGHT, _reading),
    (_TARE, _tare),
    (re.compile("TAC A"), lambda _, raw: TareAck(Decimal(0), None, raw)),
    (_ZERO, lambda _, raw: ZeroAck(raw)),
    (_STATE, _state),
    (_IDENTITY, lambda match, raw: Restarted(match[1], raw)),
    (_DEVICE, lambda match, raw: Fault(ScaleFault.DEVICE, raw, f"scale error {match[1]}")),
    (_OTHER, lambda _, raw: Ack(raw)),
)
