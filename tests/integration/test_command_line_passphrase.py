"""Keys sealed by a passphrase: asked for at the terminal, also beside piped keys, and once a command."""

from __future__ import annotations

import getpass
from pathlib import Path

import pytest

from pos_desktop.cli import asking, main
from tests.fixtures.command_line import KEYS, setup_words, standard_input, typed


def test_setup_asks_twice_and_not_again_for_its_first_sync(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    def answer(question: str) -> str:
        asked.append(question)
        return "a sample passphrase"

    monkeypatch.setattr(asking, "_has_terminal", lambda: True)
    monkeypatch.setattr(getpass, "getpass", answer)
    words = setup_words("http://127.0.0.1:9", "--passphrase")
    with standard_input(KEYS):
        code = main(typed(tmp_path / "data", *words, profile="live"))
    said = capsys.readouterr()
    assert (code, len(asked)) == (40, 2), said
    assert "The store is set up in" in said.out


def test_without_a_terminal_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(asking, "_has_terminal", lambda: False)
    with standard_input(KEYS):
        code = main(
            typed(tmp_path / "data", *setup_words("http://127.0.0.1:9", "--passphrase"), profile="live")
        )
    assert code == 1
    assert "nobody is here to type it" in capsys.readouterr().err
    assert not (tmp_path / "data").exists()
