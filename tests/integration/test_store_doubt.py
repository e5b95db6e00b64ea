"""A COMMIT whose outcome is not known: looked up, said so where it cannot be, and found by the next try or start."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from pos_desktop.app.close_sale import CloseSale, OnDuty
from pos_desktop.app.limit_desk import LimitDesk
from pos_desktop.app.reception import Reception
from pos_desktop.app.unclean_end import last_saved
from pos_desktop.app.visit import Visit
from pos_desktop.composition.counter import open_back_room
from pos_desktop.composition.places import data_folder
from pos_desktop.domain.cart import EMPTY
from pos_desktop.domain.errors import EnvironmentTrouble, RuleRefusal, StoreDamaged
from pos_desktop.domain.limits.model import Link
from pos_desktop.domain.money import Money
from pos_desktop.domain.sale import Sale
from pos_desktop.storage import database, driver
from pos_desktop.storage.database import cursor_owner
from pos_desktop.storage.store import Store
from tests.fixtures.command_line import Run, Shop
from tests.fixtures.limit_packs import programme
from tests.fixtures.stores import (
    PATIENT,
    PERSON,
    SESSION,
    ZONE,
    OrderedIds,
    StandingClock,
    opened,
    stocked,
    tag,
)

PATIENCE_S = 30


class Counter:
    """Sales of one package to the sample patient, by our own records."""

    def __init__(self, store: Store) -> None:
        clock, ids = StandingClock(), OrderedIds()
        self.store = store
        self.reception = Reception(
            patients=store.patients,
            ledger=store.ledger,
            figures=store.figures,
            clock=clock,
            ids=ids,
            zone=ZONE,
            history_days=30,
        )
        self.closing = CloseSale(
            sales=store.sales,
            reception=self.reception,
            limits=LimitDesk(programme("us-mi-medical")),
            register=store.settings.register(),
            facility_zone=ZONE,
            clock=clock,
            ids=ids,
        )

    def visit(self) -> Visit:
        made, package = self.reception.open(PATIENT.id, PERSON), self.store.shelf.by_tag(tag(1))
        assert isinstance(made, Visit)
        assert package is not None
        return replace(made, cart=EMPTY.add(package))

    def pay(self, visit: Visit) -> Sale:
        return self.closing.cash(visit, Money(10_000), OnDuty(PERSON, SESSION), Link.DOWN)


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with stocked(tmp_path) as store:
        yield Counter(store)


def answer_lost(store: Store, *, saved: bool, then: Callable[[], None] = lambda: None) -> None:
    """The next COMMIT reaches the disk, or does not, and raises; it is the last of this engine, as after an error."""

    def commit(conn: sa.Connection) -> None:
        if conn.get_execution_options().get("reading"):
            return
        cursor_owner(conn.connection).execute("COMMIT" if saved else "ROLLBACK")
        then()
        error = driver.Error("disk I/O error")
        error.sqlite_errorname = "SQLITE_IOERR_FSYNC"  # type: ignore[attr-defined]  # as the driver names it
        raise error

    sa.event.listen(store._db._writer, "commit", commit)


@contextmanager
def reading(store: Store) -> Iterator[Callable[[], None]]:
    """Another thread in the middle of a read; what is given ends it."""
    begun, end = threading.Event(), threading.Event()

    def read() -> None:
        with store._db.read():
            begun.set()
            end.wait(PATIENCE_S)

    thread = threading.Thread(target=read)
    thread.start()
    assert begun.wait(PATIENCE_S)

    def finish() -> None:
        end.set()
        thread.join(PATIENCE_S)

    try:
        yield finish
    finally:
        finish()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_REOPEN_WAIT_S", 0.01)


def test_a_reader_that_ends_is_waited_for(counter: Counter) -> None:
    visit = counter.visit()
    with reading(counter.store) as finish:
        answer_lost(counter.store, saved=True, then=finish)
        sale = counter.pay(visit)
    assert list(counter.store.sales.all()) == [sale]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("saved", [True, False])
def test_an_outcome_that_cannot_be_read_is_said_to_be_unknown_and_the_same_basket_finds_it(
    counter: Counter, saved: bool
) -> None:
    visit = counter.visit()
    with reading(counter.store) as finish:
        answer_lost(counter.store, saved=saved)
        for _ in range(2):
            with pytest.raises(
                EnvironmentTrouble, match="Whether the sale is saved is not known yet"
            ) as said:
                counter.pay(visit)
            assert "start the program again" in said.value.sentence
            assert "Nothing" not in said.value.sentence
        finish()
    sale = counter.pay(visit)
    assert (list(counter.store.sales.all()), sale.id) == ([sale], visit.sale_id)
    assert sale.number.counter == 1


@pytest.mark.usefixtures("impatient")
def test_another_basket_hears_that_the_earlier_one_is_saved(counter: Counter) -> None:
    first, second = counter.visit(), counter.visit()
    with reading(counter.store):
        answer_lost(counter.store, saved=True)
        with pytest.raises(EnvironmentTrouble):
            counter.pay(first)
    with pytest.raises(RuleRefusal, match=r"before this one is saved: R1-1-0000001, \$12\.50"):
        counter.pay(second)
    assert [sale.id for sale in counter.store.sales.all()] == [first.sale_id]
    fresh = counter.reception.refresh(second)
    assert isinstance(fresh, Visit)
    assert counter.pay(fresh).number.counter == 2


def test_a_damaged_file_leaves_the_outcome_unknown_too(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = counter.visit()
    monkeypatch.setattr(database, "is_sound", lambda *_: False)
    answer_lost(counter.store, saved=True)
    with pytest.raises(StoreDamaged, match=r"Whether the sale is saved is not known\. The database"):
        counter.pay(visit)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("saved", [True, False])
def test_the_next_start_tells_which_sale_is_the_last_that_is_saved(tmp_path: Path, saved: bool) -> None:
    with stocked(tmp_path) as store:
        counter = Counter(store)
        visit = counter.visit()
        with reading(store):
            answer_lost(store, saved=saved)
            with pytest.raises(EnvironmentTrouble):
                counter.pay(visit)
    with opened(tmp_path) as store:
        told = last_saved(store.sales)
        assert not store.was_clean
        assert (store.sales.find(visit.sale_id) is not None) == saved
    assert ("R1-1-0000001 of $12.50, made at 12:00 PM on Nov 24" in told) == saved
    assert ("No sale is saved yet" in told) != saved


def test_a_counter_says_so_after_an_unclean_end_only(shop: Shop, pos: Run) -> None:
    pos("training", "sell", "--count", "1", "--offline")
    folder = data_folder(str(shop.data), "training")
    room = open_back_room(folder)
    room.close()
    assert room.note == ""
    shop.forge("UPDATE store SET clean = 0")
    room = open_back_room(folder)
    room.close()
    [sale] = pos("export", "sales", "--json").lines
    assert "did not end in order" in room.note
    assert sale["external"].partition("-")[2] in room.note
