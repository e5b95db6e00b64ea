"""Folders are searched file by file: packed, nested, large, named after somebody; nothing is left out silently."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import sqlite3
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from pos_desktop.composition.plaintext_search import Found, Searched, Told, Unread, search
from pos_desktop.domain.plaintext import Needles

CARD, NAME = "ZQX-7712345", "Zyxmarker Quillfeather"
PLAIN = f"2026-11-27 INFO sold to {NAME}\n".encode()


def needles() -> Needles:
    made = Needles()
    made.add_person(CARD, *NAME.split())
    return made


def told(folder: Path, **more: object) -> list[Told]:
    return list(search([folder], needles(), Searched(), **more))  # type: ignore[arg-type]  # `skip` alone


def zipped(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def pdf(text: bytes) -> bytes:
    content = zlib.compress(b"BT /F1 12 Tf (" + text + b") Tj ET")
    return b"%PDF-1.4\n1 0 obj <</Length 99>> stream\n" + content + b"\nendstream endobj"


FILES: dict[str, Callable[[], bytes]] = {
    "a log": lambda: PLAIN,
    "gzip": lambda: gzip.compress(PLAIN),
    "bzip2": lambda: bz2.compress(PLAIN),
    "xz": lambda: lzma.compress(PLAIN),
    "zip": lambda: zipped(("a.txt", b"nothing"), ("b.log", PLAIN)),
    "a name in a zip": lambda: zipped((f"{NAME}.txt", b"nothing")),
    "zip in gzip": lambda: gzip.compress(zipped(("b.log", PLAIN))),
    "gzip in zip": lambda: zipped(("b.log.gz", gzip.compress(PLAIN))),
    "pdf": lambda: pdf(NAME.encode()),
    "pdf in zip": lambda: zipped(("a.pdf", pdf(NAME.encode()))),
    "across an edge of pieces": lambda: b"." * ((1 << 20) - 8) + PLAIN,
    "far in": lambda: b"\x00" * (5 << 20) + CARD.encode("utf-16-le"),
}


@pytest.mark.parametrize("kind", FILES)
def test_each_file_is_looked_into_and_its_text_is_not_told(tmp_path: Path, kind: str) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "sample.bin").write_bytes(FILES[kind]())
    found = told(tmp_path)
    assert found
    assert all(isinstance(each, Found) for each in found)
    assert "zyxmarker" not in repr(found).casefold()
    assert CARD not in repr(found)


def test_a_database_in_plaintext_is_found(tmp_path: Path) -> None:
    """What a store would be without its cipher."""
    con = sqlite3.connect(tmp_path / "pos.db")
    con.execute("CREATE TABLE patient (id TEXT, card_number TEXT, first_name TEXT, last_name TEXT)")
    con.execute("INSERT INTO patient VALUES ('1', ?, 'Zyxmarker', 'Quillfeather')", (CARD,))
    con.commit()
    con.close()
    assert {each.how for each in told(tmp_path) if isinstance(each, Found)} == {"text"}


def test_offset_of_a_plain_hit_and_each_is_told_once(tmp_path: Path) -> None:
    data = b"." * ((1 << 20) - 3) + CARD.encode() + b"." * 50
    (tmp_path / "a").write_bytes(data)
    assert told(tmp_path) == [Found(tmp_path / "a", (1 << 20) - 3, "text")]


def test_a_file_named_after_somebody_is_told_without_its_name(tmp_path: Path) -> None:
    (tmp_path / f"receipt {NAME}.txt").write_bytes(b"")
    assert told(tmp_path) == [Found(tmp_path, 0, "the name of a file in it")]


def test_clean_files_say_nothing(tmp_path: Path) -> None:
    for name, data in {
        "a": b"sample", "b.gz": gzip.compress(b"sample"), "c.zip": zipped(("a", b"sample")), "d.pdf": pdf(b"sample"),
        "e": b"", "f": os.urandom(1 << 20),
    }.items():  # fmt: skip
        (tmp_path / name).write_bytes(data)
    assert told(tmp_path) == []


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "torn.gz").write_bytes(gzip.compress(PLAIN * 999)[:60])
    (tmp_path / "no.zip").write_bytes(b"PK\x03\x04 this is no archive")
    (tmp_path / "not-there").symlink_to(tmp_path / "nowhere")
    assert {each.path.name for each in told(tmp_path) if isinstance(each, Unread)} == {"torn.gz", "no.zip"}


def test_links_and_named_files_are_left_out(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    (outside / "a").write_bytes(PLAIN)
    (inside / "link").symlink_to(outside)
    (inside / "markers").write_bytes(PLAIN)
    assert told(inside, skip=[inside / "markers"]) == []


def test_memory_does_not_grow_with_a_file(tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as file:
        for _ in range(8):
            file.write(b"sample line of a log, nothing in it\n" * 29_127)
    tracemalloc.start()
    assert told(tmp_path) == []
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 6 << 20
