"""A store copied with its keys to a second computer: it sells, and sends nothing before a manager says so."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from pos_desktop.cli import main
from pos_desktop.composition import this_computer
from pos_desktop.composition.counter import open_back_room
from pos_desktop.composition.places import WITNESSES, data_folder
from pos_desktop.composition.shop import opened
from pos_desktop.domain.errors import NeedsAttention
from pos_desktop.domain.outbox import OutboxState
from tests.fixtures.command_line import Run, Said, Shop, typed
from tests.fixtures.witnesses import look_away

SELL_2 = ("training", "sell", "--count", "2", "--seed", "1", "--offline")
MOVED = ("sync", "here", "--reason", "the first computer was scrapped")
Computer = Callable[[str], None]


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Computer:
    """Work goes on at the computer of that name; A is the one on which the stocked store was made."""
    real = this_computer.machine_name() or "A"
    witnesses = Path(os.environ[WITNESSES])

    def go(name: str) -> None:
        monkeypatch.setattr(this_computer, "machine_name", lambda: real if name == "A" else name)
        monkeypatch.setenv(WITNESSES, str(witnesses / "B" if name == "B" else witnesses))

    return go


@pytest.fixture
def copied(shop: Shop, pos: Run, on: Computer, capsys: pytest.CaptureFixture[str]) -> Run:
    """Two sales wait on computer A, and its whole folder is copied to B, keys and all."""
    on("A")
    assert pos("sync", "--once").code == 0
    assert pos(*SELL_2).code == 0
    copy = shop.place / "copy"
    shutil.copytree(shop.data, copy)

    def run(*words: str) -> Said:
        code = main(typed(copy, *words))
        return Said(code, *capsys.readouterr())

    return run


def receipts(shop: Shop) -> Counter[str]:
    return Counter(each["ExternalReceiptNumber"] for each in shop.state.ledger())


def test_the_copy_sends_nothing_and_says_why(shop: Shop, pos: Run, copied: Run, on: Computer) -> None:
    on("B")
    said = copied("sync", "--once", "--json")
    assert (said.code, said.json["error"]["code"]) == (30, "other-computer")
    assert "sync here" in said.err + said.out
    told = copied("sync", "status", "--json").json
    assert (told["elsewhere"], told["counts"]["queued"]) == (True, 2)
    assert receipts(shop) == {}
    on("A")
    assert pos("sync", "--once").code == 0
    assert set(receipts(shop).values()) == {1}
    assert pos("sync", "status", "--json").json["elsewhere"] is False


def test_after_a_managers_word_the_state_is_asked_first(
    shop: Shop, pos: Run, copied: Run, on: Computer
) -> None:
    on("A")
    assert pos("sync", "--once").code == 0
    on("B")
    assert copied("sync", "here", "--reason", "-").code == 1
    assert copied(*MOVED).code == 0
    assert copied("sync", "status", "--json").json["counts"]["in-doubt"] == 2
    synced = copied("sync", "--once", "--json").json
    assert (synced["confirmed"], synced["attempts"]) == (2, 0)
    assert set(receipts(shop).values()) == {1}, "each once, though both stores held them as waiting"
    assert copied(*MOVED).code == 1, "it lives here already"


def test_a_copy_that_does_not_ask_would_report_twice(
    shop: Shop, pos: Run, copied: Run, on: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Known wrong: neither mark nor witness is looked at."""
    on("A")
    assert pos("sync", "--once").code == 0
    on("B")
    monkeypatch.setattr(this_computer, "is_home", lambda _: True)
    look_away(monkeypatch)
    assert copied("sync", "--once").code == 0
    assert set(receipts(shop).values()) == {2}


def test_a_counter_there_sells_under_numbers_of_its_own_and_does_not_send(
    shop: Shop, copied: Run, on: Computer
) -> None:
    on("B")
    folder = data_folder(str(shop.place / "copy"), None)
    with opened(folder) as store:
        before = store.register.epoch
    for _ in range(2):
        room = open_back_room(folder)
        try:
            assert "comes from another computer" in room.note
            assert room.shop.register.epoch == before + 1, "begun once"
            assert room.shop.store.outbox.counts()[OutboxState.IN_DOUBT] == 2
            assert room.worker is not None
            with pytest.raises(NeedsAttention):
                room.worker._round(room.worker._service)  # type: ignore[arg-type]  # refused before it is used
        finally:
            room.close()
    assert copied(*SELL_2).code == 0
    assert copied(*MOVED).code == 0
    with opened(folder) as store:
        assert store.register.epoch == before + 1
        kinds = [json.loads(body)["kind"] for _, body, _ in store.store.journal.entries()]
        assert kinds.count("store.elsewhere") == kinds.count("store.moved") == 1
    assert receipts(shop) == {}
    assert copied("verify").code == 0


@pytest.mark.parametrize("name", ["", "  "])
def test_where_the_system_has_no_name_nothing_is_noticed_and_nothing_is_held_up(
    pos: Run, on: Computer, name: str
) -> None:
    """A store that has a home goes on too: it cannot be told whether it moved."""
    on(name)
    assert this_computer.mark() == ""
    assert pos("sync", "--once").code == 0


def test_the_mark_does_not_tell_the_name(on: Computer) -> None:
    on("3d1219c7c4c5404aaa1f6d2a48adfda4")
    assert this_computer.mark() not in ("", "3d1219c7c4c5404aaa1f6d2a48adfda4")
    assert len(this_computer.mark()) == 32
