"""`training sell`, `sync` and `export`: sales made, reported, and read back."""

from __future__ import annotations

import signal
import subprocess
import threading
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.cli import main
from pos_desktop.composition.places import WITNESSES, data_folder
from pos_desktop.composition.reporting import sending
from pos_desktop.composition.shop import opened
from pos_desktop.domain.errors import SenderBusy, StoreBusy
from pos_desktop.storage.lock import FolderLock, sender_lock
from pos_desktop.training.demo_store import USER_KEY
from tests.fixtures import command_line
from tests.fixtures.command_line import ROOT, Run, Shop, command, process, setup_words, typed

NAMED = {
    "external", "patient", "sale_time", "lines", "caregiver", "customer_type", "voided", "state", "remote_id",
    "nonce",
}  # fmt: skip
SELL_20 = ("training", "sell", "--count", "20", "--seed", "1")


def test_twenty_sales_are_reported_and_exported_as_the_state_holds_them(shop: Shop, pos: Run) -> None:
    sold = pos(*SELL_20, "--json")
    assert (sold.code, sold.json["sold"], sold.err) == (0, 20, "")
    assert pos("sync", "status", "--json").code == 10
    synced = pos("sync", "--once", "--json")
    assert (synced.code, synced.json["confirmed"], synced.json["waiting"]) == (0, 20, 0)
    assert pos("sync", "status").out == "All sales are reported.\n"

    held = {each["ExternalReceiptNumber"]: each for each in shop.state.ledger()}
    sales = pos("export", "sales", "--json").lines
    assert [each["external"] for each in sales] == sorted(held)
    for sale in sales:
        _agrees(sale, held[sale["external"]])
    assert len(pos("export", "sales").out.splitlines()) == 20
    assert pos("verify").code == 0


def _agrees(sale: dict[str, Any], receipt: dict[str, Any]) -> None:
    assert set(sale) >= NAMED
    assert (sale["state"], sale["voided"], sale["nonce"]) == ("confirmed", False, None)
    assert sale["remote_id"] == str(receipt["Id"])
    assert sale["patient"] == receipt["PatientLicenseNumber"]
    assert sale["customer_type"] == receipt["SalesCustomerType"]
    assert datetime.fromisoformat(sale["sale_time"]).tzinfo is not None
    assert receipt["SalesDateTime"][:19] == sale["sale_time"][:19]
    told = {(each["label"], str(each["quantity"])) for each in sale["lines"]}
    assert all(set(each) == {"label", "quantity", "unit", "amount_cents"} for each in sale["lines"])
    assert {label for label, _ in told} == {each["PackageLabel"] for each in receipt["Transactions"]}
    cents = sum(int(each["TotalPrice"] * 100) for each in receipt["Transactions"])
    assert sum(each["amount_cents"] for each in sale["lines"]) == cents


def test_offline_sales_ask_nobody_and_equal_seeds_sell_alike(
    shop: Shop,
    pos: Run,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shop.state.close_socket()
    assert pos(*SELL_20, "--offline").code == 0
    first = pos("export", "sales", "--json").lines
    assert {each["state"] for each in first} == {"queued"}
    assert {each["remote_id"] for each in first} == {None}
    with monkeypatch.context() as other, command_line.shop(tmp_path / "again") as again:
        other.setenv(WITNESSES, str(tmp_path / "of another user"))
        again.state.close_socket()
        assert main(typed(again.data, *SELL_20, "--offline")) == 0
        capsys.readouterr()
        assert main(typed(again.data, "export", "sales", "--json")) == 0
        second = command_line.Said(0, *capsys.readouterr()).lines
    kept = ("external", "patient", "lines")
    assert [[each[name] for name in kept] for each in first] == [
        [each[name] for name in kept] for each in second
    ]
    assert pos("sync", "--once").code == 40
    shop.state.open_socket()
    assert pos("sync", "--once").code == 0
    assert len(shop.state.ledger()) == 20


def test_more_than_can_be_sold_ends_with_1_and_a_sentence(shop: Shop, pos: Run) -> None:
    pos("config", "set", "programme", "us-az-medical")
    said = pos("training", "sell", "--count", "2", "--offline", "--json")
    assert (said.code, said.json["sold"]) == (1, 0)
    assert "allows no sale" in said.json["stopped"]


def test_a_live_store_sells_nothing_unattended(tmp_path: Path) -> None:
    (tmp_path / "db").write_bytes(bytes(range(32)))
    env = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    live = tmp_path / "live"
    made = process(typed(live, *setup_words("http://127.0.0.1:9", "--no-sync"), profile="live"), env=env)
    assert made.code == 0
    for profile, code in ((None, 64), ("live", 64), ("training", 1)):
        said = process(typed(live, *SELL_20, profile=profile), env=env)
        assert (said.code, said.out) == (code, "")
        assert "live store" in said.err or "training stores only" in said.err


def test_without_a_folder_the_training_store_is_meant(tmp_path: Path) -> None:
    said = process(["training", "sell", "--count", "1"], env={"HOME": str(tmp_path)})
    assert said.code == 1
    assert "pos-desktop/training" in said.err


@pytest.mark.parametrize(
    ("forged", "code", "told"),
    [
        ("UPDATE outbox SET due_at = 1 WHERE n = 1", 20, "1 report is past"),
        ("UPDATE outbox SET state = 'rejected' WHERE n = 1", 30, "1 report needs a person"),
    ],
)
def test_what_is_late_or_refused_has_its_own_code(
    shop: Shop, pos: Run, forged: str, code: int, told: str
) -> None:
    pos("training", "sell", "--count", "2", "--offline")
    shop.forge(forged, keep_rules=True)
    said = pos("sync", "status")
    assert (said.code, told in said.out) == (code, True)


def test_a_wrong_key_and_a_missing_address_are_told(shop: Shop, pos: Run) -> None:
    pos("training", "sell", "--count", "1", "--offline")
    assert pos("secret", "set", "state.user_key", stdin=b"wrong\n").code == 0
    assert pos("sync", "--once").code == 30
    assert pos("secret", "set", "state.user_key", stdin=f"{USER_KEY}\n".encode()).code == 0
    assert pos("config", "set", "state.base_url", "").code == 0
    said = pos("sync", "--once", "--json")
    assert (said.code, "config set state.base_url" in said.err) == (1, True)
    assert said.json["error"]["sentence"] == said.err.strip()


def test_one_sender_at_a_time_and_nothing_is_lost(shop: Shop, pos: Run) -> None:
    """Beside another sender the command waits a while, and ends with a code that no timer takes for an alarm."""
    with sender_lock(shop.data):
        for words in (("--once",), ("--watch",)):
            said = pos("sync", *words, "--wait", "0", "--json")
            assert (said.code, said.json["error"]["code"]) == (75, "sender-busy")
            assert "it will send these too" in said.err
        assert pos("sync", "status").code == 0


class Ending(threading.Event):
    """Told to wait for another sender, it lets that one end; `waits` counts how often."""

    def __init__(self, other: FolderLock, ends_at: int) -> None:
        super().__init__()
        self.other, self.ends_at, self.waits = other, ends_at, 0

    def wait(self, timeout: float | None = None) -> bool:
        self.waits += 1
        if self.waits == self.ends_at:
            self.other.release()
        return self.is_set()


def test_a_sender_waits_for_another_that_ends_soon(shop: Shop) -> None:
    with opened(data_folder(str(shop.data), "training")) as store:
        stop = Ending(sender_lock(shop.data).take(), ends_at=3)
        with sending(store, stop, 600), pytest.raises(StoreBusy):
            sender_lock(shop.data).take()
        assert stop.waits == 3
        with sender_lock(shop.data):
            asked_to_end = Ending(sender_lock(shop.data), ends_at=0)
            asked_to_end.set()
            with pytest.raises(SenderBusy), sending(store, asked_to_end, 600):
                pytest.fail("two senders at once")
        sender_lock(shop.data).take().release()


def test_only_sending_is_deaf_to_the_keyboard(shop: Shop, pos: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl+C ends a list or a status at once; a sender ends between two reports."""
    usual = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    seen: list[list[object]] = []

    def words_of(_: object) -> list[str]:
        seen.append([signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)])
        return []

    monkeypatch.setattr("pos_desktop.cli.sync._words", words_of)
    pos("sync", "status")
    assert seen == [usual]
    pos("sync", "--once")
    assert all(each not in usual for each in seen[1])


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_watching_sends_until_it_is_told_to_stop(shop: Shop, pos: Run, end: signal.Signals) -> None:
    pos("training", "sell", "--count", "2", "--offline")
    argv = command(typed(shop.data, "sync", "--watch", "--json"))
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, cwd=ROOT, stdout=pipe, stderr=pipe, text=True) as watching:
        while watching.poll() is None and len(shop.state.ledger()) < 2:
            with suppress(subprocess.TimeoutExpired):
                watching.wait(0.1)
        watching.send_signal(end)
        out, err = watching.communicate(timeout=60)
    assert (watching.returncode in (0, 10), err) == (True, "")
    said = command_line.Said(watching.returncode, out, err).json
    assert said["waiting"] == (0 if watching.returncode == 0 else said["waiting"])
    assert pos("sync", "--once").code == 0
    assert len(shop.state.ledger()) == 2


@pytest.mark.parametrize(
    "words",
    [
        ("config", "get"),
        ("config", "set", "ui.theme", "dark"),
        ("sync", "--once"),
        ("sync", "status"),
        ("verify",),
        ("training", "sell", "--count", "2"),
        ("import", "products", "-"),
        ("secret", "set", "state.user_key"),
    ],
)
def test_json_is_one_document_before_or_after_the_command(pos: Run, words: tuple[str, ...]) -> None:
    given = b"name\nSample Stranger\n" if words[0] == "import" else f"{USER_KEY}\n".encode()
    for said in (pos("--json", *words, stdin=given), pos(*words, "--json", stdin=given)):
        assert isinstance(said.json, dict)
        assert (said.out.count("\n"), said.err) == (1, "")
