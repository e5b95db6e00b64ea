"""Rows that hang on a sale, looked at as rows: by `verify` alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from pos_desktop.domain.identity import PersonId, SaleId
from pos_desktop.domain.sale import SaleNumber


@dataclass(frozen=True, slots=True)
class VoidRow:
    at_us: int | None
    by: PersonId
    reason: str


class RecordBook(Protocol):
    def unlike(self) -> Iterable[tuple[str, str]]:
        """(what of it, sale number): rows of allotments, stock, lines and payments that do not follow from the sale."""
        ...

    def out_of_order(self) -> Iterable[str]:
        """What is kept in rows that are not numbered one after the other, or hang on no sale."""
        ...

    def untrue(self) -> Iterable[str]:
        """What is kept twice, in rows and in what was made of them, and is not the same: as sentences."""
        ...

    def void_reports(self) -> Iterable[tuple[SaleNumber, bytes | None, str]]:
        """(sale, payload, digest) of each void's report; None where there is none."""
        ...

    def voids(self) -> Mapping[SaleId, VoidRow]: ...
