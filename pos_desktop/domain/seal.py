"""Seals of the journal: a signature over where it stood, so that nobody writes a new chain afterwards (contract 9)."""

from __future__ import annotations

from dataclasses import dataclass

from pos_desktop.domain.instant import MINUTE_US, Instant

ENTRIES = 100
"""At the latest after so many entries the journal is sealed."""
EVERY_US = 5 * MINUTE_US
_WIDTH = 8


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a register's epoch: its number and its link in the chain (32 bytes)."""

    epoch: int
    seq: int
    digest: bytes

    def text(self) -> bytes:
        """As a witness outside the store keeps it."""
        return f"{self.epoch} {self.seq} {self.digest.hex()}".encode()

    @classmethod
    def read(cls, kept: bytes) -> Head | None:
        """None for what is no head."""
        try:
            epoch, seq, digest = kept.decode("ascii").split(" ")
            return cls(int(epoch), int(seq), bytes.fromhex(digest))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Seal:
    """`key` is the public key (32 bytes), `signature` Ed25519 (64 bytes)."""

    head: Head
    at: Instant
    signature: bytes
    key: bytes


def sealed_bytes(register: str, head: Head, at: Instant) -> bytes:
    """What is signed: "POSC1", register, epoch, number and moment (eight bytes each, highest first), the link."""
    numbers = (each.to_bytes(_WIDTH, "big") for each in (head.epoch, head.seq, at.utc_us))
    return b"".join((b"POSC1", register.encode(), *numbers, head.digest))


def is_due(head: Head | None, last: Seal | None, now: Instant) -> bool:
    """Whether something is unsealed for too many entries or too long."""
    if head is None or (last is not None and last.head == head):
        return False
    if last is None or last.head.epoch != head.epoch:
        return True
    return head.seq - last.head.seq >= ENTRIES or now.since_us(last.at) >= EVERY_US
