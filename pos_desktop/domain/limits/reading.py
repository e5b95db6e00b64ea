"""Reads one table of a rule pack: typed values out, and everything that nobody asked for refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from fractions import Fraction

from pos_desktop.domain.errors import BadInput

LARGEST = 10**15
"""No limit, cap or length is above this: a slip of the keyboard, not a rule."""
LONGEST_DAYS = 3660
_NUMBER = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18})?")
_CLOCK = re.compile(r"[0-9]{2}:[0-9]{2}")


class PackError(BadInput):
    """A rule pack that cannot be used; it is refused as a whole (contract 8)."""

    code = "bad-pack"


class Section:
    """A table of the pack and where it stands, so that each complaint names file, programme and rule."""

    def __init__(self, values: Mapping[str, object], source: str, *path: str) -> None:
        self._values = dict(values)
        self._source = source
        self._path = path

    def complain(self, what: str) -> PackError:
        where = ", ".join(self._path)
        why = f"{where + ': ' if where else ''}{what}."
        return PackError(
            f"The rule pack {self._source} was not taken over. {why} The rules in force before it stay in force.",
            details={"why": why},
        )

    def named(self, kind: str) -> Section:
        """The same table, known from here on by the `id` in it."""
        self._path = (*self._path, f"{kind} {self._values.get('id', 'without an id')}")
        return self

    def has(self, key: str) -> bool:
        return key in self._values

    def text(self, key: str, default: str | None = None) -> str:
        """Blanks alone say nothing: a text that is there says something, also where it may be left out."""
        stated = key in self._values
        value = self._values.pop(key, default)
        if not isinstance(value, str) or (stated and not value.strip()):
            raise self.complain(f"“{key}” must be a text, and is {_shown(value)}")
        return value

    def word(self, key: str, allowed: Iterable[str], default: str | None = None) -> str:
        value = self.text(key, default)
        known = tuple(allowed)
        if value not in known:
            raise self.complain(
                f"“{key}” is “{value}”, which this program does not know ({', '.join(known)})"
            )
        return value

    def texts(
        self, key: str, default: tuple[str, ...] | None = None, *, at_least: int = 0
    ) -> tuple[str, ...]:
        value = self._values.pop(key, default)
        if not isinstance(value, list | tuple) or not all(
            isinstance(each, str) and each.strip() for each in value
        ):
            raise self.complain(f"“{key}” must be a list of texts, and is {_shown(value)}")
        if len(value) < at_least:
            raise self.complain(f"“{key}” must name at least one")
        return tuple(value)

    def words(self, key: str, allowed: Iterable[str]) -> tuple[str, ...]:
        """A list of known words, each at most once; empty where it is missing."""
        found, known = self.texts(key, ()), tuple(allowed)
        for each in found:
            if each not in known:
                raise self.complain(f"“{each}” in “{key}” is not known to this program ({', '.join(known)})")
            if found.count(each) > 1:
                raise self.complain(f"“{each}” stands twice in “{key}”")
        return found

    def whole(self, key: str, *, at_least: int = 0, at_most: int = LARGEST) -> int:
        value = self.optional_whole(key, at_least=at_least, at_most=at_most)
        if value is None:
            raise self.complain(f"“{key}” is missing")
        return value

    def optional_whole(self, key: str, *, at_least: int = 0, at_most: int = LARGEST) -> int | None:
        value = self._values.pop(key, None)
        if value is not None and (type(value) is not int or not at_least <= value <= at_most):
            raise self.complain(
                f"“{key}” must be a whole number from {at_least:,} to {at_most:,}, and is {_shown(value)}"
            )
        return value if isinstance(value, int) else None

    def wholes(self, key: str) -> tuple[int, ...] | None:
        value = self._values.pop(key, None)
        if value is not None and not (isinstance(value, list) and all(type(each) is int for each in value)):
            raise self.complain(f"“{key}” must be a list of whole numbers, and is {_shown(value)}")
        return tuple(value) if isinstance(value, list) else None

    def clock(self, key: str) -> time:
        """A wall time, written `"08:00"`."""
        value = self.text(key)
        try:
            if not _CLOCK.fullmatch(value):
                raise ValueError
            return time.fromisoformat(value)
        except ValueError:
            raise self.complain(f'“{key}” must be a time such as "08:00", and is “{value}”') from None

    def flag(self, key: str, *, default: bool) -> bool:
        value = self._values.pop(key, default)
        if not isinstance(value, bool):
            raise self.complain(f"“{key}” must be true or false, and is {_shown(value)}")
        return value

    def day(self, key: str) -> date | None:
        value = self._values.pop(key, None)
        if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
            raise self.complain(f"“{key}” must be a date such as 2026-01-31, and is {_shown(value)}")
        return value if isinstance(value, date) else None

    def ratio(self, key: str, default: str | None = None) -> Fraction:
        """An exact positive rational, written `"a"` or `"a/b"` where a and b may be decimals (contract 2.2)."""
        value = self.text(key, default)
        over, slash, under = value.partition("/")
        numbers = (over, under) if slash else (over, "1")
        if not all(_NUMBER.fullmatch(each) for each in numbers):
            raise self.complain(f'“{key}” must be an exact ratio such as "1000/3500", and is “{value}”')
        above, below = map(Fraction, numbers)
        if not above or not below:
            raise self.complain(f"“{key}” must be above nought, and is “{value}”")
        return above / below

    def section(self, key: str, name: str, *, required: bool = False) -> Section:
        value = self._values.pop(key, None if required else {})
        if not isinstance(value, Mapping):
            raise self.complain(f"“{key}” must be a table, and is {_shown(value)}")
        return Section(value, self._source, *self._path, name)

    def sections(self, key: str, *, at_least: int = 0) -> tuple[Section, ...]:
        value = self._values.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
            raise self.complain(f"“{key}” must be a list of tables, and is {_shown(value)}")
        if len(value) < at_least:
            raise self.complain(f"“{key}” is missing")
        return tuple(Section(each, self._source, *self._path) for each in value)

    def done(self) -> None:
        """Refuse what is left: a key that this program does not know may be a rule that it would break."""
        for key in self._values:
            raise self.complain(f"“{key}” is not known to this program")


def _shown(value: object) -> str:
    return "missing" if value is None else f"“{value}”"
