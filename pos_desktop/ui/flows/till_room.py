"""The room “Till”: which word does what on which page."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pos_desktop.app.till_base import Step
from pos_desktop.app.till_desk import TillDesk
from pos_desktop.ui.flows.floor import (
    TILL_BATCHES,
    TILL_DROP,
    TILL_NO_SALE,
    TILL_PAID,
    TILL_REASON,
    TILL_SHEETS,
    TILL_VOID,
    Floor,
)
from pos_desktop.ui.flows.till_close import TillClose
from pos_desktop.ui.flows.till_day import TillDay
from pos_desktop.ui.flows.till_moves import TillMoves
from pos_desktop.ui.presenter import till_parts as words
from pos_desktop.ui.presenter.till_parts import Page
from pos_desktop.ui.presenter.till_sheets import REASON


class TillRoomFlow:
    """Thread: GUI."""

    def __init__(self, floor: Floor, desk: TillDesk, print_now: Callable[[], None]) -> None:
        self.day = day = TillDay(floor, desk, print_now)
        self._moves, self._close = TillMoves(day), TillClose(day)
        moves, close = self._moves, self._close
        self._does: Mapping[str, Callable[[], None]] = {
            words.ROOM: self.open,
            words.OPEN: moves.open,
            words.DROP: self._drop,
            words.DROP_COUNTED: moves.drop_counted,
            words.PAID_IN: lambda: moves.paid(into=True),
            words.PAID_OUT: lambda: moves.paid(into=False),
            words.NO_SALE: moves.no_sale,
            words.UNLOCK: moves.unlock,
            words.X_REPORT: moves.ask_x,
            words.X_SURE: moves.x_report,
            words.PAUSE: moves.pause,
            words.RESUME: moves.resume,
            words.RESUME_COUNT: lambda: day.go(Page.CHECKING),
            words.RESUME_COUNTED: lambda: moves.resume(counted=True),
            words.CLOSE: close.begin,
            words.COUNT: lambda: day.go(Page.COUNTING),
            words.SEAL: close.seal,
            words.BATCHES: close.ask_batches,
            words.RECOUNT: lambda: day.go(Page.RECOUNTING),
            words.GO_ON: close.go_on,
            words.WITNESS: close.witness,
            words.Z_COPY: self._copy_z,
            words.OPEN_NEXT: day.home,
        }

    def open(self) -> None:
        """As the till stands: a close that was begun goes on where it was."""
        self.day.floor.notice = None
        if self.day.page is Page.CLOSED:
            self.day.page = Page.OPENING
        self.day.read(self.day.show)

    def open_drawer(self) -> None:
        """F9 at the counter; without an open till the way to it."""
        self.day.read(self._no_sale_or_room)

    def back(self) -> None:
        """Esc: one step; a close that was not counted yet is given up with it."""
        day, page = self.day, self.day.page
        day.floor.notice = None
        if page is Page.DROPPING:
            day.go(Page.HOME)
        elif page is Page.CHECKING:
            day.go(Page.PAUSED)
        elif page is Page.COUNTING and day.picture.held:
            day.go(Page.HELD)
        elif page in (Page.HELD, Page.COUNTING):
            self._moves.resume()
        elif page in (Page.RECOUNTING, Page.SIGNING):
            day.go(Page.RESULT)
        else:
            day.floor.leave_room()

    def act(self, fix_id: str) -> None:
        if fix_id.startswith(words.VOID):
            self._close.ask_void(fix_id)
        elif fix_id in self._does:
            self._does[fix_id]()

    def typed(self, texts: object) -> None:
        if isinstance(texts, Mapping):
            self.day.typed = dict(texts)
            self.day.draw()

    def save(self, kind: str, values: Mapping[str, str]) -> None:
        does: Mapping[str, Callable[[Mapping[str, str]], None]] = {
            TILL_DROP: self._moves.save_drop,
            TILL_PAID: self._moves.save_paid,
            TILL_NO_SALE: self._moves.save_no_sale,
            TILL_VOID: lambda v: self._close.void(v.get(REASON, "")),
            TILL_BATCHES: self._close.batches,
            TILL_REASON: lambda v: self._reason(v.get(REASON, "")),
        }
        if kind in TILL_SHEETS:
            does[kind](values)

    # -- inside

    def _reason(self, reason: str) -> None:
        if self.day.picture.session is None:
            self._moves.float_reason(reason)
        else:
            self._close.reason(reason)

    def _drop(self) -> None:
        """Also from the notice at the counter, where the room is not open yet."""
        self.day.read(self._moves.drop)

    def _no_sale_or_room(self) -> None:
        if self.day.picture.step is Step.OPEN:
            self._moves.no_sale()
        else:
            self.day.show()

    def _copy_z(self) -> None:
        """Printed once; again only as a copy, journaled."""
        day, paper = self.day, self.day.floor.desk.paper
        last = None if day.looked is None else day.looked.last_z
        if paper is None or last is None:
            return
        by, (_, slip) = day.floor.by, last
        day.do("copy of the Z report", lambda: paper.copy_slip(slip, by), lambda _: day.print_now())
