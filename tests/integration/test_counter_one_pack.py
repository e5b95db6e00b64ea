"""Of the rule packs the counter reads the store's own and no other, when it opens and while it sells."""

from __future__ import annotations

import builtins
import io
import tomllib
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.composition.counter import open_back_room
from pos_desktop.composition.places import data_folder, resources_dir
from pos_desktop.composition.programmes import load_programme
from tests.fixtures.command_line import Shop


@pytest.fixture
def packs_read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each pack that is opened, by its name, in order; whoever opens it."""
    folder, read, open_file = (resources_dir() / "programmes").resolve(), list[str](), io.open

    def opens(file: Any, *rest: Any, **named: Any) -> Any:
        if isinstance(file, str | Path) and Path(file).resolve().parent == folder:
            read.append(Path(file).stem)
        return open_file(file, *rest, **named)

    monkeypatch.setattr(io, "open", opens)
    monkeypatch.setattr(builtins, "open", opens)
    return read


@pytest.fixture
def packs_parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The id of each pack that is parsed."""
    parsed, loads = list[str](), tomllib.loads

    def counted(text: str, **rest: Any) -> dict[str, Any]:
        found = loads(text, **rest)
        if "pack" in found:
            parsed.append(found["pack"])
        return found

    monkeypatch.setattr(tomllib, "loads", counted)
    return parsed


def test_an_opening_counter_reads_its_own_pack_once_and_no_other(
    shop: Shop, packs_read: list[str], packs_parsed: list[str]
) -> None:
    room = open_back_room(data_folder(str(shop.data), "training"))
    room.close()
    assert packs_read == packs_parsed == ["us-mi-medical"]


def test_both_counts_notice_a_second_pack(packs_read: list[str], packs_parsed: list[str]) -> None:
    for name in ("us-mi-medical", "us-fl-medical"):
        load_programme(name)
    assert packs_read == packs_parsed == ["us-mi-medical", "us-fl-medical"]
