"""`verify`: does the store agree with itself."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from pos_desktop.app.counting import counted
from pos_desktop.cli.alarms_said import emergency_words
from pos_desktop.cli.asking import folder_of, passphrase, tell
from pos_desktop.cli.exits import DAMAGED, DONE, NEEDS_PERSON
from pos_desktop.composition.backing_up import standing_words
from pos_desktop.composition.shop import Shop, opened

if TYPE_CHECKING:
    from pos_desktop.app.verifying import Findings


def run(arguments: argparse.Namespace) -> int:
    with opened(folder_of(arguments), passphrase) as shop:
        found = _look(shop)
        opened_codes = len(shop.store.emergency.unreviewed()) if found.good else 0
        warnings = standing_words(shop) if found.good else []
    document = {
        "good": found.good,
        "sales": found.sales,
        "entries": found.entries,
        "wrong": found.wrong,
        "emergencies": opened_codes,
        "warnings": warnings,
    }
    sales = counted(found.sales, "sale", "sales")
    entries = counted(found.entries, "journal entry", "journal entries")
    summary = f"Checked: {sales} and {entries}."
    verdict = ["Everything agrees."] if found.good else found.wrong
    tell(arguments, document, summary, *verdict, *emergency_words(opened_codes), *warnings)
    if not found.good:
        return DAMAGED
    return NEEDS_PERSON if opened_codes else DONE


def _look(shop: Shop) -> Findings:
    from pos_desktop.composition.verifying import findings

    pages = [] if shop.store.verify() else ["Pages of the database file were changed or damaged."]
    found = findings(shop)
    found.wrong[:0] = pages
    return found
