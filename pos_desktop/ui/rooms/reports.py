"""The room “Reports to the state”: filters, the list at the left, the story of one at the right."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from pos_desktop.ui.counter.cart_panel import NoticeView
from pos_desktop.ui.intents import Intents, Opens
from pos_desktop.ui.room_state import Draining, ReportFilter, ReportsRoom
from pos_desktop.ui.rooms.report_list import ReportList
from pos_desktop.ui.rooms.story import StoryView
from pos_desktop.ui.state import FixButton, Notice
from pos_desktop.ui.theme import Theme, Weight
from pos_desktop.ui.widgets.buttons import KeyButton
from pos_desktop.ui.widgets.flow import FlowLayout
from pos_desktop.ui.widgets.text import Text, card

FULL = 1_000_000
_GAP = 12


class DrainBar(QProgressBar):
    """How much of what waited is at the state; the sentence beside it has the numbers."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setRange(0, FULL)
        self.setTextVisible(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(160, self._theme.dim(8))

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self._theme.dim(8))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(self.rect())
            track = QPainterPath()
            track.addRoundedRect(box, box.height() / 2, box.height() / 2)
            painter.fillPath(track, self._theme.color("line"))
            painter.setClipPath(track)
            done = box.width() * self.value() / FULL
            painter.fillRect(QRectF(box.left(), box.top(), done, box.height()), self._theme.color("accent"))


class DrainView(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._words, self._bar = Text(theme, weight=Weight.MEDIUM), DrainBar(theme)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(_GAP)
        box.addWidget(self._words)
        box.addWidget(self._bar, 1, Qt.AlignmentFlag.AlignVCenter)

    def show_draining(self, draining: Draining | None) -> None:
        self.setVisible(draining is not None)
        if draining is not None:
            self._words.show_text(draining.text)
            self._bar.setValue(draining.ppm)
            self._bar.setAccessibleName(self.tr("Sending"))
            self._bar.setAccessibleDescription(draining.text)


class FilterRow(QWidget):
    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__()
        self._theme, self._intents = theme, intents
        self._flow = FlowLayout(8, 8)
        self.setLayout(self._flow)
        self._shown: tuple[ReportFilter, ...] = ()
        self._buttons: list[KeyButton] = []

    def show_filters(self, filters: tuple[ReportFilter, ...]) -> None:
        if filters == self._shown:
            return
        self._shown = filters
        while len(self._buttons) < len(filters):
            button = KeyButton(self._theme)
            button.setCheckable(True)
            button.clicked.connect(self._pressed)
            self._buttons.append(button)
            self._flow.addWidget(button)
        for button, each in zip(self._buttons, filters, strict=True):
            button.show_label(each.label, each.key)
            button.setChecked(each.chosen)
            button.updateGeometry()

    def press(self, name: str) -> bool:
        each = next((each for each in self._shown if each.key == name), None)
        if each is not None:
            self._intents.report_filter.emit(each.id)
        return each is not None

    def _pressed(self) -> None:
        """What is chosen is the presenter's word: a touch alone checks nothing."""
        at = next((n for n, button in enumerate(self._buttons) if button is self.sender()), None)
        if at is not None:
            self._buttons[at].setChecked(self._shown[at].chosen)
            self._intents.report_filter.emit(self._shown[at].id)


class ReportsView(QWidget):
    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__()
        self._theme, self._intents = theme, intents
        self.setAccessibleName(self.tr("Reports to the state"))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._title = Text(theme, self.tr("Reports to the state"), size=20, weight=Weight.SEMI)
        self._summary = Text(theme, size=12.5, tone="muted", wrap=True)
        self._line = KeyButton(theme)
        self._line.clicked.connect(self._open_line)
        self._compare = KeyButton(theme)
        self._compare.clicked.connect(self._open_compare)
        self._back = KeyButton(theme, self.tr("Counter"), "Esc")
        self._back.setAccessibleName(self.tr("Back to the counter"))
        self._back.clicked.connect(intents.back)
        self._leads = ""
        self._notice = NoticeView(theme, intents)
        self._notice.hide()
        self._drain = DrainView(theme)
        self._drain.hide()
        self._filters = FilterRow(theme, intents)
        self.list = ReportList(theme)
        self.list.row_wanted.connect(intents.report_at)
        self.list.sight_changed.connect(intents.report_rows)
        self._empty = Text(theme, tone="muted", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setContentsMargins(16, 16, 16, 16)
        self.story = StoryView(theme, intents, self.tr("Story of the report"))
        self._lay_out()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._summary)
        head = QHBoxLayout()
        head.setSpacing(_GAP)
        head.addLayout(words, 1)
        for button in (self._compare, self._line, self._back):
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        self._left = card()
        left = QVBoxLayout(self._left)
        left.setContentsMargins(1, 6, 1, 6)
        left.setSpacing(0)
        left.addWidget(self.list, 1)
        left.addWidget(self._empty, 1)
        body = QHBoxLayout()
        body.setSpacing(_GAP)
        body.addWidget(self._left)
        body.addWidget(self.story, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(_GAP, _GAP, _GAP, _GAP)
        box.setSpacing(_GAP)
        box.addLayout(head)
        box.addWidget(self._notice)
        box.addWidget(self._drain)
        box.addWidget(self._filters)
        box.addLayout(body, 1)

    # -- drawing

    def show_room(self, room: ReportsRoom) -> None:
        self._summary.show_text(room.summary)
        self._show_line(room.line)
        self._show_compare(room.compare)
        self._drain.show_draining(room.draining)
        self._filters.show_filters(room.filters)
        empty = not room.total
        self._keep_focus(empty=empty)
        self.list.setVisible(not empty)
        self._empty.setVisible(empty)
        self._empty.show_text(self.tr("The reports are being read.") if room.reading else room.empty_text)
        self.list.show_rows(room.total, room.pages, room.at)
        self.story.show_story(room.story, listed=not empty)
        if not empty and self.hasFocus():
            self.list.setFocus()

    def _keep_focus(self, *, empty: bool) -> None:
        """A list that goes would hand the keys to the search field, where letters are typed."""
        if empty and self.list.hasFocus():
            self.setFocus()

    def _show_line(self, line: FixButton | None) -> None:
        self._line.setVisible(line is not None)
        if line is not None:
            self._line.show_label(line.label, line.key)

    def _show_compare(self, compare: FixButton | None) -> None:
        self._leads = "" if compare is None else compare.id
        self._compare.setVisible(compare is not None)
        if compare is not None:
            self._compare.show_label(compare.label, compare.key)

    def show_notice(self, notice: Notice | None) -> None:
        self._notice.setVisible(notice is not None)
        if notice is not None:
            self._notice.show_notice(notice)

    def first_focus(self) -> QWidget:
        return self if self.list.isHidden() else self.list

    def press(self, name: str) -> bool:
        """Answer a key; False hands it on."""
        if name in ("Up", "Down"):
            self.list.step(-1 if name == "Up" else 1)
        elif self._filters.press(name):
            pass
        elif name == "X":
            self.story.press(name)
        elif fix := self.story.press(name):
            self._intents.fix.emit(fix)
        elif self._leads and name == self._compare.key:
            self._open_compare()
        elif name == "F5" and self._line.isVisible():
            self._open_line()
        else:
            return False
        return True

    def _open_compare(self) -> None:
        self._intents.fix.emit(self._leads)

    def _open_line(self) -> None:
        self._intents.open_sheet.emit(Opens.OUTAGE)

    # -- room

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def restyle(self) -> None:
        self._arrange()

    def _arrange(self) -> None:
        """The list takes what its rows need, and never more than the story."""
        self._left.setFixedWidth(min(self._theme.px(430), self.width() * 45 // 100))
