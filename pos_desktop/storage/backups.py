"""The backups of one register: a folder each, named by its time, whole or not there.

In each lie `pos.db`, encrypted like the store, and `recovery-keys.sealed`, the keys that the paper in the safe opens. A
folder gets its name only after the copy in it was opened again and checked.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pos_desktop.domain.errors import EnvironmentTrouble
from pos_desktop.domain.instant import Instant
from pos_desktop.storage import driver
from pos_desktop.storage.backup import NOT_SOUND, NOT_WRITTEN, Pace, Stopped, copy_in_steps, is_whole
from pos_desktop.storage.durable import flush_file, flush_folder

DATABASE, SEALED = "pos.db", "recovery-keys.sealed"
DAYS, WEEKS, LATEST = 7, 4, 2
"""Kept: the newest of each of the last seven days that have one, and of the last four weeks (contract, section 2); and
the one before the newest, since what was just written is read back from the system's memory as well as from the disk.
"""
_NAME = "%Y%m%dT%H%M%S.%fZ"
_PART = ".part"
_SPARE = 1 << 30
"""Left free on the store's own disk, whatever becomes of backups: selling needs it."""
_MARGIN = 16 << 20
FOLDER_AWAY = (
    "The backup folder {folder} cannot be reached, so no backup was made. The store itself goes on. Connect the disk, "
    "or set another folder: pos-desktop config set backup.folder FOLDER."
)
NO_ROOM = (
    "There is no room for a backup in {folder}. The store itself goes on, and earlier backups are kept. "
    "Free some space there, or set another folder: pos-desktop config set backup.folder FOLDER."
)


@dataclass(frozen=True, slots=True)
class Backup:
    path: Path
    at: Instant
    """When it was begun: what was sold later is not in it."""

    @property
    def database(self) -> Path:
        return self.path / DATABASE

    @property
    def sealed(self) -> Path:
        return self.path / SEALED

    @property
    def size(self) -> int:
        return self.database.stat().st_size

    def is_good(self, key: bytes) -> bool:
        """Opened again and checked, page by page."""
        return self.database.is_file() and self.database.stat().st_size > 0 and is_whole(self.database, key)


class Backups:
    """`place` is this register's own folder in the backup folder; `inside` where the backup folder is the default one,
    which is made when it is missing. Another one may be a disk that is not connected, so nothing is made for it.
    """

    def __init__(self, place: Path, *, inside: bool) -> None:
        self.place = place
        self._inside = inside

    def all(self) -> Sequence[Backup]:
        """Newest first. Raises EnvironmentTrouble: the folder cannot be read."""
        try:
            names = [each.name for each in self.place.iterdir() if each.is_dir()]
        except FileNotFoundError as problem:
            if self._is_away:
                raise self._away() from problem
            return []
        except OSError as problem:
            raise self._away() from problem
        return [Backup(self.place / name, at) for name in sorted(names, reverse=True) if (at := _at(name))]

    def make(self, store: Path, key: bytes, sealed: bytes | None, at: Instant, pace: Pace) -> Backup:
        """A proven copy of the database at `store`; it has its name when this returns, and is on the disk.

        Raises:
            EnvironmentTrouble: the folder is away, full or slow to die, or the copy is not sound. Stopped: by `pace`.
        """
        made = Backup(self.place / _named(at), at)
        part = made.path.with_name(made.path.name + _PART)
        try:
            self._prepare(store)
            part.mkdir(mode=0o700)
            copy_in_steps(store, key, part / DATABASE, pace)
            if not is_whole(part / DATABASE, key):
                raise EnvironmentTrouble(NOT_SOUND, code="backup-failed")
            if sealed is not None:
                (part / SEALED).write_bytes(sealed)
                flush_file(part / SEALED)
            flush_file(part / DATABASE)
            flush_folder(part)
            part.rename(made.path)
            flush_folder(self.place)
        except (driver.Error, OSError) as error:
            raise EnvironmentTrouble(NOT_WRITTEN, code="backup-failed") from error
        finally:
            shutil.rmtree(part, ignore_errors=True)
        return made

    def thin_out(self, zone: ZoneInfo) -> Sequence[Backup]:
        """Remove what is neither a day's nor a week's newest; returns what was removed. A failure removes less."""
        everything = self.all()
        gone = [each for each in everything if each not in kept(everything, zone)]
        for each in gone:
            with suppress(OSError):
                # Under another name first: one that is half removed is no backup.
                shutil.rmtree(each.path.rename(each.path.with_name(each.path.name + _PART)))
        return gone

    def seal_anew(self, key: bytes, sealed: bytes) -> Sequence[Backup]:
        """Those that `key` opens get the keys sealed anew, for a new paper; returns those that it does not open."""
        from pos_desktop.storage.rekeying import opens

        others = []
        for each in self.all():
            if not opens(each.database, key):
                others.append(each)
                continue
            new = each.sealed.with_name(SEALED + ".new")
            try:
                new.write_bytes(sealed)
                flush_file(new)
                new.replace(each.sealed)
                flush_folder(each.path)
            except OSError as error:
                raise EnvironmentTrouble(NOT_WRITTEN, code="backup-failed") from error
        return others

    def _prepare(self, store: Path) -> None:
        """A folder to write to with room for the copy; what a killed backup left is cleared away."""
        if self._is_away:
            raise self._away()
        self.place.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in self.place.glob("*" + _PART):
            shutil.rmtree(left, ignore_errors=True)
        log = store.with_name(store.name + "-wal")
        wanted = store.stat().st_size + (log.stat().st_size if log.exists() else 0) + _MARGIN
        if same_disk(self.place, store):
            wanted += _SPARE
        if shutil.disk_usage(self.place).free < wanted:
            raise EnvironmentTrouble(NO_ROOM.format(folder=self.place.parent), code="backup-no-room")

    @property
    def _is_away(self) -> bool:
        """A disk that is not connected, and not a place without backups."""
        return not self._inside and not self.place.parent.is_dir()

    def _away(self) -> EnvironmentTrouble:
        return EnvironmentTrouble(FOLDER_AWAY.format(folder=self.place.parent), code="backup-away")


def kept(backups: Iterable[Backup], zone: ZoneInfo) -> set[Backup]:
    """Of `backups`, newest first: the two newest, and the newest of each of seven days and four weeks."""
    days: dict[object, Backup] = {}
    weeks: dict[object, Backup] = {}
    everything = list(backups)
    for each in everything:
        day = each.at.date_in(zone)
        days.setdefault(day, each)
        weeks.setdefault(day.isocalendar()[:2], each)
    return {*everything[:LATEST], *list(days.values())[:DAYS], *list(weeks.values())[:WEEKS]}


def same_disk(one: Path, other: Path) -> bool:
    """As far as the system tells; a folder that is not there yet counts as its parent."""
    places = [next(each for each in (path, *path.parents) if each.exists()) for path in (one, other)]
    return places[0].stat().st_dev == places[1].stat().st_dev


def backup_at(path: Path) -> Backup | None:
    """The backup that a person names: its folder, or the database in it. None where there is none."""
    folder = path.parent if path.name == DATABASE else path
    at = _at(folder.name)
    return Backup(folder, at) if at is not None and (folder / DATABASE).is_file() else None


def _named(at: Instant) -> str:
    return at.datetime_in(ZoneInfo("UTC")).strftime(_NAME)


def _at(name: str) -> Instant | None:
    try:
        return Instant.from_datetime(datetime.strptime(name, _NAME).replace(tzinfo=UTC))
    except ValueError:
        return None


__all__ = ["Backup", "Backups", "Stopped", "backup_at", "kept", "same_disk"]
