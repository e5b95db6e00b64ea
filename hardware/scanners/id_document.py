"""What a driver's licence or state card says, and what may be concluded from it (hardware.md 8, rules 5 to 8)."""

import unicodedata
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class IdDocument:
    """A licence as read. It always has a birth date; personal fields are left out of `repr`.

    The person and the card are still checked by eye, and the registry decides who is a patient.
    """

    version: int
    issuer: str
    kind: str
    birth_date: date = field(repr=False)
    expires: date | None = field(repr=False)
    issued: date | None = field(repr=False)
    number: str | None = field(repr=False)
    family: str | None = field(repr=False)
    given: str | None = field(repr=False)
    middle: str | None = field(repr=False)
    suffix: str | None = field(repr=False)
    sex: str | None = field(repr=False)
    street: str | None = field(repr=False)
    street_2: str | None = field(repr=False)
    city: str | None = field(repr=False)
    state: str | None = field(repr=False)
    postal_code: str | None = field(repr=False)
    country: str | None = None
    family_cut: bool = False
    given_cut: bool = False
    middle_cut: bool = False

    def __reduce_ex__(self, _: object) -> str:
        raise TypeError("a licence is not pickled")

    def age_on(self, day: date) -> int:
        """Full years by the calendar; who is born on 29 February is older on 1 March."""
        born = self.birth_date
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

    def valid_on(self, day: date) -> bool:
        """True through the printed day; False if no day is printed."""
        return self.expires is not None and day <= self.expires

    def names(self, family: str, given: str) -> bool:
        """True if this card can be that person's: without case, accents, hyphens and blanks.

        A name that the card marks as cut off matches by its beginning.
        """
        return _same(self.family, family, self.family_cut) and _same(self.given, given, self.given_cut)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The code is no licence that we can trust; `reason` is a key without personal data."""

    reason: str


def _same(printed: str | None, full: str, cut: bool) -> bool:
    mine, other = _folded(printed or ""), _folded(full)
    return bool(mine) and (other.startswith(mine) if cut else other == mine)


def _folded(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if letter.isalnum())
