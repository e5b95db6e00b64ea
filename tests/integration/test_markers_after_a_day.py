"""After a day's full work nothing of a patient lies in plain words anywhere but where it is named here."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import make_dataclass
from pathlib import Path

import pytest

from pos_desktop.composition.logs import log_to
from pos_desktop.domain.sensitive import reveal
from tests.fixtures.killed_counter import POINTS
from tests.fixtures.marked_counter import MARKERS, leaking
from tests.fixtures.marked_day import MarkedDay, marked_day

ALLOWED = ("sales.jsonl", "patient-record-*.json", "patient-record-*.txt")
"""Exports whose work it is to name somebody: sales as the state is told them, and a patient's own record."""
EXPECTED = ("log/pos.log", "log/sync.jsonl", "pos.db", "backup.db", "log/crash-2*.txt")
"""What must be among the searched, or the search proves nothing."""


@pytest.fixture
def day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MarkedDay]:
    with marked_day(tmp_path, monkeypatch) as made:
        yield made


def assert_clean(day: MarkedDay, told: list[str]) -> None:
    assert [each for each in told if each.startswith("LEAK")] == []
    for said in day.said:
        assert not MARKERS.search(said.out + said.err)
    code, document = day.after_a_kill
    assert (code, document["hits"]) == (0, [])
    assert all((day.cut / f"pos.db{rest}").stat().st_size for rest in ("", "-wal", "-shm"))
    data = day.place / "data"
    for name in EXPECTED:
        assert list(data.glob(name)), f"{name} is not among what is searched"
    assert len(list((day.place / "out").glob("receipt-*.txt"))) >= 2
    code, document = day.search(*day.searched)
    assert (document["hits"], document["unread"], code) == ([], [], 0)
    assert document["files"] > 15
    assert document["texts"] > 1_000
    assert not list(day.place.rglob("core*"))


def assert_allowed_names_somebody(day: MarkedDay) -> None:
    """The same search finds what is there: and it is there in these files alone."""
    allowed = day.place / "allowed"
    named = {file for pattern in ALLOWED for file in allowed.glob(pattern)}
    code, document = day.search(allowed)
    assert code == 30
    assert {Path(each["path"]) for each in document["hits"]} == named
    assert len(named) == len(ALLOWED)


def assert_looks_are_kept(day: MarkedDay) -> None:
    """What was done at the window, and by whom it was seen, in words."""
    views = (day.place / "allowed" / "views.txt").read_text(encoding="utf-8")
    for words in ("at check-in", "the reckoning", "in the list of held carts", "a held cart was taken up"):
        assert words in views


def assert_leaks_are_caught(day: MarkedDay) -> None:
    """The known-wrong variants: a log line, a temporary file, a file name, a database without its cipher."""
    somebody = day.sample.patients[20]
    log_to(day.folder.path)
    log = logging.getLogger("pos_desktop.sample")
    log.info("sold to %s, card %s", somebody.name, somebody.card_number)
    assert day.search(day.place / "data")[0] == 0, "the value itself prints masked"
    named = day.place / "out" / f"receipt {reveal(somebody.last_name)} {reveal(somebody.first_name)}"
    leaks: tuple[Callable[[], object], ...] = (
        lambda: log.info("sold to %s", reveal(somebody.name)),
        lambda: (day.place / "tmp" / "spool").write_bytes(reveal(somebody.card_number).encode("utf-16")),
        named.touch,
    )
    for n, leak in enumerate(leaks, 1):
        leak()
        code, document = day.search(*day.searched)
        assert (code, len(document["hits"])) == (30, n)
    for handler in list(logging.getLogger("pos_desktop").handlers):
        logging.getLogger("pos_desktop").removeHandler(handler)
        handler.close()


def test_a_record_in_memory_that_prints_somebody_is_seen() -> None:
    """Known wrong: a class of ours that forgot."""
    record = make_dataclass("Forgetful", [("who", str)], namespace={"__module__": "pos_desktop.sample"})
    kept = record("Wrenlow001 Quillfeather001"), record("nobody")
    assert leaking() == ["pos_desktop.sample.Forgetful"], kept


def test_after_a_day_no_marker_lies_anywhere(day: MarkedDay) -> None:
    told = day.day(sales=2, points=["written-not-committed"], unattended=4)
    assert told.count("DONE") == 3
    assert_clean(day, told)
    assert_looks_are_kept(day)
    assert_allowed_names_somebody(day)
    assert_leaks_are_caught(day)


@pytest.mark.prove
@pytest.mark.timeout(1_800)
def test_after_a_long_day_with_every_kill(day: MarkedDay) -> None:
    told = day.day(sales=12, points=list(POINTS), unattended=200)
    assert_clean(day, told)
    assert_allowed_names_somebody(day)
    assert_leaks_are_caught(day)
