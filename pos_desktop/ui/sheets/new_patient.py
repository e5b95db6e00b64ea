"""A card the store does not know: what stands on it is typed once."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from pos_desktop.ui.intents import Intents
from pos_desktop.ui.sheet_state import FormField, NewPatientSheet
from pos_desktop.ui.sheets.base import SheetBody
from pos_desktop.ui.theme import TOUCH, Theme
from pos_desktop.ui.widgets.scroller import Scroller
from pos_desktop.ui.widgets.text import Text, repolish


class NewPatientBody(SheetBody):
    wide, tall = 640, 0

    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__(theme, intents, "")
        title, save = self._words()
        self.set_title(title)
        self._intro, self._error = Text(theme, wrap=True), Text(theme, tone="danger", wrap=True)
        self._edits: dict[str, QLineEdit] = {}
        self._errors: dict[str, Text] = {}
        page = QWidget()
        self._grid = QGridLayout(page)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self.body.addWidget(self._intro)
        self.body.addWidget(Scroller(page, title), 1)
        self.body.addWidget(self._error)
        self.add_primary(save, "Enter").clicked.connect(self._save)

    def _words(self) -> tuple[str, str]:
        """Title, and the word on the way out."""
        return self.tr("New patient"), self.tr("Save and open")

    def show_sheet(self, sheet: NewPatientSheet) -> None:
        self._intro.show_text(sheet.intro)
        self._error.show_text(sheet.error)
        self._error.setVisible(bool(sheet.error))
        for each in sheet.fields:
            if each.id not in self._edits:
                self._add(each)
            self._mark(each)

    def _add(self, each: FormField) -> None:
        edit = QLineEdit(each.value)
        edit.setFont(self.theme.font(15.5))
        edit.setFixedHeight(self.theme.dim(TOUCH))
        edit.setPlaceholderText(each.hint)
        edit.setAccessibleName(each.label)
        edit.setMaxLength(120)
        label, error = Text(self.theme, each.label), Text(self.theme, size=12.5, tone="danger", wrap=True)
        label.setBuddy(edit)
        row = len(self._edits) * 2
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(edit, row, 1)
        self._grid.addWidget(error, row + 1, 1)
        self._edits[each.id], self._errors[each.id] = edit, error

    def _mark(self, each: FormField) -> None:
        edit, error = self._edits[each.id], self._errors[each.id]
        error.show_text(each.error)
        error.setVisible(bool(each.error))
        edit.setAccessibleDescription(each.error or each.hint)
        if bool(edit.property("wrong")) != bool(each.error):
            edit.setProperty("wrong", bool(each.error))
            repolish(edit)

    def first_focus(self) -> QWidget:
        empty = (edit for edit in self._edits.values() if not edit.text())
        return next(empty, next(iter(self._edits.values()), self))

    def press(self, name: str) -> bool:
        if name != "Enter":
            return False
        self._save()
        return True

    def _save(self) -> None:
        self.intents.form.emit({field_id: edit.text() for field_id, edit in self._edits.items()})


class CertificationBody(NewPatientBody):
    """What a practitioner stated of the patient at the counter."""

    def _words(self) -> tuple[str, str]:
        return self.tr("What was certified"), self.tr("Save")


class RegistryBody(NewPatientBody):
    """What the state's registry shows of the patient at the counter."""

    def _words(self) -> tuple[str, str]:
        return self.tr("What the registry shows"), self.tr("Keep")
