"""Resident memory of the counter's process when it is ready, and what 1,000 more sales add to it.

Floor: the process of the bare window. The sales go through the counter's own use cases on its database lane, in the
running program with its window alive, and the sender reports them meanwhile.
`python -m tests.bench.memory FOLDER` is the child; it answers each line of its input.
"""

from __future__ import annotations

import statistics
import sys
import threading
from pathlib import Path

from tests.bench import starting
from tests.bench.shop import child, heard
from tests.bench.table import Result, Row

ROWS = (
    Row("memory-ready", "memory when ready", "the bare window's process", "MB", times=1, plus=45),
    Row(
        "memory-flat", "memory after 1,000 more sales", "the same process before them", "MB", times=1, plus=5
    ),
)
SALES_BEFORE, SALES = 200, 1_000
_STARTS = 3


def resident_mb(pid: int) -> float:
    """Of another process, by the kernel's own count. Raises OSError where there is no /proc."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise OSError("the process has ended")


def measure(folder: Path) -> list[Result]:
    bare, ready = [], []
    for _ in range(_STARTS):
        with child("starting", "bare", str(folder)) as process:
            heard(process, "painted")
            bare.append(resident_mb(process.pid))
        with child("starting", "ours", str(folder)) as process:
            heard(process, "ready")
            ready.append(resident_mb(process.pid))
    before, after = _around_sales(folder)
    note = f"before the sales, all workers loaded and {SALES_BEFORE} sales made: {before:.1f} MB"
    return [
        Result(ROWS[0], statistics.median(ready), statistics.median(bare)),
        Result(ROWS[1], after, before, (note,)),
    ]


def _around_sales(folder: Path) -> tuple[float, float]:
    with child("memory", str(folder)) as process:
        heard(process, "ready")
        figures = []
        for count in (SALES_BEFORE, SALES):
            assert process.stdin is not None
            print(count, file=process.stdin, flush=True)
            heard(process, f"sold {count}")
            figures.append(resident_mb(process.pid))
        return figures[0], figures[1]


def serve(folder: str) -> None:
    """Sell as many as each line of the input asks for."""
    from PySide6.QtCore import QObject, Qt, Signal

    program = starting.counter(folder, unattended=True)
    app = starting.application()

    class Wishes(QObject):
        asked, ended = Signal(int), Signal()

    wishes = Wishes()
    turn = iter(range(1, 100))

    def asked(count: int) -> None:
        back_room, floor = program.back_room, program.floor
        assert back_room is not None
        assert floor is not None
        desk, store = back_room.desk, back_room.shop.store

        def work() -> object:
            from pos_desktop.training.selling import sell

            report = sell(count, next(turn), desk=desk, patients=store.patients, jobs=store.paper)
            if desk.sealing is not None:
                desk.sealing.now()  # the first seal loads its library, once
            return report

        floor.lanes.database(
            "sell",
            work,
            lambda report: starting.say(f"sold {report.sold}"),
            lambda problem: starting.say(repr(problem)),
        )

    wishes.asked.connect(asked, Qt.ConnectionType.QueuedConnection)
    wishes.ended.connect(app.quit, Qt.ConnectionType.QueuedConnection)

    def listen() -> None:
        for line in sys.stdin:
            wishes.asked.emit(int(line))
        wishes.ended.emit()

    threading.Thread(target=listen, daemon=True).start()
    starting.say("ready")
    app.exec()
    program.close()


if __name__ == "__main__":
    serve(sys.argv[1])
