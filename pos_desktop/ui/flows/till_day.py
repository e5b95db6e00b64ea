"""What every part of the room “Till” works on: where the till stands, the page that is shown, what was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.ports import KeptZ, Sealed, Slip
from pos_desktop.app.till_base import Step, TillPicture
from pos_desktop.app.till_desk import TillDesk
from pos_desktop.app.views import Why
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.money import Money
from pos_desktop.domain.people import Approval, Person, Right
from pos_desktop.domain.tender import TerminalDay
from pos_desktop.domain.till import Count, read_pieces
from pos_desktop.ui.flows.floor import Floor
from pos_desktop.ui.flows.safe_door import safe_door
from pos_desktop.ui.presenter.till import room
from pos_desktop.ui.presenter.till_parts import COUNTS, Page, Told
from pos_desktop.ui.state import Tone
from pos_desktop.ui.till_state import TillRoom

T = TypeVar("T")
translate = QCoreApplication.translate
_AT = {
    Step.CLOSED: Page.OPENING,
    Step.OPEN: Page.HOME,
    Step.PAUSED: Page.PAUSED,
    Step.COUNTED: Page.RESULT,
    Step.RECOUNTED: Page.RESULT,
}
_WITHIN = {
    Step.CLOSED: {Page.OPENING, Page.CLOSED},
    Step.OPEN: {Page.HOME, Page.DROPPING},
    Step.PAUSED: {Page.PAUSED, Page.CHECKING},
    Step.CLOSING: {Page.HELD, Page.COUNTING},
    Step.COUNTED: {Page.RESULT, Page.RECOUNTING, Page.SIGNING},
    Step.RECOUNTED: {Page.RESULT, Page.RECOUNTING, Page.SIGNING},
}


@dataclass(frozen=True, slots=True)
class Looked:
    """One look at the till on the database lane."""

    picture: TillPicture
    sealed: tuple[Sealed, ...]
    last_z: tuple[KeptZ, Slip] | None
    terminals: tuple[TerminalDay, ...] = ()
    """None before the count is sealed."""
    may_recount: bool = False
    own_difference: str = ""


@dataclass(slots=True)
class TillDay:
    """Thread: GUI. `print_now` hands waiting paper to the printer."""

    floor: Floor
    desk: TillDesk
    print_now: Callable[[], None]
    page: Page = Page.HOME
    typed: Mapping[str, str] = field(default_factory=dict)
    count: int = 0
    looked: Looked | None = None
    reason: str = ""
    approval: Approval | None = None
    batches: Mapping[str, Money] | None = None
    """What the debit terminals say they took; None before anybody was asked. One that was not read is not in it."""
    busy: bool = False
    """Something is being saved: no second press does it twice."""
    held_step: bool = False
    """Whether the close that is under way had held carts to look at."""
    _reading: bool = False
    _by: Person | None = None
    """Who was here last: what was approved was approved for that person."""

    # -- where it stands

    @property
    def picture(self) -> TillPicture:
        assert self.looked is not None  # noqa: S101 - nothing of the room is shown before
        return self.looked.picture

    @property
    def here(self) -> bool:
        return isinstance(self.floor.room, TillRoom)

    def read(self, then: Callable[[], None] | None = None) -> None:
        """Look again, then draw the room if one is in it."""
        if self._reading and then is None:
            return
        self._reading = True
        desk, by, views = self.desk, self.floor.actor, self.floor.desk.views

        def look() -> Looked:
            picture = desk.picture()
            if picture.step is Step.CLOSING and by is not None and views is not None:
                # The room is about to name them.
                views.seen(by, Why.HELD, [each.patient_id for each in picture.held])
            last = desk.last_z() if picture.session is None else None
            sealed = desk.sealed()
            if not sealed:
                return Looked(picture, sealed, last)
            return Looked(picture, sealed, last, desk.terminals(), desk.may_recount(), desk.own_difference())

        def seen(looked: Looked) -> None:
            self._reading = False
            self._take(looked)
            if then is not None:
                then()
            self.draw()

        def failed(problem: BaseException) -> None:
            self._reading = False
            self.floor.refuse(problem)

        self.floor.lanes.database("the till", look, seen, failed)

    def go(self, page: Page) -> None:
        """Another page; a count on it begins empty."""
        self.page = page
        if page in COUNTS:
            self.typed, self.count = {}, self.count + 1
        self.draw()

    def home(self) -> None:
        """The page that the till's own step asks for."""
        step = self.picture.step
        if step is Step.CLOSING:
            self.go(Page.HELD if self.picture.held else Page.COUNTING)
        else:
            self.go(_AT[step])

    def draw(self) -> None:
        """The room as it is now; the counter behind it where nobody is in the room."""
        if self.here:
            self.show()
        else:
            self.floor.show()

    def show(self) -> None:
        """Enter the room, or draw it anew."""
        floor = self.floor
        if floor.actor is None or self.looked is None:
            return
        if floor.actor != self._by:
            if self._by is not None:  # a count is of who seals it
                self.typed, self.count = {}, self.count + 1
            self._by = floor.actor
            self._begin_anew()
            if self.page is Page.SIGNING:
                self.page = Page.RESULT
        self.held_step = self.held_step or self.page is Page.HELD
        shown = room(self._told())
        if shown != floor.room:
            floor.room = shown
        floor.show()

    def unapproved(self) -> None:
        """A reason and an approval are of one count's difference, and of one try to close with it."""
        self.reason, self.approval = "", None

    # -- doing

    def do(
        self,
        name: str,
        operation: Callable[[], T],
        done: Callable[[T], None],
        not_done: Callable[[], None] = lambda: None,
    ) -> None:
        """On the database lane, once at a time; a refusal is said and leaves everything as it was."""
        if self.busy:
            return
        self.busy = True

        def answered(result: T) -> None:
            self.busy = False
            done(result)

        def failed(problem: BaseException) -> None:
            self.busy = False
            not_done()
            self.floor.refuse(problem)
            self.read()

        self.floor.lanes.database(name, operation, answered, failed)

    def done(self, text: str, then: Callable[[], None] | None = None) -> None:
        """It is saved: say so, print what waits, look again; `then` another page than the till's own step asks for."""
        self.floor.close_sheet()
        self.floor.say(Tone.GOOD, text)
        self.print_now()
        self.read(then or self.home)

    def counted(self) -> Count | None:
        """What is in the grid; None, and a sentence said, where it is no count."""
        try:
            if not any(text.strip() for text in self.typed.values()):
                raise BadInput(nothing_counted(), code="count")
            return read_pieces({int(cents): text for cents, text in self.typed.items()})
        except BadInput as problem:
            self.floor.refuse(problem)
            return None

    def typed_total(self) -> Money | None:
        """Of a grid that may be left empty; None where it is, or where it is no count."""
        if not any(text.strip() for text in self.typed.values()):
            return None
        count = self.counted()
        return None if count is None else count.total

    # -- inside

    def _take(self, looked: Looked) -> None:
        floor, before = self.floor, self.looked
        self.looked = looked
        floor.till = looked.picture
        floor.session = looked.picture.session
        step = looked.picture.step
        if before is None or self.page not in _WITHIN[step]:
            self.page = _AT.get(step, Page.HELD if looked.picture.held else Page.COUNTING)
            self.typed, self.count = {}, self.count + 1
        if step not in (Step.COUNTED, Step.RECOUNTED):
            self._begin_anew()
        elif before is None:
            self.held_step = bool(looked.picture.held)
        if step not in (Step.CLOSING, Step.COUNTED, Step.RECOUNTED):
            self.held_step = False

    def _begin_anew(self) -> None:
        """What one person gave for the close is not given for the next person, nor for the next close."""
        self.unapproved()
        self.batches = None

    def _told(self) -> Told:
        floor, looked = self.floor, self.looked
        assert looked is not None  # noqa: S101 - `show` looks first
        sealed = looked.sealed
        return Told(
            page=self.page,
            picture=looked.picture,
            register=floor.desk.register_name,
            now=floor.desk.clock.now(),
            zone=floor.desk.zone,
            actor=floor.by,
            typed=self.typed,
            count=self.count,
            sealed=sealed,
            differs=bool(sealed) and self.desk.differs(sealed[-1]),
            reason=self.reason,
            approved_by="" if self.approval is None else self.approval.by.name,
            last_z=None if looked.last_z is None else looked.last_z[0],
            terminals=looked.terminals,
            batches=self.batches,
            may_recount=looked.may_recount,
            own_difference=looked.own_difference,
            held_step=self.held_step,
            safe=safe_door(floor).shown and floor.by.may(Right.CLOSE_TILL),
        )


def nothing_counted() -> str:
    return translate(
        "Till",
        "Nothing was counted yet. Write how many there are of each note and coin, or 0 where there is none at all.",
    )
