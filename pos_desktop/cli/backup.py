"""`backup now|list|verify`: copies of the store that were opened again and checked."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pos_desktop.app.recovering import NONE_MADE
from pos_desktop.cli.asking import folder_of, passphrase, tell
from pos_desktop.cli.exits import DAMAGED, DONE, NEEDS_PERSON
from pos_desktop.composition.backing_up import (
    NONE_YET,
    SAME_DISK,
    age_words,
    back_up,
    backups_of,
    newest,
    on_same_disk,
    remembered,
)
from pos_desktop.composition.keeping_keys import recovery_of
from pos_desktop.composition.restoring import opening
from pos_desktop.composition.shop import Shop, key_store, opened
from pos_desktop.domain.errors import BadInput, EnvironmentTrouble, KeyMissing, StoreDamaged

if TYPE_CHECKING:
    from pos_desktop.composition.places import DataFolder
    from pos_desktop.storage.backups import Backup

_GOOD = "The backup in {path} opens and is sound."
_BAD = "The backup in {path} is damaged, or was made under an earlier key. Do not count on it."


def run(arguments: argparse.Namespace) -> int:
    folder = folder_of(arguments)
    try:
        with opened(folder, passphrase) as shop:
            return {"now": _now, "list": _list, "verify": _verify}[arguments.action](arguments, shop)
    except EnvironmentTrouble as trouble:
        if arguments.action == "now" or not isinstance(trouble, StoreDamaged | KeyMissing):
            raise
        return _of_a_store_that_does_not_open(arguments, folder, trouble)


def _of_a_store_that_does_not_open(
    arguments: argparse.Namespace, folder: DataFolder, trouble: EnvironmentTrouble
) -> int:
    """Whoever wants to put a backup back must be able to find and prove it; 50 all the same."""
    backups = list(remembered(folder).all())
    if arguments.action == "list":
        lines = [_line(each, ZoneInfo("UTC")) for each in backups]
        document = {"backups": [_document(each) for each in backups], "damaged": True}
        tell(arguments, document, trouble.sentence, *(lines or [NONE_YET]))
        return DAMAGED
    backup = named(arguments.backup) if arguments.backup else next(iter(backups), None)
    if backup is None:
        raise trouble
    opening(backup, key_store(folder, passphrase))
    tell(arguments, {**_document(backup), "good": True}, _GOOD.format(path=backup.path))
    return DONE


def _now(arguments: argparse.Namespace, shop: Shop) -> int:
    made = back_up(shop, lambda: False)
    document = {**_document(made), "good": True, **_standing(shop)}
    tell(arguments, document, f"Backed up, opened again and checked: {made.path}.", *_warnings(shop))
    return DONE


def _list(arguments: argparse.Namespace, shop: Shop) -> int:
    """Newest first; 30 where there is none to count on."""
    backups, now = backups_of(shop).all(), shop.clock.now()
    zone = ZoneInfo(shop.register.zone)
    lines = [_line(each, zone) for each in backups]
    age = age_words(backups[0].at if backups else None, now)
    document = {"backups": [_document(each) for each in backups], **_standing(shop)}
    tell(arguments, document, *lines, age, *_warnings(shop))
    return DONE if backups else NEEDS_PERSON


def _verify(arguments: argparse.Namespace, shop: Shop) -> int:
    """The one that is named, or the newest."""
    backup = named(arguments.backup) if arguments.backup else newest(shop)
    if backup is None:
        tell(arguments, {"good": False, "path": None}, NONE_YET)
        return NEEDS_PERSON
    good = shop.store.opens_backup(backup)
    said = (_GOOD if good else _BAD).format(path=backup.path)
    tell(arguments, {**_document(backup), "good": good}, said)
    return DONE if good else DAMAGED


def named(given: str) -> Backup:
    """Raises BadInput: no backup there."""
    from pos_desktop.storage.backups import backup_at

    found = backup_at(Path(given).expanduser().absolute())
    if found is None:
        raise BadInput(
            f"{given} is no backup of this program. Nothing was changed. Name its folder: pos-desktop backup list "
            "shows them, and so does the backup disk.",
            code="no-backup",
        )
    return found


def _warnings(shop: Shop) -> list[str]:
    return [
        *([SAME_DISK] if on_same_disk(shop) else []),
        *([] if recovery_of(shop).made else [NONE_MADE]),
    ]


def _standing(shop: Shop) -> dict[str, object]:
    return {"same_disk": on_same_disk(shop), "recovery_key": recovery_of(shop).made}


def _line(backup: Backup, zone: ZoneInfo) -> str:
    return f"{backup.at.datetime_in(zone):%Y-%m-%d %H:%M %Z}  {backup.size / 1_000_000:.1f} MB  {backup.path}"


def _document(backup: Backup) -> dict[str, object]:
    return {"path": str(backup.path), "at_us": backup.at.utc_us, "bytes": backup.size}
