"""The witness outside the data folder: it tells of each database that is behind it, and of nothing else."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from pos_desktop.domain.errors import EnvironmentTrouble, NeedsAttention
from pos_desktop.domain.outbox import AttemptResult, OutboxState, Outcome
from pos_desktop.keystore.credentials import ServiceCredentials
from pos_desktop.storage.generation import Generation, continuity, go_on_here, raise_generation
from pos_desktop.storage.store import Store, open_store
from pos_desktop.storage.witness import Seen, Witness
from pos_desktop.sync.outbox import after_attempt
from tests.fixtures.stores import (
    KEY,
    MIGRATIONS,
    NOON,
    OrderedIds,
    StandingClock,
    basket,
    entry_maker,
    sell,
    stocked,
)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a store that nobody has opened as a counter yet."""
    (tmp_path / "data").mkdir()
    stocked(tmp_path / "data").close()
    return tmp_path


def at(place: Path, name: str = "data", *, witnesses: Path | None = None) -> Store:
    return open_store(
        place / name / "store.db",
        KEY,
        StandingClock(),
        OrderedIds(),
        MIGRATIONS,
        ballast_bytes=1024,
        witnesses=witnesses or place / "witnesses",
    )


def read_only(place: Path) -> ServiceCredentials:
    return ServiceCredentials(place)


def start(store: Store, place: Path) -> Generation:
    return raise_generation(store, read_only(place), NOON)


def sold(store: Store, name: str) -> str:
    return f"report-{sell(store, entry_maker(store), basket(name, packages=1)).id}"


def send(store: Store, item_id: str) -> None:
    sending = store.outbox.begin_attempt(item_id, store.outbox.sender_epoch(), NOON)
    result = AttemptResult(Outcome.CONFIRMED, remote_id="7")
    after = after_attempt(sending, result, NOON, lambda low, _: low)
    store.outbox.settle(after, result, NOON, looked_up=False)


def copied(place: Path, name: str) -> None:
    with at(place) as store:
        (place / name).mkdir()
        store.backup(place / name / "store.db")


def put_back(place: Path, name: str) -> None:
    (place / name / "store.db").replace(place / "data" / "store.db")
    for rest in ("-wal", "-shm"):
        (place / "data" / f"store.db{rest}").unlink(missing_ok=True)


def test_a_store_that_goes_on_agrees_at_each_start(place: Path) -> None:
    for n in range(3):
        with at(place) as store:
            assert start(store, place) is Generation.SAME
            send(store, sold(store, f"s{n}"))
            store.witness.note_sales()
            assert store.witness.look() is Seen.AGREES
            assert store.settings.register().epoch == 1


def test_a_copy_from_before_a_sending_of_the_same_start_is_behind(place: Path) -> None:
    with at(place) as store:
        start(store, place)
        item_id = sold(store, "s1")
    copied(place, "kept")
    with at(place) as store:
        send(store, item_id)
    put_back(place, "kept")
    with at(place) as store:
        assert (store.witness.look(), start(store, place)) == (Seen.BEHIND, Generation.RESTORED)
        assert store.outbox.counts()[OutboxState.IN_DOUBT] == 1
        assert store.settings.register().epoch > 1
        assert start(store, place) is Generation.SAME


def test_a_copy_from_before_a_sale_is_behind_once_that_was_noted(place: Path) -> None:
    """Its number must not be given again, though nothing was sent."""
    with at(place) as store:
        start(store, place)
    copied(place, "kept")
    with at(place) as store:
        sold(store, "s1")
        store.witness.note_sales()
    put_back(place, "kept")
    with at(place) as store:
        assert start(store, place) is Generation.RESTORED


def test_of_two_copies_with_one_witness_only_the_first_to_send_goes_on(place: Path) -> None:
    with at(place) as store:
        start(store, place)
        item_id = sold(store, "s1")
        other_id = sold(store, "s2")
    copied(place, "twin")
    with at(place) as store, at(place, "twin") as twin:
        assert {store.witness.look(), twin.witness.look()} == {Seen.AGREES}, "nobody can tell yet"
        send(store, item_id)
        for _ in range(2):
            with pytest.raises(NeedsAttention, match="put back"):
                send(twin, other_id)
        assert twin.outbox.counts()[OutboxState.QUEUED] == 2, "the refusal left nothing behind"
        go_on_here(twin, read_only(place), NOON)
        assert (twin.witness.look(), store.witness.look()) == (Seen.AGREES, Seen.BEHIND)
        with pytest.raises(NeedsAttention):
            send(store, other_id)
        go_on_here(store, read_only(place), NOON)
        epochs = [each.settings.register().epoch for each in (twin, store)]
        assert epochs == sorted(set(epochs)), "no epoch is begun twice"


@pytest.mark.parametrize(
    "hurt", [Path.unlink, lambda path: path.write_bytes(b"{"), lambda path: path.write_bytes(b"")]
)
def test_a_witness_that_is_lost_or_hurt_shows_nothing(place: Path, hurt: Callable[[Path], object]) -> None:
    with at(place) as store:
        start(store, place)
        item_id = sold(store, "s1")
        hurt(store.witness._path())
        assert store.witness.look() is Seen.BEHIND
        with pytest.raises(NeedsAttention):
            send(store, item_id)
        assert start(store, place) is Generation.RESTORED
        assert store.witness.look() is Seen.AGREES


def test_a_kill_before_it_is_noted_is_no_restore(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with at(place) as store:
        start(store, place)
        item_id = sold(store, "s1")

        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as dying:
            dying.setattr(Witness, "_write", killed)
            with pytest.raises(KeyboardInterrupt):
                send(store, item_id)
    with at(place) as store:
        assert start(store, place) is Generation.SAME
        assert store.outbox.counts()[OutboxState.SENDING] == 1, "in doubt from the next round on"
        send(store, sold(store, "s2"))


def test_what_cannot_be_noted_is_not_sent(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with at(place) as store:
        start(store, place)
        item_id = sold(store, "s1")

        def full(*_: object) -> None:
            raise OSError("sample")

        monkeypatch.setattr(Witness, "_write", full)
        with pytest.raises(EnvironmentTrouble, match="nothing was sent"):
            send(store, item_id)


def test_where_none_can_be_kept_each_start_asks_first(place: Path) -> None:
    nowhere = place / "a file"
    nowhere.write_bytes(b"")
    epochs, item_id = [], ""
    for n in range(3):
        with at(place, witnesses=nowhere) as store:
            assert store.witness.look() is Seen.NONE
            assert start(store, place) is Generation.UNKNOWN
            epochs.append(store.settings.register().epoch)
            assert store.outbox.counts()[OutboxState.QUEUED] == 0
            assert store.outbox.counts()[OutboxState.IN_DOUBT] == n
            item_id = sold(store, f"s{n}")
    assert epochs == sorted(set(epochs))
    with at(place, witnesses=nowhere) as store:
        send(store, item_id)
        assert continuity(store, read_only(place)) is Generation.UNKNOWN


def test_a_witness_out_of_reach_is_no_reason_to_go_on(place: Path) -> None:
    """A timer that may not see the user's folder must not send past the counter's witness."""
    with at(place) as store:
        start(store, place)
    nowhere = place / "a file"
    nowhere.write_bytes(b"")
    with at(place, witnesses=nowhere) as store:
        assert continuity(store, read_only(place)) is Generation.RESTORED


def test_a_store_of_before_there_were_witnesses(place: Path) -> None:
    """Read-only keys never told of its starts, so the first one here asks."""
    with at(place) as store:
        store.raise_generation()
        sold(store, "s1")
        assert (store.witness.look(), start(store, place)) == (Seen.NEW, Generation.UNKNOWN)
        assert store.outbox.counts()[OutboxState.IN_DOUBT] == 1
        assert start(store, place) is Generation.SAME


def test_the_witness_tells_nothing_of_the_store(place: Path) -> None:
    with at(place) as store, suppress(NeedsAttention):
        start(store, place)
        sold(store, "s1")
        store.witness.note_sales()
        register = store.settings.register()
    [file] = [each for each in (place / "witnesses").iterdir() if each.suffix != ".lock"]
    content = file.read_text(encoding="ascii")
    assert len(content) == 256
    assert str(register.id) not in content + file.name
