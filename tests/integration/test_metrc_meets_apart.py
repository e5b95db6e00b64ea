"""The METRC client and a service made from the contract by somebody who never saw it: each sale told once, exactly."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest

from tests.fixtures.metrc_apart import KINDS, Faults
from tests.fixtures.metrc_shop import MetrcShop, OpenMetrcShop, Size
from tests.fixtures.metrc_storms import SALES, outage, storm
from tests.fixtures.metrc_told import attempts, doubles, exactly, in_order, met

LARGE = Size(patients=120, goods=60)
WAITS, DONE = (10, "green"), (0, "green")
AWAY = 40


def test_in_calm_each_sale_takes_one_request(open_metrc_shop: OpenMetrcShop) -> None:
    shop = open_metrc_shop(processes=True)
    shop.sell(10)
    assert (shop.pill(), shop.receipts()) == (WAITS, [])
    said = shop.done("sync", "--once", "--json").json
    assert (said["confirmed"], said["attempts"], len(attempts(shop))) == (10, 10, 10)
    assert shop.pill() == DONE
    exactly(shop)
    shop.agrees()


def nights(shop: MetrcShop, count: int, *, seed: int, times: int) -> None:
    """A job that runs `sync --once` again and again: through outages, a storm, and more sales in what is left of it."""
    shop.sell(count)
    assert (shop.pill(), shop.receipts()) == (WAITS, [])
    for kind in ("unavailable", "drop_before"):
        shop.state.spoil(outage(kind))
        assert shop.pos("sync", "--once").code == AWAY
        assert (shop.pill(), shop.receipts()) == (WAITS, [])
    shop.state.spoil(storm(seed, times))
    shop.until_done()
    assert shop.pill() == DONE
    exactly(shop)
    shop.sell(count // 4, seed=5)
    assert shop.pill() == WAITS
    shop.until_done()
    calm_again(shop)


def calm_again(shop: MetrcShop) -> None:
    """Every fault was met, and nothing of it is left to see."""
    assert met(shop) == set(KINDS)
    shop.state.spoil(Faults())
    assert shop.pill() == DONE
    exactly(shop)
    in_order(shop)
    shop.agrees()


def test_forty_sales_by_a_nightly_job_in_a_storm(open_metrc_shop: OpenMetrcShop) -> None:
    nights(open_metrc_shop(processes=True), 40, seed=1, times=1)


@pytest.mark.prove
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [1, 2])
def test_five_hundred_sales_by_a_nightly_job_in_a_storm(open_metrc_shop: OpenMetrcShop, seed: int) -> None:
    nights(open_metrc_shop(LARGE, processes=True), 500, seed=seed, times=6)


def watched(shop: MetrcShop, count: int, *, seed: int, times: int) -> None:
    """`sync --watch` from before the first sale to after the last, while a counter sells beside it."""
    shop.state.spoil(storm(seed, times))
    with shop.watching() as watch:
        shop.sell(count // 2)
        until(shop, lambda: len(shop.receipts()) >= count // 4)
        before = shop.state.faults
        shop.state.spoil(outage())
        most = len(shop.receipts()) + promised(shop)
        shop.sell(count - count // 2, seed=5)
        assert shop.pill() == WAITS
        assert len(shop.receipts()) <= most
        shop.state.spoil(before)
        until(shop, lambda: shop.pill() == DONE)
        assert watch.poll() is None
        watch.send_signal(signal.SIGTERM)
        assert watch.wait(timeout=120) == 0
    shop.state.spoil(Faults())
    # The shelf was read while sales were in doubt; it is set right by the next look at the inventory.
    shop.done("sync", "--once")
    calm_again(shop)


def promised(shop: MetrcShop) -> int:
    """Sales whose connection is closed and that will be recorded in a moment."""
    return sum(each.waits_until is not None for each in shop.state.log())


def until(shop: MetrcShop, reached: Callable[[], bool], looks: int = 400) -> None:
    """Each look is a command of its own, which takes its time."""
    for _ in range(looks):
        code, standing = shop.pill()
        assert (code in (0, 10), standing) == (True, "green")
        if reached():
            return
    raise AssertionError(shop.pill())


def test_forty_sales_beside_a_watch_in_a_storm(open_metrc_shop: OpenMetrcShop) -> None:
    watched(open_metrc_shop(processes=True), 40, seed=2, times=1)


@pytest.mark.prove
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [3, 4])
def test_five_hundred_sales_beside_a_watch_in_a_storm(open_metrc_shop: OpenMetrcShop, seed: int) -> None:
    watched(open_metrc_shop(LARGE, processes=True), 500, seed=seed, times=6)


def test_it_is_caught_when_a_lost_answer_is_sent_again_blindly(open_metrc_shop: OpenMetrcShop) -> None:
    """The known-wrong build, in the same kind of storm, by the same comparison."""
    shop = open_metrc_shop(processes=True)
    shop.sell(12)
    shop.state.spoil(Faults(script=["drop_after", None, "errors", "late", None], on=SALES, late_s=0.3))
    while shop.hurried("sync", "--once", build="blind").code != 0:
        assert len(attempts(shop)) < 100
    while promised(shop):
        shop.pill()
    assert len(doubles(shop)) == 3
    with pytest.raises(AssertionError):
        exactly(shop)
    assert shop.pos("reconcile").code == 30
