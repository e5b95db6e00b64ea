"""An outage walked through on a training store: the state's system goes, sales go on, the line comes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from pos_desktop.app.desk import Desk
from pos_desktop.app.ports import PaperJobs, PatientBook, Person, ServiceReach
from pos_desktop.domain.errors import BadInput, PosError, RuleRefusal, Unavailable
from pos_desktop.domain.outbox import OutboxItem
from pos_desktop.sync.loop import SyncLoop
from pos_desktop.training.drill_record import DrillRecord
from pos_desktop.training.selling import sell

EVIDENCE = "Outage drill: the training service was closed for practice."
_ROUNDS = 5
"""Of sending, before what is left counts as left."""


class PractisedState(Protocol):
    """The training service of the store's own system, as far as a drill needs it."""

    def close_socket(self) -> None: ...

    def open_socket(self) -> None: ...

    def compared(self, reports: Sequence[OutboxItem]) -> tuple[int, Mapping[str, list[str]]]:
        """How many sales it holds, and what differs from these reports, by kind."""


class Guide(Protocol):
    """Who leads the drill: told of each step, asked before it."""

    def step(self, number: int, of: int, words: str) -> None:
        """Raises DrillStopped: the person wants no more of it."""

    def evidence(self, usual: str) -> str:
        """What shows the outage; asked again where that says too little. Raises DrillStopped."""

    def done(self, words: str) -> None: ...


class DrillStopped(PosError):
    """The person ended the drill before its end."""

    code = "stopped"


@dataclass(frozen=True, slots=True)
class Stage:
    """What a drill is played on. `reports` reads the report of every sale of the store; `sending` holds its lock.

    `mark` notes with which evidence the drill's outage is before it is declared, `unmark` that it is ended: a drill
    that is killed leaves the mark, and the next start ends its outage.
    """

    desk: Desk
    patients: PatientBook
    jobs: PaperJobs
    state: PractisedState
    loop: SyncLoop
    probe: Callable[[], ServiceReach]
    sending: Callable[[], AbstractContextManager[object]]
    reports: Callable[[], Sequence[OutboxItem]]
    manager: Person
    mark: Callable[[str], None]
    unmark: Callable[[], None]


_STEPS = 6


class Drill:
    """One drill, once. Whatever happens, the service is open and the outage ended afterwards."""

    def __init__(self, stage: Stage, guide: Guide, record: DrillRecord) -> None:
        self._stage = stage
        self._guide = guide
        self.record = record

    def play(self, count: int, seed: int) -> DrillRecord:
        """All steps, with `count` sales in between.

        Raises:
            DrillStopped: at a step. RuleRefusal: the store is not as a drill needs it; nothing was done.
            Unavailable: the training service does not answer this store.
        """
        self._report_what_waits()
        before = {each.id for each in self._stage.reports()}
        try:
            self._go_away()
            self._declare()
            self._sell(count, seed, before)
            self._come_back()
        finally:
            self._put_back()
        self._report()
        return self.record

    def _report_what_waits(self) -> None:
        """So that the drill's own sales are all that waits later."""
        self._guide.step(
            1, _STEPS, "What waits is reported first, so that the drill begins with an empty queue."
        )
        outages = self._stage.desk.outages
        if outages is not None and outages.look() is not None:
            raise RuleRefusal(
                "An outage is declared in this store already. The drill was not begun. End it first: "
                "pos-desktop outage end.",
                code="declared-already",
            )
        reach = self._stage.probe()
        if reach is not ServiceReach.REACHED:
            why = "refuses this store's keys" if reach is ServiceReach.REFUSED_KEY else "does not answer"
            raise Unavailable(
                f"The training service {why}. The drill was not begun and nothing was sold. If its state lies "
                "elsewhere, name that folder with --state-dir.",
                code="no-practice",
            )
        self._send()
        status = self._stage.loop.status()
        if status.waiting or status.needs_person:
            raise RuleRefusal(
                "Reports of earlier sales wait or need a person, so a drill would show nothing. It was not begun. "
                "Look at them first: pos-desktop sync status.",
                code="queue-not-empty",
            )

    def _go_away(self) -> None:
        self._guide.step(2, _STEPS, "Now the state's system goes away.")
        self._stage.state.close_socket()
        self.record.away = self._stage.desk.clock.now()
        reach = self._stage.probe()
        self._stage.desk.link.heard(reach)
        self.record.noticed = reach is ServiceReach.AWAY
        self._guide.done(
            "The system is away, and the program noticed."
            if self.record.noticed
            else "The program did not notice."
        )

    def _declare(self) -> None:
        outages = self._stage.desk.outages
        self._guide.step(3, _STEPS, f"A manager declares the outage. {self.record.rule}")
        if outages is None or not outages.possible:
            self._guide.done("The programme asks no system before a sale: there is nothing to declare.")
            return
        while not self.record.evidence:
            try:
                evidence = self._guide.evidence(EVIDENCE)
                self._stage.mark(evidence)
                declared = outages.declare(evidence, self._stage.manager)
            except BadInput as thin:
                self._guide.done(thin.sentence)
            else:
                self.record.evidence = declared.evidence
        self._guide.done("The outage is declared.")

    def _sell(self, count: int, seed: int, before: set[str]) -> None:
        self._guide.step(
            4, _STEPS, f"{count} sales are made without the state, as the counter would make them."
        )
        report = sell(
            count,
            seed,
            desk=self._stage.desk,
            patients=self._stage.patients,
            jobs=self._stage.jobs,
            offline=True,
        )
        made = [each.natural_key for each in self._stage.reports() if each.id not in before]
        self.record.sold = report.document()
        self.record.numbers = (made[0], made[-1]) if made else ("", "")
        self.record.waited = self._stage.loop.status().waiting
        self._guide.done(f"{report.sold} of {count} sales were made and are saved. {report.stopped}".strip())

    def _come_back(self) -> None:
        self._guide.step(5, _STEPS, "The state's system comes back, and the manager ends the outage.")

    def _put_back(self) -> None:
        """Also after a drill that was stopped; the store's own word first, for the service may be gone for good."""
        outages = self._stage.desk.outages
        if outages is not None and outages.look() is not None:
            outages.end(self._stage.manager)
        self._stage.unmark()
        self._stage.state.open_socket()
        if self.record.away is not None:
            self.record.back = self._stage.desk.clock.now()

    def _report(self) -> None:
        self._guide.step(6, _STEPS, "Everything is reported, and both ledgers are laid side by side.")
        self._send()
        status = self._stage.loop.status()
        self.record.waiting = status.waiting
        if not (status.waiting or status.needs_person):
            self.record.reported = self._stage.desk.clock.now()
        reports = self._stage.reports()
        self.record.local = len(reports)
        self.record.state, self.record.differences = self._stage.state.compared(reports)
        self._guide.done("Both ledgers agree." if self.record.agree else "The ledgers do not agree.")

    def _send(self) -> None:
        """What is due, until nothing waits. Counted only once the line is back: the drill's own reports."""
        self._stage.desk.link.heard(self._stage.probe())
        with self._stage.sending():
            for _ in range(_ROUNDS):
                self._stage.loop.try_again()
                done = self._stage.loop.once(wait_for_doubt=True)
                if self.record.back is not None:
                    self.record.sends += done.sent
                    self.record.confirmed += done.confirmed
                    self.record.looked_up += done.looked_up
                    self.record.refused += done.refused
                    self.record.conflicts += done.conflicts
                if not self._stage.loop.status().waiting:
                    return
