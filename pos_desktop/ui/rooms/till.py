"""The room “Till”: a count or what may be done at the left; today's figures and the next step at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pos_desktop.ui.counter.cart_panel import NoticeView
from pos_desktop.ui.intents import Intents
from pos_desktop.ui.rooms.count_grid import CountView
from pos_desktop.ui.rooms.till_parts import CardsView, HeldView, LinesView, TilesView
from pos_desktop.ui.state import FixButton, Notice
from pos_desktop.ui.theme import Theme, Weight
from pos_desktop.ui.till_state import TillRoom
from pos_desktop.ui.widgets.buttons import KeyButton, Kind
from pos_desktop.ui.widgets.pill import Pill
from pos_desktop.ui.widgets.scroller import Scroller
from pos_desktop.ui.widgets.text import Text, card

_GAP = 14


class TillView(QWidget):
    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__()
        self._theme, self._intents = theme, intents
        self._room: TillRoom | None = None
        self.setAccessibleName(self.tr("Till"))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._title = Text(theme, size=20, weight=Weight.BOLD, wrap=True)
        self._subtitle = Text(theme, size=12.5, tone="muted", wrap=True)
        self._pill = Pill(theme, height=32)
        self._notice = NoticeView(theme, intents)
        self._notice.hide()
        self._words = Text(theme, wrap=True)
        self.count = CountView(theme)
        self.count.typed.connect(intents.till_count)
        self.count.ended.connect(self._to_next)
        self._lines = LinesView(theme, rules=True)
        self._held = HeldView(theme, intents)
        self._tiles = TilesView(theme, intents, columns=2, height=64)
        self._cards = CardsView(theme)
        self._beside = TilesView(theme, intents, columns=1, height=52)
        self._back = KeyButton(theme, key="Esc", height=52)
        self._back.clicked.connect(intents.back)
        self._next = KeyButton(theme, kind=Kind.PRIMARY, height=52)
        self._next.clicked.connect(self._go_on)
        self._lay_out()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._subtitle)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addLayout(words, 1)
        head.addWidget(self._pill, 0, Qt.AlignmentFlag.AlignTop)
        self._page = self._lay_out_page()
        left = card()
        box = QVBoxLayout(left)
        box.setContentsMargins(18, 16, 18, 16)
        box.setSpacing(12)
        box.addLayout(head)
        box.addWidget(self._notice)
        box.addWidget(self._page, 1)
        box.addWidget(self.count, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(_GAP)
        whole.addWidget(left, 1)
        whole.addWidget(self._lay_out_right())

    def _lay_out_page(self) -> Scroller:
        page = QWidget()
        inside = QVBoxLayout(page)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(16)
        for each in (self._words, self._lines, self._held, self._tiles):
            inside.addWidget(each)
        inside.addStretch()
        return Scroller(page, self.tr("Till"))

    def _lay_out_right(self) -> QWidget:
        self._right = QWidget()
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self._back)
        foot.addWidget(self._next, 1)
        right = QVBoxLayout(self._right)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(12)
        right.addWidget(Scroller(self._cards, self.tr("Today on this till")), 1)
        right.addWidget(self._beside)
        right.addLayout(foot)
        return self._right

    # -- drawing

    def show_room(self, room: TillRoom) -> None:
        before, self._room = self._room, room
        focus = self.window().focusWidget()
        had_keys = focus is self or self.isAncestorOf(focus)
        turned = before is None or _page_of(before) != _page_of(room)
        if turned and had_keys:
            self.setFocus()  # or a field that goes would hand the keys to the search
        self._title.show_text(room.title)
        self._subtitle.show_text(room.subtitle)
        self._pill.show_pill(room.pill, room.pill_tone)
        self._pill.setVisible(bool(room.pill))
        self._words.show_text(room.words)
        self._words.setVisible(bool(room.words))
        self._lines.show_lines(room.lines)
        self._held.show_held(room.held)
        counting = room.count is not None
        self._tiles.show_tiles(() if counting else room.actions)
        self._beside.show_tiles(room.actions if counting else ())
        self._page.setVisible(not counting)
        self.count.setVisible(counting)
        if room.count is not None:
            self.count.show_count(room.count)
        self._cards.show_cards(room.cards)
        self._back.show_label(room.back.label, room.back.key)
        self._next.setVisible(room.primary is not None)
        if room.primary is not None:
            self._next.show_label(room.primary.label, room.primary.key)
        if turned:
            self._arrange()
        if turned and had_keys:
            self.first_focus().setFocus(Qt.FocusReason.OtherFocusReason)

    def show_notice(self, notice: Notice | None) -> None:
        self._notice.setVisible(notice is not None)
        if notice is not None:
            self._notice.show_notice(notice)

    def first_focus(self) -> QWidget:
        return self.count.first if self._room is not None and self._room.count is not None else self

    def press(self, name: str) -> bool:
        """Answer a key; False hands it on."""
        room = self._room
        if room is None:
            return False
        fix = next((each for each in self._buttons(room) if each.key == name), None)
        if fix is not None:
            self._intents.fix.emit(fix.id)
        return fix is not None

    def _buttons(self, room: TillRoom) -> tuple[FixButton, ...]:
        first = () if room.primary is None else (room.primary,)
        return (*first, *room.actions, *(each.void for each in room.held))

    def _to_next(self) -> None:
        """Enter in the last field of a count: on to the button that submits it."""
        self._next.setFocus(Qt.FocusReason.TabFocusReason)

    def _go_on(self) -> None:
        if self._room is not None and self._room.primary is not None:
            self._intents.fix.emit(self._room.primary.id)

    # -- room

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def restyle(self) -> None:
        self._arrange()

    def _arrange(self) -> None:
        """The right column is as wide as its buttons need, and at most two fifths."""
        self._back.setMinimumWidth(self._theme.dim(120))
        need = (
            max(self._back.sizeHint().width(), self._back.minimumWidth()) + 12 + self._next.sizeHint().width()
        )
        wanted = max(min(self._theme.px(400), self.width() * 2 // 5), need, self._beside.sizeHint().width())
        self._right.setFixedWidth(wanted)


def _page_of(room: TillRoom) -> tuple[object, ...]:
    return room.title, room.pill, None if room.count is None else room.count.id
