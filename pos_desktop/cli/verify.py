"""`verify`: does the store agree with itself."""

from __future__ import annotations

import argparse

from pos_desktop.cli.asking import folder_of, passphrase, tell
from pos_desktop.cli.exits import DAMAGED, DONE
from pos_desktop.composition.shop import opened


def run(arguments: argparse.Namespace) -> int:
    from pos_desktop.app.verifying import verify

    with opened(folder_of(arguments), passphrase) as shop:
        whole = shop.store.verify()
        found = verify(shop.store.sales, shop.store.journal)
    if not whole:
        found.wrong.insert(0, "Pages of the database file were changed or damaged.")
    document = {"good": found.good, "sales": found.sales, "entries": found.entries, "wrong": found.wrong}
    summary = f"{found.sales} sales and {found.entries} journal entries were checked."
    verdict = ["Everything agrees."] if found.good else found.wrong
    tell(arguments, document, summary, *verdict)
    return DONE if found.good else DAMAGED
