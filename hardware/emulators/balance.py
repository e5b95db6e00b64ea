"""An MT-SICS balance without a line: a pan, and answers to commands (hardware.md 6.3)."""

import threading
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal


class Balance:
    """The instrument. Loads are grams; all of it may be used from any thread.

    Args:
        division: Smallest step shown, in grams.
        capacity: Largest load in grams.
        serial: Serial number.
    """

    def __init__(
        self,
        division: Decimal = Decimal("0.01"),
        capacity: Decimal = Decimal(320),
        serial: str = "SAMPLE-0017",
    ) -> None:
        self.division = division
        self.capacity = capacity
        self.serial = serial
        self.unit = "g"
        self.moving = False
        self.silent = False
        self.fault: str | None = None
        self.commands: list[str] = []
        self._load = Decimal(0)
        self._zero = Decimal(0)
        self._tare = Decimal(0)
        self._lock = threading.Lock()

    def put(self, grams: Decimal) -> None:
        """Add to the load on the pan; negative takes away."""
        with self._lock:
            self._load += grams

    def load(self, grams: Decimal) -> None:
        """Make this the whole load."""
        with self._lock:
            self._load = grams

    def empty(self) -> None:
        """Take everything off."""
        self.load(Decimal(0))

    def restart(self) -> bytes:
        """Switch off and on: the load becomes zero, the tare is gone. Gives what the balance then sends."""
        with self._lock:
            self._zero, self._tare = self._load, Decimal(0)
            return self._identity()

    def answer(self, command: str) -> bytes:
        """The answer to one command line without its end; empty if the balance is silent."""
        with self._lock:
            self.commands.append(command)
            if self.silent:
                return b""
            known: dict[str, Callable[[], bytes]] = {
                "S": self._weight_at_rest, "SI": self._weight, "Z": self._set_zero, "T": self._set_tare,
                "TA": self._told_tare, "TAC": self._clear_tare, "I4": self._identity, "@": self._reset,
                "I2": self._model,
            }  # fmt: skip
            action = known.get(command)
            return action() if action else _line("ES")

    # -- answers -----------------------------------------------------------------------------

    def _gross(self) -> Decimal:
        return (self._load - self._zero).quantize(self.division, ROUND_HALF_EVEN)

    def _weight(self) -> bytes:
        if self.fault:
            return _line(f"S S         Error {self.fault}")
        if self._gross() > self.capacity:
            return _line("S +")
        if self._gross() < -self.capacity / 10:
            return _line("S -")
        return _line(f"S {'D' if self.moving else 'S'} {self._field(self._gross() - self._tare)}")

    def _weight_at_rest(self) -> bytes:
        return _line("S I") if self.moving else self._weight()

    def _set_zero(self) -> bytes:
        if self.moving:
            return _line("Z I")
        if abs(self._gross()) > self.capacity / 20:
            return _line("Z +" if self._gross() > 0 else "Z -")
        self._zero, self._tare = self._load, Decimal(0)
        return _line("Z A")

    def _set_tare(self) -> bytes:
        if self.moving:
            return _line("T I")
        if not 0 <= self._gross() <= self.capacity:
            return _line("T +" if self._gross() > 0 else "T -")
        self._tare = self._gross()
        return _line(f"T S {self._field(self._tare)}")

    def _told_tare(self) -> bytes:
        return _line(f"TA A {self._field(self._tare)}")

    def _clear_tare(self) -> bytes:
        self._tare = Decimal(0)
        return _line("TAC A")

    def _reset(self) -> bytes:
        self._tare = Decimal(0)
        return self._identity()

    def _identity(self) -> bytes:
        return _line(f'I4 A "{self.serial}"')

    def _model(self) -> bytes:
        return _line(f'I2 A "Sample balance {self.capacity} g"')

    def _field(self, grams: Decimal) -> str:
        return f"{grams.quantize(self.division):>10f} {self.unit}"


def _line(text: str) -> bytes:
    return text.encode("ascii") + b"\r\n"
