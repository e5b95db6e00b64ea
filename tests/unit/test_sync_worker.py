"""The sender inside the program: what it says of the line, and that it ends when told."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pos_desktop.app.link import LinkWatch
from pos_desktop.app.ports import ServiceReach, StateAnswer
from pos_desktop.composition.sync_worker import SyncWorker
from pos_desktop.composition.this_computer import mark
from pos_desktop.domain.limits.model import Link
from pos_desktop.storage.lock import sender_lock
from pos_desktop.storage.witness import Seen
from pos_desktop.sync.loop import SyncSummary
from tests.fixtures.builders import NOW, answer, patient
from tests.fixtures.fakes import StandingClock

PATIENCE_S = 30


class Service:
    """A tracker and a loop that answer as told; `turns` is released at each probe or drain."""

    settle_us = 500_000

    def __init__(self, *probes: ServiceReach) -> None:
        self.probes = list(probes)
        self.drains = 0
        self.summaries: list[SyncSummary] = []
        self.says: StateAnswer | ServiceReach = answer(NOW)
        self.turns = threading.Semaphore(0)
        self.fetched = threading.Event()

    @property
    def tracker(self) -> Service:
        return self

    @property
    def loop(self) -> Service:
        return self

    def probe(self) -> ServiceReach:
        self.turns.release()
        return self.probes.pop(0) if len(self.probes) > 1 else self.probes[0]

    def patient(self, card_number: str) -> StateAnswer | ServiceReach:
        return self.says

    def try_again(self) -> None:
        """Pauses of the loop are none of this test's business."""

    def once(self) -> SyncSummary:
        self.drains += 1
        return self.summaries.pop(0) if self.summaries else SyncSummary()

    def status(self) -> Any:
        return SimpleNamespace(waiting=0, reach=ServiceReach.REACHED)


def worker(tmp_path: Path, service: Service, link: LinkWatch, *, connect: Any = None) -> SyncWorker:
    witness = SimpleNamespace(look=lambda: Seen.AGREES, note_sales=lambda: None)
    at_home = SimpleNamespace(computer=SimpleNamespace(home=mark()), witness=witness)
    shop: Any = SimpleNamespace(folder=SimpleNamespace(path=tmp_path), store=at_home)
    ours: Any = connect or (lambda _: service)
    return SyncWorker(
        shop,
        link,
        ours,
        fetch=lambda _: service.fetched.set(),
        idle_s=4 * PATIENCE_S,
        away_s=0.01,
    )


@pytest.fixture
def link() -> LinkWatch:
    return LinkWatch(StandingClock(), has_service=True)


def test_a_service_that_was_never_heard_is_down(link: LinkWatch) -> None:
    assert link.link is Link.DOWN


def test_it_probes_until_the_service_is_there_and_then_fetches_once(tmp_path: Path, link: LinkWatch) -> None:
    service = Service(ServiceReach.AWAY, ServiceReach.AWAY, ServiceReach.REACHED)
    sender = worker(tmp_path, service, link)
    sender.start()
    try:
        assert service.fetched.wait(PATIENCE_S)
        assert link.link is Link.UP
        assert service.drains >= 1
    finally:
        sender.stop()


def test_a_nudge_wakes_it_and_a_line_that_went_down_is_noticed(tmp_path: Path, link: LinkWatch) -> None:
    service = Service(ServiceReach.REACHED, ServiceReach.REACHED, ServiceReach.AWAY)
    sender = worker(tmp_path, service, link)
    sender.start()
    try:
        assert service.fetched.wait(PATIENCE_S)
        for _ in range(2):
            service.turns.acquire(timeout=PATIENCE_S)
        sender.nudge()
        assert service.turns.acquire(timeout=PATIENCE_S)
        assert service.turns.acquire(timeout=PATIENCE_S), "it goes on probing while the line is down"
        assert link.link is Link.DOWN
    finally:
        sender.stop()


@pytest.mark.parametrize("asked", [True, False])
def test_who_asks_for_it_has_it_fetched_now(tmp_path: Path, link: LinkWatch, *, asked: bool) -> None:
    """A mere nudge sends and does not fetch."""
    service = Service(ServiceReach.REACHED)
    sender = worker(tmp_path, service, link)
    sender.start()
    try:
        assert service.fetched.wait(PATIENCE_S)
        service.fetched.clear()
        drains = service.drains
        (sender.look_now if asked else sender.nudge)()
        if asked:
            assert service.fetched.wait(PATIENCE_S)
        while service.drains == drains:
            assert service.turns.acquire(timeout=PATIENCE_S)
    finally:
        sender.stop()
    assert service.fetched.is_set() is asked


def test_a_sale_that_was_in_doubt_and_is_found_sets_the_stock_right_at_once(
    tmp_path: Path, link: LinkWatch
) -> None:
    service = Service(ServiceReach.REACHED)
    sender = worker(tmp_path, service, link)
    sender.start()
    try:
        assert service.fetched.wait(PATIENCE_S)
        service.fetched.clear()
        service.summaries = [SyncSummary(looked_up=1, confirmed=1, status=service.loop.status())]
        sender.nudge()
        assert service.fetched.wait(PATIENCE_S)
    finally:
        sender.stop()


def test_a_question_without_an_answer_tells_the_line(tmp_path: Path, link: LinkWatch) -> None:
    service = Service(ServiceReach.REACHED)
    sender = worker(tmp_path, service, link)
    assert sender.ask_state(patient()) is None, "not connected yet"
    sender.look_once()
    assert link.reach is ServiceReach.REACHED
    assert sender.ask_state(patient()) == answer(NOW)
    service.says = ServiceReach.AWAY
    assert sender.ask_state(patient()) is None
    assert link.link is Link.DOWN


@pytest.mark.parametrize(
    ("reach", "has_service", "expected"),
    [
        (ServiceReach.REACHED, True, Link.UP),
        (ServiceReach.AWAY, True, Link.DOWN),
        (ServiceReach.REFUSED_KEY, True, Link.REFUSED),
        (ServiceReach.AWAY, False, Link.UP),  # there is no line that could drop: a person reads the registry
    ],
)
def test_a_service_that_refuses_the_key_is_not_away(
    reach: ServiceReach, has_service: bool, expected: Link
) -> None:
    link = LinkWatch(StandingClock(), has_service=has_service)
    link.heard(reach)
    assert link.link is expected


@pytest.mark.expects_log
def test_a_bug_does_not_end_the_sender(tmp_path: Path, link: LinkWatch) -> None:
    service = Service(ServiceReach.REACHED)
    tries = iter([RuntimeError("a bug"), None])

    def connect(_: object) -> Service:
        problem = next(tries)
        if problem is not None:
            raise problem
        return service

    sender = worker(tmp_path, service, link, connect=connect)
    sender.start()
    try:
        assert service.fetched.wait(PATIENCE_S)
    finally:
        sender.stop()


def test_another_sender_is_waited_for(tmp_path: Path, link: LinkWatch) -> None:
    service = Service(ServiceReach.REACHED)
    sender = worker(tmp_path, service, link)
    with sender_lock(tmp_path):
        sender.start()
        assert not service.turns.acquire(timeout=0.2), "nothing is asked while another one sends"
    sender.nudge()
    try:
        assert service.turns.acquire(timeout=PATIENCE_S)
    finally:
        sender.stop()
