"""The middle of the counter: notice, lines, refusal with its fixes, keys."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from pos_desktop.ui.counter.cart_view import CartView
from pos_desktop.ui.intents import Intents
from pos_desktop.ui.state import CounterState, FixButton, KeyHint, Notice, RefusalCard, Tone
from pos_desktop.ui.theme import Theme, Weight
from pos_desktop.ui.widgets.buttons import KeyButton, Kind
from pos_desktop.ui.widgets.flow import FlowLayout
from pos_desktop.ui.widgets.text import Rule, Text, set_look


class FixRow(QWidget):
    """The ways out, each with its key."""

    def __init__(self, theme: Theme, intents: Intents, kind: Kind) -> None:
        super().__init__()
        self._theme, self._intents, self._kind = theme, intents, kind
        self._flow = FlowLayout(10, 8)
        self.setLayout(self._flow)
        self._buttons: list[tuple[KeyButton, str]] = []

    def show_fixes(self, fixes: tuple[FixButton, ...]) -> None:
        if [(b.text(), b.key, i) for b, i in self._buttons] == [(f.label, f.key, f.id) for f in fixes]:
            return
        for button, _ in self._buttons:
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = []
        for fix in fixes:
            button = KeyButton(self._theme, fix.label, fix.key, kind=self._kind)
            button.setProperty("fix", fix.id)
            button.clicked.connect(self._pressed)
            self._buttons.append((button, fix.id))
            self._flow.addWidget(button)
            button.show()  # at once: until it is shown the row has no size, and the card around it no room
        self.updateGeometry()

    def _pressed(self) -> None:
        self._intents.fix.emit(self.sender().property("fix"))


class RefusalView(QFrame):
    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__()
        self.setProperty("look", "danger")
        self._headline = Text(theme, weight=Weight.SEMI, tone="danger", wrap=True)
        self._body = Text(theme, wrap=True)
        self._fixes = FixRow(theme, intents, Kind.DANGER)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 14, 16, 14)
        box.setSpacing(4)
        box.addWidget(self._headline)
        box.addWidget(self._body)
        box.addSpacing(6)
        box.addWidget(self._fixes)

    def show_refusal(self, refusal: RefusalCard) -> None:
        self._headline.show_text(refusal.headline)
        self._body.show_text(refusal.body)
        self._fixes.setVisible(bool(refusal.fixes))
        self._fixes.show_fixes(refusal.fixes)


class NoticeView(QFrame):
    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__()
        self._shown: Notice | None = None
        self._text = Text(theme, wrap=True)
        self._action = FixRow(theme, intents, Kind.PLAIN)
        self._box = box = QHBoxLayout(self)
        box.setContentsMargins(14, 8, 8, 8)
        box.setSpacing(12)
        box.addWidget(self._text, 1)
        box.addWidget(self._action)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        """The way out stands beside the sentence where that leaves the sentence most of the width, else below."""
        beside = 3 * self._action.sizeHint().width() <= self.width()
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if way is not self._box.direction():
            self._box.setDirection(way)

    def show_notice(self, notice: Notice) -> None:
        if notice != self._shown:
            self._shown = notice
            set_look(self, notice.tone.value)
            self._text.show_text(notice.text)
            self._text.set_tone("" if notice.tone is Tone.PLAIN else notice.tone.value)
            self._action.setVisible(notice.action is not None)
            self._action.show_fixes((notice.action,) if notice.action is not None else ())
        if notice.action is not None:
            self._turn()


class HintRow(QWidget):
    """The keys that work now; a touch on one does what the key does."""

    key_pressed = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._flow = FlowLayout(6, 0)
        self.setLayout(self._flow)
        self._shown: tuple[KeyHint, ...] = ()
        self._buttons: list[KeyButton] = []

    def show_hints(self, hints: tuple[KeyHint, ...]) -> None:
        if hints == self._shown:
            return
        self._shown = hints
        while len(self._buttons) < len(hints):
            button = KeyButton(self._theme, kind=Kind.HINT)
            button.clicked.connect(self._pressed)
            self._buttons.append(button)
            self._flow.addWidget(button)
        for n, button in enumerate(self._buttons):
            button.setVisible(n < len(hints))
            if n < len(hints):
                button.show_label(hints[n].label, hints[n].key)
        self.updateGeometry()

    def _pressed(self) -> None:
        button = self.sender()
        if isinstance(button, KeyButton):
            self.key_pressed.emit(button.key)


class CartPanel(QFrame):
    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self._theme, self._intents = theme, intents
        self.view = CartView(theme)
        self.view.row_chosen.connect(intents.select_row)
        self.view.fold_changed.connect(self._fit_foot)
        self._refused = False
        self.hints = HintRow(theme)
        self._empty = Text(theme, tone="muted", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._notice: NoticeView | None = None
        self._refusal: RefusalView | None = None
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0)
        self._box.addWidget(self.view, 1)
        self._box.addWidget(self._empty, 1)
        self._box.addStretch(0)
        self._foot = QWidget()
        foot = QVBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(0)
        foot.addWidget(Rule())
        keys = QHBoxLayout()
        keys.setContentsMargins(8, 0, 8, 0)
        keys.addWidget(self.hints)
        foot.addLayout(keys)
        self._box.addWidget(self._foot)

    def show_state(self, state: CounterState) -> None:
        self._show_notice(state.notice)
        self.view.show_rows(state.cart, state.selected)
        empty = not state.cart
        if self._empty.isHidden() == empty:
            self._empty.setVisible(empty)
        if empty:
            self._empty.show_text(state.cart_empty)
        self._show_refusal(state.refusal)
        self.view.hug(empty or state.refusal is not None)
        self.hints.show_hints(state.hints)
        self._refused = state.refusal is not None
        self._fit_foot()

    def _fit_foot(self) -> None:
        """In a narrow cart the refusal's own ways out need the room; F1 tells all keys."""
        self._foot.setVisible(not (self._refused and self.view.folded))

    def _show_notice(self, notice: Notice | None) -> None:
        if notice is not None and self._notice is None:
            self._notice = NoticeView(self._theme, self._intents)
            self._notice_frame = _framed(self._notice, 8, 8, 8, 0)
            self._box.insertWidget(0, self._notice_frame)
        if self._notice is not None:
            self._notice_frame.setVisible(notice is not None)
            self._notice.show_notice(notice or Notice(Tone.PLAIN, ""))

    def _show_refusal(self, refusal: RefusalCard | None) -> None:
        if refusal is not None and self._refusal is None:
            self._refusal = RefusalView(self._theme, self._intents)
            self._refusal_frame = _framed(self._refusal, 12, 12, 12, 12)
            self._box.insertWidget(self._box.indexOf(self._empty) + 1, self._refusal_frame)
        if self._refusal is not None:
            self._refusal_frame.setVisible(refusal is not None)
            self._refusal.show_refusal(refusal or RefusalCard("", ""))


def _framed(inner: QWidget, *margins: int) -> QWidget:
    """Its margins go with it when it is hidden; a layout's would stay as a gap."""
    frame = QWidget()
    box = QVBoxLayout(frame)
    box.setContentsMargins(*margins)
    box.addWidget(inner)
    return frame
