"""The keeper and the disk: the write-ahead log goes into the file when idle, and little room is told in time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pos_desktop.composition.shop import opened
from pos_desktop.composition.store_keeper import DISK_ERROR
from pos_desktop.domain.disk_room import GIB, LOW, MIB, NO_NEW_DAY, Room, room
from pos_desktop.domain.errors import EnvironmentTrouble
from pos_desktop.storage.ballast import SIZE, Ballast
from pos_desktop.storage.database import Database
from pos_desktop.storage.store import Store
from tests.fixtures.command_line import Run
from tests.fixtures.command_line import Shop as Place
from tests.fixtures.kept_store import Kept, kept_store
from tests.integration.test_store_faults import writes_fail_beyond


@pytest.fixture
def kept(shop: Place, pos: Run, tmp_path: Path) -> Iterator[Kept]:
    with kept_store(shop, pos, tmp_path) as made:
        yield made


# ---- the write-ahead log


def test_the_log_goes_into_the_file_when_nothing_was_written_since_the_last_look(kept: Kept) -> None:
    kept.write()
    kept.keeper.checkpoint_if_idle()
    assert kept.shop.store.care.log_bytes() > 0, "it was written to just now"
    kept.keeper.checkpoint_if_idle()
    assert kept.shop.store.care.log_bytes() == 0


def fill_the_log(store: Store, words: int = 3_000) -> None:
    """More than the file has room for, so that a checkpoint makes it grow."""
    for n in range(40):
        store.settings.set("store.name", f"{n:03d}" + "Sample " * words)


@contextmanager
def one_checkpoint_fails(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The disk takes nothing while the log goes into the file, and works again when the store is opened again."""
    whole = store.idle_checkpoint

    def fail() -> bool:
        with writes_fail_beyond(store.path.stat().st_size):
            return whole()

    with monkeypatch.context() as patched:
        patched.setattr(store, "idle_checkpoint", fail)
        yield


@pytest.mark.expects_log
def test_a_disk_that_fails_in_a_checkpoint_is_told_checked_and_gone_on_with(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = kept.shop.store
    fill_the_log(store)
    kept.keeper.checkpoint_if_idle()
    with one_checkpoint_fails(store, monkeypatch):
        kept.keeper.checkpoint_if_idle()
    assert kept.keeper.told == DISK_ERROR
    assert not store.frozen
    assert (store.settings.get("store.name") or "").startswith("039")


@pytest.mark.expects_log
def test_a_second_one_within_ten_minutes_stops_the_register(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = kept.shop.store
    for words in (3_000, 9_000):  # the file must grow, or the disk takes it
        fill_the_log(store, words)
        kept.keeper.checkpoint_if_idle()
        with one_checkpoint_fails(store, monkeypatch):
            kept.keeper.checkpoint_if_idle()
    assert store.frozen
    with pytest.raises(EnvironmentTrouble, match="stopped because its disk"):
        store.settings.get("store.name")


@pytest.mark.expects_log
def test_a_disk_that_goes_on_failing_stops_the_register_at_once(kept: Kept) -> None:
    store = kept.shop.store
    fill_the_log(store)
    kept.keeper.checkpoint_if_idle()
    with writes_fail_beyond(store.path.stat().st_size):
        kept.keeper.checkpoint_if_idle()
    assert store.frozen
    assert "stopped because its disk" in kept.keeper.told


@pytest.mark.expects_log
def test_known_wrong_an_automatic_checkpoint_says_nothing(kept: Kept) -> None:
    """What made the idle checkpoint necessary: the commit after the thousandth page reports success."""
    store = kept.shop.store
    fill_the_log(store)
    log = store.path.with_name(store.path.name + "-wal")
    with writes_fail_beyond(max(log.stat().st_size * 2, store.path.stat().st_size)):
        store.settings.set("store.name", "Sample")
    assert not store.frozen


@pytest.mark.expects_log
def test_a_disk_that_fails_at_the_end_of_the_day_is_no_orderly_end(kept: Kept) -> None:
    store = kept.shop.store
    fill_the_log(store)
    with writes_fail_beyond(store.path.stat().st_size):
        store.close()
    with opened(kept.shop.folder, counter=True) as again:
        assert not again.store.was_clean


# ---- room on the disk


@pytest.mark.parametrize(
    ("free", "level"),
    [
        (GIB, Room.ENOUGH),
        (GIB - 1, Room.LOW),
        (256 * MIB, Room.LOW),
        (256 * MIB - 1, Room.NO_NEW_DAY),
        (0, Room.NO_NEW_DAY),
    ],
)
def test_levels(free: int, level: Room) -> None:
    assert room(free) is level


def test_little_room_is_told_and_with_room_again_the_ballast_is_made_anew(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = [GIB]
    monkeypatch.setattr(Database, "free_bytes", lambda _: free[0])
    made: list[Ballast] = []

    def ensure(ballast: Ballast) -> bool:
        made.append(ballast)
        return True

    monkeypatch.setattr(Ballast, "ensure", ensure)
    kept.shop.store._db.ballast.release()
    for size, said, ballasts in (
        (GIB - 1, LOW, 1),
        (256 * MIB + SIZE, LOW, 1),
        (256 * MIB - 1, NO_NEW_DAY, 1),
        (GIB, "", 2),
    ):
        free[0] = size
        kept.keeper.look_at_room()
        assert (kept.keeper.told, len(made)) == (said, ballasts)


def test_no_till_is_opened_on_a_nearly_full_disk(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    from pos_desktop.domain.money import Money
    from pos_desktop.domain.till import Count

    desk = kept.shop.till_desk()
    manager = next(each for each in kept.shop.store.staff.people() if each.role == "manager")
    monkeypatch.setattr(Database, "free_bytes", lambda _: 256 * MIB - 1)
    with pytest.raises(EnvironmentTrouble, match="no till is opened") as refused:
        desk.open(manager, Count(()))
    assert refused.value.code == "disk-low"
    monkeypatch.setattr(Database, "free_bytes", lambda _: 256 * MIB)
    desk.open(manager, Count(()))
    monkeypatch.setattr(Database, "free_bytes", lambda _: 0)
    desk.paid_in(manager, Money(100), "a till that is open goes on")
