"""A business day against the state: the day and its buttons, how far it is, the differences and both sides of one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from pos_desktop.ui.counter.cart_panel import FixRow, NoticeView
from pos_desktop.ui.intents import Intents
from pos_desktop.ui.room_state import CompareRoom
from pos_desktop.ui.rooms.report_list import ReportList
from pos_desktop.ui.rooms.reports import DrainView, FilterRow
from pos_desktop.ui.rooms.story import StoryView
from pos_desktop.ui.state import FixButton, Notice
from pos_desktop.ui.theme import Theme, Weight
from pos_desktop.ui.widgets.buttons import KeyButton, Kind
from pos_desktop.ui.widgets.text import Text, card

_GAP = 12


class CompareView(QWidget):
    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__()
        self._theme, self._intents = theme, intents
        self._room: CompareRoom | None = None
        self.setAccessibleName(self.tr("Compare with the state"))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._title = Text(theme, self.tr("Compare with the state"), size=20, weight=Weight.SEMI)
        self._summary = Text(theme, size=12.5, tone="muted", wrap=True)
        self._back = KeyButton(theme, self.tr("Reports"), "Esc")
        self._back.setAccessibleName(self.tr("Back to the reports"))
        self._back.clicked.connect(intents.back)
        self._notice = NoticeView(theme, intents)
        self._notice.hide()
        self._day = Text(theme, size=18, weight=Weight.SEMI)
        self._day_note = Text(theme, size=12.5, tone="muted")
        self._days = FixRow(theme, intents, Kind.PLAIN)
        self._start = KeyButton(theme, kind=Kind.PRIMARY)
        self._start.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._start.clicked.connect(self._begin)
        self._progress = DrainView(theme)
        self._filters = FilterRow(theme, intents)
        self.list = ReportList(theme)
        self.list.setAccessibleName(self.tr("Differences"))
        self.list.row_wanted.connect(intents.report_at)
        self.list.sight_changed.connect(intents.report_rows)
        self._empty_title = Text(theme, size=18, weight=Weight.SEMI, wrap=True)
        self._empty_text = Text(theme, tone="muted", wrap=True)
        self.story = StoryView(theme, intents, self.tr("Story of the difference"))
        self._tools = FixRow(theme, intents, Kind.PLAIN)
        self._lay_out()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._summary)
        head = QHBoxLayout()
        head.setSpacing(_GAP)
        head.addLayout(words, 1)
        for button in (self._tools, self._back):
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        self._left = card()
        left = QVBoxLayout(self._left)
        left.setContentsMargins(1, 6, 1, 6)
        left.addWidget(self.list)
        body = QHBoxLayout()
        body.setSpacing(_GAP)
        body.addWidget(self._left)
        body.addWidget(self.story, 1)
        body.addWidget(self._lay_out_empty(), 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(_GAP, _GAP, _GAP, _GAP)
        box.setSpacing(_GAP)
        box.addLayout(head)
        box.addWidget(self._notice)
        box.addWidget(self._lay_out_day())
        box.addWidget(self._filters)
        box.addLayout(body, 1)

    def _lay_out_day(self) -> QWidget:
        bar = card()
        day = QVBoxLayout()
        day.setSpacing(0)
        day.addWidget(self._day)
        day.addWidget(self._day_note)
        line = QHBoxLayout()
        line.setSpacing(_GAP)
        line.addLayout(day)
        line.addSpacing(8)
        line.addWidget(self._days, 1, Qt.AlignmentFlag.AlignVCenter)
        line.addStretch()
        line.addWidget(self._start, 0, Qt.AlignmentFlag.AlignVCenter)
        box = QVBoxLayout(bar)
        box.setContentsMargins(16, 12, 12, 12)
        box.setSpacing(10)
        box.addLayout(line)
        box.addWidget(self._progress)
        return bar

    def _lay_out_empty(self) -> QWidget:
        self._empty = card()
        box = QVBoxLayout(self._empty)
        box.setContentsMargins(24, 24, 24, 24)
        box.setSpacing(8)
        box.addStretch()
        for each in (self._empty_title, self._empty_text):
            each.setAlignment(Qt.AlignmentFlag.AlignCenter)
            box.addWidget(each)
        box.addStretch()
        return self._empty

    # -- drawing

    def show_room(self, room: CompareRoom) -> None:
        self._room = room
        self._summary.show_text(room.summary)
        self._summary.setVisible(bool(room.summary))
        self._day.show_text(room.day)
        self._day_note.show_text(room.day_note)
        self._day_note.setVisible(bool(room.day_note))
        self._days.show_fixes(room.days)
        self._days.setVisible(bool(room.days))
        self._start.show_label(room.start.label, room.start.key)
        self._start.set_kind(Kind.PLAIN if room.running is not None else Kind.PRIMARY)
        self._progress.show_draining(room.running)
        self._filters.setVisible(bool(room.filters))
        if room.filters:
            self._filters.show_filters(room.filters)
        self._tools.show_fixes(room.tools)
        self._tools.setVisible(bool(room.tools))
        self._show_found(room)

    def _show_found(self, room: CompareRoom) -> None:
        listed = bool(room.total)
        if not listed and self.list.hasFocus():
            self.setFocus()
        self._left.setVisible(listed)
        self.story.setVisible(listed)
        self._empty.setVisible(not listed)
        self._empty_title.show_text(room.empty_title)
        self._empty_title.setVisible(bool(room.empty_title))
        self._empty_text.show_text(room.empty_text)
        self.list.show_rows(room.total, room.pages, room.at)
        self.story.show_story(room.story, listed=listed)
        if listed and self.hasFocus():
            self.list.setFocus()

    def show_notice(self, notice: Notice | None) -> None:
        self._notice.setVisible(notice is not None)
        if notice is not None:
            self._notice.show_notice(notice)

    def first_focus(self) -> QWidget:
        return self if self._room is None or not self._room.total else self.list

    def press(self, name: str) -> bool:
        """Answer a key; False hands it on."""
        room = self._room
        if room is None:
            return False
        buttons: tuple[FixButton, ...] = (room.start, *room.days, *room.tools)
        buttons += () if room.story is None else room.story.actions
        fix = next((each.id for each in buttons if each.key == name), "")
        if fix:
            self._intents.fix.emit(fix)
        elif name in ("Up", "Down"):
            self.list.step(-1 if name == "Up" else 1)
        else:
            return self._filters.press(name)
        return True

    def _begin(self) -> None:
        if self._room is not None:
            self._intents.fix.emit(self._room.start.id)

    # -- room

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def restyle(self) -> None:
        self._arrange()

    def _arrange(self) -> None:
        """As the list of the reports beside its story."""
        self._left.setFixedWidth(min(self._theme.px(430), self.width() * 45 // 100))
