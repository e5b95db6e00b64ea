"""`keys rotate`: another key for the database."""

from __future__ import annotations

import argparse

from pos_desktop.cli.acting import acting
from pos_desktop.cli.asking import Asking, folder_of, tell
from pos_desktop.cli.exits import DONE
from pos_desktop.composition.shop import key_store, opened

_DONE = (
    "The database has a new key. Backups of before still open with the paper in the safe; whoever had the former key "
    "can read those that were copied away."
)


def run(arguments: argparse.Namespace) -> int:
    from pos_desktop.composition.backing_up import back_up
    from pos_desktop.composition.rotating import forget_former_key, note_rotation, prepare, turn

    folder, ask = folder_of(arguments), Asking()
    with opened(folder, ask, counter=True) as shop:
        by = acting(arguments, shop)
        prepare(shop, by)
    turn(folder, key_store(folder, ask.again))
    with opened(folder, ask.again, counter=True) as shop:
        note_rotation(shop, by)
        made = back_up(shop, lambda: False)
        forget_former_key(shop)
    tell(
        arguments,
        {"rotated": True, "backup": str(made.path)},
        _DONE,
        f"Backup under the new key: {made.path}.",
    )
    return DONE
