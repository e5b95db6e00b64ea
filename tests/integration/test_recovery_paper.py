"""The recovery key between the program and a person: printed by choice, typed again after a mistake."""

from __future__ import annotations

import builtins
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.emulators.escpos_printer import EscPosEmulator
from pos_desktop.cli import recovery
from pos_desktop.cli.recovery import answered
from pos_desktop.domain import recovery_key
from pos_desktop.domain.errors import BadInput
from tests.fixtures.command_line import Run, Shop

KEY = recovery_key.written(bytes(range(20)))
WRONG = KEY[:-1] + ("2" if KEY[-1] != "2" else "3")


@pytest.fixture
def printer() -> Iterator[EscPosEmulator]:
    made = EscPosEmulator()
    made.start()
    yield made
    made.stop()


def test_it_is_printed_by_choice_and_stands_nowhere_else(
    shop: Shop, pos: Run, printer: EscPosEmulator, caplog: pytest.LogCaptureFixture
) -> None:
    assert pos("config", "set", "printer.address", f"127.0.0.1:{printer.port}").code == 0
    assert pos("recovery", "new", "--json").json.get("printed") is None
    assert printer.slips == []
    said = pos("recovery", "new", "--print", "--json").json
    assert said["printed"] is True
    [slip] = printer.slips
    for n, group in enumerate(said["recovery_key"].split("-"), start=1):
        assert f"{n}:{group}" in slip.text()
    assert "put it in the safe" in " ".join(slip.text().split())
    for path in (each for each in shop.data.rglob("*") if each.is_file()):
        assert said["recovery_key"].encode() not in path.read_bytes()
    assert said["recovery_key"] not in caplog.text


@pytest.mark.parametrize("address", ["", "127.0.0.1:9"])
def test_without_a_printer_it_says_so_and_the_key_is_shown(pos: Run, address: str) -> None:
    pos("config", "set", "printer.address", address)
    said = pos("recovery", "new", "--print")
    assert (said.code, "did not print it: write it down now" in said.out) == (0, True)


# ---- at a terminal


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def at_terminal(monkeypatch: pytest.MonkeyPatch, *typed: str) -> list[str]:
    """What a person types, line after line; returns what is asked."""
    asked: list[str] = []
    lines = iter(typed)

    def answer(question: str) -> str:
        asked.append(question)
        return next(lines)

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(builtins, "input", answer)
    return asked


def test_a_mistake_is_told_and_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = at_terminal(monkeypatch, WRONG, KEY)
    assert answered(recovery_key.read) == bytes(range(20))
    assert len(asked) == 2
    assert "typing mistake in group 8" in capsys.readouterr().err


def test_after_the_third_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = at_terminal(monkeypatch, *[WRONG] * 5)
    with pytest.raises(BadInput, match="group 8"):
        answered(recovery_key.read)
    assert len(asked) == recovery._TRIES


def test_another_paper_is_not_asked_for_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked = at_terminal(monkeypatch, KEY, KEY)

    def other(_: str) -> None:
        raise BadInput("another", code="other-recovery-key")

    with pytest.raises(BadInput, match="another"):
        answered(other)
    assert len(asked) == 1
