"""The way into the reports and out again; what is behind it is imported when it is first opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pos_desktop.app.ports import SyncStatus
from pos_desktop.domain.outbox import OutboxState
from pos_desktop.ui.flows.floor import COMPARE_DAY, COMPARE_FOLDER, REPORT_WORD, Floor
from pos_desktop.ui.intents import Intents
from pos_desktop.ui.presenter.drain import Drain
from pos_desktop.ui.room_state import CompareRoom

if TYPE_CHECKING:
    from pos_desktop.ui.flows.comparing import ComparingFlow
    from pos_desktop.ui.flows.reports import ReportsRoomFlow

_WORDS = "report-"
_COMPARE = "report-compare"


class ReportsDoor:
    """Two rooms share it: the list of the reports, and behind that the comparison of a day."""

    name = "reports"

    def __init__(self, floor: Floor, intents: Intents) -> None:
        self._floor, self._intents = floor, intents
        self._drain = Drain()
        self._room: ReportsRoomFlow | None = None
        self._comparing: ComparingFlow | None = None
        self._came_from_compare = False

    def open(self) -> None:
        worklist = self._floor.desk.worklist
        if worklist is None:
            return
        if self._room is None:
            from pos_desktop.ui.flows.reports import ReportsRoomFlow

            self._room = ReportsRoomFlow(self._floor, worklist, self._drain)
            self._intents.report_filter.connect(self._choose_filter)
            self._intents.report_at.connect(self._choose_row)
            self._intents.report_rows.connect(self._in_sight)
        self._came_from_compare = False
        self._room.open()

    def back(self) -> None:
        """Esc: one step."""
        if self._room is not None and self._in_comparison:
            self._came_from_compare = False
            self._room.come_back()
        elif self._came_from_compare and self._comparing is not None:
            self._came_from_compare = False
            self._comparing.open()
        else:
            self._floor.leave_room()

    def stop(self) -> None:
        """The program ends."""
        if self._comparing is not None:
            self._comparing.stop()

    def tick(self) -> None:
        """Each second."""
        if self._comparing is not None:
            self._comparing.tick()

    def looked(self, status: SyncStatus) -> None:
        """The speed is measured all the time: who opens the room finds it known."""
        now, ended = self._floor.desk.clock.now(), status.counts.get(OutboxState.CONFIRMED, 0)
        self._drain.look(now, ended=ended, waiting=status.waiting)
        if self._room is not None:
            self._room.looked(status)

    def act(self, fix_id: str) -> bool:
        """False: this is no word about a report."""
        if not fix_id.startswith(_WORDS):
            return False
        if fix_id == _COMPARE:
            self._compare()
        elif fix_id.startswith(_COMPARE):
            if self._comparing is not None:
                self._comparing.act(fix_id)
        elif self._room is not None:
            self._room.act(fix_id)
        return True

    def save(self, values: Mapping[str, str]) -> bool:
        """False: the sheet that was saved is none about a report."""
        kind = self._floor.sheet_kind
        if kind in (COMPARE_DAY, COMPARE_FOLDER) and self._comparing is not None:
            self._comparing.save(values)
        elif kind == REPORT_WORD and self._room is not None:
            self._room.save(values)
        else:
            return False
        return True

    # -- the comparison behind the list

    def _compare(self) -> None:
        desk = self._floor.desk
        if desk.comparing is None or desk.worklist is None or self._floor.room is None:
            return
        if self._comparing is None:
            from pos_desktop.ui.flows.comparing import ComparingFlow

            self._comparing = ComparingFlow(self._floor, desk.comparing, desk.worklist, self._tell_of)
        self._comparing.open()

    def _tell_of(self, item_id: str) -> None:
        """A difference leads to its report; Esc leads back to the difference."""
        if self._room is not None:
            self._came_from_compare = True
            self._room.tell_of(item_id)

    @property
    def _in_comparison(self) -> bool:
        return isinstance(self._floor.room, CompareRoom)

    def _choose_filter(self, which: str) -> None:
        self._front.choose_filter(which)

    def _choose_row(self, row: int) -> None:
        self._front.choose_row(row)

    def _in_sight(self, first: int, last: int) -> None:
        self._front.in_sight(first, last)

    @property
    def _front(self) -> ReportsRoomFlow | ComparingFlow:
        """The one that is on the screen."""
        front = self._comparing if self._in_comparison else self._room
        assert front is not None  # noqa: S101 - connected once the room is there
        return front
