"""Commands on a computer whose clock was wrong: what is dated ahead rests, and the clock's standing is told."""

from __future__ import annotations

import time

import pytest

from pos_desktop.composition import shop as composed
from pos_desktop.composition.clocks import WallClock
from pos_desktop.domain.instant import DAY_US, HOUR_US
from tests.fixtures.command_line import Run, Shop


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
