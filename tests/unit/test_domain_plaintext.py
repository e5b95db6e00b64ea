"""A planted text is found however it was written, and nothing is found where nothing is."""

from __future__ import annotations

import base64
import json
import random
import urllib.parse
from collections.abc import Callable

import pytest

from pos_desktop.domain.plaintext import LEAST, Needles, hits

CARD, FIRST, LAST = "ZQX-7712345", "Zyxmarker", "Quillféather"
NAME = f"{FIRST} {LAST}"
WAYS: dict[str, Callable[[str], bytes]] = {
    "utf-8": str.encode,
    "upper case": lambda text: text.upper().encode(),
    "utf-16-le": lambda text: text.encode("utf-16-le"),
    "utf-16-be": lambda text: text.encode("utf-16-be"),
    "utf-32": lambda text: text.encode("utf-32"),
    "latin-1": lambda text: text.encode("latin-1"),
    "json": lambda text: json.dumps(text).encode(),
    "percent": lambda text: urllib.parse.quote(text, safe="").encode(),
    "form": lambda text: urllib.parse.urlencode({"q": text}).encode(),
    "hex": lambda text: text.encode().hex().encode(),
    "hex upper": lambda text: text.encode().hex().upper().encode(),
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64 after one": lambda text: base64.b64encode(b"x" + text.encode()),
    "base64 after two": lambda text: base64.b64encode(b"xy" + text.encode()),
    "base64 of a URL": lambda text: base64.urlsafe_b64encode(b"?>" + text.encode()),
    "base64 of utf-16": lambda text: base64.b64encode(text.encode("utf-16-le")),
}


def needles() -> Needles:
    made = Needles()
    made.add_person(CARD, FIRST, LAST)
    return made


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("text", [CARD, NAME])
@pytest.mark.parametrize("around", [(b"", b""), (b"log: ", b"\n"), (b"\x00\xff\x10" * 9, b"\x00" * 9)])
def test_each_writing_is_found(way: str, text: str, around: tuple[bytes, bytes]) -> None:
    assert next(hits(around[0] + WAYS[way](text) + around[1], needles()), None) is not None


@pytest.mark.parametrize(
    "written",
    [
        f'{{"first_name": "{FIRST}", "last_name": "{LAST}"}}',
        f"{{'last_name': '{LAST}', 'first_name': '{FIRST}'}}",
        f"{LAST}, {FIRST}",
        f"{FIRST}\t{LAST}",
        f"x{CARD}{FIRST}{LAST}1961",
        f"FirstName={FIRST}&LastName={LAST}",
        CARD.replace("-", ""),
        CARD.replace("-", " "),
    ],
)
def test_each_form_of_a_record_is_found(written: str) -> None:
    assert list(hits(written.encode(), needles()))


def test_where_it_lies_is_told() -> None:
    assert [each.at for each in hits(b"0123456789" + CARD.encode() + b" " + CARD.encode(), needles())] == [
        10,
        22,
    ]


def test_random_bytes_and_sentences_hold_nothing() -> None:
    many = Needles()
    for n in range(2_000):
        many.add_person(f"P-{1_000_000 + n}", f"First{n % 90}", f"Lastname{n}")
    chance = random.Random(4)
    assert not list(hits(chance.randbytes(1 << 20), many))
    assert not list(hits(b"First of all the last name of the list was asked for; 1000000 rows. " * 500, many))


def test_letters_far_apart_are_no_text() -> None:
    spread = b"....".join(bytes([each]) for each in CARD.encode())
    assert not list(hits(spread, needles()))


def test_what_is_too_short_is_counted_and_not_looked_for() -> None:
    made = Needles()
    made.add("A-12", "李雷", "x" * LEAST)
    made.add_person("P-1", "Al", "Li")
    assert (made.short, len(made)) == (4, 1)


def test_it_prints_nothing_of_what_it_looks_for() -> None:
    assert "zyx" not in repr(needles()).casefold()


def test_many_texts_share_one_pattern() -> None:
    made = Needles()
    texts = [f"card{n}" for n in range(99, 400)] + ["card", "cards100", "cardiology"]
    made.add(*texts)
    for text in texts:
        if len(text) >= LEAST:
            assert list(hits(text.encode(), made)), text
    assert not list(hits(b"car d-9", made))
