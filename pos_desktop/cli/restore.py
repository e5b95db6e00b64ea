"""`restore BACKUP`: a backup becomes the store, here or on a new computer."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pos_desktop.cli.acting import acting
from pos_desktop.cli.asking import Asking, folder_of, tell
from pos_desktop.cli.backup import named
from pos_desktop.cli.exits import DONE
from pos_desktop.cli.recovery import answered
from pos_desktop.composition.this_computer import is_home
from pos_desktop.domain.errors import StoreDamaged, StoreTooNew

if TYPE_CHECKING:
    from pos_desktop.app.ports import Person
    from pos_desktop.composition.places import DataFolder
    from pos_desktop.composition.restoring import Restored
    from pos_desktop.composition.shop import Shop
    from pos_desktop.storage.backups import Backup

LOST = (
    "Sales made after the backup are not in this store, and their receipts are all that tells of them here. Those that "
    "were reported are at the state: pos-desktop reconcile --date DATE lists them, for each day since the backup."
)
_NEXT = "Numbers go on in a new series, so that none is given twice. The state is asked about waiting reports first."
PEOPLE = (
    "People, roles and PINs are as they were at the backup: whoever left since can sign in again until a manager says "
    "so once more: pos-desktop people leave NAME."
)
_HERE = (
    "Nothing is sent from this computer until a manager says that the other one sends no more: "
    "pos-desktop sync here --reason TEXT."
)


def run(arguments: argparse.Namespace) -> int:
    from pos_desktop.composition.restoring import keys_in, refuse_unsealed, replaced, restored
    from pos_desktop.composition.shop import refuse_second

    backup, folder, ask = named(arguments.backup), folder_of(arguments), Asking()
    if arguments.replace:
        by = _who_answers(arguments, folder, ask)
        with replaced(backup, folder, ask.again, by) as (shop, told, aside):
            document, said = _told(shop, backup, told)
        document["aside"] = str(aside)
        said.append(f"The former file was not removed: {aside}.")
    else:
        refuse_second(folder)
        refuse_unsealed(backup)
        keys = answered(lambda typed: keys_in(backup, typed))
        with restored(backup, keys, folder, ask, passphrase=arguments.passphrase) as (shop, told):
            document, said = _told(shop, backup, told)
    tell(arguments, document, *said)
    return DONE


def _who_answers(arguments: argparse.Namespace, folder: DataFolder, ask: Asking) -> Person | None:
    """Of the store that is put aside, whose people are asked as for any other change of it.

    None: it does not open, here or at all, so nobody can be asked. It was worth no more than its file then, and
    whoever reads the key store of this computer could open the backup without this command.
    """
    from pos_desktop.composition.shop import opened

    if not folder.database.exists():
        return None
    try:
        with opened(folder, ask) as shop:
            return acting(arguments, shop)
    except (StoreDamaged, StoreTooNew):
        return None


def _told(shop: Shop, backup: Backup, told: Restored) -> tuple[dict[str, object], list[str]]:
    zone = ZoneInfo(shop.register.zone)
    last = None if told.last is None else str(told.last.number)
    home = is_home(shop)
    at = f"{backup.at.datetime_in(zone):%Y-%m-%d %H:%M}"
    said = [f"The store of {at} is back in {shop.folder.path}.", _last_words(told, zone)]
    if told.noted:
        said.append(
            f"This computer remembers that numbers up to {told.noted} were given: these sales are missing here."
        )
    said += [LOST, PEOPLE, _NEXT, *([] if home else [_HERE])]
    if told.public_key:
        said.append(
            f"The journal is sealed with the key {told.public_key}: compare it with the one you know."
        )
    document: dict[str, object] = {
        "data_dir": str(shop.folder.path),
        "key_store": shop.keys.kind,
        "backup_at_us": backup.at.utc_us,
        "epoch": shop.register.epoch,
        "last_sale": last,
        "lost_up_to": told.noted or None,
        "elsewhere": not home,
        "journal_key": told.public_key,
    }
    return document, said


def _last_words(told: Restored, zone: ZoneInfo) -> str:
    if told.last is None:
        return "No sale is in it."
    at = told.last.sold_at.datetime_in(zone)
    return f"The last sale in it is {told.last.number} of {told.last.total}, made at {at:%H:%M} on {at:%Y-%m-%d}."
