"""The comparison of a business day with the state, in the room of the reports.

It runs on a lane of its own, goes on while patients are served, and is there when one comes back. Each second the room
looks how far it is; nothing here waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.comparing import Comparing, UnderWay
from pos_desktop.app.ports import CouldNotAsk
from pos_desktop.app.worklist import Worklist
from pos_desktop.domain.errors import BadInput, EnvironmentTrouble
from pos_desktop.ui.flows.compare_sheets import DAY, FOLDER, SheetsOfComparing, typed_day
from pos_desktop.ui.flows.floor import COMPARE_DAY, COMPARE_FOLDER, Floor
from pos_desktop.ui.presenter import comparing as words
from pos_desktop.ui.presenter import difference
from pos_desktop.ui.presenter.comparing import Found, Part
from pos_desktop.ui.presenter.drain import Drain
from pos_desktop.ui.room_state import PAGE_ROWS, CompareRoom, ReportRow
from pos_desktop.ui.state import Tone

translate = QCoreApplication.translate
OpenReport = Callable[[str], None]


class ComparingFlow:
    """Made when the comparison is first opened. `open_report` shows a report's story by its id. Thread: GUI."""

    def __init__(
        self, floor: Floor, comparing: Comparing, worklist: Worklist, open_report: OpenReport
    ) -> None:
        self._floor, self._comparing, self._worklist = floor, comparing, worklist
        self._open_report = open_report
        self._sheets = SheetsOfComparing(floor, comparing)
        self._day = comparing.today - timedelta(days=1)
        self._found: Found | None = None
        self._part = Part.TO_SETTLE
        self._row = 0
        self._sight = (0, 0)
        self._under_way: UnderWay | None = None
        self._drain = Drain()
        self._saving = self._finding = False
        self._does: Mapping[str, Callable[[], None]] = {
            words.START: self._start,
            words.CANCEL: self._cancel,
            words.EARLIER: lambda: self._choose_day(self._day - timedelta(days=1)),
            words.LATER: lambda: self._choose_day(self._day + timedelta(days=1)),
            words.PICK: lambda: self._sheets.ask_day(self._day),
            words.LOOK: self._look,
            words.CERTIFICATE: self._ask_folder,
            words.OPEN: self._find_report,
        }

    # -- coming and going

    def open(self) -> None:
        """As it was left; the day before today where nothing was compared yet."""
        if self._found is None and self._under_way is None:
            self._day = self._comparing.today - timedelta(days=1)
        self._floor.notice = None
        self.show()

    def stop(self) -> None:
        """The program ends."""
        if self._under_way is not None:
            self._under_way.stop()

    def tick(self) -> None:
        """Each second: how far it is."""
        under_way = self._under_way
        if under_way is None:
            return
        if under_way.read is not None:
            done, of = under_way.read
            self._drain.look(self._floor.desk.clock.now(), ended=done, waiting=of - done)
        if self._here:
            self.show()

    @property
    def running(self) -> bool:
        return self._under_way is not None

    @property
    def _here(self) -> bool:
        return isinstance(self._floor.room, CompareRoom)

    # -- wishes

    def act(self, fix_id: str) -> None:
        does = self._does.get(fix_id)
        if does is not None and self._here:
            does()

    def choose_filter(self, part: str) -> None:
        if self._result is not None:
            self._part, self._row, self._sight = Part(part), 0, (0, 0)
            self.show()

    def choose_row(self, row: int) -> None:
        if 0 <= row < len(self._entries):
            self._row = row
            self.in_sight(row, row)

    def in_sight(self, first: int, last: int) -> None:
        self._sight = (max(0, first) // PAGE_ROWS, max(first, last) // PAGE_ROWS)
        self.show()

    def save(self, values: Mapping[str, str]) -> None:
        """A sheet of this room was filled in."""
        if self._floor.sheet_kind == COMPARE_DAY:
            self._day_typed(values.get(DAY, ""))
        else:
            self._save(values.get(FOLDER, ""))

    # -- the day

    def _choose_day(self, day: date) -> None:
        if self._under_way is None and day <= self._comparing.today:
            self._day, self._row, self._sight = day, 0, (0, 0)
            self.show()

    def _day_typed(self, text: str) -> None:
        try:
            day = typed_day(text, self._comparing.today)
        except BadInput as problem:
            self._sheets.ask_day_again(problem)
            return
        self._floor.close_sheet()
        self._choose_day(day)

    # -- the comparison

    def _start(self) -> None:
        if self._under_way is not None:
            return
        self._under_way = under_way = UnderWay(self._day)
        self._drain = Drain()
        comparing, by = self._comparing, self._floor.by

        def run() -> Found | CouldNotAsk | None:
            result = comparing.run(under_way, by)
            return result if result is None or isinstance(result, CouldNotAsk) else words.found(result)

        self._floor.notice = None
        self._floor.lanes.comparing("compare a day", run, self._compared, self._not_compared)
        self.show()

    def _cancel(self) -> None:
        if self._under_way is not None:
            self._under_way.stop()
            self.show()

    def _compared(self, answer: Found | CouldNotAsk | None) -> None:
        self._under_way = None
        if isinstance(answer, Found):
            self._found, self._part, self._row, self._sight = answer, answer.first_part, 0, (0, 0)
        elif self._here:
            tone, text = (Tone.INFO, _cancelled()) if answer is None else (Tone.WARN, answer.sentence)
            self._floor.say(tone, text)
        if self._here:
            self.show()

    def _not_compared(self, problem: BaseException) -> None:
        self._under_way = None
        self._refuse(problem)
        if self._here:
            self.show()

    def _refuse(self, problem: BaseException) -> None:
        """A small file beside the store that cannot be written stops no register."""
        if isinstance(problem, EnvironmentTrouble) and problem.code == "file":
            self._floor.say(Tone.WARN, problem.sentence)
        else:
            self._floor.refuse(problem)

    # -- what may be done

    def _look(self) -> None:
        self._comparing.look_now()
        self._floor.say(
            Tone.INFO,
            translate(
                "Compare",
                "What waits is sent now, and what is new at the state is fetched. Compare again in a moment.",
            ),
        )

    def _find_report(self) -> None:
        entries = self._entries
        ref = difference.report_ref(entries[self._row]) if self._row < len(entries) else ""
        if not ref or self._finding:
            return
        self._finding = True
        worklist, by = self._worklist, self._floor.by
        self._floor.lanes.database(
            "find a report", lambda: worklist.find(ref, by), self._report_found, self._not_found
        )

    def _report_found(self, item_id: str) -> None:
        self._finding = False
        if self._here:
            self._open_report(item_id)

    def _not_found(self, problem: BaseException) -> None:
        self._finding = False
        self._floor.refuse(problem)

    def _ask_folder(self) -> None:
        if self._result is not None and self._under_way is None and not self._saving:
            self._sheets.ask_folder(self._day)

    def _save(self, folder: str) -> None:
        found = self._result
        if found is None or self._saving:
            return
        self._saving = True
        comparing, by = self._comparing, self._floor.by
        self._floor.lanes.comparing(
            "save the certificate",
            lambda: comparing.save(found.result, folder, by),
            self._saved,
            self._not_saved,
        )

    def _saved(self, files: Sequence[Path]) -> None:
        self._saving = False
        if self._floor.sheet_kind == COMPARE_FOLDER:
            self._floor.close_sheet()
        names = " + ".join(each.name for each in files)
        words_ = translate("Compare", "Saved in {folder}: {names}")
        self._floor.say(Tone.GOOD, words_.format(folder=files[0].parent if files else "", names=names))

    def _not_saved(self, problem: BaseException) -> None:
        self._saving = False
        if isinstance(problem, BadInput) and self._floor.sheet_kind == COMPARE_FOLDER:
            self._sheets.ask_folder_again(problem)
        else:
            self._refuse(problem)

    # -- drawing

    @property
    def _result(self) -> Found | None:
        """What was found of the day that is shown."""
        found = self._found
        return found if found is not None and found.day == self._day else None

    @property
    def _entries(self) -> tuple[words.Entry, ...]:
        return () if self._result is None else self._result.parts[self._part]

    def show(self) -> None:
        floor, today, found = self._floor, self._comparing.today, self._result
        under_way, entries = self._under_way, self._entries
        self._row = min(self._row, max(0, len(entries) - 1))
        if found is not None:
            title, text = words.empty_words(found, self._part)
        else:
            title, text = words.invitation() if under_way is None else words.meanwhile(self._day)
        room = CompareRoom(
            day=words.day_words(self._day),
            day_note=words.day_note(self._day, today),
            start=words.start_button(running=under_way is not None, again=found is not None),
            days=() if under_way is not None else words.day_buttons(self._day, today),
            running=None
            if under_way is None
            else words.running(under_way.read, self._drain.progress(), stopping=under_way.stopping),
            tools=() if found is None or under_way is not None else words.tools(),
            summary="" if found is None else words.summary(found, floor.desk.clock.now()),
            filters=() if found is None else words.filters(found, self._part),
            total=len(entries),
            pages={} if found is None else self._pages(found),
            at=self._row if entries else -1,
            story=difference.story(entries[self._row], found.result) if found is not None and entries else None,
            empty_title=title,
            empty_text=text,
        )  # fmt: skip
        if room != floor.room:
            floor.room = room
        floor.show()

    def _pages(self, found: Found) -> Mapping[int, tuple[ReportRow, ...]]:
        """In words only what is in sight, and the chosen one."""
        entries = self._entries
        wanted = {*range(self._sight[0], self._sight[1] + 2), self._row // PAGE_ROWS}
        cut = {n: entries[n * PAGE_ROWS : (n + 1) * PAGE_ROWS] for n in sorted(wanted)}
        return {
            n: tuple(difference.row(each, found.result) for each in part) for n, part in cut.items() if part
        }


def _cancelled() -> str:
    return translate("Compare", "The comparison was cancelled. Nothing was changed.")
