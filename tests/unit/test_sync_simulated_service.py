"""Machine and loop against a service that loses answers and applies some late, in a program that dies now and then.

Nothing is lost, nothing is there twice, each patient's sales are in order. The known wrong ways, sending again blind,
asking at once, forgetting what was being sent, and not keeping an order, fail in the same simulation.
"""

from __future__ import annotations

import pytest

from tests.fixtures.simulation import (
    BlindService,
    Findings,
    ForgetfulOutbox,
    UnorderedOutbox,
    simulate,
)

QUICK, LARGE = 10_000, 100_000
SEED = 20_261_124


def proven(found: Findings, sales: int) -> None:
    assert (found.lost, found.doubled, found.out_of_order, found.conflicts) == (0, 0, 0, 0)
    assert found.restarts > sales // 200, "the program died too seldom to prove anything"


def test_nothing_is_lost_and_nothing_doubled() -> None:
    proven(simulate(QUICK, SEED), QUICK)


@pytest.mark.prove
def test_nothing_is_lost_and_nothing_doubled_in_a_hundred_thousand() -> None:
    proven(simulate(LARGE, SEED), LARGE)


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_lost_and_nothing_doubled_with_other_dice(seed: int) -> None:
    proven(simulate(10_000, seed), 10_000)


def blind_doubles(sales: int) -> None:
    found = simulate(sales, SEED, service=BlindService)
    assert found.lost == 0
    assert found.doubled > sales // 20


def asking_at_once_doubles(sales: int) -> None:
    found = simulate(sales, SEED, settle_us=0)
    assert found.lost == 0
    assert found.doubled > sales // 50


def test_sending_again_blind_doubles() -> None:
    blind_doubles(1_000)


def test_asking_at_once_doubles() -> None:
    asking_at_once_doubles(1_000)


def test_forgetting_what_was_being_sent_doubles() -> None:
    found = simulate(QUICK, SEED, store=ForgetfulOutbox)
    assert found.lost == 0
    assert found.doubled > 5


def test_not_waiting_for_the_patients_older_report_breaks_the_order() -> None:
    assert simulate(500, SEED, store=UnorderedOutbox).out_of_order > 10


@pytest.mark.prove
def test_sending_again_blind_doubles_in_a_hundred_thousand() -> None:
    blind_doubles(LARGE)


@pytest.mark.prove
def test_asking_at_once_doubles_in_a_hundred_thousand() -> None:
    asking_at_once_doubles(LARGE)
