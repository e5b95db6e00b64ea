"""Key stores that live in files: training, passphrase, systemd; and which one a folder uses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pos_desktop.app.ports import KeyStore
from pos_desktop.domain.errors import BadInput, EnvironmentTrouble, KeyMissing
from pos_desktop.keystore import choose
from pos_desktop.keystore.credentials import ServiceCredentials
from pos_desktop.keystore.training_keys import MARK, TrainingKeys
from pos_desktop.keystore.wrapped_file import WrappedKeys

SECRET = bytes(range(32))
PASSPHRASE = "sample passphrase 1"


def answers(*words: str) -> Callable[[str], str]:
    left: Iterator[str] = iter(words)
    return lambda _: next(left)


@pytest.fixture(params=["training", "passphrase"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], KeyStore]:
    """Makes the key store anew, as the next start of the program does."""

    def make() -> KeyStore:
        if request.param == "training":
            return TrainingKeys(tmp_path)
        return WrappedKeys(tmp_path, lambda _: PASSPHRASE)

    return make


def test_records_are_kept_over_a_restart(made: Callable[[], KeyStore]) -> None:
    keys = made()
    assert keys.get("db") is None
    keys.set("db", SECRET)
    keys.set("state.vendor_key", b"sample=\n\x00")
    keys.set("db", SECRET[::-1])
    again = made()
    assert again.get("db") == SECRET[::-1]
    assert again.get("state.vendor_key") == b"sample=\n\x00"
    again.delete("db")
    again.delete("db")
    assert made().get("db") is None
    assert made().get("state.vendor_key") is not None


if os.name == "posix":  # Windows keeps the rights of a file elsewhere

    def test_files_are_the_owners_own(made: Callable[[], KeyStore], tmp_path: Path) -> None:
        made().set("db", SECRET)
        assert [oct(path.stat().st_mode & 0o777) for path in tmp_path.iterdir()] == ["0o600"]


def test_a_training_file_says_what_it_is(tmp_path: Path) -> None:
    TrainingKeys(tmp_path).set("db", SECRET)
    file = tmp_path / "training.keys"
    assert file.read_text().splitlines()[0] == MARK
    for text in ("db=AAAA\n", f"{MARK}\ndb\n", f"{MARK}\ndb=*\n", ""):
        file.write_text(text)
        with pytest.raises(KeyMissing, match="cannot be read"):
            TrainingKeys(tmp_path).get("db")


def test_a_live_store_refuses_a_training_folder(tmp_path: Path) -> None:
    keys = choose("training", tmp_path)
    keys.set("db", SECRET)
    assert keys.kind == "training file"
    with pytest.raises(KeyMissing, match="folder of its own"):
        choose("live", tmp_path, ask=answers(), wrapped_file=True)


def test_the_sealed_file_alone_is_worth_nothing(tmp_path: Path) -> None:
    WrappedKeys(tmp_path, answers(PASSPHRASE, PASSPHRASE)).set("db", SECRET)
    kept = (tmp_path / "keys.sealed").read_bytes()
    assert SECRET not in kept
    assert b"AAECAwQFBgc" not in kept
    with pytest.raises(KeyMissing, match="does not open"):
        WrappedKeys(tmp_path, answers("another passphrase")).get("db")
    asked_once = WrappedKeys(tmp_path, answers(PASSPHRASE))
    assert [asked_once.get("db"), asked_once.get("db")] == [SECRET, SECRET]


@pytest.mark.parametrize("part", ["header", "nonce", "sealed"])
def test_a_changed_sealed_file_is_refused(tmp_path: Path, part: str) -> None:
    WrappedKeys(tmp_path, lambda _: PASSPHRASE).set("db", SECRET)
    file = tmp_path / "keys.sealed"
    kept = json.loads(file.read_bytes())
    if part == "header":
        kept["header"]["passes"] = 1
    else:
        kept[part] = ("B" if kept[part][0] == "A" else "A") + kept[part][1:]
    file.write_text(json.dumps(kept))
    with pytest.raises(KeyMissing):
        WrappedKeys(tmp_path, lambda _: PASSPHRASE).get("db")
    file.write_bytes(b"{")
    with pytest.raises(KeyMissing, match="cannot be read"):
        WrappedKeys(tmp_path, lambda _: PASSPHRASE).get("db")


@pytest.mark.parametrize(("first", "second"), [("short", "short"), (PASSPHRASE, PASSPHRASE + "x")])
def test_a_passphrase_is_long_and_typed_twice(tmp_path: Path, first: str, second: str) -> None:
    with pytest.raises(BadInput, match="Nothing was saved"):
        WrappedKeys(tmp_path, answers(first, second)).set("db", SECRET)
    assert list(tmp_path.iterdir()) == []


def test_a_sealed_file_decides_for_its_folder(tmp_path: Path) -> None:
    choose("live", tmp_path, ask=answers(PASSPHRASE, PASSPHRASE), wrapped_file=True).set("db", SECRET)
    assert choose("live", tmp_path, ask=answers(PASSPHRASE)).get("db") == SECRET
    with pytest.raises(KeyMissing, match="in a terminal"):
        choose("live", tmp_path)


def test_systemd_hands_over_what_it_has_and_is_never_written(tmp_path: Path) -> None:
    assert ServiceCredentials.found({}) is None
    assert ServiceCredentials.found({"CREDENTIALS_DIRECTORY": str(tmp_path)}) is None
    (tmp_path / "db").write_bytes(SECRET)
    keys = ServiceCredentials.found({"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert keys is not None
    assert (keys.get("db"), keys.get("state.user_key")) == (SECRET, None)
    changes: tuple[Callable[[], None], ...] = (lambda: keys.set("db", b""), lambda: keys.delete("db"))
    for change in changes:
        with pytest.raises(EnvironmentTrouble, match="systemd-creds encrypt --name=db"):
            change()


def test_where_nothing_safe_works_a_live_store_is_refused_with_what_to_install(tmp_path: Path) -> None:
    """In a process without D-Bus, although a plain-text key store is configured for `keyring`."""
    program = (
        "import sys; from pathlib import Path; from pos_desktop.keystore import choose\n"
        "assert 'keyring' not in sys.modules\n"
        "choose('live', Path(sys.argv[1]))"
    )
    unsafe = {
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/nothing",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "CREDENTIALS_DIRECTORY": "",
    }
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        env={**os.environ, **unsafe},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "KeyMissing: This computer has no key store" in done.stderr
    assert "apt-get install gnome-keyring" in done.stderr
    assert "pos-desktop setup --passphrase" in done.stderr
