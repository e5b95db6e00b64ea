"""A clock that was set back: business time goes on from what the store was last written at."""

from __future__ import annotations

from pathlib import Path

from pos_desktop.composition.clocks import WallClock
from pos_desktop.composition.places import data_folder
from pos_desktop.composition.shop import created, opened
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.instant import HOUR_US


def test_time_does_not_go_back_behind_the_last_journal_entry(tmp_path: Path) -> None:
    folder = data_folder(str(tmp_path / "store"), "training")
    later = WallClock().now().plus_us(5 * HOUR_US)
    with created(folder) as shop:
        assert shop.store.journal.last_at() is None
        shop.clock.not_before(later)
        shop.store.journal.append("setting.changed", PersonId("system"), "clock", {})
    assert WallClock().now() < later, "the computer itself has forgotten"
    with opened(folder) as shop:
        assert shop.store.journal.last_at() == later
        assert shop.clock.now() == later


def test_a_store_written_earlier_leaves_the_wall_clock_alone(tmp_path: Path) -> None:
    folder = data_folder(str(tmp_path / "store"), "training")
    with created(folder) as shop:
        shop.store.journal.append("setting.changed", PersonId("system"), "clock", {})
    before = WallClock().now()
    with opened(folder) as shop:
        assert shop.clock.now() >= before
        last = shop.store.journal.last_at()
        assert last is not None
        assert last < shop.clock.now()
