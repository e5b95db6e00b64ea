"""Paper after the sale: what is due, what could not be printed, copies."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.ports import JobState, PaperJob
from pos_desktop.domain.sale import Sale
from pos_desktop.ui.flows.floor import Floor
from pos_desktop.ui.sheet_state import PaperRow, PaperSheet
from pos_desktop.ui.state import Tone

translate = QCoreApplication.translate
PAPER = "paper"


class Printing:
    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self.said: Callable[[tuple[str, ...]], None] = lambda _: None
        self._busy = self._again = False

    def work(self) -> None:
        """Print what is due, on the paper lane; asked while it works, it works once more after."""
        desk = self._floor.desk
        if desk.paper is None:
            return
        if self._busy:
            self._again = True
            return
        self._busy = True
        self._floor.lanes.paper("print", desk.paper.work, self._worked, self._failed)

    def work_if_waiting(self) -> None:
        """Now and then: the printer may be back."""
        if any(job.state is JobState.WAITING for job in self._floor.jobs):
            self.work()

    def open(self) -> None:
        self._read(lambda: self._floor.open_sheet(PAPER, paper_sheet(self._floor)))

    def reprint(self) -> None:
        """F10: what waits comes first; else a copy of the last receipt, marked so."""
        floor = self._floor
        if floor.desk.paper is None:
            floor.say(Tone.WARN, translate("Paper", "No receipt printer is set up at this register."))
            return
        if floor.jobs:
            self.open()
            self.work()
            return
        if floor.last_sale is not None:
            self._copy(floor.last_sale)
            return
        floor.on_database("last sale", lambda: floor.desk.sales.recent(1), self._copy_last)

    def print_again(self, job_id: str) -> None:
        paper, by = self._floor.desk.paper, self._floor.by
        job = next((each for each in self._floor.jobs if str(each.id) == job_id), None)
        if paper is None or job is None:
            return
        if job.state is JobState.UNKNOWN:
            self._floor.lanes.paper("copy", lambda: paper.print_copy_of(job, by), self._asked, self._failed)
        else:
            self.work()

    def it_printed(self, job_id: str) -> None:
        paper, by = self._floor.desk.paper, self._floor.by
        if paper is not None:
            self._floor.lanes.paper(
                "printed", lambda: paper.it_printed(int(job_id), by), self._asked, self._failed
            )

    def refresh(self) -> None:
        self._read(self._floor.show)

    def _read(self, then: Callable[[], None]) -> None:
        floor = self._floor
        if floor.desk.paper is None:
            return

        def read(jobs: Sequence[PaperJob]) -> None:
            floor.jobs = tuple(jobs)
            if floor.sheet_kind == PAPER:
                floor.sheet = paper_sheet(floor)
            then()

        floor.on_database("paper jobs", floor.desk.paper.open_jobs, read)

    def _copy_last(self, sales: Sequence[Sale]) -> None:
        if sales:
            self._copy(sales[0])
        else:
            self._floor.say(Tone.INFO, translate("Paper", "There is no sale to print yet."))

    def _copy(self, sale: Sale) -> None:
        paper, by = self._floor.desk.paper, self._floor.by
        if paper is not None:
            self._floor.lanes.paper(
                "copy", lambda: paper.reprint(sale.id, by), lambda _: self._copied(sale), self._failed
            )

    def _copied(self, sale: Sale) -> None:
        """Said before the printer answers; what it has to say comes over it."""
        going = translate("Paper", "A copy of the receipt of sale {number} goes to the printer.")
        self._floor.say(Tone.INFO, going.format(number=f"{sale.number.counter:07d}"))
        self._asked(None)

    def _asked(self, _: object) -> None:
        self.refresh()
        self.work()

    def _worked(self, sentences: tuple[str, ...]) -> None:
        self._busy = False
        self.said(sentences)
        self.refresh()
        if self._again:
            self._again = False
            self.work()

    def _failed(self, problem: BaseException) -> None:
        self._busy = self._again = False
        self._floor.refuse(problem)


def paper_sheet(floor: Floor) -> PaperSheet:
    rows = tuple(
        PaperRow(
            id=str(job.id),
            title=_title(job),
            detail=_detail(job),
            can_dismiss=job.state is not JobState.WAITING,
        )
        for job in floor.jobs
    )
    return PaperSheet(rows, translate("Paper", "Everything is printed."))


def _title(job: PaperJob) -> str:
    if job.slip is not None:
        return job.slip.title
    return translate("Paper", "Receipt of sale {number}").format(number=job.sale_number)


def _detail(job: PaperJob) -> str:
    if job.state is JobState.UNKNOWN:
        return translate("Paper", "It may or may not have printed. Look at the printer.")
    return job.why or translate("Paper", "Waits for the printer.")
