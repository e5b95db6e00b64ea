"""The one door to purchase limits: whichever programme is in force answers here."""

from __future__ import annotations

from dataclasses import replace

from pos_desktop.app.ports import OunceRow, StateAnswer
from pos_desktop.app.visit import Visit
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.engine import Standing, largest_fit, prepare
from pos_desktop.domain.limits.figure import ClassOunces, StateRow, figure_from_rows
from pos_desktop.domain.limits.model import Decision, Link, StateFigure
from pos_desktop.domain.limits.pack import Programme
from pos_desktop.domain.shelf import Unit


class LimitDesk:
    """Decides for a visit. Pure and quick (no I/O), so it may be called on any thread.

    The window of the patient at the counter is summed once and kept, so that each change of the cart costs little.
    """

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self._key: tuple[object, ...] = ()
        self._standing: Standing | None = None

    @property
    def report_within_hours(self) -> int | None:
        return self.programme.report_within_hours

    def decide(self, visit: Visit, at: Instant, link: Link | None) -> Decision:
        return self._prepared(visit, at, link).decide(visit.cart.items, at)

    def largest_fit(self, visit: Visit, index: int, at: Instant, link: Link | None) -> int:
        """The most of line `index` (pieces, or milligrams where weighed) with which the whole cart fits; 0 if none."""
        line = visit.cart.lines[index]
        product = line.package.product
        one = product.item(1)
        fits = largest_fit(
            self._prepared(visit, at, link), visit.cart.items, index, one, ceiling=line.quantity, at=at
        )
        if product.unit is Unit.WEIGHT:
            # Scaling one milligram rounds other measures up; prove the answer on the real line.
            while fits > 0 and not self._would_fit(visit, index, fits, at, link):
                fits -= 1
        return fits

    def _would_fit(self, visit: Visit, index: int, quantity: int, at: Instant, link: Link | None) -> bool:
        lines = list(visit.cart.lines)
        lines[index] = replace(lines[index], quantity=quantity)
        decision = self._prepared(visit, at, link).decide(tuple(line.item for line in lines), at)
        return not any(code.startswith("limit:") for code in decision.refused_by)

    def _prepared(self, visit: Visit, at: Instant, link: Link | None) -> Standing:
        key = (id(visit.history), visit.patient, visit.buyer, visit.answer, link)
        if self._standing is None or key != self._key:
            self._standing = prepare(
                self.programme,
                at=at,
                patient=visit.patient.facts(),
                history=visit.history,
                buyer=visit.buyer,
                state=self._figure(visit.answer, at),
                link=link,
            )
            self._key = key
            self._history = visit.history  # keeps the id in the key from being used again
        return self._standing

    def _figure(self, answer: StateAnswer | None, at: Instant) -> StateFigure | None:
        if answer is None or not answer.found:
            return None
        return figure_from_rows(self.programme, tuple(map(_row, answer.rows)), answer.as_of, at)


def _row(row: OunceRow) -> StateRow:
    classes = (row.flower, row.thc, row.concentrate, row.infused)
    return StateRow(row.days, *(ClassOunces(*each) for each in classes))
