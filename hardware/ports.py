"""Types and ports of the package: all that the rest of the product needs to know about devices.

Faults are values here, never exceptions. Every call has a deadline in seconds and returns by then.
Weights are `Decimal` in the unit that the scale sent; nothing here is a float but deadlines.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Protocol

from hardware.printers.receipt import ReceiptDoc

Cancel = Callable[[], None]
"""Ends a subscription; calling it again does nothing."""


class Health(StrEnum):
    """How a device is reached. Nothing unknown counts as good."""

    CONNECTED = "connected"
    DEGRADED = "degraded"
    DISCONNECTED = "disconnected"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SerialSettings:
    """One serial line. `parity` is "N", "E" or "O"."""

    port: str
    baud: int = 9600
    bits: int = 8
    parity: str = "N"
    stop: int = 1
    rtscts: bool = False
    xonxoff: bool = False


# -- scales --------------------------------------------------------------------------------------


class ScaleFault(StrEnum):
    """What a scale, or the line to it, reported instead of a weight."""

    OVERLOAD = "overload"
    UNDERLOAD = "underload"
    MOTION = "motion"
    ZERO = "zero"
    REFUSED = "refused"
    PROTOCOL = "protocol"
    TRANSMISSION = "transmission"
    CHECKSUM = "checksum"
    GARBAGE = "garbage"
    DEVICE = "device"
    TIMEOUT = "timeout"
    DISCONNECTED = "disconnected"
    NOT_LIVE = "not-a-live-weight"


@dataclass(frozen=True, slots=True)
class Reading:
    """What the scale said, with nothing added, averaged or rounded.

    `unit` is as sent, None if the frame has none. `grams` is the exact conversion, None if not a mass.
    `stable` None: the protocol cannot say, which is treated as not stable. `verified` False: the frame
    holds bracketed auxiliary digits, which are not for trade. `raw` is the frame itself.
    """

    value: Decimal
    unit: str | None
    grams: Decimal | None
    stable: bool | None
    net: bool | None
    verified: bool
    raw: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault in place of a reading; `detail` is for the log and the service screen."""

    kind: ScaleFault
    raw: bytes = b""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TareAck:
    """Tare was taken, set, told or cleared; `value` is the tare now in force, in `unit`."""

    value: Decimal
    unit: str | None
    raw: bytes


@dataclass(frozen=True, slots=True)
class ZeroAck:
    """The scale took the present load as its zero. Its tare is gone too."""

    raw: bytes


@dataclass(frozen=True, slots=True)
class Restarted:
    """The scale was switched on or reset: its tare and zero are new. Also the answer to "who are you"."""

    identity: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Ack:
    """The scale understood something that changes no weight."""

    raw: bytes


ScaleMessage = Reading | Fault | TareAck | ZeroAck | Restarted | Ack


class WeighRefusal(StrEnum):
    """Why a weight may not enter a sale. The upper ones are shop rules, the lower ones scale faults."""

    EMPTY_THE_PAN_FIRST = "empty-the-pan-first"
    TARE_LOST = "tare-lost"
    NOT_POSITIVE = "not-positive"
    TOO_LIGHT = "too-light"
    TOO_HEAVY = "too-heavy"
    WRONG_UNIT = "wrong-unit"
    WRONG_DIVISION = "wrong-division"
    UNVERIFIED_DIGITS = "unverified-digits"
    OVERLOAD = "overload"
    UNDERLOAD = "underload"
    MOTION = "motion"
    ZERO = "zero"
    REFUSED = "refused"
    PROTOCOL = "protocol"
    TRANSMISSION = "transmission"
    CHECKSUM = "checksum"
    GARBAGE = "garbage"
    DEVICE = "device"
    TIMEOUT = "timeout"
    DISCONNECTED = "disconnected"
    NOT_LIVE = "not-a-live-weight"


@dataclass(frozen=True, slots=True)
class Sellable:
    """A weight that may enter a sale line, with what the line must keep.

    `reading.value` is net when `tare` is not zero; `tare` is what the till tared, in the same unit.
    `asked` numbers the request that this reading answers; `at_s` is the monotonic time of the answer.
    """

    reading: Reading
    net_mg: int
    tare: Decimal
    division: Decimal
    identity: str | None
    asked: int
    at_s: float

    @property
    def gross(self) -> Decimal:
        """Net plus tare, in the unit of the reading."""
        return self.reading.value + self.tare


@dataclass(frozen=True, slots=True)
class Refused:
    """No weight for a sale; `reading` is what the scale showed, if it showed one."""

    reason: WeighRefusal
    reading: Reading | None = None


WeighResult = Sellable | Refused


class ScaleProtocol(Protocol):
    """Bytes in, messages out; one class per wire protocol, without I/O or clock."""

    name: ClassVar[str]
    defaults: ClassVar[SerialSettings]

    def ask_weight(self) -> bytes: ...
    def ask_identity(self) -> bytes | None: ...
    def ask_zero(self) -> bytes | None: ...
    def ask_tare(self) -> bytes | None: ...
    def feed(self, data: bytes) -> list[ScaleMessage]: ...
    def reset(self) -> None: ...


class Scale(Protocol):
    """A scale on the counter. Thread: a device lane; never the GUI thread."""

    def weigh(self, deadline_s: float) -> WeighResult: ...
    def live(self, cb: Callable[[ScaleMessage], None]) -> Cancel: ...
    def zero(self, deadline_s: float) -> bool: ...
    def tare(self, deadline_s: float) -> Decimal | None: ...
    @property
    def health(self) -> Health: ...


# -- printers and the drawer ---------------------------------------------------------------------


class Paper(StrEnum):
    """Paper as the printer's sensors tell."""

    OK = "ok"
    LOW = "low"
    OUT = "out"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """What the printer told; None is "did not say". `error` is in words, for the screen.

    `can_print` False: paper out, cover open, off line or an error. None: no answer.
    """

    health: Health
    paper: Paper
    cover_open: bool | None
    error: str | None
    drawer_pin_high: bool | None
    can_print: bool | None


class PrintOutcome(StrEnum):
    """What is known about a job after the call. Only NOT_SENT may be retried without asking a person."""

    NOT_SENT = "not-sent"
    CONFIRMED = "confirmed"
    SENT = "sent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PrintReport:
    """The outcome of a job and, where the printer told, the status that explains it."""

    outcome: PrintOutcome
    status: PrinterStatus | None = None


class ReceiptPrinter(Protocol):
    """A receipt printer. Thread: a device lane; never the GUI thread."""

    def status(self, deadline_s: float) -> PrinterStatus: ...
    def print(self, doc: ReceiptDoc, deadline_s: float) -> PrintReport: ...
    @property
    def columns(self) -> int: ...


class DrawerResult(StrEnum):
    """What is known after a kick. A kick is never repeated by itself."""

    OPENED = "opened"
    SENT = "sent"
    NOT_SENT = "not-sent"
    DID_NOT_OPEN = "did-not-open"
    UNKNOWN = "unknown"


class CashDrawer(Protocol):
    """A cash drawer. Thread: a device lane; never the GUI thread."""

    def kick(self, deadline_s: float) -> DrawerResult: ...
    def is_open(self, deadline_s: float) -> bool | None: ...


# -- scanners ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RawScan:
    """One scan as it came. Never logged and never stored: it may be a licence or a patient's card."""

    data: str = field(repr=False)
    source: str
    aim_id: str | None = None


class ScanSource(Protocol):
    """Whatever delivers scans: the burst filter of the keyboard, or a serial reader."""

    def subscribe(self, cb: Callable[[RawScan], None]) -> Cancel: ...
