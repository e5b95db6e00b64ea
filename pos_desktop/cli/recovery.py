"""`recovery new|check`: the paper in the safe that opens the keys of a store."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from pos_desktop.app.counting import counted
from pos_desktop.cli.acting import acting
from pos_desktop.cli.asking import folder_of, passphrase, tell
from pos_desktop.cli.exits import DONE
from pos_desktop.composition.backing_up import backups_of
from pos_desktop.composition.keeping_keys import keys_of, recovery_of
from pos_desktop.composition.shop import Shop, opened
from pos_desktop.domain.errors import BadInput, EnvironmentTrouble, PosError
from pos_desktop.storage.lock import backup_lock

if TYPE_CHECKING:
    from pos_desktop.app.ports import Person
    from pos_desktop.app.recovering import Recovery

T = TypeVar("T")
_TRIES = 3
PUT_AWAY = (
    "Write it down or print it, seal the paper, and put it in the safe. It is shown this once and kept nowhere. "
    "Whoever has it and a backup reads the whole store."
)


def run(arguments: argparse.Namespace) -> int:
    with opened(folder_of(arguments), passphrase) as shop:
        recovery, manager = recovery_of(shop), acting(arguments, shop)
        if arguments.action == "check":
            return _check(arguments, recovery, manager)
        return _new(arguments, shop, recovery, manager)


def _check(arguments: argparse.Namespace, recovery: Recovery, manager: Person) -> int:
    good = answered(lambda typed: recovery.check(manager, typed))
    renewed = (
        [] if good else ["The file of the sealed keys was missing, damaged or behind, and was written anew."]
    )
    said = "The recovery key opens the keys of this store. Put the paper back in the safe."
    tell(arguments, {"opens": True, "renewed": not good}, said, *renewed)
    return DONE


def _new(arguments: argparse.Namespace, shop: Shop, recovery: Recovery, manager: Person) -> int:
    # A backup that is under way would seal the keys to the former paper again.
    with backup_lock(shop.folder.path):
        key = recovery.new(manager)
        document: dict[str, object] = {"recovery_key": key}
        said = [*key_lines(key), *_older_backups(shop, recovery, document)]
    if arguments.print:
        document["printed"] = printed = _on_paper(shop, key)
        said.append("It was printed too." if printed else "The printer did not print it: write it down now.")
    tell(arguments, document, *said)
    return DONE


def _older_backups(shop: Shop, recovery: Recovery, document: dict[str, object]) -> list[str]:
    """The former paper is void for the backups too, as far as this store can still open them."""
    document["backups_of_former_paper"] = None
    try:
        others = backups_of(shop).seal_anew(keys_of(shop)["db"], recovery.sealed() or b"")
    except EnvironmentTrouble as problem:
        return [
            f"{problem.sentence} Backups that lie there still open with the former paper: keep it, or remove them."
        ]
    document["backups_of_former_paper"] = len(others)
    if not others:
        return []
    backups = counted(len(others), "backup is", "backups are")
    return [
        f"{backups} older than the store’s key and open with the former paper only: keep it, or remove them."
    ]


def _on_paper(shop: Shop, key: str) -> bool:
    """Raises nothing for a printer: the key stands on the terminal."""
    from pos_desktop.composition.equipment import equipment

    try:
        paper = equipment(shop).paper
    except PosError:
        return False
    if paper is None:
        return False
    at = shop.clock.now().datetime_in(ZoneInfo(shop.register.zone))
    return paper.print_recovery_key(key, f"{at:%Y-%m-%d %H:%M}")


def key_lines(key: str) -> list[str]:
    """As it is shown on the terminal: numbered groups, four a row."""
    groups = [f"{n}:{group}" for n, group in enumerate(key.split("-"), start=1)]
    return ["", "RECOVERY KEY", "   ".join(groups[:4]), "   ".join(groups[4:]), "", PUT_AWAY]


def typed_key() -> str:
    """From the terminal, shown while it is typed: forty signs that nobody sees are not typed rightly. Else one line of
    standard input. Raises BadInput: nothing came.
    """
    if sys.stdin.isatty():
        return input("Recovery key, eight groups: ")
    line = sys.stdin.readline().strip()
    if not line:
        raise BadInput(
            "Type the recovery key from the paper in the safe. Nothing was changed.", code="recovery-key"
        )
    return line


def answered(use: Callable[[str], T]) -> T:
    """A typing mistake at a terminal is told with its group, and asked for again, twice."""
    for left in reversed(range(_TRIES)):
        try:
            return use(_numberless(typed_key()))
        except BadInput as mistake:
            if not left or mistake.code != "recovery-key" or not sys.stdin.isatty():
                raise
            print(mistake.sentence, file=sys.stderr)
    raise AssertionError("the last try returns or raises")


def _numberless(typed: str) -> str:
    """The numbers before the groups may be typed as well."""
    return re.sub(r"\b[1-8]:", "", typed)
