"""Finds a receipt of ours among those that METRC holds (metrc contract, section 4.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pos_desktop.domain.instant import DAY_US, MINUTE_US, Instant
from pos_desktop.domain.sensitive import CardNumber, guard
from pos_desktop.sync.metrc.client import MetrcClient
from pos_desktop.sync.metrc.paging import Row, read_window, windows
from pos_desktop.sync.metrc.times import moment, wall_second
from pos_desktop.sync.metrc.wire import RECEIPTS, Wanted
from pos_desktop.sync.numbers import cents

EARLIER_US = 10 * MINUTE_US
"""How far our clock and the service's may lie apart (section 4.2, step 4)."""
SERVICE_OVERLAP_US = 2 * MINUTE_US
_LISTS = (f"{RECEIPTS}/active", f"{RECEIPTS}/inactive")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is compared of a stored receipt. `lines` is 0 where the answer does not list them."""

    id: int
    external: str
    second: str
    patient: str
    total_cents: int | None
    lines: int
    packages: int | None
    archived: bool
    final: bool = False

    def __post_init__(self) -> None:
        guard(self, patient=CardNumber)

    @classmethod
    def of(cls, row: Row) -> Receipt | None:
        """None where the row has no id."""
        number = row.get("Id")
        if type(number) is not int:
            return None
        lines = row.get("Transactions")
        packages = row.get("TotalPackages")
        return cls(
            id=number,
            external=str(row.get("ExternalReceiptNumber") or "").strip().upper(),
            second=wall_second(row.get("SalesDateTime")),
            patient=str(row.get("PatientLicenseNumber") or "").strip().upper(),
            total_cents=cents(row.get("TotalPrice")),
            lines=len(lines) if isinstance(lines, list) else 0,
            packages=packages if type(packages) is int else None,
            archived=bool(row.get("ArchivedDate")) and not str(row["ArchivedDate"]).startswith("0001-"),
            final=row.get("IsFinal") is True,
        )

    def is_about(self, wanted: Wanted) -> bool:
        """Ours by its number; or, where it bears none, by second, patient and total."""
        if self.external:
            return self.external == wanted.external
        key = (self.second, self.patient, self.total_cents)
        return key == (wanted.second, wanted.patient.upper(), wanted.total_cents)

    def differences(self, wanted: Wanted) -> tuple[str, ...]:
        """In which of our words it differs from the sale; empty means equal."""
        found = []
        if self.total_cents != wanted.total_cents:
            found.append("total")
        if self.second != wanted.second:
            found.append("time of sale")
        if self.patient and self.patient != wanted.patient.upper():
            found.append("patient")
        if not self._lines_fit(wanted):
            found.append("number of lines")
        if self.archived:
            found.append("voided at the state")
        return tuple(found)

    def unlike(self, wanted: Wanted) -> tuple[str, ...]:
        """What shows that it is another sale's receipt; empty where it is this one's.

        Goods may have been corrected at the state since, and what a void leaves of the total is not published.
        """
        found = []
        if self.external and self.external != wanted.external:
            found.append("number")
        if self.second != wanted.second:
            found.append("time of sale")
        if self.patient != wanted.patient.upper() and (self.patient or not self.external):
            found.append("patient")
        if self.total_cents != wanted.total_cents and not self.archived:
            found.append("total")
        return tuple(found)

    def _lines_fit(self, wanted: Wanted) -> bool:
        if self.lines:
            return self.lines == wanted.lines
        # (U) whether TotalPackages counts lines or packages when one package has two lines.
        return self.packages is None or self.packages in (wanted.lines, wanted.packages)


def live_first(receipts: Iterable[Receipt]) -> tuple[Receipt, ...]:
    """The receipts that are in force; the voided ones only where there are no others."""
    found = tuple(receipts)
    return tuple(each for each in found if not each.archived) or found


class ReceiptsRead:
    """All receipts that METRC recorded since some moment, read forward and kept.

    Later readings only fetch what was modified since, by METRC's own time stamps: `LastModified` only moves forward.
    One thread at a time.
    """

    def __init__(self, client: MetrcClient, license_number: str, now: Callable[[], Instant]) -> None:
        self._client = client
        self._license = license_number
        self._now = now
        self._by_id: dict[int, Receipt] = {}
        self._since: Instant | None = None
        self._as_of: Instant | None = None
        self._newest: Instant | None = None

    def about(self, wanted: Wanted, since: Instant, not_before: Instant) -> tuple[Receipt, ...]:
        """Receipts about a sale, from a reading that begins at `since` or earlier and is no older than `not_before`.

        Raises:
            CouldNotRead: the lists could not be read to their ends; what was kept stays as it was.
        """
        self._read(since.plus_us(-EARLIER_US), not_before)
        return tuple(each for each in self._by_id.values() if each.is_about(wanted))

    def _read(self, since: Instant, not_before: Instant) -> None:
        started = self._now()
        if self._since is None or since < self._since or self._as_of is None:
            begin, fresh = since, True
        elif self._as_of >= not_before:
            return
        else:
            newest = min(self._newest or self._as_of, self._as_of)
            begin = max(newest.plus_us(-SERVICE_OVERLAP_US), self._as_of.plus_us(-EARLIER_US))
            fresh = False
        rows = [
            row
            for window in windows(begin, started.plus_us(EARLIER_US), DAY_US)
            for path in _LISTS
            for row in read_window(self._client, path, self._license, window)
        ]
        self._keep(rows)
        self._as_of = started
        if fresh:
            self._since = since

    def _keep(self, rows: Iterable[Row]) -> None:
        for row in rows:
            receipt = Receipt.of(row)
            if receipt is not None:
                self._by_id[receipt.id] = receipt
            modified = moment(row.get("LastModified"))
            if modified is not None and (self._newest is None or modified > self._newest):
                self._newest = modified
