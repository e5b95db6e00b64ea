"""Sixty clocks and more (reliability contract, 10): none makes a limit larger, gives a number twice or runs back.

Over sale, opening and closing of a till, and business day, on a real store; the same cases with a clock that believes
the computer must break at least one of these.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pos_desktop.composition.clocks import WallClock
from pos_desktop.domain.instant import DAY_US, HOUR_US, MINUTE_US, SECOND_US, Instant
from tests.fixtures.clock_day import ClockDay, Follower
from tests.fixtures.clock_hands import NOON, Hands

DETROIT = ZoneInfo("America/Detroit")
YEAR_US = 365 * DAY_US
RUNNING, PROGRAM, COMPUTER = "while it runs", "program started anew", "computer started anew"
STEPS = {
    "1 s": SECOND_US, "90 s": 90 * SECOND_US, "3 min": 3 * MINUTE_US, "9 min": 9 * MINUTE_US, "11 min": 11 * MINUTE_US,
    "1 h": HOUR_US, "1 day": DAY_US, "30 days": 30 * DAY_US, "1 year": YEAR_US, "10 years": 10 * YEAR_US,
}  # fmt: skip
UNSET = {"1970": Instant.parse("1970-01-01T00:00:10Z"), "2100": Instant.parse("2100-01-01T00:00:00Z")}


@dataclass(frozen=True)
class Case:
    how: str
    step: str
    us: int

    def __str__(self) -> str:
        return f"{self.step}, {self.how}"

    @property
    def closed_meanwhile(self) -> bool:
        """The computer was off and nobody knows for how long: a clock ahead by a day may be right (decision 6)."""
        return self.how == COMPUTER and self.us >= 12 * HOUR_US


def cases() -> list[Case]:
    made = []
    for how in (RUNNING, PROGRAM, COMPUTER):
        for name, us in STEPS.items():
            made += [Case(how, f"+{name}", us), Case(how, f"-{name}", -us)]
        made += [Case(how, year, at.utc_us - NOON.utc_us) for year, at in UNSET.items()]
    return made


def turn(day: ClockDay, case: Case) -> None:
    """The clock is set, and a minute passes."""
    day.hands.wall_us += case.us
    if case.how == COMPUTER:
        day.hands.start_anew()
    if case.how != RUNNING:
        day.anew()
    day.hands.pass_by(MINUTE_US)


def live(day: ClockDay, case: Case) -> list[str]:
    """A till, a whole allotment, the clock is set in the middle, more is tried, and another till after it."""
    day.open_till()
    assert day.buy() is not None
    turn(day, case)
    told = []
    if day.buy() is not None and not case.closed_meanwhile:
        told.append("a second allotment was sold")
    day.close_till()
    day.open_till()
    if day.buy() is not None and not case.closed_meanwhile:
        told.append("a third allotment was sold")
    day.close_till()
    if not case.closed_meanwhile and {each.sold_at.date_in(DETROIT) for each in day.sold} != {
        NOON.date_in(DETROIT)
    }:
        told.append("a sale lies in another business day")
    return told + day.wrong()


def test_there_are_sixty() -> None:
    assert len(cases()) + 8 >= 60


@pytest.mark.parametrize("case", cases(), ids=str)
def test_no_clock_enlarges_a_limit_or_renumbers(tmp_path: Path, case: Case) -> None:
    with ClockDay(tmp_path, Hands()) as day:
        assert live(day, case) == []


BREAKS = [case for case in cases() if case.us >= DAY_US or case.us <= -3 * MINUTE_US]


@pytest.mark.parametrize("case", [case for case in BREAKS if case.how == RUNNING], ids=str)
def test_known_wrong_a_clock_that_believes_the_computer(tmp_path: Path, case: Case) -> None:
    with ClockDay(tmp_path, Hands(), Follower) as day:
        assert live(day, case)


@pytest.mark.parametrize("us", [DAY_US, 30 * DAY_US, YEAR_US, 10 * YEAR_US])
def test_a_computer_started_ahead_is_found_out_by_the_state_services_time(tmp_path: Path, us: int) -> None:
    with ClockDay(tmp_path, Hands()) as day:
        day.open_till()
        assert day.buy() is not None
        turn(day, Case(COMPUTER, "", us))
        assert isinstance(day.clock, WallClock)
        day.clock.heard(Instant(day.hands.wall_us - us))
        assert day.buy() is None
        day.close_till()
        assert day.wrong() == []


# ---- days that are not twenty-four hours long


def day_from(tmp_path: Path, local: str) -> ClockDay:
    return ClockDay(tmp_path, Hands(Instant.parse(local)))


def test_the_day_on_which_clocks_go_back_has_twenty_five_hours(tmp_path: Path) -> None:
    with day_from(tmp_path, "2026-11-01T00:30:00-04:00") as day:
        day.open_till()
        assert day.buy() is not None
        day.hands.pass_by(24 * HOUR_US)
        assert day.buy() is None, "23:30 of the same day"
        day.hands.pass_by(40 * MINUTE_US)
        assert day.buy() is not None
        day.close_till()
        assert day.wrong() == []


def test_the_hour_that_comes_twice_keeps_its_order(tmp_path: Path) -> None:
    """Half past one by summer time, and an hour later half past one again."""
    with day_from(tmp_path, "2026-11-01T01:30:00-04:00") as day:
        day.open_till()
        first = day.buy()
        day.hands.pass_by(HOUR_US)
        assert day.buy() is None
        day.close_till()
        day.open_till()
        day.close_till()
        assert first is not None
        assert day.wrong() == []


def test_the_day_on_which_clocks_go_forward_has_twenty_three_hours(tmp_path: Path) -> None:
    with day_from(tmp_path, "2027-03-14T00:30:00-05:00") as day:
        day.open_till()
        assert day.buy() is not None
        day.hands.pass_by(22 * HOUR_US + 20 * MINUTE_US)
        assert day.buy() is None, "23:50 of the same day"
        day.hands.pass_by(20 * MINUTE_US)
        assert day.buy() is not None
        day.close_till()
        assert day.wrong() == []


def test_a_leap_day_is_a_day(tmp_path: Path) -> None:
    with day_from(tmp_path, "2028-02-28T23:50:00-05:00") as day:
        day.open_till()
        assert day.buy() is not None
        day.hands.pass_by(20 * MINUTE_US)
        assert day.buy() is not None, "February 29"
        day.hands.pass_by(20 * HOUR_US)
        assert day.buy() is None
        day.hands.pass_by(4 * HOUR_US)
        assert day.buy() is not None, "March 1"
        assert [str(each.sold_at.date_in(DETROIT)) for each in day.sold] == [
            "2028-02-28",
            "2028-02-29",
            "2028-03-01",
        ]
        day.close_till()
        assert day.wrong() == []


@pytest.mark.parametrize("hours", [1, -1])
def test_a_computer_that_changes_its_clock_by_the_hour_itself(tmp_path: Path, hours: int) -> None:
    """One that keeps local time in place of UTC jumps by an hour on these days, in either direction."""
    with day_from(tmp_path, "2026-11-01T23:40:00-05:00") as day:
        day.open_till()
        assert day.buy() is not None
        day.hands.wall_us += hours * HOUR_US
        day.hands.pass_by(MINUTE_US)
        assert day.buy() is None
        day.close_till()
        assert day.wrong() == []


# ---- zones


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Honolulu"])
def test_another_zone_of_the_computer_changes_nothing(
    tmp_path: Path, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ClockDay(tmp_path, Hands()) as day:
        day.open_till()
        assert day.buy() is not None
        monkeypatch.setenv("TZ", zone)
        if hasattr(time, "tzset"):
            time.tzset()
        try:
            assert day.buy() is None
            day.close_till()
            assert day.wrong() == []
        finally:
            monkeypatch.undo()
            if hasattr(time, "tzset"):
                time.tzset()
    assert os.environ.get("TZ") != zone


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Honolulu", "America/Los_Angeles"])
def test_another_zone_of_the_store_is_no_new_day_of_the_programme(tmp_path: Path, zone: str) -> None:
    """Limit windows are the programme's; the journal tells by which zone it went."""
    with ClockDay(tmp_path, Hands()) as day:
        day.open_till()
        assert day.buy() is not None
        day.store.settings.set("store.zone", zone)
        day.anew()
        day.hands.pass_by(MINUTE_US)
        assert day.buy() is None
        day.close_till()
        assert day.wrong() == []
