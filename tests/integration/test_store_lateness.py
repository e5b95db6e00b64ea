"""What is late, by the store's queries and by the rules in words."""

from __future__ import annotations

from pathlib import Path

from pos_desktop.app.ports.worklist import Which
from pos_desktop.app.worklist import Worklist
from pos_desktop.domain.deadlines import is_late, is_past_due, waits_of
from pos_desktop.domain.instant import DAY_US, HOUR_US, MINUTE_US
from tests.fixtures.stores import NOON, PERSON, StandingClock, basket, entry_maker, sell, stocked


def test_the_store_counts_lateness_as_the_domain_does(tmp_path: Path) -> None:
    """The queries and the rules in words must not drift apart; every edge is met, and a rule that drifted is seen."""
    with stocked(tmp_path) as store:
        entries = entry_maker(store)
        ages = (-HOUR_US, 0, HOUR_US, HOUR_US + 1, DAY_US, DAY_US + 1)
        dues = (None, 0, 1, HOUR_US - 1, HOUR_US, HOUR_US + 1, DAY_US)
        cases = [(age, due) for age in ages for due in dues]
        for n, _ in enumerate(cases, 10):
            sell(store, entries, basket(f"s{n}", NOON.plus_us(n * 1_000_000), packages=1))
        with store._db.write() as conn:
            for n, (age, due) in enumerate(cases, 10):
                made = NOON.utc_us - age
                conn.exec_driver_sql(
                    "UPDATE outbox SET created_at = ?, due_at = ? WHERE id = ?",
                    (made, None if due is None else made + due, f"report-s{n}"),
                )
        told = store.outbox.waits(NOON)
        assert told == waits_of(store.outbox.open_items(100), NOON)
        assert 0 < told.past_due < told.hour_old
        assert told.due_soon
        assert told.day_old
        items = store.outbox.open_items(100)
        late = {each.item.id for each in store.worklist.page(Which.LATE, NOON, offset=0, limit=100)}
        assert late == {each.id for each in items if is_late(each, NOON)}
        assert store.worklist.tally(NOON)[Which.LATE] == len(late)
        assert late > {each.id for each in items if is_past_due(each, NOON)}
        assert late != {each.id for each in items if each.due_at is not None and each.due_at < NOON}


def test_what_is_late_is_listed_and_counted(tmp_path: Path) -> None:
    """Older than a day, past its number, and due at once an hour ago."""
    with stocked(tmp_path) as store:
        entries = entry_maker(store)
        changes = (
            ("created_at = created_at - ?, due_at = NULL", DAY_US),
            ("due_at = ? + created_at", MINUTE_US),
            ("due_at = created_at + 0 * ?", 0),
        )
        for n, (change, value) in enumerate(changes, 1):
            sell(store, entries, basket(f"s{n}", NOON.plus_us(n * 1_000_000), packages=1))
            with store._db.write() as conn:
                conn.exec_driver_sql(f"UPDATE outbox SET {change} WHERE id = 'report-s{n}'", (value,))
        desk = Worklist(store.worklist, store.settings, StandingClock(NOON.plus_us(HOUR_US)))
        page = desk.page(Which.LATE, PERSON)
        told = [(each.id, each.late, each.past_due) for each in page.lines]
        assert told == [("report-s1", True, False), ("report-s2", True, True)]
        assert page.counts[Which.LATE] == 2
        assert not desk.story("report-s3", PERSON).line.late, "real time has no number to be late by"
