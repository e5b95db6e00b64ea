"""The journal's form: computed here once more from the contract's own words."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_desktop.domain.journal import Entry, canonical, chain, genesis

ENTRY = Entry(
    register="01890000-0000-7000-8000-000000000001",
    epoch=1,
    seq=0,
    at_us=1_795_548_720_000_000,
    mono_us=42,
    boot="boot-1",
    zone="America/Detroit",
    offset_s=-18_000,
    clock="ok",
    actor="person-1",
    kind="sale.done",
    ref="sale-1",
    data={"total": 23_341, "lines": [["TAG", "each", 1, 3_800]], "name": "día"},
)
BODY = (
    '{"actor":"person-1","at":1795548720000000,"boot":"boot-1","clk":"ok","data":{"lines":[["TAG","each",1,3800]],'
    '"name":"día","total":23341},"epoch":1,"kind":"sale.done","mono":42,"off":-18000,"ref":"sale-1",'
    '"reg":"01890000-0000-7000-8000-000000000001","seq":0,"tz":"America/Detroit","v":1}'
).encode()


def test_the_body_is_what_the_contract_writes() -> None:
    assert ENTRY.body() == BODY
    assert hashlib.sha256(BODY).hexdigest() == hashlib.sha256(ENTRY.body()).hexdigest()


def test_the_chain_by_hand() -> None:
    start = hashlib.sha256(b"POSJ1" + ENTRY.register.encode() + b"1").digest()
    first = hashlib.sha256(b"POSJ1" + start + BODY).digest()
    second_body = BODY.replace(b'"seq":0', b'"seq":1')
    second = hashlib.sha256(b"POSJ1" + first + second_body).digest()
    assert genesis(ENTRY.register, 1) == start
    assert chain(start, ENTRY.body()) == first
    assert chain(first, replace(ENTRY, seq=1).body()) == second


def test_known_answers() -> None:
    """Fixed for ever: a record written today is verified by every later version."""
    assert genesis("R", 1).hex() == "ec85ad6511286a34b438efe7504853268b41198240634d12c78d476545e1e123"
    assert chain(bytes(32), b"{}").hex() == "293043cf5fa1d6ce819d68d5fbd1414bf4ec24b98b1e0391491bc5a2f3eeeb7f"
    assert genesis("R", 1) != genesis("R", 2) != genesis("R2", 1)


@pytest.mark.parametrize("change", ["seq", "at_us", "mono_us", "epoch", "offset_s"])
def test_a_changed_number_changes_the_hash(change: str) -> None:
    changed = replace(ENTRY, **{change: getattr(ENTRY, change) + 1})
    assert chain(bytes(32), changed.body()) != chain(bytes(32), ENTRY.body())


@pytest.mark.parametrize(
    "data",
    [{"a": 1.0}, {"a": [1, [2.5]]}, {"a": {"b": float("nan")}}, {"a": (1, 2.0)}, {"a": {"b": [{"c": 0.1}]}}],
)
def test_floats_are_refused_wherever_they_hide(data: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="no floats"):
        canonical(data)


leaves = st.integers() | st.text(max_size=8) | st.none() | st.lists(st.integers(), max_size=3)
documents = st.dictionaries(
    st.text(max_size=6), leaves | st.dictionaries(st.text(max_size=4), leaves, max_size=3), max_size=6
)


@given(documents)
def test_one_document_has_one_form(document: dict[str, Any]) -> None:
    turned = dict(reversed(document.items()))
    assert canonical(turned) == canonical(document)
    read = json.loads(canonical(document))
    assert read == document
    assert list(read) == sorted(document)
    assert b"\n" not in canonical(document)
