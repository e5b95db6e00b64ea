"""The key store of the signed-in person: Credential Locker, Keychain, Secret Service or KWallet.

`keyring` is never asked to choose: it would take a plain-text file where one is installed, without a word. Only classes
of the list below are made; an object of any other class, a subclass included, is refused (reliability contract 7).
"""

from __future__ import annotations

import binascii
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

from pos_desktop.domain.errors import KeyMissing

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "pos-desktop"
ALLOWED = {
    "win32": (("keyring.backends.Windows", "WinVaultKeyring", "Windows Credential Locker"),),
    "darwin": (("keyring.backends.macOS", "Keyring", "macOS Keychain"),),
    "linux": (
        ("keyring.backends.SecretService", "Keyring", "Secret Service"),
        ("keyring.backends.kwallet", "DBusKeyring", "KWallet"),
    ),
}


class SystemKeyring:
    """KeyStore; one record for each key, named by the store it belongs to."""

    def __init__(self, backend: KeyringBackend, store_id: str) -> None:
        self.kind = _allowed_name(backend)
        self._backend = backend
        self._store_id = store_id

    @classmethod
    def found(cls, store_id: str, platform: str = sys.platform) -> SystemKeyring | None:
        """The first allowed key store that works here now."""
        for module, name, _ in ALLOWED.get(platform, ()):
            backend_class: type[KeyringBackend] = getattr(import_module(module), name)
            if backend_class.viable:
                return cls(backend_class(), store_id)
        return None

    def get(self, name: str) -> bytes | None:
        with _trouble():
            kept = self._backend.get_password(SERVICE, self._record(name))
            return None if kept is None else b64decode(kept, validate=True)

    def set(self, name: str, value: bytes) -> None:
        with _trouble():
            self._backend.set_password(SERVICE, self._record(name), b64encode(value).decode())

    def delete(self, name: str) -> None:
        if self.get(name) is None:
            return
        with _trouble():
            self._backend.delete_password(SERVICE, self._record(name))

    def _record(self, name: str) -> str:
        return f"{self._store_id}/{name}"


def _allowed_name(backend: KeyringBackend) -> str:
    kind = type(backend)
    for stores in ALLOWED.values():
        for module, name, title in stores:
            if (kind.__module__, kind.__qualname__) == (module, name):
                return title
    raise KeyMissing(
        f"The key store “{kind.__module__}” does not keep secrets safely and is not used. Nothing was changed. "
        "Install gnome-keyring, or set the store up with a passphrase."
    )


@contextmanager
def _trouble() -> Iterator[None]:
    try:
        yield
    except _errors() as error:
        raise KeyMissing(
            "The key store of this computer is locked or does not answer. Nothing was changed. "
            "Sign in to the desktop, unlock the key store, and start the program again."
        ) from error


def _errors() -> tuple[type[Exception], ...]:
    """What key stores raise; the Secret Service's client is installed on Linux only."""
    from keyring.errors import KeyringError

    always = (KeyringError, OSError, RuntimeError, binascii.Error)
    try:
        from secretstorage.exceptions import SecretStorageException
    except ImportError:
        return always
    return (*always, SecretStorageException)
