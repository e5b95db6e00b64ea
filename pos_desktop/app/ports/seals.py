"""Seals of the journal, and the key that makes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pos_desktop.domain.seal import Head, Seal


class SealBook(Protocol):
    def head(self) -> Head | None:
        """The last entry of the newest epoch."""
        ...

    def last(self) -> Seal | None: ...

    def all(self) -> Sequence[Seal]:
        """In the order of the entries."""
        ...

    def add(self, seal: Seal) -> None: ...


class JournalSigner(Protocol):
    """May raise KeyMissing: the journal goes on without seals."""

    @property
    def public(self) -> bytes: ...

    def sign(self, message: bytes) -> bytes: ...

    def last_head(self) -> bytes | None:
        """The witness outside the store: the head that was sealed last."""
        ...

    def keep_head(self, head: bytes) -> None: ...
