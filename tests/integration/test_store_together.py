"""Several threads and two processes' worth of openers on one store, and the count of starts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pos_desktop.keystore.credentials import ServiceCredentials
from pos_desktop.keystore.training_keys import TrainingKeys
from pos_desktop.storage.generation import Generation, raise_generation
from tests.fixtures.audit import audit
from tests.fixtures.stores import NOON, PATIENT, basket, entry_maker, opened, sell, stocked


def test_threads_and_openers_share_one_row_of_numbers_and_one_journal(tmp_path: Path) -> None:
    with stocked(tmp_path) as store, opened(tmp_path, counter=False) as beside:
        entries = entry_maker(store)

        def work(n: int) -> str:
            at = store if n % 3 else beside
            at.journal.append("card.scanned", basket("").actor_id, PATIENT.id, {"n": n})
            assert at.patients.by_card(PATIENT.card_number) is not None
            return sell(at, entries, basket(f"sale-{n:03d}", NOON.plus_us(n))).id

        with ThreadPoolExecutor(8) as threads:
            promised = list(threads.map(work, range(40)))
        assert audit(store, promised) == []
        assert len(list(store.journal.entries())) == 80


def test_a_reader_is_never_held_up_by_a_writer(tmp_path: Path) -> None:
    with stocked(tmp_path) as store, ThreadPoolExecutor(1) as other:
        with store.sales.transaction() as txn:
            assert txn.spend_revision(PATIENT.id, 0)
            seen = other.submit(store.ledger.revision, PATIENT.id).result(timeout=30)
            found = other.submit(lambda: list(store.sales.all())).result(timeout=30)
        assert (seen, found) == (0, [])
        assert store.ledger.revision(PATIENT.id) == 1


def test_the_count_of_starts_tells_a_restored_database(tmp_path: Path) -> None:
    keys = TrainingKeys(tmp_path)
    kept = tmp_path / "kept.db"
    stocked(tmp_path).close()

    def start(*, copy: bool = False) -> Generation:
        with opened(tmp_path) as store:
            said = raise_generation(store, keys, NOON)
            if copy:
                store.backup(kept)
            return said

    assert [start(), start(copy=True), start()] == [Generation.SAME] * 3
    kept.replace(tmp_path / "store.db")
    assert start() is Generation.RESTORED
    assert start() is Generation.SAME


def test_a_kill_between_the_two_counts_is_no_restore(tmp_path: Path) -> None:
    keys = TrainingKeys(tmp_path)
    with stocked(tmp_path) as store:
        assert raise_generation(store, keys, NOON) is Generation.SAME
        store.raise_generation()
        assert raise_generation(store, keys, NOON) is Generation.SAME
        store.raise_generation()
        store.raise_generation()
        assert raise_generation(store, keys, NOON) is Generation.RESTORED


def test_read_only_keys_cannot_tell(tmp_path: Path) -> None:
    keys = ServiceCredentials(tmp_path)
    with stocked(tmp_path) as store:
        assert raise_generation(store, keys, NOON) is Generation.SAME, (
            "nothing can have been sent before the first"
        )
        assert [raise_generation(store, keys, NOON) for _ in range(2)] == [Generation.UNKNOWN] * 2
