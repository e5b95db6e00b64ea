"""The room “Safe”: what lies where at the left; at the right the chosen line, what is next with it, and by whom."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from pos_desktop.ui.counter.cart_panel import NoticeView
from pos_desktop.ui.intents import Intents
from pos_desktop.ui.rooms.count_grid import CountView
from pos_desktop.ui.rooms.till_parts import CardsView, TilesView
from pos_desktop.ui.safe_state import SafeRoom
from pos_desktop.ui.state import Notice, ResultRow
from pos_desktop.ui.theme import Theme, Weight
from pos_desktop.ui.widgets.buttons import KeyButton, Kind
from pos_desktop.ui.widgets.pill import Pill
from pos_desktop.ui.widgets.rows import RowList
from pos_desktop.ui.widgets.scroller import Scroller
from pos_desktop.ui.widgets.text import Text, card

_GAP = 14


class SafeView(QWidget):
    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__()
        self._theme, self._intents = theme, intents
        self._room: SafeRoom | None = None
        self.setAccessibleName(self.tr("Safe"))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._title = Text(theme, size=20, weight=Weight.BOLD, wrap=True)
        self._subtitle = Text(theme, size=12.5, tone="muted", wrap=True)
        self._pill = Pill(theme, height=32)
        self._notice = NoticeView(theme, intents)
        self._notice.hide()
        self.list = RowList(theme, self.tr("What lies where"))
        self.list.setFocusPolicy(
            Qt.FocusPolicy.NoFocus
        )  # the keys stay with the room: Enter is the next step
        self.list.currentRowChanged.connect(self._row_changed)
        self._empty = Text(theme, tone="muted", wrap=True)
        self.count = CountView(theme)
        self.count.typed.connect(intents.safe_count)
        self.count.ended.connect(self._to_next)
        self._cards = CardsView(theme)
        self._tiles = TilesView(theme, intents, columns=2, height=48)
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
        left = card()
        box = QVBoxLayout(left)
        box.setContentsMargins(18, 16, 18, 16)
        box.setSpacing(12)
        box.addLayout(head)
        box.addWidget(self._notice)
        box.addWidget(self.list, 1)
        box.addWidget(self._empty, 1, Qt.AlignmentFlag.AlignTop)
        box.addWidget(self.count, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(_GAP)
        whole.addWidget(left, 1)
        whole.addWidget(self._lay_out_right())

    def _lay_out_right(self) -> QWidget:
        self._right = QWidget()
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self._back)
        foot.addWidget(self._next, 1)
        right = QVBoxLayout(self._right)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(12)
        right.addWidget(Scroller(self._cards, self.tr("The chosen line")), 1)
        right.addWidget(self._tiles)
        right.addLayout(foot)
        return self._right

    # -- drawing

    def show_room(self, room: SafeRoom) -> None:
        before, self._room = self._room, room
        focus = QApplication.focusWidget()  # before anything is hidden: whoever has the keys then loses them
        had_keys = focus is not None and (focus is self or self.isAncestorOf(focus))
        self._title.show_text(room.title)
        self._subtitle.show_text(room.subtitle)
        self._pill.show_pill(room.pill, room.pill_tone)
        self._pill.setVisible(bool(room.pill))
        counting = room.count is not None
        self._show_rows(room)
        self.list.setVisible(not counting and bool(room.rows))
        self._empty.setVisible(not counting and not room.rows)
        self._empty.show_text(room.empty_text)
        self.count.setVisible(counting)
        if room.count is not None:
            self.count.show_count(room.count)
        self._cards.show_cards(room.cards)
        self._tiles.show_tiles(room.actions)
        self._back.show_label(room.back.label, room.back.key)
        self._next.setVisible(room.primary is not None)
        if room.primary is not None:
            self._next.show_label(room.primary.label, room.primary.key)
        self._arrange()
        if had_keys and (before is None or _page_of(before) != _page_of(room)):
            self.first_focus().setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_rows(self, room: SafeRoom) -> None:
        at = next((n for n, each in enumerate(room.rows) if each.id == room.at), -1)
        was = self.list.blockSignals(True)
        self.list.show_rows(room.rows, current=at)
        if self.list.currentRow() != at:
            self.list.setCurrentRow(at)
        self.list.blockSignals(was)

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
        first = () if room.primary is None else (room.primary,)
        fix = next((each for each in (*first, *room.actions) if each.key == name), None)
        if fix is not None:
            self._intents.fix.emit(fix.id)
        elif name in ("Up", "Down") and room.count is None:
            self.list.step(-1 if name == "Up" else 1)
        else:
            return False
        return True

    def _to_next(self) -> None:
        """Enter in the last field of a count: on to the button that submits it."""
        self._next.setFocus(Qt.FocusReason.TabFocusReason)

    def _row_changed(self, at: int) -> None:
        rows: tuple[ResultRow, ...] = self.list.rows
        if 0 <= at < len(rows):
            self._intents.safe_at.emit(rows[at].id)

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
        """The right column is as wide as its buttons need, and at most two fifths where that is enough."""
        foot = self._back.sizeHint().width() + 12 + self._next.sizeHint().width()
        need = max(foot, self._tiles.sizeHint().width())
        self._right.setFixedWidth(max(min(self._theme.px(420), self.width() * 2 // 5), need))


def _page_of(room: SafeRoom) -> tuple[object, ...]:
    return room.title, room.pill, None if room.count is None else room.count.id
