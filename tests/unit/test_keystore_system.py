"""The system's own key store: which classes are allowed, and a real gnome-keyring on a bus of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.backends import SecretService, chainer, fail, libsecret, null

from pos_desktop.domain.errors import KeyMissing
from pos_desktop.keystore.system_keyring import SystemKeyring

SESSION = """
import logging, sys
from pathlib import Path
from pos_desktop.domain.errors import KeyMissing
from pos_desktop.keystore import choose
folder = Path(sys.argv[1])
keys = choose("live", folder)
assert keys.get("db") is None
keys.set("db", bytes(range(32)))
keys.set("state.user_key", b"sample")
again = choose("live", folder)
assert again.get("db") == bytes(range(32))
again.delete("state.user_key")
again.delete("state.user_key")
assert keys.get("state.user_key") is None
(folder / "other").mkdir()
assert choose("live", folder / "other").get("db") is None
print(again.kind)
"""
UNLOCKED = "printf sample | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; exec "


ALLOWED_CLASS: type[KeyringBackend] = SecretService.Keyring


class PlainText(SecretService.Keyring):
    """A subclass may do anything with a secret, for instance write it into a plain file."""


@pytest.mark.parametrize(
    "backend", [PlainText, chainer.ChainerBackend, fail.Keyring, null.Keyring, libsecret.Keyring]
)
def test_only_the_listed_classes_themselves_are_used(backend: type[KeyringBackend]) -> None:
    with pytest.raises(KeyMissing, match="is not used"):
        SystemKeyring(backend.__new__(backend), "store")


def test_an_allowed_class_is_used() -> None:
    """The test above would also pass if everything were refused."""
    assert SystemKeyring(ALLOWED_CLASS(), "store").kind == "Secret Service"


def test_a_store_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    keys = SystemKeyring(ALLOWED_CLASS(), "store")
    uses: tuple[Callable[[], object], ...] = (
        lambda: keys.get("db"),
        lambda: keys.set("db", b"sample"),
        lambda: keys.delete("db"),
    )
    for use in uses:
        with pytest.raises(KeyMissing, match="locked or does not answer"):
            use()


def test_a_system_without_allowed_stores_has_none() -> None:
    assert SystemKeyring.found("store", platform="plan9") is None


if sys.platform == "linux":

    def test_a_real_gnome_keyring_keeps_keys(tmp_path: Path) -> None:
        for program in ("dbus-run-session", "gnome-keyring-daemon"):
            assert shutil.which(program), f"{program} is missing: apt-get install gnome-keyring dbus"
        home = {
            "HOME": str(tmp_path),
            "XDG_DATA_HOME": str(tmp_path / "data"),
            "XDG_RUNTIME_DIR": str(tmp_path),
            "PATH": os.environ["PATH"],
        }
        done = subprocess.run(
            [
                "dbus-run-session",
                "--",
                "sh",
                "-c",
                UNLOCKED + '"$0" -c "$1" "$2"',
                sys.executable,
                SESSION,
                tmp_path,
            ],
            env=home,
            cwd=Path(__file__).resolve().parents[2],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout == "Secret Service\n", done.stderr
        for path in tmp_path.rglob("*"):
            assert not path.is_file() or b"AAECAwQFBgc" not in path.read_bytes(), (
                f"{path.name} holds a key in the clear"
            )
