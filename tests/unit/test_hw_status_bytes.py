"""Status bytes told apart by form; the three layouts are never mixed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.ports import Health, Paper
from hardware.printers.status import AnswerReader, Automatic, InOrder, Junk, RealTime, status_from


@pytest.mark.parametrize(
    ("seen", "paper", "cover", "can_print"),
    [
        ("12 12 12 12", Paper.OK, False, True),
        ("16 12 12 1e", Paper.LOW, False, True),
        ("1e 32 12 7e", Paper.OUT, False, False),
        ("1e 16 12 12", Paper.OK, True, False),
        ("1e 12 12 12", Paper.OK, False, False),
    ],
    ids=["well", "near end", "out", "cover open", "off line"],
)
def test_statuses_as_seen_on_printers(seen: str, paper: Paper, cover: bool, can_print: bool) -> None:
    status = status_from(list(bytes.fromhex(seen)))
    assert (status.paper, status.cover_open, status.can_print) == (paper, cover, can_print)
    assert status.health is (Health.CONNECTED if seen == "12 12 12 12" else Health.DEGRADED)


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        ("1a 52 1a 12", "cutter"),
        ("1a 52 32 12", "service"),
        ("1a 52 52 12", "hot"),
        ("1a 52 12 12", "error"),
        ("1a 12 12 12", "off line"),
    ],
)
def test_errors_have_words(seen: str, words: str) -> None:
    status = status_from(list(bytes.fromhex(seen)))
    assert status.error is not None
    assert words in status.error
    assert status.can_print is False


def test_no_answer_is_unknown_and_never_good() -> None:
    status = status_from([])
    assert (status.health, status.paper, status.can_print) == (Health.UNKNOWN, Paper.UNKNOWN, None)


def test_paper_that_nobody_told_is_unknown() -> None:
    assert status_from([0x12, 0x12]).paper is Paper.UNKNOWN
    assert status_from([0x1E, 0x32]).paper is Paper.OUT


def test_the_drawer_pin() -> None:
    assert status_from([0x16]).drawer_pin_high is True
    assert status_from([0x12]).drawer_pin_high is False


def test_the_three_forms() -> None:
    reader = AnswerReader()
    found = reader.feed(bytes.fromhex("12 00 14 00 00 00 0f 1c 00 0f 00 7e"))
    assert found == [
        RealTime(0x12),
        InOrder(0x00),
        Automatic(bytes.fromhex("14 00 00 00")),
        InOrder(0x0F),
        Automatic(bytes.fromhex("1c 00 0f 00")),
        RealTime(0x7E),
    ]
    assert InOrder(0x0F).paper is Paper.OUT
    assert InOrder(0x03).paper is Paper.LOW
    assert Automatic(bytes.fromhex("1c 00 0f 00")).paper is Paper.OUT
    assert Automatic(bytes.fromhex("14 00 00 00")).paper is Paper.OK


def test_an_automatic_group_is_not_read_as_answers() -> None:
    """Taken byte by byte, its zeros would confirm a job that did not print."""
    (answer,) = AnswerReader().feed(bytes.fromhex("1c 00 0f 00"))
    assert isinstance(answer, Automatic)


def test_a_group_in_pieces() -> None:
    reader = AnswerReader()
    assert [reader.feed(bytes([byte])) for byte in bytes.fromhex("14 00 00")] == [[], [], []]
    assert reader.feed(b"\x00") == [Automatic(bytes.fromhex("14 00 00 00"))]


@pytest.mark.parametrize("byte", [0x41, 0x01, 0x0D, 0x80, 0xFF, 0x13, 0x11, 0x92])
def test_junk_is_junk(byte: int) -> None:
    assert AnswerReader().feed(bytes([byte])) == [Junk(byte)]


def test_a_broken_group_gives_back_the_answer_behind_it() -> None:
    assert AnswerReader().feed(bytes([0x14, 0x00, 0x12])) == [Junk(0x14), InOrder(0x00), RealTime(0x12)]


@given(st.binary(max_size=60), st.data())
def test_every_byte_is_accounted_for_however_it_arrives(data: bytes, cuts: st.DataObject) -> None:
    whole = AnswerReader().feed(data)
    reader, at, found = AnswerReader(), 0, []
    while at < len(data):
        step = cuts.draw(st.integers(1, 7))
        found += reader.feed(data[at : at + step])
        at += step
    assert found == whole
    sizes = sum(4 if isinstance(answer, Automatic) else 1 for answer in whole)
    assert 0 <= len(data) - sizes <= 3
