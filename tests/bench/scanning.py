"""From the first key of a scan to the painted line, with 5 and with 30 lines in the cart (performance contract, 4.1).

Ours: the whole counter on a demo store: recogniser, look-up in the encrypted store on its lane, limits, totals, every
panel. Floor: a bare QTableView over a QStandardItemModel that is fed the same events in the same process, in turn, and
inserts the line at Enter. Both from the first key event until Qt has painted and flushed.
`python -m tests.bench.scanning FOLDER` is the child that prints what it measured.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pos_desktop.training.sample.people import BUDTENDER
from tests.bench.shop import document_of
from tests.bench.table import Result, Row, quantile

if TYPE_CHECKING:
    from PySide6.QtWidgets import QTableView

    from pos_desktop.composition.window import CounterProgram

_FLOOR = "a bare QTableView and QStandardItemModel fed the same key events"
LINES = (5, 30)
ROWS = tuple(
    Row(
        f"scan-{lines}-p{per_cent}",
        f"scan to painted line, {lines} lines, p{per_cent}",
        _FLOOR,
        "ms",
        times=1.5,
    )
    for lines in LINES
    for per_cent in (50, 99)
)
SCANS, WARM_UP = 100, 10
_PATIENCE_MS = 10_000
_REST_MS = 40
"""Longer than any gap inside a scan, so that each burst begins anew and what is drawn later is drawn."""


def measure(folder: Path) -> list[Result]:
    took: dict[str, dict[str, list[float]]] = document_of("scanning", str(folder))
    results = []
    for row, (lines, per_cent) in zip(ROWS, [(n, p) for n in LINES for p in (50, 99)], strict=True):
        of = took[str(lines)]
        results.append(Result(row, quantile(of["ours"], per_cent), quantile(of["floor"], per_cent)))
    return results


class Painted:
    """Knows when a table has painted `rows` rows."""

    def __init__(self, table: QTableView) -> None:
        from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer

        self._table = table
        self.loop = QEventLoop()
        self.wanted = -1
        self.seen = False
        watch = self

        class Filter(QObject):
            def eventFilter(self, _: QObject, event: QEvent) -> bool:
                if event.type() == QEvent.Type.Paint and table.model().rowCount() == watch.wanted:
                    watch.seen = True
                    watch.loop.quit()  # once the present round, flush included, is over
                return False

        self._filter = Filter(table)
        table.viewport().installEventFilter(self._filter)
        self._timer = QTimer(table)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.loop.quit)

    def after(self, cause: Callable[[], None], rows: int) -> float:
        """Milliseconds from before `cause` until `rows` rows are painted."""
        self.wanted, self.seen = rows, False
        self._timer.start(_PATIENCE_MS)
        begun = time.perf_counter_ns()
        cause()
        self.loop.exec()
        took = (time.perf_counter_ns() - begun) / 1e6
        self._timer.stop()
        if not self.seen:
            raise RuntimeError(f"{rows} rows were never painted; there are {self._table.model().rowCount()}")
        return took


def rest(milliseconds: int = _REST_MS) -> None:
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def bare_table() -> QTableView:
    """The floor. Five columns and a fixed row height, as the cart has them; the line is text that is known already."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
    from PySide6.QtWidgets import QHeaderView, QTableView

    model = QStandardItemModel(0, 5)

    class Table(QTableView):
        typed = ""

        def keyPressEvent(self, event: QKeyEvent) -> None:
            if event.key() != Qt.Key.Key_Return:
                self.typed += event.text()
                return
            texts = (self.typed, "1", "$35.00", "3.5 g", "$35.00")
            self.typed = ""
            model.appendRow([QStandardItem(text) for text in texts])
            self.scrollToBottom()

    table = Table()
    model.setParent(table)
    table.setModel(model)
    table.verticalHeader().hide()
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    table.verticalHeader().setDefaultSectionSize(54)
    table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    return table


def child(folder: str) -> dict[str, dict[str, list[float]]]:
    from pos_desktop.training.demonstration.driver import Driver
    from tests.bench.starting import SIZE, counter

    program = counter(folder)
    table = bare_table()
    table.resize(*SIZE)
    table.show()
    try:
        program.window.activateWindow()
        tags = _fill(program)
        rest(3_000)  # what warms up after the start is warm
        return {str(lines): _in_turn(program, table, Driver(table, Path()), tags, lines) for lines in LINES}
    finally:
        program.window.close()
        program.close()


def _fill(program: CounterProgram) -> list[str]:
    """Check a patient in and find one package more than the longest cart that all fit the limits."""
    from pos_desktop.domain.cart import Cart
    from pos_desktop.domain.errors import RuleRefusal

    floor = program.floor
    assert floor is not None
    _check_in(program)
    cart, tags = Cart(), []
    for package in sorted(
        floor.desk.shelf.search("", 1_000), key=lambda each: each.product.measures.net_mg or 0
    ):
        try:
            cart = cart.add(package)
        except RuleRefusal:
            continue
        floor.set_cart(cart, None)
        decision = floor.decision()
        if decision is not None and decision.allowed:
            tags.append(str(package.tag))
        else:
            cart = cart.remove(len(cart.lines) - 1)
        if len(tags) > max(LINES):
            return tags
    raise RuntimeError(f"only {len(tags)} packages fit the limits together")


def _check_in(program: CounterProgram) -> None:
    """By the card of a patient without purchases, until the state's figure is there: it is required before a sale."""
    from pos_desktop.app.visit import Visit
    from pos_desktop.training.demonstration.driver import Driver

    floor = program.floor
    assert floor is not None
    desk = floor.desk
    patient = next(
        each.patient
        for found in desk.reception.by_name("sample", BUDTENDER, 500)
        if isinstance(each := desk.reception.open(found.id, BUDTENDER), Visit) and not each.history
    )
    hands = Driver(program.window, Path())
    hands.scan(patient.card_number)
    hands.wait("the patient", lambda: floor.visit is not None)
    hands.wait("the state's figure", lambda: not floor.asking)


def _in_turn(
    program: CounterProgram, table: QTableView, typist: object, tags: list[str], lines: int
) -> dict[str, list[float]]:
    from PySide6.QtCore import Qt

    from pos_desktop.training.demonstration.driver import Driver

    assert isinstance(typist, Driver)
    ours, hands = Painted(program.window.inside.cart_view), Driver(program.window, Path())
    floor = Painted(table)
    _stand_at(program, ours, tags[:lines])
    model = table.model()
    model.removeRows(0, model.rowCount())
    for tag in tags[:lines]:
        typist.scan(tag)
    rest()
    scanned = tags[lines]
    took: dict[str, list[float]] = {"ours": [], "floor": []}
    for n in range(WARM_UP + SCANS):
        our_ms = ours.after(lambda: hands.scan(scanned), lines + 1)
        rest()
        floor_ms = floor.after(lambda: typist.scan(scanned), lines + 1)
        rest()
        ours.after(lambda: hands.press(Qt.Key.Key_Delete), lines)
        table.model().removeRow(lines)
        rest()
        if n >= WARM_UP:
            took["ours"].append(our_ms)
            took["floor"].append(floor_ms)
    return took


def _stand_at(program: CounterProgram, painted: Painted, tags: list[str]) -> None:
    from pos_desktop.domain.cart import Cart
    from pos_desktop.domain.identity import PackageTag

    floor = program.floor
    assert floor is not None
    cart = Cart()
    for tag in tags:
        package = floor.desk.shelf.by_tag(PackageTag(tag))
        assert package is not None
        cart = cart.add(package)
    floor.set_cart(cart, None)
    painted.after(floor.show, len(tags))
    rest()


if __name__ == "__main__":
    print(json.dumps(child(sys.argv[1])))
