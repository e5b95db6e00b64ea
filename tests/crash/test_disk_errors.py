"""The nth sync or write of a register fails: each step was done once or not at all, and what people were told is so."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.disk_recorder import ROOT, SYNC_FAILED, environment, library, scratch
from tests.fixtures.image_bench import run_of, wrong_images

PROGRAM = "tests.fixtures.failing_disk"
UNTIL_A_CHECKPOINT = "970"
"""Pages in the log: at 1,000 SQLite moves them into the file by itself."""
SYNCS, WRITES, ALL = "S", "W", "SWT"


@pytest.fixture(scope="module")
def recorder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return library(tmp_path_factory.mktemp("recorder"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return scratch(tmp_path)


def failed(recorder: Path, root: Path, *words: str) -> Sequence[dict[str, Any]]:
    """What `failing_disk` told of each n; `words` are those after its folder."""
    with tempfile.TemporaryDirectory(dir=root) as place:
        done = subprocess.run(
            [sys.executable, "-m", PROGRAM, place, *words],
            cwd=ROOT, env=environment(recorder, Path(place), None), capture_output=True, text=True, check=False,
            timeout=600,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2_000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def wrong(told: Sequence[dict[str, Any]]) -> list[str]:
    assert all(each["fired"] for each in told)
    return [f"call {each['n']} failed: {line}" for each in told for line in each["wrong"]]


@pytest.mark.parametrize(
    ("kinds", "error", "times", "last"),
    [
        (SYNCS, "EIO", 1, 12),
        (SYNCS, "EIO", 2, 12),
        (SYNCS, "EIO", -1, 6),
        (WRITES, "EIO", 1, 24),
        (WRITES, "EIO", -1, 6),
        (WRITES, "ENOSPC", 1, 12),
        (SYNCS, "ENOSPC", 1, 6),
    ],
)
def test_each_step_happened_once_or_not_at_all(
    recorder: Path, root: Path, kinds: str, error: str, times: int, last: int
) -> None:
    told = failed(recorder, root, kinds, error, str(times), "1", str(last), "0")
    assert wrong(told) == []
    if times == -1:
        assert all(each["frozen"] for each in told), "a disk that goes on failing stops the register"


def test_an_error_inside_a_checkpoint_loses_nothing(recorder: Path, root: Path) -> None:
    """SQLite keeps it to itself: COMMIT tells of success, and the log still holds what was sold."""
    told = failed(recorder, root, SYNCS, "EIO", "1", "1", "8", UNTIL_A_CHECKPOINT)
    assert wrong(told) == []
    assert any(not each["errors"] for each in told)


def test_a_register_that_believes_a_failed_commit_is_caught(recorder: Path, root: Path) -> None:
    """The known-wrong variant: it tells that the sale is not saved, and would sell it again under another id."""
    told = failed(recorder, root, SYNCS, "EIO", "2", "1", "8", "0", "believes")
    assert any("was told not to be saved and is" in line for line in wrong(told))


def images_after(recorder: Path, root: Path, times: int, n: int, each: int) -> list[str]:
    """The power goes at `each` instants after the disk failed: what was told then still holds.

    What a failed sync should have kept is lost or not, whatever later syncs said of it.
    """
    words = (SYNCS, "EIO", str(times), str(n), str(n), "0", "told")
    run = run_of(recorder, root, *words, program=PROGRAM)
    first = next(at for at, record in enumerate(run.records) if record.kind == SYNC_FAILED)
    dice = random.Random(n)
    places = sorted((dice.randint(first, len(run.records)), dice.randrange(2**32), None) for _ in range(each))
    return wrong_images(run, places, root)


@pytest.mark.parametrize("times", [1, 2, -1])
def test_what_is_told_after_a_failed_sync_outlives_a_power_cut(
    recorder: Path, root: Path, times: int
) -> None:
    assert [line for n in (1, 2, 5) for line in images_after(recorder, root, times, n, 25)] == []


def test_a_register_that_opens_again_without_writing_again_is_caught(recorder: Path, root: Path) -> None:
    """The known-wrong variant: it tells what the system shows, which the disk may never have had."""
    words = (SYNCS, "EIO", "2", "1", "1", "0", "told", "trusts")
    run = run_of(recorder, root, *words, program=PROGRAM)
    first = next(at for at, record in enumerate(run.records) if record.kind == SYNC_FAILED)
    places = [(at, at, None) for at in range(first, min(first + 80, len(run.records)))]
    assert wrong_images(run, places, root) != []


@pytest.mark.prove
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize(
    ("kinds", "error", "times", "last", "after"),
    [
        (ALL, "EIO", 1, 500, "0"),
        (ALL, "EIO", 2, 500, "0"),
        (ALL, "ENOSPC", 1, 500, "0"),
        (SYNCS, "EIO", 1, 100, "0"),
        (SYNCS, "EIO", 2, 100, "0"),
        (SYNCS, "EIO", 1, 40, UNTIL_A_CHECKPOINT),
        (ALL, "EIO", 1, 300, UNTIL_A_CHECKPOINT),
    ],
)
def test_every_call_up_to_the_five_hundredth(
    recorder: Path, root: Path, kinds: str, error: str, times: int, last: int, after: str
) -> None:
    told = failed(recorder, root, kinds, error, str(times), "1", str(last), after)
    assert wrong(told) == []
    told_of = sum(bool(each["errors"]) for each in told)
    print(
        f"{len(told)} failures, {told_of} told of, {sum(each['frozen'] for each in told)} stopped the register"
    )


@pytest.mark.prove
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("times", [1, 2, -1])
def test_power_cuts_after_forty_failed_syncs(recorder: Path, root: Path, times: int) -> None:
    assert [line for n in range(1, 41) for line in images_after(recorder, root, times, n, 40)] == []
