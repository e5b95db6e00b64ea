"""The power goes at any instant: whatever the disk kept of what was not synced, each promised step is there once.

Every image is opened by the product's own opening (which checks it after an unclean stop), its pages, trees, journal,
tills and promises are looked at, and it sells again.
"""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from tests.fixtures.disk_recorder import SYNCED, library, scratch
from tests.fixtures.image_bench import by_chance, every_place, many_images, run_of, wrong_images

LIFE = "open,sell,drop,sell,paid_out,pause,resume,no_sale"
LEGS = 9
CLOSING = "seal,seal,close"


@pytest.fixture(scope="module")
def recorder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return library(tmp_path_factory.mktemp("recorder"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return scratch(tmp_path)


def test_no_promise_is_lost_to_a_power_cut(recorder: Path, root: Path) -> None:
    run = run_of(recorder, root, "1", "60")
    assert len(run.promised) > 40
    assert sum(each.kind == SYNCED for each in run.records) >= len(run.promised)
    assert wrong_images(run, by_chance(run, 80, 1), root) == []


def test_a_register_that_syncs_less_loses_promised_sales(recorder: Path, root: Path) -> None:
    """The known-wrong variant: `synchronous=NORMAL` says done before anything is on the disk."""
    run = run_of(recorder, root, "1", "60", "normal")
    wrong = wrong_images(run, by_chance(run, 40, 1), root)
    assert any("not kept" in each and "'sold'" in each for each in wrong)


def test_a_power_cut_at_each_step_of_a_close(recorder: Path, root: Path) -> None:
    run = run_of(recorder, root, "1", f"{LIFE},{CLOSING}")
    counted = next(n for n, each in enumerate(run.records) if b"no-sale" in each.data)
    assert [each["what"] for each in run.promised[-3:]] == ["sealed", "sealed", "closed"]
    places = every_place(run, counted, 1)
    assert len(places) > 100
    assert wrong_images(run, places, root) == []


def test_a_power_cut_at_each_step_of_a_hand_over(recorder: Path, root: Path) -> None:
    """From the deposit after a close to the slip of the bank."""
    run = run_of(recorder, root, "1", f"{LIFE},{CLOSING}" + ",custody" * LEGS)
    legs = [each["kind"] for each in run.promised if each["what"] == "custody"]
    assert legs[-2:] == ["bag-handed-over", "bag-banked"]
    closed = next(n for n, each in enumerate(run.records) if b'"closed"' in each.data)
    places = every_place(run, closed, 0)
    assert len(places) > 100
    assert wrong_images(run, places, root) == []


@pytest.mark.prove
@pytest.mark.timeout(1_800)
def test_ten_thousand_power_cuts(recorder: Path) -> None:
    runs, each = 20, 500
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        done = list(pool.map(partial(many_images, str(recorder), count=each), range(runs)))
    records, promised = sum(one[1] for one in done), sum(one[2] for one in done)
    print(f"{runs * each} images of {runs} runs: {records} records, {promised} promises")
    assert [line for wrong, _, _ in done for line in wrong] == []
