"""`verify`: does the store agree with itself."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from pos_desktop.app.counting import counted
from pos_desktop.cli.asking import folder_of, passphrase, tell
from pos_desktop.cli.exits import DAMAGED, DONE
from pos_desktop.composition.shop import Shop, opened
from pos_desktop.domain.errors import StoreDamaged

if TYPE_CHECKING:
    from pos_desktop.app.verifying import Findings


def run(arguments: argparse.Namespace) -> int:
    with opened(folder_of(arguments), passphrase) as shop:
        found = _look(shop)
    document = {"good": found.good, "sales": found.sales, "entries": found.entries, "wrong": found.wrong}
    sales = counted(found.sales, "sale", "sales")
    entries = counted(found.entries, "journal entry", "journal entries")
    summary = f"Checked: {sales} and {entries}."
    verdict = ["Everything agrees."] if found.good else found.wrong
    tell(arguments, document, summary, *verdict)
    return DONE if found.good else DAMAGED


def _look(shop: Shop) -> Findings:
    from pos_desktop.app.verifying import Findings, verify
    from pos_desktop.app.verifying_seals import SealsTold
    from pos_desktop.keystore.signing import is_signed

    store = shop.store
    pages = [] if shop.store.verify() else ["Pages of the database file were changed or damaged."]
    try:
        seals = SealsTold(store.seals, shop.journal_key, is_signed, shop.register.id)
        found = verify(store.sales, store.journal, store.tills, seals, store.records, store.custody)
    except (StoreDamaged, ValueError, LookupError, TypeError):
        # A row that no value of ours can be made of; what was counted so far says nothing.
        found = Findings(wrong=["A record cannot be read: it was changed or damaged. Call a manager."])
    found.wrong[:0] = pages
    return found
