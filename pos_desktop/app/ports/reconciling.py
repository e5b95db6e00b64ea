"""This register's own side of a comparison with the state, and what earlier comparisons found."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from pos_desktop.domain.reconciliation.records import OtherLicense, OwnPackage, OwnSale


class OwnBooks(Protocol):
    """Sales and packages of one license, as they are compared."""

    def sales_on(self, first: date, last: date, zone: ZoneInfo) -> Sequence[OwnSale]:
        """Sales whose report tells a business day from `first` to `last`, in the order of their numbers."""
        ...

    def under_other_license(self, first: date, last: date, zone: ZoneInfo) -> Mapping[date, OtherLicense]:
        """What else was sold on these business days, by day; days without any are left out."""
        ...

    def named(self, externals: Collection[str], zone: ZoneInfo) -> Sequence[OwnSale]:
        """Those of these numbers that are ours, of whatever day; numbers in any case."""
        ...

    def registers(self) -> frozenset[str]:
        """This register as its numbers name it, and what it was called before."""
        ...

    def packages(self) -> Sequence[OwnPackage]: ...


class KeptFindings(Protocol):
    """What the last comparison left open. No name, no card number, no date of birth is ever in it."""

    def load(self) -> Mapping[str, Any]:
        """Empty where nothing was kept, or what was kept cannot be read."""
        ...

    def save(self, document: Mapping[str, Any]) -> None: ...
