"""The way into the room “Till”, and what the counter must know of it; the room is imported when it is first opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.till_base import Step, TillPicture
from pos_desktop.ui.flows.floor import TILL_SHEETS, Floor
from pos_desktop.ui.intents import Intents
from pos_desktop.ui.state import FixButton, Notice, RoomDoor, Tone
from pos_desktop.ui.till_state import TillRoom

if TYPE_CHECKING:
    from pos_desktop.ui.flows.till_room import TillRoomFlow

translate = QCoreApplication.translate
WORDS = "till-"
ROOM, DROP = "till-room", "till-drop"
TILL_KEY, DRAWER_KEY, DROP_KEY = "T", "F9", "D"


class TillDoor:
    name = "till"

    def __init__(self, floor: Floor, intents: Intents, print_now: Callable[[], None]) -> None:
        self._floor, self._intents, self._print_now = floor, intents, print_now
        self._room: TillRoomFlow | None = None
        self._looked = False

    # -- a door

    def open(self) -> None:
        room = self._inside()
        if room is not None:
            room.open()

    def open_drawer(self) -> None:
        room = self._inside()
        if room is not None:
            room.open_drawer()

    def back(self) -> None:
        if self._room is not None:
            self._room.back()

    def act(self, fix_id: str) -> bool:
        room = self._inside() if fix_id.startswith(WORDS) else None
        if room is not None:
            room.act(fix_id)
        return room is not None

    def save(self, values: Mapping[str, str]) -> bool:
        kind = self._floor.sheet_kind
        if kind not in TILL_SHEETS or self._room is None:
            return False
        self._room.save(kind, values)
        return True

    def tick(self) -> None:
        """The first look tells the counter which till is open; then only who is in the room wants to know."""
        if not self._looked:
            self._looked = True
            self._look()
        elif self._room is not None and isinstance(self._floor.room, TillRoom):
            self._room.day.read()

    def stop(self) -> None:
        """Nothing of this room goes on by itself."""

    # -- what the counter hears

    def sold(self) -> None:
        """After each sale: whether there is too much in the drawer by now."""
        floor, till = self._floor, self._floor.desk.till
        if till is not None:
            floor.on_database("too much in the drawer", till.wants_drop, self._wants_drop)

    def refused(self) -> None:
        """A sale was not taken: maybe the till was counted or closed meanwhile."""
        self._look()

    def _wants_drop(self, wants: bool) -> None:
        floor = self._floor
        floor.drop_due = wants
        if wants and floor.notice is None and not floor.paying:
            floor.notice = drop_notice(floor)
        floor.show()

    def _look(self) -> None:
        floor, till = self._floor, self._floor.desk.till
        if till is not None:
            floor.on_database("the till", till.picture, self._seen)

    def _seen(self, picture: TillPicture) -> None:
        self._floor.till = picture
        self._floor.session = picture.session
        self._floor.show()

    def _inside(self) -> TillRoomFlow | None:
        """Made when it is first wanted; None where nobody is signed in or there is no till."""
        floor, till = self._floor, self._floor.desk.till
        if till is None or floor.actor is None:
            return None
        if self._room is None:
            from pos_desktop.ui.flows.till_room import TillRoomFlow

            self._room = TillRoomFlow(floor, till, self._print_now)
            self._intents.till_count.connect(self._room.typed)
        return self._room


def till_door(floor: Floor) -> RoomDoor:
    """Its button on the rail."""
    if floor.desk.till is None:
        return RoomDoor(shown=False)
    if floor.drop_due:
        return RoomDoor(count=1, why=translate("Till", "a drop to the safe is due"))
    return RoomDoor()


def till_stands_still(floor: Floor) -> Notice | None:
    """Why nothing can be sold now, and the way on; None while the till is open, or where there is none."""
    picture = floor.till
    if floor.desk.till is None or picture is None or picture.step is Step.OPEN:
        return None
    words, label = {
        Step.CLOSED: (
            translate(
                "Till", "The till of this register is closed. Carts are kept; payment needs an open till."
            ),
            translate("Till", "Open the till"),
        ),
        Step.PAUSED: (
            translate("Till", "The till is paused and its drawer locked. Carts are kept."),
            translate("Till", "Go on with the till"),
        ),
        Step.CLOSING: (
            translate("Till", "The till is being closed. Carts are kept."),
            translate("Till", "Go on with the close"),
        ),
    }.get(
        picture.step,
        (
            translate("Till", "The till was counted and is not closed yet. Carts are kept."),
            translate("Till", "Go on with the close"),
        ),
    )
    return Notice(Tone.INFO, words, FixButton(ROOM, label, TILL_KEY))


def drop_notice(floor: Floor) -> Notice | None:
    """Calm, and without an amount: nobody who counts the till hears what is in it."""
    if not floor.drop_due:
        return None
    words = translate("Till", "There is more cash in the drawer than the store wants there.")
    return Notice(Tone.INFO, words, FixButton(DROP, translate("Till", "Drop to the safe"), DROP_KEY))
