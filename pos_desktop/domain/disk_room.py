"""What little room on the disk means at the counter (reliability contract, section 2)."""

from __future__ import annotations

from enum import StrEnum

from pos_desktop.domain.errors import EnvironmentTrouble

GIB, MIB = 1 << 30, 1 << 20
WARN_BELOW, NO_NEW_DAY_BELOW = GIB, 256 * MIB
LOW = (
    "Less than 1 GiB is free on this register’s disk. Sales are saved as before. Free some space today: below 256 MiB "
    "no till can be opened."
)
NO_NEW_DAY = (
    "The disk of this register is nearly full: less than 256 MiB are free, so no till is opened. Nothing was saved. "
    "Free some space, then open the till. A till that is open goes on and can be closed."
)


class Room(StrEnum):
    ENOUGH = "enough"
    LOW = "low"
    NO_NEW_DAY = "no-new-day"


def room(free_bytes: int) -> Room:
    if free_bytes < NO_NEW_DAY_BELOW:
        return Room.NO_NEW_DAY
    return Room.LOW if free_bytes < WARN_BELOW else Room.ENOUGH


def refuse_new_day(free_bytes: int) -> None:
    """Before a till is opened. Raises EnvironmentTrouble."""
    if room(free_bytes) is Room.NO_NEW_DAY:
        raise EnvironmentTrouble(NO_NEW_DAY, code="disk-low")
