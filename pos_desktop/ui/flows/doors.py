"""The ways into the rooms beside the counter: each imports what is behind it when it is first opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from pos_desktop.ui.flows.floor import Floor


class Door(Protocol):
    """`name` is the `door` of its rooms. `act` and `save` answer False for what is not theirs."""

    name: str

    def open(self) -> None: ...

    def back(self) -> None:
        """Esc in one of its rooms: one step."""
        ...

    def act(self, fix_id: str) -> bool: ...

    def save(self, values: Mapping[str, str]) -> bool:
        """A form was saved, maybe one of this room's sheets (`floor.sheet_kind`)."""
        ...

    def tick(self) -> None:
        """Each second."""
        ...

    def stop(self) -> None:
        """The program ends."""
        ...


class Doors:
    def __init__(self, floor: Floor, doors: Sequence[Door]) -> None:
        self._floor, self._doors = floor, doors

    def back(self) -> None:
        room = self._floor.room
        for door in self._doors:
            if room is not None and room.door == door.name:
                door.back()

    def act(self, fix_id: str) -> bool:
        return any(door.act(fix_id) for door in self._doors)

    def save(self, values: Mapping[str, str]) -> bool:
        return any(door.save(values) for door in self._doors)

    def tick(self) -> None:
        for door in self._doors:
            door.tick()

    def stop(self) -> None:
        for door in self._doors:
            door.stop()
