"""Tender: one keystroke per decision; the change stays on the screen until the next sale."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from pos_desktop.ui.intents import Intents
from pos_desktop.ui.sheet_state import PaymentSheet
from pos_desktop.ui.sheets.base import SheetBody
from pos_desktop.ui.sheets.payment_done import DoneView
from pos_desktop.ui.state import Tone
from pos_desktop.ui.theme import Theme
from pos_desktop.ui.widgets.buttons import KeyButton
from pos_desktop.ui.widgets.check import Check
from pos_desktop.ui.widgets.live import FitText
from pos_desktop.ui.widgets.text import Text, card

ROWS = (("7", "8", "9"), ("4", "5", "6"), ("1", "2", "3"), ("back", "0", "."))
DIGITS = frozenset("0123456789.")
LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


class ButtonRow(QHBoxLayout):
    """Equal buttons side by side; with `places`, each takes its share of that many, so that one alone is no banner."""

    def __init__(self, theme: Theme, height: int, places: int = 0) -> None:
        super().__init__()
        self._theme, self._height, self._places = theme, height, places
        self.buttons: list[KeyButton] = []
        self.ids: list[str] = []
        self.setSpacing(10)
        self.addStretch(places)

    def show_buttons(self, wanted: list[tuple[str, str, str]], slot: object) -> None:
        """(id, label, key) each."""
        while len(self.buttons) < len(wanted):
            button = KeyButton(self._theme, height=self._height)
            button.clicked.connect(slot)
            self.buttons.append(button)
            self.insertWidget(len(self.buttons) - 1, button, 1)
            self.setStretch(len(self.buttons), max(0, self._places - len(self.buttons)))
        self.ids = [each[0] for each in wanted]
        for n, button in enumerate(self.buttons):
            button.setVisible(n < len(wanted))
            if n < len(wanted):
                button.show_label(wanted[n][1], wanted[n][2])

    def id_of(self, button: object) -> str:
        return self.ids[self.buttons.index(button)] if isinstance(button, KeyButton) else ""


class PaymentBody(SheetBody):
    wide, tall = 920, 600

    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__(theme, intents, "")
        self.set_title(self.tr("Take payment"))
        self._state: PaymentSheet | None = None
        self._due = FitText(theme, size=44, smallest=24, align=Qt.AlignmentFlag.AlignLeft)
        self._who = Text(theme, size=12.5, tone="muted", wrap=True)
        self._who.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom)
        self._who.setContentsMargins(0, 0, 0, theme.px(8))
        self._paid = Text(theme, size=12.5, wrap=True)
        self._tenders, self._quick = ButtonRow(theme, 52, places=3), ButtonRow(theme, 52)
        self._checks: dict[str, Check] = {}
        self._done: DoneView | None = None
        self._paying = self._build_paying()
        self.body.addWidget(self._paying, 1)
        self.back.setMinimumWidth(theme.dim(150))
        self._copy = KeyButton(theme, self.tr("Print copy"), "F10", height=52)
        self._copy.clicked.connect(intents.reprint)
        self.foot.addWidget(self._copy, 0, Qt.AlignmentFlag.AlignTop)
        self._complete = self.add_primary(self.tr("Complete sale"), "Enter", height=64, size=19)
        self._complete.clicked.connect(self._go_on)
        self._keypad = self._build_keypad()
        self.frame.addWidget(self._keypad, 0, Qt.AlignmentFlag.AlignTop)

    # -- building

    def _build_paying(self) -> QWidget:
        head = QHBoxLayout()
        head.addWidget(self._due, 1)
        head.addWidget(self._who, 1)
        self._options = QHBoxLayout()
        self._options.setSpacing(18)
        self._options.addStretch()
        self._why_not = Text(self.theme, size=12.5, tone="muted", wrap=True)
        page = QWidget()
        left = QVBoxLayout(page)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(14)
        left.addLayout(head)
        left.addWidget(self._paid)
        left.addSpacing(4)
        left.addLayout(self._tenders)
        left.addLayout(self._quick)
        left.addSpacing(4)
        left.addWidget(self._build_change())
        left.addLayout(self._options)
        left.addWidget(self._why_not)
        left.addStretch()
        return page

    def _build_change(self) -> QWidget:
        well = card("well")
        grid = QGridLayout(well)
        grid.setContentsMargins(16, 14, 16, 16)
        grid.setVerticalSpacing(12)
        self._received_label = Text(self.theme, size=12.5, tone="muted")
        self._received = FitText(self.theme, size=27, smallest=15)
        self._change_label = Text(self.theme, size=12.5, tone="muted")
        self._change = FitText(self.theme, size=34, tone="good", smallest=15)
        self._words = Text(self.theme, size=12.5, tone="muted", wrap=True)
        low = Qt.AlignmentFlag.AlignBottom  # a label stands on the line of its figure
        self._received_label.setContentsMargins(0, 0, 0, self.theme.px(5))
        self._change_label.setContentsMargins(0, 0, 0, self.theme.px(6))
        grid.addWidget(self._received_label, 0, 0, low)
        grid.addWidget(self._received, 0, 1)
        grid.addWidget(self._change_label, 1, 0, low)
        grid.addWidget(self._change, 1, 1)
        grid.addWidget(self._words, 2, 0, 1, 2)
        grid.setColumnStretch(1, 1)
        return well

    def _build_keypad(self) -> QWidget:
        pad = QWidget()
        grid = QGridLayout(pad)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(10)
        for y, row in enumerate(ROWS):
            for x, key in enumerate(row):
                icon = "back" if key == "back" else ""
                button = KeyButton(self.theme, "" if icon else key, height=72, size=22, icon_name=icon)
                button.setAccessibleName(self._spoken(key))
                button.setProperty("digit", key)
                button.setMinimumWidth(self.theme.dim(84))
                button.clicked.connect(self._digit_pressed)
                grid.addWidget(button, y, x)
        return pad

    def _spoken(self, key: str) -> str:
        return {"back": self.tr("Rub out the last digit"), ".": self.tr("Decimal point")}.get(key, key)

    # -- drawing

    def show_sheet(self, sheet: PaymentSheet) -> None:
        self._state = sheet
        done = sheet.done is not None
        if done and self._done is None:
            self._done = DoneView(self.theme)
            self.body.addWidget(self._done, 1)
        for widget in (self._paying, self._keypad, self.back):
            widget.setVisible(not done)
        self._copy.setVisible(done)
        if self._done is not None:
            self._done.setVisible(done)
        if done:
            self._show_done(sheet)
        else:
            self._show_paying(sheet)

    def _show_done(self, sheet: PaymentSheet) -> None:
        self.set_title(self.tr("Sale done"))
        if self._done is not None:
            self._done.show_done(sheet)
        self._complete.show_label(self.tr("Next sale"))
        self._complete.setEnabled(True)
        self.setFocus()

    def _show_paying(self, sheet: PaymentSheet) -> None:
        self.set_title(self.tr("Take payment"))
        self._due.show_text(sheet.due, self.tr("Amount due {amount}").format(amount=sheet.due))
        self._who.show_text(sheet.who)
        self._tenders.show_buttons([(t.id, t.label, t.key) for t in sheet.tenders], self._tender_pressed)
        for tender, button in zip(sheet.tenders, self._tenders.buttons, strict=False):
            button.setCheckable(True)
            button.setChecked(tender.id == sheet.tender)
        self._paid.show_text(sheet.paid)
        self._paid.setVisible(bool(sheet.paid))
        self._quick.show_buttons([(q.id, q.label, q.key) for q in sheet.quick], self._quick_pressed)
        self._show_change(sheet)
        self._show_options(sheet)
        self._why_not.show_text(sheet.why_not)
        self._why_not.setVisible(bool(sheet.why_not))
        self._complete.show_label(sheet.complete or self.tr("Complete sale"))
        self._complete.setEnabled(sheet.can_complete)
        self._complete.setAccessibleDescription(sheet.why_not or self.tr("Key Enter"))

    def _show_change(self, sheet: PaymentSheet) -> None:
        self._received_label.show_text(sheet.received_label)
        self._received.show_text(sheet.received, f"{sheet.received_label} {sheet.received}")
        self._change_label.show_text(sheet.change_label)
        self._change.show_text(sheet.change, f"{sheet.change_label} {sheet.change}")
        self._change.set_tone("" if sheet.change_tone is Tone.PLAIN else sheet.change_tone.value)
        self._words.show_text(sheet.change_words)

    def _show_options(self, sheet: PaymentSheet) -> None:
        for option in sheet.options:
            if option.id not in self._checks:
                check = Check(self.theme, option.label)
                check.setProperty("option", option.id)
                check.clicked.connect(self._option_pressed)
                self._checks[option.id] = check
                self._options.insertWidget(len(self._checks) - 1, check)
            self._checks[option.id].setChecked(option.checked)

    def tab_stops(self) -> list[QWidget]:
        """The left column first, then the keys at its side."""
        ring = super().tab_stops()
        return sorted(ring, key=self._keypad.isAncestorOf)

    # -- answering

    def press(self, name: str) -> bool:
        state = self._state
        if state is None:
            return False
        if state.done is not None:
            return self._press_done(name)
        tender = next((t for t in state.tenders if t.key == name), None)
        quick = next((q for q in state.quick if q.key == name), None)
        if tender is not None:
            self.intents.tender.emit(tender.id)
        elif quick is not None:
            self.intents.quick_amount.emit(quick.id)
        elif name in DIGITS or (state.letters and name in LETTERS):
            self.intents.tender_key.emit(name)
        elif name == "Backspace":
            self.intents.tender_key.emit("back")
        elif name == "Enter":
            if state.can_complete:
                self.intents.complete.emit()
        else:
            return False
        return True

    def _press_done(self, name: str) -> bool:
        if name == "Enter":
            self.intents.next_sale.emit()
        elif name == "F10":
            self.intents.reprint.emit()
        else:
            return False
        return True

    def _go_on(self) -> None:
        done = self._state is not None and self._state.done is not None
        (self.intents.next_sale if done else self.intents.complete).emit()

    def _tender_pressed(self) -> None:
        self.intents.tender.emit(self._tenders.id_of(self.sender()))

    def _quick_pressed(self) -> None:
        self.intents.quick_amount.emit(self._quick.id_of(self.sender()))

    def _digit_pressed(self) -> None:
        self.intents.tender_key.emit(self.sender().property("digit"))

    def _option_pressed(self) -> None:
        check = self.sender()
        if isinstance(check, Check):
            self.intents.option.emit(check.property("option"), check.isChecked())
