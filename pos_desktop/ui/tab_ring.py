"""Tab in reading order: by where things stand, not by when they were made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget

_ROW = 12
"""Centres closer than this stand on one line."""


def stops(areas: Iterable[QWidget]) -> list[QWidget]:
    """What Tab reaches, area by area, each from top to bottom and left to right."""
    found: list[QWidget] = []
    for area in areas:
        inside = [
            child
            for child in (area, *area.findChildren(QWidget))
            if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isVisible() and child.isEnabled()
        ]
        found += sorted(inside, key=lambda child: _place(child, area))
    return found


def step(ring: Sequence[QWidget], *, forward: bool) -> bool:
    """Move the focus to the next or previous stop; from the last on to the first."""
    if not ring:
        return False
    now = QApplication.focusWidget()
    at = ring.index(now) if now in ring else (-1 if forward else 0)
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    ring[(at + (1 if forward else -1)) % len(ring)].setFocus(reason)
    return True


def _place(child: QWidget, area: QWidget) -> tuple[int, int]:
    middle = (
        child.mapTo(area, QPoint(child.width() // 2, child.height() // 2)) if child is not area else QPoint()
    )
    return middle.y() // _ROW, middle.x()
