"""`secret set NAME`: from standard input into the key store, never on the command line, never shown."""

from __future__ import annotations

import argparse

from pos_desktop.cli.asking import folder_of, passphrase, secret_from_input, tell
from pos_desktop.cli.exits import DONE
from pos_desktop.composition.reporting import PASSWORD, USER_KEY, VENDOR_KEY
from pos_desktop.composition.shop import opened
from pos_desktop.domain.errors import BadInput

_NAMES = (VENDOR_KEY, USER_KEY, PASSWORD)


def run(arguments: argparse.Namespace) -> int:
    if arguments.name not in _NAMES:
        raise BadInput(
            f"“{arguments.name}” is not a secret that can be set. Nothing was changed. "
            f"Use {', '.join(_NAMES[:-1])} or {_NAMES[-1]}.",
            code="usage",
        )
    with opened(folder_of(arguments), passphrase) as shop:
        value = secret_from_input(arguments.name)
        if not value:
            raise BadInput("Nothing came on standard input. The key store was not changed.")
        shop.keys.set(arguments.name, value)
        kind = shop.keys.kind
    tell(
        arguments,
        {"set": arguments.name, "key_store": kind},
        f"{arguments.name} is in the key store ({kind}).",
    )
    return DONE
