"""The lock screen: store, register and time, who can sign in, and a PIN. Nothing else is on it."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pos_desktop.ui import tab_ring
from pos_desktop.ui.intents import Intents
from pos_desktop.ui.lock_state import LockScreen
from pos_desktop.ui.theme import Theme, Weight
from pos_desktop.ui.widgets.buttons import KeyButton, Kind
from pos_desktop.ui.widgets.lock_form import LockForm
from pos_desktop.ui.widgets.text import Text, card
from pos_desktop.ui.widgets.who_and_pin import WhoAndPin

WIDE, TALL = 800, 540
MARGIN = 20


class LockScreenView(QWidget):
    """As large as the window, and over all of it; every key that arrives here ends here."""

    def __init__(self, theme: Theme, intents: Intents, window: QWidget) -> None:
        super().__init__(window)
        self._theme, self._intents = theme, intents
        self._lock: LockScreen | None = None
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(self.tr("Locked. Sign in."))
        self._store = Text(theme, size=20, weight=Weight.SEMI, wrap=True)
        self._register = Text(theme, tone="muted", wrap=True)
        self._clock = Text(theme, size=34, weight=Weight.BOLD)
        self._title = Text(theme, size=12, weight=Weight.SEMI, tone="muted", caps=True)
        self._body = Text(theme, wrap=True)
        self._hint = Text(theme, tone="info", wrap=True)
        self._action = action = KeyButton(theme, "", "Enter", kind=Kind.PRIMARY, height=52)
        self._who = WhoAndPin(theme, intents, action, height=48)
        self._form = LockForm(theme)
        self._other = KeyButton(theme, height=52)
        self._other.clicked.connect(self._other_way)
        action.clicked.connect(self._save)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self._other)
        foot.addWidget(action, 1)
        where = QVBoxLayout()
        where.setSpacing(2)
        where.addWidget(self._store)
        where.addWidget(self._register)
        head = QHBoxLayout()
        head.setContentsMargins(4, 0, 4, 0)
        head.setSpacing(24)
        head.addLayout(where, 1)
        head.addWidget(self._clock, 0, Qt.AlignmentFlag.AlignVCenter)
        self._card = card()
        inside = QVBoxLayout(self._card)
        inside.setContentsMargins(24, 20, 24, 24)
        inside.setSpacing(12)
        for widget in (self._title, self._body, self._hint):
            inside.addWidget(widget)
        inside.addWidget(self._who, 1)
        inside.addWidget(self._form, 1)
        inside.addLayout(foot)
        self._page = QWidget(self)
        self._layouts = (inside, box := QVBoxLayout(self._page))
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(16)
        box.addLayout(head)
        box.addWidget(self._card, 1)

    def show_lock(self, lock: LockScreen) -> None:
        self._store.show_text(lock.store_line)
        self._register.show_text(lock.register_line)
        self._clock.show_text(lock.clock)
        self._title.show_text(lock.title)
        self._body.show_text(lock.body)
        self._body.setVisible(bool(lock.body))
        self._hint.show_text(lock.hint)
        self._hint.setVisible(bool(lock.hint))
        before, self._lock = self._lock, lock
        self._who.show_asked(lock.pin)
        self._show_way(lock)
        self._place()
        if before is not None and bool(before.fields) != bool(lock.fields):
            self.first_focus().setFocus()

    def _show_way(self, lock: LockScreen) -> None:
        """By a PIN, or by what stands in the fields."""
        self._who.setVisible(not lock.fields)
        self._form.setVisible(bool(lock.fields))
        self._form.show_fields(lock.fields)
        self._other.setVisible(lock.other is not None)
        if lock.other is not None:
            self._other.show_label(lock.other.label, lock.other.key)
        if lock.fields:
            self._action.setEnabled(not lock.pin.busy)

    def first_focus(self) -> QWidget:
        return self._who.dots if self._form.isHidden() else self._form.first

    def press(self, name: str) -> None:
        lock = self._lock
        if lock is not None and lock.other is not None and name == lock.other.key:
            self._other_way()
        elif lock is not None and lock.fields:
            if name == "Enter":
                self._save()
        elif not self._who.press(name) and name == "Esc":
            self._who.forget()

    def _other_way(self) -> None:
        if self._lock is not None and self._lock.other is not None:
            self._intents.fix.emit(self._lock.other.id)

    def _save(self) -> None:
        if self._lock is not None and self._lock.fields and not self._lock.pin.busy:
            self._intents.form.emit(self._form.typed)

    def forget(self) -> None:
        """Nothing of what was typed before is there when the screen comes again."""
        self._who.forget()
        self._form.forget()

    def restyle(self) -> None:
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        room = self.rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        width = min(self._theme.px(WIDE), room.width())
        inside, box = self._layouts
        self._page.resize(width, self._page.height())
        self._who.arrange()
        for layout in (inside, box):
            layout.activate()
        wanted = box.heightForWidth(width) if box.hasHeightForWidth() else box.sizeHint().height()
        height = min(max(wanted, self._theme.dim(TALL)), room.height())
        self._page.setGeometry(
            QRect((self.width() - width) // 2, (self.height() - height) // 2, width, height)
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), self._theme.color("bg"))

    def focusNextPrevChild(self, forward: bool) -> bool:
        return tab_ring.step(tab_ring.stops([self._page]), forward=forward)
