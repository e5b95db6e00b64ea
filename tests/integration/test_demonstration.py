"""The guided demonstration from the command line, and what its data folder gives away afterwards: nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pos_desktop.app.recovering import DATABASE_KEY
from pos_desktop.composition.places import data_folder
from pos_desktop.composition.shop import key_store
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.patient import Caregiver, Patient
from pos_desktop.storage import driver
from pos_desktop.training.demo_store import sample_store

SAMPLE = sample_store(1, Instant.parse("2026-11-24T12:00:00-05:00"))
PEOPLE: list[Patient | Caregiver] = [*SAMPLE.patients, *SAMPLE.caregivers]
MARKERS = [word for each in PEOPLE for word in (each.last_name, each.card_number, each.name)]
"""Names and numbers follow from the seed alone."""


@dataclass
class Shown:
    out: Path
    data: Path
    summary: dict[str, Any]


def demo(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    home = folder / "home"
    home.mkdir()
    command = [sys.executable, "-m", "pos_desktop", "--data-dir", str(folder / "data"), "demo", "--headless"]
    return subprocess.run(
        [*command, "--out", str(folder / "out"), "--json", *more],
        env={**os.environ, "HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_demonstration(tmp_path: Path) -> None:
    """One run serves all that is asked of it: it takes half a minute."""
    done = demo(tmp_path)
    assert done.returncode == 0, done.stderr[-3000:]
    shown = Shown(tmp_path / "out", tmp_path / "data", json.loads(done.stdout))
    sales_with_and_without_the_state_and_both_ledgers_agree(shown)
    pictures_of_each_step_and_four_screens_at_four_sizes_in_two_themes(shown)
    each_sale_has_its_receipt_as_picture_and_as_text_without_a_name(shown)
    no_file_of_the_data_folder_holds_a_name_or_a_card_number(shown)
    the_same_search_finds_them_in_a_plain_build(shown, tmp_path / "plain.db")


def sales_with_and_without_the_state_and_both_ledgers_agree(shown: Shown) -> None:
    assert shown.summary["sales"] >= 12
    assert shown.summary["offline_sales"] == 5
    assert shown.summary["agree"]
    assert shown.summary["local_ledger"] == shown.summary["state_ledger"] == shown.summary["sales"]
    assert json.loads((shown.out / "summary.json").read_text()) == shown.summary


def pictures_of_each_step_and_four_screens_at_four_sizes_in_two_themes(shown: Shown) -> None:
    names = shown.summary["pictures"]
    assert all((shown.out / name).stat().st_size > 1_000 for name in names)
    assert len({(shown.out / name).read_bytes() for name in names}) == len(names), "each shows something new"
    assert [name[3:] for name in names if "paper" in name] == ["out-of-paper.png", "paper-waits.png"]
    assert (names[0], names[1]) == ("01-locked.png", "02-opening.png")
    screens = [
        f"{screen}-{theme}-{size}.png"
        for screen in ("lock", "counter", "counter-refused", "counter-dark-offline", "payment")
        for theme in ("light", "dark")
        for size in ("1024x768", "1366x768", "1920x1080", "1366x768-2x")
    ]
    assert sorted(screens) == shown.summary["screens"]


def each_sale_has_its_receipt_as_picture_and_as_text_without_a_name(shown: Shown) -> None:
    texts = sorted((shown.out / "receipts").glob("*.txt"))
    assert len(texts) == shown.summary["receipts_printed"] >= shown.summary["sales"]
    for text in texts:
        assert text.with_suffix(".png").stat().st_size > 1_000
        assert not found(text.read_bytes())


def no_file_of_the_data_folder_holds_a_name_or_a_card_number(shown: Shown) -> None:
    files = [each for each in shown.data.rglob("*") if each.is_file()]
    assert any(each.name == "pos.db" for each in files)
    assert any(each.name == "sandbox.db" for each in files)
    assert {str(each): hits for each in files if (hits := found(each.read_bytes()))} == {}


def the_same_search_finds_them_in_a_plain_build(shown: Shown, plain: Path) -> None:
    folder = data_folder(str(shown.data), "training")
    key = key_store(folder).get(DATABASE_KEY)
    assert key is not None
    con = driver.connect(folder.database, key)
    con.execute(f"ATTACH DATABASE '{plain}' AS plain KEY ''")
    con.execute("SELECT sqlcipher_export('plain')")
    con.close()
    assert len(found(plain.read_bytes())) > len(SAMPLE.patients)


def test_without_the_scan_filter_the_demonstration_fails(tmp_path: Path) -> None:
    done = demo(tmp_path, "--without-scan-filter", "--patience", "15")
    assert done.returncode == 1
    assert "waited for the patient" in json.loads(done.stdout)["failed"]


def found(data: bytes) -> list[str]:
    return [word for word in MARKERS if word.encode() in data or word.encode("utf-16-le") in data]
