"""The way into the reports and out again; what is behind it is imported when it is first opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pos_desktop.app.ports import SyncStatus
from pos_desktop.domain.outbox import OutboxState
from pos_desktop.ui.flows.floor import REPORT_WORD, Floor
from pos_desktop.ui.intents import Intents
from pos_desktop.ui.presenter.drain import Drain

if TYPE_CHECKING:
    from pos_desktop.ui.flows.reports import ReportsRoomFlow

_WORDS = "report-"


class ReportsDoor:
    def __init__(self, floor: Floor, intents: Intents) -> None:
        self._floor, self._intents = floor, intents
        self._drain = Drain()
        self._room: ReportsRoomFlow | None = None

    def open(self) -> None:
        worklist = self._floor.desk.worklist
        if worklist is None:
            return
        if self._room is None:
            from pos_desktop.ui.flows.reports import ReportsRoomFlow

            self._room = room = ReportsRoomFlow(self._floor, worklist, self._drain)
            self._intents.report_filter.connect(room.choose_filter)
            self._intents.report_at.connect(room.choose_row)
            self._intents.report_rows.connect(room.in_sight)
        self._room.open()

    def leave(self) -> None:
        """Back to the counter as it was; what lay over the room goes with it."""
        if self._floor.room is not None:
            self._floor.room = None
            self._floor.close_sheet()

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
        if self._room is not None:
            self._room.act(fix_id)
        return True

    def save(self, values: Mapping[str, str]) -> bool:
        """False: the sheet that was saved is none about a report."""
        if self._room is None or self._floor.sheet_kind != REPORT_WORD:
            return False
        self._room.save(values)
        return True
