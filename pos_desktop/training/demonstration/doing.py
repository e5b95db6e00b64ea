"""What hands do in every scene."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from pos_desktop.domain.identity import PackageTag
from pos_desktop.domain.limits.model import Category
from pos_desktop.domain.patient import Patient

if TYPE_CHECKING:
    from pos_desktop.domain.cart import CartLine
    from pos_desktop.training.demonstration.scenes import Stage

SLIPS = 1
"""Papers that are no receipts: what was in the drawer when the till was opened."""


def open_card(stage: Stage, person: Patient) -> None:
    stage.driver.scan(person.card_number)
    stage.driver.wait(
        "the patient", lambda: stage.floor.visit is not None and stage.floor.visit.patient.id == person.id
    )


def add(stage: Stage, tag: PackageTag) -> None:
    before = sum(line.quantity for line in lines(stage))
    stage.driver.scan(tag)
    stage.driver.wait("the line", lambda: sum(line.quantity for line in lines(stage)) == before + 1)


def pay(stage: Stage, name: str, *, touch: bool = False, printed: bool = True) -> None:
    drive, floor = stage.driver, stage.floor
    if touch:
        drive.touch("Take payment")
    else:
        drive.press(Qt.Key.Key_F12)
    drive.wait("payment", lambda: floor.entry is not None)
    finish(stage, name, touch=touch, printed=printed)


def finish(stage: Stage, name: str, *, touch: bool = False, printed: bool = True) -> None:
    drive, floor = stage.driver, stage.floor
    if touch:
        drive.touch("Complete sale")
    else:
        drive.press(Qt.Key.Key_Return, "\r")
    drive.wait("the sale to be done", lambda: floor.done_sale is not None)
    assert floor.done_sale is not None  # noqa: S101 - just waited for
    stage.sales.append(floor.done_sale)
    if printed:
        drive.wait("the receipt", lambda: len(stage.room.printer.slips) == len(stage.sales) + SLIPS)
    else:
        drive.wait("the printer's sentence", lambda: floor.paper_said)
    stage.room.printer.close_drawer()
    drive.picture(name)
    leave(stage)


def leave(stage: Stage) -> None:
    """With Esc: Enter waits until a person can have read the change."""
    stage.driver.press(Qt.Key.Key_Escape)
    stage.driver.wait("the next sale", lambda: stage.floor.visit is None)


def another_tag(stage: Stage) -> PackageTag:
    """A different product each time, sold by the piece and light enough for anybody."""
    n = len(stage.sales)
    fit = [
        each.package.tag
        for each in stage.sample.packages
        if each.package.held is None
        and each.package.product.unit.value == "each"
        and each.package.product.price is not None
        and (each.package.product.measures.equiv_mg or 10**9) <= 4_000
    ]
    return fit[(n * 13) % len(fit)]


def of_category(stage: Stage, category: Category) -> PackageTag:
    """The first package of that category that can be sold."""
    return next(
        each.package.tag
        for each in stage.sample.packages
        if each.package.held is None
        and each.package.product.category is category
        and each.package.product.price is not None
        and each.package.product.measures.equiv_mg is not None
    )


def lines(stage: Stage) -> tuple[CartLine, ...]:
    return () if stage.floor.visit is None else stage.floor.visit.cart.lines


def refused(stage: Stage) -> bool:
    decision = stage.floor.decision()
    return decision is not None and not decision.allowed
