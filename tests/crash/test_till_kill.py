"""SIGKILL while a till is worked at: every promised step is there exactly once, none by halves, and the till goes on.

Half of the kills come from outside after some promises; the others at a call to the disk, inside of whatever is saved.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.custody_walk import CustodyWalk
from tests.fixtures.disk_recorder import ROOT, environment, library
from tests.fixtures.image_bench import WALK
from tests.fixtures.stores import StandingClock, opened
from tests.fixtures.till_walk import Promise, prepared
from tests.fixtures.walk_audit import audited, kept

KILLS_A_STORE = 30
CALLS_A_RUN = 400


@pytest.fixture(scope="module")
def recorder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return library(tmp_path_factory.mktemp("recorder"))


def killed_after(folder: Path, seed: int, promises: int, steps: str = "0", wrong: str = "") -> list[Promise]:
    """All that was promised up to the kill, which comes after so many promises."""
    command = [sys.executable, "-m", WALK, str(folder), str(seed), steps, wrong]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(promises)]
        child.kill()
        return _read("".join(lines) + child.stdout.read())


def killed_at(recorder: Path, folder: Path, seed: int, call: int) -> list[Promise]:
    """The same, dying at the `call`-th call to the disk."""
    environ = environment(recorder, folder, None) | {"DISK_RECORDER_KILL": str(call)}
    command = [sys.executable, "-m", WALK, str(folder), str(seed)]
    done = subprocess.run(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True, check=False)
    assert done.returncode < 0
    return _read(done.stdout)


def _read(said: str) -> list[Promise]:
    return [json.loads(line) for line in said.splitlines(keepends=True) if line.endswith("\n")]


def kills(recorder: Path, folder: Path, times: int, seed: int) -> list[str]:
    """What is wrong after each kill, and after the till went on."""
    prepared(folder)
    dice = random.Random(seed)
    promised: list[Promise] = []
    for n in range(times):
        if n % 2:
            promised += killed_after(folder, dice.randrange(2**32), dice.randint(1, 25))
        else:
            promised += killed_at(recorder, folder, dice.randrange(2**32), dice.randrange(CALLS_A_RUN))
        wrong = looked_at(folder, promised, unsaid=n + 1)
        if wrong:
            return [f"after kill {n + 1}: {each}" for each in wrong]
    return []


def looked_at(folder: Path, promised: list[Promise], *, unsaid: int) -> list[str]:
    """The next opening, and a sale from wherever the till stood; its promises count from now on."""
    clock = StandingClock()
    with opened(folder, clock) as store:
        wrong = audited(store, promised, unsaid=unsaid)
        if not wrong:
            walk = CustodyWalk(store, clock, len(promised), promised.append)
            walk.sell_again()
            walk.custody()
            wrong = kept(store, promised)
    return wrong


def test_ten_kills_at_a_till(recorder: Path, tmp_path: Path) -> None:
    assert kills(recorder, tmp_path, 10, seed=1) == []


def test_a_till_that_promises_before_it_commits_is_caught(tmp_path: Path) -> None:
    """The known-wrong variant: it waits between the promise and its COMMIT, and dies there."""
    promised = killed_after(prepared(tmp_path), 1, 2, "open,sell", "early")
    assert [each["what"] for each in promised] == ["event", "sold"]
    assert any("not kept" in each for each in looked_at(tmp_path, promised, unsaid=1))


def test_a_close_in_two_transactions_is_caught(tmp_path: Path) -> None:
    """The known-wrong variant: it dies between the two."""
    steps = "open,sell,seal,close"
    command = [sys.executable, "-m", WALK, str(prepared(tmp_path)), "1", steps, "halves"]
    done = subprocess.run(
        command, cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE, text=True, check=False
    )
    assert done.returncode < 0
    wrong = looked_at(tmp_path, _read(done.stdout), unsaid=1)
    assert any("is closed without a report" in each for each in wrong)


@pytest.mark.prove
@pytest.mark.timeout(1_800)
def test_three_hundred_kills_at_a_till(recorder: Path, tmp_path: Path) -> None:
    for store in range(10):
        folder = tmp_path / f"{store}"
        folder.mkdir()
        assert kills(recorder, folder, KILLS_A_STORE, seed=100 + store) == []
