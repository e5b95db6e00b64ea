"""`setup`: what it makes, what it refuses, and that a refusal leaves nothing behind."""

from __future__ import annotations

import getpass
import json
import os
import re
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import run

import pytest

from pos_desktop.cli import main
from pos_desktop.training.demo_store import USER_KEY, VENDOR_KEY, sandbox_seed
from pos_desktop.training.sandbox import SandboxServer
from tests.fixtures.command_line import (
    KEYS,
    ROOT,
    SAMPLE,
    Run,
    Said,
    Shop,
    command,
    process,
    setup_words,
    standard_input,
    state_service,
    typed,
)
from tests.fixtures.live_store import LiveStore

CITATION = "a sample citation, read today"
NO_KEY_STORE = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere", "CREDENTIALS_DIRECTORY": ""}
NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def setup(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run_setup(*words: str, stdin: bytes = b"", profile: str = "training") -> Said:
        with standard_input(stdin):
            code = main(typed(tmp_path / "data", *words, profile=profile))
        return Said(code, *capsys.readouterr())

    return run_setup


@pytest.fixture
def state(tmp_path: Path) -> Iterator[SandboxServer]:
    with state_service(tmp_path / "state") as server:
        server.seed(sandbox_seed(SAMPLE))
        yield server


def test_keys_piped_into_a_process_lead_to_a_synced_store(tmp_path: Path, state: SandboxServer) -> None:
    said = process(typed(tmp_path / "data", *setup_words(state.base_url), "--json"), stdin=KEYS)
    assert (said.code, said.err) == (0, "")
    assert said.json["profile"] == "training"
    assert said.json["inventory"]["complete"] is True
    assert said.json["inventory"]["received"] >= 200
    unmapped = said.json["inventory"]["unmapped"]
    assert unmapped != []
    again = process(typed(tmp_path / "data", "sync", "--once", "--json"))
    assert again.json["inventory"]["unmapped"] == unmapped
    words = process(typed(tmp_path / "data", "sync", "--once")).out
    assert [each for each in unmapped if f"  {each['item']} (" not in words] == []
    assert {each.name for each in (tmp_path / "data").iterdir()} >= {"pos.db", "profile", "training.keys"}


def test_named_keys_may_come_in_any_order(setup: Run, state: SandboxServer) -> None:
    named = f"state.user_key={USER_KEY}\nstate.vendor_key={VENDOR_KEY}\n".encode()
    assert setup(*setup_words(state.base_url), stdin=named).code == 0


def test_a_folder_remembers_its_profile(
    setup: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert setup(*setup_words(NOBODY, "--no-sync")).code == 0
    assert main(["--data-dir", str(tmp_path / "data"), "config", "get", "store.name"]) == 0
    assert capsys.readouterr().out == "Sample Store\n"


def test_setup_twice_changes_nothing_and_says_how_to_go_on(shop: Shop, pos: Run) -> None:
    before = pos("config", "get").out
    again = pos(*setup_words(shop.state.base_url, "--json"), stdin=KEYS)
    assert again.code == 1
    assert again.json["error"]["code"] == "store-there"
    assert "pos-desktop sync --once" in again.err
    assert pos("config", "get").out == before


@pytest.mark.parametrize(
    ("given", "code", "left"),
    [(b"", 0, {"received": 200}), (KEYS, 0, {"received": 200}), (b"other\nkeys\n", 1, None)],
)
def test_keys_that_a_service_manager_hands_over_are_used_and_never_written(
    live: LiveStore, state: SandboxServer, given: bytes, code: int, left: dict[str, int] | None
) -> None:
    """Where another is given nothing is made, and the same command may come again."""
    for name, value in (("state.vendor_key", VENDOR_KEY), ("state.user_key", USER_KEY)):
        (live.place / name).write_text(value, encoding="ascii")
    words = [*setup_words(state.base_url, "--confirm-rules", CITATION), "--json"]
    said = live.pos(*words, stdin=given)
    assert (said.code, live.folder.path.exists()) == (code, left is not None)
    if left is None:
        assert said.json["error"]["code"] == "keys-read-only"
        assert "Nothing was made." in said.err
        assert live.pos(*words).code == 0
    else:
        assert said.json["inventory"]["received"] == left["received"]


@pytest.mark.parametrize("keys", [b"", b"sample-vendor-key\n", b"\n\n"])
def test_without_both_keys_the_first_sync_is_left_for_later(setup: Run, keys: bytes) -> None:
    said = setup(*setup_words(NOBODY), stdin=keys)
    assert said.code == 0
    assert "Next:" in said.out
    assert setup("sync", "--once").code == 1


def test_a_service_that_is_away_or_refuses_the_keys_leaves_a_store(
    setup: Run, state: SandboxServer, tmp_path: Path
) -> None:
    away = setup(*setup_words(NOBODY, "--json"), stdin=KEYS)
    assert (away.code, away.json["inventory"]["complete"]) == (40, False)
    assert setup("sync", "status").code == 0
    refused = process(typed(tmp_path / "other", *setup_words(state.base_url)), stdin=b"wrong\nwrong\n")
    assert refused.code == 30
    assert "is set up" in refused.out


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["setup"], 64, "--non-interactive"),
        (["setup", "--non-interactive", "--store", "Sample"], 64, "--programme"),
        (["setup", "--non-interactive", "--programme", "us-mi-medical"], 64, "--store"),
        ([*setup_words(NOBODY), "--state-system", "other"], 64, "--state-system"),
        ([*setup_words(NOBODY), "--programme", "us-zz"], 1, "us-mi-medical"),
        ([*setup_words(NOBODY), "--zone", "Moon/North"], 1, "America/Detroit"),
        ([*setup_words(NOBODY), "--deadline", "24 hours"], 64, "both or neither"),
        ([*setup_words(NOBODY), "--deadline-cite", "sample rule"], 64, "both or neither"),
        ([*setup_words(NOBODY), "--deadline", "soon", "--deadline-cite", "sample"], 1, "24 hours"),
        ([*setup_words(NOBODY), "--deadline", ""], 64, "--deadline"),
        ([*setup_words(NOBODY), "--register", "front desk"], 1, "capital letters"),
        ([*setup_words(NOBODY), "--base-url", "https://api-mi.metrc.com"], 1, "only to this computer"),
        ([*setup_words(NOBODY), "--base-url", "localhost:9"], 1, "https://host"),
    ],
)
def test_wrong_answers_make_nothing(
    setup: Run, tmp_path: Path, words: list[str], code: int, told: str
) -> None:
    said = setup(*words)
    assert (said.code, said.out) == (code, "")
    assert told in said.err
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("keys", [b"\xff\xfe\nuser\n", b"two words\nuser\n", b"vendor\nu\x1bser\n"])
def test_what_is_no_key_makes_nothing_and_is_not_shown(setup: Run, tmp_path: Path, keys: bytes) -> None:
    said = setup(*setup_words(NOBODY), stdin=keys)
    assert said.code == 1
    assert "is no key" in said.err
    assert "words" not in said.err
    assert not (tmp_path / "data").exists()


def test_a_live_store_never_speaks_plain_http_to_another_computer(setup: Run, tmp_path: Path) -> None:
    said = setup(*setup_words("http://192.0.2.7"), profile="live")
    assert said.code == 1
    assert "https://" in said.err
    assert not (tmp_path / "data").exists()


def test_a_folder_that_cannot_be_made_has_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for words in (setup_words(NOBODY), ["config", "get"]):
        said = process(typed(tmp_path / "file" / "data", *words))
        assert said.code == 1
        assert "Traceback" not in said.err
        assert str(tmp_path / "file" / "data") in said.err


def test_a_live_store_without_a_key_store_says_what_to_install_and_leaves_nothing(tmp_path: Path) -> None:
    data = tmp_path / "live"
    argv = typed(data, *setup_words("https://192.0.2.7"), profile="live")
    said = process(argv, stdin=KEYS, env={**os.environ, **NO_KEY_STORE})
    assert (said.code, said.out) == (1, "")
    assert "apt-get install gnome-keyring" in said.err
    assert "setup --passphrase" in said.err
    assert not data.exists()
    data.mkdir()
    (data / "of-someone-else").write_text("kept")
    assert process(argv, stdin=KEYS, env={**os.environ, **NO_KEY_STORE}).code == 1
    assert [each.name for each in data.iterdir()] == ["of-someone-else"]


def test_keys_of_a_wrong_length_are_refused(tmp_path: Path) -> None:
    """A credential made with `echo` has a line's end too many."""
    (tmp_path / "db").write_bytes(bytes(33))
    env = {**os.environ, "CREDENTIALS_DIRECTORY": str(tmp_path)}
    said = process(typed(tmp_path / "live", *setup_words(NOBODY, "--no-sync"), profile="live"), env=env)
    assert (said.code, "33 bytes" in said.err) == (1, True)
    assert not (tmp_path / "live").exists()
    (tmp_path / "db").write_bytes(bytes(range(32)))
    said = process(typed(tmp_path / "live", *setup_words(NOBODY, "--no-sync"), profile="live"), env=env)
    assert said.code == 0
    assert "systemd" in said.out


if sys.platform == "linux":

    def test_a_live_store_under_a_real_key_store_from_setup_to_sync(
        tmp_path: Path, state: SandboxServer
    ) -> None:
        for program in ("dbus-run-session", "gnome-keyring-daemon"):
            assert shutil.which(program), f"{program} is missing: apt-get install gnome-keyring dbus"
        data = tmp_path / "live"

        def words(*said: str) -> str:
            return shlex.join(command(["--data-dir", str(data), *said]))

        keys = f"printf '%s\\n%s\\n' {VENDOR_KEY} {USER_KEY}"
        script = "\n".join(
            [
                "set -e",
                "printf sample | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1",
                f"{keys} | {words('--json', *setup_words(state.base_url))}",
                words("--json", "config", "get"),
                f"printf 'sample-other\\n' | {words('--json', 'secret', 'set', 'state.user_key')}",
                f"set +e; {words('--json', 'sync', '--once')}; echo $?; set -e",
            ]
        )
        home = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "PATH": os.environ["PATH"]}
        done = run(
            ["dbus-run-session", "--", "sh", "-c", script],
            env=home, cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        made, settings, wrong, refused, code = map(json.loads, done.stdout.splitlines())
        assert (made["profile"], made["key_store"]) == ("live", "Secret Service")
        assert made["inventory"]["complete"] is True
        assert settings["state.license"] == SAMPLE.license
        assert wrong == {"set": "state.user_key", "key_store": "Secret Service"}
        assert (code, refused["inventory"]["complete"]) == (30, False)
        for path in data.rglob("*"):
            content = path.read_bytes() if path.is_file() else b""
            assert USER_KEY.encode() not in content, f"{path.name} holds a key in the clear"


def test_options_with_nothing_in_them_make_no_store(setup: Run, tmp_path: Path) -> None:
    words = setup_words("", "--license", "")
    said = setup(*words)
    assert (said.code, said.out) == (64, "")
    assert said.err.startswith("Nothing was given with --license, --base-url. Nothing was made.")
    assert not (tmp_path / "data").exists()


def test_unattended_selling_without_a_store_names_the_way_to_a_training_store(setup: Run) -> None:
    said = setup("training", "sell", "--count", "1")
    assert said.code == 1
    assert "pos-desktop --profile training run" in said.err


def test_the_mark_of_an_unfinished_store_is_on_the_disk_before_and_gone_from_it_after(
    tmp_path: Path, setup: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was flushed, and whether mark and database were there at that moment."""
    data, flushed = tmp_path / "data", []
    flush = os.fsync

    def note(descriptor: int) -> None:
        flush(descriptor)
        there = os.fstat(descriptor)
        for path in (data, data / "setup.unfinished"):
            if path.exists() and os.path.samestat(there, path.stat()):
                state = ((data / "setup.unfinished").exists(), (data / "pos.db").exists())
                flushed.append((path.name, *state))

    monkeypatch.setattr(os, "fsync", note)
    assert setup(*setup_words(NOBODY, "--no-sync")).code == 0
    assert flushed == [
        ("setup.unfinished", True, False),
        ("data", True, False),
        ("data", False, True),
    ]


class Terminal:
    """Standard input where a person sits; what they type is given to `input` and `getpass`."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def typing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[Said, list[str]]]:
    """Runs `setup` and answers each question with the next of `lines`; gives what was said and what was asked."""

    def run_setup(lines: list[str], *options: str) -> tuple[Said, list[str]]:
        asked, left = [], iter(lines)

        def answer(question: str) -> str:
            asked.append(re.split(r"[,:\[(]", question, maxsplit=1)[0].strip())
            return next(left)

        monkeypatch.setattr(sys, "stdin", Terminal())
        monkeypatch.setattr("builtins.input", answer)
        monkeypatch.setattr(getpass, "getpass", answer)
        code = main(typed(tmp_path / "data", "setup", "--no-sync", *options))
        return Said(code, *capsys.readouterr()), asked

    return run_setup


def test_a_wrong_answer_is_asked_for_again_and_the_others_are_kept(
    tmp_path: Path, typing: Callable[..., tuple[Said, list[str]]], setup: Run
) -> None:
    said, asked = typing([
        "us-zz", "us-mi-medical", SAMPLE.license, "", "Sample Store", "lower", "ST9", "America/Nowhere", "",
        "R-1", "R7", "other", "", "https://elsewhere.example", NOBODY, "", "a key", "akey", "",
    ])  # fmt: skip
    assert said.code == 0
    twice = [question for question in dict.fromkeys(asked) if asked.count(question) == 2]
    assert twice == [
        "Medical programme", "Name of the store", "Short code of the store", "Time zone of the store",
        "Short code of this register", "State service", "Address of the state service",
        "Vendor key of the state service",
    ]  # fmt: skip
    assert [line.split(" ")[0] for line in said.err.splitlines()] == [
        "There", "The", "store.code", "store.zone", "register.code", "state.system", "A", "What",
    ]  # fmt: skip
    made = setup("config", "get", "--json").json
    assert (made["store.name"], made["store.code"], made["register.code"]) == ("Sample Store", "ST9", "R7")
    assert (made["state.license"], made["state.base_url"]) == (SAMPLE.license, NOBODY)
    assert setup("verify").code == 0


def test_a_wrong_option_is_told_before_anything_is_asked(
    typing: Callable[..., tuple[Said, list[str]]],
) -> None:
    said, asked = typing([], "--register", "r-1")
    assert (said.code, asked) == (1, [])
    assert "register.code cannot be" in said.err


def test_a_deadline_that_no_pack_states_is_asked_for_with_its_source(
    typing: Callable[..., tuple[Said, list[str]]], setup: Run
) -> None:
    options = ("--programme", "us-nj-medical", "--store", "Sample Store", "--state-system", "metrc")
    more = ("--license", "L-1", "--base-url", NOBODY, "--zone", "America/New_York", "--register", "R1")
    said, asked = typing(["ST9", "soon", "24 hours", "", "sample rule 7", "", "", ""], *options, *more)
    assert said.code == 0, said.err
    assert asked.count("By when a sale must be at the state") == asked.count("Where that was read") == 2
    told = setup("config", "get", "--json").json
    assert (told["report.deadline"], told["report.deadline_cite"]) == ("24 hours", "sample rule 7")


def test_a_deadline_given_as_options_is_kept(setup: Run) -> None:
    words = setup_words(NOBODY, "--no-sync", "--deadline", "same-day 22", "--deadline-cite", "sample rule 7")
    assert setup(*words).code == 0
    assert setup("config", "get", "report.deadline").out == "same-day 22\n"
