"""The loop: order, waiting for doubt, the lane, deadlines; in virtual time with a service in memory."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pos_desktop.app.ports import ServiceReach, SyncStatus
from pos_desktop.domain.deadlines import Standing
from pos_desktop.domain.errors import StoreBusy
from pos_desktop.domain.instant import HOUR_US, MINUTE_US, SECOND_US
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, OutboxState, Outcome
from pos_desktop.sync.loop import SyncSummary
from pos_desktop.sync.status import exit_code
from tests.fixtures.fake_tracker import SETTLE_US
from tests.fixtures.loop_bench import Bench
from tests.fixtures.reports import START, sample_report, void_of
from tests.fixtures.virtual_time import VirtualPause

LOST = AttemptResult(Outcome.IN_DOUBT, sentence="No answer came.")


def test_an_empty_outbox_asks_nobody() -> None:
    bench = Bench()
    summary = bench.loop.once(wait_for_doubt=True)
    assert (summary.sent, bench.tracker.probes, bench.outbox.sender_epoch()) == (0, 0, 1)
    assert summary.status is not None
    assert exit_code(summary.status) == 0


def test_everything_due_goes_out_in_order() -> None:
    bench = Bench(*(sample_report(n) for n in range(5)))
    summary = bench.loop.once()
    assert bench.tracker.sends == [f"report-{n:05d}" for n in range(5)]
    assert (summary.confirmed, summary.stopped) == (5, "")
    assert bench.heard[-1] is ServiceReach.REACHED


def test_the_attempt_is_on_record_before_anything_is_sent() -> None:
    bench = Bench(sample_report(1))
    seen = []
    send = bench.tracker.send

    def watch(item: OutboxItem) -> AttemptResult:
        seen.append((bench.state(1), bench.outbox.log[-1].kind, item.state))
        return send(item)

    bench.tracker.send = watch  # type: ignore[method-assign]  # to look at the store in the middle of a send
    bench.loop.once()
    assert seen == [(OutboxState.SENDING, "begin", OutboxState.SENDING)]


def test_a_lost_answer_is_looked_up_after_it_settled_and_not_before() -> None:
    bench = Bench(sample_report(1))
    bench.tracker.script = [LOST]
    bench.tracker.lands = lambda _: True
    bench.loop.once()
    assert bench.state(1) is OutboxState.IN_DOUBT
    bench.clock.advance(SETTLE_US - 1)
    bench.loop.once()
    assert bench.tracker.look_ups == []
    bench.clock.advance(1)
    assert bench.loop.once().confirmed == 1
    assert bench.tracker.times().total() == 1


def test_setting_the_clock_forward_does_not_shorten_the_wait() -> None:
    bench = Bench(sample_report(1))
    bench.tracker.script = [LOST]
    bench.loop.once()
    bench.clock.jump_wall(10 * HOUR_US)
    bench.loop.once()
    assert bench.tracker.look_ups == []


def test_what_two_look_ups_missed_is_sent_again() -> None:
    bench = Bench(sample_report(1))
    bench.tracker.script = [LOST]
    summary = bench.loop.once(wait_for_doubt=True)
    assert (summary.sent, summary.looked_up, summary.confirmed) == (2, 2, 1)
    assert sum(bench.pause.slept_us) >= 2 * SETTLE_US
    assert bench.tracker.times().total() == 1


def test_what_was_being_sent_when_the_program_died_is_looked_up_after_a_settle() -> None:
    bench = Bench(sample_report(1, state=OutboxState.SENDING), sample_report(2))
    bench.loop.once()
    assert (bench.tracker.sends, bench.tracker.look_ups) == (["report-00002"], [])
    bench.loop.once(wait_for_doubt=True)
    assert bench.state(1) is OutboxState.CONFIRMED
    assert bench.tracker.look_ups == ["report-00001"] * 2


def test_waiting_for_doubt_does_not_hold_up_the_others() -> None:
    bench = Bench(*(sample_report(n) for n in range(10)))
    bench.tracker.script = [LOST, LOST]
    bench.tracker.lands = lambda _: True
    bench.loop.once(wait_for_doubt=True)
    assert bench.tracker.sends == [f"report-{n:05d}" for n in range(10)]
    assert sum(bench.pause.slept_us) < 2 * SETTLE_US
    assert bench.tracker.times() == {f"ST01-R1-1-{n:07d}": 1 for n in range(10)}


def test_a_stuck_report_holds_up_its_own_patient_only() -> None:
    bench = Bench(sample_report(1, patient="A"), sample_report(2, patient="A"), sample_report(3, patient="B"))
    bench.tracker.script = [AttemptResult(Outcome.REFUSED, http_status=400, sentence="No such package.")]
    summary = bench.loop.once(wait_for_doubt=True)
    assert [bench.state(n) for n in (1, 2, 3)] == [
        OutboxState.REJECTED,
        OutboxState.QUEUED,
        OutboxState.CONFIRMED,
    ]
    assert bench.outbox.items["report-00001"].last_error == "No such package."
    assert bench.pause.slept_us == []
    assert exit_code(summary.status or SyncStatus({}, None, None, 0, 0, 0)) == 30


def test_a_report_waits_for_the_one_that_it_depends_on() -> None:
    first = sample_report(1, patient="A")
    second = sample_report(2, patient="B", depends_on=first.id)
    bench = Bench(first, second)
    bench.tracker.script = [AttemptResult(Outcome.LATER, retry_after_s=30)]
    bench.loop.once()
    assert bench.tracker.sends == [first.id]
    bench.loop.once(wait_for_doubt=True)
    assert bench.tracker.sends == [first.id, first.id, second.id]


def test_a_refused_key_pauses_the_lane_and_ends_when_the_key_is_good_again() -> None:
    bench = Bench(*(sample_report(n) for n in range(3)))
    bench.tracker.reach = ServiceReach.REFUSED_KEY
    summary = bench.loop.once(wait_for_doubt=True)
    assert bench.tracker.sends == ["report-00000"]
    assert (bench.state(0), bench.state(1)) == (OutboxState.BLOCKED, OutboxState.QUEUED)
    assert summary.stopped == "The key is refused."
    assert bench.heard[-1] is ServiceReach.REFUSED_KEY

    bench.loop.once()
    assert bench.tracker.probes == 0, "no probe before a minute has passed"
    bench.clock.advance(MINUTE_US)
    bench.loop.once()
    assert (bench.tracker.probes, len(bench.tracker.sends)) == (1, 1)

    bench.tracker.reach = ServiceReach.REACHED
    bench.clock.advance(MINUTE_US)
    assert bench.loop.once().confirmed == 3
    assert set(bench.tracker.times().values()) == {1}


def test_a_read_that_works_does_not_make_it_knock_each_minute_when_writing_is_forbidden() -> None:
    bench = Bench(sample_report(1))
    forbidden = AttemptResult(Outcome.BLOCKED, http_status=403, sentence="Forbidden.", pause_lane=True)
    bench.tracker.script = [forbidden] * 20
    for _ in range(30):
        bench.loop.once()
        bench.clock.advance(MINUTE_US)
    assert len(bench.tracker.sends) == 3, "at first, after a minute, and a quarter of an hour later"
    bench.loop.try_again()
    bench.loop.once()
    assert len(bench.tracker.sends) == 4


def test_a_key_refused_while_looking_up_needs_a_person() -> None:
    bench = Bench(sample_report(1, state=OutboxState.IN_DOUBT, attempt_ended_at=START))
    bench.clock.advance(SETTLE_US)
    refused = AttemptResult(Outcome.COULD_NOT_ASK, http_status=401, sentence="The key is refused.")
    bench.tracker.look_up = lambda item: refused  # type: ignore[method-assign]  # a key revoked in between
    summary = bench.loop.once(wait_for_doubt=True)
    assert (bench.state(1), summary.stopped) == (OutboxState.IN_DOUBT, "The key is refused.")
    assert summary.status is not None
    assert (exit_code(summary.status), bench.heard) == (30, [ServiceReach.REFUSED_KEY])


def test_a_new_process_probes_before_it_sends_what_was_blocked() -> None:
    bench = Bench(sample_report(1, state=OutboxState.BLOCKED))
    bench.tracker.reach = ServiceReach.REFUSED_KEY
    bench.loop.once(wait_for_doubt=True)
    assert (bench.tracker.sends, bench.tracker.probes) == ([], 1)
    bench.tracker.reach = ServiceReach.REACHED
    assert bench.new_loop().once().confirmed == 1


def test_five_failures_close_the_lane_and_a_read_opens_it() -> None:
    bench = Bench(*(sample_report(n) for n in range(8)))
    bench.tracker.reach = ServiceReach.AWAY
    summary = bench.loop.once()
    assert len(bench.tracker.sends) == 5
    assert summary.status is not None
    assert exit_code(summary.status) == 40
    bench.clock.advance(MINUTE_US)
    bench.loop.once()
    assert (len(bench.tracker.sends), bench.tracker.probes) == (5, 6), (
        "a read with each of them, and one a minute later"
    )
    bench.tracker.reach = ServiceReach.REACHED
    bench.clock.advance(MINUTE_US)
    assert bench.loop.once().confirmed == 8, "what was put off goes out at once when the line is back"


def test_one_report_and_no_line_ends_soon() -> None:
    bench = Bench(sample_report(1))
    bench.tracker.reach = ServiceReach.AWAY
    summary = bench.loop.once(wait_for_doubt=True)
    assert sum(bench.pause.slept_us) <= 10 * SECOND_US
    assert summary.status is not None
    assert (exit_code(summary.status), bench.state(1)) == (40, OutboxState.QUEUED)


def test_a_person_who_asks_need_not_wait_for_an_old_back_off() -> None:
    bench = Bench(sample_report(1, not_before=START.plus_us(15 * MINUTE_US), attempts=9))
    bench.loop.once()
    assert bench.tracker.sends == []
    assert bench.loop.once(wait_for_doubt=True).confirmed == 1
    assert bench.pause.slept_us == []


def test_when_the_line_is_back_nothing_waits_for_an_old_back_off() -> None:
    bench = Bench(sample_report(1, not_before=START.plus_us(15 * MINUTE_US), attempts=9))
    bench.loop.try_again()
    assert bench.loop.once().confirmed == 1
    bench.outbox.add(sample_report(2, not_before=START.plus_us(15 * MINUTE_US), attempts=9))
    assert bench.loop.once().confirmed == 0, "one drain only"


def test_the_service_may_ask_to_wait() -> None:
    bench = Bench(*(sample_report(n) for n in range(3)))
    bench.tracker.script = [AttemptResult(Outcome.LATER, http_status=429, retry_after_s=20)]
    bench.loop.once()
    assert len(bench.tracker.sends) == 1
    summary = bench.loop.once(wait_for_doubt=True)
    assert summary.confirmed == 3
    assert 19 * SECOND_US <= sum(bench.pause.slept_us) <= 21 * SECOND_US


def test_a_page_in_the_services_place_closes_the_lane_at_once() -> None:
    bench = Bench(*(sample_report(n) for n in range(3)))
    bench.tracker.script = [replace(LOST, pause_lane=True, sentence="A web page answered.")]
    assert bench.loop.once().stopped == "A web page answered."
    assert len(bench.tracker.sends) == 1


def test_time_given_is_kept() -> None:
    bench = Bench(sample_report(1), sample_report(2))
    bench.tracker.script = [LOST]
    summary = bench.loop.once(wait_for_doubt=True, budget_us=10 * SECOND_US)
    assert (bench.state(1), bench.state(2)) == (OutboxState.IN_DOUBT, OutboxState.CONFIRMED)
    assert "time given" in summary.stopped
    assert sum(bench.pause.slept_us) <= 10 * SECOND_US


def test_a_stop_is_heard_while_waiting() -> None:
    bench = Bench(sample_report(1))
    bench.pause = VirtualPause(bench.clock, stop_after=1)
    bench.loop = bench.new_loop()
    bench.tracker.script = [LOST]
    assert "stopped" in bench.loop.once(wait_for_doubt=True).stopped


def test_watching_sends_what_comes_in_until_it_is_stopped() -> None:
    bench = Bench(sample_report(1))
    bench.pause = VirtualPause(bench.clock, stop_after=40)
    bench.loop = bench.new_loop()
    bench.tracker.script = [LOST]
    rounds = 0

    def after(summary: SyncSummary) -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 10:
            bench.outbox.add(sample_report(2))

    bench.loop.watch(every_s=5, after=after)
    assert bench.outbox.counts()[OutboxState.CONFIRMED] == 2
    assert set(bench.tracker.times().values()) == {1}


def test_a_round_with_nothing_to_do_writes_nothing() -> None:
    bench = Bench(sample_report(1, not_before=START.plus_us(HOUR_US)))
    bench.tracker.reach = ServiceReach.AWAY
    for _ in range(20):
        bench.loop.once()
        bench.clock.advance(SECOND_US)
    assert bench.outbox.sender_epoch() == 1
    assert bench.outbox.log == []


def test_when_another_sender_took_over_nothing_more_is_sent() -> None:
    bench = Bench(*(sample_report(n) for n in range(3)))
    send = bench.tracker.send

    def take_over(item: OutboxItem) -> AttemptResult:
        bench.outbox.sender_epoch()
        return send(item)

    bench.tracker.send = take_over  # type: ignore[method-assign]  # another process in the middle of a drain
    assert "Another copy" in bench.loop.once().stopped
    assert len(bench.tracker.sends) == 1
    with pytest.raises(StoreBusy):
        bench.outbox.begin_attempt("report-00001", 1, bench.clock.now())


def test_a_second_drain_beside_a_running_one_sends_nothing() -> None:
    bench = Bench(sample_report(1))
    inner = []
    send = bench.tracker.send

    def nested(item: OutboxItem) -> AttemptResult:
        inner.append(bench.loop.once().stopped)
        return send(item)

    bench.tracker.send = nested  # type: ignore[method-assign]  # a second caller in the middle of a drain
    bench.loop.once()
    assert inner == ["Reports are being sent already."]
    assert bench.tracker.times().total() == 1


@pytest.mark.parametrize(
    ("counts", "overdue", "reach", "code"),
    [
        ({OutboxState.CONFIRMED: 5}, 0, ServiceReach.REACHED, 0),
        ({OutboxState.CONFIRMED: 5, OutboxState.CANCELLED: 1}, 0, None, 0),
        ({OutboxState.QUEUED: 1}, 0, None, 10),
        ({OutboxState.IN_DOUBT: 1}, 0, ServiceReach.REACHED, 10),
        ({OutboxState.QUEUED: 1}, 1, ServiceReach.REACHED, 20),
        ({OutboxState.REJECTED: 1}, 1, ServiceReach.REACHED, 30),
        ({OutboxState.CONFLICT: 1}, 0, ServiceReach.AWAY, 30),
        ({OutboxState.BLOCKED: 1}, 0, None, 30),
        ({OutboxState.QUEUED: 1}, 0, ServiceReach.REFUSED_KEY, 30),
        ({OutboxState.QUEUED: 1}, 0, ServiceReach.AWAY, 40),
        ({OutboxState.QUEUED: 1}, 1, ServiceReach.AWAY, 20),
    ],
)
def test_exit_codes(
    counts: dict[OutboxState, int], overdue: int, reach: ServiceReach | None, code: int
) -> None:
    status = SyncStatus(
        counts=counts,
        oldest_open=None,
        next_due=None,
        overdue=overdue,
        needs_person=sum(n for state, n in counts.items() if state.needs_person),
        waiting=counts.get(OutboxState.QUEUED, 0) + counts.get(OutboxState.IN_DOUBT, 0),
        reach=reach,
    )
    assert exit_code(status) == code


def test_status_counts_what_waits_and_what_is_late() -> None:
    late = sample_report(2, at=START.plus_us(-HOUR_US), due_at=START.plus_us(-1))
    bench = Bench(sample_report(1), late, sample_report(3, due_at=None))
    status = bench.loop.status()
    assert (status.waiting, status.overdue, status.needs_person) == (3, 1, 0)
    assert (status.oldest_open, status.next_due) == (late.created_at, late.due_at)
    assert status.standing is Standing.RED


@pytest.mark.parametrize("state", [each for each in OutboxState if not each.final and each.needs_person])
def test_a_void_waits_until_its_sale_is_at_the_state(state: OutboxState) -> None:
    sale = sample_report(1, patient="A", state=state)
    bench = Bench(sale, void_of(sale, created_at=sale.created_at, aggregate="B"))
    bench.tracker.reach = ServiceReach.AWAY
    assert bench.loop.once().sent == 0
    bench.tracker.reach = ServiceReach.REACHED
    bench.outbox.add(replace(sale, state=OutboxState.QUEUED))
    bench.loop.try_again()
    assert bench.loop.once(wait_for_doubt=True).confirmed == 2
    assert bench.tracker.voided == {1}
    assert bench.tracker.sends == [sale.id, f"void-{sale.id}"]
