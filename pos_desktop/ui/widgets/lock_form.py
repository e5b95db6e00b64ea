"""Words that are typed on the lock screen instead of a PIN."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from pos_desktop.ui.sheet_state import FormField
from pos_desktop.ui.sheets.reason import AskedField
from pos_desktop.ui.theme import Theme

LONGEST = 300


class LockForm(QWidget):
    """Fields below each other, made when they are first asked for."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._fields: list[AskedField] = []
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(8)
        self._box.addStretch()

    @property
    def first(self) -> QWidget:
        return self._fields[0].edit if self._fields else self

    @property
    def typed(self) -> dict[str, str]:
        return {name: text for each in self._fields for name, text in each.typed.items()}

    def show_fields(self, fields: tuple[FormField, ...]) -> None:
        while len(self._fields) < len(fields):
            made = AskedField(self._theme, LONGEST)
            self._fields.append(made)
            for part in made.parts:
                self._box.insertWidget(self._box.count() - 1, part)
        for each, field in zip(self._fields, fields, strict=False):
            each.show_field(field)

    def forget(self) -> None:
        for each in self._fields:
            each.edit.clear()
