"""Making, opening, closing, copying: and every way in which a file cannot be opened."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pos_desktop.domain.errors import EnvironmentTrouble, StoreBusy, StoreDamaged, StoreTooNew
from pos_desktop.storage import driver
from pos_desktop.storage.lock import sender_lock
from pos_desktop.storage.store import open_store
from tests.fixtures.stores import (
    KEY,
    MIGRATIONS,
    PATIENT,
    OrderedIds,
    StandingClock,
    basket,
    entry_maker,
    opened,
    sell,
    stocked,
)

OTHER_KEY = bytes(32)


def _open(folder: Path, key: bytes = KEY, *, create: bool = False, profile: str | None = None) -> None:
    store = open_store(
        folder / "store.db",
        key,
        StandingClock(),
        OrderedIds(),
        MIGRATIONS,
        create=create,
        profile=profile,
        ballast_bytes=1024,
    )
    store.close()


def _refused(folder: Path, kind: type[EnvironmentTrouble], key: bytes = KEY, *, words: str) -> None:
    """Opening is refused with a sentence, and neither the file nor its folder has changed."""
    before = {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith(".lock")}
    with pytest.raises(kind, match=words) as refusal:
        _open(folder, key)
    assert refusal.value.sentence.endswith((".", "setup."))
    after = {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith(".lock")}
    assert after == before


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    _refused(tmp_path, EnvironmentTrouble, words="pos-desktop setup")


def test_another_stores_key_does_not_open(tmp_path: Path) -> None:
    stocked(tmp_path).close()
    _refused(tmp_path, StoreDamaged, OTHER_KEY, words="key")


def test_an_empty_file_is_not_taken_for_a_new_store(tmp_path: Path) -> None:
    (tmp_path / "store.db").touch()
    _refused(tmp_path, StoreDamaged, words="damaged")


def test_a_plain_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_bytes(b"SQLite format 3\x00" + bytes(4080))
    _refused(tmp_path, StoreDamaged, words="damaged")


def test_an_encrypted_database_of_another_program_is_refused(tmp_path: Path) -> None:
    con = driver.connect(tmp_path / "store.db", KEY, create=True)
    con.execute("CREATE TABLE theirs (a)")
    con.close()
    _refused(tmp_path, StoreDamaged, words="not made by this program")


def test_a_newer_store_is_refused(tmp_path: Path) -> None:
    stocked(tmp_path).close()
    con = driver.connect(tmp_path / "store.db", KEY)
    con.execute("UPDATE alembic_version SET version_num = '9999'")
    con.close()
    _refused(tmp_path, StoreTooNew, words="newer version")


def test_a_store_keeps_its_profile(tmp_path: Path) -> None:
    _open(tmp_path, create=True, profile="live")
    with pytest.raises(EnvironmentTrouble, match="live store"):
        _open(tmp_path, profile="training")
    _open(tmp_path, profile="live")
    with pytest.raises(ValueError, match="live or for training"):
        _open(tmp_path / "new", create=True)
    with pytest.raises(EnvironmentTrouble, match="a store in this folder already"):
        _open(tmp_path, create=True, profile="live")


def test_a_half_made_store_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "store.db.making").write_bytes(b"half")
    (tmp_path / "store.db.making-wal").write_bytes(b"half")
    _open(tmp_path, create=True, profile="live")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["counter.lock", "store.db"]


def test_a_short_key_is_a_mistake_of_ours(tmp_path: Path) -> None:
    stocked(tmp_path).close()
    with pytest.raises(ValueError, match="32 bytes"):
        _open(tmp_path, b"short")


def test_one_counter_and_commands_beside_it(tmp_path: Path) -> None:
    with stocked(tmp_path) as store:
        with pytest.raises(StoreBusy, match="another copy"):
            opened(tmp_path)
        with opened(tmp_path, counter=False) as beside:
            assert beside.outbox.open_items(1) == []
            sell(store, entry_maker(store), basket("s1"))
            assert len(beside.outbox.open_items(1)) == 1
    opened(tmp_path).close()


def test_one_sender(tmp_path: Path) -> None:
    with sender_lock(tmp_path), pytest.raises(StoreBusy, match="sending reports"):
        sender_lock(tmp_path).take()
    sender_lock(tmp_path).take().release()


def test_the_counters_lock_keeps_out_another_process_and_ends_with_its_own(tmp_path: Path) -> None:
    holder = (
        "import sys; from pathlib import Path; from pos_desktop.storage.lock import counter_lock;"
        "lock = counter_lock(Path(sys.argv[1])).take(); print('held', flush=True); sys.stdin.read()"
    )
    stocked(tmp_path).close()
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        with pytest.raises(StoreBusy):
            opened(tmp_path)
        child.kill()
    opened(tmp_path).close()


def test_only_an_unclean_stop_is_checked_before_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[Path] = []

    def is_sound(path: Path, _: bytes) -> bool:
        checked.append(path)
        return True

    monkeypatch.setattr("pos_desktop.storage.store.is_sound", is_sound)
    stocked(tmp_path).close()
    with opened(tmp_path) as store:
        assert store.was_clean
        assert checked == []
        store._lock.release()  # type: ignore[union-attr]  # the counter died
        with opened(tmp_path) as second:
            assert not second.was_clean
            assert checked == [store.path]


def test_closing_leaves_one_file_and_no_log(tmp_path: Path) -> None:
    store = stocked(tmp_path)
    assert (tmp_path / "store.db-wal").stat().st_size > 0
    assert store.idle_checkpoint()
    assert (tmp_path / "store.db-wal").stat().st_size == 0
    store.close()
    assert not (tmp_path / "store.db-wal").exists()


def test_a_backup_opens_and_holds_everything(tmp_path: Path) -> None:
    with stocked(tmp_path / "shop") as store:
        sold = sell(store, entry_maker(store), basket("s1"))
        (tmp_path / "kept").mkdir()
        store.backup(tmp_path / "kept" / "store.db")
        assert store.verify()
        with pytest.raises(EnvironmentTrouble, match="backup could not be written"):
            store.backup(tmp_path / "nowhere" / "store.db")
    with opened(tmp_path / "kept") as kept:
        assert kept.sales.find(sold.id) == sold
        assert kept.verify()
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == ["counter.lock", "store.db"]


def test_a_backup_that_is_not_sound_replaces_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "backup.db"
    target.write_bytes(b"the last good one")
    monkeypatch.setattr("pos_desktop.storage.backup.is_whole", lambda *_: False)
    with stocked(tmp_path / "shop") as store, pytest.raises(EnvironmentTrouble, match="not sound"):
        store.backup(target)
    assert target.read_bytes() == b"the last good one"
    assert list(tmp_path.glob("*.part*")) == []


def test_the_start_path_loads_neither_alembic_nor_sqlalchemy(tmp_path: Path) -> None:
    """Reading the revision of a store that is up to date needs the driver alone."""
    stocked(tmp_path).close()
    program = (
        "import sys; from pathlib import Path; from pos_desktop.storage import driver, migrating;"
        f"con = driver.connect(Path({str(tmp_path / 'store.db')!r}), {KEY!r});"
        f"assert not migrating.must_migrate(migrating.revision_of(con), Path({str(MIGRATIONS)!r}));"
        "assert not {'sqlalchemy', 'alembic'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    opening = (
        "import sys; from pathlib import Path; from tests.fixtures.stores import opened;"
        f"opened(Path({str(tmp_path)!r})).close(); assert 'alembic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", opening], check=True, cwd=MIGRATIONS.parent)


def _in_the_clear(folder: Path) -> set[str]:
    """Which markers of a patient stand in any file of a folder, as UTF-8 or UTF-16."""
    markers = (PATIENT.card_number, PATIENT.last_name, "Sample Flower 1")
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return {m for m in markers for file in files if m.encode() in file or m.encode("utf-16-le") in file}


def test_no_patient_stands_in_any_file_in_the_clear(tmp_path: Path) -> None:
    with stocked(tmp_path / "shop") as store:
        sell(store, entry_maker(store), basket("s1"))
        store.backup(tmp_path / "shop" / "backup.db")
        assert _in_the_clear(tmp_path) == set()
    assert _in_the_clear(tmp_path) == set()
    plain = driver.module.connect(tmp_path / "plain.db")  # the known-wrong variant
    plain.execute("CREATE TABLE patient AS SELECT ? AS a, ? AS b", (PATIENT.card_number, PATIENT.last_name))
    plain.commit()
    plain.close()
    assert _in_the_clear(tmp_path) == {PATIENT.card_number, PATIENT.last_name}
