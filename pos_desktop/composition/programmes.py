"""The rule packs that travel with the program; each is read only when it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pos_desktop.composition.places import resources_dir
from pos_desktop.domain.errors import BadInput

if TYPE_CHECKING:
    from pos_desktop.domain.limits.programme import Programme

_LARGEST = 4 * 1024 * 1024


def programme_ids() -> tuple[str, ...]:
    return tuple(_packs())


def load_programme(programme_id: str) -> Programme:
    """Raises BadInput with the programmes that there are."""
    from pos_desktop.domain.limits.pack import parse_pack

    return parse_pack(*shipped_text(programme_id))


def shipped_text(programme_id: str) -> tuple[str, str]:
    """The text of a programme's pack and the name of its file. Raises BadInput with the programmes that there are."""
    packs = _packs()
    if programme_id not in packs:
        what = f"There is no programme “{programme_id}”." if programme_id else "No programme is set."
        raise BadInput(f"{what} Choose one of: {', '.join(packs)}.")
    return pack_text(packs[programme_id])


def pack_text(path: Path) -> tuple[str, str]:
    """A pack that is not read yet: its text and the name of its file.

    Raises:
        BadInput: the file cannot be read, is longer than a pack ever is, or is no text.
    """
    try:
        with path.open("rb") as opened:
            raw = opened.read(_LARGEST + 1)
    except OSError as trouble:
        raise BadInput(f"{path} cannot be read: {trouble.strerror}. Nothing was changed.") from None
    if len(raw) > _LARGEST:
        raise BadInput(f"{path} is larger than 4 MB, so it is no rule pack. Nothing was changed.")
    try:
        return raw.decode(), path.name
    except UnicodeDecodeError:
        raise BadInput(f"{path} is no text in UTF-8. Nothing was changed.") from None


def _packs() -> dict[str, Path]:
    return {path.stem: path for path in sorted((resources_dir() / "programmes").glob("*.toml"))}
