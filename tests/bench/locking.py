"""From Enter after a PIN to the counter painted with its cart, and from the idle lock's moment to nothing in sight.

Ours: the whole counter on a demo store, with a patient and five lines behind the lock screen. Floors, in the same
process and in turn: checking that PIN once (Argon2id at the set costs); a bare QWidget that is shown over the same
window. `python -m tests.bench.locking FOLDER` is the child that prints what it measured.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.shop import document_of
from tests.bench.table import Result, Row

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from pos_desktop.composition.window import CounterProgram

ROWS = (
    Row("sign-in", "sign-in to usable counter", "checking that PIN once, alone", "ms", times=1, plus=50),
    Row(
        "idle-lock",
        "idle lock to hidden",
        "a bare QWidget shown over the same window",
        "ms",
        times=1,
        plus=33,
    ),
)
TIMES, WARM_UP = 21, 3
_PATIENCE_MS = 10_000


def measure(folder: Path) -> list[Result]:
    found = document_of("locking", str(folder))
    note = "the idle lock looks once a second, so that it may come up to 1 s later than its moment"
    middle = {name: statistics.median(took) for name, took in found.items()}
    return [
        Result(ROWS[0], middle["sign-in"], middle["pin"]),
        Result(ROWS[1], middle["lock"], middle["cover"], (note,)),
    ]


def until_painted(widget: QWidget, cause: Callable[[], None], true: Callable[[], bool]) -> float:
    """Milliseconds from before `cause` until `widget` is painted while `true` holds."""
    from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer

    loop, seen = QEventLoop(), []

    class Filter(QObject):
        def eventFilter(self, _: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and true():
                seen.append(True)
                loop.quit()  # once the present round, flush included, is over
            return False

    watch = Filter()
    widget.installEventFilter(watch)
    late = QTimer()
    late.setSingleShot(True)
    late.timeout.connect(loop.quit)
    late.start(_PATIENCE_MS)
    begun = time.perf_counter_ns()
    cause()
    loop.exec()
    took = (time.perf_counter_ns() - begun) / 1e6
    widget.removeEventFilter(watch)
    if not seen:
        raise RuntimeError("it was never painted")
    return took


def child(folder: str) -> dict[str, list[float]]:
    from tests.bench.frames import fill
    from tests.bench.scanning import rest
    from tests.bench.starting import counter

    program = counter(folder)
    try:
        fill(program)
        rest(3_000)  # what warms up after the start is warm
        took: dict[str, list[float]] = {"sign-in": [], "pin": [], "lock": [], "cover": []}
        for n in range(WARM_UP + TIMES):
            for name, milliseconds in _once(program).items():
                if n >= WARM_UP:
                    took[name].append(milliseconds)
            rest(100)
        return took
    finally:
        program.window.close()
        program.close()


def _once(program: CounterProgram) -> dict[str, float]:
    from PySide6.QtWidgets import QWidget

    from pos_desktop.composition.training_people import SAMPLE_PIN
    from pos_desktop.training.demonstration.driver import Driver
    from pos_desktop.ui.counter.lock_screen import LockScreenView
    from tests.bench.scanning import rest

    floor, window, hands = program.floor, program.window, Driver(program.window, Path())
    assert floor is not None
    cover = QWidget(window)
    cover.setAutoFillBackground(True)
    cover.setGeometry(window.rect())
    covered = until_painted(cover, cover.show, lambda: True)
    cover.setParent(None)
    rest(40)
    view = window.findChild(LockScreenView)
    assert view is not None
    hidden = until_painted(view, lambda: _idle(program), lambda: floor.lock is not None)
    hands.wait("the names", lambda: floor.lock is not None and not floor.lock.pin.busy)
    hands.type(SAMPLE_PIN)
    rest(60)
    cart = window.inside.cart_view.viewport()
    back = until_painted(cart, lambda: window.press("Enter"), lambda: floor.lock is None)
    return {"cover": covered, "lock": hidden, "pin": _pin_alone(program), "sign-in": back}


def _idle(program: CounterProgram) -> None:
    """As if nobody had touched anything for long enough."""
    from pos_desktop.ui.flows.controller import CounterController
    from pos_desktop.ui.flows.locking import IDLE

    controller = program.controller
    assert isinstance(controller, CounterController)
    controller.lock(IDLE)


def _pin_alone(program: CounterProgram) -> float:
    from pos_desktop.composition.training_people import SAMPLE_PIN
    from pos_desktop.keystore.pins import PepperedPins

    assert program.back_room is not None
    assert program.floor is not None
    shop = program.back_room.shop
    pins = PepperedPins(shop.keys)
    kept = shop.store.pins.hash_of(program.floor.by.id)
    assert kept is not None
    pins.agrees(kept, "000000")
    begun = time.perf_counter_ns()
    assert pins.agrees(kept, SAMPLE_PIN)
    return (time.perf_counter_ns() - begun) / 1e6


if __name__ == "__main__":
    print(json.dumps(child(sys.argv[1])))
