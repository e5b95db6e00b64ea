"""Every fault of the wire met in every state of a report: nothing lost, nothing twice, nothing about a patient kept.

While the fault lasts each report is where the reliability contract (section 4) says; when it is over all are at the
state once, each patient's in order, those of another license under their own.
"""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from pos_desktop.domain.instant import MINUTE_US, SECOND_US
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, OutboxState, Outcome
from pos_desktop.sync.metrc.tracker import MetrcTracker
from tests.fixtures.fault_bench import CARDS, SETTLE_US, FaultBench, fault_bench, fault_report
from tests.fixtures.fault_proxy import Exchange, pass_on
from tests.fixtures.sandbox import OTHER_LICENSE
from tests.fixtures.wire_faults import BY_NAME, FAULTS, WireFault

IN_DOUBT = OutboxState.IN_DOUBT


class Moment(StrEnum):
    """In which state the report is when the fault meets it."""

    SENT = "queued, being sent"
    FIRST_LOOK_UP = "in doubt and recorded, asked about for the first time"
    FIRST_LOOK_UP_ABSENT = "in doubt and not recorded, asked about for the first time"
    SECOND_LOOK_UP = "in doubt, absent once, asked about again"
    PROBED = "blocked, the line tried with a read"
    RESTARTED = "the program died while it was sent"


@dataclass
class Reports:
    """`first` meets the fault; `behind` is the same patient's, `beside` another's, `other` of another license."""

    first: OutboxItem
    behind: OutboxItem
    beside: OutboxItem
    other: OutboxItem

    def all(self) -> tuple[OutboxItem, ...]:
        return (self.first, self.behind, self.beside, self.other)


def reports() -> Reports:
    return Reports(
        fault_report(1, CARDS[1]),
        fault_report(2, CARDS[1]),
        fault_report(3, CARDS[2]),
        fault_report(4, CARDS[1], OTHER_LICENSE),
    )


def prepared(bench: FaultBench, moment: Moment, ours: Reports) -> None:
    """Bring the first report to the moment, and the others into the queue."""
    first, now = ours.first, bench.clock.now()
    doubtful = replace(first, state=IN_DOUBT, attempt_ended_at=now, last_error="No answer came.")
    if moment in (Moment.FIRST_LOOK_UP, Moment.RESTARTED):
        bench.record(first)
    states = {
        Moment.SENT: first,
        Moment.FIRST_LOOK_UP: doubtful,
        Moment.FIRST_LOOK_UP_ABSENT: doubtful,
        Moment.SECOND_LOOK_UP: replace(doubtful, absent_once=True, not_before=now.plus_us(SETTLE_US)),
        Moment.PROBED: replace(first, state=OutboxState.BLOCKED, last_error="The key was refused."),
        Moment.RESTARTED: replace(first, state=OutboxState.SENDING),
    }
    ours.first = states[moment]
    for item in ours.all():
        bench.outbox.add(item)
    bench.proxy.seen.clear()


def met(bench: FaultBench, fault: WireFault, moment: Moment, ours: Reports) -> None:
    """The first report meets the fault; assert what became of it and of the others."""
    if moment is Moment.RESTARTED:
        bench.loop().once()
        assert bench.state(ours.first.id) is IN_DOUBT
    if moment not in (Moment.SENT, Moment.PROBED):
        bench.clock.advance(SETTLE_US)
    before = bench.clock.now()
    summary = bench.loop().once()
    bench.proxy.quiet()
    first = bench.outbox.items[ours.first.id]
    assert summary.stopped or not fault.pauses
    assert first.last_error, "a person is told"
    match moment:
        case Moment.SENT:
            assert first.state is fault.sent
            assert bench.posted(first) <= 1
            assert bench.posted(ours.beside) <= 1
            assert bench.state(ours.beside.id) is (OutboxState.QUEUED if fault.pauses else fault.sent)
            wait = None if fault.waits_s is None else before.plus_us(fault.waits_s * SECOND_US)
            assert wait in (None, first.not_before)
        case Moment.PROBED:
            assert first.state is OutboxState.BLOCKED
            assert bench.proxy.posts == [], "a probe is a read"
        case _:
            still_in_doubt(bench, fault, moment, first)
    assert bench.posted(ours.behind) == 0, "the patient's next report waits"
    assert bench.posted(ours.other) == 0, "another license's report is not sent under ours"


def still_in_doubt(bench: FaultBench, fault: WireFault, moment: Moment, first: OutboxItem) -> None:
    assert first.state is IN_DOUBT
    assert first.absent_once == (moment is Moment.SECOND_LOOK_UP)
    assert bench.posted(first) == 0, "nothing is sent that was not looked up"
    asked = any(row.kind == "look-up" for row in bench.outbox.log if row.item_id == first.id)
    if asked:
        assert first.not_before is not None
        assert first.not_before > bench.clock.now()
    else:
        assert moment is Moment.RESTARTED, "another patient's report had found the lane closed before"
        assert fault.pauses


def made_good(bench: FaultBench, ours: Reports) -> None:
    """The fault is over: everything is reported once, in order."""
    for item in (ours.first, ours.beside):
        if bench.state(item.id) is OutboxState.REJECTED:
            bench.again(item.id)
    bench.drain(bench.loop(), *(item.id for item in ours.all()[:3]))
    assert bench.state(ours.other.id) in (OutboxState.QUEUED, OutboxState.BLOCKED)
    bench.drain(bench.loop(bench.tracker(OTHER_LICENSE)), ours.other.id)
    assert bench.recorded() == {item.natural_key: 1 for item in ours.all()}
    ids = bench.ids()
    assert {item.natural_key: bench.outbox.items[item.id].remote_id for item in ours.all()} == {
        external: str(number) for external, number in ids.items()
    }
    assert ids[ours.first.natural_key] < ids[ours.behind.natural_key]
    assert bench.elsewhere == [], "another host was given the keys"


def crossed(folder: Path, fault: WireFault, moment: Moment, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), fault_bench(folder, https=fault.tls) as bench:
        ours = reports()
        prepared(bench, moment, ours)
        with bench.suffering(fault):
            met(bench, fault, moment, ours)
        made_good(bench, ours)
        kept = bench.kept_text() + caplog.text
    assert [card for card in CARDS if card in kept] == []


QUICK = [
    *((fault, Moment.SENT) for fault in FAULTS),
    *((fault, Moment.RESTARTED) for fault in FAULTS if fault.name in ("refused", "slow-drip", "401")),
    *(
        (BY_NAME[name], moment)
        for moment in (Moment.FIRST_LOOK_UP, Moment.SECOND_LOOK_UP, Moment.PROBED)
        for name in ("reset-within-the-answer", "portal-page", "404", "429-seconds", "truncated-json")
    ),
]
REST = [(fault, moment) for fault in FAULTS for moment in Moment if (fault, moment) not in QUICK]


def named(cells: list[tuple[WireFault, Moment]]) -> list[ParameterSet]:
    return [pytest.param(fault, moment, id=f"{fault.name}-{moment.name.lower()}") for fault, moment in cells]


@pytest.mark.parametrize(("fault", "moment"), named(QUICK))
def test_a_fault_costs_no_report(
    tmp_path: Path, fault: WireFault, moment: Moment, caplog: pytest.LogCaptureFixture
) -> None:
    crossed(tmp_path, fault, moment, caplog)


@pytest.mark.prove
@pytest.mark.parametrize(("fault", "moment"), named(REST))
def test_every_fault_in_every_state_costs_no_report(
    tmp_path: Path, fault: WireFault, moment: Moment, caplog: pytest.LogCaptureFixture
) -> None:
    crossed(tmp_path, fault, moment, caplog)


# ---- known wrong


class BlindTracker(MetrcTracker):
    """Known wrong: an answer that did not come is taken for "not sent"."""

    def send(self, item: OutboxItem) -> AttemptResult:
        result = super().send(item)
        return replace(result, outcome=Outcome.NOT_SENT) if result.outcome is Outcome.IN_DOUBT else result


LANDING = [fault for fault in FAULTS if fault.lands]


@pytest.mark.parametrize("fault", LANDING, ids=[fault.name for fault in LANDING])
def test_sending_again_blind_doubles(tmp_path: Path, fault: WireFault) -> None:
    with fault_bench(tmp_path) as bench:
        item = fault_report(1, CARDS[1])
        bench.outbox.add(item)
        loop = bench.loop(bench.tracker(kind=BlindTracker))
        with bench.suffering(fault):
            loop.once()
            bench.proxy.quiet()
        bench.drain(loop, item.id)
        assert bench.recorded()[item.natural_key] == 2


@pytest.mark.parametrize(("settle_us", "copies"), [(SETTLE_US, 1), (0, 2)])
def test_asking_at_once_doubles_what_is_done_late(tmp_path: Path, settle_us: int, copies: int) -> None:
    """The service goes on with a request within the settle time; whoever asks sooner sends it again."""
    with fault_bench(tmp_path, settle_us=settle_us) as bench:
        item = fault_report(1, CARDS[1])
        bench.outbox.add(item)
        bench.proxy.late.clear()
        loop = bench.loop()
        with bench.suffering(BY_NAME["work-after-giving-up"]):
            loop.once()
        loop.once(wait_for_doubt=not settle_us)
        bench.proxy.late.set()
        bench.proxy.quiet()
        bench.drain(loop, item.id)
        assert bench.recorded()[item.natural_key] == copies


# ---- faults that come and go


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(5))
def test_a_storm_of_faults_costs_no_report(tmp_path: Path, seed: int) -> None:
    storm(tmp_path, 150, seed)


def test_a_short_storm_of_faults_costs_no_report(tmp_path: Path) -> None:
    storm(tmp_path, 20, seed=7)


def storm(folder: Path, sales: int, seed: int) -> None:
    """Any exchange meets any fault at all with a chance of a sixth, and the program dies now and then."""
    dice = random.Random(seed)
    with fault_bench(folder) as bench:
        items = [fault_report(n, dice.choice(CARDS)) for n in range(sales)]
        for item in items:
            bench.outbox.add(item)
        bench.proxy.fault = lambda exchange: by_chance(exchange, dice)
        loop = bench.loop()
        while bench.outbox.counts()[OutboxState.CONFIRMED] < sales:
            loop.once()
            for item in items:
                if bench.state(item.id) is OutboxState.REJECTED:
                    bench.again(item.id)
            bench.clock.advance(dice.randint(1, 5) * MINUTE_US)
            loop = bench.loop() if dice.random() < 1 / 5 else loop
        assert bench.recorded() == {item.natural_key: 1 for item in items}
        ids = bench.ids()
        for card in CARDS:
            theirs = [ids[item.natural_key] for item in items if item.aggregate == card]
            assert theirs == sorted(theirs)


HASTY = [fault.act for fault in FAULTS if fault.act is not None and not fault.slow and not fault.tls]


def by_chance(exchange: Exchange, dice: random.Random) -> None:
    act = dice.choice(HASTY) if dice.random() < 1 / 6 else pass_on
    act(exchange)
