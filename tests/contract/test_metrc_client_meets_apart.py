"""The METRC client before the service that was written apart: what a list and a look-up make of odd moments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pos_desktop.composition.clocks import WallClock
from pos_desktop.domain.instant import DAY_US, MINUTE_US, Instant
from pos_desktop.domain.outbox import OutboxItem, Outcome
from pos_desktop.sync.metrc import paging
from pos_desktop.sync.metrc.client import MetrcClient
from pos_desktop.sync.metrc.inventory import ACTIVE
from pos_desktop.sync.metrc.pace import Pace
from pos_desktop.sync.metrc.paging import CouldNotRead, Window, read_window
from pos_desktop.sync.metrc.tracker import MetrcTracker
from tests.fixtures.metrc_apart import Faults, MetrcApart
from tests.fixtures.metrc_apart.bench import HOME
from tests.fixtures.reports import sample_report

TAGS = [f"1A4FF01{n:017d}" for n in range(45)]
LISTED = "GET /packages/v2/active"


class Meanwhile(Faults):
    """Something happens at the state just before the nth page is put together; otherwise no fault."""

    def __init__(self, *events: tuple[int, Callable[[MetrcApart], object]]) -> None:
        super().__init__()
        self.service: MetrcApart | None = None
        self._events, self.asked = dict(events), 0

    def next(self, method: str, path: str) -> str | None:
        if f"{method} {path}" == LISTED:
            self.asked += 1
            event = self._events.pop(self.asked, None)
            if event is not None and self.service is not None:
                event(self.service)
        return None


Open = Callable[..., tuple[MetrcApart, MetrcClient]]


@pytest.fixture
def open_service() -> Iterator[Open]:
    with ExitStack() as ends:

        def opened(**words: Any) -> tuple[MetrcApart, MetrcClient]:
            service = ends.enter_context(MetrcApart(HOME, **words))
            client = MetrcClient(
                service.url,
                vendor_key=service.keys.vendor,
                user_key=service.keys.user,
                pace=Pace(1_000),
                answer_s=20,
            )
            ends.callback(client.close)
            return service, client

        yield opened


def read_while(
    open_service: Open, *events: tuple[int, Callable[[MetrcApart], object]]
) -> tuple[set[str], Meanwhile]:
    faults, end = Meanwhile(*events), WallClock().now()
    before = end.plus_us(-MINUTE_US // 2).iso_in(ZoneInfo("UTC"))
    service, client = open_service(
        packages=[{"label": tag, "modified": before} for tag in TAGS], faults=faults
    )
    faults.service = service
    rows = read_window(client, ACTIVE, HOME, Window(end.plus_us(-MINUTE_US), end))
    return {row["Label"] for row in rows}, faults


def leaves(*tags: str) -> Callable[[MetrcApart], object]:
    """Sold at another register: modified after the window's end, so that rows behind it move up one place each."""

    def sold(service: MetrcApart) -> None:
        for tag in tags:
            service.change_package(tag, note="sold")

    return sold


@pytest.mark.parametrize(
    "events",
    [
        [(2, leaves(TAGS[44]))],
        [(3, leaves(TAGS[44]))],
        [(2, leaves(TAGS[30])), (3, leaves(TAGS[31]))],
        [(2, leaves(*TAGS[25:45]))],
        [(3, leaves(*TAGS[5:45]))],
        [(3, leaves(*TAGS[40:45]))],
    ],
)
def test_no_row_slips_between_two_pages_when_others_leave_the_list(open_service: Open, events: Any) -> None:
    """3.1, 3.2: the filter is on last modification, so whatever is touched meanwhile leaves a window that has ended."""
    assert read_while(open_service, *events)[0] == set(TAGS)


def test_a_list_that_shrinks_without_end_is_no_list(
    open_service: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "MOST_SLIDES", 2)
    monkeypatch.setattr(paging, "TRIES", 1)
    with pytest.raises(CouldNotRead):
        read_while(open_service, *((n, leaves(TAGS[45 - n])) for n in range(2, 8)))


def waiting(at: Instant) -> OutboxItem:
    return sample_report(1, patient="PT-1", at=at, license_number=HOME, attempt_ended_at=at)


def tracker_of(client: MetrcClient) -> MetrcTracker:
    return MetrcTracker(client, license_number=HOME, clock=WallClock(), profile="training")


@pytest.mark.parametrize(
    "spoilt", ["html", "truncated", "empty", "wrong_type", "cut_body", "unavailable", "throttled"]
)
def test_a_spoilt_word_about_the_facilities_is_no_word_about_the_key(open_service: Open, spoilt: str) -> None:
    """4.2, 3: a 401 for the number is a miss or a key problem, and only the facilities themselves tell which."""
    service, client = open_service()
    service.faults.push(spoilt, times=2, on="GET /facilities/v2")
    result = tracker_of(client).look_up(waiting(WallClock().now()))
    assert result.outcome is Outcome.COULD_NOT_ASK
    assert (result.http_status in (401, 403), result.pause_lane) == (False, False)


def test_a_report_of_five_days_ago_is_looked_up_day_by_day(open_service: Open) -> None:
    """3.2: one request may span at most 24 hours here; nothing may be called absent before all days were read."""
    service, client = open_service()
    assert (
        tracker_of(client).look_up(waiting(WallClock().now().plus_us(-5 * DAY_US))).outcome is Outcome.ABSENT
    )
    lists = [each for each in service.log() if "/receipts/active" in each.target]
    assert ([each.status for each in lists], len(lists)) == ([200] * 6, 6)
