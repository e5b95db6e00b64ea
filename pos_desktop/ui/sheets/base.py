"""What all sheets share: a title, a place for the content, a foot with Back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from pos_desktop.ui import tab_ring
from pos_desktop.ui.intents import Intents
from pos_desktop.ui.state import Notice, Tone
from pos_desktop.ui.theme import Theme, Weight
from pos_desktop.ui.widgets.buttons import KeyButton, Kind
from pos_desktop.ui.widgets.text import Text, card, set_look


@dataclass(frozen=True, slots=True, repr=False)
class Typed:
    """What somebody typed and picked in a sheet and did not save yet; `at` is the field that had the keys, or -1."""

    kind: str
    texts: tuple[str, ...]
    at: int
    picked: int


class SheetBody(QFrame):
    """One sheet. `wide` and `tall` are its size at 100 % text; it never outgrows the window."""

    wide, tall = 640, 0

    def __init__(self, theme: Theme, intents: Intents, title: str) -> None:
        super().__init__()
        self.kind = ""
        self.picked = 0
        self.theme, self.intents = theme, intents
        self.setProperty("look", "card")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(title)
        self.title = Text(theme, title, size=12, weight=Weight.SEMI, tone="muted", caps=True)
        self._notice, self._notice_text = card("plain"), Text(theme, wrap=True)
        inside = QHBoxLayout(self._notice)
        inside.setContentsMargins(14, 8, 14, 8)
        inside.addWidget(self._notice_text)
        self._notice.hide()
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        self.foot = QHBoxLayout()
        self.foot.setSpacing(12)
        self.back = KeyButton(theme, self.tr("Back"), "Esc", height=52)
        self.back.clicked.connect(intents.back)
        self.foot.addWidget(self.back, 0, Qt.AlignmentFlag.AlignTop)
        main = QVBoxLayout()
        main.setSpacing(12)
        main.addWidget(self.title)
        main.addWidget(self._notice)
        main.addLayout(self.body, 1)
        main.addLayout(self.foot)
        self.frame = QHBoxLayout(self)
        self.frame.setContentsMargins(24, 24, 24, 24)
        self.frame.setSpacing(28)
        self.frame.addLayout(main, 1)

    def show_sheet(self, sheet: Any) -> None:
        """Draw a state of this body's own kind."""

    def show_notice(self, notice: Notice | None) -> None:
        """What the counter has to say while this sheet lies over it."""
        self._notice.setVisible(notice is not None)
        if notice is not None:
            set_look(self._notice, notice.tone.value)
            self._notice_text.show_text(notice.text)
            self._notice_text.set_tone("" if notice.tone is Tone.PLAIN else notice.tone.value)

    def press(self, name: str) -> bool:
        """Answer a key; False hands it on."""
        return False

    def first_focus(self) -> QWidget:
        return self

    def pick(self, n: int) -> None:
        """Choose one of what the sheet offers, where it offers something."""

    def typed(self) -> Typed:
        edits = self.findChildren(QLineEdit)
        at = next((n for n, each in enumerate(edits) if each is self.window().focusWidget()), -1)
        return Typed(self.kind, tuple(each.text() for each in edits), at, self.picked)

    def put_back(self, typed: Typed) -> QWidget | None:
        """Into a body that drew the same sheet; another takes nothing. The field that had the keys then."""
        edits = self.findChildren(QLineEdit)
        if typed.kind != self.kind or len(edits) != len(typed.texts):
            return None
        for edit, text in zip(edits, typed.texts, strict=True):
            edit.setText(text)
        self.pick(typed.picked)
        return edits[typed.at] if typed.at >= 0 else None

    def tab_stops(self) -> list[QWidget]:
        """Everything that Tab reaches, in reading order."""
        return tab_ring.stops([self])

    def add_primary(self, label: str, key: str, *, height: int = 52, size: float = 15) -> KeyButton:
        """The sheet's main action, at the right of Back."""
        button = KeyButton(self.theme, label, key, kind=Kind.PRIMARY, height=height, size=size)
        self.foot.addWidget(button, 1)
        return button

    def set_title(self, title: str) -> None:
        self.title.show_text(title)
        self.setAccessibleName(title)
