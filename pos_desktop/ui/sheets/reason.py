"""A manager's decision with its reason in words."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from pos_desktop.ui.intents import Intents
from pos_desktop.ui.sheet_state import ReasonSheet
from pos_desktop.ui.sheets.base import SheetBody
from pos_desktop.ui.theme import TOUCH, Theme
from pos_desktop.ui.widgets.scroller import Scroller
from pos_desktop.ui.widgets.text import Text, repolish


class ReasonBody(SheetBody):
    wide, tall = 640, 380

    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__(theme, intents, "")
        self._field_id = ""
        self._text, self._facts = Text(theme, wrap=True), Text(theme, size=12.5, tone="muted", wrap=True)
        self._label, self._error = Text(theme, wrap=True), Text(theme, size=12.5, tone="danger", wrap=True)
        self._edit = QLineEdit()
        self._edit.setFont(theme.font(15.5))
        self._edit.setFixedHeight(theme.dim(TOUCH))
        self._edit.setMaxLength(300)
        self._label.setBuddy(self._edit)
        page = QWidget()
        told = QVBoxLayout(page)
        told.setContentsMargins(0, 0, 0, 0)
        told.setSpacing(8)
        told.addWidget(self._text)
        told.addWidget(self._facts)
        told.addStretch()
        self._page = Scroller(page, "")
        self.body.addWidget(self._page, 1)
        for each in (self._label, self._edit, self._error):
            self.body.addWidget(each)
        self._do = self.add_primary("", "Enter")
        self._do.clicked.connect(self._save)

    def show_sheet(self, sheet: ReasonSheet) -> None:
        field = sheet.field
        if field.id != self._field_id:
            self._field_id = field.id
            self._edit.setText(field.value)
        self.set_title(sheet.title)
        self._page.setAccessibleName(sheet.title)
        self._text.show_text(sheet.body)
        self._facts.show_text(sheet.facts)
        self._facts.setVisible(bool(sheet.facts))
        self._label.show_text(field.label)
        self._edit.setAccessibleName(field.label)
        self._edit.setPlaceholderText(field.hint)
        self._edit.setAccessibleDescription(field.error or field.hint)
        self._error.show_text(field.error)
        self._error.setVisible(bool(field.error))
        if bool(self._edit.property("wrong")) != bool(field.error):
            self._edit.setProperty("wrong", bool(field.error))
            repolish(self._edit)
        self._do.show_label(sheet.action)

    def first_focus(self) -> QWidget:
        return self._edit

    def press(self, name: str) -> bool:
        if name != "Enter":
            return False
        self._save()
        return True

    def _save(self) -> None:
        self.intents.form.emit({self._field_id: self._edit.text()})
