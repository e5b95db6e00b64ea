"""A computer is lost; a backup and the paper from the safe make the store anew on another one.

Nothing is reported twice, no number is given twice, and the sales that followed the backup are named.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.app.signing_in import SigningIn
from pos_desktop.cli import main
from pos_desktop.composition import shop as shops
from pos_desktop.composition import this_computer
from pos_desktop.composition.counter import open_back_room
from pos_desktop.composition.places import WITNESSES, DataFolder, data_folder
from pos_desktop.composition.shop import opened
from pos_desktop.domain.people import Person
from pos_desktop.domain.sale import SaleNumber
from pos_desktop.keystore.wrapped_file import WrappedKeys
from pos_desktop.storage import generation
from tests.fixtures.command_line import Run, Said, Shop, standard_input, typed
from tests.fixtures.killed_command import killed

REASON = ("--reason", "the old computer burned and sends no more")
PIN = "274913"


@dataclass
class Other:
    """A computer that never saw the store: an empty home, its own key store and no witness."""

    shop: Shop
    folder: Path
    capsys: pytest.CaptureFixture[str]

    def pos(self, *words: str, stdin: bytes = b"") -> Said:
        with standard_input(stdin):
            code = main(typed(self.folder, *words))
        return Said(code, *self.capsys.readouterr())

    def restore(self, backup: str, paper: str, *more: str) -> Said:
        return self.pos("restore", backup, "--json", *more, stdin=paper.encode())

    @property
    def data(self) -> DataFolder:
        return data_folder(str(self.folder), "training")

    def open_counter(self) -> None:
        open_back_room(self.data).close()

    def journal(self) -> list[Any]:
        with opened(self.data) as store:
            return [json.loads(body) for _, body, _ in store.store.journal.entries()]


@pytest.fixture
def other(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Other]:
    """From the call on, this process runs on the other computer."""

    def move() -> Other:
        home = tmp_path / "other"
        home.mkdir()
        monkeypatch.setenv("HOME", str(home))
        monkeypatch.setenv(WITNESSES, str(home / "witnesses"))
        monkeypatch.setattr(this_computer, "machine_name", lambda: "another computer")
        sealed: dict[Path, WrappedKeys] = {}

        def key_store(folder: DataFolder, *_: object, **__: object) -> WrappedKeys:
            return sealed.setdefault(folder.path, WrappedKeys(folder.path, lambda _: "a sample passphrase"))

        monkeypatch.setattr(shops, "key_store", key_store)
        return Other(shop, home / "store", capsys)

    return move


def sell(pos: Callable[..., Said], count: int, seed: int) -> list[str]:
    said = pos("training", "sell", "--count", str(count), "--seed", str(seed), "--offline", "--json")
    assert said.code == 0, said.err
    return numbers(pos)


def numbers(pos: Callable[..., Said]) -> list[str]:
    return [each["number"] for each in pos("export", "sales", "--json").lines]


def receipts(shop: Shop) -> Counter[str]:
    return Counter(each["ExternalReceiptNumber"] for each in shop.state.ledger())


@pytest.fixture
def paper(pos: Run) -> str:
    key: str = pos("recovery", "new", "--json").json["recovery_key"]
    return key


@dataclass
class Lost:
    backup: str
    before: list[str]
    after: list[str]


@pytest.fixture
def lost(shop: Shop, pos: Run, paper: str) -> Lost:
    """Three sales, two of them reported, a backup; then all is reported, two more are sold, and one of them too."""
    before = sell(pos, 2, 1)
    assert pos("sync", "--once").code == 0
    before = sell(pos, 1, 2)
    backup = pos("backup", "now", "--json").json["path"]
    every = sell(pos, 2, 3)
    assert pos("sync", "--once").code == 0
    return Lost(backup, before, every[len(before) :])


def test_nothing_is_reported_twice_and_no_number_is_given_twice(
    shop: Shop, lost: Lost, paper: str, other: Callable[[], Other]
) -> None:
    at_state = receipts(shop)
    assert len(at_state) == 5
    new = other()
    said = new.restore(lost.backup, paper)
    assert said.code == 0, said.err
    assert (said.json["last_sale"], said.json["elsewhere"]) == (lost.before[-1], True)
    assert "already" not in said.err
    away = new.pos("sync", "--once", "--json")
    assert (away.code, away.json["error"]["code"]) == (30, "other-computer")
    new.open_counter()
    assert new.pos("sync", "here", *REASON).code == 0
    synced = new.pos("sync", "--once", "--json")
    assert (synced.json["confirmed"], synced.json["attempts"]) == (1, 0), "found at the state, not sent again"
    assert receipts(shop) == at_state
    sold = sell(new.pos, 2, 4)
    assert sold[:3] == lost.before
    assert not set(sold[3:]) & set(lost.after)
    old, fresh = SaleNumber.parse(lost.after[-1]), SaleNumber.parse(sold[-1])
    assert old is not None
    assert fresh is not None
    assert fresh.epoch > old.epoch
    new.pos("sync", "--once")
    assert sorted(receipts(shop).values()) == [1] * 7
    assert new.pos("verify").code == 0
    [entry] = [each for each in new.journal() if each["kind"] == "store.restored"]
    assert entry["actor"] == "service", "nobody was asked for a PIN"
    assert entry["data"] == {
        "backup": said.json["backup_at_us"],
        "epoch": said.json["epoch"],
        "last": lost.before[-1],
    }


def test_what_followed_the_backup_is_named_by_the_state(
    lost: Lost, paper: str, other: Callable[[], Other], shop: Shop
) -> None:
    new = other()
    words = new.pos("restore", lost.backup, stdin=paper.encode()).out
    assert f"The last sale in it is {lost.before[-1]} of $" in words
    assert "pos-desktop reconcile --date DATE lists them" in words
    assert "pos-desktop sync here --reason TEXT" in words
    new.pos("sync", "here", *REASON)
    new.pos("sync", "--once")
    told = new.pos("reconcile", "--json").out
    assert all(number in told for number in lost.after)


def test_known_wrong_a_store_that_goes_on_where_the_backup_stood(
    shop: Shop, lost: Lost, paper: str, other: Callable[[], Other], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its epoch is not raised and what waits is not in doubt: a number is given twice, a sale reported twice."""
    monkeypatch.setattr(generation, "start_anew", lambda *_, **__: None)
    new = other()
    assert new.restore(lost.backup, paper).code == 0
    assert set(sell(new.pos, 2, 4)) & set(lost.after)
    new.pos("sync", "here", *REASON)
    new.pos("sync", "--once")
    assert max(receipts(shop).values()) == 2


def test_pins_and_the_states_keys_come_back(
    shop: Shop, pos: Run, paper: str, other: Callable[[], Other]
) -> None:
    folder = data_folder(str(shop.data), None)
    with opened(folder) as here:
        manager = next(each for each in here.store.staff.people() if each.role == "manager")
        here.signing_in().set_pin(manager, PIN, manager)
        public = here.journal_key.public
    backup = pos("backup", "now", "--json").json["path"]
    new = other()
    said = new.restore(backup, paper)
    assert said.json["journal_key"] == public.hex()
    with opened(new.data) as there:
        people: SigningIn = there.signing_in()
        signed: Person = people.sign_in(manager.id, PIN)
        assert signed.id == manager.id
        for name in ("state.vendor_key", "state.user_key"):
            assert there.keys.get(name) == shops_keys(shop).get(name)


def shops_keys(shop: Shop) -> dict[str, bytes]:
    from pos_desktop.keystore.training_keys import TrainingKeys

    keys = TrainingKeys(shop.data)
    return {name: keys.get(name) or b"" for name in ("state.vendor_key", "state.user_key")}


# ---- refused, with everything as it was


def test_a_mistyped_key_and_a_void_paper_restore_nothing(
    pos: Run, lost: Lost, paper: str, other: Callable[[], Other]
) -> None:
    new = other()
    wrong = paper[:-1] + ("2" if paper[-1] != "2" else "3")
    said = new.pos("restore", lost.backup, stdin=wrong.encode())
    assert (said.code, "typing mistake in group 8" in said.err) == (1, True)
    from pos_desktop.keystore.recovery import PaperKeys

    assert "not the one" in new.pos("restore", lost.backup, stdin=PaperKeys().made()[0].encode()).err
    assert not new.folder.exists()


@pytest.mark.parametrize("damage", ["database", "sealed", "no seal", "no backup"])
def test_a_damaged_backup_restores_nothing(
    lost: Lost, paper: str, other: Callable[[], Other], damage: str
) -> None:
    folder = Path(lost.backup)
    sealed, database = folder / "recovery-keys.sealed", folder / "pos.db"
    if damage == "database":
        content = database.read_bytes()
        database.write_bytes(content[:9000] + bytes([content[9000] ^ 1]) + content[9001:])
    elif damage == "sealed":
        sealed.write_bytes(sealed.read_bytes()[:-20])
    elif damage == "no seal":
        sealed.unlink()
    else:
        database.unlink()
    new = other()
    said = new.restore(lost.backup, paper)
    assert said.code == 1
    assert "Nothing was changed" in said.json["error"]["sentence"]
    assert not new.folder.exists()


def test_a_store_that_is_there_is_not_written_over(shop: Shop, pos: Run, lost: Lost, paper: str) -> None:
    before = (shop.data / "pos.db").read_bytes()
    said = pos("restore", lost.backup, "--json", stdin=paper.encode())
    assert (said.code, said.json["error"]["code"]) == (1, "store-there")
    assert (shop.data / "pos.db").read_bytes() == before


def test_a_training_backup_is_no_live_store(
    lost: Lost, paper: str, other: Callable[[], Other], capsys: pytest.CaptureFixture[str]
) -> None:
    new = other()
    with standard_input(paper.encode()):
        assert main(typed(new.folder, "restore", lost.backup, profile="live")) == 1
    assert "backup of a training store" in capsys.readouterr().err
    assert not new.folder.exists()


# ---- cut short


POINTS = [
    ("pos_desktop.composition.restoring.begin_unfinished", 1),
    ("pos_desktop.composition.restoring._put", 1),
    ("pos_desktop.storage.durable.flush_file", 1),
    ("pos_desktop.composition.restoring._begin_again", 1),
    ("pos_desktop.storage.witness.Witness.begin_line", 1),
    ("pos_desktop.storage.journal_book.StoredJournal.append", 1),
    ("pos_desktop.composition.restoring.end_unfinished", 1),
]
RESTORE = """
import io
sys.stdin = io.StringIO(sys.argv[3] + "\\n")
from pos_desktop.cli import main
sys.exit(main(sys.argv[4:]))
"""


@pytest.mark.parametrize(("point", "call"), POINTS)
def test_a_restore_that_was_killed_is_begun_anew_by_the_same_command(
    shop: Shop,
    pos: Run,
    paper: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    point: str,
    call: int,
) -> None:
    sell(pos, 2, 1)
    backup = pos("backup", "now", "--json").json["path"]
    folder = tmp_path / "anew"
    killed(point, call, [paper, *typed(folder, "restore", backup)], RESTORE)
    new = Other(shop, folder, capsys)
    if point.endswith("begin_unfinished"):
        assert new.pos("verify").code == 1
    assert new.restore(backup, paper).code == 0
    assert new.pos("verify", "--json").json["sales"] == 2
    new.open_counter()
    assert len(sell(new.pos, 1, 5)) == 3


# ---- in place of a damaged file


def test_a_damaged_store_is_replaced_by_its_backup_without_the_paper(
    shop: Shop, pos: Run, lost: Lost, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = shop.data / "pos.db"
    damaged = database.read_bytes()[:-40_000] + bytes(40_000)
    database.write_bytes(damaged)
    assert pos("verify").code == 50
    said = pos("restore", lost.backup, "--replace", "--json")
    assert said.code == 0, said.err
    assert Path(said.json["aside"]).read_bytes() == damaged
    assert (said.json["last_sale"], said.json["lost_up_to"]) == (lost.before[-1], lost.after[-1])
    assert said.json["elsewhere"] is False
    assert pos("verify").code == 0
    synced = pos("sync", "--once", "--json").json
    assert (synced["confirmed"], synced["attempts"]) == (1, 0)
    assert sorted(receipts(shop).values()) == [1] * 5
    assert not set(sell(pos, 2, 4)) & set(lost.after)


def test_a_store_that_is_in_use_is_not_replaced(shop: Shop, pos: Run, lost: Lost) -> None:
    room = open_back_room(data_folder(str(shop.data), None), unattended=True)
    try:
        said = pos("restore", lost.backup, "--replace", "--json")
        assert (said.code, said.json["error"]["code"]) == (1, "store-busy")
    finally:
        room.close()
    assert pos("verify").code == 0


def test_without_a_store_there_is_nothing_to_replace(
    lost: Lost, tmp_path: Path, capsys: pytest.CaptureFixture[str], shop: Shop
) -> None:
    said = Other(shop, tmp_path / "empty", capsys).pos("restore", lost.backup, "--replace", "--json")
    assert (said.code, said.json["error"]["code"]) == (1, "no-store")
    assert not (tmp_path / "empty").exists()


def test_a_backup_under_an_earlier_key_is_restored_by_the_paper(
    shop: Shop, pos: Run, lost: Lost, paper: str, other: Callable[[], Other]
) -> None:
    copy = shop.place / "copied away" / Path(lost.backup).name
    shutil.copytree(lost.backup, copy)
    assert pos("keys", "rotate").code == 0
    assert pos("backup", "verify", str(copy)).code == 50
    new = other()
    assert new.restore(str(copy), paper).code == 0
    assert numbers(new.pos) == lost.before
    assert new.pos("verify").code == 0
