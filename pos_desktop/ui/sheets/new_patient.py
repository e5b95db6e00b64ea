"""A card the store does not know: what stands on it is typed once."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from pos_desktop.ui.intents import Intents
from pos_desktop.ui.sheet_state import FormField, FormRow, NewPatientSheet
from pos_desktop.ui.sheets.base import SheetBody
from pos_desktop.ui.theme import TOUCH, Theme
from pos_desktop.ui.widgets.private_line import PrivateLine
from pos_desktop.ui.widgets.scroller import Scroller
from pos_desktop.ui.widgets.text import Text, repolish

LABELS = 220
"""Width at 100 % text that the labels may take; a longer one has several lines."""


class NewPatientBody(SheetBody):
    wide, tall = 640, 0

    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__(theme, intents, "")
        title, save = self._words()
        self.set_title(title)
        self._intro, self._error = Text(theme, wrap=True), Text(theme, tone="danger", wrap=True)
        self._edits: dict[str, QLineEdit] = {}
        self._errors: dict[str, Text] = {}
        self._rows: dict[str, tuple[QHBoxLayout, QVBoxLayout]] = {}
        """Of fields that stand side by side: where they stand, and where their errors do."""
        page = QWidget()
        self._grid = QGridLayout(page)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self._page = Scroller(page, title)
        self.body.addWidget(self._intro)
        self.body.addWidget(self._page, 1)
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
        self._page.updateGeometry()  # a scroll area does not tell by itself that its page has grown
        self._go_to_first_wrong(sheet)

    def _add(self, each: FormField) -> None:
        edit, error = self._field(each), Text(self.theme, size=12.5, tone="danger", wrap=True)
        if each.row is None:
            at = self._grid.rowCount()
            self._grid.addWidget(self._label(each.label, edit), at, 0)
            self._grid.addWidget(edit, at, 1)
            self._grid.addWidget(error, at + 1, 1)
        else:
            fields, errors = self._rows.get(each.row.id) or self._new_row(each.row, edit)
            above = QVBoxLayout()
            above.setSpacing(2)
            caption = Text(self.theme, each.label, size=12.5, tone="muted")
            caption.setBuddy(edit)
            above.addWidget(caption)
            above.addWidget(edit)
            fields.addLayout(above, 1)
            errors.addWidget(error)
        self._edits[each.id], self._errors[each.id] = edit, error

    def _field(self, each: FormField) -> QLineEdit:
        edit = PrivateLine(each.value)
        edit.setFont(self.theme.font(15.5))
        edit.setFixedHeight(self.theme.dim(TOUCH))
        edit.setPlaceholderText(each.hint)
        edit.setAccessibleName(each.label if each.row is None else f"{each.row.label}, {each.label}")
        edit.setMaxLength(120)
        return edit

    def _label(self, text: str, buddy: QWidget) -> Text:
        label = Text(self.theme, text, wrap=True)
        label.setBuddy(buddy)
        natural = label.fontMetrics().horizontalAdvance(text) + 4
        label.setFixedWidth(min(natural, self.theme.px(LABELS)))
        return label

    def _new_row(self, row: FormRow, first: QWidget) -> tuple[QHBoxLayout, QVBoxLayout]:
        at = self._grid.rowCount()
        fields, errors = QHBoxLayout(), QVBoxLayout()
        fields.setSpacing(8)
        errors.setSpacing(0)
        self._grid.addWidget(self._label(row.label, first), at, 0)
        self._grid.addLayout(fields, at, 1)
        self._grid.addLayout(errors, at + 1, 1)
        self._rows[row.id] = fields, errors
        return fields, errors

    def _mark(self, each: FormField) -> None:
        edit, error = self._edits[each.id], self._errors[each.id]
        error.show_text(each.error)
        error.setVisible(bool(each.error))
        edit.setAccessibleDescription(each.error or each.hint)
        if bool(edit.property("wrong")) != bool(each.error):
            edit.setProperty("wrong", bool(each.error))
            repolish(edit)

    def _go_to_first_wrong(self, sheet: NewPatientSheet) -> None:
        wrong = next((self._edits[each.id] for each in sheet.fields if each.error), None)
        if wrong is not None:
            wrong.setFocus()
            wrong.selectAll()
            self._page.ensureWidgetVisible(wrong, 0, self.theme.px(60))

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

    wide = 720

    def _words(self) -> tuple[str, str]:
        return self.tr("What was certified"), self.tr("Save")


class RegistryBody(NewPatientBody):
    """What the state's registry shows of the patient at the counter."""

    def _words(self) -> tuple[str, str]:
        return self.tr("What the registry shows"), self.tr("Keep")
