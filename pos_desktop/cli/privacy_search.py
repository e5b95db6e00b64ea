"""`privacy search-plaintext DIR`: whether anything of this store's patients lies in plain words in a folder."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from pos_desktop.app.counting import counted
from pos_desktop.cli.asking import folder_of, passphrase, tell
from pos_desktop.cli.exits import DONE, NEEDS_PERSON, OTHER
from pos_desktop.composition.places import DataFolder
from pos_desktop.composition.plaintext_search import Found, Searched, Unread, search
from pos_desktop.composition.privacy import everybody
from pos_desktop.composition.shop import opened
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.plaintext import LEAST, Needles

_SHOWN = 200


def search_plaintext(arguments: argparse.Namespace) -> int:
    """0: nothing found and everything read. 30: found. 1: something could not be read."""
    folder = folder_of(arguments)
    needles, skip = _needles(arguments, folder)
    roots = [Path(each) for each in arguments.folders]
    if arguments.store_places:
        roots += [folder.path, Path(tempfile.gettempdir())]
    for root in roots:
        if not root.exists():
            raise BadInput(f"{root} is not there. Nothing was searched.", code="no-folder")
    done = Searched()
    told = list(search(roots, needles, done, skip=skip))
    found = [each for each in told if isinstance(each, Found)]
    unread = [each for each in told if isinstance(each, Unread)]
    document = {
        "texts": len(needles),
        "too_short": needles.short,
        "files": done.files,
        "bytes": done.size,
        "hits": [{"path": str(each.path), "at": each.at, "how": each.how} for each in found],
        "unread": [{"path": str(each.path), "why": each.why} for each in unread],
    }
    tell(arguments, document, *_words(needles, done, found, unread))
    if found:
        return NEEDS_PERSON
    return OTHER if unread else DONE


def _words(needles: Needles, done: Searched, found: list[Found], unread: list[Unread]) -> list[str]:
    files = counted(done.files, "file", "files")
    said = [f"Looked for {counted(len(needles), 'text', 'texts')} in {files} ({done.size:,} bytes)."]
    if needles.short:
        short = counted(needles.short, "text was", "texts were")
        said.append(f"{short} left out, with fewer than {LEAST} letters and digits.")
    said += [f"{each.path}: found at byte {each.at} ({each.how})" for each in found[:_SHOWN]]
    said += [f"{each.path}: not read: {each.why}" for each in unread[:_SHOWN]]
    if not found:
        said.append("Nothing of a patient was found.")
    return said


def _needles(arguments: argparse.Namespace, folder: DataFolder) -> tuple[Needles, list[Path]]:
    """The store's own people where there is a store, and the lines of a file."""
    needles, skip = Needles(), []
    if arguments.marker is not None:
        path = Path(arguments.marker)
        skip.append(path)
        try:
            needles.add(*filter(str.strip, path.read_text(encoding="utf-8").splitlines()))
        except (OSError, UnicodeDecodeError):
            raise BadInput(f"{path} cannot be read as text in UTF-8. Nothing was searched.") from None
    if folder.exists or arguments.marker is None:
        with opened(folder, passphrase) as shop:
            for each in everybody(shop):
                needles.add_person(*each)
    return needles, skip
