"""Backups of an opened store: where they lie, how one is made, and what is said of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pos_desktop.app.counting import counted
from pos_desktop.domain.errors import EnvironmentTrouble
from pos_desktop.domain.instant import DAY_US, HOUR_US, MINUTE_US, Instant

if TYPE_CHECKING:
    from pos_desktop.composition.places import DataFolder
    from pos_desktop.composition.shop import Shop
    from pos_desktop.storage.backups import Backup, Backups

EVERY_US = 15 * MINUTE_US
OLD_US = HOUR_US
"""Four backups in a row did not come."""
REMEMBERED = "backups.at"
SAME_DISK = (
    "Backups lie on the same disk as the store: a disk that breaks takes both. Set a folder on a second disk: "
    "pos-desktop config set backup.folder FOLDER."
)
NONE_YET = "No good backup has been made yet."


def backups_of(shop: Shop) -> Backups:
    from pos_desktop.storage.backups import Backups as Made

    register = shop.register
    digest = hashlib.sha256(register.id.encode()).hexdigest()[:8]
    folder = shop.store.settings.get("backup.folder") or ""
    base = Path(folder) if folder else shop.folder.backups
    return Made(base / f"{register.store_code}-{register.code}-{digest}", inside=not folder)


def on_same_disk(shop: Shop) -> bool:
    from pos_desktop.storage.backups import same_disk

    return same_disk(backups_of(shop).place, shop.folder.database)


def back_up(shop: Shop, pause: Callable[[], bool]) -> Backup:
    """Make one, prove it, and thin out the earlier ones. Any thread but the window's; sales go on.

    Raises:
        EnvironmentTrouble: with its sentence. StoreBusy: another one is being made. Stopped: `pause` said so.
    """
    from pos_desktop.composition.keeping_keys import recovery_of
    from pos_desktop.storage.backup import Pace
    from pos_desktop.storage.lock import backup_lock

    backups = backups_of(shop)
    with backup_lock(shop.folder.path):
        sealed = recovery_of(shop).refresh()
        made = shop.store.make_backup(backups, sealed, shop.clock.now(), Pace(pause))
        _remember(shop.folder, made)
        backups.thin_out(ZoneInfo(shop.register.zone))
    return made


def _remember(folder: DataFolder, made: Backup) -> None:
    """Beside the store, in clear: who has a damaged store must find its backups. A place is no secret."""
    with suppress(OSError):
        (folder.path / REMEMBERED).write_text(f"{made.path.parent}\n", encoding="utf-8")


def remembered(folder: DataFolder) -> Backups:
    """Where the backups of a store lie that cannot be opened, as far as it was noted when they were made."""
    from pos_desktop.storage.backups import Backups as Made

    try:
        place = Path((folder.path / REMEMBERED).read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        return Made(folder.backups / "none", inside=True)
    return Made(place, inside=False)


def standing_words(shop: Shop) -> list[str]:
    """What a manager of a live store should know of its backups; empty while all is well."""
    from pos_desktop.composition.keeping_keys import no_paper
    from pos_desktop.composition.places import LIVE

    if shop.folder.profile != LIVE:
        return []
    said = list(filter(None, [no_paper(shop)]))
    try:
        found, same = newest(shop), on_same_disk(shop)
    except EnvironmentTrouble as problem:
        return [*said, problem.sentence]
    at = None if found is None else found.at
    old = at is None or shop.clock.now().since_us(at) >= DAY_US
    return [*said, *([age_words(at, shop.clock.now())] if old else []), *([SAME_DISK] if same else [])]


def newest(shop: Shop) -> Backup | None:
    """Raises EnvironmentTrouble: the folder cannot be reached."""
    return next(iter(backups_of(shop).all()), None)


def age_words(at: Instant | None, now: Instant) -> str:
    """For instance: The last good backup is 12 minutes old."""
    if at is None:
        return NONE_YET
    minutes = max(0, now.since_us(at)) // MINUTE_US
    for size, one, many in ((24 * 60, "day", "days"), (60, "hour", "hours")):
        if minutes >= 2 * size:
            return f"The last good backup is {counted(minutes // size, one, many)} old."
    return f"The last good backup is {counted(minutes, 'minute', 'minutes')} old."


def is_old(at: Instant | None, now: Instant) -> bool:
    return at is None or now.since_us(at) >= OLD_US
