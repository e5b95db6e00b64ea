"""A report made under another license than the one set now waits for it and is in nobody's way."""

from __future__ import annotations

from pos_desktop.app.ports import ServiceReach
from pos_desktop.domain.instant import HOUR_US
from pos_desktop.domain.outbox import OutboxState
from pos_desktop.sync.status import exit_code
from tests.fixtures.loop_bench import Bench
from tests.fixtures.reports import LICENSE, START, sample_report

OTHER = "SAMPLE-LICENSE-2"


def test_a_report_of_another_license_is_parked_and_the_others_flow_past_it() -> None:
    foreign = sample_report(1, patient="A", license_number=OTHER)
    doubtful = sample_report(
        2, license_number=OTHER, state=OutboxState.IN_DOUBT, attempt_ended_at=START.plus_us(-HOUR_US)
    )
    bench = Bench(foreign, doubtful, sample_report(3, patient="A"), sample_report(4))
    bench.tracker.license = LICENSE
    summary = bench.loop.once(wait_for_doubt=True)
    assert (summary.sent, summary.looked_up, summary.confirmed) == (2, 0, 2)
    assert (bench.state(1), bench.state(2)) == (OutboxState.BLOCKED, OutboxState.IN_DOUBT)
    assert "another license" in summary.stopped
    assert summary.status is not None
    assert exit_code(summary.status) == 30
    assert ServiceReach.REFUSED_KEY not in bench.heard
    assert bench.pause.slept_us == [], "no wait helps"

    bench.outbox.add(sample_report(5, patient="A"))
    bench.loop.try_again()
    assert bench.loop.once().confirmed == 1, "not starved by the parked one, and that one is not tried again"
    assert (bench.tracker.probes, bench.state(1)) == (0, OutboxState.BLOCKED)

    bench.tracker.license = OTHER
    assert bench.loop.once(wait_for_doubt=True).confirmed == 2
    assert (bench.state(1), bench.state(2)) == (OutboxState.CONFIRMED, OutboxState.CONFIRMED)


def test_a_good_key_releases_what_it_held_and_leaves_the_other_license_parked() -> None:
    bench = Bench(
        sample_report(1, license_number=OTHER, state=OutboxState.BLOCKED, last_error="Another license."),
        sample_report(2, state=OutboxState.BLOCKED),
    )
    bench.tracker.license = LICENSE
    summary = bench.loop.once()
    assert (summary.confirmed, summary.stopped) == (1, "Another license.")
    assert [row.item_id for row in bench.outbox.log if row.kind == "look-up"] == ["report-00002"]
