"""Lists: the last-modified window, pages, and the envelope (contract section 3)."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from pos_desktop.training.sandbox.clock import DAY_US, parse_instant
from pos_desktop.training.sandbox.http import Answer, Refusal
from pos_desktop.training.sandbox.jsonio import JsonObject
from pos_desktop.training.sandbox.metrc.call import Call

MAX_PAGE_SIZE = 20
_DAY_TICKS = 10 * DAY_US
_HOUR_TICKS = _DAY_TICKS // 24

T = TypeVar("T")
ToJson = Callable[[tuple[Any, ...]], JsonObject]


@dataclass(frozen=True, slots=True)
class Page:
    number: int
    size: int
    paged: bool

    @classmethod
    def of(cls, call: Call) -> Self:
        number, size = _whole(call, "pageNumber"), _whole(call, "pageSize")
        if number is None and size is None:
            return cls(1, call.settings.unpaged_rows or -1, paged=False)
        if size is not None and not 1 <= size <= MAX_PAGE_SIZE:
            raise Refusal.message(400, f"The page size must be from 1 to {MAX_PAGE_SIZE}.")
        if number is not None and number < 1:
            raise Refusal.message(400, "The page number must be 1 or more.")
        return cls(number or 1, size or MAX_PAGE_SIZE, paged=True)

    def of_all(self, rows: Sequence[T]) -> Sequence[T]:
        """Those of this page."""
        start = (self.number - 1) * max(self.size, 0)
        return rows[start : start + self.size] if self.size > 0 else rows

    def envelope(self, rows: list[JsonObject], total: int) -> Answer:
        size = self.size if self.paged else len(rows)
        counts = {
            "Total": total,
            "TotalRecords": total,
            "PageSize": size,
            "RecordsOnPage": len(rows),
            "Page": self.number,
            "CurrentPage": self.number,
            "TotalPages": -(-total // size) if size else 0,
        }
        return Answer.json({"Data": rows, **counts})


def window(call: Call) -> tuple[int, int]:
    """First and last tick of the asked modifications; the last 24 hours where none are asked."""
    if _has(call, "salesDate") and _has(call, "lastModified"):
        raise Refusal.message(400, "Sales dates and last-modified times cannot be combined.")
    end = _instant(call, "lastModifiedEnd")
    if end is None:
        end = call.now * 10 + 9
    start = _instant(call, "lastModifiedStart")
    if start is None:
        start = end - _DAY_TICKS
    widest = call.settings.window_max_hours * _HOUR_TICKS
    if start > end:
        raise Refusal.message(400, "lastModifiedStart is after lastModifiedEnd.")
    if widest and end - start > widest:
        raise Refusal.message(400, "The range of last-modified times is too wide.")
    return start, end


def listed(call: Call, selection: str, values: tuple[Any, ...], to_json: ToJson) -> Answer:
    """Answer a page of `selection`, whose columns start with an id named `id`."""
    page = Page.of(call)
    ids = call.listings.ids(call.db, selection, values)
    shown = page.of_all(ids)
    # A cross join is read from the left: each row by its id, however long the list is.
    rows = call.db.execute(
        f"SELECT s.* FROM json_each(?) i CROSS JOIN ({selection}) s ON s.id = i.value ORDER BY i.key",  # noqa: S608 - ours
        (json.dumps(shown), *values),
    ).fetchall()
    return page.envelope([to_json(row) for row in rows], len(ids))


def listed_values(call: Call, rows: list[JsonObject]) -> Answer:
    """Answer a page of rows that are at hand."""
    page = Page.of(call)
    return page.envelope(list(page.of_all(rows)), len(rows))


def _has(call: Call, window_name: str) -> bool:
    return any(call.parameter(window_name + end) is not None for end in ("Start", "End"))


def _whole(call: Call, name: str) -> int | None:
    text = call.parameter(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Refusal.message(400, f"The parameter {name} must be a whole number.")
    return int(text)


def _instant(call: Call, name: str) -> int | None:
    text = call.parameter(name)
    if text is None:
        return None
    ticks = parse_instant(text)
    if ticks is None:
        raise Refusal.message(
            400, f"The parameter {name} must be a time with Z or an offset (+ sent as %2B)."
        )
    return ticks
