"""The sale transaction on a real encrypted store."""

from __future__ import annotations

from pathlib import Path

import pytest

from pos_desktop.app.ports import JobKind
from pos_desktop.domain.errors import AlreadySold
from pos_desktop.domain.identity import SaleId
from pos_desktop.domain.instant import DAY_US
from pos_desktop.domain.journal import chain, genesis
from pos_desktop.domain.outbox import OutboxState
from pos_desktop.storage.store import Store
from tests.fixtures.stores import NOON, PATIENT, PERSON, basket, entry_maker, opened, sell, stocked, tag


def test_a_sale_reads_back_whole_also_after_a_restart(tmp_path: Path) -> None:
    with stocked(tmp_path) as store:
        sold = sell(store, entry_maker(store), basket("s1", by_caregiver=True))
        assert store.sales.find(sold.id) == sold
        assert str(sold.number) == "R1-1-0000001"
    with opened(tmp_path) as store:
        assert store.was_clean
        assert store.sales.find(sold.id) == sold
        assert list(store.sales.all()) == [sold]
        assert store.sales.find(SaleId("other")) is None


def test_one_commit_moves_everything_together(tmp_path: Path) -> None:
    with stocked(tmp_path) as store:
        sold = sell(store, entry_maker(store), basket("s1"))
        package = store.shelf.by_tag(tag(1))
        assert package is not None
        assert package.on_hand == 99
        [purchase] = store.ledger.window(PATIENT.id, NOON.plus_us(-DAY_US))
        assert purchase.items == tuple(type(purchase.items[0])(e.category, e.measures) for e in sold.lines)
        assert (purchase.receipt, purchase.by, purchase.source) == (sold.external, "patient", "own")
        report = store.sales.report_of(sold.id)
        assert report is not None
        assert (report.state, report.natural_key) == (OutboxState.QUEUED, sold.external)
        assert [job.kind for job in store.paper.due()] == [JobKind.DRAWER, JobKind.RECEIPT]
        assert store.paper.due()[0].sale_number == str(sold.number)


def test_what_raises_inside_leaves_nothing_and_returns_the_number(tmp_path: Path) -> None:
    with stocked(tmp_path) as store:
        with pytest.raises(ZeroDivisionError):
            _half_a_sale(store)
        assert store.ledger.revision(PATIENT.id) == 0
        assert sell(store, entry_maker(store), basket("s1")).number.counter == 1


def _half_a_sale(store: Store) -> None:
    with store.sales.transaction() as txn:
        assert txn.spend_revision(PATIENT.id, 0)
        assert txn.next_number().counter == 1
        raise ZeroDivisionError


def test_the_same_basket_is_never_sold_twice(tmp_path: Path) -> None:
    with stocked(tmp_path) as store:
        entries = entry_maker(store)
        first = sell(store, entries, basket("s1"))
        with pytest.raises(AlreadySold):
            sell(store, entries, basket("s1", NOON.plus_us(DAY_US)))
        assert list(store.sales.all()) == [first]
        assert sell(store, entries, basket("s2")).number.counter == 2


def test_a_revision_is_spent_once(tmp_path: Path) -> None:
    with stocked(tmp_path) as store:
        with store.sales.transaction() as txn:
            assert txn.spend_revision(PATIENT.id, 0)
        with store.sales.transaction() as txn:
            assert not txn.spend_revision(PATIENT.id, 0)
        assert store.ledger.revision(PATIENT.id) == 1


def test_the_journal_is_one_chain_through_sales_and_other_entries(tmp_path: Path) -> None:
    with stocked(tmp_path) as store:
        entries = entry_maker(store)
        store.journal.append("till.opened", PERSON.id, "till-1", {"float": 0})
        sell(store, entries, basket("s1"))
        store.journal.append("receipt.copy", PERSON.id, "s1", {})
        register = store.settings.register()
        previous = genesis(register.id, register.epoch)
        for n, (seq, body, digest) in enumerate(store.journal.entries()):
            assert seq == n
            previous = chain(previous, body)
            assert digest == previous
        assert n == 2


def test_all_sales_come_in_order_over_several_slices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pos_desktop.storage.sale_book._SLICE", 3)
    with stocked(tmp_path) as store:
        entries = entry_maker(store)
        for n in range(7):
            sell(store, entries, basket(f"s{9 - n}", packages=1))
        assert [each.number.counter for each in store.sales.all()] == list(range(1, 8))
        assert [each.number.counter for each in store.sales.recent(2)] == [7, 6]
