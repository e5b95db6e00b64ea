"""A few fields, and one out of a list where that is asked: what a step writes down."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from pos_desktop.ui.intents import Intents
from pos_desktop.ui.sheet_state import FieldsSheet, FormField
from pos_desktop.ui.sheets.base import SheetBody
from pos_desktop.ui.sheets.reason import AskedField
from pos_desktop.ui.theme import Theme
from pos_desktop.ui.widgets.buttons import KeyButton
from pos_desktop.ui.widgets.emptying import take_widgets
from pos_desktop.ui.widgets.flow import FlowLayout
from pos_desktop.ui.widgets.scroller import Scroller
from pos_desktop.ui.widgets.text import Text


class FieldsBody(SheetBody):
    wide, tall = 640, 0

    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__(theme, intents, "")
        self._text = Text(theme, wrap=True)
        self._fields: dict[str, AskedField] = {}
        self._pick_label = Text(theme, wrap=True)
        self._picks = QWidget()
        self._flow = FlowLayout(8, 8)
        self._picks.setLayout(self._flow)
        self._buttons: list[KeyButton] = []
        self._ids: tuple[tuple[str, str], ...] = ()
        page = QWidget()
        self._box = QVBoxLayout(page)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(8)
        self._page = Scroller(page, "")
        self.body.addWidget(self._text)
        self.body.addWidget(self._page, 1)
        self.body.addWidget(self._pick_label)
        self.body.addWidget(self._picks)
        self._do = self.add_primary("", "Enter")
        self._do.clicked.connect(self._save)
        intents.scanned.connect(self._scanned)

    def show_sheet(self, sheet: FieldsSheet) -> None:
        self.set_title(sheet.title)
        self._page.setAccessibleName(sheet.title)
        self._text.show_text(sheet.body)
        self._text.setVisible(bool(sheet.body))
        if list(self._fields) != [each.id for each in sheet.fields]:
            self._build(sheet.fields)
        for each in sheet.fields:
            self._fields[each.id].show_field(each)
        self._page.setVisible(bool(sheet.fields))
        self._pick_label.show_text(sheet.pick_label)
        self._pick_label.setVisible(bool(sheet.picks))
        self._picks.setVisible(bool(sheet.picks))
        if sheet.picks != self._ids:
            self._build_picks(sheet.picks)
        self._do.show_label(sheet.action)
        self._page.updateGeometry()
        wrong = next((self._fields[each.id].edit for each in sheet.fields if each.error), None)
        if wrong is not None:
            wrong.setFocus()
            wrong.selectAll()

    def first_focus(self) -> QWidget:
        empty = (each.edit for each in self._fields.values() if not each.edit.text())
        first = next(iter(self._fields.values()), None)
        return next(empty, self if first is None else first.edit)

    def press(self, name: str) -> bool:
        if name in ("Up", "Down") and self._buttons:
            self.pick((self.picked + (1 if name == "Down" else -1)) % len(self._buttons))
        elif name == "Enter":
            self._save()
        else:
            return False
        return True

    def _scanned(self, text: str) -> None:
        """A number that is printed on a bag, seal or slip goes into the field that has the keys."""
        edits = [each.edit for each in self._fields.values()]
        edit = next((each for each in edits if each.hasFocus()), edits[0] if edits else None)
        if edit is not None:
            edit.setText(text.strip())
            edit.selectAll()

    def _build(self, fields: tuple[FormField, ...]) -> None:
        take_widgets(self._box, 0, self._box.count())
        self._fields = {each.id: AskedField(self.theme, 60) for each in fields}
        for asked in self._fields.values():
            for part in asked.parts:
                self._box.addWidget(part)

    def _build_picks(self, picks: tuple[tuple[str, str], ...]) -> None:
        for button in self._buttons:
            self._flow.removeWidget(button)
            button.deleteLater()
        self._buttons, self._ids = [], picks
        for _, words in picks:
            button = KeyButton(self.theme, words)
            button.setCheckable(True)
            button.clicked.connect(self._pressed)
            self._flow.addWidget(button)
            self._buttons.append(button)
        self.pick(0)

    def pick(self, n: int) -> None:
        self.picked = n
        for at, button in enumerate(self._buttons):
            button.setChecked(at == n)

    def _pressed(self) -> None:
        self.pick(next(n for n, each in enumerate(self._buttons) if each is self.sender()))

    def _save(self) -> None:
        typed = {id_: each.edit.text() for id_, each in self._fields.items()}
        picked = {"pick": self._ids[self.picked][0]} if self._ids else {}
        self.intents.form.emit({**typed, **picked})
