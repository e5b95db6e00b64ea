"""The people of the demo store, whose PIN everybody may know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_desktop.composition.places import TRAINING
from pos_desktop.domain.people import Right

if TYPE_CHECKING:
    from pos_desktop.composition.shop import Shop

SAMPLE_PIN = "271828"


def give_pins(shop: Shop) -> None:
    """To everybody of a demo store that was just filled; the first PIN of a store is a manager's."""
    door = shop.signing_in()
    for person in sorted(shop.store.staff.people(), key=lambda each: not each.may(Right.MANAGE_PEOPLE)):
        door.set_pin(person, SAMPLE_PIN, person)


def sample_pin(shop: Shop) -> str:
    """What the lock screen may say: empty but in the demo store, where all people are made up."""
    if shop.folder.profile != TRAINING:
        return ""
    from pos_desktop.training.sample.people import BUDTENDER, MANAGER

    made_up = {BUDTENDER.id, MANAGER.id}
    return SAMPLE_PIN if made_up <= {each.id for each in shop.store.staff.people()} else ""
