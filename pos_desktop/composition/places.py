"""Where things lie: data folders and what travels with the program."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pos_desktop.domain.errors import BadInput, EnvironmentTrouble

LIVE, TRAINING = "live", "training"
WITNESSES = "POS_DESKTOP_WITNESSES"
"""A variable of the environment: where witnesses lie, if not in the user's own place."""
_PROFILE = "profile"
_PACKAGE = Path(__file__).resolve().parent.parent


def resources_dir() -> Path:
    """Inside the package when installed from a wheel, beside it in a source tree."""
    return _travelling("_resources", "resources")


def migrations_dir() -> Path:
    return _travelling("_migrations", "migrations")


def _travelling(inside: str, beside: str) -> Path:
    packed = _PACKAGE / inside
    return packed if packed.is_dir() else _PACKAGE.parent / beside


@dataclass(frozen=True, slots=True)
class DataFolder:
    """A store's folder. It remembers its profile, and a training folder never becomes a live one."""

    path: Path
    profile: str

    @property
    def database(self) -> Path:
        return self.path / "pos.db"

    @property
    def sandbox(self) -> Path:
        return self.path / "sandbox"

    @property
    def cache(self) -> Path:
        return self.path / "cache"

    @property
    def unfinished(self) -> Path:
        """Lies here while a store is being made: a run that was cut short leaves it, and the next one starts over."""
        return self.path / "setup.unfinished"

    @property
    def backups(self) -> Path:
        """Where backups go until a second disk is set (`backup.folder`)."""
        return self.path / "backups"

    @property
    def drill_mark(self) -> Path:
        """Lies here while an outage is a drill's; a drill that was killed leaves both."""
        return self.path / "drill.unfinished"

    @property
    def exists(self) -> bool:
        """Whether a store was made here to its end."""
        return self.database.exists() and not self.unfinished.exists()


def data_folder(given: str | None, profile: str | None) -> DataFolder:
    """The folder named, or the profile's own place for this user.

    Raises:
        BadInput: the folder belongs to the other profile.
    """
    path = Path(given).expanduser().absolute() if given else default_folder(profile or LIVE)
    remembered = _remembered(path)
    if remembered is not None and profile is not None and remembered != profile:
        raise BadInput(
            f"The folder {path} holds a {remembered} store. It cannot be opened as {profile}: "
            "name another folder with --data-dir."
        )
    return DataFolder(path, remembered or profile or LIVE)


def default_folder(profile: str) -> Path:
    import platformdirs

    base = Path(platformdirs.user_data_dir("pos-desktop", appauthor=False))
    return base / profile


def witness_folder() -> Path:
    """Beside no data folder, so that a backup of one does not hold it; the same for counter and timer of one user."""
    import platformdirs

    given = os.environ.get(WITNESSES, "")
    return (
        Path(given) if given else Path(platformdirs.user_state_dir("pos-desktop-witnesses", appauthor=False))
    )


def prepare(folder: DataFolder) -> bool:
    """Make the folder, for its owner only, and write its profile down. Doing it again changes nothing.

    Returns whether the folder was not yet one of this program's.

    Raises:
        EnvironmentTrouble: the folder cannot be made or written.
    """
    mark = folder.path / _PROFILE
    try:
        folder.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = not mark.exists()
        if new:
            mark.write_text(folder.profile + "\n", encoding="ascii")
        if os.name == "posix":
            folder.path.chmod(0o700)
    except OSError as problem:
        raise EnvironmentTrouble(
            f"The folder {folder.path} cannot be made or written. Nothing was set up. "
            "Check its rights and the free space, or name another folder with --data-dir.",
            code="folder",
        ) from problem
    return new


def begin_unfinished(folder: DataFolder) -> None:
    """On the disk before anything of the store is: a power cut must not leave half of one that looks whole."""
    with folder.unfinished.open("wb") as mark:
        os.fsync(mark.fileno())
    _flush(folder)


def end_unfinished(folder: DataFolder) -> None:
    """On the disk before anything is sold: a mark that came back would have the store made anew over its sales."""
    folder.unfinished.unlink()
    _flush(folder)


def forget(folder: DataFolder) -> None:
    """Take back what `prepare` made where no store can be made; a folder that holds anything else stays."""
    from pos_desktop.keystore.choosing import NAME_FILE

    for name in (_PROFILE, NAME_FILE):
        (folder.path / name).unlink(missing_ok=True)
    with suppress(OSError):
        folder.path.rmdir()


def _remembered(path: Path) -> str | None:
    try:
        word = (path / _PROFILE).read_text(encoding="ascii").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as problem:
        raise BadInput(f"The folder {path} cannot be read. Check its permissions.") from problem
    if word not in (LIVE, TRAINING):
        raise BadInput(f"The file “{_PROFILE}” in {path} is damaged. It should say live or training.")
    return word


def _flush(folder: DataFolder) -> None:
    """Late: commands that open no store load none of its parts."""
    from pos_desktop.storage.durable import flush_folder

    flush_folder(folder.path)
