"""The counter's scale: live figures for the eye, weighings that may be sold, a sentence for everything else."""

from __future__ import annotations

import threading
from decimal import Decimal

from hardware.ports import (
    Fault,
    Health,
    Reading,
    Refused,
    Restarted,
    Scale,
    ScaleMessage,
    Sellable,
    TareAck,
    WeighRefusal,
    ZeroAck,
)
from pos_desktop.app.ports import DeviceHealth, DeviceState, LiveWeight, WeighedOrNot
from pos_desktop.domain.cart import Weighing

_WEIGH_S = 4.0
_COMMAND_S = 3.0

_WHY = {
    WeighRefusal.EMPTY_THE_PAN_FIRST: "Empty the pan first, then weigh the next load.",
    WeighRefusal.TARE_LOST: "The scale was restarted and lost its tare. Take everything off and tare again.",
    WeighRefusal.NOT_POSITIVE: "There is nothing on the pan. Put the product on it.",
    WeighRefusal.ZERO: "There is nothing on the pan. Put the product on it.",
    WeighRefusal.TOO_LIGHT: "That is too little to be weighed for sale on this scale.",
    WeighRefusal.TOO_HEAVY: "That is more than this scale can weigh. Take some off.",
    WeighRefusal.OVERLOAD: "That is more than this scale can weigh. Take some off.",
    WeighRefusal.UNDERLOAD: "The scale is below zero. Empty the pan and press zero.",
    WeighRefusal.MOTION: "The scale is still moving. Keep hands and drafts away and try again.",
    WeighRefusal.WRONG_UNIT: "The scale is not set to grams. Set it to g and weigh again.",
    WeighRefusal.WRONG_DIVISION: "The scale's digits do not fit its settings here. Call a manager.",
    WeighRefusal.UNVERIFIED_DIGITS: "The scale shows digits that are not for trade. Call a manager.",
    WeighRefusal.TIMEOUT: "No answer from the scale. Packaged goods can be sold meanwhile.",
    WeighRefusal.DISCONNECTED: "The scale is not connected. Packaged goods can be sold meanwhile.",
}
_CABLE = "The scale's answer cannot be read. Check its cable and settings."


class CounterWeighing:
    """Implements `CounterScale`. `live` may be asked on any thread; the rest on the scale's lane."""

    def __init__(self, scale: Scale, *, division_mg: int) -> None:
        self._scale = scale
        self._division_mg = division_mg
        self._lock = threading.Lock()
        self._last: ScaleMessage | None = None
        self._tare_mg = 0
        scale.live(self._heard)

    def live(self) -> LiveWeight:
        with self._lock:
            message, tare = self._last, self._tare_mg
        if isinstance(message, Reading) and message.grams is not None:
            net_mg = int(message.grams * 1000)
            return LiveWeight(net_mg, message.stable is True, tare, division_mg=self._division_mg)
        why = _WHY.get(WeighRefusal(message.kind.value), _CABLE) if isinstance(message, Fault) else ""
        return LiveWeight(None, False, tare, why, division_mg=self._division_mg)

    def weigh(self) -> WeighedOrNot:
        result = self._scale.weigh(_WEIGH_S)
        if isinstance(result, Refused):
            return WeighedOrNot(None, _WHY.get(result.reason, _CABLE))
        return WeighedOrNot(self._weighing(result))

    def tare(self) -> WeighedOrNot:
        taken = self._scale.tare(_COMMAND_S)
        return WeighedOrNot(
            None, "" if taken is not None else "The scale would not tare. Wait until it is still."
        )

    def zero(self) -> WeighedOrNot:
        return WeighedOrNot(
            None, "" if self._scale.zero(_COMMAND_S) else "The scale would not zero. Empty the pan."
        )

    def health(self) -> DeviceHealth:
        if self._scale.health is Health.DISCONNECTED:
            return DeviceHealth(DeviceState.AWAY, _WHY[WeighRefusal.DISCONNECTED])
        if self._scale.health is Health.DEGRADED:
            return DeviceHealth(DeviceState.ATTENTION, self.live().why or _CABLE)
        if self._scale.health is Health.UNKNOWN:
            return DeviceHealth(DeviceState.AWAY, "The scale was not heard yet.")
        return DeviceHealth(DeviceState.READY)

    def _weighing(self, sold: Sellable) -> Weighing:
        return Weighing(
            net_mg=sold.net_mg,
            tare_mg=_mg(sold.tare),
            division_mg=_mg(sold.division),
            raw=sold.reading.raw.hex(),
            scale=sold.identity or "",
        )

    def _heard(self, message: ScaleMessage) -> None:
        with self._lock:
            if isinstance(message, Reading | Fault):
                self._last = message
            elif isinstance(message, TareAck):
                self._tare_mg = _mg(message.value)
            elif isinstance(message, Restarted):
                self._tare_mg, self._last = 0, None
            elif isinstance(message, ZeroAck):
                self._tare_mg = 0


def _mg(grams: Decimal) -> int:
    return int(grams * 1000)
