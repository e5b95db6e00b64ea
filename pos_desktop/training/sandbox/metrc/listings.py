"""What the lists that were asked for last hold, so that a list of a thousand pages is not made a thousand times."""

from collections.abc import Sequence
from typing import Any

from pos_desktop.training.sandbox.store import Connection

_KEPT = 8


class Listings:
    """Ids in their order, for as long as nothing was written. Used with the store's lock held."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, tuple[Any, ...]], Sequence[int]] = {}
        self._as_of = -1

    def ids(self, db: Connection, selection: str, values: tuple[Any, ...]) -> Sequence[int]:
        """Of the rows of `selection`, one of our own, with their column `id`."""
        if self._as_of != db.total_changes:
            self._made.clear()
            self._as_of = db.total_changes
        key = (selection, values)
        if key not in self._made:
            if len(self._made) == _KEPT:
                self._made.pop(next(iter(self._made)))
            rows = db.execute(f"SELECT id FROM ({selection}) ORDER BY id", values)  # noqa: S608 - ours
            self._made[key] = [row[0] for row in rows]
        return self._made[key]
