"""A store that is set up a second time, since its disk was lost: no sale number is given twice."""

from __future__ import annotations

from pathlib import Path

from pos_desktop.cli import main
from pos_desktop.composition.clocks import WallClock
from pos_desktop.composition.places import data_folder
from pos_desktop.composition.shop import opened
from pos_desktop.domain.instant import MINUTE_US, Instant
from pos_desktop.storage.generation import first_epoch
from tests.fixtures.command_line import KEYS, setup_words, standard_input, typed

LATER = Instant.parse("2026-11-26T10:00:00+00:00")


def test_every_minute_has_an_epoch_of_its_own() -> None:
    assert first_epoch(LATER.plus_us(MINUTE_US)) == first_epoch(LATER) + 1


def test_a_new_store_numbers_its_sales_in_the_epoch_of_its_making(tmp_path: Path) -> None:
    before = first_epoch(WallClock().now())
    with standard_input(KEYS):
        main(typed(tmp_path, *setup_words("http://127.0.0.1:9")))
    with opened(data_folder(str(tmp_path), "training")) as shop:
        assert before <= shop.register.epoch <= first_epoch(WallClock().now())
