"""`training sell`: unattended, varied, legal sales on a training store, through the counter's own use cases."""

from __future__ import annotations

import argparse

from pos_desktop.cli.asking import folder_of, passphrase, tell
from pos_desktop.cli.exits import DONE, OTHER
from pos_desktop.composition.counter import open_back_room
from pos_desktop.composition.places import TRAINING
from pos_desktop.domain.errors import BadInput, EnvironmentTrouble


def run(arguments: argparse.Namespace) -> int:
    from pos_desktop.training.selling import sell

    # Without a folder the training store of this user is meant, never the live one.
    named = getattr(arguments, "data_dir", None) is not None
    folder = folder_of(arguments, profile=None if named else TRAINING)
    if folder.exists and folder.profile != TRAINING:
        raise BadInput("Unattended selling is for training stores only. Nothing was sold.", code="usage")
    if not folder.database.exists():
        raise EnvironmentTrouble(
            f"There is no training store in {folder.path}. Nothing was sold. Make the demo store first: "
            "pos-desktop --profile training run.",
            code="no-store",
        )
    back_room = open_back_room(folder, passphrase, unattended=True)
    try:
        if back_room.worker is not None and not arguments.offline:
            back_room.worker.look_once()
        shop = back_room.shop
        report = sell(
            arguments.count,
            arguments.seed,
            desk=back_room.desk,
            patients=shop.store.patients,
            jobs=shop.store.paper,
            offline=arguments.offline,
        )
    finally:
        back_room.close()
    said = [f"{report.sold} of {report.wanted} sales were made."]
    tell(arguments, report.document(), *said, *([report.stopped] if report.stopped else []))
    return DONE if report.sold == report.wanted else OTHER
