"""`privacy`: who saw whom, an export for the patient, a purge by two, and a search that proves what lies where."""

from __future__ import annotations

import csv
import json
import os
import sqlite3
import subprocess
import sys
from base64 import b32decode
from pathlib import Path

import pytest

from pos_desktop.composition.clocks import WallClock
from pos_desktop.composition.places import data_folder
from pos_desktop.composition.shop import opened
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.people import Person
from pos_desktop.domain.sensitive import reveal
from pos_desktop.domain.totp import code_of, step_at
from tests.fixtures.command_line import PEOPLE, ROOT, Run, Shop, typed

WHO = PEOPLE[0]
CARD, NAME = reveal(WHO.card_number), reveal(WHO.name)
SELL = ("training", "sell", "--count", "3", "--seed", "1", "--offline")
LONG_AGO = "UPDATE limit_spend SET sold_at = 1", "UPDATE patient SET entered_at = 1"


def buyer(pos: Run) -> str:
    """The card of somebody who bought."""
    card: str = pos("export", "sales", "--json").lines[0]["patient"]
    return card


def test_who_saw_a_patient_in_words_as_a_document_and_as_a_table(pos: Run) -> None:
    pos(*SELL)
    card = buyer(pos)
    said = pos("privacy", "views", card)
    assert (said.code, said.err) == (0, "")
    assert "at check-in" in said.out
    assert "in an export: export sales" in said.out
    assert card not in said.out
    views = pos("privacy", "views", card, "--json").json["views"]
    assert {each["why"] for each in views} == {"check-in", "export"}
    rows = list(csv.DictReader(pos("privacy", "views", card, "--csv").out.splitlines()))
    assert [each["why"] for each in rows] == [each["why"] for each in views]
    assert pos("privacy", "views", "-", "--json", stdin=card.encode()).json["views"] == views
    assert pos("verify").code == 0


def test_a_card_that_nobody_has_is_not_repeated(pos: Run) -> None:
    said = pos("privacy", "views", "ZQX-7712345")
    assert (said.code, said.out) == (1, "")
    assert "ZQX" not in said.err


def test_the_record_of_one_patient_is_for_its_owner_only(pos: Run, tmp_path: Path) -> None:
    pos(*SELL)
    card = buyer(pos)
    said = pos("privacy", "export", card, "--to", str(tmp_path / "out"), "--json")
    assert said.code == 0
    files = [Path(said.json[each]) for each in ("json", "text")]
    record = json.loads(files[0].read_text(encoding="utf-8"))
    assert record["patient"]["card_number"] == card
    assert record["purchases"][0]["lines"]
    assert record["views"][0]["why"] == "patients-request"
    text = files[1].read_text(encoding="utf-8")
    assert record["patient"]["last_name"] in text
    assert "Who looked at your record" in text
    for each in files:
        assert record["patient"]["last_name"] not in each.name
        if os.name == "posix":
            assert each.stat().st_mode & 0o077 == 0
    if os.name == "posix":
        assert files[0].parent.stat().st_mode & 0o077 == 0
    assert pos("privacy", "views", card, "--json").json["views"][0]["why"] == "patients-request"


def test_nothing_is_purged_before_somebody_said_how_long(pos: Run) -> None:
    said = pos("privacy", "due")
    assert (said.code, "Nobody has said how long" in said.err) == (1, True)
    refused = pos("config", "set", "privacy.retention", "7 years")
    assert "privacy.retention_cite" in refused.err
    assert pos("config", "set", "privacy.retention_cite", "sample rule 1").code == 0
    assert pos("config", "set", "privacy.retention", "7 Jahre").code == 1
    assert pos("config", "set", "privacy.retention", "7 years").code == 0
    assert pos("privacy", "due", "--json").json == {
        "retention": "7 years",
        "cite": "sample rule 1",
        "due": [],
    }
    assert pos("config", "set", "privacy.retention_cite", "").code == 1


def test_a_record_whose_time_is_over_is_due_and_purged(shop: Shop, pos: Run) -> None:
    pos("config", "set", "privacy.retention_cite", "sample rule 1")
    pos("config", "set", "privacy.retention", "1 years")
    shop.forge(*LONG_AGO)
    due = pos("privacy", "due", "--json").json["due"]
    assert len(due) == len(PEOPLE)
    assert CARD not in pos("privacy", "due").out
    assert pos("privacy", "purge", CARD, "--reason", "x").code == 1
    assert pos("privacy", "purge", CARD, "--reason", "time is over").code == 0
    assert pos("privacy", "purge", CARD, "--reason", "time is over").code == 1
    assert len(pos("privacy", "due", "--json").json["due"]) == len(due) - 1


def test_the_second_persons_pin_approves_and_ones_own_does_not(shop: Shop, pos: Run) -> None:
    pos("config", "set", "privacy.retention_cite", "sample rule 1")
    pos("config", "set", "privacy.retention", "1 years")
    second = Person(PersonId("second"), "Sample Second", "manager")
    with opened(data_folder(str(shop.data), "training")) as made:
        first = made.store.staff.people()[0]
        made.store.people.add(second, first.id, made.clock.now())
        people = made.signing_in()
        people.set_pin(first, "274913", first)
        people.set_pin(second, "905172", second)
    shop.forge(*LONG_AGO)
    words = ("privacy", "purge", CARD, "--reason", "time is over", "--approver")
    assert "Nobody approves" in pos(*words, first.name, stdin=b"274913\n").err
    assert "not right" in pos(*words, "Sample Second", stdin=b"111222\n").err
    assert pos(*words, "nobody", stdin=b"905172\n").code == 1
    pos("config", "set", "people.totp", "off-till")
    assert "has none" in pos(*words, "Sample Second", stdin=b"905172\n").err, (
        "the PIN alone is not enough off the till"
    )
    with opened(data_folder(str(shop.data), "training")) as made:
        factor = made.second_factor()
        offer = factor.offer(second, second)
        secret = b32decode(offer.secret.replace(" ", ""))
        factor.turn_on(offer, code_of(secret, step_at(WallClock().now())), second)
    now = step_at(WallClock().now())
    near = {code_of(secret, now + n) for n in range(-2, 4)}
    wrong = next(each for each in (f"{n}" * 6 for n in range(7)) if each not in near)
    assert "not right" in pos(*words, "Sample Second", stdin=f"905172\n{wrong}\n".encode()).err
    code = code_of(secret, step_at(WallClock().now()) + 1)
    done = pos(*words, "Sample Second", "--json", stdin=f"905172\n{code}\n".encode())
    assert done.json["approved_by"] == "second"


# ---- the search


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pos.log", f"INFO sold to {NAME}\n".encode()),
        ("sync.jsonl", json.dumps({"card": CARD.lower()}).encode()),
        ("core", b"\x00" * 99 + CARD.encode("utf-16-le") + b"\x7f"),
    ],
)
def test_a_text_of_a_patient_is_found_and_not_shown(
    pos: Run, tmp_path: Path, name: str, content: bytes
) -> None:
    place = tmp_path / "searched"
    place.mkdir()
    assert pos("privacy", "search-plaintext", str(place)).code == 0
    (place / name).write_bytes(content)
    said = pos("privacy", "search-plaintext", str(place))
    assert said.code == 30
    assert f"{name}: found at byte" in said.out
    assert CARD not in said.out
    assert NAME not in said.out
    [hit] = pos("privacy", "search-plaintext", str(place), "--json").json["hits"]
    assert hit["path"].endswith(name)


def test_the_stores_own_folder_is_clean_and_a_plain_database_beside_it_is_found(shop: Shop, pos: Run) -> None:
    pos(*SELL)
    assert pos("privacy", "search-plaintext", str(shop.data), "--json").json["hits"] == []
    con = sqlite3.connect(shop.data / "copy.db")
    con.execute("CREATE TABLE patient (a, b, c)")
    con.execute("INSERT INTO patient VALUES (?, ?, ?)", (CARD, reveal(WHO.first_name), reveal(WHO.last_name)))
    con.commit()
    con.close()
    assert pos("privacy", "search-plaintext", str(shop.data)).code == 30


def test_markers_of_a_file_need_no_store_and_the_file_itself_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "markers").write_text("Zyxmarker Quillfeather\n\nLi\n", encoding="utf-8")
    words = typed(
        tmp_path / "none", "privacy", "search-plaintext", str(tmp_path), "--marker", str(tmp_path / "markers"),
        "--json",
    )  # fmt: skip

    def search() -> tuple[int, dict[str, object]]:
        done = subprocess.run(
            [sys.executable, "-m", "pos_desktop", *words], capture_output=True, check=False, cwd=ROOT
        )
        return done.returncode, json.loads(done.stdout)

    code, told = search()
    assert (code, told["texts"], told["too_short"], told["hits"]) == (0, 1, 1, [])
    (tmp_path / "crash.txt").write_text("zyxmarker  quillfeather", encoding="utf-8")
    assert search()[0] == 30


def test_what_could_not_be_read_is_no_proof(pos: Run, tmp_path: Path) -> None:
    (tmp_path / "torn.zip").write_bytes(b"PK\x03\x04 this is no archive")
    said = pos("privacy", "search-plaintext", str(tmp_path / "torn.zip"))
    assert (said.code, "not read" in said.out) == (1, True)
    assert pos("privacy", "search-plaintext", str(tmp_path / "nowhere")).code == 1
