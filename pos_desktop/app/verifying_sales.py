"""What the journal tells of each sale, met in the order of sales: neither journal nor sales are held in memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pos_desktop.domain.identity import SaleId

_KIND = b'"kind":"sale.done"'


@dataclass(slots=True)
class Told:
    """One entry that tells of a sale: where it stands, and its data."""

    seq: int
    digest: bytes
    actor: str
    data: dict[str, Any]


class SalesTold:
    """Walks entries as far as it must: the journal tells of sales in the order of their numbers.

    Only what tells of a sale that is not there waits in memory, and all that follows an entry that is gone.
    """

    def __init__(self, entries: Iterable[tuple[int, bytes, bytes]]) -> None:
        self._entries = iter(entries)
        self._waiting: dict[str, Told] = {}

    def pop(self, sale_id: SaleId) -> Told | None:
        while sale_id not in self._waiting and self._next():
            pass
        return self._waiting.pop(sale_id, None)

    def left(self) -> Mapping[str, Told]:
        """By sale: what was told of none that was asked for, or once more than it happened."""
        while self._next():
            pass
        return self._waiting

    def _next(self) -> bool:
        for seq, body, digest in self._entries:
            if _KIND in body and (entry := _read(body)) is not None:
                self._waiting.setdefault(entry["ref"], Told(seq, digest, entry["actor"], entry["data"]))
                return True
        return False


def _read(body: bytes) -> dict[str, Any] | None:
    """None for what cannot be read, which the walk over the chain tells of."""
    try:
        entry = json.loads(body)
        good = isinstance(entry["data"], dict) and isinstance(entry["ref"], str) and "actor" in entry
    except (ValueError, LookupError, TypeError):
        return None
    return entry if good and entry["kind"] == "sale.done" else None
