"""An opened store with everything that works on it but the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pos_desktop.app.recovering import DATABASE_KEY
from pos_desktop.composition.clocks import TimeOrderedIds, WallClock
from pos_desktop.composition.core_dumps import forbid_core_dumps
from pos_desktop.composition.places import (
    TRAINING,
    DataFolder,
    begin_unfinished,
    end_unfinished,
    forget,
    migrations_dir,
    prepare,
    witness_folder,
)
from pos_desktop.composition.programmes import shipped_text
from pos_desktop.domain.errors import EnvironmentTrouble, KeyMissing

if TYPE_CHECKING:
    from pos_desktop.app.emergency import Emergency
    from pos_desktop.app.ports import KeyStore, Register
    from pos_desktop.app.rules import Rules
    from pos_desktop.app.sealing import Sealing
    from pos_desktop.app.second_factor import SecondFactor
    from pos_desktop.app.signing_in import SigningIn
    from pos_desktop.app.staffing import Staffing
    from pos_desktop.app.till_desk import TillDesk
    from pos_desktop.domain.deadlines import Duty
    from pos_desktop.domain.limits.programme import Programme
    from pos_desktop.keystore.signing import JournalKey
    from pos_desktop.storage.store import Store

_KEY_BYTES = 32
Ask = Callable[[str], str]
"""Asks a person for a passphrase; the text says for what."""


@dataclass(frozen=True, slots=True)
class Shop:
    folder: DataFolder
    store: Store
    keys: KeyStore
    clock: WallClock
    ids: TimeOrderedIds
    addresses: Mapping[str, str] = field(default_factory=dict)
    """By setting: where this run finds the state service instead of there; never written down."""

    def address(self, name: str) -> str:
        """Of a setting that holds one; empty where none is set."""
        return self.addresses.get(name) or self.store.settings.get(name) or ""

    @property
    def register(self) -> Register:
        return self.store.settings.register()

    @property
    def facility_zone(self) -> ZoneInfo:
        """METRC's sale times are in the facility's zone; it is the store's unless set."""
        return ZoneInfo(self.store.settings.get("state.zone") or self.register.zone)

    @property
    def rules(self) -> Rules:
        from pos_desktop.app.rules import Rules as Made

        store = self.store
        return Made(
            settings=store.settings,
            packs=store.packs,
            journal=store.journal,
            clock=self.clock,
            shipped=shipped_text,
        )

    @property
    def journal_key(self) -> JournalKey:
        """The key that seals the journal."""
        from pos_desktop.keystore.signing import JournalKey as Made

        return Made(self.keys)

    def sealing(self) -> Sealing:
        from pos_desktop.app.sealing import Sealing as Made

        store = self.store
        return Made(seals=store.seals, signer=self.journal_key, settings=store.settings, clock=self.clock)

    def signing_in(self) -> SigningIn:
        from pos_desktop.app.signing_in import SigningIn as Made
        from pos_desktop.keystore.pins import PepperedPins

        store, hasher = self.store, PepperedPins(self.keys)
        return Made(
            staff=store.staff,
            pins=store.pins,
            hasher=hasher,
            clock=self.clock,
            factor=self.second_factor(),
            sealed=self.emergency(),
        )

    def second_factor(self) -> SecondFactor:
        from pos_desktop.app.second_factor import SecondFactor as Made
        from pos_desktop.keystore.pins import PepperedPins

        store = self.store
        return Made(
            book=store.factors, hasher=PepperedPins(self.keys), settings=store.settings, clock=self.clock
        )

    def emergency(self) -> Emergency:
        from pos_desktop.app.emergency import Emergency as Made
        from pos_desktop.keystore.pins import PepperedPins

        store = self.store
        return Made(book=store.emergency, pins=store.pins, hasher=PepperedPins(self.keys), clock=self.clock)

    def staffing(self) -> Staffing:
        from pos_desktop.app.staffing import Staffing as Made

        return Made(book=self.store.people, clock=self.clock, ids=self.ids)

    def till_desk(self) -> TillDesk:
        from pos_desktop.app.settings import cash_of
        from pos_desktop.app.till_desk import TillDesk as Made
        from pos_desktop.app.till_desk import TillRules
        from pos_desktop.domain.money import ZERO

        store = self.store
        settings = store.settings
        return Made(
            tills=store.tills,
            holds=store.holds,
            register=self.register,
            clock=self.clock,
            ids=self.ids,
            rules=TillRules(
                float_cash=cash_of(settings.get("till.float")),
                drop_at=cash_of(settings.get("till.drop_at")),
                difference=cash_of(settings.get("till.difference")) or ZERO,
            ),
            jobs=store.paper,
            stayed=lambda code: store.custody.ways().stayed(code),
            may=lambda person, right: any(
                each.id == person and each.may(right) for each in store.staff.people()
            ),
        )

    def programme(self) -> Programme:
        """The rules in force. Raises BadInput: none is set, or its pack cannot be read."""
        return self.rules.in_force().programme

    def duty(self) -> Duty | None:
        """By when reports are due; None where neither the operator nor the pack says so. Raises BadInput."""
        from pos_desktop.app.duties import duty_of

        return duty_of(self.store.settings, self.programme())


def key_store(folder: DataFolder, ask: Ask | None = None, *, passphrase: bool = False) -> KeyStore:
    """The first allowed key store that works here. Raises KeyMissing with what to install."""
    from pos_desktop.keystore import choose

    return choose(folder.profile, folder.path, ask=ask, wrapped_file=passphrase)


@contextmanager
def opened(
    folder: DataFolder,
    ask: Ask | None = None,
    *,
    counter: bool = False,
    addresses: Mapping[str, str] | None = None,
) -> Iterator[Shop]:
    """Open a store that was set up; closed in order at the end of the block. `addresses` as of a Shop.

    Raises:
        EnvironmentTrouble: no store here; KeyMissing, StoreDamaged, StoreTooNew, StoreBusy: with their sentence.
    """
    from pos_desktop.storage.store import open_store

    refuse_missing(folder)
    from pos_desktop.composition.keeping_keys import opening_key
    from pos_desktop.composition.rotating import settle

    forbid_core_dumps()
    keys = key_store(folder, ask)
    if counter:
        settle(keys, folder.database)
    key = opening_key(keys, folder.database)
    if key is None:
        raise KeyMissing(
            "The key of this store is not in the key store of this computer. Nothing was changed. "
            "Sign in as the person who set the store up, or restore the key."
        )
    _refuse_odd_key(key)
    clock, ids = WallClock(), TimeOrderedIds()
    store = open_store(
        folder.database,
        key,
        clock,
        ids,
        migrations_dir(),
        profile=folder.profile,
        counter=counter,
        witnesses=witness_folder(),
    )
    try:
        clock.go_on_from(store.journal.last_placed())
        yield Shop(folder, store, keys, clock, ids, addresses or {})
    finally:
        store.close()


def refuse_missing(folder: DataFolder) -> None:
    """Raises EnvironmentTrouble: no store was made here, or not to its end."""
    if folder.unfinished.exists():
        raise EnvironmentTrouble(
            f"The store in {folder.path} was not finished: the command that makes it was cut short or still runs. "
            "Nothing was sold in it. Run that command again.",
            code="unfinished",
        )
    if not folder.exists:
        raise EnvironmentTrouble(
            f"There is no store in {folder.path}. Set one up first: pos-desktop setup.", code="no-store"
        )


@contextmanager
def created(folder: DataFolder, ask: Ask | None = None, *, passphrase: bool = False) -> Iterator[Shop]:
    """Make a new, empty store and open it. It counts as made when the block ends well; until then it is made anew.

    Raises:
        EnvironmentTrouble: there is one already. KeyMissing: no allowed key store works here.
        StoreBusy: another copy of the program is making it.
    """
    from pos_desktop.storage.store import open_store

    refuse_second(folder)
    forbid_core_dumps()
    new = prepare(folder)
    try:
        keys = key_store(folder, ask, passphrase=passphrase)
        key = _database_key(keys)
        enrol(keys)
    except BaseException:
        if new:
            forget(folder)
        raise
    _clear(folder)
    clock, ids = WallClock(), TimeOrderedIds()
    store = open_store(
        folder.database,
        key,
        clock,
        ids,
        migrations_dir(),
        create=True,
        profile=folder.profile,
        counter=True,
        witnesses=witness_folder(),
    )
    try:
        yield Shop(folder, store, keys, clock, ids)
        end_unfinished(folder)
    finally:
        store.close()


def refuse_second(folder: DataFolder) -> None:
    """Raises EnvironmentTrouble: a store was made here to its end."""
    if folder.exists:
        raise EnvironmentTrouble(
            f"There is a store in {folder.path} already. It was not changed. "
            "Go on with it (pos-desktop sync --once), or name another folder with --data-dir.",
            code="store-there",
        )


def _database_key(keys: KeyStore) -> bytes:
    """A key store that a service manager fills brings the key along; the others are given a new one."""
    import secrets

    key = keys.get(DATABASE_KEY)
    if key is None:
        key = secrets.token_bytes(_KEY_BYTES)
        keys.set(DATABASE_KEY, key)
    _refuse_odd_key(key)
    return key


def enrol(keys: KeyStore, *, has_pins: bool = False) -> None:
    """The keys that PINs and the journal's seals hang on, where they are not there yet.

    A key store that a service manager fills has them from there, or does without seals. `has_pins`: under a new pepper
    each of them would be a wrong one, so that a lost one is said to be lost.
    """
    from pos_desktop.keystore.pins import make_pepper
    from pos_desktop.keystore.signing import make_signing_key

    with suppress(EnvironmentTrouble):
        if not has_pins:
            make_pepper(keys)
        make_signing_key(keys)


def _refuse_odd_key(key: bytes) -> None:
    if len(key) != _KEY_BYTES:
        raise KeyMissing(
            f"The key of this store in the key store is not one: it has {len(key)} bytes and not {_KEY_BYTES}. "
            "Nothing was changed. Put the right key back."
        )


def _clear(folder: DataFolder) -> None:
    """Remove what a run that was cut short left of a store, and note that one is being made."""
    from pos_desktop.storage.lock import counter_lock

    with counter_lock(folder.path):
        refuse_second(folder)
        begin_unfinished(folder)
        for rest in ("", "-wal", "-shm"):
            folder.database.with_name(folder.database.name + rest).unlink(missing_ok=True)


def is_training(folder: DataFolder) -> bool:
    return folder.profile == TRAINING
