"""The words of keys, backups and restoring."""

from __future__ import annotations

import argparse

from pos_desktop.cli.arguments_cash import Command


def about_keys(command: Command) -> None:
    command("recovery", "recovery", "The recovery key: make a new one, or prove the one on paper.", _recovery)
    command("keys", "keys", "Give the database another key.", _keys)
    command("backup", "backup", "Make a backup, list them, or prove one.", _backup)
    command(
        "restore", "restore", "Make a backup the store: on a new computer, or with --replace here.", _restore
    )


def _recovery(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("new", "check"))
    parser.add_argument("--print", action="store_true", help="of new: on the receipt printer as well")


def _keys(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("rotate",))


def _backup(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("now", "list", "verify"))
    parser.add_argument(
        "backup", metavar="BACKUP", nargs="?", help="of verify: its folder (default: the newest)"
    )


def _restore(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("backup", metavar="BACKUP", help="its folder")
    parser.add_argument(
        "--replace",
        action="store_true",
        help="in place of this computer's own store, which is put aside and kept",
    )
    parser.add_argument(
        "--passphrase", action="store_true", help="keep keys in a file wrapped by a passphrase"
    )
