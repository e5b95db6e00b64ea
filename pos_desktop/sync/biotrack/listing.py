"""The state's list of sales, however long it is, and from which transaction on it must be read (contract, 4.8).

A row is stamped anew whenever it changes, in the list's own rising count. So what was the highest number at some moment
is a place to read on from for all that was recorded later. v3 may number its dispenses in another count; the list's own
numbers are good in both generations.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from pos_desktop.domain.instant import Instant
from pos_desktop.sync.biotrack.answers import Answer
from pos_desktop.sync.biotrack.legacy import LegacyClient
from pos_desktop.sync.biotrack.reading import Row, rows, second, whole
from pos_desktop.sync.sieve import RowSieve

SALES = "sync_sale"
_MEMBER = "sale"


class Past(Protocol):
    """What this store knows of the state's transactions."""

    def known_before(self, at: Instant) -> int:
        """The highest transaction of a report that was settled before `at`; 0 where there is none."""
        ...

    def taken(self, transaction: str, item_id: str) -> bool:
        """Whether a report other than `item_id` was confirmed by that transaction."""
        ...

    def listed_up_to(self, transaction: int) -> None:
        """The list was read to its end just now, and this was its highest number."""
        ...

    def listed_before(self, at: Instant) -> int:
        """The highest number of a list that was read before `at`; 0 where none was."""
        ...

    def listed_before_report(self, item_id: str) -> int:
        """The same of a list that was read before the report was made, whatever the clock said; 0 where none was."""
        ...


class CouldNotList(Exception):
    """The list of sales was not given. `answer` is what came instead."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.verdict.value)
        self.answer = answer


@dataclass(slots=True)
class Listed:
    """`rows` that were wanted, and the highest transaction of all; `came` counts all."""

    wanted: Callable[[Row], bool]
    rows: list[Row] = field(default_factory=list)
    newest: int = 0
    came: int = 0

    def take(self, row: Row) -> None:
        self.came += 1
        self.newest = max(self.newest, whole(row.get("transactionid")) or 0)
        if self.wanted(row):
            self.rows.append(row)


class SalesList:
    """One thread at a time. Of a long list only the wanted rows are kept, while it comes in."""

    def __init__(self, client: LegacyClient, past: Past) -> None:
        self._client = client
        self._past = past

    def read(self, begin: int, wanted: Callable[[Row], bool]) -> Listed:
        """Rows from transaction `begin` on, that one included; all of them from 0.

        Raises:
            CouldNotList: the list did not come to its end.
        """
        listed = self._ask(begin, wanted)
        if begin and not listed.came:
            # What was stamped so was listed once, and would be listed still or again: this count is another one.
            listed = self._ask(0, wanted)
        if listed.newest:
            self._past.listed_up_to(listed.newest)
        return listed

    def _ask(self, begin: int, wanted: Callable[[Row], bool]) -> Listed:
        listed = Listed(wanted)

        def sieve() -> RowSieve:
            nonlocal listed
            listed = Listed(wanted)
            return RowSieve(_MEMBER, listed.take)

        answer = self._client.ask(SALES, {"transaction_start": begin} if begin else {}, sieve=sieve)
        if not answer.accepted:
            raise CouldNotList(answer)
        for row in rows(answer.document.get(_MEMBER)):  # a single row, or a list in another form
            listed.take(row)
        return listed


def sold_since(at: Instant | None) -> Callable[[Row], bool]:
    """Rows of sales since `at`, and those that tell no time; all of them where the list keeps no time of sale."""
    if at is None:
        return lambda _: True
    since = at

    def wanted(row: Row) -> bool:
        told = second(row.get("sessiontime"))
        return told is None or told >= since

    return wanted
