"""Who answers for what is done from a shell, and on which store nothing may be done."""

from __future__ import annotations

import argparse
import os
import stat
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pos_desktop.composition.places import TRAINING
from pos_desktop.domain.errors import BadInput, NeedsAttention, RuleRefusal
from pos_desktop.domain.people import Role

if TYPE_CHECKING:
    from pos_desktop.app.ports import Person
    from pos_desktop.composition.shop import Shop

NO_PINS = "Nobody has a PIN in this store yet, so none was asked for. Give everybody one: pos-desktop people pin NAME."
_ABOUT = "command-line"
_LONGEST = 256


def acting(arguments: argparse.Namespace, shop: Shop) -> Person:
    """The person named by --as, who is asked for the PIN; without PINs, or in training, the store's first manager.

    Raises:
        BadInput: nobody was named, or nobody is called so. RuleRefusal: as signing in at a counter.
    """
    name = getattr(arguments, "person", None)
    signing = shop.signing_in()
    if name is None:
        return _first_manager(shop, anybody_signs_in=bool(signing.people()))
    person = named(shop.store.staff.people(), name)
    if not signing.people():
        print(NO_PINS, file=sys.stderr)
        return person
    if person not in signing.people():
        raise BadInput(
            f"{person.name} has no PIN yet. Nothing was changed. A manager gives one.", code="no-pin"
        )
    asks_code = signing.asks_code(person.id, off_till=True)
    pin, code = _pin_and_code(arguments, person.name, asks_code=asks_code)
    return signing.sign_in(person.id, pin, code, off_till=True, about=_ABOUT)


def named(people: Sequence[Person], wanted: str) -> Person:
    """By id, or by a name that only one person bears. Raises BadInput naming who there is."""
    found = [each for each in people if wanted == each.id]
    found = found or [each for each in people if wanted.strip().casefold() == each.name.casefold()]
    if len(found) == 1:
        return found[0]
    names = "; ".join(f"{each.name} ({each.id})" for each in people)
    raise BadInput(f"“{wanted}” is no one person of this store. Nothing was changed. There are: {names}.")


def _first_manager(shop: Shop, *, anybody_signs_in: bool) -> Person:
    training = shop.folder.profile == TRAINING
    if anybody_signs_in and not training:
        raise BadInput(
            "Say who does this: --as NAME. The PIN is asked for, or read from --pin-file. Nothing was changed.",
            code="usage",
        )
    manager = next((each for each in shop.store.staff.people() if each.role == Role.MANAGER), None)
    if manager is None:
        raise RuleRefusal(
            "This store has no manager on record, and only a manager may do this. Nothing was changed.",
            code="manager-needed",
        )
    if not training:
        print(NO_PINS, file=sys.stderr)
    return manager


def _pin_and_code(arguments: argparse.Namespace, name: str, *, asks_code: bool) -> tuple[str, str]:
    """From --pin-file, PIN and code a line each; else typed on the terminal, which does not show them."""
    from pos_desktop.cli.asking import hidden

    path = getattr(arguments, "pin_file", None)
    if path is not None:
        lines = [*_private_text(path).splitlines(), "", ""]
        return lines[0].strip(), lines[1].strip()
    pin = hidden(f"PIN of {name}")
    return pin, hidden("Code of the authenticator") if asks_code else ""


def _private_text(path: str) -> str:
    """Raises BadInput: others can read it, it is somebody else's, or it cannot be read."""
    try:
        with Path(path).open("rb") as file:
            found = os.fstat(file.fileno())
            if _others_read(found):
                raise BadInput(
                    f"Others can read {path}. Nothing was changed. Take their rights away (chmod 600), and set a "
                    "new PIN: this one may be known.",
                    code="pin-file",
                )
            return file.read(_LONGEST).decode("ascii")
    except UnicodeDecodeError:
        raise BadInput(f"{path} holds no PIN. Nothing was changed.", code="pin-file") from None
    except OSError as trouble:
        raise BadInput(
            f"{path} cannot be read: {trouble.strerror}. Nothing was changed.", code="pin-file"
        ) from trouble


def _others_read(found: os.stat_result) -> bool:
    """Of a file: a pipe that a shell or a service manager opened is nobody else's. Windows has other rights."""
    if sys.platform == "win32" or not stat.S_ISREG(found.st_mode):
        return False
    return bool(found.st_mode & 0o077) or found.st_uid not in (os.geteuid(), 0)


def refuse_put_back(shop: Shop) -> None:
    """What such a store holds as waiting may be at the state already, so it is put in doubt first: by the counter.

    Where nobody can tell whether it was put back, it is put in doubt here.
    """
    from pos_desktop.composition.this_computer import refuse_elsewhere
    from pos_desktop.storage.generation import Generation, continuity
    from pos_desktop.storage.witness import PUT_BACK

    told = continuity(shop.store, shop.keys)
    if told is Generation.RESTORED:
        refuse_elsewhere(shop)
        raise NeedsAttention(PUT_BACK, code="put-back")
    if told is Generation.UNKNOWN:
        shop.store.doubt_waiting(shop.clock.now())
