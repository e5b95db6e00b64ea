"""Where no window can be opened a sentence says why, instead of an abort by Qt."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pos_desktop import cli
from pos_desktop.composition import display
from pos_desktop.domain.errors import EnvironmentTrouble


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--profile", "training", "run"], "There is no display here"),
        (["run"], "There is no store in"),
        (["demo"], "There is no display here"),
    ],
)
def test_without_a_display_nothing_is_begun(
    words: list[str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["--data-dir", str(tmp_path / "data"), *words]) == 1
    assert capsys.readouterr().err.startswith(told)
    assert list(tmp_path.iterdir()) == []


def test_a_library_that_the_display_needs_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(display, "_has_library", lambda _name: False)
    with pytest.raises(EnvironmentTrouble, match="libxcb-cursor0"):
        display.refuse_without_display()
    monkeypatch.setattr(display, "_has_library", lambda _name: True)
    display.refuse_without_display()


@pytest.mark.parametrize("name", ["WAYLAND_DISPLAY", "QT_QPA_PLATFORM"])
def test_another_way_to_a_screen_is_not_looked_into(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "offscreen")
    display.refuse_without_display()
