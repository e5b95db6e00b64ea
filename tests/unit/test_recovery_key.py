"""The recovery key as people write it: every typing error is found, and its group is named."""

from __future__ import annotations

import random
import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.recovery_key import ALPHABET, BYTES, GROUPS, read, written

SECRET = bytes(range(7, 7 + BYTES))
KEY = written(SECRET)


@given(st.binary(min_size=BYTES, max_size=BYTES))
def test_what_is_written_is_read(secret: bytes) -> None:
    text = written(secret)
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{5}-){7}[0-9A-HJKMNP-TV-Z]{5}", text)
    assert read(text) == secret


@pytest.mark.parametrize(
    "typed",
    [
        KEY.lower(),
        KEY.replace("-", " "),
        KEY.replace("-", ""),
        f"  {KEY.replace('-', ' - ')}\n",
        KEY.replace("0", "o").replace("1", "l"),
        KEY.replace("1", "I"),
        KEY[:20] + KEY[20:].replace("-", ""),
    ],
)
def test_it_is_read_however_it_is_typed(typed: str) -> None:
    assert read(typed) == SECRET


def test_every_wrong_sign_names_its_group() -> None:
    for at, right in enumerate(KEY):
        for other in ALPHABET:
            if right in ("-", other):
                continue
            with pytest.raises(BadInput, match=rf"mistake in group {at // 6 + 1} of") as refused:
                read(KEY[:at] + other + KEY[at + 1 :])
            assert refused.value.code == "recovery-key"


def test_every_swap_of_two_signs_in_a_group_is_found() -> None:
    dice = random.Random(20261127)
    for _ in range(50):
        groups = written(dice.randbytes(BYTES)).split("-")
        for n, group in enumerate(groups, start=1):
            for one in range(5):
                for other in range(one):
                    signs = list(group)
                    signs[one], signs[other] = signs[other], signs[one]
                    if "".join(signs) == group:
                        continue
                    swapped = [*groups[: n - 1], "".join(signs), *groups[n:]]
                    with pytest.raises(BadInput, match=rf"mistake in group {n} of"):
                        read("-".join(swapped))


def test_groups_that_changed_places_are_both_named() -> None:
    groups = KEY.split("-")
    groups[1], groups[4] = groups[4], groups[1]
    with pytest.raises(BadInput, match="mistakes in groups 2 and 5 of"):
        read("-".join(groups))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "8 groups of 5 signs, and 0 came"),
        (KEY[:-6], "8 groups of 5 signs, and 7 came"),
        (f"{KEY}-{KEY[:5]}", "and 9 came"),
        (KEY[:-1], "mistake in group 8"),
        (KEY.replace(KEY[6:11], KEY[6:10]), "mistake in group 2"),
        (KEY.replace(KEY[6:11], "ÄÖÜ☃U"), "mistake in group 2"),
        ("\x00" * 47, "1 came"),
    ],
)
def test_what_is_no_key_is_refused_with_what_is_wrong(typed: str, words: str) -> None:
    with pytest.raises(BadInput, match=words) as refused:
        read(typed)
    assert "Nothing was opened or changed" in refused.value.sentence


@given(st.text(max_size=120))
def test_anything_typed_is_read_or_refused(typed: str) -> None:
    with suppress(BadInput):
        assert len(read(typed)) == BYTES


def test_a_key_of_another_length_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match=f"{BYTES} bytes"):
        written(bytes(BYTES - 1))
    assert len(KEY.split("-")) == GROUPS
