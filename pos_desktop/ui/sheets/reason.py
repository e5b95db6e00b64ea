"""A manager's decision with its reason in words."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from pos_desktop.ui.intents import Intents
from pos_desktop.ui.sheet_state import FormField, ReasonSheet
from pos_desktop.ui.sheets.base import SheetBody
from pos_desktop.ui.theme import TOUCH, Theme
from pos_desktop.ui.widgets.private_line import PrivateLine
from pos_desktop.ui.widgets.scroller import Scroller
from pos_desktop.ui.widgets.text import Text, repolish


class AskedField:
    """A label, its field, and what is wrong with what was typed there."""

    def __init__(self, theme: Theme, longest: int) -> None:
        self._id = ""
        self._label, self._error = Text(theme, wrap=True), Text(theme, size=12.5, tone="danger", wrap=True)
        self.edit = PrivateLine()
        self.edit.setFont(theme.font(15.5))
        self.edit.setFixedHeight(theme.dim(TOUCH))
        self.edit.setMaxLength(longest)
        self._label.setBuddy(self.edit)

    @property
    def parts(self) -> tuple[QWidget, ...]:
        return self._label, self.edit, self._error

    @property
    def typed(self) -> dict[str, str]:
        return {self._id: self.edit.text()}

    def show_field(self, field: FormField) -> None:
        if field.id != self._id:
            self._id = field.id
            self.edit.setText(field.value)
            self.edit.selectAll()  # what is typed replaces what was offered
        self._label.show_text(field.label)
        self.edit.setAccessibleName(field.label)
        self.edit.setPlaceholderText(field.hint)
        self.edit.setAccessibleDescription(field.error or field.hint)
        self._error.show_text(field.error)
        self._error.setVisible(bool(field.error))
        if bool(self.edit.property("wrong")) != bool(field.error):
            self.edit.setProperty("wrong", bool(field.error))
            repolish(self.edit)


class ReasonBody(SheetBody):
    wide, tall = 640, 0

    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__(theme, intents, "")
        self._text, self._facts = Text(theme, wrap=True), Text(theme, size=12.5, tone="muted", wrap=True)
        self._reason = AskedField(theme, 300)
        self._number: AskedField | None = None
        page = QWidget()
        told = QVBoxLayout(page)
        told.setContentsMargins(0, 0, 0, 0)
        told.setSpacing(8)
        told.addWidget(self._text)
        told.addWidget(self._facts)
        told.addStretch()
        self._page = Scroller(page, "")
        self.body.addWidget(self._page, 1)
        for each in self._reason.parts:
            self.body.addWidget(each)
        self._do = self.add_primary("", "Enter")
        self._do.clicked.connect(self._save)

    def show_sheet(self, sheet: ReasonSheet) -> None:
        self.set_title(sheet.title)
        self._page.setAccessibleName(sheet.title)
        self._text.show_text(sheet.body)
        self._facts.show_text(sheet.facts)
        self._facts.setVisible(bool(sheet.facts))
        self._reason.show_field(sheet.field)
        if sheet.number is not None:
            self._show_number(sheet.number)
        self._do.show_label(sheet.action)

    def _show_number(self, field: FormField) -> None:
        """Above the reason; a sheet that asks for a number does so from its first showing on."""
        if self._number is None:
            self._number = AskedField(self.theme, 64)
            for n, each in enumerate(self._number.parts, 1):
                self.body.insertWidget(n, each)
        self._number.show_field(field)

    def first_focus(self) -> QWidget:
        return self._reason.edit if self._number is None else self._number.edit

    def press(self, name: str) -> bool:
        if name != "Enter":
            return False
        self._save()
        return True

    def _save(self) -> None:
        number = {} if self._number is None else self._number.typed
        self.intents.form.emit({**number, **self._reason.typed})
