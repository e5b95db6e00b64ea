"""Which key store a data folder uses."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Callable
from pathlib import Path

from pos_desktop.app.ports import KeyStore
from pos_desktop.domain.errors import KeyMissing
from pos_desktop.keystore import training_keys, wrapped_file
from pos_desktop.keystore.credentials import ServiceCredentials
from pos_desktop.keystore.private_file import write_private
from pos_desktop.keystore.training_keys import TrainingKeys
from pos_desktop.keystore.wrapped_file import WrappedKeys

NAME_FILE = "keystore.id"
_ADVICE = {
    "linux": "Install gnome-keyring (Debian, Ubuntu: apt-get install gnome-keyring dbus-user-session), sign in again",
    "darwin": "Unlock the login keychain",
    "win32": "Sign in as a person with a Windows profile",
}


def choose(
    profile: str, data_dir: Path, *, ask: Callable[[str], str] | None = None, wrapped_file: bool = False
) -> KeyStore:
    """The key store of the store in `data_dir`.

    A training store keeps a marked file. A live one uses, in this order: its sealed key file where it has one (or is to
    have one: `wrapped_file`), a key that systemd hands over, the key store of the signed-in person.

    Raises:
        KeyMissing: none of these works here; the sentence says what to install.
    """
    if profile == "training":
        return TrainingKeys(data_dir)
    _refuse_training_folder(data_dir)
    if wrapped_file or _sealed(data_dir).exists():
        return _wrapped(data_dir, ask)
    return ServiceCredentials.found() or _system_keyring(data_dir)


def handed_over(profile: str, data_dir: Path, *, wrapped_file: bool = False) -> KeyStore | None:
    """The key store that a new store in `data_dir` would have, where a service manager fills it and nobody else can."""
    sealed = wrapped_file or _sealed(data_dir).exists()
    return None if profile == "training" or sealed else ServiceCredentials.found()


def _system_keyring(data_dir: Path) -> KeyStore:
    from pos_desktop.keystore.system_keyring import SystemKeyring  # `keyring` costs a tenth of a second

    found = SystemKeyring.found(_store_id(data_dir))
    if found is None:
        advice = _ADVICE.get(sys.platform, _ADVICE["linux"])
        raise KeyMissing(
            "This computer has no key store that keeps secrets safely, so a live store cannot be opened on it. "
            f"{advice}, or set the store up with a passphrase: pos-desktop setup --passphrase."
        )
    return found


def _wrapped(data_dir: Path, ask: Callable[[str], str] | None) -> KeyStore:
    if ask is None:
        raise KeyMissing(
            "The keys of this store are sealed with a passphrase, and there is nobody to ask for it here. "
            "Start the program in a terminal."
        )
    return WrappedKeys(data_dir, ask)


def _refuse_training_folder(data_dir: Path) -> None:
    if (data_dir / training_keys.FILE).exists():
        raise KeyMissing(
            "This folder holds the keys of a training store, which are not secret. "
            "A live store needs a folder of its own."
        )


def _sealed(data_dir: Path) -> Path:
    return data_dir / wrapped_file.FILE


def _store_id(data_dir: Path) -> str:
    """Names this folder's records in a key store that others share; no secret."""
    path = data_dir / NAME_FILE
    if not path.exists():
        write_private(path, uuid.uuid4().hex.encode())
    return path.read_text(encoding="ascii").strip()
