"""The key that seals the journal: Ed25519, made once, never out of the key store but to sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_desktop.app.ports import KeyStore
from pos_desktop.domain.errors import KeyMissing

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SIGNING_KEY = "journal-key"
HEAD = "journal-head"
"""The witness outside the store: where the journal stood when it was sealed last."""


class JournalKey:
    """JournalSigner."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys

    @property
    def public(self) -> bytes:
        return self._private().public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._private().sign(message)

    def last_head(self) -> bytes | None:
        return self._keys.get(HEAD)

    def keep_head(self, head: bytes) -> None:
        self._keys.set(HEAD, head)

    def _private(self) -> Ed25519PrivateKey:
        from cryptography.hazmat.primitives.asymmetric import ed25519

        kept = self._keys.get(SIGNING_KEY)
        if kept is None or len(kept) != 32:
            raise KeyMissing(
                "The key that seals the journal is not in the key store of this computer. The journal goes on "
                "unsealed; restore the key."
            )
        return ed25519.Ed25519PrivateKey.from_private_bytes(kept)


def is_signed(key: bytes, signature: bytes, message: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def make_signing_key(keys: KeyStore) -> None:
    """Once, when the store is made."""
    import secrets

    if keys.get(SIGNING_KEY) is None:
        keys.set(SIGNING_KEY, secrets.token_bytes(32))
