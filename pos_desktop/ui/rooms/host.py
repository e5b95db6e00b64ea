"""The place beside the rail: one page for each kind of room, built when it is first shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from pos_desktop.ui.intents import Intents
from pos_desktop.ui.room_state import CompareRoom, ReportsRoom, Room
from pos_desktop.ui.safe_state import SafeRoom
from pos_desktop.ui.state import Notice
from pos_desktop.ui.theme import Theme
from pos_desktop.ui.till_state import TillRoom


class Page(Protocol):
    """What a widget of `_PAGES` does; its `show_room` takes the one kind of room that it was built for."""

    def show_room(self, room: Any, /) -> None: ...

    def show_notice(self, notice: Notice | None, /) -> None: ...

    def first_focus(self) -> QWidget: ...

    def press(self, name: str, /) -> bool:
        """Answer a key; False hands it on."""
        ...


def _reports(theme: Theme, intents: Intents) -> QWidget:
    from pos_desktop.ui.rooms.reports import ReportsView

    return ReportsView(theme, intents)


def _compare(theme: Theme, intents: Intents) -> QWidget:
    from pos_desktop.ui.rooms.compare import CompareView

    return CompareView(theme, intents)


def _till(theme: Theme, intents: Intents) -> QWidget:
    from pos_desktop.ui.rooms.till import TillView

    return TillView(theme, intents)


def _safe(theme: Theme, intents: Intents) -> QWidget:
    from pos_desktop.ui.rooms.safe import SafeView

    return SafeView(theme, intents)


_PAGES: dict[type[Any], Callable[[Theme, Intents], QWidget]] = {
    ReportsRoom: _reports,
    CompareRoom: _compare,
    TillRoom: _till,
    SafeRoom: _safe,
}


class RoomHost(QWidget):
    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__()
        self._theme, self._intents = theme, intents
        self._pages: dict[type[Any], QWidget] = {}
        self._shown: QWidget | None = None
        self._notice: Notice | None = None
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)

    @property
    def page(self) -> Any:
        """The one on the screen: a widget that is a `Page`."""
        assert self._shown is not None  # noqa: S101 - a room is shown before anything is asked of it
        return self._shown

    def show_room(self, room: Room) -> None:
        kind = type(room)
        if kind not in self._pages:
            self._pages[kind] = page = _PAGES[kind](self._theme, self._intents)
            page.hide()
            self._box.addWidget(page)
        self._change(self._pages[kind])
        self.page.show_room(room)

    def show_notice(self, notice: Notice | None) -> None:
        self._notice = notice
        if self._shown is not None:
            self.page.show_notice(notice)

    def first_focus(self) -> QWidget:
        focus: QWidget = self.page.first_focus()
        return focus

    def press(self, name: str) -> bool:
        """Answer a key; False hands it on."""
        return bool(self.page.press(name))

    def clear(self) -> None:
        """Every page goes, with all that it holds; the next `show_room` builds anew."""
        self._notice, self._shown = None, None
        pages, self._pages = self._pages, {}
        for page in pages.values():
            self._box.removeWidget(page)
            page.hide()
            page.deleteLater()

    def _change(self, page: QWidget) -> None:
        """The keys go with the page, unless a sheet or the search has them."""
        if page is self._shown:
            return
        before, self._shown = self._shown, page
        focus = QApplication.focusWidget()
        had_keys = (
            before is not None and focus is not None and (focus is before or before.isAncestorOf(focus))
        )
        self.page.show_notice(self._notice)
        page.show()
        if had_keys:
            page.setFocus()
        if before is not None:
            before.hide()
