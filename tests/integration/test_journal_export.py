"""The exported journal is checked by the script that an inspector runs, with plain Python in its own process."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pos_desktop.app.journal_export import exported
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.journal import canonical, chain
from pos_desktop.domain.seal import Head, sealed_bytes
from pos_desktop.keystore.signing import JournalKey
from tests.fixtures.honest_day import HonestDay
from tests.fixtures.stores import opened

SCRIPT = Path(__file__).resolve().parents[2] / "resources" / "verify_journal.py"


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], str]:
    """The lines, and the public key."""
    folder = tmp_path_factory.mktemp("day") / "store"
    folder.mkdir()
    day = HonestDay(folder)
    with opened(day.copy(folder.parent / "copy"), day.clock, counter=False) as store:
        key = JournalKey(day.keys).public
        lines = list(exported(store.settings.register().id, key, store.journal, store.seals))
    return lines, key.hex()


def checked(folder: Path, lines: list[str], *key: str) -> tuple[int, str]:
    """In isolated mode: nothing but the standard library is there."""
    file = folder / "journal.jsonl"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), str(file), *key],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_an_honest_journal_holds(journal: tuple[list[str], str], tmp_path: Path) -> None:
    lines, key = journal
    code, said = checked(tmp_path, lines, key)
    assert (code, said.splitlines()) == (
        0, ["63 entries, 4 seals; 0 entries at the end are not sealed yet.", "Everything holds."],
    )  # fmt: skip
    assert f"compare {key}" in checked(tmp_path, lines)[1]


def test_each_line_taken_out_changed_or_moved_is_found(
    journal: tuple[list[str], str], tmp_path: Path
) -> None:
    lines, key = journal
    for n in range(1, len(lines)):
        line = json.loads(lines[n])
        if not line.get("seal") and n < len(lines) - 2:
            assert checked(tmp_path, lines[:n] + lines[n + 1 :], key)[0] == 1, f"line {n} taken out"
        if "body" in line:
            body = base64.b64decode(line["body"]).replace(b'"seq":', b'"seq":1', 1)
            line["body"] = base64.b64encode(body).decode()
        else:
            line["at"] += 1
        changed = [*lines[:n], json.dumps(line), *lines[n + 1 :]]
        assert checked(tmp_path, changed, key)[0] == 1, f"line {n} changed"


FORGER = Ed25519PrivateKey.from_private_bytes(bytes(32))


def sealed_by_forger(lines: list[str]) -> list[str]:
    """The same journal under another key, every seal made anew with it."""
    head, *rest = map(json.loads, lines)
    for each in rest:
        if each.get("seal"):
            place = Head(each["epoch"], each["seq"], bytes.fromhex(each["hash"]))
            message = sealed_bytes(head["register"], place, Instant(each["at"]))
            each["signature"] = FORGER.sign(message).hex()
    head["key"] = FORGER.public_key().public_bytes_raw().hex()
    return [json.dumps(each) for each in (head, *rest)]


def test_a_forger_with_a_key_of_his_own_is_found_by_the_key_that_was_given(
    journal: tuple[list[str], str], tmp_path: Path
) -> None:
    lines, key = journal
    forged = sealed_by_forger(lines)
    assert checked(tmp_path, forged)[0] == 0, "known wrong: without the key"
    assert checked(tmp_path, forged, key)[0] == 1


def test_a_journal_whose_seals_were_left_out_proves_nothing(
    journal: tuple[list[str], str], tmp_path: Path
) -> None:
    lines, key = journal
    code, said = checked(tmp_path, [each for each in lines if '"seal":' not in each], key)
    assert (code, "Nothing is sealed" in said) == (1, True)


def entry(epoch: int, seq: int, link: bytes, register: str = "reg-1", **more: object) -> tuple[str, bytes]:
    """A line that is chained to `link`, and its own link."""
    told = {"epoch": epoch, "seq": seq, "reg": register, "kind": "sample", "data": {}, **more}
    body = canonical(told)
    digest = chain(link, body)
    line = {
        "epoch": epoch,
        "seq": seq,
        "hash": digest.hex(),
        "body": base64.b64encode(body).decode(),
    }
    return json.dumps(line), digest


def test_a_long_end_without_a_seal_is_found(journal: tuple[list[str], str], tmp_path: Path) -> None:
    lines, key = journal
    told = [json.loads(each) for each in lines]
    last = next(each for each in reversed(told) if "body" in each)
    link, more = bytes.fromhex(last["hash"]), []
    for n in range(1, 102):
        line, link = entry(last["epoch"], last["seq"] + n, link, told[0]["register"])
        more.append(line)
    assert checked(tmp_path, [*lines, *more[:-1]], key)[0] == 0
    code, said = checked(tmp_path, [*lines, *more], key)
    assert (code, "The last 101 entries are not sealed." in said) == (1, True)


@pytest.mark.parametrize(
    "bad", ['{"seal":true,"epoch":-1,"seq":0,"hash":"","at":-1,"signature":""}', "[" * 99_999]
)
def test_a_hostile_line_is_a_finding_and_no_fault(
    journal: tuple[list[str], str], tmp_path: Path, bad: str
) -> None:
    lines, key = journal
    code, said = checked(tmp_path, [*lines, bad], key)
    assert (code, f"Line {len(lines) + 1} cannot be read." in said) == (1, True)


@pytest.mark.parametrize("typed", ["", "zz", "ab" * 31])
def test_a_key_that_is_none_is_said(journal: tuple[list[str], str], tmp_path: Path, typed: str) -> None:
    code, said = checked(tmp_path, journal[0], typed)
    assert (code, said.startswith("The key that was typed is none")) == (2, True)


@pytest.mark.parametrize("lines", [[""], ["[]"], ["{}"], ['{"register":"a","key":"zz"}']])
def test_what_is_no_journal_is_said_in_a_sentence(tmp_path: Path, lines: list[str]) -> None:
    code, said = checked(tmp_path, lines)
    assert (code, said.startswith("The file cannot be read as a journal")) == (2, True)


def test_its_signatures_are_those_of_the_library() -> None:
    """The script has arithmetic of its own: it must accept what the library signs, and nothing next to it."""
    space: dict[str, object] = {}
    exec(compile(SCRIPT.read_text("utf-8"), str(SCRIPT), "exec"), space)
    is_signed = space["is_signed"]
    assert callable(is_signed)
    for n in range(12):
        private = Ed25519PrivateKey.from_private_bytes(bytes([n + 1]) * 32)
        key, message = private.public_key().public_bytes_raw(), b"sample" * n
        signature = private.sign(message)
        assert is_signed(key, signature, message)
        assert not is_signed(key, signature, message + b".")
        for at in (0, 31, 32, 63):
            wrong = bytearray(signature)
            wrong[at] ^= 1
            assert not is_signed(key, bytes(wrong), message)
    assert not is_signed(bytes(31), bytes(64), b"")
