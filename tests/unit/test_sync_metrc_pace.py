"""How fast the service is read: by facility and by key, reports first, and silent when it asked for silence."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from pos_desktop.domain.instant import SECOND_US
from pos_desktop.sync.metrc.pace import NoTurn, Pace, shared_pace


class Time:
    """Moves when somebody sleeps, and keeps how long they did."""

    def __init__(self) -> None:
        self.us = 0
        self.slept: list[float] = []

    def now(self) -> int:
        return self.us

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.us += round(seconds * SECOND_US)


@pytest.fixture
def time() -> Time:
    return Time()


def starts(pace: Pace, time: Time, licenses: list[str]) -> list[int]:
    found = []
    for license_number in licenses:
        with pace.read(license_number):
            found.append(time.us)
    return found


def most_in_a_second(at: list[int]) -> int:
    return max(sum(0 <= other - each < SECOND_US for other in at) for each in at)


def test_reads_keep_their_pace(time: Time) -> None:
    at = starts(Pace(5, monotonic_us=time.now, sleep=time.sleep), time, [""] * 12)
    assert most_in_a_second(at) == 5
    assert sum(time.slept) == 2


def test_a_facility_has_a_bound_of_its_own_below_that_of_the_key(time: Time) -> None:
    pace = Pace(10, facility_per_second=2, monotonic_us=time.now, sleep=time.sleep)
    licenses = ["L-1"] * 6 + ["L-2"] * 6 + [""] * 8
    at = starts(pace, time, licenses)
    one = [us for us, name in zip(at, licenses, strict=True) if name == "L-1"]
    assert (most_in_a_second(one), most_in_a_second(at)) == (2, 10)


def test_one_facility_in_two_spellings_is_one(time: Time) -> None:
    pace = Pace(10, facility_per_second=2, monotonic_us=time.now, sleep=time.sleep)
    assert most_in_a_second(starts(pace, time, ["L-1", " l-1", "l-1 ", "L-1"])) == 2


def test_a_pace_that_counts_facilities_only_would_be_caught(time: Time) -> None:
    """The wrong variant: no bound of the key. Two facilities then read twice as fast."""
    pace = Pace(1_000, facility_per_second=5, monotonic_us=time.now, sleep=time.sleep)
    assert most_in_a_second(starts(pace, time, ["L-1", "L-2"] * 10)) == 10


class Readers:
    """Threads that hold a place until they are told to leave it."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self.order: list[str] = []
        self.leave: dict[str, threading.Event] = {}
        self.entered: dict[str, threading.Event] = {}
        self.threads: list[threading.Thread] = []

    def start(self, name: str, *, behind: bool = False) -> None:
        self.leave[name], self.entered[name] = threading.Event(), threading.Event()

        def work() -> None:
            with self.pace.read("L-1", behind=behind):
                self.order.append(name)
                self.entered[name].set()
                self.leave[name].wait(20)

        self.threads.append(threading.Thread(target=work))
        self.threads[-1].start()

    def is_in(self, name: str) -> bool:
        return self.entered[name].wait(20)

    def end(self) -> None:
        for event in self.leave.values():
            event.set()
        for thread in self.threads:
            thread.join()


@pytest.fixture
def readers() -> Iterator[Readers]:
    made = Readers(Pace(1_000))
    yield made
    made.end()


def test_two_run_at_once_and_a_third_waits_for_one_of_them(readers: Readers) -> None:
    readers.start("a")
    readers.start("b")
    assert readers.is_in("a")
    assert readers.is_in("b")
    with pytest.raises(NoTurn), readers.pace.read("L-1", within_s=0.02):
        pass
    readers.leave["a"].set()
    readers.start("c")
    assert readers.is_in("c")


def test_what_runs_in_the_background_leaves_a_place_for_a_report(readers: Readers) -> None:
    readers.start("list", behind=True)
    assert readers.is_in("list")
    with pytest.raises(NoTurn), readers.pace.read("L-1", behind=True, within_s=0.02):
        pass
    readers.start("look-up")
    assert readers.is_in("look-up")


def test_a_report_that_waits_goes_before_everything_in_the_background(readers: Readers) -> None:
    readers.start("a")
    readers.start("b")
    assert readers.is_in("a")
    assert readers.is_in("b")
    for n in range(5):
        readers.start(f"list {n}", behind=True)
    readers.start("look-up")
    readers.leave["a"].set()
    assert readers.is_in("look-up")
    assert readers.order[:3] in (["a", "b", "look-up"], ["b", "a", "look-up"])
    for name in ("b", "look-up", *(f"list {n}" for n in range(5))):
        readers.leave[name].set()
    assert all(readers.is_in(f"list {n}") for n in range(5)), "and nothing in the background starves for good"


def test_who_cannot_wait_is_told_before_and_not_after(time: Time) -> None:
    pace = Pace(1, monotonic_us=time.now, sleep=time.sleep)
    with pace.read():
        pass
    with pytest.raises(NoTurn), pace.read(within_s=0.9):
        pass
    assert time.slept == []
    with pace.read(within_s=1.1):
        assert time.slept == [1.0]


@pytest.mark.parametrize(("asked", "held"), [(7, 7), (None, 60), (0, 0), (-3, 0), (999_999_999, 3_600)])
def test_how_long_the_service_asked_for(time: Time, asked: int | None, held: int) -> None:
    pace = Pace(monotonic_us=time.now, sleep=time.sleep)
    pace.told_to_wait(asked)
    assert pace.held_s == held
    pace.told_to_wait(1 if held > 1 else 0)
    assert pace.held_s == held, "a shorter word does not take back a longer one"
    pace.rest()
    assert (pace.held_s, sum(time.slept)) == (0, held)


def test_all_clients_of_a_process_share_one_pace() -> None:
    first = shared_pace("https://a.example", "vendor-1")
    assert shared_pace("https://a.example", "vendor-1") is first
    others = [
        shared_pace("https://b.example", "vendor-1"),
        shared_pace("https://a.example", "vendor-2"),
        shared_pace("https://a.example", "vendor-1", 40),
    ]
    assert len({id(each) for each in (first, *others)}) == 4
