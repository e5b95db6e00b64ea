"""A key file sealed with a passphrase: Argon2id (64 MiB, t=3, p=4), then AES-256-GCM (reliability contract 7)."""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pos_desktop.domain.errors import BadInput, KeyMissing
from pos_desktop.keystore.private_file import write_private

FILE = "keys.sealed"
LEAST_LENGTH = 12
_MEMORY_KIB, _PASSES, _LANES = 65_536, 3, 4
_FORM: dict[str, object] = {
    "v": 1,
    "kdf": "argon2id",
    "memory_kib": _MEMORY_KIB,
    "passes": _PASSES,
    "lanes": _LANES,
    "cipher": "aes-256-gcm",
}

Ask = Callable[[str], str]
"""Asks a person for a passphrase; the text says for what."""


class WrappedKeys:
    """KeyStore in the data folder. The passphrase is asked for once a run; the file alone is worth nothing."""

    kind = "passphrase"

    def __init__(self, data_dir: Path, ask: Ask) -> None:
        self._path = data_dir / FILE
        self._ask = ask
        self._salt = b""
        self._wrapping_key = b""

    def get(self, name: str) -> bytes | None:
        return self._read().get(name)

    def set(self, name: str, value: bytes) -> None:
        self._write(self._read() | {name: value})

    def delete(self, name: str) -> None:
        self._write({kept: value for kept, value in self._read().items() if kept != name})

    def _read(self) -> dict[str, bytes]:
        if not self._path.exists():
            if not self._wrapping_key:
                self._choose_passphrase()
            return {}
        header, nonce, sealed = self._parts()
        if not self._wrapping_key:
            self._salt = b64decode(header["salt"])
            self._wrapping_key = _derive(self._ask("Passphrase of this store's keys"), self._salt)
        return self._unsealed(header, nonce, sealed)

    def _unsealed(self, header: dict[str, Any], nonce: bytes, sealed: bytes) -> dict[str, bytes]:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            opened = AESGCM(self._wrapping_key).decrypt(nonce, sealed, _bytes(header))
        except InvalidTag:
            self._wrapping_key = b""
            raise KeyMissing(
                "The passphrase does not open the keys of this store. Nothing was changed. Try again."
            ) from None
        return {name: b64decode(value) for name, value in json.loads(opened).items()}

    def _write(self, keys: dict[str, bytes]) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        header = _FORM | {"salt": b64encode(self._salt).decode()}
        nonce = os.urandom(12)
        plain = _bytes({name: b64encode(value).decode() for name, value in keys.items()})
        sealed = AESGCM(self._wrapping_key).encrypt(nonce, plain, _bytes(header))
        parts = {"nonce": b64encode(nonce).decode(), "sealed": b64encode(sealed).decode()}
        write_private(self._path, _bytes({"header": header, **parts}))

    def _choose_passphrase(self) -> None:
        chosen = self._ask(f"Choose a passphrase for this store's keys, {LEAST_LENGTH} signs or more")
        if len(chosen) < LEAST_LENGTH:
            raise BadInput(f"A passphrase has at least {LEAST_LENGTH} signs. Nothing was saved.")
        if self._ask("The same passphrase again") != chosen:
            raise BadInput("The two passphrases differ. Nothing was saved.")
        self._salt = os.urandom(16)
        self._wrapping_key = _derive(chosen, self._salt)

    def _parts(self) -> tuple[dict[str, Any], bytes, bytes]:
        try:
            kept = json.loads(self._path.read_bytes())
            header = kept["header"]
            if header != _FORM | {"salt": header["salt"]}:
                raise ValueError("another form of the file")
            return header, b64decode(kept["nonce"]), b64decode(kept["sealed"])
        except (OSError, ValueError, KeyError, TypeError):
            raise KeyMissing(
                "The sealed key file of this store cannot be read. Nothing was changed. Put it back from a backup."
            ) from None


def _derive(passphrase: str, salt: bytes) -> bytes:
    """About a fifth of a second and 64 MiB."""
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(
        passphrase.encode(),
        salt,
        time_cost=_PASSES,
        memory_cost=_MEMORY_KIB,
        parallelism=_LANES,
        hash_len=32,
        type=Type.ID,
    )


def _bytes(document: dict[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
