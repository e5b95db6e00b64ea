"""A database put back from a copy: no number is given twice, and nothing is sent that the state may hold already."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from pos_desktop.app.verifying import verify
from pos_desktop.domain.outbox import OutboxState
from pos_desktop.keystore.training_keys import TrainingKeys
from pos_desktop.storage import generation
from pos_desktop.storage.generation import Generation, raise_generation, was_put_back
from pos_desktop.storage.store import Store
from tests.fixtures.stores import NOON, basket, entry_maker, opened, sell, stocked


def start(store: Store, folder: Path) -> Generation:
    return raise_generation(store, TrainingKeys(folder), NOON)


def put_back(folder: Path) -> str:
    """A store that waits with one report, copied; another start and sale, then the copy is put in its place."""
    kept = folder / "kept.db"
    with stocked(folder) as store:
        start(store, folder)
        sell(store, entry_maker(store), basket("before"))
        store.backup(kept)
    with opened(folder) as store:
        start(store, folder)
        lost = sell(store, entry_maker(store), basket("lost", NOON.plus_us(1_000_000)))
    kept.replace(folder / "store.db")
    return lost.external


def test_numbers_begin_again_in_a_new_epoch(tmp_path: Path) -> None:
    lost = put_back(tmp_path)
    with opened(tmp_path) as store:
        assert start(store, tmp_path) is Generation.RESTORED
        sold = sell(store, entry_maker(store), basket("after", NOON.plus_us(2_000_000)))
        assert sold.external != lost
        assert (sold.number.epoch, sold.number.counter) == (2, 1)
        assert [each.id for each in store.sales.all()] == ["before", "after"]
        wrong = verify(store.sales, store.journal).wrong
        assert [each for each in wrong if "missing" in each or "changed" in each or "twice" in each] == []


def test_what_waited_is_looked_up_before_it_is_sent(tmp_path: Path) -> None:
    put_back(tmp_path)
    with opened(tmp_path) as store:
        assert store.outbox.counts()[OutboxState.QUEUED] == 1
        assert was_put_back(store, TrainingKeys(tmp_path))
        start(store, tmp_path)
        assert not was_put_back(store, TrainingKeys(tmp_path))
        assert store.outbox.counts()[OutboxState.QUEUED] == 0
        assert store.outbox.counts()[OutboxState.IN_DOUBT] == 1


def test_two_copies_begin_different_epochs(tmp_path: Path) -> None:
    put_back(tmp_path)
    keys = TrainingKeys(tmp_path)
    copy = tmp_path / "copy.db"
    with opened(tmp_path) as store:
        store.backup(copy)
        start(store, tmp_path)
    copy.replace(tmp_path / "store.db")
    with opened(tmp_path) as store:
        assert raise_generation(store, keys, NOON) is Generation.RESTORED
        assert store.settings.register().epoch == 3


def test_a_kill_on_the_way_leaves_a_store_that_is_known_as_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_back(tmp_path)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with opened(tmp_path) as store, monkeypatch.context() as dying:
        dying.setattr(Store, "begin_epoch", killed)
        with pytest.raises(KeyboardInterrupt):
            start(store, tmp_path)
    with opened(tmp_path) as store:
        assert start(store, tmp_path) is Generation.RESTORED


def test_a_store_in_order_keeps_its_epoch(tmp_path: Path) -> None:
    with stocked(tmp_path) as store:
        assert [start(store, tmp_path) for _ in range(3)] == [Generation.SAME] * 3
        assert store.settings.register().epoch == 1
        assert TrainingKeys(tmp_path).get(generation.EPOCH) is None


def test_a_failed_statement_tells_no_names(tmp_path: Path) -> None:
    with (
        stocked(tmp_path) as store,
        pytest.raises(sa.exc.IntegrityError) as failed,
        store._db.write() as conn,
    ):
        conn.exec_driver_sql(
            "INSERT INTO caregiver VALUES (?, ?, ?, ?, ?, ?)",
            ("c", "SAMPLE-CARD-7", "Sample", "Marker 7", None, None),
        )
    assert "Marker 7" not in str(failed.value)
    assert "SAMPLE-CARD-7" not in str(failed.value)
