"""What a scan turned out to be, in the counter's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from pos_desktop.domain.sensitive import BirthDate, Private, guard


class ScanKind(StrEnum):
    CARD = "card"
    PACKAGE = "package"
    ID_DOCUMENT = "id-document"
    UNREADABLE = "unreadable"
    """A code of a known form that cannot be read: half a scan, a wrong check digit, a worn license."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class IdDocument:
    """What we use of a driver's license; nothing else of it is kept."""

    last_name: str
    first_name: str
    birth_date: date
    expires: date | None

    def __post_init__(self) -> None:
        guard(self, last_name=Private, first_name=Private, birth_date=BirthDate)

    def __repr__(self) -> str:
        return "IdDocument(…)"


@dataclass(frozen=True, slots=True)
class Scanned:
    """`text` is the card number or the package tag; `why` is a sentence where nothing can be done with the scan."""

    kind: ScanKind
    text: str = ""
    document: IdDocument | None = None
    why: str = ""

    def __repr__(self) -> str:
        return f"Scanned({self.kind})"


class ScanReader(Protocol):
    def read(self, text: str) -> Scanned:
        """Sort a scan by its content. Pure and quick; any thread."""
        ...
