"""Unattended selling: varied legal sales through the counter's own use cases, on whatever the store at hand has."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from pos_desktop.app.desk import Desk
from pos_desktop.app.ports import JobKind, JobState, PaperJobs, PatientBook
from pos_desktop.app.reception import Answer, Choose, Refused
from pos_desktop.app.visit import Visit
from pos_desktop.domain.cash import quick_tenders
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.identity import CaregiverId
from pos_desktop.domain.instant import SECOND_US
from pos_desktop.domain.limits.model import Link
from pos_desktop.domain.patient import Patient
from pos_desktop.domain.sale import Sale, Tender
from pos_desktop.domain.tender import cash_due, plain_payment
from pos_desktop.training.baskets import Baskets

_EVERYBODY = 100_000
_EVERY_DEBIT = 5
"""One sale in so many is paid by debit where the register has a terminal, which approves everything."""
_BY_CAREGIVER = "caregiver:"
_OUTAGE = "outage"
_LONGEST_WAIT_US = 5 * SECOND_US


@dataclass(slots=True)
class SellReport:
    """What was sold, by kind. `stopped` is a sentence where fewer than wanted could be sold, else empty.

    Args:
        refused: Why patients could not buy, by code, one count a patient.
        left_out: Why packages could not be sold at all, by code, one count a package.
        shrunk: Lines made smaller because of a limit.
    """

    wanted: int
    sold: int = 0
    packaged_lines: int = 0
    weighed_lines: int = 0
    by_caregiver: int = 0
    held_and_recalled: int = 0
    shrunk: int = 0
    total_cents: int = 0
    patients: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    stopped: str = ""

    def document(self) -> dict[str, Any]:
        """For `--json`."""
        return {name: getattr(self, name) for name in self.__slots__}


def sell(
    count: int,
    seed: int,
    *,
    desk: Desk,
    patients: PatientBook,
    jobs: PaperJobs,
    offline: bool = False,
    wait_us: Callable[[int], None] | None = None,
    progress: Callable[[int], None] | None = None,
) -> SellReport:
    """Make `count` legal sales, or as many as can be made; the same choices for the same seed and store.

    Lane: database, and network where the desk asks the state. No drawer opens and no receipt is printed.

    Args:
        count: How many sales.
        seed: Decides everything that is left to chance.
        desk: The counter's use cases; its printer and scale are not used.
        patients: Everybody in it takes turns.
        jobs: The drawer jobs of these sales are dismissed there, so that no drawer opens when a counter starts.
        offline: Decide as if the state could not be reached, and ask it nothing.
        wait_us: Waits so many microseconds; two sales of one patient are never in the same second.
        progress: Hears how many sales are made, after each.

    Raises:
        RuleRefusal: the store is not for training. EnvironmentTrouble: the store cannot be written.
    """
    if desk.register.profile != "training":
        raise RuleRefusal(
            "Unattended selling is for training stores only. Nothing was sold.", code="live-store"
        )
    run = _Run(Random(f"selling {seed}"), desk, patients, jobs, offline=offline, wait_us=wait_us or _sleep_us)
    return run.sell(count, progress or (lambda _: None))


class _CannotBuy(Exception):
    """This patient is done for today; carries the reason's code."""


class _Run:
    def __init__(
        self,
        rng: Random,
        desk: Desk,
        patients: PatientBook,
        jobs: PaperJobs,
        *,
        offline: bool,
        wait_us: Callable[[int], None],
    ) -> None:
        self._rng = rng
        self._desk = desk
        self._jobs = jobs
        self._offline = offline
        self._wait_us = wait_us
        self._baskets = Baskets(desk.shelf, desk.limits, rng, sample_prices=True)
        everybody = list(patients.by_name("", "", _EVERYBODY))
        rng.shuffle(everybody)
        self._queue = deque(everybody)
        self._refused: Counter[str] = Counter()
        self._paid = 0

    def sell(self, count: int, progress: Callable[[int], None]) -> SellReport:
        """Patients take turns in one order; who can buy no more leaves the queue."""
        report = SellReport(count)
        served = set()
        while report.sold < count and self._queue and not self._baskets.empty:
            patient = self._queue.popleft()
            try:
                sale = self._serve(patient, report)
            except (_CannotBuy, RuleRefusal) as why:
                self._refused[why.code if isinstance(why, RuleRefusal) else str(why)] += 1
                continue
            self._queue.append(patient)
            served.add(patient.id)
            _count(report, sale)
            progress(report.sold)
        report.patients = len(served)
        report.refused, report.left_out = dict(self._refused), dict(self._baskets.left_out)
        report.shrunk = self._baskets.shrunk
        if report.sold < count:
            report.stopped = self._why(report)
        return report

    def _serve(self, patient: Patient, report: SellReport) -> Sale:
        visit = self._check_in(patient)
        self._let_a_second_pass(visit)
        turns = -(-(report.wanted - report.sold) // (len(self._queue) + 1))
        filled = self._baskets.fill(visit, self._desk.clock.now(), self._link, turns)
        if not filled.cart.lines:
            decision = self._desk.limits.decide(visit, self._desk.clock.now(), self._link)
            raise _CannotBuy(next(iter(decision.refused_by), "nothing-fits"))
        return self._pay(self._perhaps_held(filled, report))

    def _check_in(self, patient: Patient) -> Visit:
        reception = self._desk.reception
        visit = self._by_caregiver(_opened(reception.by_card(patient.card_number, self._desk.on_duty.actor)))
        if self._offline or self._desk.ask_state is None:
            return visit
        answer = self._desk.ask_state(patient)
        return visit if answer is None else _opened(reception.with_answer(visit, answer))

    def _by_caregiver(self, visit: Visit) -> Visit:
        """Now and then a caregiver who bought before buys again."""
        known = sorted({each.by for each in visit.history if each.by.startswith(_BY_CAREGIVER)})
        if not known or self._rng.random() < 1 / 2:
            return visit
        chosen = CaregiverId(self._rng.choice(known).removeprefix(_BY_CAREGIVER))
        opened = self._desk.reception.open(visit.patient.id, self._desk.on_duty.actor, chosen)
        return visit if isinstance(opened, Refused) else opened

    def _let_a_second_pass(self, visit: Visit) -> None:
        """The state knows a sale by patient and second, and no sale is dated into the future for that."""
        last = max((each.at.utc_us for each in visit.history if each.source == "own"), default=0)
        early = (last // SECOND_US + 1) * SECOND_US - self._desk.clock.now().utc_us
        if early > _LONGEST_WAIT_US:
            raise _CannotBuy("clock-behind-last-sale")
        if early > 0:
            self._wait_us(early)

    def _perhaps_held(self, visit: Visit, report: SellReport) -> Visit:
        """One cart in twelve is put aside and taken up again; sample prices would not survive that."""
        priced = all(self._has_price(visit, n) for n in range(len(visit.cart.lines)))
        if not priced or self._rng.random() >= 1 / 12:
            return visit
        self._desk.holds.hold(visit, self._desk.on_duty.actor)
        recalled, lost = self._desk.holds.recall(visit.sale_id, self._desk.on_duty.actor)
        if lost:
            raise RuleRefusal("The cart did not come back as it was.", code="lost-in-hold")
        report.held_and_recalled += 1
        return recalled

    def _has_price(self, visit: Visit, n: int) -> bool:
        package = self._desk.shelf.by_tag(visit.cart.lines[n].package.tag)
        return package is not None and package.product.price is not None

    def _pay(self, visit: Visit) -> Sale:
        due = visit.cart.totals(self._desk.register.tax_bp).total
        desk, duty = self._desk.tenders, self._desk.on_duty
        asked = cash_due(due, nickel=desk is not None and desk.nickel)
        tendered = self._rng.choice(quick_tenders(asked))
        self._paid += 1
        if desk is not None and desk.terminal and due and self._paid % _EVERY_DEBIT == 0:
            card = desk.request(visit, due, due, duty.actor, duty.session)
            card = desk.approved(card, f"S{card.reference[-6:]}", "", duty.actor)
            parts = (plain_payment(Tender.DEBIT, due, card),)
            sale = self._desk.close_sale.pay(visit, parts, duty, self._link, receipt=False)
        else:
            sale = self._desk.close_sale.cash(visit, tendered, duty, self._link, receipt=False)
        for job in self._jobs.due():
            if job.sale_id == sale.id and job.kind is JobKind.DRAWER:
                self._jobs.move(job.id, JobState.DISMISSED, "Sold unattended; the drawer stayed shut.")
        self._desk.nudge_sync()
        return sale

    @property
    def _link(self) -> Link:
        return Link.DOWN if self._offline else self._desk.link.link

    def _why(self, report: SellReport) -> str:
        made = f"{report.sold:,} of {report.wanted:,} sales were made."
        if self._baskets.empty:
            return f"No package on the shelf may be sold{' any more' if report.sold else ''}. {made}"
        if not self._refused:
            return f"There are no patients in this store; import or add some first. {made}"
        if self._refused[_OUTAGE]:
            return f"The programme allows no sale while the state cannot be reached. {made}"
        reasons = ", ".join(f"{code} {number:,}" for code, number in self._refused.most_common())
        return f"No patient can buy anything more now ({reasons}). {made}"


def _opened(answer: Answer) -> Visit:
    if isinstance(answer, Refused):
        raise _CannotBuy(answer.why.value)
    if isinstance(answer, Choose):
        raise _CannotBuy("card-of-several")
    return answer


def _count(report: SellReport, sale: Sale) -> None:
    weighed = sum(1 for line in sale.lines if line.weighing is not None)
    report.sold += 1
    report.weighed_lines += weighed
    report.packaged_lines += len(sale.lines) - weighed
    report.by_caregiver += sale.caregiver_id is not None
    report.total_cents += sale.total.cents


def _sleep_us(microseconds: int) -> None:
    time.sleep(microseconds / SECOND_US)
