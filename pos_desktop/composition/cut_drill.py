"""What a drill that was killed leaves behind: the outage that it had declared, and the mark that says so."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pos_desktop.composition.places import DataFolder
    from pos_desktop.composition.shop import Shop

CUT_OFF = "A drill was cut off before its end. "
ENDED = "The outage that it had declared is ended. "
_SALES = "Sales that it made are saved and are reported with the others."


def mark_outage(folder: DataFolder, evidence: str) -> None:
    """Before the drill declares its outage, so that the next start knows whose it is."""
    with folder.drill_mark.open("wb") as mark:
        mark.write(json.dumps({"evidence": _plain(evidence)}).encode())
        mark.flush()
        os.fsync(mark.fileno())


def unmark_outage(folder: DataFolder) -> None:
    folder.drill_mark.unlink(missing_ok=True)


def clear_cut_drill(shop: Shop) -> str:
    """End the outage that a dead drill declared; what to say of it, or nothing.

    Only for who holds the counter's lock: a drill that lives holds it too. An outage with other evidence stays, since a
    manager declared that one.
    """
    mark = shop.folder.drill_mark
    if not mark.exists():
        return ""
    book, said = shop.store.outage, CUT_OFF
    declared = book.declared()
    if declared is not None and _plain(declared.evidence) == _evidence_of(shop.folder):
        book.end(declared.by)
        said += ENDED
    unmark_outage(shop.folder)
    return said + _SALES


def _evidence_of(folder: DataFolder) -> str | None:
    try:
        return str(json.loads(folder.drill_mark.read_bytes())["evidence"])
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _plain(evidence: str) -> str:
    """As an outage keeps it."""
    return " ".join(evidence.split())
