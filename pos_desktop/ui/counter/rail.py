"""Rooms that work: counter, till, safe, the reports to the state, and the paper list while something waits in it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout

from pos_desktop.ui.intents import Intents, Opens
from pos_desktop.ui.key_names import LOCK_KEY
from pos_desktop.ui.state import RoomDoor
from pos_desktop.ui.theme import Theme, Weight


class RailButton(QPushButton):
    """An icon above its word."""

    def __init__(self, theme: Theme, text: str, icon_name: str, *, here: bool = False) -> None:
        super().__init__(text)
        self._theme, self._icon_name, self._here = theme, icon_name, here
        self._count = ""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.restyle()

    def restyle(self) -> None:
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        words = QFontMetrics(self._theme.font(11, Weight.SEMI)).horizontalAdvance(self.text())
        return QSize(max(self._theme.dim(60), words + 8), self._theme.dim(64) + self._theme.px(16) - 16)

    def show_here(self, *, here: bool, word: str) -> None:
        if here != self._here or word != self.accessibleDescription():
            self._here = here
            self.setAccessibleDescription(word)
            self.update()

    def show_count(self, count: int, why: str) -> None:
        """On the icon, so that the rail keeps its width; the words are for a screen reader."""
        self.setAccessibleName(f"{self.text()} · {why}" if count else self.text())
        shown = ("" if not count else str(count)) if count < 100 else "99+"
        if shown != self._count:
            self._count = shown
            self.update()

    def show_label(self, text: str) -> None:
        if text != self.text():
            self.setText(text)
            self.restyle()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        token = "accent" if self._here else "muted"
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        if self._here:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent_weak"))
            painter.drawRoundedRect(box, 10, 10)
        font = theme.font(11, Weight.SEMI if self._here else Weight.REGULAR)
        words, side = QFontMetrics(font).height(), theme.dim(22)
        top = (self.height() - words - side - 4) // 2
        pixmap = theme.icon(self._icon_name, token, side, self.devicePixelRatioF())
        painter.drawPixmap((self.width() - side) // 2, top, pixmap)
        painter.setPen(theme.color(token))
        painter.setFont(font)
        painter.drawText(
            QRectF(0, top + side + 4, self.width(), words), Qt.AlignmentFlag.AlignCenter, self.text()
        )
        if self._count:
            self._paint_count(painter, (self.width() + side) // 2, top)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 9, 9)
        painter.end()

    def _paint_count(self, painter: QPainter, x: int, y: int) -> None:
        theme = self._theme
        font = theme.font(11, Weight.BOLD)
        metrics = QFontMetrics(font)
        tall = metrics.height() + 2
        wide = max(tall, metrics.horizontalAdvance(self._count) + 8)
        badge = QRectF(min(x - 4, self.width() - wide - 2), max(2, y - 6), wide, tall)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("danger"))
        painter.drawRoundedRect(badge, tall / 2, tall / 2)
        painter.setPen(theme.color("surface"))
        painter.setFont(font)
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, self._count)


_ROOMS = {
    "till": (Opens.TILL, "till"),
    "safe": (Opens.SAFE, "safe"),
    "reports": (Opens.REPORTS, "reports"),
}
"""In the order of the rail."""


def _before(one: str, other: str) -> bool:
    order = list(_ROOMS)
    return order.index(one) < order.index(other)


class Rail(QFrame):
    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__()
        self._theme, self._intents = theme, intents
        self.setProperty("look", "rail")
        self._counter = RailButton(theme, self.tr("Counter"), "counter", here=True)
        self._counter.clicked.connect(self._here_again)
        self._doors: dict[str, RailButton] = {}
        self._paper: RailButton | None = None
        self._lock: RailButton | None = None
        self._here = ""
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(8, 8, 8, 8)
        self._box.setSpacing(4)
        self._box.addWidget(self._counter, 0, Qt.AlignmentFlag.AlignHCenter)
        self._box.addStretch()
        self._mark()

    def show_doors(self, doors: Mapping[str, RoomDoor]) -> None:
        """The rooms beside the counter, by name."""
        for name, door in doors.items():
            if door.shown and name not in self._doors:
                self._add(name)
            if name in self._doors:
                self._doors[name].setVisible(door.shown)
                self._doors[name].show_count(door.count, door.why)

    def show_room(self, name: str) -> None:
        """Which room one is in; empty at the counter."""
        self._here = name
        self._mark()

    def _add(self, name: str) -> None:
        opens, icon = _ROOMS[name]
        button = RailButton(self._theme, self._word(name), icon)
        button.clicked.connect(lambda: self._intents.open_sheet.emit(opens))
        self._doors[name] = button
        place = 1 + sum(1 for each in _ROOMS if each in self._doors and each != name and _before(each, name))
        self._box.insertWidget(place, button, 0, Qt.AlignmentFlag.AlignHCenter)
        self._mark()

    def _word(self, name: str) -> str:
        return {"till": self.tr("Till"), "safe": self.tr("Safe"), "reports": self.tr("Reports")}[name]

    def _mark(self) -> None:
        here = self.tr("You are here")
        self._counter.show_here(here=not self._here, word="" if self._here else here)
        for name, button in self._doors.items():
            words = self.tr("Reports to the state") if name == "reports" else ""
            button.show_here(here=name == self._here, word=here if name == self._here else words)

    def show_unprinted(self, count: int) -> None:
        if count and self._paper is None:
            self._paper = RailButton(self._theme, "", "paper")
            self._paper.clicked.connect(self._open_paper)
            last = self._box.count() - (1 if self._lock is None else 2)
            self._box.insertWidget(last, self._paper, 0, Qt.AlignmentFlag.AlignHCenter)
        if self._paper is not None:
            self._paper.setVisible(count > 0)
            self._paper.show_label(self.tr("Paper · {count}").format(count=count))
            self._paper.setAccessibleDescription(self.tr("What could not be printed yet"))

    def show_lock(self, *, shown: bool) -> None:
        """At the foot of the rail, where people sign in."""
        if shown and self._lock is None:
            self._lock = RailButton(self._theme, self.tr("Lock"), "lock")
            self._lock.setAccessibleDescription(self.tr("Key {key}").format(key=LOCK_KEY))
            self._lock.clicked.connect(self._intents.lock)
            self._box.addWidget(self._lock, 0, Qt.AlignmentFlag.AlignHCenter)
        if self._lock is not None:
            self._lock.setVisible(shown)

    def _here_again(self) -> None:
        self._intents.back.emit()

    def _open_paper(self) -> None:
        self._intents.open_sheet.emit(Opens.PAPER)
