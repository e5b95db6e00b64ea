"""The right column: totals, Take payment, what else can be done, the scale."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from pos_desktop.ui.intents import Intents, Opens
from pos_desktop.ui.state import Action, CounterState, ScaleCard, Tone, TotalRow
from pos_desktop.ui.theme import Theme, Weight
from pos_desktop.ui.widgets.buttons import KeyButton, Kind
from pos_desktop.ui.widgets.live import FitText, Live
from pos_desktop.ui.widgets.pill import Pill
from pos_desktop.ui.widgets.text import Rule, Text

SCALE_HEIGHT = 110
"""What the scale's card needs at 100 % text; a hidden card does not know its own height."""

_NO_SCALE = ScaleCard("", "", Tone.PLAIN, "")


class TotalsView(QFrame):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self._theme = theme
        self._lines: list[tuple[Live, Live]] = []
        self._total = FitText(theme, size=34, smallest=18)
        self._label = Text(theme, self.tr("Total"), weight=Weight.SEMI)
        self._rows = QVBoxLayout()
        self._rule = Rule()
        last = QHBoxLayout()
        last.addWidget(self._label, 0, Qt.AlignmentFlag.AlignBottom)
        last.addWidget(self._total, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 16, 16, 14)
        box.setSpacing(12)
        box.addLayout(self._rows)
        box.addWidget(self._rule)
        box.addLayout(last)
        self.restyle()

    def restyle(self) -> None:
        self._rows.setSpacing(self._theme.dim(8))
        self._label.setContentsMargins(0, 0, 0, self._theme.px(6))  # on the line that the figure stands on

    def show_totals(self, rows: tuple[TotalRow, ...], total: str) -> None:
        while len(self._lines) < len(rows):
            label = Live(self._theme, size=12.5, tone="muted", wrap=True)
            amount = Live(self._theme, size=15.5)
            line = QHBoxLayout()
            line.addWidget(label, 1)
            line.addWidget(amount)
            self._rows.addLayout(line)
            self._lines.append((label, amount))
        for n, (label, amount) in enumerate(self._lines):
            row = rows[n] if n < len(rows) else TotalRow("", "")  # a hidden label is emptied too
            label.setVisible(n < len(rows))
            amount.setVisible(n < len(rows))
            label.show_text(row.label)
            amount.show_text(row.amount, f"{row.label} {row.amount}")
        self._rule.setVisible(bool(rows))
        self._total.show_text(total, self.tr("Total {amount}").format(amount=total))


class ScaleView(QFrame):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self._pill = Pill(theme, height=24, size=12)
        self._weight = FitText(theme, size=27, smallest=15, align=Qt.AlignmentFlag.AlignLeft)
        self._detail = Text(theme, size=12.5, tone="muted", wrap=True)
        head = QHBoxLayout()
        head.addWidget(Text(theme, self.tr("Scale"), size=12, weight=Weight.SEMI, tone="muted", caps=True), 1)
        head.addWidget(self._pill)
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 12, 14, 12)
        box.setSpacing(4)
        box.addLayout(head)
        box.addWidget(self._weight)
        box.addWidget(self._detail)

    def show_scale(self, scale: ScaleCard) -> None:
        self._pill.show_pill(scale.pill, scale.tone)
        self._weight.show_text(scale.weight)
        self._detail.show_text(scale.detail)


class MoneyPanel(QWidget):
    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__()
        self._theme, self._intents = theme, intents
        self._totals = TotalsView(theme)
        self._pay = KeyButton(theme, self.tr("Take payment"), "F12", kind=Kind.PRIMARY, height=76, size=20)
        self._why_not = Text(theme, size=12.5, tone="muted", wrap=True)
        self._hold = KeyButton(theme, self.tr("Hold"), "F6", height=52)
        self._reprint = KeyButton(theme, self.tr("Reprint"), "F10", height=52)
        self._reprint.setAccessibleName(self.tr("Print the last receipt again"))
        self._weigh = KeyButton(theme, self.tr("Weigh flower"), "F8", height=52)
        self._clear = KeyButton(theme, self.tr("Clear sale"), kind=Kind.DANGER, height=52)
        self._scale: ScaleView | None = None
        self._scale_works = False
        self._pair = QHBoxLayout()
        self._pair.setSpacing(12)
        self._pair.addWidget(self._hold)
        self._pair.addWidget(self._reprint)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(12)
        for widget in (self._totals, self._pay, self._why_not):
            self._box.addWidget(widget)
        self._box.addLayout(self._pair)
        self._box.addWidget(self._weigh)
        self._box.addStretch()
        self._box.addWidget(self._clear)
        self._pay.clicked.connect(intents.pay)
        self._hold.clicked.connect(intents.hold_or_recall)
        self._reprint.clicked.connect(intents.reprint)
        self._weigh.clicked.connect(self._open_weigh)
        self._clear.clicked.connect(intents.clear_sale)

    def least_width(self) -> int:
        return self._pay.sizeHint().width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stack_pair()
        self._fit_scale()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self._fit_scale()
        return done

    def _stack_pair(self) -> None:
        """Side by side where both fit whole."""
        hold, reprint = self._hold.sizeHint().width(), self._reprint.sizeHint().width()
        side_by_side = (
            self._reprint.isHidden() or 2 * max(hold, reprint) + self._pair.spacing() <= self.width()
        )
        way = QBoxLayout.Direction.LeftToRight if side_by_side else QBoxLayout.Direction.TopToBottom
        if way is not self._pair.direction():
            self._pair.setDirection(way)

    def show_state(self, state: CounterState) -> None:
        self._totals.show_totals(state.totals, state.total)
        self._pay.setEnabled(state.can_pay)
        why = "" if state.can_pay or state.refusal is not None else state.why_not
        self._why_not.show_text(why)
        self._why_not.setVisible(bool(why))
        self._pay.setAccessibleDescription(state.why_not or self.tr("Key F12"))
        for button, action, word in (
            (self._hold, state.hold, self.tr("Hold")),
            (self._reprint, state.reprint, self.tr("Reprint")),
            (self._weigh, state.weigh, self.tr("Weigh flower")),
            (self._clear, state.clear, self.tr("Clear sale")),
        ):
            _show_action(button, action, word)
        self._stack_pair()
        self.show_scale(state.scale)

    def show_scale(self, scale: ScaleCard | None) -> None:
        if scale is not None and self._scale is None:
            self._scale = ScaleView(self._theme)
            self._box.insertWidget(self._box.indexOf(self._clear), self._scale)
        if self._scale is not None:
            if self._scale_works is not (scale is not None):
                self._scale_works = scale is not None
                self._fit_scale()
            self._scale.show_scale(scale or _NO_SCALE)

    def _fit_scale(self) -> None:
        """In a low window the live weight gives way; weighing (F8) shows it."""
        if self._scale is None:
            return
        items = (self._box.itemAt(n) for n in range(self._box.count()))
        others = [each for each in items if each and not each.isEmpty() and each.widget() is not self._scale]
        taken = sum(each.sizeHint().height() + self._box.spacing() for each in others)
        fits = taken + self._theme.px(SCALE_HEIGHT) <= self.height()
        self._scale.setVisible(self._scale_works and fits)

    def _open_weigh(self) -> None:
        self._intents.open_sheet.emit(Opens.WEIGH)


def _show_action(button: KeyButton, action: Action, word: str) -> None:
    button.setVisible(action.shown)
    button.setEnabled(action.enabled)
    button.show_label(action.label or word)
