"""`recovery`, `keys rotate` and `backup` on a stocked store, and a power cut at each step of a rotation."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.app.recovering import NONE_MADE
from pos_desktop.cli.recovery import PUT_AWAY
from pos_desktop.composition.backing_up import NONE_YET, SAME_DISK
from pos_desktop.composition.counter import open_back_room
from pos_desktop.composition.keeping_keys import DATABASE_KEYS
from pos_desktop.composition.places import data_folder
from pos_desktop.composition.shop import opened
from pos_desktop.keystore.recovery import FILE, PaperKeys
from pos_desktop.keystore.training_keys import TrainingKeys
from pos_desktop.storage import driver
from pos_desktop.storage.lock import backup_lock
from pos_desktop.storage.rekeying import opens, rekey
from tests.fixtures.command_line import ROOT, Run, Shop, typed
from tests.fixtures.killed_command import killed
from tests.fixtures.live_store import LiveStore

SELL_2 = ("training", "sell", "--count", "2", "--seed", "1", "--offline")


def kept(shop: Shop) -> dict[str, bytes]:
    keys = TrainingKeys(shop.data)
    return {name: key for name in DATABASE_KEYS if (key := keys.get(name)) is not None}


def open_and_close(shop: Shop) -> None:
    open_back_room(data_folder(str(shop.data), None)).close()


def journal(shop: Shop) -> list[Any]:
    with opened(data_folder(str(shop.data), None)) as store:
        return [json.loads(body) for _, body, _ in store.store.journal.entries()]


@pytest.fixture
def paper(shop: Shop, pos: Run) -> str:
    key: str = pos("recovery", "new", "--json").json["recovery_key"]
    return key


# ---- the recovery key


def test_it_is_shown_once_opens_the_keys_and_is_kept_nowhere(shop: Shop, pos: Run) -> None:
    said = pos("recovery", "new")
    assert (said.code, PUT_AWAY in said.out) == (0, True)
    groups = [word.partition(":")[2] for word in said.out.split() if word[:2].rstrip(":").isdigit()]
    key = "-".join(groups)
    assert pos("recovery", "check", stdin=key.encode()).code == 0
    numbered = " ".join(f"{n}:{each.lower()}" for n, each in enumerate(groups, start=1))
    assert pos("recovery", "check", stdin=numbered.encode()).code == 0
    for path in shop.data.rglob("*"):
        if path.is_file():
            assert key.encode() not in path.read_bytes()
            assert key.replace("-", "").encode() not in path.read_bytes()
    told = [each for each in journal(shop) if each["kind"].startswith("keys.")]
    assert [(each["kind"], each["data"]) for each in told] == [
        ("keys.recovery-made", {"voided": False}),
        ("keys.recovery-checked", {"renewed": False}),
        ("keys.recovery-checked", {"renewed": False}),
    ]


def test_a_typing_error_names_the_group_and_another_paper_is_told_from_it(pos: Run, paper: str) -> None:
    wrong = paper[:6] + ("2" if paper[6] != "2" else "3") + paper[7:]
    said = pos("recovery", "check", stdin=wrong.encode())
    assert (said.code, "typing mistake in group 2" in said.err) == (1, True)
    assert pos("recovery", "check").code == 1
    fresh = pos("recovery", "new", "--json").json["recovery_key"]
    void = pos("recovery", "check", "--json", stdin=paper.encode())
    assert (void.code, void.json["error"]["code"]) == (1, "other-recovery-key")
    assert pos("recovery", "check", stdin=fresh.encode()).code == 0


@pytest.mark.parametrize("damage", [b"", b"spoilt", None])
def test_a_damaged_file_is_found_by_the_check_and_written_anew(
    shop: Shop, pos: Run, paper: str, damage: bytes | None
) -> None:
    sealed = shop.data / FILE
    if damage is None:
        sealed.unlink()
    else:
        sealed.write_bytes(damage)
    first = pos("recovery", "check", "--json", stdin=paper.encode())
    assert (first.code, first.json["renewed"]) == (0, True)
    assert pos("recovery", "check", "--json", stdin=paper.encode()).json["renewed"] is False


def test_a_new_paper_voids_the_former_one_for_the_backups_too(pos: Run, paper: str) -> None:
    made = pos("backup", "now", "--json").json["path"]
    sealed = Path(made) / FILE
    assert PaperKeys().open(paper, sealed.read_bytes())["db"]
    fresh = pos("recovery", "new", "--json").json
    assert fresh["backups_of_former_paper"] == 0
    assert PaperKeys().open(fresh["recovery_key"], sealed.read_bytes())["db"]
    with pytest.raises(Exception, match="not the one"):
        PaperKeys().open(paper, sealed.read_bytes())


def test_the_sealed_keys_follow_what_is_put_into_the_key_store(shop: Shop, pos: Run, paper: str) -> None:
    assert pos("secret", "set", "state.user_key", stdin=b"another-user-key").code == 0
    pos("backup", "now")
    assert PaperKeys().open(paper, (shop.data / FILE).read_bytes())["state.user_key"] == b"another-user-key"


def test_without_a_recovery_key_a_backup_is_made_and_says_so(pos: Run) -> None:
    said = pos("backup", "now")
    assert (said.code, "has no recovery key" in said.out) == (0, True)
    assert pos("recovery", "check").code == 1
    assert pos("keys", "rotate", "--json").json["error"]["code"] == "no-recovery-key"


def test_nobody_sets_the_public_half_by_hand(pos: Run, paper: str) -> None:
    said = pos("config", "set", "recovery.public", "")
    assert (said.code, "pos-desktop recovery new" in said.err) == (1, True)


def test_setup_of_a_live_store_shows_one_and_a_training_store_has_none_to_show(
    live: LiveStore, shop: Shop, pos: Run
) -> None:
    words = (
        "--non-interactive",
        "--programme",
        "us-mi-medical",
        "--license",
        "L-1",
        "--store",
        "Sample Store",
    )
    made = live.pos("setup", *words, "--no-sync", "--json", "--confirm-rules", "bulletin of today")
    key = made.json["recovery_key"]
    assert live.pos("recovery", "check", stdin=key.encode()).code == 0
    warned = live.pos("verify", "--json").json["warnings"]
    assert [each[:20] for each in warned] == [NONE_YET[:20], SAME_DISK[:20]]
    assert pos("verify", "--json").json["warnings"] == []


def test_a_live_store_without_one_is_told_at_each_start(live: LiveStore) -> None:
    live.set_up("us-mi-medical", "--confirm-rules", "bulletin of today")
    assert live.pos("verify", "--json").json["warnings"][0] == NONE_MADE
    room = open_back_room(live.folder)
    room.close()
    assert room.note == NONE_MADE
    assert live.pos("backup", "verify").code == 0, "the end of the day of a live store"
    live.pos("recovery", "new")
    room = open_back_room(live.folder)
    room.close()
    assert room.note == ""


# ---- backups by command


def test_exit_codes_of_backup(shop: Shop, pos: Run, tmp_path: Path) -> None:
    assert (pos("backup", "list").code, pos("backup", "verify").code) == (30, 30)
    made = pos("backup", "now", "--json")
    assert (made.code, made.json["good"], made.json["same_disk"]) == (0, True, True)
    listed = pos("backup", "list", "--json")
    assert (listed.code, [each["path"] for each in listed.json["backups"]]) == (0, [made.json["path"]])
    assert pos("backup", "verify").code == pos("backup", "verify", made.json["path"]).code == 0
    database = Path(made.json["path"]) / "pos.db"
    content = database.read_bytes()
    database.write_bytes(content[:9000] + bytes([content[9000] ^ 1]) + content[9001:])
    said = pos("backup", "verify")
    assert (said.code, "is damaged" in said.out) == (50, True)
    assert pos("backup", "verify", str(tmp_path)).code == 1


def test_a_folder_of_ones_own_and_one_that_is_away(pos: Run, tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    assert pos("config", "set", "backup.folder", "stick").code == 1
    assert pos("config", "set", "backup.folder", str(tmp_path / "stick")).code == 0
    assert Path(pos("backup", "now", "--json").json["path"]).is_relative_to(tmp_path / "stick")
    shutil.rmtree(tmp_path / "stick")
    said = pos("backup", "now", "--json")
    assert (said.code, said.json["error"]["code"]) == (1, "backup-away")
    assert "The store itself goes on" in said.json["error"]["sentence"]


def test_two_backups_at_a_time_are_one_too_many(shop: Shop, pos: Run) -> None:
    with backup_lock(shop.data):
        for words in (("backup", "now"), ("recovery", "new")):
            said = pos(*words, "--json")
            assert (said.code, said.json["error"]["code"]) == (1, "store-busy")


def test_a_kill_at_each_step_of_a_backup_leaves_only_good_ones(shop: Shop, pos: Run) -> None:
    pos("backup", "now")
    at = "pos_desktop.storage.backups"
    steps = [
        ("copy_in_steps", 1),
        ("is_whole", 1),
        ("flush_file", 1),
        ("flush_folder", 1),
        ("flush_folder", 2),
    ]
    for name, call in steps:
        killed(f"{at}.{name}", call, typed(shop.data, "backup", "now"))
        listed = [each["path"] for each in pos("backup", "list", "--json").json["backups"]]
        assert listed
        assert all(pos("backup", "verify", each).code == 0 for each in listed), name
    assert pos("backup", "now").code == 0
    assert not list((shop.data / "backups").rglob("*.part"))


def test_beside_an_open_counter(shop: Shop, pos: Run) -> None:
    room = open_back_room(data_folder(str(shop.data), None), unattended=True)
    try:
        assert pos("backup", "now").code == 0
        busy = pos("keys", "rotate")
        assert (busy.code, "open in another copy" in busy.err) == (1, True)
    finally:
        room.close()


# ---- another key for the database


def test_rotation_leaves_one_key_and_a_backup_under_it(shop: Shop, pos: Run, paper: str) -> None:
    before = kept(shop)["db"]
    assert pos(*SELL_2).code == 0
    said = pos("keys", "rotate", "--json")
    assert said.code == 0, said.err
    after = kept(shop)
    assert list(after) == ["db"]
    assert after["db"] != before
    assert not opens(shop.data / "pos.db", before)
    assert opens(Path(said.json["backup"]) / "pos.db", after["db"])
    for check in (("verify",), ("backup", "verify")):
        assert pos(*check).code == 0
    assert pos("recovery", "check", stdin=paper.encode()).code == 0
    assert PaperKeys().open(paper, (shop.data / FILE).read_bytes())["db"] == after["db"]
    assert [each["kind"] for each in journal(shop)].count("keys.rotated") == 1
    assert pos(*SELL_2).code == 0


def test_a_store_that_somebody_else_has_open_keeps_its_key(shop: Shop, pos: Run, paper: str) -> None:
    before = kept(shop)
    reader = driver.connect(shop.data / "pos.db", before["db"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(driver, "BUSY_WAIT_S", 0.01)
        said = pos("keys", "rotate", "--json")
    reader.close()
    assert (said.code, said.json["error"]["code"]) == (1, "store-busy")
    assert kept(shop) == before
    assert pos("verify").code == 0


def test_without_a_backup_the_key_is_not_changed(shop: Shop, pos: Run, paper: str) -> None:
    before = kept(shop)
    shop.forge("INSERT INTO setting VALUES ('backup.folder', '/no/such/folder')", keep_rules=True)
    assert pos("keys", "rotate", "--json").json["error"]["code"] == "backup-away"
    assert kept(shop) == before


WRITES = "pos_desktop.keystore.training_keys.write_private"
STEPS = [
    *[(WRITES, n) for n in range(1, 6)],
    *[("pos_desktop.composition.keeping_keys.SealedFile.write", n) for n in range(1, 5)],
    *[("pos_desktop.storage.backups.copy_in_steps", n) for n in (1, 2)],
    *[("pos_desktop.storage.backups.is_whole", n) for n in (1, 2)],
    *[("pos_desktop.storage.backups.flush_folder", n) for n in range(1, 5)],
    ("pos_desktop.storage.rekeying.rekey", 1),
    ("pos_desktop.storage.rekeying.driver.configure", 3),
    ("pos_desktop.storage.rekeying.opens", 1),
    ("pos_desktop.storage.journal_book.StoredJournal.append", 1),
]


def opens_by_what_is_kept(shop: Shop, paper: str) -> bool:
    """Whether a key of the key store opens the database, and one of those that the paper opens does too."""
    sealed = PaperKeys().open(paper, (shop.data / FILE).read_bytes())
    own = kept(shop).values()
    of_paper = [sealed[name] for name in DATABASE_KEYS if name in sealed]
    return all(any(opens(shop.data / "pos.db", key) for key in keys) for keys in (own, of_paper))


def test_a_kill_at_each_step_of_a_rotation_leaves_a_store_that_opens(
    shop: Shop, pos: Run, paper: str
) -> None:
    assert pos(*SELL_2).code == 0
    whole = shop.place / "whole"
    shutil.copytree(shop.data, whole)
    left: set[tuple[str, ...]] = set()
    for point, call in STEPS:
        killed(point, call, typed(shop.data, "keys", "rotate"))
        left.add(tuple(kept(shop)))
        assert opens_by_what_is_kept(shop, paper), f"{point} {call}"
        said = pos("verify", "--json")
        assert (said.code, said.json["sales"]) == (0, 2), f"{point} {call}: {said.out} {said.err}"
        open_and_close(shop)
        assert "db.next" not in kept(shop)
        assert pos("keys", "rotate").code == 0, f"{point} {call}"
        assert list(kept(shop)) == ["db"]
        shutil.rmtree(shop.data)
        shutil.copytree(whole, shop.data)
    assert left == {("db",), ("db", "db.next"), ("db", "db.next", "db.before"), ("db", "db.before")}


AMID = """
import os, signal, sys, threading
from pathlib import Path
from pos_desktop.cli import main
from pos_desktop.storage import rekeying
log, size = Path(sys.argv[1]), int(sys.argv[2])
whole = rekeying.driver.configure
def watch():
    while not log.exists() or log.stat().st_size < size:
        pass
    os.kill(os.getpid(), signal.SIGKILL)
def configure(con, **named):
    whole(con, **named)
    threading.Thread(target=watch, daemon=True).start()
turn = rekeying.rekey
def rekey(*values):
    rekeying.driver.configure = configure
    turn(*values)
rekeying.rekey = rekey
sys.exit(main(sys.argv[3:]))
"""


def test_a_kill_while_pages_are_written_leaves_a_store_that_opens(shop: Shop, pos: Run, paper: str) -> None:
    filler = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)"
    shop.forge(
        f"INSERT INTO journal_seal {filler} SELECT 900000, i, zeroblob(32), 0, randomblob(2000), zeroblob(32) FROM n",
        keep_rules=True,
    )
    log = shop.data / "pos.db-wal"
    rekeyed = 0
    for size in (1, 400_000, 2_000_000, 6_000_000):
        before = kept(shop)["db"]
        words = [sys.executable, "-c", AMID, str(log), str(size), *typed(shop.data, "keys", "rotate")]
        subprocess.run(words, cwd=ROOT, check=False, capture_output=True, timeout=60)
        assert opens_by_what_is_kept(shop, paper), size
        rekeyed += not opens(shop.data / "pos.db", before)
        open_and_close(shop)
        assert pos("config", "get", "store.name").code == 0
    assert rekeyed < 4, "a kill came before the change was whole"


def test_known_wrong_a_new_key_that_is_not_kept_first(shop: Shop, pos: Run, paper: str) -> None:
    """The database is written anew before anybody keeps the key, and then comes the power cut."""
    rekey(shop.data / "pos.db", kept(shop)["db"], bytes(32))
    assert not opens_by_what_is_kept(shop, paper)
    assert pos("verify").code == 50
