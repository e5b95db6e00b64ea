"""The rule packs that travel with the program; each is read only when it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pos_desktop.composition.places import resources_dir
from pos_desktop.domain.errors import BadInput

if TYPE_CHECKING:
    from pos_desktop.domain.limits.programme import Programme


def programme_ids() -> tuple[str, ...]:
    return tuple(_packs())


def load_programme(programme_id: str) -> Programme:
    """Raises BadInput with the programmes that there are."""
    packs = _packs()
    if programme_id not in packs:
        what = f"There is no programme “{programme_id}”." if programme_id else "No programme is set."
        raise BadInput(f"{what} Choose one of: {', '.join(packs)}.")
    return read_pack(packs[programme_id])


def read_pack(path: Path) -> Programme:
    """Raises BadInput: the file cannot be read, or is no pack; with the place and what is wrong."""
    from pos_desktop.domain.limits.pack import parse_pack

    try:
        text = path.read_bytes().decode()
    except OSError as trouble:
        raise BadInput(f"{path} cannot be read: {trouble.strerror}. Nothing was changed.") from None
    except UnicodeDecodeError:
        raise BadInput(f"{path} is no text in UTF-8. Nothing was changed.") from None
    return parse_pack(text, path.name)


def _packs() -> dict[str, Path]:
    return {path.stem: path for path in sorted((resources_dir() / "programmes").glob("*.toml"))}
