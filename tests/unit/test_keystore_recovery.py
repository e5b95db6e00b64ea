"""Keys sealed for the paper: the paper opens them, nothing else does, and no change goes unnoticed."""

from __future__ import annotations

import json

import pytest

from pos_desktop.domain.errors import BadInput, EnvironmentTrouble
from pos_desktop.keystore.recovery import PaperKeys

KEYS = {"db": bytes(range(32)), "pin-pepper": b"a pepper", "state.vendor_key": b"sample-vendor-key"}
PAPER = PaperKeys()
TEXT, PUBLIC = PAPER.made()


def test_the_paper_opens_what_was_sealed_and_again_after_more_was() -> None:
    first, second = PAPER.seal(PUBLIC, KEYS), PAPER.seal(PUBLIC, KEYS | {"state.user_key": b"later"})
    assert PAPER.open(TEXT.lower(), first) == KEYS
    assert PAPER.open(TEXT, second)["state.user_key"] == b"later"
    assert first != PAPER.seal(PUBLIC, KEYS), "each sealing has a key of its own"


def test_no_key_stands_in_the_file() -> None:
    import base64

    sealed = PAPER.seal(PUBLIC, KEYS)
    for value in (*KEYS.values(), TEXT.encode(), TEXT.replace("-", "").encode()):
        assert value not in sealed
        assert base64.b64encode(value) not in sealed
        assert value.hex().encode() not in sealed


def test_the_paper_of_another_store_is_told_from_a_typing_mistake() -> None:
    other, public = PAPER.made()
    sealed = PAPER.seal(PUBLIC, KEYS)
    with pytest.raises(BadInput, match="not the one") as refused:
        PAPER.open(other, sealed)
    assert refused.value.code == "other-recovery-key"
    assert PAPER.belongs(PUBLIC, sealed)
    assert not PAPER.belongs(public, sealed)
    assert not PAPER.belongs(PUBLIC, b"no such file")


def test_each_changed_part_of_the_file_is_refused() -> None:
    whole = json.loads(PAPER.seal(PUBLIC, KEYS))
    other = json.loads(PAPER.seal(PUBLIC, KEYS | {"db": bytes(32)}))
    changed = [{**whole, name: other[name]} for name in ("nonce", "sealed")]
    changed += [{**whole, "header": {**whole["header"], "once": other["header"]["once"]}}]
    changed += [{**whole, "header": {**whole["header"], "passes": 1}}, {**whole, "header": 5}, {"header": {}}]
    for name in ("salt", "public", "once"):
        changed += [{**whole, "header": {**whole["header"], name: wrong}} for wrong in ("!!", "AA==", "")]
    for each in changed:
        with pytest.raises(EnvironmentTrouble, match="cannot be read"):
            PAPER.open(TEXT, json.dumps(each).encode())
    for raw in (b"", b"\xff" * 100, b"[]", b"{}", json.dumps(whole).encode()[:-40]):
        with pytest.raises(EnvironmentTrouble, match="cannot be read"):
            PAPER.open(TEXT, raw)
