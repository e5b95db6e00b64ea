"""Everything inside the counter's window: its parts, what each state changes in them, and what the keys do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from pos_desktop.ui import tab_ring
from pos_desktop.ui.counter.cart_panel import CartPanel
from pos_desktop.ui.counter.cart_view import CartView
from pos_desktop.ui.counter.counter_keys import CounterKeys
from pos_desktop.ui.counter.curtain import Curtain
from pos_desktop.ui.counter.money_panel import MoneyPanel
from pos_desktop.ui.counter.parts_of import bar_of, doors_of, money_of, rail_of
from pos_desktop.ui.counter.patient_panel import PatientView
from pos_desktop.ui.counter.rail import Rail
from pos_desktop.ui.counter.top_bar import ResultsDoor, TopBar
from pos_desktop.ui.intents import Intents
from pos_desktop.ui.key_names import LOCK_KEY
from pos_desktop.ui.state import CounterState, Notice, PillKind, PillState, ScaleCard
from pos_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from pos_desktop.ui.lock_state import LockScreen
    from pos_desktop.ui.room_state import Room
    from pos_desktop.ui.rooms.host import Page, RoomHost
    from pos_desktop.ui.sheet_state import Sheet
    from pos_desktop.ui.sheets.base import SheetBody, Typed
    from pos_desktop.ui.sheets.host import SheetHost

NARROW_BELOW, COMPACT_BELOW, WIDE_FROM = 900, 1200, 1600


class Inside(QObject):
    """Built once in an empty window; the window hands on what it is asked."""

    def __init__(self, window: QWidget, intents: Intents, theme: Theme) -> None:
        super().__init__(window)
        self.window, self.intents, self.theme = window, intents, theme
        self._state: CounterState | None = None
        self.sheet: Sheet | None = None
        self._host: SheetHost | None = None
        self._room: RoomHost | None = None
        self.in_room = False
        self._shown_room: Room | None = None
        self._typed: tuple[str, Typed] | None = None
        """Behind the lock: what was typed in the sheet that lay there, and by whom."""
        self._read_before: Notice | None = None
        if QApplication.style().objectName().lower() != "fusion":
            QApplication.setStyle("Fusion")
        theme.fit(window.width(), window.height())
        theme.dress(window)
        self._bar = TopBar(theme, intents)
        self._rail = Rail(theme, intents)
        self._patient = PatientView(theme, intents)
        self._cart = CartPanel(theme, intents)
        self._money = MoneyPanel(theme, intents)
        self._results = ResultsDoor(theme, self._bar.search, window, intents)
        self._cart.hints.key_pressed.connect(self.press)
        self._curtain = Curtain(theme, intents, window)
        self._late: dict[str, Callable[[], None]] = {}
        self._keys = CounterKeys(intents)
        self._lay_out()
        self.render(self._opening())
        self._cart.view.setFocus()

    def _lay_out(self) -> None:
        self._columns = QHBoxLayout()
        for panel, stretch in ((self._patient, 0), (self._cart, 1), (self._money, 0)):
            self._columns.addWidget(panel, stretch)
        self._lower = lower = QHBoxLayout()
        lower.setSpacing(0)
        lower.addWidget(self._rail)
        lower.addLayout(self._columns, 1)
        whole = QVBoxLayout(self.window)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._bar)
        whole.addLayout(lower, 1)
        self._arrange()

    def _opening(self) -> CounterState:
        """What is on the screen while the store opens."""
        return CounterState(
            store_line=self.tr("Opening the store"),
            register_line=self.tr("One moment"),
            clock="",
            pill=PillState(PillKind.OFFLINE, self.tr("Opening")),
            cart_empty=self.tr("Opening the store. You can scan in a moment."),
        )

    @property
    def cart_view(self) -> CartView:
        return self._cart.view

    @property
    def sheet_body(self) -> SheetBody | None:
        """The sheet that is open, as a widget."""
        return None if self._host is None else self._host.body

    # -- drawing

    def render(self, state: CounterState) -> None:
        """Draw `state`; parts equal to what is on the screen are left alone."""
        if self._waits("state", lambda: self.render(state)):
            return
        before, self._state = self._state, state
        if before is state:
            return
        if before is None or bar_of(before) != bar_of(state):
            self._bar.show_state(state)
        if before is None or rail_of(before) != rail_of(state):
            self._rail.show_doors(doors_of(state))
            self._rail.show_unprinted(state.unprinted)
            self._rail.show_lock(shown=state.locks)
        if before is None or (before.patient, before.patient_empty) != (state.patient, state.patient_empty):
            self._patient.show_patient(state.patient, state.patient_empty)
        self._cart.show_state(state)
        if before is None or money_of(before) != money_of(state):
            self._money.show_state(state)
        if before is None or before.results != state.results:
            self._results.show_found(state.results)
        if self._room is not None and self.in_room:
            self._room.show_notice(state.notice)
        if self.sheet is not None and before is not None and before.notice != state.notice:
            self._show_notice()

    def show_scale(self, scale: ScaleCard | None) -> None:
        """The live weight alone, many times a second, without a whole state."""
        if not self._curtain.closed:
            self._money.show_scale(scale)

    def show_sheet(self, sheet: Sheet | None) -> None:
        """Show `sheet` over the counter, change the one that is there, or go back to the counter with None."""
        from pos_desktop.ui.sheets.host import SheetHost

        if self._waits("sheet", lambda: self.show_sheet(sheet)):
            if sheet is None:
                self._typed = None  # what was typed there does not come back in the next one
            return
        before, self.sheet = self.sheet, sheet
        if type(before) is not type(sheet):
            self._read_before = None if self._state is None else self._state.notice
        if self._host is None:
            if sheet is None:
                return
            self._host = SheetHost(self.theme, self.intents, self.window)
        self._host.show_sheet(sheet)
        self._show_notice()
        if sheet is None and before is not None:
            self._home().setFocus()

    def show_room(self, room: Room | None) -> None:
        """Show this room instead of the counter, change what is there, or go back to the counter with None."""
        if self._waits("room", lambda: self.show_room(room)) or (room is None and self._room is None):
            return
        if self._room is None:
            from pos_desktop.ui.rooms.host import RoomHost

            self._room = RoomHost(self.theme, self.intents)
            self._lower.addWidget(self._room, 1)
        self._shown_room = room
        if self.in_room != (room is not None):
            self._change_room(room)
        elif room is not None:
            self._room.show_room(room)
            self._rail.show_room(room.door)

    def _change_room(self, room: Room | None) -> None:
        """One of the two is there; the other keeps what it holds."""
        assert self._room is not None  # noqa: S101 - built by `show_room`
        self.in_room = room is not None
        for panel in (self._patient, self._cart, self._money):
            panel.setVisible(not self.in_room)
        self._arrange()
        if room is not None:
            self._room.show_notice(None if self._state is None else self._state.notice)
            self._room.show_room(room)
        self._room.setVisible(self.in_room)
        self._rail.show_room("" if room is None else room.door)
        if self.sheet is None:
            self._home().setFocus()

    @property
    def room_view(self) -> Page | None:
        """The room that is open, as a widget."""
        return self._room.page if self._room is not None and self.in_room else None

    def _home(self) -> QWidget:
        """Where the keys go when nothing lies over the room."""
        return self._cart.view if self._room is None or not self.in_room else self._room.first_focus()

    # -- locked

    def show_lock(self, lock: LockScreen | None) -> None:
        """Cover everything, change what the lock screen shows, or with None show again what is behind it now."""
        if lock is not None:
            if not self._curtain.closed:
                self._curtain.remember()
                self._empty()
            self._curtain.close(lock)
            return
        self._curtain.lift()
        late, self._late = self._late, {}
        late.get("state", _nothing)()
        focus = self._curtain.open()
        for name in ("room", "sheet"):
            late.get(name, _nothing)()
        body, typed = self.sheet_body, self._typed
        self._typed = None
        if body is not None and typed is not None and self._state is not None and typed[0] == self._state.who:
            focus = body.put_back(typed[1])
        place = self._home() if self.sheet is None or body is None else body.first_focus()
        (focus or place).setFocus()

    def _empty(self) -> None:
        """A screen reader may walk what is hidden too: the bare counter, until all is drawn again."""
        full, sheet, room, body = self._state, self.sheet, self._shown_room, self.sheet_body
        if full is None:
            return
        self._typed = None if body is None else (full.who, body.typed())
        self._bar.search.clear()
        self.render(self._opening())
        if self._host is not None:
            self._host.show_sheet(None)
        if self._room is not None:
            self._room.clear()
        self._late = {
            "state": lambda: self.render(full),
            "room": lambda: self.show_room(room),
            "sheet": lambda: self.show_sheet(sheet),
        }

    def _waits(self, name: str, draw: Callable[[], None]) -> bool:
        """While locked nothing behind is drawn: the last of each kind is drawn once somebody has signed in."""
        if self._curtain.closed:
            self._late[name] = draw
        return self._curtain.closed

    def _show_notice(self) -> None:
        """In the sheet too, which hides the counter's; what stood there before the sheet opened was read."""
        notice = None if self._state is None else self._state.notice
        if self._host is not None:
            self._host.show_notice(None if notice == self._read_before else notice)

    def focus_search(self) -> None:
        """As the key `/` does."""
        if self._curtain.closed:
            return
        self._bar.search.setFocus()
        self._bar.search.selectAll()

    def clear_search(self) -> None:
        """After a choice or a scan: empty the field and give the keys back to the cart."""
        self._bar.search.clear()
        self._results.show_found(None)
        if self.sheet is None and not self._curtain.closed:
            self._home().setFocus()

    # -- look

    def restyle(self) -> None:
        """Dress the window again and let every part follow."""
        self.theme.fit(self.window.width(), self.window.height())
        self.theme.dress(self.window)
        for child in self.window.findChildren(QWidget):
            follow = getattr(child, "restyle", None)
            if callable(follow):
                follow()
            child.update()
        self._arrange()

    def resized(self) -> None:
        if self.theme.fit(self.window.width(), self.window.height()):
            self.restyle()
        self._arrange()
        self._curtain.resized()
        if self._host is not None:
            self._host.setGeometry(self.window.rect())

    def _arrange(self) -> None:
        """Column widths for the room at hand, counted in widths of type."""
        theme, room = self.theme, self.window.width() * 100 // self.theme.text_percent
        compact = room < COMPACT_BELOW
        gap = 8 if compact else 12
        sides = 0 if self.in_room else gap
        self._columns.setContentsMargins(sides, 12, sides, 12)
        self._columns.setSpacing(0 if self.in_room else gap)
        patient, money = (322, 258) if room < WIDE_FROM else (360, 300)
        if compact:
            patient, money = (236, 210) if room >= NARROW_BELOW else (212, 200)
        self._patient.setFixedWidth(theme.px(patient))
        self._money.setFixedWidth(max(theme.px(money), self._money.least_width()))
        self._cart.view.set_compact(compact)

    # -- keys

    def tab(self, *, forward: bool) -> bool:
        """Tab goes round in reading order: bar, rail, patient, cart, money; or bar, rail, room."""
        if self._curtain.closed:
            return False
        areas: tuple[QWidget, ...] = (self._bar, self._rail, self._patient, self._cart, self._money)
        if self._room is not None and self.in_room:
            areas = (self._bar, self._rail, self._room)
        return tab_ring.step(tab_ring.stops(areas), forward=forward)

    @Slot(str)
    def press(self, name: str) -> None:
        """Do what the key called `name` does now: in the sheet if there is one, else at the counter."""
        if self._curtain.closed:
            self._curtain.press(name)
        elif name == LOCK_KEY:
            if self._state is not None and self._state.locks:
                self.intents.lock.emit()
        elif self.sheet is not None and self._host is not None:
            self._host.press(name)
        elif self._room is not None and self.in_room:
            self._press_room(self._room, name)
        elif not self._press_fix(name):
            self._press_counter(name)

    def _press_room(self, room: RoomHost, name: str) -> None:
        """The cart is not in sight: no key changes it, and none of a refusal works."""
        notice = None if self._state is None else self._state.notice
        if notice is not None and notice.action is not None and notice.action.key == name != "Enter":
            self.intents.fix.emit(notice.action.id)
        elif not room.press(name) and name in ("/", "Esc", "F1"):
            self._press_counter(name)

    def _press_fix(self, name: str) -> bool:
        state = self._state
        if state is None:
            return False
        fixes = state.refusal.fixes if state.refusal is not None else ()
        if state.notice is not None and state.notice.action is not None:
            fixes = (*fixes, state.notice.action)
        for fix in fixes:
            if fix.key == name:
                self.intents.fix.emit(fix.id)
                return True
        return False

    def _press_counter(self, name: str) -> None:
        if name == "/":
            self.focus_search()
        elif name == "Esc":
            self._step_back()
        elif name in ("Up", "Down"):
            self._cart.view.step(-1 if name == "Up" else 1)
        else:
            self._keys.press(name, self._state)

    def _step_back(self) -> None:
        if self._bar.search.text():
            self._bar.search.clear()
            self.intents.search_changed.emit("")
        elif self._bar.search.hasFocus():
            self._home().setFocus()
        else:
            self.intents.back.emit()


def _nothing() -> None:
    """Was not drawn while the counter was locked."""
