"""Printer and scale, asked now and then how they are."""

from __future__ import annotations

from pos_desktop.app.ports import DeviceHealth
from pos_desktop.ui.flows.floor import Floor


class AskingDevices:
    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    def printer(self) -> None:
        desk, lanes = self._floor.desk, self._floor.lanes
        if desk.printer is not None:
            lanes.paper("printer", desk.printer.health, self._printer_is, self._floor.refuse)

    def scale(self) -> None:
        """Its driver knows from the last poll; nothing is sent for this."""
        desk, lanes = self._floor.desk, self._floor.lanes
        if desk.scale is not None:
            lanes.scale("scale", desk.scale.health, self._scale_is, self._floor.refuse)

    def _printer_is(self, health: DeviceHealth) -> None:
        self._floor.health = {**self._floor.health, "printer": health}
        self._floor.show()

    def _scale_is(self, health: DeviceHealth) -> None:
        if self._floor.health.get("scale") != health:
            self._floor.health = {**self._floor.health, "scale": health}
            self._floor.show()
