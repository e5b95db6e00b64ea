"""What every part of the room “Safe” works on: the last look, the chosen line, the page, what was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from pos_desktop.app.custody_desk import NO_REASON, Because
from pos_desktop.app.custody_picture import Line, Next, What
from pos_desktop.app.custody_room import CustodyDesks, CustodyLook
from pos_desktop.app.reasons import good_reason
from pos_desktop.domain.custody.events import NOTHING
from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.people import Person
from pos_desktop.domain.till import Count, read_pieces
from pos_desktop.ui.flows.floor import SAFE_SHEET, Floor
from pos_desktop.ui.flows.till_day import nothing_counted
from pos_desktop.ui.presenter import safe_sheets as sheets
from pos_desktop.ui.presenter.safe import Page, SafeTold, safe_room
from pos_desktop.ui.safe_state import SafeRoom
from pos_desktop.ui.sheet_state import FieldsSheet
from pos_desktop.ui.state import Tone

T = TypeVar("T")
Values = Mapping[str, str]


@dataclass(slots=True)
class SafeDay:
    """Thread: GUI. `print_now` hands waiting paper to the printer."""

    floor: Floor
    desks: CustodyDesks
    print_now: Callable[[], None]
    page: Page = Page.LIST
    looked: CustodyLook | None = None
    chosen: str = ""
    counted: Line | None = None
    again: bool = False
    packed: frozenset[str] = frozenset()
    typed: Values = field(default_factory=dict)
    count: int = 0
    link: str = ""
    busy: bool = False
    """Something is being saved: no second press does it twice."""
    _who: Person | None = None
    _save: Callable[[Values], None] | None = None

    # -- looking

    @property
    def here(self) -> bool:
        return isinstance(self.floor.room, SafeRoom)

    @property
    def line(self) -> Line | None:
        return self._told().line if self.looked is not None and self.floor.actor is not None else None

    def read(self, then: Callable[[], None] | None = None) -> None:
        """Look again, then draw the room if one is in it."""
        desks, chosen, who = self.desks, self.chosen, self.floor.actor
        if who is None:
            return

        def seen(looked: CustodyLook) -> None:
            if self.floor.actor is not who:
                return  # somebody else sees other amounts
            self.looked = looked
            lines = (*looked.picture.lines, *looked.picture.done)
            self.floor.safe_waits = sum(each.next in (Next.DIVIDE, Next.TAKE_IN) for each in lines)
            if self.chosen not in {each.id for each in lines}:
                self.chosen = lines[0].id if lines else ""
                if lines and lines[0].what is What.BAG:
                    self.read(then)
                    return
            if then is not None:
                then()
            self.draw()

        self.floor.on_database("the safe", lambda: desks.look(chosen, who), seen)

    def choose(self, line_id: str) -> None:
        if self.page is Page.WAY:
            self.link = line_id
            self.draw()
            return
        self.chosen = line_id
        if self.page is Page.LIST:
            self.read()
        else:
            self.draw()

    def go(self, page: Page) -> None:
        """Another page; a count on it begins empty."""
        self.page = page
        self.typed, self.count, self.link = {}, self.count + 1, ""
        self.draw()

    def look_who(self) -> None:
        """Somebody else is signed in: the page begins anew; what was typed, and amounts that were shown, are gone."""
        if self.floor.actor is not self._who:
            self._who = self.floor.actor
            self._save, self.looked = None, None
            self.go(Page.LIST)
            if self.here:
                self.read()

    def draw(self) -> None:
        if self.here:
            self.show()

    def show(self) -> None:
        """Enter the room, or draw it anew."""
        floor = self.floor
        if floor.actor is None or self.looked is None:
            return
        if self._who is None:
            self._who = floor.actor
        shown = safe_room(self._told())
        if shown != floor.room:
            floor.room = shown
        floor.show()

    def _told(self) -> SafeTold:
        assert self.looked is not None  # noqa: S101 - nothing of the room is shown before
        floor = self.floor
        return SafeTold(
            page=self.page,
            look=self.looked,
            now=floor.desk.clock.now(),
            zone=floor.desk.zone,
            actor=floor.by,
            at=self.chosen,
            counted=self.counted,
            again=self.again,
            packed=self.packed,
            typed=self.typed,
            count=self.count,
            link=self.link,
        )

    # -- sheets

    def ask(self, sheet: FieldsSheet, save: Callable[[Values], None]) -> None:
        """`save` gets what was typed; what it raises stands in the sheet, which stays open."""
        self.floor.notice = None
        self._save = save
        self.floor.open_sheet(SAFE_SHEET, sheet)

    def save(self, values: Values) -> None:
        sheet = self.floor.sheet
        if self._save is not None and isinstance(sheet, FieldsSheet) and not self.busy:
            # It comes back with what was typed, where a second person’s sheet lay over it.
            self.floor.sheet = replace(
                sheet, fields=tuple(replace(each, value=values.get(each.id, "")) for each in sheet.fields)
            )
            self._save(values)

    def second(
        self, title: str, body: str, about: str, may: Callable[[Person], bool], done: Callable[[Person], None]
    ) -> None:
        """Somebody else’s own PIN for what the signed-in person does now."""
        self.floor.second.witness(title, body, about, may, done)

    def check(self, name: str, operation: Callable[[], object], then: Callable[[], None]) -> None:
        """What was typed, on the database lane, before anybody’s PIN is asked for; a refusal stands in the sheet.

        Nothing follows where the sheet was left meanwhile.
        """
        save, who = self._save, self.floor.actor
        if self.busy:
            return
        self.busy = True

        def still() -> bool:
            self.busy = False
            same = self._save is save and self.floor.actor is who
            return same and self.floor.sheet_kind == SAFE_SHEET

        def good(_: object) -> None:
            if still():
                then()

        def wrong(problem: BaseException) -> None:
            if still():
                self.floor.refuse(problem)

        self.floor.lanes.database(name, operation, good, wrong)

    # -- doing

    def do(
        self, name: str, operation: Callable[[], T], said: str, then: Callable[[T], None] | None = None
    ) -> None:
        """On the database lane, once at a time; a refusal is said and leaves everything as it was."""
        self._do(name, operation, said, then, self.floor.refuse)

    def do_or_explain(self, name: str, operation: Callable[[Because], object], said: str) -> None:
        """The same of a sum that may differ: then a reason and an owner are asked, and it is tried again."""

        def failed(problem: BaseException) -> None:
            if isinstance(problem, RuleRefusal) and problem.code == "difference":
                self._explain(name, operation, said, problem.sentence.removesuffix(NOTHING).strip())
            else:
                self.floor.refuse(problem)

        self._do(name, lambda: operation(NO_REASON), said, None, failed)

    def _explain(self, name: str, operation: Callable[[Because], object], said: str, words: str) -> None:
        owners = () if self.looked is None else self.looked.owners
        # Whoever saves it is no first choice to look into it.
        owners = tuple(each for each in owners if each.id != self.floor.by.id) or owners

        def save(values: Values) -> None:
            owner = next((each for each in owners if each.id == values.get(sheets.PICK)), None)
            because = Because(good_reason(values.get(sheets.REASON, "")), owner)
            self.do(name, lambda: operation(because), said)

        self.ask(sheets.differs(words, owners), save)

    def _do(
        self,
        name: str,
        operation: Callable[[], T],
        said: str,
        then: Callable[[T], None] | None,
        failed: Callable[[BaseException], None],
    ) -> None:
        if self.busy:
            return
        self.busy = True

        def answered(result: T) -> None:
            self.busy = False
            self._save = None
            self.floor.close_sheet()
            self.page = Page.LIST
            self.typed, self.count = {}, self.count + 1
            self.print_now()
            if then is not None:
                then(result)
            self.floor.say(Tone.GOOD, said)
            self.read()

        def refused(problem: BaseException) -> None:
            self.busy = False
            failed(problem)

        self.floor.lanes.database(name, operation, answered, refused)

    def what_was_counted(self) -> Count:
        """Raises BadInput: nothing was, or it is no count."""
        if not any(text.strip() for text in self.typed.values()):
            raise BadInput(nothing_counted(), code="count")
        return read_pieces({int(cents): text for cents, text in self.typed.items()})
