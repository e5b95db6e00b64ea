"""Sheets that are a list to choose from."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from pos_desktop.ui.intents import Intents
from pos_desktop.ui.sheet_state import ChoiceSheet, HeldSheet, ProductsSheet
from pos_desktop.ui.sheets.base import SheetBody
from pos_desktop.ui.state import ResultRow
from pos_desktop.ui.theme import TOUCH, Theme
from pos_desktop.ui.widgets.private_line import PrivateLine
from pos_desktop.ui.widgets.rows import RowList
from pos_desktop.ui.widgets.text import Text


class ListBody(SheetBody):
    """A sentence, a list, and what to say when the list is empty."""

    wide, tall = 640, 420

    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__(theme, intents, "")
        self.intro = Text(theme, wrap=True)
        self.list = RowList(theme, self.tr("To choose from"))
        self.list.chosen.connect(self._chosen)
        self.empty = Text(theme, tone="muted", wrap=True)
        self.body.addWidget(self.intro)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.empty)
        self._pick = self.add_primary(self.tr("Choose"), "Enter")
        self._pick.clicked.connect(self.list.choose_current)

    def show_rows(self, rows: tuple[ResultRow, ...], intro: str, empty: str) -> None:
        self.intro.show_text(intro)
        self.intro.setVisible(bool(intro))
        self.list.show_rows(rows)
        self.list.setVisible(bool(rows))
        self.empty.show_text(empty)
        self.empty.setVisible(not rows)
        self._pick.setVisible(bool(rows))

    def first_focus(self) -> QWidget:
        return self.list if self.list.count() else self

    def press(self, name: str) -> bool:
        if name in ("Up", "Down"):
            self.list.step(-1 if name == "Up" else 1)
        elif name == "Enter":
            self.list.choose_current()
        else:
            return False
        return True

    def _chosen(self, row: object) -> None:
        self.intents.choose.emit(row)


class ChoiceBody(ListBody):
    def show_sheet(self, sheet: ChoiceSheet) -> None:
        self.set_title(sheet.title)
        self.show_rows(sheet.rows, sheet.intro, sheet.empty_text)


class HeldBody(ListBody):
    def show_sheet(self, sheet: HeldSheet) -> None:
        self.set_title(self.tr("Held carts"))
        self.show_rows(sheet.rows, "", sheet.empty_text)

    def _chosen(self, row: object) -> None:
        if isinstance(row, ResultRow):
            self.intents.recall.emit(row.id)


class ProductsBody(ListBody):
    """F3: type a few letters of the name."""

    wide, tall = 720, 560

    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__(theme, intents)
        self.set_title(self.tr("Products"))
        self._field = PrivateLine()
        self._field.setFont(theme.font(15.5))
        self._field.setFixedHeight(theme.dim(TOUCH))
        self._field.setAccessibleName(self.tr("Name of the product"))
        self._field.setPlaceholderText(self.tr("Type a part of the name"))
        self._field.setMaxLength(100)
        self._field.textEdited.connect(intents.product_query)
        self.body.insertWidget(0, self._field)

    def show_sheet(self, sheet: ProductsSheet) -> None:
        self.show_rows(sheet.rows, "", sheet.empty_text)

    def first_focus(self) -> QWidget:
        return self._field
