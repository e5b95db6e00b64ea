"""What the journal tells of looks at patients and of purges, against the rows that are kept of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from pos_desktop.app.ports.privacy import PrivacyRecords, Purge, view_row
from pos_desktop.domain.journal import canonical


class PrivacyTold:
    """Walks the rows beside the journal: memory does not grow with either."""

    def __init__(self, records: PrivacyRecords) -> None:
        self._records = records
        self._rows = records.views()
        self._next = 1
        self._purged: dict[str, tuple[str, Mapping[str, Any]]] = {}
        self._wrong: list[str] = []

    def entry(self, entry: Mapping[str, Any]) -> None:
        if entry["kind"] == "patient.viewed":
            self._viewed(entry)
        elif entry["kind"] == "patient.purged":
            if entry["ref"] in self._purged:
                self._wrong.append(f"Journal entry {entry['seq']} tells of a purge that was done before.")
            self._purged[entry["ref"]] = (entry["actor"], entry["data"])

    def findings(self) -> Iterable[str]:
        yield from self._wrong
        more = sum(1 for _ in self._rows)
        if more:
            yield f"Of looks at patients {more} are kept that the journal does not tell of."
        yield from self._purges(self._records.purges())
        yield from self._records.unlike()

    def _viewed(self, entry: Mapping[str, Any]) -> None:
        data = entry["data"]
        count = data.get("count")
        rows = list(islice(self._rows, count)) if isinstance(count, int) and count > 0 else []
        digest = hashlib.sha256(canonical({"views": [view_row(*row) for row in rows]})).hexdigest()
        alike = (
            len(rows) == count
            and data.get("first") == self._next == rows[0][0]
            and digest == data.get("rows")
            and all(row[2] == entry["actor"] and row[4] == data.get("why") for row in rows)
        )
        if not alike:
            self._wrong.append(
                f"The looks at patients that journal entry {entry['seq']} tells of are not what is kept of them."
            )
        self._next += len(rows)

    def _purges(self, kept: Mapping[Any, Purge]) -> Iterable[str]:
        for patient_id, purge in kept.items():
            actor, data = self._purged.pop(patient_id, ("", {}))
            if not actor:
                yield "A patient’s record was purged, and the journal does not tell of it."
            elif (actor, data.get("approved_by"), data.get("record")) != (
                purge.by,
                purge.approved_by or "",
                purge.digest(),
            ):
                yield "The purge of a patient’s record is not what the journal tells of it."
        for _ in self._purged:
            yield "The journal tells that a patient’s record was purged, and nothing is kept of it."
