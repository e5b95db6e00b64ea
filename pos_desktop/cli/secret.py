"""`secret set|delete NAME`: from standard input into the key store, never on the command line, never shown."""

from __future__ import annotations

import argparse

from pos_desktop.app.keeping_secrets import Secrets
from pos_desktop.cli.acting import acting, named
from pos_desktop.cli.asking import folder_of, passphrase, secret_from_input, tell
from pos_desktop.cli.exits import DONE
from pos_desktop.composition.reporting import PASSWORD, USER_KEY, VENDOR_KEY, user_key_name
from pos_desktop.composition.shop import opened
from pos_desktop.domain.errors import BadInput

_NAMES = (VENDOR_KEY, USER_KEY, PASSWORD)
_OF_A_PERSON = user_key_name("")


def run(arguments: argparse.Namespace) -> int:
    of_a_person = arguments.name.startswith(_OF_A_PERSON)
    if arguments.name not in _NAMES and not of_a_person:
        raise BadInput(
            f"“{arguments.name}” is not a secret that can be set. Nothing was changed. "
            f"Use {', '.join(_NAMES)}, or {_OF_A_PERSON}PERSON for one person’s own key.",
            code="usage",
        )
    if arguments.action == "delete" and not of_a_person:
        raise BadInput(
            f"{arguments.name} is the store's own and can be replaced, not taken away. Nothing was changed.",
            code="usage",
        )
    with opened(folder_of(arguments), passphrase) as shop:
        name, by = arguments.name, acting(arguments, shop)
        secrets = Secrets(shop.keys, shop.store.journal)
        if of_a_person:
            name = user_key_name(named(shop.store.staff.people(), name.removeprefix(_OF_A_PERSON)).id)
        kind = shop.keys.kind
        if arguments.action == "delete":
            secrets.delete(name, by)
            tell(arguments, {"deleted": name, "key_store": kind}, f"{name} is not in the key store ({kind}).")
            return DONE
        secrets.set(name, lambda: secret_from_input(name), by)
    tell(arguments, {"set": name, "key_store": kind}, f"{name} is in the key store ({kind}).")
    return DONE
