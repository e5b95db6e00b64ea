"""When a weight may enter a sale (hardware.md 6.1), as values without a clock.

`Pan` is what is remembered between readings; each message makes a new one. Times are monotonic seconds.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from hardware.ports import Fault, Reading, Restarted, ScaleMessage, TareAck, WeighRefusal, ZeroAck
from hardware.scales.units import exact_milligrams

REPEATS = 3
REPEAT_S = 1.0


@dataclass(frozen=True, slots=True)
class SaleRules:
    """What the shop has set for this scale, in `unit`.

    `least` defaults to 20 divisions. `allow_repeats`: on a scale that cannot say "stable", three equal
    readings over a second may stand for it.
    """

    unit: str = "g"
    division: Decimal = Decimal("0.01")
    capacity: Decimal = Decimal(300)
    least: Decimal | None = None
    allow_repeats: bool = False

    @property
    def least_sold(self) -> Decimal:
        """The smallest weight that may be sold."""
        return self.division * 20 if self.least is None else self.least


@dataclass(frozen=True, slots=True)
class Pan:
    """What has happened on the pan.

    `armed`: gross zero was seen, at rest, since the last sold load. `tare`: what the till tared.
    `tare_lost`: the scale restarted while the till relied on a tare.
    """

    armed: bool = False
    tare: Decimal = Decimal(0)
    tare_lost: bool = False
    repeated: Decimal | None = None
    repeats: int = 0
    since_s: float = 0.0

    def after(self, message: ScaleMessage, rules: SaleRules, at_s: float) -> "Pan":
        """The pan after one message from the scale."""
        match message:
            case Reading():
                return self._after_reading(message, rules, at_s)
            case TareAck(value):
                return replace(self, tare=value, tare_lost=False, repeats=0)
            case ZeroAck():
                return replace(self, tare=Decimal(0), tare_lost=False, repeats=0)
            case Restarted():
                return Pan(tare_lost=self.tare_lost or self.tare != 0)
            case Fault():
                return replace(self, repeats=0)
            case _:
                return self

    def sold(self) -> "Pan":
        """The pan after its load became a line: one load, one line."""
        return replace(self, armed=False)

    def refusal(self, reading: Reading, rules: SaleRules) -> WeighRefusal | None:
        """Why this reading may not be sold, the first thing to put right first; None if it may."""
        return (
            self._why_not_now(reading, rules)
            or _why_not_these_digits(reading, rules)
            or self._why_not_this_amount(reading, rules)
        )

    def _why_not_now(self, reading: Reading, rules: SaleRules) -> WeighRefusal | None:
        if self.tare_lost or (self.tare and reading.net is False):
            return WeighRefusal.TARE_LOST
        if reading.unit != rules.unit:
            return WeighRefusal.WRONG_UNIT
        if not _at_rest(reading, self.repeats, rules):
            return WeighRefusal.MOTION
        return None

    def _why_not_this_amount(self, reading: Reading, rules: SaleRules) -> WeighRefusal | None:
        if reading.value <= 0:
            return WeighRefusal.NOT_POSITIVE
        if reading.value + self.tare > rules.capacity:
            return WeighRefusal.TOO_HEAVY
        if not self.armed:
            return WeighRefusal.EMPTY_THE_PAN_FIRST
        if reading.value < rules.least_sold:
            return WeighRefusal.TOO_LIGHT
        return None

    def _after_reading(self, reading: Reading, rules: SaleRules, at_s: float) -> "Pan":
        same = self.repeats > 0 and reading.value == self.repeated
        seen = replace(
            self,
            repeated=reading.value,
            repeats=self.repeats + 1 if same else 1,
            since_s=self.since_s if same else at_s,
        )
        if same and at_s - self.since_s < REPEAT_S:
            # Enough readings in too short a time are not yet a rest.
            seen = replace(seen, repeats=min(seen.repeats, REPEATS - 1))
        empty = reading.value + self.tare == 0 and reading.unit == rules.unit
        return replace(seen, armed=True) if empty and _at_rest(reading, seen.repeats, rules) else seen


def _at_rest(reading: Reading, repeats: int, rules: SaleRules) -> bool:
    if reading.stable is None:
        return rules.allow_repeats and repeats >= REPEATS
    return reading.stable


def _why_not_these_digits(reading: Reading, rules: SaleRules) -> WeighRefusal | None:
    if not reading.verified:
        return WeighRefusal.UNVERIFIED_DIGITS
    same_decimals = reading.value.as_tuple().exponent == rules.division.as_tuple().exponent
    if not same_decimals or reading.value % rules.division != 0:
        return WeighRefusal.WRONG_DIVISION
    if reading.grams is None or exact_milligrams(reading.grams) is None:
        return WeighRefusal.WRONG_UNIT
    return None
