"""The room “Reports to the state”: rows are read page by page, one story at a time, and a person's word is given on.

Everything here is asked of the database lane, one question of a kind at a time; what is asked for meanwhile is asked
once, when the answer is there. So a held arrow key costs a few reads and the lane is soon free for a scan.
"""

from __future__ import annotations

from collections.abc import Mapping

from pos_desktop.app.ports import SyncStatus
from pos_desktop.app.ports.worklist import Which
from pos_desktop.app.worklist import Line, Page, Story, Worklist
from pos_desktop.domain.instant import MINUTE_US, SECOND_US, Instant
from pos_desktop.domain.people import Person, Right
from pos_desktop.ui.flows.declaring import can_open, reads_registry
from pos_desktop.ui.flows.floor import Floor
from pos_desktop.ui.flows.report_words import GivingWord
from pos_desktop.ui.presenter import reports as words
from pos_desktop.ui.presenter.drain import Drain
from pos_desktop.ui.presenter.outage import OUTAGE, OUTAGE_KEY
from pos_desktop.ui.room_state import PAGE_ROWS, ReportRow, ReportsRoom, ReportStory
from pos_desktop.ui.state import FixButton

_MOST_PAGES = 6
"""Kept in memory; those farthest from what is in sight go first."""
_AGAIN_US = 10 * SECOND_US
"""Times change the list too: it is read again this often even if the queue stands still."""

_Worded = tuple[tuple[Line, ...], int, tuple[ReportRow, ...]]


class ReportsRoomFlow:
    """Made when the room is first opened. Thread: GUI."""

    def __init__(self, floor: Floor, worklist: Worklist, drain: Drain) -> None:
        self._floor, self._worklist, self._drain = floor, worklist, drain
        self._word = GivingWord(floor, worklist, self.refresh)
        self._which: Which | None = None
        self._counts: Mapping[Which, int] = {}
        self._pages: dict[int, tuple[Line, ...]] = {}
        self._sight = (0, 0)
        self._selected = ""
        self._row = 0
        self._to_choose = True
        """`_row` was asked for and its report is not known yet."""
        self._story: Story | None = None
        self._reading = self._read_again = False
        self._telling = self._tell_again = False
        self._rows: dict[int, _Worded] = {}
        self._storied: tuple[Story, int, ReportStory] | None = None
        self._seen: tuple[object, Instant] | None = None

    # -- coming and going

    def open(self) -> None:
        """First what needs a person, if anything does; else what waits; else all."""
        if self._floor.room is not None:
            return
        self._which, self._counts, self._seen = None, {}, None
        self._floor.pay_when_answered = False
        self._floor.results = None
        self._begin_list()

    def looked(self, status: SyncStatus) -> None:
        """After each look at the queue: read again what may have changed."""
        if not self._here:
            return
        now = self._floor.desk.clock.now()
        if self._seen is None or self._seen[0] != status.counts or now.since_us(self._seen[1]) >= _AGAIN_US:
            self._seen = (status.counts, now)
            self.refresh()
        else:
            self._show()

    def come_back(self) -> None:
        """From the comparison: the list as it was left."""
        if self._which is None:
            self._begin_list()
            return
        self._show()
        self.refresh()

    def tell_of(self, item_id: str) -> None:
        """The story of this report, wherever it stands in the list."""
        self._story, self._selected, self._to_choose = None, item_id, False
        if self._which is None:
            self._begin_list()
            self._selected, self._to_choose = item_id, False
        self._show()
        self._read(anew=True)
        self._tell()

    @property
    def _here(self) -> bool:
        return isinstance(self._floor.room, ReportsRoom)

    # -- wishes

    def choose_filter(self, which: str) -> None:
        if self._here and self._which is not None:
            self._which = Which(which)
            self._begin_list()

    def choose_row(self, row: int) -> None:
        if not self._here or not 0 <= row < self._total:
            return
        self._row, self._to_choose = row, True
        self._settle_choice()
        if self._to_choose:
            self.in_sight(row, row)
        self._show()

    def in_sight(self, first: int, last: int) -> None:
        """The view shows these rows: read what of them is not here."""
        if not self._here or last < first:
            return
        self._sight = (max(0, first) // PAGE_ROWS, min(last, first + 4 * PAGE_ROWS) // PAGE_ROWS)
        if any(n not in self._pages for n in range(self._sight[0], self._sight[1] + 1)):
            self._read()

    def act(self, fix_id: str) -> None:
        """Only on the report whose story is on the screen."""
        if self._here and self._story is not None and self._story.line.id == self._selected:
            self._word.act(fix_id, self._story)

    def save(self, values: Mapping[str, str]) -> None:
        self._word.save(values)

    def refresh(self) -> None:
        if self._here:
            self._read(anew=True)
            self._tell()

    # -- rows

    @property
    def _total(self) -> int:
        return 0 if self._which is None else self._counts.get(self._which, 0)

    def _begin_list(self) -> None:
        self._pages, self._sight, self._story = {}, (0, 0), None
        self._selected, self._row, self._to_choose = "", 0, True
        self._show()
        self._read(anew=True)

    def _read(self, *, anew: bool = False) -> None:
        """`anew`: what was read before may have changed."""
        if self._reading:
            self._read_again = self._read_again or anew or bool(self._missing())
            return
        which, first, last = self._which, *self._sight
        if not anew:
            missing = self._missing()
            if not missing:
                return
            first, last = missing[0], missing[-1]
        self._reading = True
        offset, limit = first * PAGE_ROWS, (last - first + 1) * PAGE_ROWS
        worklist, by = self._worklist, self._floor.by

        def read() -> tuple[Which, Page]:
            if which is None:
                return _first_list(worklist, by)
            return which, worklist.page(which, by, offset=offset, limit=limit)

        self._floor.lanes.database(
            "reports", read, lambda got: self._have(got, which, first, anew=anew), self._failed
        )

    def _missing(self) -> list[int]:
        first, last = self._sight
        return [n for n in range(first, last + 1) if n not in self._pages]

    def _have(self, got: tuple[Which, Page], asked: Which | None, first: int, *, anew: bool) -> None:
        self._reading = False
        if not self._here:
            self._read_again = False
            return
        which, page = got
        if asked is self._which:
            self._which, self._counts = which, page.counts
            self._take(page, first, anew=anew)
            self._settle_choice()
        again, self._read_again = self._read_again, False
        if again or asked not in (None, self._which):
            self._read(anew=True)
        self._show()

    def _take(self, page: Page, first: int, *, anew: bool) -> None:
        if anew:
            self._pages.clear()
        for n in range(0, max(len(page.lines), 1), PAGE_ROWS):
            self._pages[first + n // PAGE_ROWS] = page.lines[n : n + PAGE_ROWS]
        middle = sum(self._sight) // 2
        for far in sorted(self._pages, key=lambda n: abs(n - middle))[_MOST_PAGES:]:
            del self._pages[far]

    def _settle_choice(self) -> None:
        """The row that was asked for is a report once its page is here."""
        if not self._total or not (self._to_choose or not self._selected):
            return
        self._row, self._to_choose = min(self._row, self._total - 1), True
        rows = self._pages.get(self._row // PAGE_ROWS, ())
        at = self._row % PAGE_ROWS
        if at < len(rows):
            self._to_choose = False
            self._selected = rows[at].id
            self._tell()

    # -- the story

    def _tell(self) -> None:
        if not self._selected:
            return
        if self._telling:
            self._tell_again = True
            return
        self._telling = True
        item_id, worklist, by = self._selected, self._worklist, self._floor.by
        self._floor.lanes.database(
            "a report", lambda: worklist.story(item_id, by), self._told, self._not_told
        )

    def _told(self, story: Story) -> None:
        self._telling = False
        if not self._here:
            self._tell_again = False
            return
        if story.line.id == self._selected:
            self._story = story
        again, self._tell_again = self._tell_again, False
        if again or story.line.id != self._selected:
            self._tell()
        self._show()

    def _failed(self, problem: BaseException) -> None:
        self._reading = self._read_again = False
        self._floor.refuse(problem)

    def _not_told(self, problem: BaseException) -> None:
        self._telling = self._tell_again = False
        self._floor.refuse(problem)

    # -- drawing

    def _show(self) -> None:
        floor, now = self._floor, self._floor.desk.clock.now()
        minute = now.utc_us // MINUTE_US
        self._rows = {n: self._in_words(n, lines, minute) for n, lines in self._pages.items() if lines}
        pages = {n: rows for n, (_, _, rows) in self._rows.items()}
        room = ReportsRoom(
            filters=words.filters(self._counts, self._which),
            total=self._total,
            pages=pages,
            at=self._at(),
            story=self._story_in_words(minute),
            summary=words.summary(self._counts),
            empty_text="" if self._which is None else words.empty_text(self._which),
            reading=self._which is None or (self._total > 0 and not pages),
            draining=words.draining(self._drain.progress()),
            line=FixButton(OUTAGE, words.line_word(), OUTAGE_KEY)
            if can_open(floor) and not reads_registry(floor)
            else None,
            compare=words.compare_button() if floor.desk.comparing is not None else None,
        )
        if room != floor.room:
            floor.room = room
            floor.show()

    def _in_words(self, n: int, lines: tuple[Line, ...], minute: int) -> _Worded:
        """Words change with the report and with the minute; else they are kept."""
        kept = self._rows.get(n)
        if kept is not None and kept[0] == lines and kept[1] == minute:
            return kept
        now, zone = self._floor.desk.clock.now(), self._floor.desk.zone
        return lines, minute, tuple(words.row(line, now, zone) for line in lines)

    def _story_in_words(self, minute: int) -> ReportStory | None:
        if self._story is None:
            return None
        kept = self._storied
        if kept is None or kept[0] != self._story or kept[1] != minute:
            desk = self._floor.desk
            told = words.story(
                self._story,
                desk.clock.now(),
                desk.zone,
                manages=self._floor.second.within_reach(Right.SETTLE_REPORT),
            )
            self._storied = kept = (self._story, minute, told)
        return kept[2]

    def _at(self) -> int:
        if self._to_choose and self._total:
            return self._row
        for n, lines in self._pages.items():
            for at, line in enumerate(lines):
                if line.id == self._selected:
                    return n * PAGE_ROWS + at
        return -1


def _first_list(worklist: Worklist, by: Person) -> tuple[Which, Page]:
    page = worklist.page(Which.NEEDS_PERSON, by, limit=PAGE_ROWS)
    for which in (Which.NEEDS_PERSON, Which.WAITING):
        if page.counts[which]:
            return which, page if which is Which.NEEDS_PERSON else worklist.page(which, by, limit=PAGE_ROWS)
    return Which.ALL, worklist.page(Which.ALL, by, limit=PAGE_ROWS)
