"""The words of keys, backups and restoring."""

from __future__ import annotations

import argparse
from collections.abc import Callable


def about_keys(command: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    recovery = command("recovery", "recovery", "The recovery key: make a new one, or prove the one on paper.")
    recovery.add_argument("action", choices=("new", "check"))
    recovery.add_argument("--print", action="store_true", help="of new: on the receipt printer as well")
    keys = command("keys", "keys", "Give the database another key.")
    keys.add_argument("action", choices=("rotate",))
    backup = command("backup", "backup", "Make a backup, list them, or prove one.")
    backup.add_argument("action", choices=("now", "list", "verify"))
    backup.add_argument(
        "backup", metavar="BACKUP", nargs="?", help="of verify: its folder (default: the newest)"
    )
    restore = command(
        "restore", "restore", "Make a backup the store: on a new computer, or with --replace here."
    )
    restore.add_argument("backup", metavar="BACKUP", help="its folder")
    restore.add_argument(
        "--replace",
        action="store_true",
        help="in place of this computer's own store, which is put aside and kept",
    )
    restore.add_argument(
        "--passphrase", action="store_true", help="keep keys in a file wrapped by a passphrase"
    )
