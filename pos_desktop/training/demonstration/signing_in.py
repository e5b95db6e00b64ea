"""The first thing that is done at a counter: a name and a PIN, by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from pos_desktop.training.demonstration.driver import Driver, SceneFailed

if TYPE_CHECKING:
    from pos_desktop.ui.flows.floor import Floor


def sign_in(drive: Driver, floor: Floor, name: str, pin: str) -> None:
    """On the lock screen of an open store. Raises SceneFailed."""
    drive.wait(
        "the names", lambda: floor.lock is not None and floor.lock.pin.people and not floor.lock.pin.busy
    )
    choose(drive, floor, name)
    type_pin(drive, pin)
    drive.wait(f"{name} to be signed in", lambda: floor.lock is None or floor.lock.pin.said)
    if floor.lock is not None:
        raise SceneFailed(f"{name} could not sign in: {floor.lock.pin.said}")


def choose(drive: Driver, floor: Floor, name: str) -> None:
    """With the arrows, from wherever the choice stands."""
    assert floor.lock is not None  # noqa: S101 - the caller looked
    names = [each.name for each in floor.lock.pin.people]
    if name not in names:
        raise SceneFailed(f"{name} is not on the lock screen")
    ids = [each.id for each in floor.lock.pin.people]
    steps = names.index(name) - ids.index(floor.lock.pin.chosen)
    for _ in range(abs(steps)):
        drive.press(Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)


def type_pin(drive: Driver, pin: str) -> None:
    """Digits and Enter."""
    drive.type(pin)
    drive.press(Qt.Key.Key_Return, "\r")
