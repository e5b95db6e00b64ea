"""Was this database put back, or copied from another machine? (reliability contract, section 5)."""

from __future__ import annotations

from enum import StrEnum

from pos_desktop.app.ports import KeyStore
from pos_desktop.domain.errors import EnvironmentTrouble
from pos_desktop.storage.store import Store

RECORD = "generation"


class Generation(StrEnum):
    SAME = "same"
    RESTORED = "restored"
    """Database and key store tell of different runs: old leases may not be used, and a new epoch is due."""
    UNKNOWN = "unknown"
    """The key store keeps no number (a read-only one)."""


def raise_generation(store: Store, keys: KeyStore) -> Generation:
    """At each start of the counter: count on in the database, then in the key store, and say whether they agreed.

    The database may be one ahead, when the program was killed between the two; behind, it was put back.
    """
    now = store.raise_generation()
    kept = keys.get(RECORD)
    try:
        keys.set(RECORD, str(now).encode())
    except EnvironmentTrouble:
        return Generation.UNKNOWN
    before = int(kept) if kept is not None else 0
    return Generation.SAME if before <= now - 1 <= before + 1 else Generation.RESTORED
