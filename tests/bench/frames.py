"""Frames of the counter's window while the queue drains: the sender is a thread of the same process.

The whole counter, offscreen, with five lines in the cart; each 16 ms a timer has the cart painted. Floor: the same
counter a moment before, while another sender holds the store and nothing is sent.
`python -m tests.bench.frames FOLDER` is the child that prints what it measured.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from pos_desktop.training.sample.people import BUDTENDER
from tests.bench.shop import ROOT, document_of
from tests.bench.table import Result, Row, quantile

if TYPE_CHECKING:
    from pos_desktop.app.ports import SyncStatus
    from pos_desktop.composition.window import CounterProgram

FRAME_MS, MISSED_MS = 16, 32
"""A gap above the second means that a frame was not painted in its turn."""
SALES, LINES, IDLE_S, LONGEST_S = 2_000, 5, 10, 300
_WARM_S, _LOOK_MS = 3, 1_000
_FLOOR = "the same counter idle, a moment before"
ROWS = (
    Row("frames-missed", f"frames missed while {SALES:,} reports drain", _FLOOR, "of 1,000", times=1, plus=1),
    Row("frames-p99", f"gap of frames while {SALES:,} reports drain, p99", _FLOOR, "ms", times=1.25),
)


def measure(folder: Path) -> list[Result]:
    _sell_offline(folder)
    found = document_of("frames", str(folder))
    idle, busy = found["idle"], found["draining"]
    note = (
        f"longest gap {max(busy):.1f} ms (idle {max(idle):.1f} ms); {len(busy):,} frames while draining, "
        f"{found['sent'] / found['took_s']:.0f} reports a second"
    )
    return [
        Result(ROWS[0], _missed(busy), _missed(idle), (note,)),
        Result(ROWS[1], quantile(busy, 99), quantile(idle, 99)),
    ]


def _missed(gaps: list[float]) -> float:
    """Of a thousand frames."""
    return sum(each > MISSED_MS for each in gaps) * 1_000 / len(gaps)


def _sell_offline(folder: Path) -> None:
    words = ["--data-dir", str(folder), "training", "sell", "--count", str(SALES), "--offline", "--json"]
    subprocess.run(
        [sys.executable, "-m", "pos_desktop", *words], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )


class Frames:
    """Paints on its turn and keeps the gaps, in milliseconds."""

    def __init__(self, program: CounterProgram) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.gaps: list[float] = []
        self._last = 0
        self._view = program.window.inside.cart_view.viewport()
        self._timer = QTimer(program, interval=FRAME_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._frame)
        self._timer.start()

    def _frame(self) -> None:
        now = time.perf_counter_ns()
        if self._last:
            self.gaps.append((now - self._last) / 1e6)
        self._last = now
        self._view.repaint()

    def taken(self) -> list[float]:
        found, self.gaps = self.gaps, []
        return found


def child(folder: str) -> dict[str, object]:
    from pos_desktop.storage.lock import sender_lock
    from tests.bench.scanning import rest
    from tests.bench.starting import counter

    held = sender_lock(Path(folder)).take()
    program = counter(folder)
    try:
        fill(program)
        rest(_WARM_S * 1_000)
        frames = Frames(program)
        rest(IDLE_S * 1_000)
        idle = frames.taken()
        held.release()
        begun = time.perf_counter()
        sent = _drained(program)
        draining = frames.taken()
        return {"idle": idle, "draining": draining, "sent": sent, "took_s": time.perf_counter() - begun}
    finally:
        program.window.close()
        program.close()


def fill(program: CounterProgram) -> None:
    """Somebody stands at the counter, with goods in the cart; whether they may be sold does not matter here."""
    from pos_desktop.app.visit import Visit
    from pos_desktop.domain.cart import Cart
    from pos_desktop.domain.shelf import Unit

    floor = program.floor
    assert floor is not None
    desk, cart = floor.desk, Cart()
    found = (
        desk.reception.open(each.id, BUDTENDER) for each in desk.reception.by_name("sample", BUDTENDER, 500)
    )
    floor.begin(next(each for each in found if isinstance(each, Visit)))
    pieces = (each for each in desk.shelf.search("", 500) if each.product.unit is Unit.EACH)
    for package in islice(pieces, LINES):
        cart = cart.add(package)
    floor.set_cart(cart, None)
    floor.show()


def _drained(program: CounterProgram) -> int:
    """Let the event loop run until nearly nothing waits; how many reports went out. Looked at on the database lane."""
    from tests.bench.scanning import rest

    assert program.floor is not None
    assert program.back_room is not None
    lane, worker = program.floor.lanes.database, program.back_room.worker
    assert worker is not None
    waiting = first = worker.status().waiting
    few = first // 100  # behind a sale that the state refuses a patient's later ones wait for a person

    def looked(status: SyncStatus) -> None:
        nonlocal waiting
        waiting = status.waiting

    worker.nudge()
    ends = time.monotonic() + LONGEST_S
    while waiting > few:
        assert time.monotonic() < ends, f"{waiting} reports still wait"
        lane("look", worker.status, looked, lambda problem: sys.exit(repr(problem)))
        rest(_LOOK_MS)
    return first - waiting


if __name__ == "__main__":
    print(json.dumps(child(sys.argv[1])))
