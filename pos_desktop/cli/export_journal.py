"""`export journal`: JSON lines to standard output, or into a folder beside the script that checks them."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pos_desktop.app.ports import Person
from pos_desktop.cli.acting import acting
from pos_desktop.cli.asking import tell
from pos_desktop.cli.exits import DONE
from pos_desktop.cli.till_sums import reads_sums
from pos_desktop.composition.places import resources_dir
from pos_desktop.composition.shop import Shop
from pos_desktop.domain.errors import EnvironmentTrouble, PosError

JOURNAL, SCRIPT = "journal.jsonl", "verify_journal.py"


def export_journal(arguments: argparse.Namespace, shop: Shop) -> int:
    by = acting(arguments, shop)
    lines = _lines(shop, by)
    reads_sums(shop, by)
    with suppress(PosError):  # a key store that only reads: the journal is sealed all the same
        shop.sealing().now()
    if arguments.to is None:
        for line in lines:
            sys.stdout.write(line + "\n")
        sys.stdout.flush()
        return DONE
    folder = Path(arguments.to)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / JOURNAL).open("w", encoding="utf-8", newline="\n") as file:
            written = sum(1 for line in lines if file.write(line + "\n"))
        shutil.copyfile(resources_dir() / SCRIPT, folder / SCRIPT)
    except OSError as error:
        raise EnvironmentTrouble(
            f"The journal could not be written to {folder}. The store was not changed. Name a folder that can be "
            "written to.",
            code="not-written",
        ) from error
    public = shop.journal_key.public.hex()
    document = {
        "file": str(folder / JOURNAL),
        "script": str(folder / SCRIPT),
        "lines": written,
        "key": public,
    }
    tell(
        arguments,
        document,
        f"Written: {folder / JOURNAL}, and {SCRIPT} beside it, which checks it with plain Python:",
        f"python3 {SCRIPT} {JOURNAL} {public}",
        "The long number is this store\u2019s public key. Tell it on another way than the file.",
    )
    return DONE


def _lines(shop: Shop, by: Person) -> Iterator[str]:
    """Read as they are asked for, so that a seal made meanwhile is among them."""
    from pos_desktop.app.journal_export import exported_for

    return exported_for(by, shop.register.id, shop.journal_key.public, shop.store.journal, shop.store.seals)
