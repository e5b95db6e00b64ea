"""A disk of 4 MiB fills up while the register works, and is cleared: no wrong answer, and it sells again.

The small disk is a file system in memory, mounted where only the child sees it; that takes root on Linux.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.disk_recorder import ROOT

SIZE = "4m"
_MOUNTED = f'mount -t tmpfs -o size={SIZE} none "$0" && exec "$@"'


def filled(place: Path, fills: int, seed: int, wrong: str = "") -> list[dict[str, Any]]:
    """What `full_disk` told of each fill."""
    if sys.platform != "linux" or os.geteuid() or shutil.which("unshare") is None:
        pytest.skip("a small disk of its own needs root on Linux")
    small = place / "small"
    small.mkdir(exist_ok=True)
    program = [sys.executable, "-m", "tests.fixtures.full_disk", str(small), str(fills), str(seed)]
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", _MOUNTED, str(small), *program, *([wrong] if wrong else [])],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    if done.returncode and ("unshare" in done.stderr or "mount:" in done.stderr):
        pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()[:200]}")
    assert done.returncode == 0, done.stderr[-2_000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def wrong(told: list[dict[str, Any]]) -> list[str]:
    return [f"fill {n}: {line}" for n, each in enumerate(told) for line in each["wrong"]]


def test_a_full_disk_gives_no_wrong_answer(tmp_path: Path) -> None:
    told = filled(tmp_path, 8, 1)
    assert wrong(told) == []
    assert [each["heard"] for each in told] == ["disk-full"] * 8


def test_a_register_without_a_ballast_cannot_finish_and_is_caught(tmp_path: Path) -> None:
    """The known-wrong variant."""
    assert any("could not finish" in line for line in wrong(filled(tmp_path, 6, 1, "no-ballast")))


def test_a_register_that_tells_of_success_is_caught(tmp_path: Path) -> None:
    """The known-wrong variant."""
    assert any("not kept" in line or "lost" in line for line in wrong(filled(tmp_path, 6, 1, "swallows")))


@pytest.mark.prove
@pytest.mark.timeout(1_200)
def test_two_hundred_full_disks(tmp_path: Path) -> None:
    told = filled(tmp_path, 200, 2)
    assert len(told) == 200
    assert wrong(told) == []
