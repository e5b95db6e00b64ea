"""Every statement that moves reports does to each state what the pure function beside it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pos_desktop.app.ports.worklist import Word
from pos_desktop.domain.errors import StoreBusy
from pos_desktop.domain.instant import MINUTE_US, Instant
from pos_desktop.domain.outbox import VOID, AttemptResult, OutboxItem, OutboxState, Outcome
from pos_desktop.domain.outbox_moves import (
    FROM,
    Move,
    after_crash,
    after_hand_over,
    after_its_sale_ended,
    after_put_back,
)
from pos_desktop.domain.persons_word import Action, after_word
from pos_desktop.storage import outbox_store
from pos_desktop.storage.database import cursor_owner
from pos_desktop.storage.outbox_rows import ITEM_COLUMNS, item_of, outbox_values
from pos_desktop.storage.rows import insert_text
from pos_desktop.storage.schema import outbox
from pos_desktop.storage.store import Store
from pos_desktop.storage.worklist_store import _end_voids
from tests.fixtures.stores import NOON, PERSON, basket, entry_maker, sell, stocked

LATER = NOON.plus_us(10 * MINUTE_US)
WORD = Word(Action.CANCELLED, "sample", PERSON.id, LATER)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with stocked(tmp_path) as made:
        yield made


def kept(store: Store) -> dict[str, OutboxItem]:
    rows = store._db.rows(f"SELECT {ITEM_COLUMNS} FROM outbox o ORDER BY n")
    return {row[0]: item_of(row) for row in rows}


def one_of_each(store: Store, *, attempts: int, kind: str = "sale") -> dict[str, OutboxItem]:
    """A sale, and a report in each state with something in every field that a move may change."""
    model = sell(store, entry_maker(store), basket("s1", packages=1))
    [first] = store.outbox.open_items(1)
    for state in OutboxState:
        item = replace(
            first,
            id=f"r-{state}",
            kind=kind,
            aggregate=f"nobody-{state}",
            state=state,
            attempts=attempts,
            not_before=NOON.plus_us(MINUTE_US),
            last_error="Why.",
            absent_once=True,
            attempt_ended_at=NOON,
            depends_on=first.id if kind == VOID else None,
        )
        with store._db.write() as conn:
            conn.exec_driver_sql(insert_text(outbox), outbox_values(item, settled_at=NOON))
    assert model.id == first.sale_id
    return kept(store)


def put_back(store: Store, at: Instant) -> None:
    store.begin_epoch(2, at)


MOVES: dict[str, tuple[Callable[[Store], object], Callable[[OutboxItem], OutboxItem]]] = {
    "died": (lambda store: store.outbox.recover(LATER), lambda item: after_crash(item, LATER)),
    "put back": (lambda store: put_back(store, LATER), lambda item: after_put_back(item, LATER)),
    "cannot tell": (lambda store: store.doubt_waiting(LATER), lambda item: after_put_back(item, LATER)),
    "handed over": (
        lambda store: store.outbox.hand_over("LIC-1", "LIC-2"),
        lambda item: after_hand_over(item, "LIC-1", "LIC-2"),
    ),
    "another's hand-over": (lambda store: store.outbox.hand_over("LIC-9", "LIC-2"), lambda item: item),
}


@pytest.mark.parametrize("attempts", [0, 3])
@pytest.mark.parametrize("name", MOVES)
def test_statement_and_function_agree_on_every_state(store: Store, name: str, attempts: int) -> None:
    statement, function = MOVES[name]
    before = one_of_each(store, attempts=attempts)
    statement(store)
    assert kept(store) == {each: function(item) for each, item in before.items()}


def test_voids_end_with_their_sale_from_every_state(store: Store) -> None:
    before = one_of_each(store, attempts=1, kind=VOID)
    sale_report = next(iter(before.values()))
    with store._db.write() as conn:
        _end_voids(cursor_owner(conn.connection).cursor(), sale_report, WORD)
    after = kept(store)
    assert after.pop(sale_report.id) == before.pop(sale_report.id)
    assert after == {each: after_its_sale_ended(item) for each, item in before.items()}


def test_only_what_is_queued_is_taken(store: Store) -> None:
    before = one_of_each(store, attempts=0)
    epoch = store.outbox.sender_epoch()
    for item_id, item in before.items():
        if item.state is OutboxState.QUEUED:
            assert store.outbox.begin_attempt(item_id, epoch, LATER).state is OutboxState.SENDING
        else:
            with pytest.raises(StoreBusy):
                store.outbox.begin_attempt(item_id, epoch, LATER)


def test_a_statement_that_leaves_a_state_out_is_noticed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Known wrong: what the key had blocked is sent again from a copy without a question."""
    wrong = outbox_store._DOUBT_ALL.replace(", 'blocked'", "")
    assert wrong != outbox_store._DOUBT_ALL
    monkeypatch.setattr(outbox_store, "_DOUBT_ALL", wrong)
    with pytest.raises(AssertionError):
        test_statement_and_function_agree_on_every_state(store, "put back", 0)


def test_after_a_restore_every_word_and_every_round_asks_first() -> None:
    """No state leads to sending before a look-up but by the word that says so itself."""
    assert set(FROM[Move.PUT_BACK]) | {OutboxState.REJECTED, OutboxState.CONFLICT} == {
        each for each in OutboxState if not each.final
    }
    for state in OutboxState:
        item = after_put_back(_item(state), LATER)
        assert item.state is not OutboxState.QUEUED
        if state in (OutboxState.REJECTED, OutboxState.CONFLICT, *FROM[Move.PUT_BACK]):
            again = after_word(item, Action.RETRY, LATER, license_number="LIC-1")
            assert again.state is OutboxState.IN_DOUBT, state


def _item(state: OutboxState) -> OutboxItem:
    return OutboxItem(
        "r", "LIC-1", "sale", "nobody", "s", "ST1-R1-1-0000001", b"{}", "", state, 0, created_at=NOON
    )


# ---- a word during an exchange


def look_up_meanwhile(store: Store, meanwhile: Callable[[], object], outcome: Outcome) -> OutboxItem:
    """An item in doubt was read, `meanwhile` somebody else changed it, and the older answer comes."""
    from pos_desktop.sync.outbox import after_look_up

    before = one_of_each(store, attempts=1)["r-in-doubt"]
    meanwhile()
    result = AttemptResult(outcome, remote_id="7" if outcome is Outcome.FOUND else "")
    after = after_look_up(before, result, LATER, MINUTE_US, lambda low, _: low)
    store.outbox.settle(after, result, LATER, looked_up=True, was=before)
    assert store.outbox._db.rows("SELECT count(*) FROM outbox_attempt WHERE kind = 'look-up'") == [(1,)]
    return kept(store)["r-in-doubt"]


def retried(store: Store) -> None:
    def again(item: OutboxItem) -> OutboxItem:
        return after_word(item, Action.RETRY, NOON.plus_us(1), license_number=item.license)

    store.worklist.decide("r-in-doubt", again, replace(WORD, action=Action.RETRY))


def test_a_persons_word_during_a_look_up_stands(store: Store) -> None:
    """`absent` for the second time would send it again, on what was read before the person spoke."""
    after = look_up_meanwhile(store, lambda: retried(store), Outcome.ABSENT)
    assert (after.state, after.absent_once) == (OutboxState.IN_DOUBT, False)
    assert after.not_before == NOON.plus_us(1)


def test_a_restore_during_a_look_up_stands(store: Store) -> None:
    after = look_up_meanwhile(store, lambda: store.doubt_waiting(LATER), Outcome.ABSENT)
    assert (after.state, after.absent_once) == (OutboxState.IN_DOUBT, False)


def test_what_the_state_holds_is_kept_whoever_spoke_meanwhile(store: Store) -> None:
    after = look_up_meanwhile(store, lambda: retried(store), Outcome.FOUND)
    assert (after.state, after.remote_id) == (OutboxState.CONFIRMED, "7")


def test_nobody_spoke_and_the_answer_is_kept(store: Store) -> None:
    assert look_up_meanwhile(store, lambda: None, Outcome.ABSENT).state is OutboxState.QUEUED


def test_an_answer_without_the_condition_would_undo_the_word(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Known wrong: the older item is written over the newer one."""
    monkeypatch.setattr(
        outbox_store, "_UNCHANGED", "".join(" AND ? IS NOT ''" for _ in outbox_store._VERSION)
    )
    after = look_up_meanwhile(store, lambda: retried(store), Outcome.ABSENT)
    assert after.state is OutboxState.QUEUED, "it would go out on a look-up from before the word"
