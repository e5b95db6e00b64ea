"""The sandbox's clock, which tests may move, and the service's ways of writing time.

Instants are whole microseconds since 1970 UTC; "ticks" are tenths of them, the service's seven fraction digits.
"""

import re
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
SECOND_US = 1_000_000
DAY_US = 86_400 * SECOND_US

_INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?(Z|[+-]\d\d:\d\d)")
_LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def system_now_us() -> int:
    return time.time_ns() // 1000


class SandboxClock:
    """Runs with the machine's clock until it is moved (keeps running from there) or frozen."""

    def __init__(self, source_us: Callable[[], int] = system_now_us) -> None:
        self._source_us = source_us
        self._offset_us = 0
        self._frozen_us: int | None = None

    def now_us(self) -> int:
        return self._source_us() + self._offset_us if self._frozen_us is None else self._frozen_us

    def set(self, instant_us: int, *, running: bool) -> None:
        self._offset_us = instant_us - self._source_us()
        self._frozen_us = None if running else instant_us

    def reset(self) -> None:
        self._offset_us, self._frozen_us = 0, None

    def state(self) -> str:
        """For the state file: `offset` and `frozen`, in microseconds."""
        return f"{self._offset_us} {'' if self._frozen_us is None else self._frozen_us}"

    def restore(self, state: str) -> None:
        offset, _, frozen = state.partition(" ")
        self._offset_us, self._frozen_us = int(offset), int(frozen) if frozen else None


def instant_us(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def utc(instant: int) -> datetime:
    return _EPOCH + instant * _MICROSECOND


def local_date(instant: int, zone: str) -> date:
    return utc(instant).astimezone(ZoneInfo(zone)).date()


def local_instant_us(text: str, zone: str) -> int:
    """The instant of a facility-local time; of the two in the repeated hour, the earlier one."""
    return instant_us(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)))


def odt(ticks: int) -> str:
    """`2026-02-08T07:05:59.7441994+00:00`: an instant with seven fraction digits (contract section 2)."""
    seconds, fraction = divmod(ticks, 10 * SECOND_US)
    return f"{utc(seconds * SECOND_US):%Y-%m-%dT%H:%M:%S}.{fraction:07d}+00:00"


def parse_instant(text: str) -> int | None:
    """Ticks of an ISO time with `Z` or an offset; None for any other text."""
    form = _INSTANT.fullmatch(text)
    if form is None:
        return None
    whole, fraction, offset = form.groups()
    try:
        moment = datetime.fromisoformat(whole + ("+00:00" if offset == "Z" else offset))
    except ValueError:
        return None
    return instant_us(moment) * 10 + int((fraction or "0").ljust(7, "0"))


def is_local_time(text: str) -> bool:
    """Whether the text is `YYYY-MM-DDTHH:MM:SS.fff` without offset (contract section 2, `ldt`)."""
    return _LOCAL.fullmatch(text) is not None and _exists(datetime.fromisoformat, text)


def is_date(text: str) -> bool:
    return _DATE.fullmatch(text) is not None and _exists(date.fromisoformat, text)


def _exists(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True
