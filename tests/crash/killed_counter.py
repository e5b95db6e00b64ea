"""A whole counter with its window, driven by hand, that dies by SIGKILL at a named point.

`python -m tests.crash.killed_counter FOLDER POINT [CARD TAG...]` sells the packages to the patient. It says `done
Sale 0000001 done` when the window does and `reached POINT` before it dies. Points are wrapped around methods here, in
this process; the program has no hooks. With the point `none` it lives, finishes what waits and closes its window.
With `early` it is the known-wrong build: done is shown before COMMIT, and death comes between the two.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from pos_desktop.app.close_sale import CloseSale
from pos_desktop.app.ports import JobState
from pos_desktop.composition.places import TRAINING, DataFolder
from pos_desktop.composition.window import CounterProgram, application
from pos_desktop.domain.sale import Sale
from pos_desktop.storage.sale_book import StoredSales
from pos_desktop.training.demonstration.driver import Driver
from pos_desktop.ui.main_window import CounterWindow
from pos_desktop.ui.sheet_state import PaymentSheet, Sheet
from pos_desktop.ui.theme import ThemeChoice

_PATIENCE_S = 40.0

WRAPPED = {
    "payment-accepted": ("before", "pos_desktop.ui.flows.paying", "Paying.complete"),
    "before-transaction": ("before", "pos_desktop.app.close_sale", "CloseSale._transact"),
    "number-taken": (
        "after",
        "pos_desktop.storage.sale_transaction",
        "StoredSaleTransaction.next_number",
    ),
    "written": ("after", "pos_desktop.storage.sale_transaction", "StoredSaleTransaction.write"),
    "committed": ("after", "pos_desktop.app.close_sale", "CloseSale.cash"),
    "drawer-begun": ("before", "pos_desktop.devices.paper", "CounterPaper.kick_drawer"),
    "drawer-kicked": ("before", "hardware.drawers.printer_drawer", "PrinterDrawer._watch"),
    "receipt-begun": ("before", "pos_desktop.devices.paper", "CounterPaper.print_receipt"),
    "receipt-sent": ("before", "hardware.printers.escpos_printer", "Conversation.confirmed"),
    "receipt-printed": ("after", "pos_desktop.devices.paper", "CounterPaper.print_receipt"),
    "report-begun": ("after", "pos_desktop.storage.outbox_store", "StoredOutbox.begin_attempt"),
    "report-answered": ("after", "pos_desktop.sync.metrc.tracker", "MetrcTracker.send"),
    "report-confirmed": ("after", "pos_desktop.storage.outbox_store", "StoredOutbox.settle"),
}
"""Point: before or after which method of the program it lies."""


def say(line: str) -> None:
    """One write, whichever thread speaks."""
    os.write(1, (line + "\n").encode())


def die(point: str) -> None:
    say(f"reached {point}")
    os.kill(os.getpid(), signal.SIGKILL)
    threading.Event().wait()


def die_at(point: str) -> None:
    if point in WRAPPED:
        when, module, name = WRAPPED[point]
        owner, method = name.split(".")
        _wrap(getattr(import_module(module), owner), method, when, point)
    elif point != "none":
        {
            "done-shown": lambda: None,
            "receipt-half-sent": _receipt_half_sent,
            "report-half-sent": lambda: _in_the_exchange(point, "send_request_body.started"),
            "report-handled": lambda: _in_the_exchange(point, "receive_response_headers.started"),
            "early": lambda: None,
        }[point]()


def _wrap(owner: type, method: str, when: str, point: str) -> None:
    real = getattr(owner, method)

    def wrapped(*args: Any, **more: Any) -> Any:
        if when == "before":
            die(point)
        result = real(*args, **more)
        die(point)
        return result

    setattr(owner, method, wrapped)


def _receipt_half_sent() -> None:
    """Questions and drawer pulses are short; a receipt is long, and a half of it leaves."""
    from hardware.transports.tcp import TcpLink

    real = TcpLink.send

    def send(link: TcpLink, data: bytes, deadline_s: float) -> None:
        if len(data) < 64:
            real(link, data, deadline_s)
            return
        real(link, data[: len(data) // 2], deadline_s)
        die("receipt-half-sent")

    TcpLink.send = send  # type: ignore[method-assign]


def _in_the_exchange(point: str, step: str) -> None:
    """Within one POST: its headers have left; or the answer is there (so it was handled), and nobody read it."""
    from pos_desktop.sync.metrc.client import _Watch

    real = _Watch.trace

    def trace(watch: _Watch, event: str, info: Mapping[str, Any]) -> None:
        real(watch, event, info)
        if event.endswith(step) and info["request"].method == b"POST":
            if step.startswith("receive"):
                select.select([watch._socket], [], [])
            die(point)

    _Watch.trace = trace  # type: ignore[method-assign]


def tell_when_done(point: str, shown: threading.Event) -> None:
    real = CounterWindow.show_sheet

    def show_sheet(window: CounterWindow, sheet: Sheet | None) -> None:
        real(window, sheet)
        if isinstance(sheet, PaymentSheet) and sheet.done is not None and not shown.is_set():
            say(f"done {sheet.done.headline}")
            shown.set()
            if point == "done-shown":
                die(point)

    CounterWindow.show_sheet = show_sheet  # type: ignore[method-assign]


class _Early(QObject):
    """The known-wrong till: the window says done from inside the transaction."""

    done = Signal(object)

    def __init__(self, shown: threading.Event) -> None:
        super().__init__()
        written: list[Sale] = []
        real_write, real_transaction = CloseSale._write, StoredSales.transaction

        def write(closing: CloseSale, *args: Any) -> Sale:
            written.append(real_write(closing, *args))
            return written[-1]

        @contextmanager
        def transaction(book: StoredSales) -> Iterator[Any]:
            with real_transaction(book) as txn:
                yield txn
                self.done.emit(written[-1])
                shown.wait()
                die("early")

        CloseSale._write = write  # type: ignore[method-assign]
        StoredSales.transaction = transaction  # type: ignore[method-assign]

    def listen(self, program: CounterProgram) -> None:
        saved: Callable[[Sale], None] = program.controller._paying._saved  # type: ignore[union-attr]
        self.done.connect(saved, Qt.ConnectionType.QueuedConnection)


def main(folder: Path, point: str, card: str = "", *tags: str) -> None:
    application()
    shown = threading.Event()
    tell_when_done(point, shown)
    early = _Early(shown) if point == "early" else None
    die_at(point)
    program = CounterProgram(DataFolder(folder, TRAINING), theme=ThemeChoice.LIGHT)
    drive = Driver(program.window, folder, patience_s=_PATIENCE_S)
    program.window.resize(1366, 768)
    program.show()
    drive.wait("the store to open", lambda: program.floor is not None)
    if early is not None:
        early.listen(program)
    if card:
        sell(program, drive, card, *tags)
    finish(program, drive)


def sell(program: CounterProgram, drive: Driver, card: str, *tags: str) -> None:
    floor = program.floor
    assert floor is not None
    drive.scan(card)
    drive.wait("the patient", lambda: floor.visit is not None)
    for n, tag in enumerate(tags):
        drive.scan(tag)
        drive.wait("the line", lambda n=n: floor.visit is not None and len(floor.visit.cart.lines) == n + 1)
    drive.press(Qt.Key.Key_F12)
    drive.wait("payment", lambda: floor.entry is not None)
    drive.press(Qt.Key.Key_Return, "\r")
    drive.wait("done", lambda: floor.done_sale is not None)


def finish(program: CounterProgram, drive: Driver) -> None:
    """Everything reported, and everything printed that may print by itself."""
    assert program.back_room is not None
    store = program.back_room.shop.store
    drive.wait("reports", lambda: not store.outbox.open_items(1))
    drive.wait("paper", lambda: all(job.state is JobState.UNKNOWN for job in store.paper.open()))
    program.window.close()
    program.close()
    say("finished")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
