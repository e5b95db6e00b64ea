"""Paper jobs, held carts and the journal's time."""

from __future__ import annotations

import json
from pathlib import Path

from pos_desktop.app.ports import HeldCart, HeldLine, JobKind, JobState
from pos_desktop.domain.cart import Weighing
from pos_desktop.domain.identity import SaleId
from tests.fixtures.stores import (
    CAREGIVER,
    NOON,
    PATIENT,
    PERSON,
    StandingClock,
    basket,
    entry_maker,
    opened,
    sell,
    stocked,
)


def test_paper_waits_until_it_is_done_or_dismissed(tmp_path: Path) -> None:
    with stocked(tmp_path) as store:
        entries = entry_maker(store)
        sell(store, entries, basket("s1"), kick=False)
        sell(store, entries, basket("s2"))
        sell(store, entries, basket("s3"), kick=False, receipt=False)
        due = store.paper.due()
        assert [(each.sale_id, each.kind) for each in due] == [
            ("s2", JobKind.DRAWER),
            ("s1", JobKind.RECEIPT),
            ("s2", JobKind.RECEIPT),
        ]
        store.paper.move(due[0].id, JobState.DONE)
        store.paper.move(due[1].id, JobState.DISMISSED, "Printed again as a copy.")
        store.paper.move(due[2].id, JobState.UNKNOWN, "The paper ran out.")
        copy = store.paper.add_copy(SaleId("s2"), NOON)
        assert (copy.kind, copy.state, copy.sale_number) == (JobKind.COPY, JobState.WAITING, "R1-1-0000002")
        assert store.paper.due() == [copy]
        assert [(each.state, each.why) for each in store.paper.open()] == [
            (JobState.UNKNOWN, "The paper ran out."),
            (JobState.WAITING, ""),
        ]


def test_paper_that_had_begun_is_for_a_person_and_no_drawer_opens_twice(tmp_path: Path) -> None:
    with stocked(tmp_path) as store:
        sell(store, entry_maker(store), basket("s1"))
        for job in store.paper.due():
            store.paper.move(job.id, JobState.STARTED)
    with opened(tmp_path) as store:
        assert store.paper.recover() == 2
        assert store.paper.due() == []
        assert [(each.kind, each.state) for each in store.paper.open()] == [
            (JobKind.RECEIPT, JobState.UNKNOWN)
        ]


def test_a_held_cart_is_taken_up_once(tmp_path: Path) -> None:
    weighing = Weighing(3500, 120, 10, "53 20", "Sample scale")
    held = HeldCart(
        SaleId("s1"),
        PATIENT.id,
        CAREGIVER.id,
        NOON,
        PERSON.id,
        (HeldLine("TAG1", 2, 1250, None), HeldLine("TAG2", 3500, 900, weighing)),
        PATIENT.name,
    )
    with stocked(tmp_path) as store:
        store.holds.put(held)
        store.holds.put(held)
    with opened(tmp_path) as store:
        assert store.holds.list() == [held]
        assert store.holds.take(held.sale_id) == held
        assert store.holds.take(held.sale_id) is None
        assert store.holds.list() == []


def test_the_journals_time_never_runs_back(tmp_path: Path) -> None:
    clock = StandingClock()
    with opened(tmp_path, clock, create=True) as store:
        store.journal.append("a", PERSON.id, "", {})
        clock.move(-3_600_000_000)
        store.journal.append("b", PERSON.id, "", {"n": 1})
        bodies = [json.loads(body) for _, body, _ in store.journal.entries()]
        assert [each["at"] for each in bodies] == [NOON.utc_us, NOON.utc_us]
        assert [(each["seq"], each["kind"], each["tz"]) for each in bodies] == [
            (0, "a", "America/Detroit"),
            (1, "b", "America/Detroit"),
        ]
