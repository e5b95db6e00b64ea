"""SIGKILL while a store is being made: the same command again makes it, or says how to go on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_desktop.cli import main
from pos_desktop.training.demo_store import sandbox_seed
from pos_desktop.training.sandbox import SandboxServer
from tests.fixtures.command_line import (
    KEYS,
    ROOT,
    SAMPLE,
    Run,
    Said,
    setup_words,
    standard_input,
    state_service,
    typed,
)
from tests.fixtures.killed_command import killed

DEMO = """
from pos_desktop.cli.run import _demo_room
from pos_desktop.composition.places import data_folder, prepare
folder = data_folder(sys.argv[4], "training")
prepare(folder)
with _demo_room(folder):
    pass
"""
POINTS = [
    ("pos_desktop.keystore.training_keys.write_private", 1),
    ("pos_desktop.composition.shop._clear", 1),
    ("pos_desktop.storage.making.migrate", 1),
    ("pos_desktop.cli.setup.set_up", 1),
    ("pos_desktop.storage.settings_book.StoredSettings.set", 4),
    ("pos_desktop.storage.journal_book.StoredJournal.append", 1),
    ("pos_desktop.keystore.training_keys.write_private", 3),
]


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxServer]:
    with state_service(tmp_path_factory.mktemp("state")) as server:
        server.seed(sandbox_seed(SAMPLE))
        yield server


@pytest.fixture
def pos(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """The next start of the program, on the folder that the killed one left."""

    def run(*words: str) -> Said:
        with standard_input(KEYS):
            code = main(typed(tmp_path, *words))
        return Said(code, *capsys.readouterr())

    return run


@pytest.mark.parametrize(("point", "call"), POINTS)
def test_setup_killed_half_way_is_done_again(
    tmp_path: Path, pos: Run, state: SandboxServer, point: str, call: int
) -> None:
    words = setup_words(state.base_url, "--no-sync")
    killed(point, call, typed(tmp_path, *words))
    opened = pos("verify")
    assert opened.code == 1
    assert "pos-desktop setup" in opened.err or "Run that command again" in opened.err
    assert pos(*words).code == 0
    assert pos("verify", "--json").json["entries"] == 2


def test_a_store_that_does_not_know_it_is_unfinished_is_caught(
    tmp_path: Path, pos: Run, state: SandboxServer
) -> None:
    words = setup_words(state.base_url, "--no-sync")
    killed("pos_desktop.cli.setup.set_up", 1, typed(tmp_path, *words))
    (tmp_path / "setup.unfinished").unlink()
    assert pos(*words).code == 1
    assert pos("verify", "--json").json["entries"] == 0


def test_killed_in_the_first_sync_the_store_is_there_and_says_how_to_go_on(
    tmp_path: Path, pos: Run, state: SandboxServer
) -> None:
    words = setup_words(state.base_url)
    killed("pos_desktop.storage.shelf_intake.StoredIntake.receive", 1, typed(tmp_path, *words))
    again = pos(*words)
    assert (again.code, "pos-desktop sync --once" in again.err) == (1, True)
    assert pos("sync", "--once", "--json").json["inventory"]["received"] >= 200


def test_a_demo_store_killed_half_way_is_made_again(tmp_path: Path, pos: Run) -> None:
    here = ["--data-dir", str(tmp_path)]
    killed("pos_desktop.training.demo_store.describe_goods", 1, here, DEMO)
    assert "Run that command again" in pos("verify").err
    made = subprocess.run(
        [sys.executable, "-c", "import sys\n" + DEMO, "", "", *here],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    assert pos("training", "sell", "--count", "3", "--offline").code == 0
    assert pos("verify", "--json").json["good"] is True
