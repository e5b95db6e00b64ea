"""A backup of a store of 1 GB while the counter paints and commits: nothing at the counter waits for it.

Five lines in the cart, painted each 16 ms, and a journal entry committed twenty times a second by a thread as the
database lane's. Floor: the same counter a moment before, without a backup.
`python -m tests.bench.backing FOLDER` is the child that prints what it measured.
"""

from __future__ import annotations

import json
import shutil
import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.bench.frames import MISSED_MS
from tests.bench.shop import document_of
from tests.bench.table import Result, Row, quantile

if TYPE_CHECKING:
    from pos_desktop.composition.shop import Shop

BYTES = 1_000_000_000
IDLE_S, EVERY_S = 10, 0.05
_ROW_BYTES = 100_000
_FLOOR = "the same counter idle, a moment before"
ROWS = (
    Row("backup-frames", "frames missed while 1 GB is backed up", _FLOOR, "of 1,000", times=1, plus=1),
    Row("backup-commit", "commit while 1 GB is backed up, p99", _FLOOR, "ms", times=1, plus=20),
)


def measure(folder: Path) -> list[Result]:
    with TemporaryDirectory(prefix="pos-desktop-bench-") as place:
        copy = Path(place) / "store"
        shutil.copytree(folder, copy)
        _grow(copy)
        found = document_of("backing", str(copy))
    idle, busy = found["idle"], found["busy"]
    note = (
        f"copied, opened again and checked in {found['took_s']:.1f} s; {len(busy['gaps']):,} frames, longest gap "
        f"{max(busy['gaps']):.1f} ms (idle {max(idle['gaps']):.1f} ms); longest commit {max(busy['commits']):.1f} ms"
    )
    return [
        Result(ROWS[0], _missed(busy["gaps"]), _missed(idle["gaps"]), (note,)),
        Result(ROWS[1], quantile(busy["commits"], 99), quantile(idle["commits"], 99)),
    ]


def _missed(gaps: list[float]) -> float:
    return sum(each > MISSED_MS for each in gaps) * 1_000 / len(gaps)


def _grow(folder: Path) -> None:
    """A table of noise that no part of the program knows."""
    from pos_desktop.keystore.training_keys import TrainingKeys
    from pos_desktop.storage import driver

    con = driver.connect(folder / "pos.db", TrainingKeys(folder).get("db") or b"")
    con.execute("CREATE TABLE noise (n INTEGER PRIMARY KEY, some BLOB)")
    con.execute(
        "INSERT INTO noise WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ?) "
        "SELECT n, randomblob(?) FROM c",
        (BYTES // _ROW_BYTES, _ROW_BYTES),
    )
    con.close()


class Commits:
    """Entries of the journal, one each twentieth of a second; how long each took, in milliseconds."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._by = shop.store.staff.people()[0].id
        self._stop = threading.Event()
        self._took: list[float] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.wait(EVERY_S):
            begun = time.perf_counter_ns()
            self._shop.store.journal.append("bench.entry", self._by, "", {})
            self._took.append((time.perf_counter_ns() - begun) / 1e6)

    def taken(self) -> list[float]:
        found, self._took = self._took, []
        return found

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()


def child(folder: str) -> dict[str, object]:
    from pos_desktop.composition.backing_up import back_up
    from pos_desktop.composition.store_keeper import behind_the_counter
    from tests.bench.frames import Frames, fill
    from tests.bench.scanning import rest
    from tests.bench.starting import counter

    program = counter(folder)
    room = program.back_room
    assert room is not None
    commits = Commits(room.shop)
    try:
        fill(program)
        rest(3_000)
        frames = Frames(program)
        commits.taken()
        rest(IDLE_S * 1_000)
        idle = {"gaps": frames.taken(), "commits": commits.taken()}
        pause = threading.Event()

        def work() -> None:
            behind_the_counter()
            back_up(room.shop, lambda: pause.wait(0.002))

        backing = threading.Thread(target=work)
        begun = time.perf_counter()
        backing.start()
        while backing.is_alive():
            rest(50)
        took_s = time.perf_counter() - begun
        return {"idle": idle, "busy": {"gaps": frames.taken(), "commits": commits.taken()}, "took_s": took_s}
    finally:
        commits.stop()
        program.window.close()
        program.close()


if __name__ == "__main__":
    print(json.dumps(child(sys.argv[1])))
