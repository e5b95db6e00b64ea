"""Reads METRC lists to the end: pages of 20, windows of last modification, either list shape (metrc contract, 3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from pos_desktop.domain.instant import DAY_US, HOUR_US, MINUTE_US, Instant
from pos_desktop.sync.metrc.client import MetrcClient, Reply
from pos_desktop.sync.metrc.errors import read_complaint
from pos_desktop.sync.numbers import decode

PAGE = 20
TRIES = 3
MOST_PAGES = 5_000
MOST_SLIDES = 100
"""So often a list may become shorter while it is read."""
OVERLAP_US = 5 * MINUTE_US
NARROWEST_US = HOUR_US
_UTC = ZoneInfo("UTC")

Row = Mapping[str, Any]


class CouldNotRead(Exception):
    """A list was not read to its end. `reply` is the answer that broke it off; its `ok` means an unreadable body."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"status {reply.status}")
        self.reply = reply


@dataclass(frozen=True, slots=True)
class Window:
    """Rows last modified in [start, end]."""

    start: Instant
    end: Instant

    def query(self) -> dict[str, str]:
        return {"lastModifiedStart": _stamp(self.start), "lastModifiedEnd": _stamp(self.end)}

    def parts(self) -> Iterable[Window]:
        """Days, where it is wider than one; else two halves."""
        if self.end.since_us(self.start) > DAY_US:
            return windows(self.start.plus_us(OVERLAP_US), self.end, DAY_US)
        middle = Instant((self.start.utc_us + self.end.utc_us) // 2)
        return Window(self.start, middle), Window(middle, self.end)


def _stamp(at: Instant) -> str:
    return at.datetime_in(_UTC).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def windows(start: Instant, end: Instant, width_us: int) -> Iterator[Window]:
    """Oldest first, none wider than `width_us` (above 5 minutes), each overlapping the one before by 5 minutes."""
    at = start
    while at < end:
        first = at.plus_us(-OVERLAP_US)
        at = min(end, first.plus_us(width_us))
        yield Window(first, at)


def rows_of(body: bytes) -> tuple[list[Row], int, int] | None:
    """(rows, total, pages) of an envelope or of a bare array; None where the body is neither."""
    try:
        document = decode(body)
    except ValueError:
        return None
    if isinstance(document, list):
        return _objects(document), len(document), 1
    if not isinstance(document, dict) or not isinstance(document.get("Data"), list):
        return None
    return (
        _objects(document["Data"]),
        _count(document, "TotalRecords", "Total"),
        _count(document, "TotalPages"),
    )


def _objects(values: list[Any]) -> list[Row]:
    return [value for value in values if isinstance(value, dict)]


def _count(document: Row, *names: str) -> int:
    return next((document[name] for name in names if type(document.get(name)) is int), 0)


def read_list(client: MetrcClient, path: str, query: Mapping[str, str]) -> list[Row]:
    """Every row of a list, once.

    Rows can slip from one page to the next when one of them changes meanwhile, so fewer rows than were announced mean
    that the list is read again.

    Raises:
        CouldNotRead: a page did not come, or the list did not hold still three times.
    """
    reading = _Reading(client, path, query)
    for _ in range(TRIES):
        if reading.to_its_end():
            return list(reading.found.values())
    raise CouldNotRead(reading.last)


class _Reading:
    """One list, page by page."""

    def __init__(self, client: MetrcClient, path: str, query: Mapping[str, str]) -> None:
        self._client, self._path, self._query = client, path, query
        self.found: dict[Any, Row] = {}
        self.last = Reply()

    def to_its_end(self) -> bool:
        """Whether all rows came. Raises CouldNotRead."""
        self.found = {}
        page, before, slides = 1, 0, 0
        for _ in range(MOST_PAGES):
            rows, announced, pages = self._page(page)
            self.found.update({row.get("Id", (page, n)): row for n, row in enumerate(rows)})
            gone, before = before - announced, announced
            if gone > 0:
                # What was touched meanwhile left the window, and as many rows slid over the edge of the page before.
                slides += 1
                page = max(1, page - -(-gone // PAGE))
                if slides > MOST_SLIDES:
                    return False
            elif not rows or page >= pages:
                return len(self.found) >= announced
            else:
                page += 1
        return False

    def _page(self, page: int) -> tuple[list[Row], int, int]:
        self.last = self._client.get(
            self._path, {**self._query, "pageNumber": str(page), "pageSize": str(PAGE)}
        )
        read = rows_of(self.last.body) if self.last.ok else None
        if read is None:
            raise CouldNotRead(self.last)
        return read


def read_window(client: MetrcClient, path: str, license_number: str, window: Window) -> list[Row]:
    """Every row modified in the window; in days, then in halves down to an hour, where the service finds it too wide.

    Raises:
        CouldNotRead: as `read_list`.
    """
    try:
        return read_list(client, path, {"licenseNumber": license_number, **window.query()})
    except CouldNotRead as broken:
        wide = window.end.since_us(window.start) > NARROWEST_US + OVERLAP_US
        if not (wide and _speaks_of_range(broken.reply)):
            raise
    merged: dict[Any, Row] = {}
    for part in window.parts():
        merged.update({row.get("Id"): row for row in read_window(client, path, license_number, part)})
    return list(merged.values())


def _speaks_of_range(reply: Reply) -> bool:
    if reply.status != 400:
        return False
    said = " ".join(read_complaint(reply.body).messages).lower()
    return any(word in said for word in ("range", "window", "24 hours", "span", "lastmodified"))
