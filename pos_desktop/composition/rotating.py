"""Another key for the database. At each moment two keys are kept of which one opens it, until a backup under the new
one was proven.

The steps, each of which is on the disk before the next: the new key is kept and sealed for the paper; a backup under
the former one is proven; the database is written anew in one transaction; the new key takes the former one's place,
which stays beside it; a backup under the new key is proven; the former key is forgotten. Whatever a power cut left of
that is finished at the next start, or, before the database was written, taken back.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from pos_desktop.app.recovering import DATABASE_KEY
from pos_desktop.composition.keeping_keys import FORMER_KEY, NEXT_KEY, recovery_of
from pos_desktop.domain.errors import BadInput, PosError
from pos_desktop.domain.people import Right, require

if TYPE_CHECKING:
    from pathlib import Path

    from pos_desktop.app.ports import KeyStore, Person
    from pos_desktop.composition.places import DataFolder
    from pos_desktop.composition.shop import Shop

_NOTHING = "The key was not changed."
_KEY_BYTES = 32


def prepare(shop: Shop, actor: Person) -> None:
    """Keep the new key, seal both for the paper, and prove a backup under the one that is in use.

    Raises:
        RuleRefusal, BadInput: not for everybody; or no recovery key was made, without which a mishap would cost all.
        EnvironmentTrouble: a key store that is only read, or no backup. Nothing was changed.
    """
    from pos_desktop.composition.backing_up import back_up

    require(actor, Right.CHANGE_SETTINGS, _NOTHING)
    if not recovery_of(shop).made:
        raise BadInput(
            f"Make a recovery key first: pos-desktop recovery new. {_NOTHING}", code="no-recovery-key"
        )
    shop.keys.set(NEXT_KEY, secrets.token_bytes(_KEY_BYTES))
    try:
        back_up(shop, lambda: False)
    except PosError:
        shop.keys.delete(NEXT_KEY)
        raise


def turn(folder: DataFolder, keys: KeyStore) -> None:
    """Write the database anew under the kept new key; the store is closed, and nobody opens it meanwhile.

    Raises:
        StoreBusy, EnvironmentTrouble: the database is under its former key, and so is the key store.
    """
    from pos_desktop.storage.lock import counter_lock, sender_lock
    from pos_desktop.storage.rekeying import rekey

    old, new = keys.get(DATABASE_KEY), keys.get(NEXT_KEY)
    if old is None or new is None:
        raise BadInput(f"There is no new key. {_NOTHING}")
    with counter_lock(folder.path), sender_lock(folder.path):
        try:
            rekey(folder.database, old, new)
        finally:
            settle(keys, folder.database)


def settle(keys: KeyStore, database: Path) -> bool:
    """Put the names of the kept keys right, after a change or after what a power cut left of one.

    Returns whether anything was moved. Each step leaves both keys in the key store.
    """
    from pos_desktop.storage.rekeying import opens

    new = keys.get(NEXT_KEY)
    if new is None:
        return False
    own = keys.get(DATABASE_KEY)
    if own not in (None, new) and opens(database, own or b""):
        keys.delete(NEXT_KEY)  # the change never came to pass
        return True
    if not opens(database, new):
        return False  # damaged, or busy: both stay
    if own not in (None, new):
        keys.set(FORMER_KEY, own or b"")
        keys.set(DATABASE_KEY, new)
    keys.delete(NEXT_KEY)
    return True


def note_rotation(shop: Shop, actor: Person) -> None:
    """After `turn`: the keys are sealed anew, and the journal tells of it."""
    recovery_of(shop).refresh()
    shop.store.journal.append("keys.rotated", actor.id, "", {})


def forget_former_key(shop: Shop) -> bool:
    """A backup under the key of now was proven just before this is called. Returns whether there was a former one."""
    if shop.keys.get(FORMER_KEY) is None:
        return False
    shop.keys.delete(FORMER_KEY)
    recovery_of(shop).refresh()
    return True
