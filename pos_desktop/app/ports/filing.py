"""Reports that leave as a file, where no line leads to the state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.outbox import OutboxItem


class FilingBook(Protocol):
    def waiting(self) -> Iterator[OutboxItem]:
        """Oldest first."""
        ...

    def file(self, reports: Mapping[str, str], mark: str, by: PersonId) -> int:
        """`reports`: payload digest by report id. All of them or none, with one journal entry; how many are new.

        Raises:
            BadInput: a report is not in this store, says something else now, or was settled another way.
        """
        ...
