"""Receipts, slips and the drawer, after what they tell of is saved.

What could not be printed waits in a list that anyone can see.
"""

from __future__ import annotations

from collections.abc import Sequence

from pos_desktop.app.ports import (
    Clock,
    JobKind,
    JobState,
    JournalBook,
    PaperJob,
    PaperJobs,
    PaperOutcome,
    PaperResult,
    Person,
    ReceiptPaper,
    SaleBook,
    Slip,
)
from pos_desktop.app.views import ViewLog, Why
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.identity import PersonId, SaleId
from pos_desktop.domain.instant import MINUTE_US
from pos_desktop.domain.people import SERVICE, Right, require
from pos_desktop.domain.sale import Sale

KICK_WAITS_US = MINUTE_US
"""A drawer that was asked for longer ago, or at a time to come, stays shut."""
_NOTHING = "Nothing was printed."
_AFTER = {
    PaperOutcome.NOT_SENT: JobState.WAITING,
    PaperOutcome.CONFIRMED: JobState.DONE,
    PaperOutcome.SENT: JobState.DONE,
    PaperOutcome.UNKNOWN: JobState.UNKNOWN,
}


class PaperDesk:
    """Lane: paper. One worker, so that two jobs never meet at the printer."""

    def __init__(
        self,
        *,
        jobs: PaperJobs,
        sales: SaleBook,
        paper: ReceiptPaper,
        journal: JournalBook,
        clock: Clock,
        views: ViewLog | None = None,
    ) -> None:
        self._views = views
        self._jobs = jobs
        self._sales = sales
        self._paper = paper
        self._journal = journal
        self._clock = clock

    def recover(self) -> int:
        """At start-up: a job that had begun may be on paper, so a person decides; no drawer opens twice."""
        return self._jobs.recover()

    def work(self) -> tuple[str, ...]:
        """Do what is due. Returns sentences for the person at the counter; a printer that is away costs one try."""
        said: list[str] = []
        for job in self._jobs.due():
            result = self._do(job)
            if result is None:
                self._jobs.move(job.id, JobState.DISMISSED, "What this job tells of is not in the store.")
                continue
            if result.why and result.why not in said:
                said.append(result.why)
            if job.kind is not JobKind.DRAWER and result.outcome is PaperOutcome.NOT_SENT:
                break
        return tuple(said)

    def open_jobs(self) -> Sequence[PaperJob]:
        return [job for job in self._jobs.open() if job.kind is not JobKind.DRAWER]

    def reprint(self, sale_id: SaleId, by: Person) -> None:
        """A person's choice: prints COPY and is written to the journal. Raises RuleRefusal: not for everybody."""
        require(by, Right.SELL, _NOTHING)
        sale = self._sales.find(sale_id)
        if sale is None:
            raise BadInput("There is no such sale to print.")
        if self._views is not None:
            self._views.seen(by, Why.REPRINT, [sale.patient_id])
        job = self._jobs.add_copy(sale_id, self._clock.now())
        self._journal.append("receipt.copy", by.id, sale_id, {"job": job.id})

    def copy_slip(self, slip: Slip, by: Person) -> None:
        """The same paper again, marked COPY; journaled with what it tells of.

        Raises:
            RuleRefusal: not for everybody.
        """
        require(by, Right.OPEN_DRAWER, _NOTHING)
        job = self._jobs.add_slip(JobKind.SLIP_COPY, slip, self._clock.now())
        self._journal.append("slip.copy", by.id, slip.says["ref"], {"job": job.id, "slip": slip.kind.value})

    def it_printed(self, job_id: int, by: Person) -> None:
        """A person saw the paper. Raises RuleRefusal: not for everybody."""
        require(by, Right.SELL, "The receipt stays in the list.")
        self._jobs.move(job_id, JobState.DONE, "")

    def print_copy_of(self, job: PaperJob, by: Person) -> None:
        """Nobody found the paper of a doubtful job: print it again, marked COPY.

        Raises:
            RuleRefusal: not for everybody.
        """
        require(by, Right.SELL, _NOTHING)
        if job.sale_id is not None:
            self.reprint(job.sale_id, by)
        elif job.slip is not None:
            self.copy_slip(job.slip, by)
        self._jobs.move(job.id, JobState.DISMISSED, "Printed again as a copy.")

    def _do(self, job: PaperJob) -> PaperResult | None:
        """None: there is nothing that it could tell of."""
        slip = job.slip
        if slip is not None:
            return self._kick_for(job, slip) if job.kind is JobKind.DRAWER else self._print_slip(job, slip)
        sale = None if job.sale_id is None else self._sales.find(job.sale_id)
        if sale is None:
            return None
        return self._kick(job, sale) if job.kind is JobKind.DRAWER else self._print(job, sale)

    def _print(self, job: PaperJob, sale: Sale) -> PaperResult:
        self._jobs.move(job.id, JobState.STARTED)
        result = self._paper.print_receipt(sale, copy=job.kind.is_copy)
        self._jobs.move(job.id, _AFTER[result.outcome], result.why)
        return result

    def _print_slip(self, job: PaperJob, slip: Slip) -> PaperResult:
        self._jobs.move(job.id, JobState.STARTED)
        result = self._paper.print_slip(slip, copy=job.kind.is_copy)
        self._jobs.move(job.id, _AFTER[result.outcome], result.why)
        return result

    def _kick(self, job: PaperJob, sale: Sale) -> PaperResult:
        return self._opened(job, PersonId(sale.actor_id), sale.id, "cash sale")

    def _kick_for(self, job: PaperJob, slip: Slip) -> PaperResult:
        says = slip.says
        return self._opened(job, PersonId(says["by"]), says["ref"], says["reason"])

    def _opened(self, job: PaperJob, by: PersonId, ref: str, reason: str) -> PaperResult:
        if abs(self._clock.now().since_us(job.created_at)) > KICK_WAITS_US:
            return self._kept_shut(job, by, ref, reason)
        self._jobs.move(job.id, JobState.STARTED)
        result = self._paper.kick_drawer()
        self._jobs.move(job.id, JobState.DONE, result.why)
        told = {"reason": reason, "outcome": result.outcome.value}
        self._journal.append("drawer.opened", by, ref, told)
        return result

    def _kept_shut(self, job: PaperJob, by: PersonId, ref: str, reason: str) -> PaperResult:
        """Whoever asked for it is not waiting any more: no drawer opens by surprise."""
        said = f"The drawer stays shut ({reason}): asked for more than a minute ago. Press F9 if it is still needed."
        self._jobs.move(job.id, JobState.DISMISSED, said)
        told = {"reason": reason, "by": by, "asked_at": job.created_at.utc_us}
        self._journal.append("drawer.kept-shut", SERVICE.id, ref, told)
        return PaperResult(PaperOutcome.NOT_SENT, said)
