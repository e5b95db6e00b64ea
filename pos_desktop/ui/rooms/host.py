"""The place beside the rail: the list of the reports, or the comparison behind it, built when first shown."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from pos_desktop.ui.intents import Intents
from pos_desktop.ui.room_state import CompareRoom, Room
from pos_desktop.ui.rooms.compare import CompareView
from pos_desktop.ui.rooms.reports import ReportsView
from pos_desktop.ui.state import Notice
from pos_desktop.ui.theme import Theme

Page = ReportsView | CompareView
P = TypeVar("P", ReportsView, CompareView)


class RoomHost(QWidget):
    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__()
        self._theme, self._intents = theme, intents
        self._reports: ReportsView | None = None
        self._compare: CompareView | None = None
        self._page: Page | None = None
        self._notice: Notice | None = None
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)

    @property
    def page(self) -> Page:
        """The one on the screen."""
        assert self._page is not None  # noqa: S101 - a room is shown before anything is asked of it
        return self._page

    def show_room(self, room: Room) -> None:
        if isinstance(room, CompareRoom):
            compare = self._compare = self._compare or self._added(CompareView(self._theme, self._intents))
            self._change(compare)
            compare.show_room(room)
        else:
            reports = self._reports = self._reports or self._added(ReportsView(self._theme, self._intents))
            self._change(reports)
            reports.show_room(room)

    def show_notice(self, notice: Notice | None) -> None:
        self._notice = notice
        if self._page is not None:
            self._page.show_notice(notice)

    def first_focus(self) -> QWidget:
        return self.page.first_focus()

    def press(self, name: str) -> bool:
        """Answer a key; False hands it on."""
        return self.page.press(name)

    def _added(self, page: P) -> P:
        page.hide()
        self._box.addWidget(page)
        return page

    def _change(self, page: Page) -> None:
        """The keys go with the page, unless a sheet or the search has them."""
        if page is self._page:
            return
        before, self._page = self._page, page
        focus = QApplication.focusWidget()
        had_keys = (
            before is not None and focus is not None and (focus is before or before.isAncestorOf(focus))
        )
        page.show_notice(self._notice)
        page.show()
        if had_keys:
            page.setFocus()
        if before is not None:
            before.hide()
