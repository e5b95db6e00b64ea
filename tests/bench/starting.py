"""From spawn to the first paint, and to a lock screen that takes a PIN; each start a fresh process, in turn.

Floor: an empty QWidget. Ours: the command line's own path to `CounterProgram`, on a demo store.
`python -m tests.bench.starting bare|ours FOLDER` is the child.
"""

from __future__ import annotations

import statistics
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.shop import child, heard
from tests.bench.table import Result, Row

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtWidgets import QApplication, QWidget

    from pos_desktop.composition.window import CounterProgram

_BARE = "a bare PySide6 window, spawn to its first paint"
ROWS = (
    Row("first-paint", "first paint of the counter", _BARE, "ms", times=1.3),
    Row("ready", "ready to take a PIN", _BARE, "ms", times=3),
)
STARTS = 11
SIZE = 1280, 800


def bare() -> None:
    from PySide6.QtWidgets import QApplication, QWidget

    app = QApplication([])
    window = QWidget()
    window.resize(*SIZE)
    watcher = first_paint(window)
    window.show()
    app.exec()
    del watcher


def ours(folder: str) -> None:
    program = program_of(folder)
    watcher = first_paint(program.window)
    program.ready.connect(lambda: say("ready"))
    program.failed.connect(lambda sentence: say(f"failed {sentence}"))
    program.show()
    application().exec()
    program.close()
    del watcher


def program_of(folder: str, *, unattended: bool = False) -> CounterProgram:
    """The command line's own path to a counter on the store in `folder`; not shown yet."""
    from pos_desktop.cli.arguments import parse
    from pos_desktop.cli.asking import folder_of, passphrase

    place = folder_of(parse(["--data-dir", folder, "run"]))
    from pos_desktop.composition.window import CounterProgram

    application()
    program = CounterProgram(place, ask=passphrase, unattended=unattended)
    program.window.resize(*SIZE)
    return program


def application() -> QApplication:
    from pos_desktop.composition.window import application as made

    return made()


def counter(folder: str, *, unattended: bool = False) -> CounterProgram:
    """A counter that is shown and ready: somebody is signed in, or with `unattended` nobody needs to be."""
    from PySide6.QtCore import QEventLoop

    program, loop = program_of(folder, unattended=unattended), QEventLoop()
    program.ready.connect(loop.quit)
    program.failed.connect(loop.quit)
    program.show()
    loop.exec()
    if program.floor is None:
        raise RuntimeError("the store did not open")
    if not unattended:
        sign_in(program)
    return program


def sign_in(program: CounterProgram) -> None:
    """By keys."""
    from pos_desktop.composition.training_people import SAMPLE_PIN
    from pos_desktop.training.demonstration.driver import Driver
    from pos_desktop.training.demonstration.signing_in import sign_in as by_keys
    from pos_desktop.training.sample.people import BUDTENDER

    assert program.floor is not None
    by_keys(Driver(program.window, Path()), program.floor, BUDTENDER.name, SAMPLE_PIN)


def say(word: str) -> None:
    print(word, flush=True)


def first_paint(window: QWidget) -> QObject:
    """Says `painted` when the window's first paint was done."""
    from PySide6.QtCore import QEvent, QObject

    class Watcher(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() != QEvent.Type.Paint:
                return False
            watched.removeEventFilter(self)
            watched.event(event)
            say("painted")
            return True

    watcher = Watcher()
    window.installEventFilter(watcher)
    stop_with_input()
    return watcher


def stop_with_input() -> None:
    """The event loop ends when the parent closes our standard input."""
    from PySide6.QtCore import QCoreApplication, QObject, Signal

    class Ending(QObject):
        heard = Signal()

    app = QCoreApplication.instance()
    assert app is not None
    ending = Ending(app)
    ending.heard.connect(app.quit)  # heard in another thread, so it is queued

    def wait() -> None:
        sys.stdin.read()
        ending.heard.emit()

    threading.Thread(target=wait, daemon=True).start()


def start(kind: str, folder: Path, words: tuple[str, ...]) -> list[float]:
    """Milliseconds from spawn until the child said each of `words`."""
    begun = time.perf_counter_ns()
    with child("starting", kind, str(folder)) as process:
        took = []
        for word in words:
            heard(process, word)
            took.append((time.perf_counter_ns() - begun) / 1e6)
        return took


def measure(folder: Path) -> list[Result]:
    painted: dict[str, list[float]] = {"bare": [], "ours": []}
    ready: list[float] = []
    for n in range(STARTS + 1):
        bare_ms = start("bare", folder, ("painted",))
        our_ms = start("ours", folder, ("painted", "ready"))
        if n:  # the first pair warms the file cache and compiles
            painted["bare"].append(bare_ms[0])
            painted["ours"].append(our_ms[0])
            ready.append(our_ms[1])
    floor = statistics.median(painted["bare"])
    return [
        Result(ROWS[0], statistics.median(painted["ours"]), floor),
        Result(ROWS[1], statistics.median(ready), floor),
    ]


if __name__ == "__main__":
    bare() if sys.argv[1] == "bare" else ours(sys.argv[2])
