"""Days and times as METRC writes them."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from pos_desktop.domain.instant import Instant

_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?$", re.ASCII | re.IGNORECASE
)
UNSET_YEAR = 1
"""`0001-01-01` means "no value" (metrc contract, section 2)."""


def day(value: Any) -> date | None:
    """A date or the day of a date-time; None where unset or unreadable."""
    if not isinstance(value, str):
        return None
    try:
        read = date.fromisoformat(value[:10])
    except ValueError:
        return None
    return None if read.year == UNSET_YEAR else read


def wall_second(value: Any) -> str:
    """A local time cut to the second (`2026-04-09T14:32:07`), to compare sales by; empty where unreadable."""
    match = _TIME.match(value) if isinstance(value, str) else None
    return f"{match[1]}T{match[2]}" if match else ""


def moment(value: Any) -> Instant | None:
    """A time with offset and 0 to 9 decimals; None where unset, without offset or unreadable."""
    match = _TIME.match(value) if isinstance(value, str) else None
    if match is None or match[4] is None:
        return None
    offset = "+00:00" if match[4] in "Zz" else match[4]
    try:
        read = datetime.fromisoformat(f"{match[1]}T{match[2]}.{(match[3] or '')[:6]:0<6}{offset}")
    except ValueError:
        return None
    return None if read.year == UNSET_YEAR else Instant.from_datetime(read)
