"""Commands on a computer whose clock was wrong: what is dated ahead rests, and the clock's standing is told."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from pos_desktop.cli import main
from pos_desktop.composition import shop as composed
from pos_desktop.composition.clocks import WallClock
from pos_desktop.domain.instant import DAY_US, HOUR_US
from pos_desktop.training.demo_store import sandbox_seed
from tests.fixtures.command_line import (
    KEYS,
    SAMPLE,
    Run,
    Said,
    Shop,
    setup_words,
    standard_input,
    state_service,
    typed,
)


def set_clock(monkeypatch: pytest.MonkeyPatch, ahead_us: int, boot: str) -> None:
    """From now on each command finds the computer's clock so far ahead, in this boot."""

    def made() -> WallClock:
        return WallClock(lambda: time.time_ns() + ahead_us * 1000, boot=boot)

    monkeypatch.setattr(composed, "WallClock", made)


def test_sales_dated_ahead_rest_and_are_not_refused_for_good(
    shop: Shop, pos: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, HOUR_US, "boot-1")
    assert pos("training", "sell", "--count", "2", "--offline").code == 0
    set_clock(monkeypatch, HOUR_US, "boot-1")
    said = pos("sync", "--once")
    assert (said.code, "when that time has come" in said.out, "(ahead)" in said.out) == (10, True, True)
    set_clock(monkeypatch, 0, "boot-2")
    said = pos("sync", "--once", "--json")
    assert (said.code, said.json["attempts"], said.json["waiting"]) == (10, 0, 2)
    assert (said.json["clock"], "when that time has come" in said.json["stopped"]) == ("behind", True)
    assert shop.state.ledger() == []


def test_a_store_opened_behind_its_last_entry_says_so(
    shop: Shop, pos: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert pos("sync", "status", "--json").json["clock"] == "ok"
    shop.state.close_socket()
    pos("training", "sell", "--count", "1", "--offline")
    set_clock(monkeypatch, -DAY_US, "boot-2")
    assert pos("sync", "status", "--json").json["clock"] == "behind"
    said = pos("sync", "status").out
    assert "not trusted (behind)" in said
    assert "confirm it at the counter" in said


def test_a_store_made_on_a_computer_whose_clock_is_ahead_is_not_dated_ahead(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*words: str, stdin: bytes = b"") -> Said:
        with standard_input(stdin):
            code = main(typed(tmp_path / "data", *words))
        return Said(code, *capsys.readouterr())

    with state_service(tmp_path / "state") as state:
        state.seed(sandbox_seed(SAMPLE))
        set_clock(monkeypatch, 30 * DAY_US, "boot-1")
        said = run(*setup_words(state.base_url), stdin=KEYS)
        assert (said.code, "not trusted (ahead)" in said.out) == (0, True)
        set_clock(monkeypatch, 0, "boot-2")
        assert run("sync", "status", "--json").json["clock"] == "ok"


def test_what_changed_is_read_although_a_reading_was_made_by_a_clock_that_was_ahead(
    shop: Shop, pos: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Marks of the shelf that lie ahead, and then a time that runs ahead of the real one, hide nothing."""
    shop.state.service.change_settings({"gets_per_second_facility": 1_000, "gets_per_second_key": 1_000})
    shelf = len(shop.sample.packages)
    later = (time.time_ns() // 1000) + 30 * DAY_US
    shop.forge(f"UPDATE sync_cursor SET at = {later}", keep_rules=True)
    inventory = pos("sync", "--once", "--json").json["inventory"]
    assert inventory["received"] > shelf // 2, "everything"
    assert pos("sync", "--once", "--json").json["inventory"]["received"] == 0
    set_clock(monkeypatch, HOUR_US, "boot-2")
    assert pos("training", "sell", "--count", "1", "--offline").code == 0
    set_clock(monkeypatch, 0, "boot-3")
    for _ in range(2):
        said = pos("sync", "--once", "--json").json
        assert (said["clock"], said["inventory"]["received"] > shelf // 2) == ("behind", True)
    assert "Until it has caught up" in pos("sync", "--once").out
