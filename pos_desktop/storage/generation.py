"""Was this database put back, or copied from another machine? (reliability contract, section 5)."""

from __future__ import annotations

from enum import StrEnum

from pos_desktop.app.ports import KeyStore
from pos_desktop.domain.errors import EnvironmentTrouble
from pos_desktop.domain.instant import Instant
from pos_desktop.storage.store import Store

RECORD = "generation"
EPOCH = "epoch"


class Generation(StrEnum):
    SAME = "same"
    RESTORED = "restored"
    """Database and key store tell of different runs: old leases may not be used, and a new epoch has begun."""
    UNKNOWN = "unknown"
    """The key store keeps no number (a read-only one)."""


def raise_generation(store: Store, keys: KeyStore, at: Instant) -> Generation:
    """At each start of the counter: count on in the database, then in the key store, and say whether they agreed.

    The database may be one ahead, when the program was killed between the two; behind, it was put back. Then a new
    epoch begins before either counts on, so that a kill in between leaves a store that is still known as put back.
    """
    before = _kept(keys)
    agreed = before <= store.generation <= before + 1
    try:
        if not agreed:
            start_anew(store, keys, at)
        keys.set(RECORD, str(store.raise_generation()).encode())
    except EnvironmentTrouble:
        return Generation.UNKNOWN
    return Generation.SAME if agreed else Generation.RESTORED


def was_put_back(store: Store, keys: KeyStore) -> bool:
    """Whether the key store tells of later starts than the database: known before a counter has opened it again."""
    return _kept(keys) > store.generation


def start_anew(store: Store, keys: KeyStore, at: Instant) -> None:
    """A new epoch: no number is given twice, and nothing that waits is sent before the state was asked.

    It lies above every epoch that the key store knows, since two copies of one store may both begin one.
    """
    epoch = max(store.settings.register().epoch, _kept(keys, EPOCH)) + 1
    keys.set(EPOCH, str(epoch).encode())
    store.begin_epoch(epoch, at)


def _kept(keys: KeyStore, name: str = RECORD) -> int:
    kept = keys.get(name)
    return int(kept) if kept is not None and kept.isdigit() else 0
