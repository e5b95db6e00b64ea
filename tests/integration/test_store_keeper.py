"""The keeper beside a counter that sells: backups in time, and the daily check on one state of the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.app.verifying import Findings
from pos_desktop.composition import store_keeper, verifying
from pos_desktop.composition.backing_up import EVERY_US, SAME_DISK, on_same_disk
from pos_desktop.composition.counter import open_back_room
from pos_desktop.composition.places import data_folder
from pos_desktop.composition.store_keeper import CHECK_FAILED, PAGES_DAMAGED, StoreKeeper
from pos_desktop.domain.instant import DAY_US, HOUR_US, MINUTE_US
from pos_desktop.storage import backups as shelves
from pos_desktop.storage.lock import backup_lock
from pos_desktop.storage.store import Store
from tests.fixtures.command_line import Run
from tests.fixtures.command_line import Shop as Place
from tests.fixtures.kept_store import Kept, kept_store


@pytest.fixture
def kept(shop: Place, pos: Run, tmp_path: Path) -> Iterator[Kept]:
    with kept_store(shop, pos, tmp_path) as made:
        yield made


# ---- backups


def test_every_fifteen_minutes_in_which_something_was_written(kept: Kept) -> None:
    kept.keeper.back_up_if_due()
    first = kept.keeper.last_backup
    assert (kept.backups(), kept.keeper.told) == (1, "")
    kept.write()
    kept.clock.plus_us += EVERY_US - MINUTE_US
    kept.keeper.back_up_if_due()
    assert kept.keeper.last_backup == first, "not yet"
    kept.clock.plus_us += MINUTE_US
    kept.keeper.back_up_if_due()
    second = kept.keeper.last_backup
    assert second != first
    kept.clock.plus_us += EVERY_US
    kept.keeper.back_up_if_due()
    assert kept.keeper.last_backup == second, "nothing was written meanwhile"


def test_at_once_after_a_till_was_closed(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.keeper.back_up_if_due()
    first = kept.keeper.last_backup
    kept.write()
    closings = kept.shop.store.care.closings()
    monkeypatch.setattr(type(kept.shop.store.care), "closings", lambda _: closings + 1)
    kept.clock.plus_us += MINUTE_US
    kept.keeper.back_up_if_due()
    second = kept.keeper.last_backup
    assert second != first
    kept.write()
    kept.keeper.back_up_if_due()
    assert kept.keeper.last_backup == second, "one for each closing"


@pytest.mark.expects_log
def test_a_backup_that_cannot_be_made_is_told_with_its_age_and_tried_again(kept: Kept) -> None:
    kept.keeper.back_up_if_due()
    disk = Path(kept.shop.store.settings.get("backup.folder") or "")
    disk.rename(disk.with_name("unplugged"))
    kept.write()
    kept.clock.plus_us += EVERY_US
    kept.keeper.back_up_if_due()
    assert "cannot be reached, so no backup was made. The store itself goes on." in kept.keeper.told
    assert "minutes old" not in kept.keeper.told
    kept.clock.plus_us += 2 * HOUR_US
    kept.ticks[0] += store_keeper.AGAIN_S
    kept.keeper.back_up_if_due()
    assert kept.keeper.told.endswith("The last good backup is 2 hours old.")
    disk.with_name("unplugged").rename(disk)
    kept.keeper.back_up_if_due()
    assert kept.keeper.told, "not at once"
    kept.ticks[0] += store_keeper.AGAIN_S
    kept.keeper.back_up_if_due()
    assert kept.keeper.told == ""


def test_somebody_elses_backup_is_waited_for(kept: Kept) -> None:
    with backup_lock(kept.shop.folder.path):
        kept.keeper.back_up_if_due()
    assert (kept.backups(), kept.keeper.told) == (0, "")
    kept.ticks[0] += store_keeper.AGAIN_S
    kept.keeper.back_up_if_due()
    assert kept.backups() == 1
    kept.write()
    kept.clock.plus_us += 2 * HOUR_US
    with backup_lock(kept.shop.folder.path):
        kept.keeper.back_up_if_due()
    assert kept.keeper.told == "The last good backup is 2 hours old."


def test_the_end_of_the_day_makes_one_and_a_quiet_end_none(kept: Kept) -> None:
    kept.keeper.stop()
    assert kept.backups() == 1
    newest = kept.keeper.last_backup
    kept.keeper.stop()
    assert kept.keeper.last_backup == newest


def test_the_counter_keeps_its_store_by_itself(shop: Place, pos: Run, tmp_path: Path) -> None:
    """Without a window: opened, started and ended in order."""
    (tmp_path / "disk").mkdir()
    assert pos("config", "set", "backup.folder", str(tmp_path / "disk")).code == 0
    room = open_back_room(data_folder(str(shop.data), None), unattended=True)
    room.start()
    assert room.desk.store_told() == ""
    room.close()
    assert pos("backup", "verify").code == 0
    assert pos("backup", "list", "--json").json["same_disk"] is True


def test_a_training_store_is_not_backed_up_unasked(shop: Place) -> None:
    room = open_back_room(data_folder(str(shop.data), None), unattended=True)
    room.close()
    assert not (shop.data / "backups").exists()


def test_the_same_disk_is_told(kept: Kept, monkeypatch: pytest.MonkeyPatch, pos: Run) -> None:
    assert on_same_disk(kept.shop)
    assert SAME_DISK in pos("backup", "list").out
    monkeypatch.setattr(shelves, "same_disk", lambda *_: False)
    assert SAME_DISK not in pos("backup", "list").out


# ---- the daily check


def test_once_a_day_and_after_an_unclean_stop(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[object] = []

    def findings(*values: object, **_: object) -> Findings:
        looked.append(values)
        return Findings()

    monkeypatch.setattr(verifying, "findings", findings)
    for plus_us, times in ((0, 1), (HOUR_US, 1), (DAY_US, 2), (0, 2)):
        kept.clock.plus_us += plus_us
        kept.keeper.check_if_due()
        assert len(looked) == times
    kept.shop.store.was_clean = False
    again = StoreKeeper(kept.shop)
    again.check_if_due()
    again.check_if_due()
    assert len(looked) == 3


def test_an_honest_store_passes_while_sales_are_made_in_the_middle(kept: Kept, pos: Run) -> None:
    """Known wrong, below: a check without one state of the store finds sales without entries."""
    mid_sale(kept, kept.keeper.check_if_due)
    assert kept.keeper.told == ""
    assert kept.shop.store.care.checked_at is not None


def mid_sale(kept: Kept, check: Callable[[], object]) -> None:
    """Somebody writes to the journal and seals it while the check walks it."""
    manager = kept.shop.store.staff.people()[0]
    kept.shop.store.journal.append("drawer.opened", manager.id, "", {})
    gently = kept.keeper._gently

    def writing(rows: Any) -> Any:
        kept.shop.store.journal.append("drawer.opened", manager.id, "", {})
        kept.shop.sealing().now()
        yield from gently(rows)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept.keeper, "_gently", writing)
        check()


def test_known_wrong_a_check_that_sees_the_store_change(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads the seals first and the journal later, and the witness in between."""
    store = kept.shop.store
    wrong: list[str] = []

    def check() -> None:
        from pos_desktop.app.verifying import verify
        from pos_desktop.app.verifying_seals import SealsTold
        from pos_desktop.keystore.signing import is_signed

        entries = list(store.journal.entries())

        class Journal:
            def entries(self) -> Any:
                return entries

        list(kept.keeper._gently([1]))
        seals = SealsTold(store.seals, kept.shop.journal_key, is_signed, kept.shop.register.id)
        journal: Any = Journal()
        wrong.extend(verify(store.sales, journal, store.tills, seals, store.records).wrong)

    mid_sale(kept, check)
    assert wrong


def test_after_each_start_the_trees_are_looked_at_once(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.shop.store.care.checked(kept.clock.now())
    looked: list[bool] = []

    def sound(_: Store) -> bool:
        looked.append(True)
        return False

    monkeypatch.setattr(Store, "trees_are_sound", sound)
    kept.keeper.check_if_due()
    kept.keeper.check_if_due()
    assert (looked, kept.keeper.told) == ([True], PAGES_DAMAGED)


@pytest.mark.expects_log
def test_a_changed_entry_and_a_damaged_page_are_told_at_the_counter(kept: Kept, shop: Place) -> None:
    with kept.shop.store._db.write() as conn:
        for (name,) in conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
            conn.exec_driver_sql(f"DROP TRIGGER {name}")
        conn.exec_driver_sql("UPDATE journal SET body = x'7b7d' WHERE seq = 1")
    kept.keeper.check_if_due()
    assert kept.keeper.told.startswith(CHECK_FAILED.partition("{")[0])
    assert kept.shop.store.care.checked_at is None
    kept.shop.store.idle_checkpoint()
    with kept.shop.store.path.open("r+b") as file:
        file.seek(kept.shop.store.path.stat().st_size - 3_000)
        file.write(bytes(64))
    kept.clock.plus_us += DAY_US
    kept.keeper._check_due = True
    kept.keeper.check_if_due()
    assert kept.keeper.told == PAGES_DAMAGED


def test_a_check_is_given_up_when_the_program_ends(kept: Kept) -> None:
    kept.keeper._stopping.set()
    kept.keeper.check_if_due()
    assert kept.shop.store.care.checked_at is None
    assert kept.keeper.told == ""


def test_a_backup_is_given_up_when_the_register_freezes(kept: Kept) -> None:
    kept.shop.store._db.freeze()
    assert kept.keeper._pause()
    kept.keeper.back_up_if_due()
    kept.shop.store.reopen()
    assert kept.backups() == 0
    assert not kept.keeper._pause()
