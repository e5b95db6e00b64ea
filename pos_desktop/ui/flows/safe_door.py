"""The way into the room “Safe”; the room is imported when it is first opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.ports import TillSession
from pos_desktop.domain.people import Right
from pos_desktop.ui.flows.floor import SAFE_SHEET, Floor
from pos_desktop.ui.intents import Intents
from pos_desktop.ui.state import RoomDoor

if TYPE_CHECKING:
    from pos_desktop.ui.flows.safe_room import SafeRoomFlow

translate = QCoreApplication.translate
WORDS = "safe-"
SAFE_KEY = "S"


class SafeDoor:
    name = "safe"

    def __init__(self, floor: Floor, intents: Intents, print_now: Callable[[], None]) -> None:
        self._floor, self._intents, self._print_now = floor, intents, print_now
        self._room: SafeRoomFlow | None = None
        self._session: TillSession | None = None
        self._looked = False

    def open(self) -> None:
        room = self._inside()
        if room is not None:
            room.open()

    def back(self) -> None:
        if self._room is not None:
            self._room.back()

    def act(self, fix_id: str) -> bool:
        room = self._inside() if fix_id.startswith(WORDS) else None
        if room is not None:
            room.act(fix_id)
        return room is not None

    def save(self, values: Mapping[str, str]) -> bool:
        if self._floor.sheet_kind != SAFE_SHEET or self._room is None:
            return False
        self._room.save(values)
        return True

    def tick(self) -> None:
        """Another person finds no figure that the last one typed; after a close the door says that something waits."""
        floor, desks = self._floor, self._floor.desk.custody
        if self._room is not None:
            self._room.look_who()
        if desks is not None and (not self._looked or floor.session != self._session):
            self._looked, self._session = True, floor.session
            floor.on_database("what waits for the safe", desks.waiting, self._waits)

    def _waits(self, count: int) -> None:
        if count != self._floor.safe_waits:
            self._floor.safe_waits = count
            self._floor.show()

    def stop(self) -> None:
        """Nothing of this room goes on by itself."""

    def _inside(self) -> SafeRoomFlow | None:
        """Made when it is first wanted; None where nobody is signed in, who may not, or there is no safe."""
        floor, desks = self._floor, self._floor.desk.custody
        if desks is None or not safe_door(floor).shown:
            return None
        if self._room is None:
            from pos_desktop.ui.flows.safe_room import SafeRoomFlow

            self._room = SafeRoomFlow(floor, desks, self._print_now)
            self._intents.safe_count.connect(self._room.typed)
            self._intents.safe_at.connect(self._room.at)
        return self._room


def safe_door(floor: Floor) -> RoomDoor:
    """Its button on the rail: for everybody who may do a step in it, and for who reads all that is kept."""
    actor = floor.actor
    may = actor is not None and (actor.may(Right.CLOSE_TILL) or actor.may(Right.READ_JOURNAL))
    shown = floor.desk.custody is not None and may
    why = translate("Safe", "cash waits to be taken into the safe")
    return RoomDoor(shown=shown, count=floor.safe_waits, why=why)
