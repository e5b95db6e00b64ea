"""Searching folders for texts that must not lie there: files of any form, in pieces, with what is packed in them."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from pos_desktop.domain.plaintext import Needles, hits

_PIECE, _OVERLAP = 1 << 20, 1 << 12
_WHOLE = 64 << 20
"""What must be held whole (a PDF, an archive in an archive) is searched up to this size; what is larger is named."""
_DEEPEST = 3
_STREAM = re.compile(rb"stream\r?\n")
_SAID = 20
"""Hits told of one file."""
_PACKED = (
    OSError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    RuntimeError,  # also for a way of packing that zipfile does not know
)


@dataclass(frozen=True, slots=True)
class Found:
    """`at`: offset in the file, or in what is packed in it; `how` it was written. Never what it was."""

    path: Path
    at: int
    how: str


@dataclass(frozen=True, slots=True)
class Unread:
    path: Path
    why: str


@dataclass(slots=True)
class Searched:
    files: int = 0
    size: int = 0


Told = Found | Unread


def search(
    roots: Iterable[Path], needles: Needles, done: Searched, *, skip: Iterable[Path] = ()
) -> Iterator[Told]:
    """Every file under `roots`, links not followed; memory does not grow with any of them. `skip`: these files."""
    left_out = {each.absolute() for each in skip}
    for root in roots:
        for path in _files(root):
            if isinstance(path, Unread):
                yield path
                continue
            if path.absolute() in left_out:
                continue
            done.files += 1
            if any(hits(path.name.encode("utf-8", "surrogateescape"), needles)):
                yield Found(path.parent, 0, "the name of a file in it")
            yield from _file(path, needles, done)


def _files(root: Path) -> Iterator[Path | Unread]:
    """A folder that is left while it is walked through is told, and so is one that may not be read."""
    if not root.is_dir():
        yield root
        return
    trouble: list[Unread] = []

    def refused(problem: OSError) -> None:
        trouble.append(Unread(Path(str(problem.filename)), problem.strerror or "cannot be read"))

    for folder, names, files in os.walk(root, onerror=refused):
        names.sort()
        yield from (Path(folder, name) for name in sorted(files))
        yield from trouble
        trouble.clear()
    yield from trouble


def _file(path: Path, needles: Needles, done: Searched) -> Iterator[Told]:
    try:
        mode = path.lstat()
        if not stat.S_ISREG(mode.st_mode):
            return
        done.size += mode.st_size
        with path.open("rb") as file:
            for at, how in islice(_search(file, needles, 0), _SAID):
                yield Found(path, at, how)
    except FileNotFoundError:
        return  # it was there a moment ago: a log that was rotated, a temporary file
    except _TooLarge:
        yield Unread(path, "too large to look into whole")
    except _PACKED as problem:
        yield Unread(path, f"cannot be unpacked or read ({type(problem).__name__})")


class _TooLarge(Exception):
    """Of what must be held whole."""


def _search(file: BinaryIO, needles: Needles, depth: int) -> Iterator[tuple[int, str]]:
    """As it is, and what is packed in it."""
    head = file.read(8)
    file.seek(0)
    yield from _pieces(file, needles)
    if depth == _DEEPEST:
        return
    file.seek(0)
    if head.startswith(b"PK\x03\x04"):
        yield from _zip(file, needles, depth)
    elif head.startswith(b"%PDF"):
        yield from _pdf(file, needles)
    else:
        opened = _unpacked(file, head)
        if opened is not None:
            for at, how in _packed(opened, needles, depth):
                yield at, f"{how}, packed"


def _unpacked(file: BinaryIO, head: bytes) -> BinaryIO | None:
    if head.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=file)  # type: ignore[return-value]  # reads as one does
    if head.startswith(b"BZh"):
        return bz2.BZ2File(file)  # type: ignore[return-value]  # reads as one does
    if head.startswith(b"\xfd7zXZ\x00"):
        return lzma.LZMAFile(file)  # type: ignore[return-value]  # reads as one does
    return None


def _packed(file: BinaryIO, needles: Needles, depth: int) -> Iterator[tuple[int, str]]:
    """What comes out is read in pieces; only an archive in it is held whole."""
    start = file.read(8)
    if start.startswith((b"PK\x03\x04", b"%PDF", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")):
        rest = file.read(_WHOLE)
        if len(rest) == _WHOLE:
            raise _TooLarge
        yield from _search(io.BytesIO(start + rest), needles, depth + 1)
    else:
        yield from _pieces(file, needles, start)


def _zip(file: BinaryIO, needles: Needles, depth: int) -> Iterator[tuple[int, str]]:
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            if any(hits(member.filename.encode("utf-8"), needles)):
                yield member.header_offset, "the name of a packed file"
            if member.is_dir():
                continue
            with archive.open(member) as inner:
                for at, how in _packed(inner, needles, depth):  # type: ignore[arg-type]  # reads as one does
                    yield at, f"{how}, packed"


def _pdf(file: BinaryIO, needles: Needles) -> Iterator[tuple[int, str]]:
    data = file.read(_WHOLE + 1)
    if len(data) > _WHOLE:
        raise _TooLarge
    for mark in _STREAM.finditer(data):
        unpack = zlib.decompressobj()
        try:
            inner = unpack.decompress(data[mark.end() :], _WHOLE)
        except zlib.error:
            continue  # a picture, or packed in another way
        for hit in hits(inner, needles):
            yield mark.end(), f"{hit.how}, in a PDF"


def _pieces(file: BinaryIO, needles: Needles, start: bytes = b"") -> Iterator[tuple[int, str]]:
    """One piece after the other, each with the end of the one before, so that nothing lies across an edge unseen."""
    base, held = 0, start
    told: set[tuple[int, str]] = set()
    while True:
        piece = file.read(_PIECE)
        data = held + piece
        fresh = {(base + hit.at, hit.how) for hit in hits(data, needles)}
        yield from sorted(fresh - told)
        if not piece:
            return
        told = fresh
        held = data[-_OVERLAP:]
        base += len(data) - len(held)
