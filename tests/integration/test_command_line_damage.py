"""Stores that were changed, damaged, copied or are in use: each has its sentence and its exit code."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from tests.fixtures.command_line import ROOT, Run, Shop, command, process, typed

QUIET = ("PySide6", "pos_desktop.training", "pos_desktop.ui", "alembic", "hardware")
SALE = "(SELECT min(id) FROM sale)"
FORGERIES = {
    "an amount": f"UPDATE sale_line SET amount_cents = amount_cents + 1 WHERE sale_id = {SALE}",
    "a payment": f"UPDATE payment SET amount_cents = 1 WHERE sale_id = {SALE}",
    "a patient": f"UPDATE sale SET patient_card = 'P-9' WHERE id = {SALE}",
    "a line": f"DELETE FROM sale_line WHERE sale_id = {SALE}",
    "a word": f"UPDATE sale_line SET unit = 'bushel' WHERE sale_id = {SALE}",
    "a zone": f"UPDATE sale SET zone = 'Moon/North' WHERE id = {SALE}",
    "a report": f"UPDATE outbox SET payload = x'7b7d' WHERE sale_id = {SALE}",
    "a report's kind": f"UPDATE outbox SET state = 'lost' WHERE sale_id = {SALE}",
    "an entry": "UPDATE journal SET body = x'7b7d' WHERE seq = 3",
    "an entry's text": "UPDATE journal SET body = x'ff' WHERE seq = 3",
    "a removed entry": "DELETE FROM journal WHERE seq = 3",
}


@pytest.fixture
def sold(shop: Shop, pos: Run) -> Shop:
    assert pos("training", "sell", "--count", "3", "--offline").code == 0
    return shop


def test_an_honest_store_agrees(sold: Shop, pos: Run) -> None:
    said = pos("verify", "--json")
    assert (said.code, said.json["good"], said.json["sales"], said.json["wrong"]) == (0, True, 3, [])


@pytest.mark.parametrize("forged", FORGERIES)
def test_a_changed_record_is_found(sold: Shop, pos: Run, forged: str) -> None:
    sold.forge(FORGERIES[forged])
    said = pos("verify", "--json")
    assert (said.code, said.json["good"], said.err) == (50, False, "")
    assert said.json["wrong"]
    assert all(each.endswith((".", ").")) for each in said.json["wrong"])
    assert pos("verify").code == 50


def test_a_changed_page_is_found_and_the_file_stays_as_it_is(sold: Shop, pos: Run) -> None:
    database = sold.data / "pos.db"
    whole = database.read_bytes()
    for page in range(1, len(whole) // 4096, 23):
        at = page * 4096 + 100
        database.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        forged = database.read_bytes()
        said = pos("verify", "--json")
        assert said.code == 50, f"page {page}"
        assert said.json.get("wrong") or said.json["error"]["sentence"]
        assert database.read_bytes() == forged
    database.write_bytes(whole)
    assert pos("verify").code == 0


@pytest.mark.parametrize("content", [b"", b"this is no database" * 500, bytes(4096)])
@pytest.mark.parametrize("words", [("export", "sales", "--json"), ("sync", "status"), ("config", "get")])
def test_what_is_no_database_ends_with_50(
    shop: Shop, pos: Run, content: bytes, words: tuple[str, ...]
) -> None:
    (shop.data / "pos.db").write_bytes(content)
    said = pos(*words)
    assert (said.code, said.out) == (50, "")
    assert "not changed" in said.err
    assert (shop.data / "pos.db").read_bytes() == content


def test_a_newer_store_is_refused_politely(shop: Shop, pos: Run) -> None:
    shop.forge("UPDATE alembic_version SET version_num = '9999'")
    said = pos("sync", "--once")
    assert (said.code, said.out) == (1, "")
    assert "newer version" in said.err


def test_a_folder_without_its_key_or_with_a_strange_mark_is_refused(shop: Shop, pos: Run) -> None:
    kept = (shop.data / "training.keys").read_bytes()
    (shop.data / "training.keys").write_text("lost\n")
    assert "cannot be read" in pos("verify").err
    (shop.data / "training.keys").unlink()
    said = pos("verify")
    assert (said.code, "not in the key store" in said.err) == (1, True)
    (shop.data / "training.keys").write_bytes(kept)
    assert pos("verify").code == 0
    (shop.data / "profile").write_text("other\n")
    said = pos("verify", profile=None)
    assert (said.code, "is damaged" in said.err) == (1, True)


def test_another_stores_key_does_not_open_it(shop: Shop, pos: Run) -> None:
    other = shop.place / "other"
    made = process(
        typed(
            other, "setup", "--non-interactive", "--programme", "us-mi-medical", "--store", "S", "--no-sync"
        )
    )
    assert made.code == 0
    shutil.copy(other / "training.keys", shop.data / "training.keys")
    said = pos("verify")
    assert (said.code, "does not open with the key" in said.err) == (50, True)


COUNTER = """
import sys
from pos_desktop.composition.counter import open_back_room
from pos_desktop.composition.places import data_folder
room = open_back_room(data_folder(sys.argv[1], "training"))
print("open", flush=True)
sys.stdin.read()
room.close()
"""


def test_beside_an_open_counter_reports_go_out_and_a_second_counter_is_refused(shop: Shop, pos: Run) -> None:
    argv = [sys.executable, "-c", COUNTER, str(shop.data)]
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as counter:
        assert counter.stdout is not None
        assert counter.stdout.readline() == "open\n"
        said = pos("training", "sell", "--count", "1", "--json")
        assert (said.code, said.json["error"]["code"]) == (1, "store-busy")
        assert "another copy of the program" in said.err
        for words in (("sync", "--once"), ("verify",), ("export", "sales"), ("config", "get")):
            assert pos(*words).code == 0
        counter.communicate("", timeout=60)
    assert pos("training", "sell", "--count", "1").code == 0


@pytest.mark.parametrize(
    "words", [("sync", "--once"), ("sync", "status"), ("verify",), ("export", "sales"), ("config", "get")]
)
def test_what_runs_without_a_display_loads_only_what_it_needs(shop: Shop, words: tuple[str, ...]) -> None:
    script = (
        "import sys; from pos_desktop.cli import main; code = main(sys.argv[1:]);"
        f"print([m for m in sys.modules if m.startswith({QUIET})], code, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *typed(shop.data, *words)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stderr == "[] 0\n"


def test_a_reader_that_leaves_early_is_no_fault(sold: Shop) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    argv = command(typed(sold.data, "export", "sales", "--json"))
    done = subprocess.run(argv, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")
