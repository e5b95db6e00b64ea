"""A store put back or copied, with each kind of key store, against a real state service: no sale is there twice."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from pos_desktop.app.ports import KeyStore
from pos_desktop.cli import main
from pos_desktop.composition import shop as shops
from pos_desktop.composition.counter import open_back_room
from pos_desktop.composition.places import WITNESSES, DataFolder, data_folder
from pos_desktop.keystore.credentials import ServiceCredentials
from pos_desktop.keystore.training_keys import TrainingKeys
from pos_desktop.keystore.wrapped_file import WrappedKeys
from pos_desktop.storage import outbox_store
from tests.fixtures.command_line import Run, Said, Shop, typed
from tests.fixtures.witnesses import look_away

SELL_2 = ("training", "sell", "--count", "2", "--seed", "1", "--offline")
REASON = ("--reason", "the disk was replaced and its copy of yesterday put back")
NAMES = ("db", "state.vendor_key", "state.user_key")
KeptIn = Callable[[str], None]


@pytest.fixture
def kept_in(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> KeptIn:
    """The keys of the stocked store are moved into a key store of that kind."""

    def move(kind: str) -> None:
        keys = {name: TrainingKeys(shop.data).get(name) or b"" for name in NAMES}
        if kind == "systemd":
            credentials = shop.place / "credentials"
            credentials.mkdir()
            for name, key in keys.items():
                (credentials / name).write_bytes(key)
            found: Callable[[Path], KeyStore] = lambda _: ServiceCredentials(credentials)  # noqa: E731 - one of two
        elif kind == "passphrase":
            found = _sealed
            for name, key in keys.items():
                _sealed(shop.data).set(name, key)
        else:
            return
        monkeypatch.setattr(shops, "key_store", lambda folder, *_, **__: found(folder.path))

    return move


def _sealed(folder: Path) -> WrappedKeys:
    keys = WrappedKeys(folder, lambda _: "a sample passphrase")
    keys.get("db")
    return keys


@pytest.fixture
def at(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    def run(folder: Path, *words: str) -> Said:
        code = main(typed(folder, *words))
        return Said(code, *capsys.readouterr())

    return run


def receipts(shop: Shop) -> Counter[str]:
    return Counter(each["ExternalReceiptNumber"] for each in shop.state.ledger())


def set_aside(shop: Shop) -> Path:
    aside = shop.place / "aside"
    shutil.copytree(shop.data, aside)
    return aside


def put_back(shop: Shop, aside: Path, what: str) -> Path:
    """Where the copy is at work now."""
    if what == "beside":
        return aside
    if what == "folder":
        shutil.rmtree(shop.data)
        shutil.copytree(aside, shop.data)
        return shop.data
    for rest in ("", "-wal", "-shm"):
        (shop.data / f"pos.db{rest}").unlink(missing_ok=True)
        if (aside / f"pos.db{rest}").exists():
            shutil.copy(aside / f"pos.db{rest}", shop.data)
    return shop.data


def open_counter(folder: Path) -> None:
    found: DataFolder = data_folder(str(folder), None)
    open_back_room(found).close()


CASES = [
    ("training file", "database"),
    ("training file", "folder"),
    ("training file", "beside"),
    ("systemd", "database"),
    ("systemd", "folder"),
    ("passphrase", "folder"),
    ("passphrase", "beside"),
]


@pytest.mark.parametrize(("kind", "what"), CASES)
def test_what_was_sent_after_the_copy_is_asked_about_and_not_sent_again(
    shop: Shop, pos: Run, kept_in: KeptIn, at: Callable[..., Said], kind: str, what: str
) -> None:
    """The copy is of the same start of the counter: nothing but the reports went on since."""
    kept_in(kind)
    assert pos(*SELL_2).code == 0
    aside = set_aside(shop)
    assert pos("sync", "--once").code == 0
    copy = put_back(shop, aside, what)
    said = at(copy, "sync", "--once", "--json")
    assert (said.code, said.json["error"]["code"]) == (30, "put-back")
    open_counter(copy)
    asked = at(copy, "sync", "--once", "--json")
    assert (asked.code, asked.json["confirmed"], asked.json["attempts"]) == (0, 2, 0)
    assert sorted(receipts(shop).values()) == [1, 1]
    if what == "beside":
        assert pos("sync", "--once").code == 30, "the copy goes on now, and the original asks first"


@pytest.mark.parametrize(("kind", "what"), CASES)
def test_a_store_that_does_not_look_at_its_witness_reports_twice(
    shop: Shop,
    pos: Run,
    kept_in: KeptIn,
    at: Callable[..., Said],
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    what: str,
) -> None:
    """Known wrong."""
    look_away(monkeypatch)
    kept_in(kind)
    assert pos(*SELL_2).code == 0
    aside = set_aside(shop)
    assert pos("sync", "--once").code == 0
    at(put_back(shop, aside, what), "sync", "--once")
    assert sorted(receipts(shop).values()) == [2, 2]


def test_where_no_witness_can_be_kept_each_start_asks_first(
    shop: Shop, pos: Run, kept_in: KeptIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_in("systemd")
    monkeypatch.setenv(WITNESSES, shop.write("no folder", ""))
    shop.forge("UPDATE witness SET line = ''")
    assert pos(*SELL_2).code == 0
    aside = set_aside(shop)
    first = pos("sync", "--once", "--json")
    assert (first.code, first.json["looked_up"], first.json["attempts"]) == (0, 4, 2), (
        "asked twice, then sent"
    )
    put_back(shop, aside, "database")
    again = pos("sync", "--once", "--json")
    assert (again.code, again.json["confirmed"], again.json["attempts"]) == (0, 2, 0)
    assert sorted(receipts(shop).values()) == [1, 1]


def test_a_managers_word_where_nothing_could_notice_it(shop: Shop, pos: Run) -> None:
    """A whole disk goes back, with its witness."""
    witnesses = Path(os.environ[WITNESSES])
    assert pos(*SELL_2).code == 0
    aside = set_aside(shop)
    shutil.copytree(witnesses, shop.place / "witnesses")
    assert pos("sync", "--once").code == 0
    put_back(shop, aside, "folder")
    shutil.rmtree(witnesses)
    shutil.copytree(shop.place / "witnesses", witnesses)
    assert pos("sync", "put-back", "--reason", "-").code == 1
    said = pos("sync", "put-back", *REASON, "--json")
    assert (said.code, said.json["put-back"]) == (0, True)
    asked = pos("sync", "--once", "--json").json
    assert (asked["confirmed"], asked["attempts"]) == (2, 0)
    assert sorted(receipts(shop).values()) == [1, 1]
    assert pos("verify").code == 0


@pytest.mark.parametrize("remembers", [True, False])
def test_a_refused_report_in_a_copy_is_looked_up_when_a_person_says_retry(
    shop: Shop, pos: Run, monkeypatch: pytest.MonkeyPatch, remembers: bool
) -> None:
    """It was put right and sent after the copy was made. Known wrong: it counts as never tried."""
    if not remembers:
        monkeypatch.setattr(outbox_store, "_TRIED", "SELECT 1")
    assert pos(*SELL_2).code == 0
    shop.forge("UPDATE outbox SET state = 'rejected' WHERE n = 1")
    aside = set_aside(shop)
    [number] = [each["number"] for each in pos("sync", "list", "--needs-person", "--json").json["reports"]]
    assert pos("sync", "retry", number).code == 10
    assert pos("sync", "--once").code == 0
    open_counter(put_back(shop, aside, "database"))
    again = pos("sync", "retry", number, "--json").json
    assert again["state"] == ("in-doubt" if remembers else "queued")
    pos("sync", "--once")
    assert sorted(receipts(shop).values()) == ([1, 1] if remembers else [1, 2])
