"""The commands as a shop types them, against a state service on this computer."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.cli import main
from pos_desktop.composition.counter import open_back_room
from pos_desktop.composition.places import data_folder
from pos_desktop.domain.instant import Instant
from pos_desktop.training.demo_store import USER_KEY, VENDOR_KEY, sample_store, sandbox_seed
from pos_desktop.training.sandbox import SandboxServer

SAMPLE = sample_store(1, Instant.parse("2026-11-24T12:00:00-05:00"))


@dataclass
class Line:
    """A command line on one data folder; `said` is what the last command printed."""

    folder: Path
    sandbox: SandboxServer
    patch: pytest.MonkeyPatch
    capture: pytest.CaptureFixture[str]
    said: str = ""
    told: str = ""

    def __call__(self, *words: str, stdin: str = "", profile: str = "training") -> int:
        data = io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")
        self.patch.setattr(sys, "stdin", data)
        self.patch.setattr("pos_desktop.cli.setup._something_comes", lambda: True)
        code = main(["--data-dir", str(self.folder), "--profile", profile, *words])
        self.said, self.told = self.capture.readouterr()
        return code

    def json(self, *words: str) -> Any:
        self(*words, "--json")
        return json.loads(self.said)

    def setup(self, *more: str) -> int:
        words = ["setup", "--non-interactive", "--programme", "us-mi-medical", "--store", "Sample Store"]
        words += ["--license", SAMPLE.license, "--zone", "America/Detroit", "--register", "R1"]
        words += ["--state-system", "metrc", "--base-url", self.sandbox.base_url]
        return self(*words, *more, stdin=f"{VENDOR_KEY}\n{USER_KEY}\n")


@pytest.fixture
def line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Line]:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    with SandboxServer(tmp_path / "state") as sandbox:
        sandbox.seed(sandbox_seed(SAMPLE))
        yield Line(tmp_path / "data", sandbox, monkeypatch, capsys)


@pytest.fixture
def store(line: Line, tmp_path: Path) -> Line:
    """Set up, synced, with ten patients."""
    assert line.setup() == 0
    people = SAMPLE.patients[20:30]
    rows = [f"{p.card_number},{p.first_name},{p.last_name},{p.birth_date},{p.card_expires}" for p in people]
    file = tmp_path / "patients.csv"
    file.write_text("\n".join(["card_number,first_name,last_name,birth_date,card_expires", *rows]))
    assert line("import", "patients", str(file)) == 0
    return line


def test_from_nothing_to_reported_sales(store: Line) -> None:
    assert store("training", "sell", "--count", "8", "--seed", "1", "--offline") == 0
    assert store("sync", "status") == 10
    assert store("sync", "--once") == 0
    assert store("training", "sell", "--count", "2", "--seed", "2") == 0
    assert store.json("sync")["confirmed"] == 2
    assert store("sync", "status") == 0
    assert len(store.sandbox.ledger()) == 10
    assert store.json("verify") == {"good": True, "sales": 10, "entries": 13, "wrong": []}


def test_exported_sales_are_what_the_state_was_told(store: Line) -> None:
    store("training", "sell", "--count", "3", "--seed", "1", "--offline")
    store("sync", "--once")
    store("export", "sales", "--json")
    sales = [json.loads(each) for each in store.said.splitlines()]
    named = {
        "external", "patient", "sale_time", "lines", "caregiver", "customer_type", "voided", "state",
        "remote_id", "nonce",
    }  # fmt: skip
    assert all(named <= set(each) for each in sales)
    assert all(
        set(line) == {"label", "quantity", "unit", "amount_cents"} for each in sales for line in each["lines"]
    )
    told = {each["ExternalReceiptNumber"]: each for each in store.sandbox.ledger()}
    for sale in sales:
        assert str(told[sale["external"]]["Id"]) == sale["remote_id"]
        assert told[sale["external"]]["PatientLicenseNumber"] == sale["patient"]
        assert sale["sale_time"].endswith(("-05:00", "-04:00"))
        assert (sale["state"], sale["voided"], sale["nonce"]) == ("confirmed", False, None)


@pytest.mark.parametrize(
    "words",
    [("config", "get"), ("sync", "status"), ("sync",), ("verify",), ("training", "sell", "--count", "1")],
)
def test_json_is_one_document_and_nothing_else(store: Line, words: tuple[str, ...]) -> None:
    store(*words, "--json")
    assert isinstance(json.loads(store.said), dict)
    assert store.told == ""


def test_a_service_that_is_away_ends_with_40_and_loses_nothing(store: Line) -> None:
    store("training", "sell", "--count", "2", "--seed", "1", "--offline")
    store.sandbox.close_socket()
    assert store("sync", "--once") == 40
    assert "cannot be reached" in store.said
    store.sandbox.open_socket()
    assert store("sync", "--once") == 0
    assert len(store.sandbox.ledger()) == 2


def test_a_wrong_key_needs_a_person_and_the_right_one_goes_on(store: Line) -> None:
    store("training", "sell", "--count", "1", "--seed", "1", "--offline")
    assert store("secret", "set", "state.user_key", stdin="wrong\n") == 0
    assert "wrong" not in store.said
    assert store("sync", "--once") == 30
    store("secret", "set", "state.user_key", stdin=f"{USER_KEY}\n")
    assert store("sync", "--once") == 0
    assert len(store.sandbox.ledger()) == 1


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("nonsense",), 64, "invalid choice"),
        (("setup", "--non-interactive"), 64, "--programme, --store"),
        (("setup", "--non-interactive", "--programme", "us-zz", "--store", "S"), 1, "us-mi-medical"),
        (("verify",), 1, "pos-desktop setup"),
        (("config", "set", "state.base_url", "http://example.com"), 1, "pos-desktop setup"),
    ],
)
def test_wrong_words_are_told(line: Line, words: tuple[str, ...], code: int, told: str) -> None:
    assert line(*words) == code
    assert told in line.told


def test_a_training_store_speaks_to_this_computer_only(line: Line) -> None:
    words = ["setup", "--non-interactive", "--programme", "us-mi-medical", "--store", "S", "--license", "L"]
    assert line(*words, "--base-url", "https://api-mi.metrc.com") == 1
    assert not (line.folder / "pos.db").exists()
    assert line.setup() == 0
    assert line("config", "set", "state.base_url", "https://api-mi.metrc.com") == 1
    assert line("config", "get", "state.base_url") == 0
    assert line.said.strip() == line.sandbox.base_url


def test_a_second_setup_changes_nothing(store: Line) -> None:
    assert store.setup() == 1
    assert "was not changed" in store.told


def test_a_bad_list_imports_nothing_and_names_its_lines(store: Line, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(
        "card_number,first_name,last_name,birth_date,card_expires\n"
        "P-1,Sample,One,1980-02-30,2027-01-01\nP-2,Sample,Two,1980-02-01,2027-01-01\n,Sample,Three,1980-02-01,\n"
    )
    assert store("import", "patients", str(file)) == 1
    assert "Line 2" in store.told
    assert "Line 4" in store.told
    assert "Nothing was imported" in store.told
    file.write_bytes(b"\xff\xfe\x00card")
    assert store("import", "patients", str(file)) == 1
    assert "UTF-8" in store.told


def test_a_second_counter_is_refused_with_a_sentence(store: Line) -> None:
    back_room = open_back_room(data_folder(str(store.folder), "training"))
    try:
        assert store("training", "sell", "--count", "1") == 1
        assert "open in another copy" in store.told
        assert store("sync", "status") == 0, "reporting goes on beside the counter"
    finally:
        back_room.close()


def test_a_damaged_store_ends_with_50_and_is_not_touched(store: Line) -> None:
    database = store.folder / "pos.db"
    with database.open("r+b") as file:
        file.seek(5 * 4096 + 100)
        file.write(b"\0" * 64)
    before = database.read_bytes()
    assert store("verify") == 50
    assert database.read_bytes() == before
    database.write_bytes(b"this is no database" * 500)
    assert store("export", "sales") == 50


def test_a_live_folder_and_a_training_folder_are_never_mixed(store: Line) -> None:
    assert store("config", "get", profile="live") == 1
    assert "training store" in store.told


@pytest.mark.parametrize("words", [("sync", "status"), ("verify",), ("export", "sales"), ("config", "get")])
def test_what_runs_without_a_display_loads_neither_window_nor_training(
    store: Line, words: tuple[str, ...]
) -> None:
    script = (
        "import sys; from pos_desktop.cli import main\n"
        f"main(['--data-dir', {str(store.folder)!r}, *{list(words)!r}])\n"
        "print([m for m in sys.modules if m.startswith(('PySide6', 'pos_desktop.training', 'pos_desktop.ui'))],"
        " file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
