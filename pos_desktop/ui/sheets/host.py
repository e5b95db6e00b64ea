"""Dims the counter and shows one sheet in the middle."""

from __future__ import annotations

from importlib import import_module

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from pos_desktop.ui import tab_ring
from pos_desktop.ui.intents import Intents
from pos_desktop.ui.sheet_state import FieldsSheet, Sheet
from pos_desktop.ui.sheets.base import SheetBody
from pos_desktop.ui.state import Notice
from pos_desktop.ui.theme import Theme

BODIES = {
    "PaymentSheet": ("payment", "PaymentBody"),
    "ReckoningSheet": ("reckoning", "ReckoningBody"),
    "KeysSheet": ("keys", "KeysBody"),
    "NewPatientSheet": ("new_patient", "NewPatientBody"),
    "CertificationSheet": ("new_patient", "CertificationBody"),
    "RegistrySheet": ("new_patient", "RegistryBody"),
    "ReasonSheet": ("reason", "ReasonBody"),
    "PickReasonSheet": ("pick_reason", "PickReasonBody"),
    "FieldsSheet": ("fields", "FieldsBody"),
    "ChoiceSheet": ("lists", "ChoiceBody"),
    "HeldSheet": ("lists", "HeldBody"),
    "ProductsSheet": ("lists", "ProductsBody"),
    "PaperSheet": ("paper", "PaperBody"),
    "WeighSheet": ("weigh", "WeighBody"),
    "QuestionSheet": ("question", "QuestionBody"),
    "SecondPersonSheet": ("second_person", "SecondPersonBody"),
}
MARGIN = 24


class SheetHost(QWidget):
    """Covers the counter: touches beside the sheet go nowhere, and Tab stays inside it."""

    def __init__(self, theme: Theme, intents: Intents, window: QWidget) -> None:
        super().__init__(window)
        self._theme, self._intents, self._window = theme, intents, window
        self._body: SheetBody | None = None
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setProperty("overlay", True)
        self.hide()

    def show_sheet(self, sheet: Sheet | None) -> None:
        """Draw `sheet` into the body that is there when it is of the same kind, else into a new one."""
        if sheet is None:
            self._drop()
            self.hide()
            return
        kind = _kind_of(sheet)
        if self._body is None or self._body.kind != kind:
            self._drop()
            module, name = BODIES[type(sheet).__name__]
            body = getattr(import_module(f"pos_desktop.ui.sheets.{module}"), name)(self._theme, self._intents)
            self._body = body
            body.kind = kind
            body.setParent(self)
            body.show_sheet(sheet)
            self._open()
        else:
            self._body.show_sheet(sheet)
            self._place()

    def show_notice(self, notice: Notice | None) -> None:
        if self._body is not None:
            self._body.show_notice(notice)
            self._place()

    @property
    def body(self) -> SheetBody | None:
        return self._body

    def press(self, name: str) -> None:
        """A key by its name: the sheet's own first, then Esc as one step back."""
        if self._body is not None and not self._body.press(name) and name == "Esc":
            self._intents.back.emit()

    def restyle(self) -> None:
        self._place()

    def _open(self) -> None:
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()
        if self._body is not None:
            self._body.show()
            self._place()
            self._body.first_focus().setFocus(Qt.FocusReason.OtherFocusReason)

    def _drop(self) -> None:
        if self._body is not None:
            self._body.hide()
            self._body.deleteLater()
            self._body = None

    def _place(self) -> None:
        body = self._body
        if body is None:
            return
        room = self.rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        width = min(self._theme.px(body.wide), room.width())
        body.resize(width, body.height())
        body.frame.activate()
        wanted = body.heightForWidth(width) if body.hasHeightForWidth() else body.sizeHint().height()
        height = min(max(wanted, self._theme.px(body.tall)), room.height())
        body.setGeometry(QRect((self.width() - width) // 2, (self.height() - height) // 2, width, height))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), self._theme.color("scrim"))

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes round inside the sheet."""
        return self._body is not None and tab_ring.step(self._body.tab_stops(), forward=forward)


def _kind_of(sheet: Sheet) -> str:
    """Fields of another step make another sheet: with its own size, and the keys in its first field."""
    return f"FieldsSheet {sheet.title}" if isinstance(sheet, FieldsSheet) else type(sheet).__name__
