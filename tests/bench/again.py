"""How long until a register sells again: after a kill, after a full disk was cleared, after a damage and its backup.

Whole processes, from their start to the first sale that is saved, on a store with a past; the floor is the same start
after an orderly end. `python -m tests.bench.again FOLDER [EPOCH]` is the child: it opens the store and sells one.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from pos_desktop.domain.errors import StoreDamaged
from tests.bench.long_journal import filled
from tests.bench.shop import ROOT, child, heard
from tests.bench.table import Result, Row
from tests.fixtures.stores import NOON, StandingClock, opened
from tests.fixtures.till_walk import Walk

PAST, TIMES, FILLS = 50_000, 5, 20
PAGE = 4096
_LIMIT_S = 60
_ORDERLY = "a start after an orderly end"
ROWS = (
    Row("again", f"sells again after a kill, {PAST:,} sales before", _ORDERLY, "s", 0, plus=_LIMIT_S),
    Row("again-damage", "sells again after a damage, by its backup", _ORDERLY, "s", 0, plus=_LIMIT_S),
    Row("again-full", "sells again on a full disk that was cleared", "a sale before", "s", 0, plus=_LIMIT_S),
)


def measure(_: Path) -> list[Result]:
    with TemporaryDirectory(prefix="pos-desktop-bench-") as root:
        folder = filled(Path(root) / "store", PAST, 3)
        size = f"the file is {(folder / 'store.db').stat().st_size / 1e6:.0f} MB"
        with opened(folder) as store:
            store.backup(Path(root) / "backup.db")
        clean = statistics.median(_start(folder) for _ in range(TIMES))
        killed = [_after_a_kill(folder) for _ in range(TIMES)]
        damaged = [_after_a_damage(folder, Path(root) / "backup.db") for _ in range(TIMES)]
        results = [
            Result(ROWS[0], max(killed), clean, (size, f"the worst of {TIMES} kills")),
            Result(ROWS[1], max(damaged), clean, (f"the worst of {TIMES}: refused, put back, opened, sold",)),
        ]
        return [*results, *_after_full_disks(Path(root))]


def _start(folder: Path, *words: str) -> float:
    begun = time.perf_counter()
    with child("again", str(folder), *words) as process:
        heard(process, "sold")
        return time.perf_counter() - begun


def _after_a_kill(folder: Path) -> float:
    command = [sys.executable, "-m", "tests.fixtures.till_walk", str(folder), "1"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as busy:
        assert busy.stdout is not None
        for _ in range(20):
            busy.stdout.readline()
        busy.kill()
    return _start(folder)


def _after_a_damage(folder: Path, backup: Path) -> float:
    whole = folder.with_name("whole.db")
    shutil.copy(folder / "store.db", whole)
    with (folder / "store.db").open("r+b") as file:
        file.write(bytes(PAGE))
    begun = time.perf_counter()
    try:
        opened(folder).close()
    except StoreDamaged:
        shutil.copy(backup, folder / "store.db")
        _start(folder, "2")
        took = time.perf_counter() - begun
    else:
        raise AssertionError("a damaged store was opened")
    whole.replace(folder / "store.db")
    return took


def _after_full_disks(root: Path) -> list[Result]:
    """By the test's own small disk; where none can be mounted there is no row."""
    if sys.platform != "linux" or os.geteuid() or shutil.which("unshare") is None:
        return []
    from tests.crash.test_disk_full import filled as fills

    told = fills(root, FILLS, 3)
    took = [each["again_s"] for each in told]
    before = statistics.median(each["sale_s"] for each in told)
    return [Result(ROWS[2], max(took), before, (f"the worst of {FILLS} fills",))]


def main(folder: str, epoch: str = "") -> None:
    clock = StandingClock()
    with opened(Path(folder), clock) as store:
        if epoch:
            store.begin_epoch(int(epoch), NOON)
        Walk(store, clock, 1, lambda _: None).sell_again()
        print("sold", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
