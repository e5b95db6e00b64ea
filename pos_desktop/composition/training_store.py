"""The demo store: made on first use, opened again with a fresh room around it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from pos_desktop.composition.first_sync import fetch
from pos_desktop.composition.places import TRAINING, DataFolder
from pos_desktop.composition.reporting import USER_KEY, VENDOR_KEY, sender_lock, state_service
from pos_desktop.composition.shop import Shop, created, opened
from pos_desktop.composition.training_people import give_pins
from pos_desktop.domain.errors import BadInput, Unavailable

if TYPE_CHECKING:
    from pos_desktop.training.demo_store import SampleStore
    from pos_desktop.training.room import Room


def make_demo_store(folder: DataFolder, room: Room, seed: int) -> SampleStore:
    """Fill sandbox and store from one sample, goods by the first sync as in a real store.

    Raises:
        BadInput: the folder is for live work. EnvironmentTrouble: there is a store already.
    """
    from pos_desktop.training import demo_store

    if folder.profile != TRAINING:
        raise BadInput("The demo store needs a training folder. Use --profile training.")
    with created(folder) as shop:
        sample = demo_store.sample_store(seed, shop.clock.now())
        room.state.control("POST", "seed", demo_store.sandbox_seed(sample))
        shop.keys.set(VENDOR_KEY, demo_store.VENDOR_KEY.encode())
        shop.keys.set(USER_KEY, demo_store.USER_KEY.encode())
        demo_store.fill(shop.store, sample, shelf=False)
        point_at(shop, room)
        _first_sync(shop)
        demo_store.describe_goods(shop.store, sample)
        shop.store.journal.append(
            "store.set-up", sample.staff[-1].id, "", {"programme": shop.register.programme}
        )
        give_pins(shop)
    return sample


def reopen_room(folder: DataFolder, room: Room) -> None:
    """Ports change from start to start: tell the store where its room is now."""
    with opened(folder, counter=True) as shop:
        point_at(shop, room)


def point_at(shop: Shop, room: Room) -> None:
    for key, value in room.settings.items():
        shop.store.settings.set(key, value)


def _first_sync(shop: Shop) -> None:
    with sender_lock(shop):
        fetched = fetch(shop, state_service(shop, threading.Event().wait))
    if not fetched.good:
        raise Unavailable(f"The demo store could not be filled: {fetched.sentence}")
