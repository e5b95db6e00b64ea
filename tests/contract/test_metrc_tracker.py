"""METRC's adapter before the sandbox: look-ups in all their forms, patients, and what is asked of the service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from pos_desktop.app.ports import ServiceReach, StateAnswer
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.instant import DAY_US, HOUR_US, SECOND_US, Instant
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, OutboxState, Outcome
from pos_desktop.sync.metrc.client import MetrcClient
from pos_desktop.sync.metrc.tracker import MetrcTracker
from pos_desktop.sync.one_license import LIVE_SETTLE_US
from pos_desktop.sync.outbox import after_attempt
from tests.fixtures.sandbox import LICENSE, NOON
from tests.fixtures.tracker_bench import PATIENTS, MetrcBench, metrc_bench, report
from tests.fixtures.virtual_time import VirtualClock

LOST = AttemptResult(Outcome.IN_DOUBT, sentence="No answer came.")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[MetrcBench]:
    with metrc_bench(tmp_path) as running:
        yield running


def in_doubt(item: OutboxItem, at: Instant) -> OutboxItem:
    sending = replace(item, state=OutboxState.SENDING)
    return after_attempt(sending, LOST, at, lambda _, high: high)


# ---- look-ups


@pytest.mark.parametrize("status", [401, 404])
def test_a_miss_has_two_forms_and_both_mean_absent_when_the_key_is_good(
    bench: MetrcBench, status: int
) -> None:
    bench.sandbox.server.service.change_settings({"external_miss": status})
    assert bench.tracker.look_up(in_doubt(report(1), bench.clock.now())).outcome is Outcome.ABSENT
    assert "GET /facilities/v2" in bench.asked()
    assert {"GET /sales/v2/receipts/active", "GET /sales/v2/receipts/inactive"} <= set(bench.asked())


def test_the_lists_are_believed_when_the_number_is_said_to_be_unknown(bench: MetrcBench) -> None:
    item = report(1)
    number = bench.record(item)
    external = f"/sales/v2/receipts/external/{item.natural_key}"
    bench.faults({"match": f"GET {external}", "do": "revoke-key", "times": 1})
    bench.tracker.look_up(in_doubt(item, bench.clock.now()))
    bench.sandbox.control.post("/__sandbox/restore-keys", None)
    found = bench.tracker.look_up(in_doubt(item, bench.clock.now()))
    assert (found.outcome, found.remote_id) == (Outcome.FOUND, str(number))


@pytest.mark.parametrize("do", ["500", "503-html", "drop-before", "400-object", "wrong-content-type"])
@pytest.mark.parametrize("where", ["external/*", "active", "inactive"])
def test_a_look_up_that_breaks_off_says_nothing(bench: MetrcBench, do: str, where: str) -> None:
    bench.record(report(1))
    bench.faults({"match": f"GET /sales/v2/receipts/{where}", "do": do})
    result = bench.tracker.look_up(in_doubt(report(1), bench.clock.now()))
    if do == "wrong-content-type" and where != "external/*":
        assert result.outcome is Outcome.FOUND, "a list that can be read to its end is read"
    else:
        assert result.outcome is Outcome.COULD_NOT_ASK


def test_asked_to_wait_during_a_look_up(bench: MetrcBench) -> None:
    bench.faults({"match": "GET /sales/v2/receipts/active", "do": "429", "seconds": 9})
    result = bench.tracker.look_up(in_doubt(report(1), bench.clock.now()))
    assert (result.outcome, result.retry_after_s) == (Outcome.COULD_NOT_ASK, 9)


def test_a_receipt_voided_at_the_state_needs_a_person(bench: MetrcBench) -> None:
    item = report(1)
    bench.sandbox.metrc.delete(f"/sales/v2/receipts/{bench.record(item)}")
    result = bench.tracker.look_up(in_doubt(item, bench.clock.now()))
    assert result.outcome is Outcome.FOUND_DIFFERENT
    assert "voided at the state" in result.sentence


def test_a_voided_copy_beside_the_live_one_does_not_count(bench: MetrcBench) -> None:
    item = report(1)
    live = bench.record(item)
    bench.sandbox.metrc.delete(f"/sales/v2/receipts/{bench.record(item)}")
    result = bench.tracker.look_up(in_doubt(item, bench.clock.now()))
    assert (result.outcome, result.remote_id) == (Outcome.FOUND, str(live))


def test_a_final_receipt_is_found_among_the_inactive(bench: MetrcBench) -> None:
    item = report(1)
    first = bench.record(item)
    bench.sandbox.metrc.put("/sales/v2/receipts/finalize", [{"Id": first}])
    bench.record(item)
    assert bench.tracker.look_up(in_doubt(item, bench.clock.now())).outcome is Outcome.FOUND_TWICE


def test_a_receipt_that_lost_its_number_is_known_by_second_patient_and_total(bench: MetrcBench) -> None:
    item = report(1)
    number = bench.record(item, ExternalReceiptNumber=None)
    found = bench.tracker.look_up(in_doubt(item, bench.clock.now()))
    assert (found.outcome, found.remote_id) == (Outcome.FOUND, str(number))
    other = report(2)
    bench.record(other, ExternalReceiptNumber="FOREIGN-1")
    assert bench.tracker.look_up(in_doubt(other, bench.clock.now())).outcome is Outcome.ABSENT


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"SalesDateTime": "2026-04-08T11:00:09.000"}, "time of sale"),
        ({"PatientLicenseNumber": "SP-0007"}, "patient"),
    ],
)
def test_what_differs_is_named(bench: MetrcBench, changes: dict[str, str], word: str) -> None:
    item = report(1)
    bench.record(item, **changes)
    result = bench.tracker.look_up(in_doubt(item, bench.clock.now()))
    assert result.outcome is Outcome.FOUND_DIFFERENT
    assert word in result.sentence


def test_a_copy_on_a_later_page_is_seen(bench: MetrcBench) -> None:
    item = report(1)
    bench.record(item)
    for n in range(2, 50):
        bench.record(report(n))
    bench.record(item)
    assert bench.tracker.look_up(in_doubt(item, bench.clock.now())).outcome is Outcome.FOUND_TWICE


def test_one_reading_of_the_lists_serves_all_that_had_settled_before_it(bench: MetrcBench) -> None:
    items = [report(n) for n in range(60)]
    for item in items:
        bench.record(item)
    ended = bench.clock.now()
    bench.clock.advance(SECOND_US)
    before = len(bench.asked())
    for item in items:
        assert bench.tracker.look_up(in_doubt(item, ended)).outcome is Outcome.FOUND
    lists = [path for path in bench.asked()[before:] if path.endswith("active")]
    assert len(lists) <= 5


def test_a_second_look_up_reads_the_lists_anew(bench: MetrcBench) -> None:
    item = in_doubt(report(1), bench.clock.now())
    bench.clock.advance(SECOND_US)
    assert bench.tracker.look_up(item).outcome is Outcome.ABSENT
    bench.record(report(1))
    bench.record(report(1))
    bench.clock.advance(SECOND_US)
    again = replace(item, absent_once=True, not_before=bench.clock.now())
    assert bench.tracker.look_up(again).outcome is Outcome.FOUND_TWICE


def test_after_a_restart_the_lists_are_read_from_the_sale_on(bench: MetrcBench) -> None:
    item = replace(report(1), created_at=Instant(NOON - 5 * DAY_US))
    bench.sandbox.server.move_clock(NOON - 3 * DAY_US, running=False)
    bench.record(item, SalesDateTime="2026-04-03T11:00:01.000")
    bench.record(item, SalesDateTime="2026-04-03T11:00:01.000")
    bench.sandbox.server.move_clock(NOON, running=False)
    assert bench.tracker.look_up(in_doubt(item, bench.clock.now())).outcome is Outcome.FOUND_TWICE


def test_an_excerpt_that_is_kept_hides_the_card(bench: MetrcBench) -> None:
    result = bench.tracker.send(report(1, patient="NO-SUCH-CARD-1234"))
    assert result.outcome is Outcome.REFUSED
    assert "NO-SUCH-CARD" not in result.sentence + result.excerpt
    assert "…1234" in result.sentence


def test_a_sale_of_another_license_is_neither_sent_nor_believed_absent(bench: MetrcBench) -> None:
    other = replace(report(1), license="PC-000018")
    sent = bench.tracker.send(other)
    assert (sent.outcome, "another license" in sent.sentence) == (Outcome.BLOCKED, True)
    looked_up = bench.tracker.look_up(in_doubt(other, bench.clock.now()))
    assert looked_up.outcome is Outcome.COULD_NOT_ASK
    assert (sent.pause_lane, looked_up.pause_lane, bench.asked()) == (False, False, [])


def test_a_sale_made_before_a_license_was_set_is_reported_under_the_one_set_since(bench: MetrcBench) -> None:
    early = replace(report(1), license="")
    bench.next_post("commit-then-drop")
    assert bench.tracker.send(early).outcome is Outcome.IN_DOUBT
    assert bench.tracker.look_up(in_doubt(early, bench.clock.now())).outcome is Outcome.FOUND


# ---- patients


def test_a_patients_rows_are_exact(bench: MetrcBench) -> None:
    bench.clock.advance(SECOND_US)
    answer = bench.tracker.patient("PT-004")
    assert isinstance(answer, StateAnswer)
    assert answer.as_of == bench.clock.now()
    assert (answer.found, answer.active) == (True, True)
    assert [row.days for row in answer.rows] == [1, 30]
    allowed, bought, left = answer.rows[1].flower
    assert (allowed, bought, left) == (Fraction(10), Fraction(Decimal("9.5")), Fraction(Decimal("0.5")))


@pytest.mark.parametrize(
    ("card", "active", "expires"),
    [("PT-001", True, date(2027, 3, 31)), ("PT-002", False, None), ("PT-003", False, date(2026, 4, 7))],
)
def test_standing_and_expiry(bench: MetrcBench, card: str, active: bool, expires: date | None) -> None:
    answer = bench.tracker.patient(card)
    assert isinstance(answer, StateAnswer)
    assert (answer.active, answer.expires) == (active, expires)


@pytest.mark.parametrize("status", [200, 401, 404])
def test_an_unknown_patient_has_three_forms(bench: MetrcBench, status: int) -> None:
    bench.sandbox.server.service.change_settings({"unknown_patient": status})
    answer = bench.tracker.patient("NOBODY")
    assert isinstance(answer, StateAnswer)
    assert not answer.found


@pytest.mark.parametrize("card", ["A/B 1", "../../facilities/v2", "..", "", "%2e%2e", "?x=1", "ä"])
def test_a_strange_number_asks_for_nothing_else(bench: MetrcBench, card: str) -> None:
    answer = bench.tracker.patient(card)
    assert isinstance(answer, StateAnswer)
    assert not answer.found
    allowed = ("GET /patients/v2/statuses/", "GET /facilities/v2")
    assert all(path.startswith(allowed) for path in bench.asked())


@pytest.mark.parametrize("do", ["500", "drop-before", "503-html"])
def test_trouble_is_away_and_not_an_unknown_patient(bench: MetrcBench, do: str) -> None:
    bench.faults({"match": "GET /patients/*", "do": do})
    assert bench.tracker.patient("PT-001") is ServiceReach.AWAY


# ---- making one


def http(url: str) -> MetrcClient:
    return MetrcClient(url, vendor_key="v", user_key="u")


def test_a_training_tracker_never_speaks_to_another_computer() -> None:
    with pytest.raises(BadInput, match="only to this computer"):
        MetrcTracker(
            http("https://api-mi.metrc.com"), license_number=LICENSE, clock=VirtualClock(), profile="training"
        )


def test_a_live_tracker_settles_for_75_seconds_at_least() -> None:
    def live(settle_us: int | None) -> MetrcTracker:
        client = http("https://api-mi.metrc.com")
        return MetrcTracker(
            client, license_number=LICENSE, clock=VirtualClock(), profile="live", settle_us=settle_us
        )

    assert live(None).settle_us == LIVE_SETTLE_US == 75 * SECOND_US
    assert live(90 * SECOND_US).settle_us == 90 * SECOND_US
    with pytest.raises(ValueError, match="75 s"):
        live(LIVE_SETTLE_US - 1)


def test_the_bench_has_patients_enough() -> None:
    assert PATIENTS >= 30


# ---- the service's time


def test_only_the_services_own_answers_tell_the_time(bench: MetrcBench) -> None:
    heard: list[Instant] = []

    def listening(license_number: str = LICENSE) -> MetrcTracker:
        return MetrcTracker(
            bench.client,
            license_number=license_number,
            clock=bench.clock,
            profile="training",
            heard_time=heard.append,
        )

    tracker = listening()
    for ask in (tracker.probe, lambda: tracker.patient("SP-0001"), lambda: tracker.send(report(1))):
        before = len(heard)
        ask()
        assert len(heard) == before + 1
    paths = ("GET /facilities/v2", "GET /patients/*", "POST /sales/v2/receipts")
    bench.faults(*({"match": path, "do": "wrong-content-type"} for path in paths))
    for ask in (tracker.probe, lambda: tracker.patient("SP-0001"), lambda: tracker.send(report(2))):
        ask()
    bench.faults({"match": paths[0], "do": "500"})
    tracker.probe()
    bench.faults()
    listening("NOT-OURS").probe()
    assert len(heard) == 3


def test_no_figure_is_younger_than_the_time_that_came_with_it(bench: MetrcBench) -> None:
    right = bench.clock.now()
    bench.clock.jump_wall(DAY_US)
    tracker = MetrcTracker(
        bench.client,
        license_number=LICENSE,
        clock=bench.clock,
        profile="training",
        heard_time=lambda _: bench.clock.jump_wall(-DAY_US),
    )
    answer = tracker.patient("SP-0001")
    assert isinstance(answer, StateAnswer)
    assert answer.as_of == right


def test_while_our_time_runs_ahead_the_lists_are_read_by_the_real_one(bench: MetrcBench) -> None:
    real = bench.clock.now()
    bench.clock.jump_wall(3 * HOUR_US)
    tracker = MetrcTracker(
        bench.client, license_number=LICENSE, clock=bench.clock, profile="training", real_time=lambda: real
    )
    item = report(1)
    bench.next_post("commit-then-drop")
    assert tracker.send(item).outcome is Outcome.IN_DOUBT
    bench.record(item)  # the number's own answer shows the newer receipt only
    assert tracker.look_up(in_doubt(item, bench.clock.now())).outcome is Outcome.FOUND_TWICE


def test_that_a_patient_is_unknown_is_no_younger_than_the_time_that_came_with_it(bench: MetrcBench) -> None:
    """An answer of a time to come would make every later one an older one."""
    told = bench.clock.now()
    bench.sandbox.server.service.change_settings({"unknown_patient": 404})
    bench.clock.jump_wall(DAY_US)

    def heard(_: Instant) -> None:
        bench.clock.jump_wall(told.since_us(bench.clock.now()))

    tracker = MetrcTracker(
        bench.client, license_number=LICENSE, clock=bench.clock, profile="training", heard_time=heard
    )
    answer = tracker.patient("NOBODY")
    assert isinstance(answer, StateAnswer)
    assert (answer.found, answer.as_of) == (False, told)
