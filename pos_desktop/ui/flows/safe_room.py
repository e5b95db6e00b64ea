"""The room “Safe”: which line is chosen, which page is shown, which word does what."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pos_desktop.app.custody_picture import Next, What
from pos_desktop.app.custody_room import CustodyDesks
from pos_desktop.domain.errors import PosError
from pos_desktop.ui.flows.floor import Floor
from pos_desktop.ui.flows.safe_cash import SafeCash
from pos_desktop.ui.flows.safe_day import SafeDay
from pos_desktop.ui.flows.safe_steps import SafeSteps
from pos_desktop.ui.presenter import safe as words
from pos_desktop.ui.presenter.safe import Page


class SafeRoomFlow:
    """Thread: GUI."""

    def __init__(self, floor: Floor, desks: CustodyDesks, print_now: Callable[[], None]) -> None:
        self._day = day = SafeDay(floor, desks, print_now)
        self._steps, self._cash = SafeSteps(day), SafeCash(day)
        steps, cash = self._steps, self._cash
        self._does: Mapping[str, Callable[[], None]] = {
            words.GO_ON: self._go_on,
            words.COUNT_SAFE: steps.count_safe,
            words.SEAL_COUNT: steps.seal_count,
            words.MAKE_BAG: steps.pack,
            words.TOGGLE: steps.toggle,
            words.PACKED: steps.name_bag,
            words.APART: steps.take_apart,
            words.PRINT: steps.print_way,
            words.WAY: steps.show_way,
            words.FIGURES: steps.figures,
            words.ORDER: cash.order,
            words.CANCEL: cash.cancel,
            words.SEND: cash.send,
            words.CALL_BACK: cash.call_back,
            words.GIVE: cash.give,
        }
        self._next: Mapping[tuple[What, Next], Callable[[], None]] = {
            (What.TILL, Next.DIVIDE): steps.divide,
            (What.PARCEL, Next.TAKE_IN): steps.take_in,
            (What.IN_SAFE, Next.PACK): steps.pack,
            (What.BAG, Next.COUNT): steps.count,
            (What.BAG, Next.RECOUNT): steps.count,
            (What.BAG, Next.CLOSE): steps.seal,
            (What.BAG, Next.HAND_OVER): steps.hand_over,
            (What.BAG, Next.BANK): steps.bank,
            (What.COUNT, Next.COUNT): steps.count,
            (What.COUNT, Next.RECOUNT): steps.count,
            (What.COUNT, Next.CLOSE): cash.settle_count,
            (What.ORDER, Next.RECEIVE): cash.receive_order,
            (What.ORDER, Next.COUNT): steps.count,
            (What.ORDER, Next.RECOUNT): steps.count,
            (What.ORDER, Next.CLOSE): cash.take_in_order,
            (What.TRANSFER, Next.RECEIVE): cash.receive,
            (What.CASE, Next.SETTLE): cash.settle_case,
        }

    def open(self) -> None:
        self._day.floor.notice = None
        self._day.page = Page.LIST
        self._day.read(self._begin)

    def back(self) -> None:
        """Esc: from a count or a bag that is packed to the list; what was typed is gone with it."""
        day = self._day
        day.floor.notice = None
        if day.page is Page.LIST:
            day.floor.leave_room()
        else:
            day.go(Page.LIST)

    def act(self, word: str) -> None:
        if word == words.DIVIDE:
            self.open()
        elif word in self._does and self._day.looked is not None:
            self._does[word]()

    def at(self, line_id: str) -> None:
        """Another line is chosen; of a bag its way is read."""
        self._day.choose(line_id)

    def typed(self, texts: object) -> None:
        if isinstance(texts, Mapping):
            self._day.typed = dict(texts)
            self._day.draw()

    def save(self, values: Mapping[str, str]) -> None:
        try:
            self._day.save(values)
        except PosError as problem:
            self._day.floor.refuse(problem)

    def look_who(self) -> None:
        self._day.look_who()

    def _begin(self) -> None:
        """At a till that was closed and is not divided yet, the last one first; else at the line of the last visit."""
        day = self._day
        lines = () if day.looked is None else day.looked.picture.lines
        closed = [each for each in lines if each.next is Next.DIVIDE]
        if closed:
            day.chosen = max(closed, key=lambda each: each.at).id
        day.show()

    def _go_on(self) -> None:
        line = self._day.line
        does = None if line is None else self._next.get((line.what, line.next))
        if does is not None:
            does()
