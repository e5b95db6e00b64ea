"""A cash drawer on the printer's drawer port (hardware.md 4)."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from hardware.errors import LinkDownError
from hardware.ports import DrawerResult
from hardware.printers.escpos_printer import Conversation, EscPosPrinter
from hardware.transports.base import Deadline

_OFF_LINE = 0x08


@dataclass(frozen=True, slots=True)
class DrawerWiring:
    """How the drawer is wired.

    `switch`: its switch is connected. `open_is_high`: the sense of the switch, None if not known, and
    then a change of the pin is what tells. Times are in milliseconds; the printer counts in steps of 2.
    """

    pin: int = 2
    on_ms: int = 50
    off_ms: int = 500
    switch: bool = True
    open_is_high: bool | None = None
    settle_s: float = 0.3
    watch_s: float = 0.8

    @property
    def pulse(self) -> bytes:
        """The command."""
        return bytes([0x1B, 0x70, 0 if self.pin == 2 else 1, self.on_ms // 2, self.off_ms // 2])


class PrinterDrawer:
    """The kick is a job of its own; the caller journals it and never repeats it by itself."""

    def __init__(
        self,
        printer: EscPosPrinter,
        wiring: DrawerWiring | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._printer = printer
        self._wiring = wiring or DrawerWiring()
        self._pause = pause

    def kick(self, deadline_s: float) -> DrawerResult:
        """Open the drawer and, where the switch is wired, look whether it did."""
        sent = False
        try:
            with self._printer.conversation(Deadline(deadline_s)) as talk:
                before = None if self._printer.one_way else talk.ask(1)
                if not self._printer.one_way and (before is None or before & _OFF_LINE):
                    # Held until somebody loads paper, the pulse would open the drawer then.
                    return DrawerResult.NOT_SENT
                try:
                    talk.write(self._wiring.pulse)
                except LinkDownError as error:
                    return DrawerResult.NOT_SENT if error.taken == 0 else DrawerResult.UNKNOWN
                sent = True
                if before is None or not self._wiring.switch:
                    return DrawerResult.SENT
                return self._watch(talk, before)
        except LinkDownError:
            return DrawerResult.UNKNOWN if sent else DrawerResult.NOT_SENT

    def is_open(self, deadline_s: float) -> bool | None:
        """True or False by the switch; None if it is not wired, its sense is not set, or nobody answers."""
        if not self._wiring.switch or self._wiring.open_is_high is None:
            return None
        try:
            with self._printer.conversation(Deadline(deadline_s)) as talk:
                answer = talk.ask(1)
        except LinkDownError:
            return None
        return None if answer is None else _high(answer) == self._wiring.open_is_high

    def _watch(self, talk: Conversation, before: int) -> DrawerResult:
        """Look from 300 ms on until 800 ms after the pulse; a drawer that was open stays open."""
        wiring = self._wiring
        looks = 3
        for look in range(looks):
            self._pause(wiring.settle_s if look == 0 else (wiring.watch_s - wiring.settle_s) / (looks - 1))
            after = talk.ask(1)
            if after is None:
                return DrawerResult.UNKNOWN
            if _high(after) != _high(before) or _high(after) == wiring.open_is_high:
                return DrawerResult.OPENED
        return DrawerResult.DID_NOT_OPEN


def _high(answer: int) -> bool:
    return bool(answer & 0x04)
