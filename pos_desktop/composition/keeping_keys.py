"""The keys of a store: which there are, where they are sealed for the paper in the safe, and which opens the file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pos_desktop.app.recovering import DATABASE_KEY
from pos_desktop.domain.errors import EnvironmentTrouble

if TYPE_CHECKING:
    from pos_desktop.app.ports import KeyStore
    from pos_desktop.app.recovering import Recovery
    from pos_desktop.composition.shop import Shop

NEXT_KEY, FORMER_KEY = "db.next", "db.before"
"""They are there while the key of the database is being changed (`composition.rotating`)."""
DATABASE_KEYS = (DATABASE_KEY, NEXT_KEY, FORMER_KEY)


def names_of(shop: Shop) -> tuple[str, ...]:
    """Every record of the key store that a restore on another computer needs."""
    from pos_desktop.composition.reporting import PASSWORD, USER_KEY, VENDOR_KEY, user_key_name
    from pos_desktop.keystore.pins import PEPPER
    from pos_desktop.keystore.signing import SIGNING_KEY

    people = (user_key_name(each.id) for each in shop.store.staff.people())
    return (*DATABASE_KEYS, PEPPER, SIGNING_KEY, VENDOR_KEY, USER_KEY, PASSWORD, *people)


def keys_of(shop: Shop) -> dict[str, bytes]:
    """What is there of them."""
    found = {name: shop.keys.get(name) for name in names_of(shop)}
    return {name: value for name, value in found.items() if value}


def recovery_of(shop: Shop) -> Recovery:
    from pos_desktop.app.recovering import Recovery as Made
    from pos_desktop.keystore.recovery import FILE, PaperKeys

    return Made(
        seals=PaperKeys(),
        file=SealedFile(shop.folder.path / FILE),
        keys=lambda: keys_of(shop),
        settings=shop.store.settings,
        journal=shop.store.journal,
    )


def no_paper(shop: Shop) -> str:
    """What a live store is told at each start until it has a recovery key; one of an older version has none."""
    from pos_desktop.app.recovering import NONE_MADE
    from pos_desktop.composition.places import LIVE

    return "" if shop.folder.profile != LIVE or recovery_of(shop).made else NONE_MADE


@dataclass(frozen=True, slots=True)
class SealedFile:
    """RecoveryFile."""

    path: Path

    def read(self) -> bytes | None:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as problem:
            raise EnvironmentTrouble(
                f"The sealed keys in {self.path} cannot be read. Nothing was changed. Check the rights of the folder.",
                code="recovery-file",
            ) from problem

    def write(self, sealed: bytes) -> None:
        from pos_desktop.keystore.private_file import write_private

        write_private(self.path, sealed)


def opening_key(keys: KeyStore, database: Path) -> bytes | None:
    """The one of the kept keys that opens the database; the store's own where none does, None where there is none.

    While the key is being changed two are kept, and a power cut may have come on either side of the change.
    """
    from pos_desktop.storage.rekeying import opens

    own = keys.get(DATABASE_KEY)
    others = [kept for name in DATABASE_KEYS[1:] if (kept := keys.get(name)) is not None]
    if not others:
        return own
    return next((each for each in (own, *others) if each is not None and opens(database, each)), own)
