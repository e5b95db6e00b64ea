"""What came of one request: an answer, or how it failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum

from pos_desktop.domain.instant import SECOND_US, Instant
from pos_desktop.sync.outbox import LONGEST_RETRY_AFTER_US

LONGEST_WAIT_S = LONGEST_RETRY_AFTER_US // SECOND_US


class Failure(StrEnum):
    NOT_SENT = "not-sent"
    """Name look-up, connection or TLS failed: certainly nothing reached the service."""
    UNTRUSTED = "untrusted"
    """As NOT_SENT, because the other end could not prove who it is."""
    NO_ANSWER = "no-answer"
    """Something may have been sent, and no whole answer came back."""
    TOO_LARGE = "too-large"
    """An answer came, larger than any that the service gives."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Either `status` with `body`, or `failure`. `retry_after_s` and `date` where the other end named them."""

    status: int = 0
    body: bytes = b""
    content_type: str = ""
    retry_after_s: int | None = None
    failure: Failure | None = None
    date: Instant | None = None

    @property
    def ok(self) -> bool:
        return self.failure is None and 200 <= self.status < 300

    @property
    def is_page(self) -> bool:
        """A web page where data is due: a login portal or a proxy answered in the service's place."""
        return bool(self.body.strip()) and bool(self.content_type) and "json" not in self.content_type

    @classmethod
    def of(cls, status: int, headers: Mapping[str, str], body: bytes) -> Reply:
        return cls(
            status=status,
            body=body,
            content_type=headers.get("content-type", "").lower(),
            retry_after_s=_retry_after(headers),
            date=_moment(headers.get("date", "")),
        )


def _retry_after(headers: Mapping[str, str]) -> int | None:
    """`Retry-After` in seconds, given as a number or as a date (then counted from the answer's own Date).

    Never above an hour: no service's slip of the pen keeps reports back for a day.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(LONGEST_WAIT_S, int(value[:9]))
    at, now = _moment(value), _moment(headers.get("date", ""))
    return None if at is None or now is None else min(LONGEST_WAIT_S, max(0, at.since_us(now) // SECOND_US))


def _moment(http_date: str) -> Instant | None:
    try:
        return Instant.from_datetime(parsedate_to_datetime(http_date))
    except (ValueError, TypeError, OverflowError):
        return None
