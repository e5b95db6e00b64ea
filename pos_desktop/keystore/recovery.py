"""Keys sealed so that the recovery key on paper opens them, and nothing that is kept on a computer does.

The paper's secret is stretched (Argon2id) to an X25519 key. Only its public half is kept, so that the keys can be
sealed anew at each change and into each backup without anybody typing. Each sealing takes a key of its own
(X25519, HKDF-SHA-256), then AES-256-GCM over all keys; what stands beside them in clear is authenticated.
"""

from __future__ import annotations

import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pos_desktop.domain import recovery_key
from pos_desktop.domain.errors import BadInput, EnvironmentTrouble

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

FILE = "recovery-keys.sealed"
_SALT, _PUBLIC, _NONCE = 16, 32, 12
_MEMORY_KIB, _PASSES, _LANES = 65_536, 3, 4
_FORM: dict[str, object] = {
    "v": 1,
    "kdf": "argon2id",
    "memory_kib": _MEMORY_KIB,
    "passes": _PASSES,
    "lanes": _LANES,
    "agreement": "x25519-hkdf-sha256",
    "cipher": "aes-256-gcm",
}
_UNREADABLE = (
    "The sealed keys cannot be read: the file recovery-keys.sealed is damaged or of another program. Nothing was "
    "changed. Take another backup."
)
OTHER_KEY = (
    "This recovery key is typed rightly, but it is not the one that these keys were sealed with. Nothing was changed. "
    "Look for the newest paper; an older one is void."
)


class PaperKeys:
    """RecoverySeals."""

    def made(self) -> tuple[str, str]:
        """What is printed, once, and the public half that is kept."""
        secret, salt = secrets.token_bytes(recovery_key.BYTES), secrets.token_bytes(_SALT)
        public = _private(secret, salt).public_key().public_bytes_raw()
        return recovery_key.written(secret), b64encode(salt + public).decode()

    def seal(self, public: str, keys: Mapping[str, bytes]) -> bytes:
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey as Made
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        salt, theirs = _halves(public)
        own = Made.generate()
        header = _FORM | {
            "salt": _text(salt),
            "public": _text(theirs.public_bytes_raw()),
            "once": _text(own.public_key().public_bytes_raw()),
        }
        plain = _bytes({name: _text(value) for name, value in keys.items()})
        nonce = secrets.token_bytes(_NONCE)
        sealed = AESGCM(_agreed(own, theirs, header)).encrypt(nonce, plain, _bytes(header))
        return _bytes({"header": header, "nonce": _text(nonce), "sealed": _text(sealed)})

    def open(self, typed: str, sealed: bytes) -> dict[str, bytes]:
        """About a fifth of a second and 64 MiB.

        Raises:
            BadInput: a typing mistake, with its group; or the key of another paper.
            EnvironmentTrouble: the file cannot be read.
        """
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        secret = recovery_key.read(typed)
        header, nonce, content = _parts(sealed)
        private = _private(secret, b64decode(header["salt"]))
        if _text(private.public_key().public_bytes_raw()) != header["public"]:
            raise BadInput(OTHER_KEY, code="other-recovery-key")
        try:
            agreed = _agreed(private, _public(b64decode(header["once"])), header)
            opened = AESGCM(agreed).decrypt(nonce, content, _bytes(header))
        except (InvalidTag, ValueError):
            raise EnvironmentTrouble(_UNREADABLE, code="recovery-file") from None
        return {name: b64decode(value) for name, value in json.loads(opened).items()}

    def belongs(self, public: str, sealed: bytes) -> bool:
        """Whether `sealed` opens with the paper whose public half this is."""
        try:
            header, _, _ = _parts(sealed)
        except EnvironmentTrouble:
            return False
        return bool(header["salt"] + header["public"] == "".join(map(_text, _split(public))))


def _private(secret: bytes, salt: bytes) -> X25519PrivateKey:
    from argon2.low_level import Type, hash_secret_raw
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey as Made

    stretched = hash_secret_raw(
        secret,
        salt,
        time_cost=_PASSES,
        memory_cost=_MEMORY_KIB,
        parallelism=_LANES,
        hash_len=32,
        type=Type.ID,
    )
    return Made.from_private_bytes(stretched)


def _agreed(own: X25519PrivateKey, theirs: X25519PublicKey, header: Mapping[str, Any]) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), 32, salt=None, info=_bytes(header)).derive(own.exchange(theirs))


def _public(raw: bytes) -> X25519PublicKey:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey as Made

    return Made.from_public_bytes(raw)


def _split(public: str) -> tuple[bytes, bytes]:
    raw = b64decode(public, validate=True)
    if len(raw) != _SALT + _PUBLIC:
        raise ValueError("not the public half of a recovery key")
    return raw[:_SALT], raw[_SALT:]


def _halves(public: str) -> tuple[bytes, X25519PublicKey]:
    salt, raw = _split(public)
    return salt, _public(raw)


def _parts(sealed: bytes) -> tuple[dict[str, Any], bytes, bytes]:
    try:
        kept = json.loads(sealed)
        header = kept["header"]
        mine = {name: header[name] for name in ("salt", "public", "once")}
        if header != _FORM | mine or {type(each) for each in mine.values()} != {str}:
            raise ValueError("another form of the file")
        if [len(b64decode(each, validate=True)) for each in mine.values()] != [_SALT, _PUBLIC, _PUBLIC]:
            raise ValueError("of another length")
        return header, b64decode(kept["nonce"], validate=True), b64decode(kept["sealed"], validate=True)
    except (ValueError, KeyError, TypeError):
        raise EnvironmentTrouble(_UNREADABLE, code="recovery-file") from None


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()


def _bytes(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
