"""BioTrack's adapter: the service's time, the v3 generation, and how a tracker is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.instant import HOUR_US, SECOND_US, Instant
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, OutboxState, Outcome
from pos_desktop.sync.biotrack.answers import Account
from pos_desktop.sync.biotrack.legacy import LegacyClient
from pos_desktop.sync.biotrack.service_time import ServiceTime
from pos_desktop.sync.biotrack.tracker import BioTrackTracker, must_be_set
from pos_desktop.sync.one_license import LIVE_SETTLE_US
from pos_desktop.sync.outbox import after_attempt
from pos_desktop.sync.web import Web
from tests.fixtures.biotrack_bench import (
    FIRST_SALE,
    FLOWER,
    LICENSE,
    NOON,
    STANDARD,
    V3,
    BioTrackBench,
    SamplePast,
    biotrack_bench,
    made_tracker,
    report,
    sold,
)
from tests.fixtures.biotrack_records import LOCATION
from tests.fixtures.biotrack_server import COMPANY, PASSWORD, USER
from tests.fixtures.virtual_time import VirtualClock

LOST = AttemptResult(Outcome.IN_DOUBT, sentence="No answer came.")
SALE = "sale_dispense"


@pytest.fixture
def bench() -> Iterator[BioTrackBench]:
    with biotrack_bench() as running:
        yield running


@pytest.fixture
def v3() -> Iterator[BioTrackBench]:
    with biotrack_bench(V3) as running:
        yield running


def in_doubt(item: OutboxItem) -> OutboxItem:
    return after_attempt(replace(item, state=OutboxState.SENDING), LOST, NOON, lambda _, high: high)


def sent(bench: BioTrackBench, action: str = SALE) -> dict[str, Any]:
    return [document for name, document in bench.server.asked if name == action][-1]


# ---- time


@pytest.mark.parametrize(
    ("ahead_s", "moved_s"),
    [(0, 0), (-1, 0), (90, 90), (-90, -89)],
    ids=["equal", "rounding", "ahead", "behind"],
)
def test_the_time_of_sale_is_the_services(bench: BioTrackBench, ahead_s: int, moved_s: int) -> None:
    """A told second hides up to one more, so that a clock behind is corrected by the least that explains it."""
    bench.server.now += ahead_s
    bench.tracker.send(report(1))
    shift = sent(bench)["sale_time"] - (FIRST_SALE.utc_us // SECOND_US + 1)
    assert shift in (moved_s, moved_s - 1) if moved_s < 0 else shift == moved_s


def test_no_sale_lies_in_the_services_future(bench: BioTrackBench) -> None:
    bench.tracker.send(report(1, at=NOON.plus_us(HOUR_US)))
    assert sent(bench)["sale_time"] == bench.server.now


def test_the_service_tells_its_time_by_log_in_and_look_up(bench: BioTrackBench) -> None:
    heard: list[Instant] = []
    tracker, _, _ = made_tracker(bench.server, bench.clock, heard=heard.append)
    tracker.probe()
    tracker.patient("SP-0001")
    assert heard == [NOON, NOON]
    bench.server.fault("card_lookup", "html")
    tracker.patient("SP-0001")
    assert len(heard) == 2


# ---- v3


def test_v3_says_it_in_its_own_words(v3: BioTrackBench) -> None:
    item = report(1, patient="SP-0001", lines=[sold(quantity=2, cents=7_000, tax=560)])
    result = v3.tracker.send(item)
    assert (result.outcome, result.remote_id) == (Outcome.CONFIRMED, str(v3.server.transaction))
    assert sent(v3, "/v1/dispense") == {
        "LocationLicense": LICENSE,
        "Type": "MEDICAL",
        "Datetime": "2026-11-24T18:00:01Z",
        "RequestID": item.id,
        "ExternalID": item.natural_key,
        "TerminalID": item.natural_key,
        "PatientCardKey": "jwt.0.x",
        "Items": [
            {
                "Barcode": FLOWER,
                "Quantity": 2,
                "Price": Decimal("70.00"),
                "Tax": {"Excise": 0, "Other": Decimal("5.60")},
            }
        ],
    }  # fmt: skip


def test_v3_renews_a_token_once_and_reports_a_late_sale_with_a_new_key(v3: BioTrackBench) -> None:
    v3.tracker.send(report(1))
    v3.server.sessions.clear()
    v3.server.keys.clear()
    v3.clock.advance(4 * HOUR_US)
    v3.server.now += 4 * 3_600
    assert v3.tracker.send(report(2)).outcome is Outcome.CONFIRMED
    assert sent(v3, "/v1/dispense")["Datetime"] == "2026-11-24T18:00:02Z", "the original time"


def test_v3_refusals_are_http_and_the_rest_is_doubt(v3: BioTrackBench) -> None:
    v3.server.stock.clear()
    refused = v3.tracker.send(report(1))
    assert (refused.outcome, refused.http_status) == (Outcome.REFUSED, 400)
    assert "possession" in refused.sentence


def test_v3_refuses_a_log_in_of_the_other_data_set(v3: BioTrackBench) -> None:
    v3.server.training = 0
    result = v3.tracker.send(report(1))
    assert result.outcome is Outcome.BLOCKED
    assert "never mix" in result.sentence
    assert "/v1/dispense" not in v3.server.actions()


# ---- making one


def legacy(url: str, *, training: bool) -> LegacyClient:
    account = Account("1", "u", "p", "2")
    return LegacyClient(Web(url), account, STANDARD, ServiceTime(VirtualClock()), training=training)


def tracker_of(url: str, store: str, *, training: bool, settle_us: int | None = None) -> BioTrackTracker:
    client = legacy(url, training=training)
    return BioTrackTracker(
        client,
        client,
        profile=STANDARD,
        license_number=LICENSE,
        clock=VirtualClock(),
        time=ServiceTime(VirtualClock()),
        past=SamplePast(),
        store=store,
        settle_us=settle_us,
    )


@pytest.mark.parametrize(("store", "training"), [("live", True), ("training", False)])
def test_training_and_live_never_mix(store: str, training: bool) -> None:
    with pytest.raises(BadInput, match="Nothing was sent"):
        tracker_of("http://127.0.0.1:9", store, training=training)


def test_a_live_store_works_in_the_live_data_and_in_nothing_else(bench: BioTrackBench) -> None:
    bench.server.training = 0
    account = Account(COMPANY, USER, PASSWORD, LOCATION)
    client = LegacyClient(Web(bench.server.url), account, STANDARD, bench.time, training=False)
    tracker = BioTrackTracker(
        client,
        client,
        profile=STANDARD,
        license_number=LICENSE,
        clock=bench.clock,
        time=bench.time,
        past=SamplePast(),
        store="live",
    )
    assert tracker.send(report(1)).outcome is Outcome.CONFIRMED
    assert {document["training"] for _, document in bench.server.asked} == {0}
    client.close()
    assert bench.tracker.send(report(2)).outcome is Outcome.BLOCKED
    assert (bench.server.recorded(), bench.server.mixed) == (1, 1)


def test_a_training_tracker_never_speaks_to_another_computer() -> None:
    with pytest.raises(BadInput, match="only to this computer"):
        tracker_of("https://state.example/serverjson.asp", "training", training=True)


def test_a_live_tracker_settles_for_75_seconds_at_least() -> None:
    def live(settle_us: int | None) -> BioTrackTracker:
        return tracker_of("https://state.example", "live", training=False, settle_us=settle_us)

    assert live(None).settle_us == LIVE_SETTLE_US == 75 * SECOND_US
    with pytest.raises(ValueError, match="75 s"):
        live(LIVE_SETTLE_US - 1)


@pytest.mark.parametrize(
    "values", [("", "u", "p", "l"), ("c", " ", "p", "l"), ("c", "u", "", "l"), ("c", "u", "p", "")]
)
def test_what_is_missing_is_named(values: tuple[str, str, str, str]) -> None:
    must_be_set(Account("c", "u", "p", "l"))
    with pytest.raises(BadInput, match="Before BioTrack can be called"):
        must_be_set(Account(*values))


def test_an_account_shows_no_password() -> None:
    assert "p4ss" not in repr(Account("c", "u", "p4ss", "l"))
