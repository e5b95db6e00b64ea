"""A computer's clock that is set ahead while the line is down gives nobody a second allotment (I11)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from pos_desktop.app.clock_desk import ClockDesk
from pos_desktop.app.desk import Desk
from pos_desktop.app.ports import Clock
from pos_desktop.app.visit import Visit
from pos_desktop.composition.clocks import WallClock
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.instant import DAY_US, HOUR_US, MINUTE_US, Instant
from pos_desktop.domain.money import Money
from pos_desktop.domain.sale import Sale
from pos_desktop.domain.trusted_time import ClockStanding, Stamp
from pos_desktop.storage.store import Store
from tests.fixtures.builders import MANAGER
from tests.fixtures.clock_hands import Hands
from tests.fixtures.fake_shop import training_desk
from tests.fixtures.limit_packs import programme
from tests.fixtures.stores import PATIENT, PERSON, OrderedIds, opened, stocked, tag

A_DAY_OF_JARS = 20
"""Of 3.5 g each: 70 of the 70.87 g that Michigan allows a day."""


class BlindClock:
    """The known-wrong clock: it believes whatever the computer shows, and only never runs back."""

    boot = "boot-1"

    def __init__(self, hands: Hands) -> None:
        self._hands, self._last_us = hands, 0

    def now(self) -> Instant:
        self._last_us = max(self._last_us, self._hands.wall_us)
        return Instant(self._last_us)

    def monotonic_us(self) -> int:
        return self._hands.mono_us

    def stamp(self, at: Instant) -> Stamp:
        return Stamp(self._hands.mono_us, self.boot, ClockStanding.OK)


def buy(desk: Desk) -> Sale:
    visit = desk.reception.by_card(PATIENT.card_number, PERSON)
    assert isinstance(visit, Visit), visit
    package = desk.shelf.by_tag(tag(1))
    assert package is not None
    cart = visit.cart
    for _ in range(A_DAY_OF_JARS):
        cart = cart.add(package)
    return desk.close_sale.cash(replace(visit, cart=cart), Money(100_000), desk.on_duty, desk.link.link)


@contextmanager
def counter(folder: Path, clock: Clock, prefix: str = "id") -> Iterator[tuple[Desk, Store]]:
    """The stocked store, opened as its counter; the state was never reached."""
    with opened(folder, clock) as store:
        if isinstance(clock, WallClock):
            clock.go_on_from(store.journal.last_placed())
        yield training_desk(store, programme("us-mi-medical"), clock, OrderedIds(prefix=prefix)), store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    stocked(tmp_path).close()
    return tmp_path


def standings(store: Store) -> list[str]:
    return [json.loads(body)["clk"] for _, body, _ in store.journal.entries()]


def test_a_day_set_ahead_is_no_new_day(folder: Path) -> None:
    hands = Hands()
    with counter(folder, hands.clock()) as (desk, store):
        buy(desk)
        hands.wall_us += DAY_US
        hands.pass_by(MINUTE_US)
        with pytest.raises(RuleRefusal):
            buy(desk)
        store.journal.append("drawer.opened", desk.on_duty.actor.id, "", {})
        assert standings(store) == ["ok", "ahead"]
    with counter(folder, hands.clock(), "again") as (desk, _), pytest.raises(RuleRefusal):
        buy(desk)


def test_a_clock_that_believes_everything_is_caught(folder: Path) -> None:
    hands = Hands()
    with counter(folder, BlindClock(hands)) as (desk, _):
        buy(desk)
        hands.wall_us += DAY_US
        hands.pass_by(MINUTE_US)
        buy(desk)


def test_a_real_day_is_a_new_day(folder: Path) -> None:
    hands = Hands()
    with counter(folder, hands.clock()) as (desk, _):
        buy(desk)
    hands.start_anew(DAY_US)
    with counter(folder, hands.clock(), "again") as (desk, store):
        buy(desk)
        assert standings(store) == ["ok", "ok"]


def test_a_managers_word_makes_it_a_new_day_and_outlasts_a_start(folder: Path) -> None:
    hands = Hands()
    clock = hands.clock()
    with counter(folder, clock) as (desk, store):
        buy(desk)
        hands.wall_us += DAY_US
        ClockDesk(clock, store.journal).confirm(MANAGER)
        assert clock.now().utc_us == hands.wall_us
    hands.pass_by(MINUTE_US)
    again = hands.clock()
    with counter(folder, again, "again") as (desk, store):
        assert (again.now().utc_us, again.reading().standing) == (hands.wall_us, ClockStanding.OK)
        buy(desk)
        assert standings(store) == ["ok", "ahead", "ok"]


def test_a_computer_started_a_day_ahead_is_found_out_by_the_state_services_time(folder: Path) -> None:
    hands = Hands()
    with counter(folder, hands.clock()) as (desk, _):
        buy(desk)
    hands.start_anew(DAY_US)
    clock = hands.clock()
    with counter(folder, clock, "again") as (desk, _):
        clock.heard(Instant(hands.wall_us - DAY_US + MINUTE_US))
        with pytest.raises(RuleRefusal):
            buy(desk)


@pytest.mark.parametrize("set_us", [-DAY_US, -HOUR_US, HOUR_US, DAY_US, 30 * DAY_US, 3650 * DAY_US])
def test_starting_the_program_anew_does_not_help(folder: Path, set_us: int) -> None:
    hands = Hands()
    with counter(folder, hands.clock()) as (desk, _):
        buy(desk)
    hands.wall_us += set_us
    with counter(folder, hands.clock(), "again") as (desk, _), pytest.raises(RuleRefusal):
        buy(desk)


@pytest.mark.parametrize("back_us", [HOUR_US, DAY_US, 3650 * DAY_US])
def test_a_computer_started_behind_its_last_sale_does_not_help(folder: Path, back_us: int) -> None:
    hands = Hands()
    with counter(folder, hands.clock()) as (desk, _):
        buy(desk)
    hands.start_anew(-back_us)
    with counter(folder, hands.clock(), "again") as (desk, store):
        with pytest.raises(RuleRefusal):
            buy(desk)
        store.journal.append("drawer.opened", desk.on_duty.actor.id, "", {})
        assert standings(store)[-1] in ("behind", "unset")
