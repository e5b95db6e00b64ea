"""Emptying a layout whose widgets are built anew."""

from __future__ import annotations

from PySide6.QtWidgets import QLayout


def take_widgets(layout: QLayout, first: int, last: int) -> None:
    """Take the widgets at `first` up to, not including, `last` out of the layout and let them go."""
    for _ in range(first, last):
        item = layout.takeAt(first)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
