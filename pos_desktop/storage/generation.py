"""Was this database put back, or copied? (reliability contract, section 5).

Two tell of it: the key store counts the starts, and a witness outside the data folder counts what was sent and sold
(`storage.witness`). Where neither can show that this is the store that went on, it is treated as one that did not.
"""

from __future__ import annotations

from contextlib import suppress
from enum import StrEnum

from pos_desktop.app.ports import KeyStore
from pos_desktop.domain.errors import EnvironmentTrouble
from pos_desktop.domain.instant import MINUTE_US, Instant
from pos_desktop.storage.store import Store
from pos_desktop.storage.witness import Seen

RECORD = "generation"
EPOCH = "epoch"
_BEGINNING = Instant.parse("2020-01-01T00:00:00+00:00")


class Generation(StrEnum):
    SAME = "same"
    RESTORED = "restored"
    """Key store or witness tell of other runs: old leases may not be used, and a new epoch has begun."""
    UNKNOWN = "unknown"
    """Nobody can tell: a key store that is read only, and no place for a witness. The same is done."""


def raise_generation(store: Store, keys: KeyStore, at: Instant) -> Generation:
    """At each start of the counter: count on in the database, then in the key store, and say whether they agreed.

    The database may be one ahead, when the program was killed between the two; behind, it was put back. Then a new
    epoch begins before either counts on, so that a kill in between leaves a store that is still known as put back.
    """
    told = continuity(store, keys)
    if told is not Generation.SAME:
        start_anew(store, keys, at)
    _count_on(store, keys)
    if told is not Generation.SAME or store.witness.look() is Seen.NEW:
        store.witness.begin_line()
    return told


def continuity(store: Store, keys: KeyStore) -> Generation:
    """Whether this is the store that went on, as far as key store and witness know; nothing is changed."""
    by_keys, seen = _by_keys(store, keys), store.witness.look()
    if Generation.RESTORED is by_keys or seen is Seen.BEHIND:
        return Generation.RESTORED
    if seen is Seen.AGREES:
        return Generation.SAME
    if seen is Seen.NONE and store.witness.wanted:
        return Generation.UNKNOWN
    return by_keys


def was_put_back(store: Store, keys: KeyStore) -> bool:
    """Known before a counter has opened it again."""
    return continuity(store, keys) is Generation.RESTORED


def go_on_here(store: Store, keys: KeyStore, at: Instant, *, least: int = 0) -> None:
    """By a person's word: whatever the others hold, this copy is the one that goes on, and asks before it sends.

    `least`: the new epoch is not below it.
    """
    start_anew(store, keys, at, least=least)
    _count_on(store, keys)
    store.witness.begin_line()


def start_anew(store: Store, keys: KeyStore, at: Instant, *, least: int = 0) -> None:
    """A new epoch: no number is given twice, and nothing that waits is sent before the state was asked.

    It lies above every epoch that key store and witness know, since two copies of one store may both begin one; where
    the key store keeps nothing, also above every one that began before this minute.
    """
    known = (store.settings.register().epoch, _kept(keys, EPOCH) or 0, store.witness.highest_epoch())
    epoch = max(*(each + 1 for each in known), least)
    try:
        keys.set(EPOCH, str(epoch).encode())
    except EnvironmentTrouble:
        epoch = max(epoch, first_epoch(at))
    store.begin_epoch(epoch, at)


def first_epoch(at: Instant) -> int:
    """Minutes since 2020, so that a register set up again after its disk was lost gives no sale number twice."""
    return at.since_us(_BEGINNING) // MINUTE_US


def _by_keys(store: Store, keys: KeyStore) -> Generation:
    kept, counted = _kept(keys, RECORD), store.generation
    if kept is None:
        return Generation.UNKNOWN if counted else Generation.SAME
    return Generation.SAME if kept <= counted <= kept + 1 else Generation.RESTORED


def _count_on(store: Store, keys: KeyStore) -> None:
    number = store.raise_generation()
    with suppress(
        EnvironmentTrouble
    ):  # read only: the witness tells, or each start is taken for one of a copy
        keys.set(RECORD, str(number).encode())


def _kept(keys: KeyStore, name: str) -> int | None:
    kept = keys.get(name)
    return int(kept) if kept is not None and kept.isdigit() else None
