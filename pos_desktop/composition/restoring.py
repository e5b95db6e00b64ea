"""A backup becomes the store: on a new computer with the paper from the safe, or in place of a damaged file.

Queue and numbers come back as they were at the backup, and what followed is known to nobody here: so numbers go on in
an epoch above every one that can have been used, each waiting report is asked about before it is sent, and the sales
that may be missing are named.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pos_desktop.app.recovering import DATABASE_KEY
from pos_desktop.composition.keeping_keys import DATABASE_KEYS, recovery_of
from pos_desktop.composition.places import (
    DataFolder,
    begin_unfinished,
    end_unfinished,
    forget,
    migrations_dir,
    prepare,
    witness_folder,
)
from pos_desktop.domain.errors import BadInput, EnvironmentTrouble, NeedsAttention, PosError
from pos_desktop.domain.people import SERVICE, Right, Role, require
from pos_desktop.domain.sale import SaleNumber

if TYPE_CHECKING:
    from pathlib import Path

    from pos_desktop.app.ports import KeyStore, Person
    from pos_desktop.composition.shop import Ask, Shop
    from pos_desktop.domain.sale import Sale
    from pos_desktop.storage.backups import Backup

_NOTHING = "Nothing was changed."
_REST = ("", "-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Restored:
    """What a person must know afterwards. `last`: the last sale in the backup. `noted`: the last number that was given
    on this computer, where its witness remembers one that the backup does not hold.
    """

    last: Sale | None
    noted: str
    public_key: str


def refuse_unsealed(backup: Backup) -> None:
    """Before anybody types. Raises BadInput: the backup has no sealed keys."""
    if not backup.sealed.is_file():
        raise BadInput(
            "This backup was made before the store had a recovery key, so only the computer that made it can open it. "
            f"{_NOTHING} There: pos-desktop restore BACKUP --replace.",
            code="no-recovery-key",
        )


def keys_in(backup: Backup, typed: str) -> dict[str, bytes]:
    """Every key of the store in `backup`, opened by the paper.

    Raises:
        BadInput: the paper does not open them. EnvironmentTrouble: they are damaged.
    """
    from pos_desktop.keystore.recovery import PaperKeys

    return PaperKeys().open(typed, backup.sealed.read_bytes())


def opening(backup: Backup, keys: Mapping[str, bytes] | KeyStore) -> bytes:
    """The one of `keys` that opens the backup, which is proven by that.

    Raises:
        EnvironmentTrouble: none does, or it is not sound.
    """
    candidates = [key for name in DATABASE_KEYS if (key := keys.get(name)) is not None]
    found = next((key for key in candidates if backup.is_good(key)), None)
    if found is None:
        raise EnvironmentTrouble(
            f"This backup is damaged, or none of the keys opens it. {_NOTHING} Take the one before it: "
            "pos-desktop backup list.",
            code="backup-damaged",
        )
    return found


@contextmanager
def restored(
    backup: Backup, keys: Mapping[str, bytes], folder: DataFolder, ask: Ask | None, *, passphrase: bool
) -> Iterator[tuple[Shop, Restored]]:
    """The store of `backup` in the empty `folder`, its keys in a key store of this computer.

    Cut short, it counts as unfinished; the same command begins anew.

    Raises:
        EnvironmentTrouble: there is a store already. KeyMissing: no key store works here. PosError: of the backup.
    """
    from pos_desktop.composition.shop import key_store, refuse_second

    refuse_second(folder)
    key = opening(backup, keys)
    _refuse_other_profile(backup, key, folder)
    new = prepare(folder)
    try:
        kept = key_store(folder, ask, passphrase=passphrase)
        kept.get(DATABASE_KEY)
    except BaseException:
        if new:
            forget(folder)
        raise
    begin_unfinished(folder)
    _keep(kept, keys, key)
    _put(backup, folder)
    with _opened(folder, kept, key) as shop:
        yield shop, _begin_again(shop, backup)
        end_unfinished(folder)


@contextmanager
def replaced(
    backup: Backup, folder: DataFolder, ask: Ask | None, by: Person | None
) -> Iterator[tuple[Shop, Restored, Path]]:
    """The store of `backup` in place of the file in `folder`, which is put aside and kept; keys stay where they are.

    `by`: who answers for it, known to the store that is put aside; None where that one cannot be opened by anybody.

    Raises:
        RuleRefusal: this person may not. StoreBusy: a counter is open.
        EnvironmentTrouble: the backup cannot be opened here.
    """
    if by is not None:
        require(by, Right.BACK_UP, _NOTHING)
    from pos_desktop.composition.clocks import WallClock
    from pos_desktop.composition.shop import key_store
    from pos_desktop.storage.lock import counter_lock, sender_lock

    if not folder.database.exists():
        raise BadInput(f"There is no store in {folder.path} to be replaced. {_NOTHING}", code="no-store")
    kept = key_store(folder, ask)
    key = opening(backup, kept)
    aside = folder.path / f"pos.db.aside-{WallClock().now().utc_us}"
    with counter_lock(folder.path), sender_lock(folder.path):
        for rest in reversed(_REST):  # the database last: without its log it would look whole
            there = folder.database.with_name(folder.database.name + rest)
            if there.exists():
                there.rename(aside.with_name(aside.name + rest))
        _put(backup, folder)
    with _opened(folder, kept, key) as shop:
        yield shop, _begin_again(shop, backup, by), aside


def _refuse_other_profile(backup: Backup, key: bytes, folder: DataFolder) -> None:
    from pos_desktop.storage.opening import profile_in

    made_for = profile_in(backup.database, key)
    if made_for != folder.profile:
        raise BadInput(
            f"This is a backup of a {made_for} store, and the folder would hold a {folder.profile} one. {_NOTHING} "
            f"Say --profile {made_for}, and name an empty folder with --data-dir.",
            code="profile",
        )


def _keep(kept: KeyStore, keys: Mapping[str, bytes], key: bytes) -> None:
    """A key store that a service manager fills must have them already."""
    for name, value in {**keys, DATABASE_KEY: key}.items():
        if name in DATABASE_KEYS and name != DATABASE_KEY:
            continue
        if kept.get(name) != value:
            kept.set(name, value)


def _put(backup: Backup, folder: DataFolder) -> None:
    """The copy under its own name once all of it is on the disk."""
    from pos_desktop.storage.durable import flush_file, flush_folder

    new = folder.database.with_name(folder.database.name + ".restoring")
    try:
        for rest in _REST:
            folder.database.with_name(folder.database.name + rest).unlink(missing_ok=True)
        shutil.copyfile(backup.database, new)
        flush_file(new)
        new.replace(folder.database)
        flush_folder(folder.path)
    except OSError as problem:
        raise EnvironmentTrouble(
            "The backup could not be copied. It is as it was. Check the free space and the rights of the data folder, "
            "then run the same command again.",
            code="not-restored",
        ) from problem


@contextmanager
def _opened(folder: DataFolder, kept: KeyStore, key: bytes) -> Iterator[Shop]:
    from pos_desktop.composition.clocks import TimeOrderedIds, WallClock
    from pos_desktop.composition.shop import Shop as Made
    from pos_desktop.storage.store import open_store

    clock, ids = WallClock(), TimeOrderedIds()
    store = open_store(
        folder.database,
        key,
        clock,
        ids,
        migrations_dir(),
        profile=folder.profile,
        counter=True,
        witnesses=witness_folder(),
    )
    try:
        clock.go_on_from(store.journal.last_placed())
        yield Made(folder, store, kept, clock, ids)
    finally:
        store.close()


def _begin_again(shop: Shop, backup: Backup, by: Person | None = None) -> Restored:
    """A new epoch, and an entry that says so; the journal is sealed where it stands now."""
    from pos_desktop.composition.this_computer import mark
    from pos_desktop.keystore.signing import HEAD
    from pos_desktop.storage.generation import first_epoch, go_on_here

    store = shop.store
    last = next(iter(store.sales.recent(1)), None)
    noted = store.witness.last_noted()
    now = shop.clock.now()
    before = shop.register.epoch
    # The lost computer may have begun epochs that nobody here knows of; none of them lies above this minute.
    go_on_here(store, shop.keys, now, least=first_epoch(now))
    store.computer.opened_on(mark())
    told = {
        "backup": backup.at.utc_us,
        "epoch": shop.register.epoch,
        "last": "" if last is None else str(last.number),
    }
    known_here = by is not None and any(each.id == by.id for each in store.staff.people())
    # Where nobody could be asked for a PIN, or the backup is older than the person, it is the program's entry.
    actor = by.id if by is not None and known_here else SERVICE.id
    store.journal.append("store.restored", actor, "", told)
    try:
        shop.keys.delete(HEAD)  # of entries that are lost; the next seal takes its place
        shop.sealing().now()
        recovery_of(shop).refresh()
    except PosError:
        pass  # a key store that is only read: the journal goes on as it did
    known = (0, 0) if last is None else (last.number.epoch, last.number.counter)
    ahead = noted is not None and noted > known and noted[0] >= before
    missing = str(SaleNumber(shop.register.code, *noted)) if ahead and noted is not None else ""
    return Restored(last, missing, _public(shop))


def _public(shop: Shop) -> str:
    try:
        return shop.journal_key.public.hex()
    except PosError:
        return ""


def manager_of(shop: Shop) -> Person:
    """Who answers for it until people sign in: the store's first manager."""
    manager = next((each for each in shop.store.staff.people() if each.role == Role.MANAGER), None)
    if manager is None:
        raise NeedsAttention(
            "This store has no manager on record. Nothing was changed.", code="manager-needed"
        )
    return manager


__all__ = ["Restored", "keys_in", "opening", "refuse_unsealed", "replaced", "restored"]
