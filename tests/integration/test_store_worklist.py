"""The worklist on the encrypted store: pages, look-ups by number, a person's word whole or not at all."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from pos_desktop.app.ports import Person
from pos_desktop.app.ports.worklist import Which, Word
from pos_desktop.app.worklist import Worklist
from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.instant import HOUR_US
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, OutboxState, Outcome
from pos_desktop.domain.persons_word import Action
from pos_desktop.domain.sensitive import reveal
from pos_desktop.storage import driver
from pos_desktop.storage.database import cursor_owner
from pos_desktop.storage.outbox_rows import COUNTS
from pos_desktop.storage.outbox_store import _BLOCKED
from pos_desktop.storage.store import Store
from tests.fixtures.stores import (
    MIGRATIONS,
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

MANAGER = Person(PersonId("manager-1"), "Sample Manager", "manager")
CLOCK = StandingClock(NOON.plus_us(HOUR_US))
WHY = "the receipt was put right"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Four sales, an hour old, under the license LIC-1 that is set."""
    with stocked(tmp_path, CLOCK) as made:
        made.staff.add(MANAGER)
        made.settings.set("state.license", "LIC-1")
        entries = entry_maker(made)
        for n in range(1, 5):
            sell(made, entries, basket(f"s{n}", NOON.plus_us(n * 1_000_000), packages=1))
        yield made


def desk(store: Store) -> Worklist:
    return Worklist(store.worklist, store.settings, CLOCK)


def put(store: Store, n: int, state: OutboxState, **more: Any) -> OutboxItem:
    item = next(each for each in store.outbox.open_items(10) if each.id == f"report-s{n}")
    item = replace(item, state=state, **more)
    told = AttemptResult(
        Outcome.REFUSED, http_status=400, sentence="Why.", excerpt=f"[{reveal(PATIENT.card_number)}]"
    )
    store.outbox.settle(item, told, NOON, looked_up=False)
    return item


def decided(store: Store) -> list[dict[str, Any]]:
    bodies = (json.loads(body) for _, body, _ in store.journal.entries())
    return [each for each in bodies if each["kind"] == "report.decided"]


def people_rows(store: Store) -> list[tuple[Any, ...]]:
    return store._db.rows(
        "SELECT item_id, outcome, sentence, actor_id FROM outbox_attempt WHERE kind = 'person' ORDER BY id"
    )


def test_a_word_is_kept_with_reason_person_and_journal_entry(store: Store) -> None:
    put(store, 1, OutboxState.CONFLICT, remote_id="8")
    after = desk(store).resolve("report-s1", Action.REPORTED, WHY, MANAGER, "7")
    assert (after.state, after.remote_id) == (OutboxState.CONFIRMED, "7")
    kept = store.sales.report_of(basket("s1").id)
    assert kept == after
    assert people_rows(store) == [("report-s1", "reported", WHY, MANAGER.id)]
    [entry] = decided(store)
    assert (entry["actor"], entry["ref"]) == (MANAGER.id, "s1")
    assert entry["data"] == {
        "report": "report-s1", "kind": "sale", "word": "reported", "reason": WHY, "was": "conflict", "is": "confirmed",
        "receipt": "7", "license": "LIC-1",
    }  # fmt: skip
    [purchase, *_] = store.ledger.window(PATIENT.id, NOON)
    assert purchase.reported_at == CLOCK.now()


def test_a_refused_word_changes_nothing(store: Store) -> None:
    worklist = desk(store)
    before = store.outbox.open_items(10)
    for of, decision, reason, by, receipt in (
        ("report-s1", Action.CANCELLED, WHY, MANAGER, ""),
        ("report-s1", Action.REPORTED, WHY, PERSON, "7"),
        ("report-s1", Action.CANCELLED, " . ", MANAGER, ""),
        ("report-s1", Action.CANCELLED, WHY, MANAGER, "7"),
        ("report-s99", Action.CANCELLED, WHY, MANAGER, ""),
    ):
        with pytest.raises((RuleRefusal, BadInput), match="Nothing was changed"):
            worklist.resolve(of, decision, reason, by, receipt)
    assert store.outbox.open_items(10) == before
    assert (decided(store), people_rows(store)) == ([], [])


def test_what_is_being_sent_is_left_alone(store: Store) -> None:
    store.outbox.begin_attempt("report-s1", store.outbox.sender_epoch(), NOON)
    with pytest.raises(RuleRefusal, match="at this moment"):
        desk(store).retry("report-s1", MANAGER)


def waits_for(store: Store) -> dict[str, str | None]:
    """By report: the number of the receipt that it waits for."""
    page = desk(store).page(Which.ALL, PERSON)
    for each in page.lines:
        assert desk(store).story(each.id, PERSON).line == each
    return {each.id: None if each.ahead is None else each.ahead.number for each in page.lines}


def test_a_report_names_the_earlier_one_of_its_patient_that_holds_it_up(store: Store) -> None:
    first = desk(store).story("report-s1", PERSON).line
    later = dict.fromkeys(("report-s2", "report-s3", "report-s4"), first.number)
    assert waits_for(store) == {"report-s1": None, **later}
    due = store.outbox.next_due(CLOCK.now())
    assert due is not None
    assert due.id == "report-s1"
    put(store, 1, OutboxState.REJECTED)
    words = desk(store).story("report-s3", PERSON).line.words
    assert words == (
        f"The report waits to be sent. It waits for the report of receipt {first.number}, of the same patient, "
        "which goes first and needs a person."
    )
    put(store, 2, OutboxState.CONFIRMED, remote_id="8")
    put(store, 4, OutboxState.CONFLICT)
    assert waits_for(store) == dict.fromkeys(later) | {"report-s1": None, "report-s3": first.number}
    put(store, 1, OutboxState.CONFIRMED, remote_id="9")
    assert set(waits_for(store).values()) == {None}
    due = store.outbox.next_due(CLOCK.now())
    assert due is not None
    assert due.id == "report-s3"


def test_another_license_or_patient_holds_nothing_up(store: Store) -> None:
    with store._db.write() as conn:
        conn.exec_driver_sql("UPDATE outbox SET license = 'LIC-2' WHERE id = 'report-s1'")
        conn.exec_driver_sql("UPDATE outbox SET aggregate = 'somebody' WHERE id = 'report-s3'")
    second = desk(store).story("report-s2", PERSON).line.number
    assert waits_for(store) == {
        "report-s1": None, "report-s2": None, "report-s3": None, "report-s4": second,
    }  # fmt: skip


def test_a_sender_that_comes_late_does_not_undo_a_word(store: Store) -> None:
    """It read the report before the person spoke, and tells what it knew."""
    before = put(store, 1, OutboxState.CONFLICT, remote_id="8")
    desk(store).resolve("report-s1", Action.CANCELLED, WHY, MANAGER)
    store.outbox.settle(before, AttemptResult(Outcome.FOUND_TWICE), NOON, looked_up=True)
    assert store.outbox.counts()[OutboxState.CANCELLED] == 1


def test_a_journal_that_fails_takes_the_word_back(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store, 1, OutboxState.REJECTED)

    def fails(*_: object, **__: object) -> int:
        raise RuntimeError("sample")

    monkeypatch.setattr(store.journal, "write_entry", fails)
    with pytest.raises(RuntimeError):
        desk(store).retry("report-s1", MANAGER)
    assert (store.outbox.counts()[OutboxState.REJECTED], people_rows(store)) == (1, [])


@pytest.mark.parametrize(
    ("ref", "found"),
    [
        ("report-s2", "report-s2"),
        ("R1-1-0000002", "report-s2"),
        ("r1-1-0000002", "report-s2"),
        ("ST1-R1-1-0000003", "report-s3"),
        (" st1-r1-1-0000004 ", "report-s4"),
    ],
)
def test_a_report_is_found_by_each_of_its_numbers(store: Store, ref: str, found: str) -> None:
    assert desk(store).find(ref, PERSON) == found


def test_the_beginning_of_a_number_is_enough_where_it_names_one(store: Store) -> None:
    entries = entry_maker(store)
    for n in range(5, 11):
        sell(store, entries, basket(f"s{n}", NOON.plus_us(n * 1_000_000), packages=1))
    worklist = desk(store)
    assert worklist.find("R1-1-000001", PERSON) == "report-s10"
    assert worklist.find("ST1-R1-1-000001", PERSON) == "report-s10"
    assert worklist.find("report-s10", PERSON) == "report-s10"
    assert worklist.find("report-s1", PERSON) == "report-s1", "a whole id is no beginning of another"
    for vague in ("report", "R1-1-000000", "ST1"):
        with pytest.raises(BadInput, match="More than one"):
            worklist.find(vague, PERSON)
    for unknown in ("", "R9-1-0000001", "R1-1-0000099", "nothing", "void:R1-1-0000001", "%", "R1-1-"):
        with pytest.raises(BadInput, match="No report is known"):
            worklist.find(unknown, PERSON)


def test_pages_and_counts(store: Store) -> None:
    put(store, 1, OutboxState.CONFIRMED, remote_id="7")
    put(store, 2, OutboxState.REJECTED, last_error=f"Patient {reveal(PATIENT.card_number)} is unknown.")
    put(store, 3, OutboxState.IN_DOUBT)
    shown = {which: [each.id for each in desk(store).page(which, PERSON).lines] for which in Which}
    assert shown == {
        Which.WAITING: ["report-s3", "report-s4"],
        Which.NEEDS_PERSON: ["report-s2"],
        Which.LATE: [],
        Which.ALL: ["report-s4", "report-s3", "report-s2", "report-s1"],
    }
    counts = desk(store).page(Which.ALL, PERSON).counts
    assert counts == {Which.WAITING: 2, Which.NEEDS_PERSON: 1, Which.LATE: 0, Which.ALL: 4}
    assert [each.id for each in desk(store).page(Which.ALL, PERSON, offset=1, limit=2).lines] == [
        "report-s3",
        "report-s2",
    ]
    [line] = desk(store).page(Which.NEEDS_PERSON, PERSON).lines
    assert (line.number, line.external, line.patient) == ("R1-1-0000002", "ST1-R1-1-0000002", "…0001")
    assert PATIENT.card_number not in line.cause


def test_a_story_tells_each_step_and_hides_who_it_was(store: Store) -> None:
    item = store.outbox.begin_attempt("report-s1", store.outbox.sender_epoch(), NOON)
    told = AttemptResult(
        Outcome.REFUSED,
        http_status=400,
        sentence=f"It says: {reveal(PATIENT.card_number).lower()} is not active.",
        excerpt=f'[{{"row":0,"message":"{reveal(PATIENT.card_number)}"}}]',
    )
    refused = replace(item, state=OutboxState.REJECTED, last_error=told.sentence)
    store.outbox.settle(refused, told, NOON.plus_us(1_000_000), looked_up=False)
    desk(store).retry("report-s1", MANAGER)
    story = desk(store).story("report-s1", PERSON)
    assert [each.words for each in story.steps] == [
        "Sending began.",
        "The state refused it. It says: …0001 is not active.",
        "A person: Asked to go on with it.",
    ]
    assert [each.by for each in story.steps] == ["", "", "Sample Manager"]
    assert story.excerpt == '[{"row":0,"message":"…0001"}]'
    assert story.allowed == (Action.RETRY,)
    shown = repr((story.line, story.steps, story.others))
    assert not any(name in shown for name in (PATIENT.card_number, PATIENT.last_name))


def test_twenty_thousand_open_reports_are_counted_to_the_last(tmp_path: Path) -> None:
    with stocked(tmp_path, CLOCK) as store:
        sell(store, entry_maker(store), basket("s1", packages=1))
        names = [row[1] for row in store._db.rows("PRAGMA table_info(outbox)") if row[1] not in ("n", "id")]
        columns = ", ".join(names)
        with store._db.write() as conn:
            conn.exec_driver_sql(
                f"WITH RECURSIVE k(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM k WHERE i < 20000) "
                f"INSERT INTO outbox (id, {columns}) SELECT 'r' || i, {columns} FROM outbox, k"
            )
            conn.exec_driver_sql("UPDATE outbox SET due_at = ? WHERE n = 20000", (NOON.utc_us + 1,))
        assert store.outbox.waits(CLOCK.now()).past_due == 1
        page = desk(store).page(Which.LATE, PERSON)
        assert ([each.id for each in page.lines], page.counts[Which.LATE]) == (["r20000"], 1)
        assert page.counts[Which.WAITING] == 20_000
        assert len(desk(store).page(Which.WAITING, PERSON, offset=19_990).lines) == 10


def steps_of(store: Store, query: str) -> int:
    """What SQLite does for a query, in tens of its own steps; the same on any machine."""
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    with store._db.read() as conn:
        own: Any = cursor_owner(conn.connection)
        own.set_progress_handler(step, 10)
        try:
            own.execute(query).fetchall()
        finally:
            own.set_progress_handler(None, 0)
    return steps


def reported(store: Store, more: int) -> None:
    with store._db.write() as conn:
        names = [
            row[1]
            for row in store._db.rows("PRAGMA table_info(outbox)")
            if row[1] not in ("n", "id", "state")
        ]
        columns = ", ".join(names)
        conn.exec_driver_sql(
            f"WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < {more}) "
            f"INSERT INTO outbox (id, state, {columns}) "
            f"SELECT 'done-' || {more} || '-' || i, 'confirmed', {columns} FROM outbox, k WHERE n = 1"
        )


@pytest.mark.parametrize("query", [COUNTS, _BLOCKED])
def test_what_is_done_costs_nothing_to_count(tmp_path: Path, query: str) -> None:
    by_state = "SELECT state, count(*) FROM outbox GROUP BY state"
    with stocked(tmp_path, CLOCK) as store:
        sell(store, entry_maker(store), basket("s1", packages=1))
        reported(store, 100)
        few, few_by_state = steps_of(store, query), steps_of(store, by_state)
        reported(store, 9_900)
        assert steps_of(store, query) <= few + 1
        assert store.outbox.counts()[OutboxState.CONFIRMED] == 10_000
        assert steps_of(store, by_state) > 50 * few_by_state, "known wrong: it reads every report ever made"


def test_every_state_is_counted_as_it_stands(tmp_path: Path) -> None:
    with stocked(tmp_path, CLOCK) as store:
        assert set(store.outbox.counts().values()) == {0}
        for n, state in enumerate(OutboxState):
            for k in range(n + 1):
                sell(store, entry_maker(store), basket(f"s{n}-{k}", NOON.plus_us(n * 100 + k), packages=1))
            with store._db.write() as conn:
                conn.exec_driver_sql(f"UPDATE outbox SET state = '{state}' WHERE sale_id LIKE 's{n}-%'")
        assert store.outbox.counts() == {state: n + 1 for n, state in enumerate(OutboxState)}
        assert store.outbox.counts("LIC-1") == store.outbox.counts()
        tally = desk(store).page(Which.ALL, PERSON).counts
        assert tally[Which.ALL] == sum(store.outbox.counts().values())
        with pytest.raises(sa.exc.IntegrityError, match="never deleted"), store._db.write() as conn:
            conn.exec_driver_sql("DELETE FROM outbox WHERE n = 1")


_WORDS = """
import sys
from pathlib import Path
from tests.integration.test_store_worklist import CLOCK, MANAGER, WHY, desk
from tests.fixtures.stores import opened

with opened(Path(sys.argv[1]), CLOCK) as store:
    worklist = desk(store)
    for n in range(1, 5):
        worklist.retry(f"report-s{n}", MANAGER)
        print(n, flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("promises", [1, 2, 3])
def test_a_kill_between_words_leaves_each_whole_or_not_at_all(tmp_path: Path, promises: int) -> None:
    with stocked(tmp_path, CLOCK) as made:
        made.staff.add(MANAGER)
        made.settings.set("state.license", "LIC-1")
        entries = entry_maker(made)
        for n in range(1, 5):
            sell(made, entries, basket(f"s{n}", NOON.plus_us(n * 1_000_000), packages=1))
            put(made, n, OutboxState.REJECTED)
    command = [sys.executable, "-c", _WORDS, str(tmp_path)]
    with subprocess.Popen(
        command, cwd=MIGRATIONS.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        said = [child.stdout.readline() for _ in range(promises)]
        child.kill()
    assert said == [f"{n}\n" for n in range(1, promises + 1)]
    with opened(tmp_path, CLOCK) as store:
        moved = {each.id for each in store.outbox.open_items(10) if each.state is OutboxState.QUEUED}
        assert len(moved) >= promises
        assert (
            moved
            == {row[0] for row in people_rows(store)}
            == {each["data"]["report"] for each in decided(store)}
        )


def test_a_word_of_nobody_known_is_refused_by_the_store(store: Store) -> None:
    """The row names a person; the known-wrong call, which the use case never makes."""
    put(store, 1, OutboxState.REJECTED)
    word = Word(Action.RETRY, WHY, PersonId("nobody"), NOON)
    with pytest.raises(driver.Error):
        store.worklist.decide("report-s1", lambda item: replace(item, state=OutboxState.QUEUED), word)
    assert decided(store) == []
