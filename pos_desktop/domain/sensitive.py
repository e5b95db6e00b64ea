"""Text and dates of a person that print masked. Only `reveal` gives the true value to whatever writes text.

A private text is a text: it compares, sorts, searches and is bound to a statement or a field of the screen as what it
is. Whatever turns values into words - `str`, `repr`, `format`, `%`, a logger, a trace, the repr of a record around it -
gets the mask instead, and `pickle` gets nothing. So a place that forgets this module shows dots, and no name.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Self

MASK = "•••"
_SHOWN = 4


class Private(str):
    """A name, or a sentence that holds one."""

    __slots__ = ()

    @property
    def mask(self) -> str:
        return MASK if self else ""

    def reveal(self) -> str:
        """The true text, as plain text."""
        return str.__str__(self)

    def __str__(self) -> str:
        return self.mask

    def __repr__(self) -> str:
        return repr(self.mask)

    def __format__(self, spec: str) -> str:
        return format(self.mask, spec)

    def __add__(self, other: str) -> Private:
        return Private(str.__add__(self.reveal(), reveal(other)))

    def __radd__(self, other: str) -> Private:
        return Private(str.__add__(reveal(other), self.reveal()))

    def strip(self, chars: str | None = None, /) -> Self:
        return type(self)(str.strip(self, chars))

    def upper(self) -> Self:
        return type(self)(str.upper(self))

    def lower(self) -> Self:
        return type(self)(str.lower(self))

    def casefold(self) -> Self:
        return type(self)(str.casefold(self))

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _: Any) -> Self:
        return self

    def __reduce_ex__(self, _: Any) -> Any:
        raise TypeError("private data is not pickled")


class CardNumber(Private):
    """Prints its last four signs, the most that screen and paper may show."""

    __slots__ = ()

    @property
    def mask(self) -> str:
        return f"…{self[-_SHOWN:]}" if len(self) > _SHOWN else "…" if self else ""


class BirthDate(date):
    """`isoformat` tells it to the store and to the state; screens show an age."""

    __slots__ = ()

    @classmethod
    def of(cls, day: date) -> BirthDate:
        return day if isinstance(day, BirthDate) else cls(day.year, day.month, day.day)

    def reveal(self) -> date:
        return date(self.year, self.month, self.day)

    def __str__(self) -> str:
        return MASK

    def __repr__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return MASK

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _: Any) -> Self:
        return self

    def __reduce_ex__(self, _: Any) -> Any:
        raise TypeError("private data is not pickled")


def reveal(text: str) -> str:
    """The true text of what may be private."""
    return text.reveal() if isinstance(text, Private) else text


def told(template: str, **values: object) -> str:
    """`template.format(**values)` for a screen: with the true words, and private as soon as one of them is."""
    private = any(isinstance(each, Private) for each in values.values())
    text = template.format(
        **{key: reveal(each) if isinstance(each, str) else each for key, each in values.items()}
    )
    return Private(text) if private or isinstance(template, Private) else text


def guard(record: object, **kinds: type[Private | BirthDate]) -> None:
    """Make fields of a frozen record private, in its `__post_init__`; None and what is private already stay."""
    for name, kind in kinds.items():
        value = getattr(record, name)
        if isinstance(value, str) and not isinstance(value, kind) and issubclass(kind, Private):
            object.__setattr__(record, name, kind(value))
        elif isinstance(value, date) and issubclass(kind, BirthDate):
            object.__setattr__(record, name, BirthDate.of(value))
