"""PINs as they are kept: Argon2id over an HMAC whose key (the pepper) is in the key store (reliability contract, 8).

Six digits are few: with the table alone a computer tries them all in hours, without the pepper it can try none.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from functools import cached_property
from typing import TYPE_CHECKING

from pos_desktop.app.ports import KeyStore
from pos_desktop.domain.errors import KeyMissing

if TYPE_CHECKING:
    from argon2 import PasswordHasher

PEPPER = "pin-pepper"
_PASSES, _MEMORY_KIB, _LANES = 2, 19_456, 1


class PepperedPins:
    """PinHasher. About 40 ms a call."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys

    def hashed(self, pin: str) -> str:
        return self._hasher.hash(self._peppered(pin))

    def agrees(self, kept: str, pin: str) -> bool:
        from argon2.exceptions import InvalidHashError, VerificationError

        try:
            return self._hasher.verify(kept, self._peppered(pin))
        except (VerificationError, InvalidHashError):
            return False

    def outdated(self, kept: str) -> bool:
        return self._hasher.check_needs_rehash(kept)

    def derived(self, purpose: str, nonce: bytes) -> bytes:
        return hmac.digest(self._pepper, f"{purpose}\0".encode() + nonce, hashlib.sha256)

    @cached_property
    def _hasher(self) -> PasswordHasher:
        from argon2 import PasswordHasher

        return PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES)

    @cached_property
    def _pepper(self) -> bytes:
        pepper = self._keys.get(PEPPER)
        if pepper is None:
            raise KeyMissing(
                "The key that PINs are checked with is not in the key store of this computer, so nobody can sign in. "
                "Nothing was changed. Restore the key, or enrol this register again."
            )
        return pepper

    def _peppered(self, pin: str) -> bytes:
        return hmac.digest(self._pepper, pin.encode(), hashlib.sha256)


def make_pepper(keys: KeyStore) -> None:
    """Once, when the store is made; again it changes nothing, since every PIN hangs on it."""
    if keys.get(PEPPER) is None:
        keys.set(PEPPER, secrets.token_bytes(32))
