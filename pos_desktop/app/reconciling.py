"""Compares this register's sales and packages with the state's, and remembers what was open the last time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from pos_desktop.app.open_findings import PACKAGES, Memory, remember
from pos_desktop.app.ports import Clock, CouldNotAsk, KeptFindings, OwnBooks, StateBooks
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.reconciliation.fields import hushed
from pos_desktop.domain.reconciliation.findings import Finding, PackageFinding, Weight, Why
from pos_desktop.domain.reconciliation.packages import compare_packages, effects_of_sales
from pos_desktop.domain.reconciliation.records import (
    Known,
    OtherLicense,
    OwnSale,
    StateSale,
    register_of,
)
from pos_desktop.domain.reconciliation.sales import compare_sales, missing_numbers
from pos_desktop.domain.reconciliation.words import meaning_of, raises_alarm, title

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One comparison.

    Args:
        read_at: When the state was asked.
        sales: Own sales of these days, by their number at the state.
        receipts: The state's, by its id.
        findings: Of each sale and receipt, those that agree included.
        packages: None where packages were not compared.
        memory: What is new, what is still there, and what was put right since the last comparison.
        others: Sales of these days under another license, by day; they are not compared, and not read for a glance.
        blind_from: From this day on findings tell no amounts of money: a till with such sales is still to be counted.
    """

    first: date
    last: date
    zone: ZoneInfo
    read_at: Instant
    sales: Mapping[str, OwnSale]
    receipts: Mapping[str, StateSale]
    findings: tuple[Finding, ...]
    packages: tuple[PackageFinding, ...] | None
    memory: Memory
    others: Mapping[date, OtherLicense]
    blind_from: date | None = None

    @property
    def weight(self) -> Weight:
        """The heaviest of all that nobody has accepted."""
        everything: tuple[Finding | PackageFinding, ...] = (*self.findings, *(self.packages or ()))
        found = {meaning_of(each).weight for each in everything if each.id not in self.memory.accepted}
        if any(each.open for each in self.others.values()):
            return Weight.PERSON  # nothing that is sent under the license set now can end them
        return next((each for each in (Weight.PERSON, Weight.WAITING) if each in found), Weight.NOTHING)

    @property
    def overdue(self) -> bool:
        """Whether something that the program sees to by itself is past its deadline."""
        return any(each.due_at < self.read_at for each in self.open if each.due_at is not None)

    @property
    def open(self) -> tuple[Finding, ...]:
        """Of sales and receipts, what is not settled."""
        return tuple(each for each in self.findings if meaning_of(each).weight is not Weight.NOTHING)

    def is_blind(self, day: date | None) -> bool:
        """Whether amounts of sales of that day are kept back, as a till with such sales is still to be counted."""
        return _is_blind(day, self.blind_from)

    def of_day(self, day: date) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.day == day)

    def days(self) -> Sequence[date]:
        return [self.first + _DAY * n for n in range((self.last - self.first).days + 1)]


@dataclass(frozen=True, slots=True)
class _Read:
    findings: tuple[Finding, ...]
    sales: Mapping[str, OwnSale]
    receipts: Mapping[str, StateSale]


class Reconciling:
    """Lane: database and network, one comparison at a time. Nothing is changed, here or at the state.

    Args:
        license_number: What was open is remembered for each license.
        shelf_read_at: When the shelf's figures were last taken from the state's; None where that is not known.
        blind_from: The day from which on amounts would tell somebody who counts a till what is in it; None: no day.
    """

    def __init__(
        self,
        own: OwnBooks,
        books: StateBooks,
        kept: KeptFindings,
        clock: Clock,
        *,
        zone: ZoneInfo,
        license_number: str,
        shelf_read_at: Callable[[], Instant | None],
        blind_from: Callable[[], date | None] = lambda: None,
    ) -> None:
        self._own = own
        self._books = books
        self._kept = kept
        self._clock = clock
        self._zone = zone
        self._license = license_number
        self._shelf_read_at = shelf_read_at
        self._blind_from = blind_from

    def run(self, first: date, last: date) -> Reconciled | CouldNotAsk:
        """Everything: sales with their lines, then packages; what was open before and is not any more is verified."""
        at = self._clock.now()
        read = self._sales(first, last)
        if isinstance(read, CouldNotAsk):
            return read
        packages = self._packages(read, first, last)
        if isinstance(packages, CouldNotAsk):
            return packages
        return self._remembered(first, last, at, read, packages, forget=True)

    def glance(self, first: date, last: date) -> Reconciled | CouldNotAsk:
        """Sales only. What it does not see is not taken for put right, as it may have compared without lines; its alarm
        rests where lines do not matter for it.
        """
        at = self._clock.now()
        read = self._sales(first, last)
        if isinstance(read, CouldNotAsk):
            return read
        return self._remembered(first, last, at, read, None, forget=False)

    # ---- sales

    def _sales(self, first: date, last: date) -> _Read | CouldNotAsk:
        before = self._own.sales_on(first, last, self._zone)
        theirs = self._books.sales_on(first, last)
        if isinstance(theirs, CouldNotAsk):
            return theirs
        read = self._compared(before, theirs, first, last)
        gone = missing_numbers(read.findings)
        if not gone:
            return read
        # One odd answer must not make a sale look lost: the state is asked once more, the days beside included, where
        # a receipt lies whose date was changed.
        wider = self._books.sales_on(first - _DAY, last + _DAY)
        if isinstance(wider, CouldNotAsk):
            return wider
        wanted = {each.upper() for each in gone} | _remote_ids(read.sales, gone)
        more = [each for each in wider if {each.external.upper(), each.remote_id} & wanted]
        inside = [each for each in wider if self._within(each, first, last)]
        return self._compared(before, [*theirs, *inside, *more], first, last)

    def _compared(
        self, before: Sequence[OwnSale], theirs: Sequence[StateSale], first: date, last: date
    ) -> _Read:
        registers = self._own.registers()
        after = {each.external: each for each in self._own.sales_on(first, last, self._zone)}
        known = {each.external: Known(each, after.get(each.external, each)) for each in before}
        strange = {
            each.external.upper() for each in theirs if register_of(each.external.upper()) in registers
        }
        strange -= {each.upper() for each in known}
        for sale in self._own.named(strange, self._zone):
            known[sale.external] = Known.still(sale)
        found = compare_sales(
            known.values(), theirs, zone=self._zone, shows=self._books.shows, registers=registers
        )
        receipts = {each.remote_id: each for each in theirs}
        sales = {key: each.after for key, each in known.items()}
        return _Read(tuple(self._placed(each, receipts, first, last) for each in found), sales, receipts)

    def _placed(self, found: Finding, receipts: Mapping[str, StateSale], first: date, last: date) -> Finding:
        """On a day that is compared: a sale of another day is here because its receipt lies on one of these."""
        if found.day is not None and first <= found.day <= last:
            return found
        sold = (receipts[each].sold_at for each in found.remote_ids if each in receipts)
        days = (each.date_in(self._zone) for each in sold if each is not None)
        return replace(found, day=next((each for each in days if first <= each <= last), first))

    def _within(self, receipt: StateSale, first: date, last: date) -> bool:
        return receipt.sold_at is None or first <= receipt.sold_at.date_in(self._zone) <= last

    # ---- packages

    def _packages(self, read: _Read, first: date, last: date) -> tuple[PackageFinding, ...] | CouldNotAsk:
        before = self._own.packages()
        theirs = self._books.packages()
        if isinstance(theirs, CouldNotAsk):
            return theirs
        after = self._own.packages()
        shelf = self._shelf_read_at()

        def compared(*reads: _Read) -> tuple[PackageFinding, ...]:
            findings = {each.id: each for part in reads for each in part.findings}
            sales = {key: sale for part in reads for key, sale in part.sales.items()}
            receipts = {key: receipt for part in reads for key, receipt in part.receipts.items()}
            effects = effects_of_sales(findings.values(), sales, receipts, shelf)
            return compare_packages(before, after, theirs, effects)

        found = compared(read)
        if shelf is None or all(each.why is not Why.UNEXPLAINED for each in found):
            return found
        since, today = shelf.date_in(self._zone), self._clock.now().date_in(self._zone)
        if first <= since and today <= last:
            return found
        # Sales of other registers since the shelf was read lower the state's figures; they may lie on other days.
        recent = self._sales(since, today)
        return recent if isinstance(recent, CouldNotAsk) else compared(read, recent)

    # ---- what was open

    def _remembered(
        self,
        first: date,
        last: date,
        at: Instant,
        read: _Read,
        packages: tuple[PackageFinding, ...] | None,
        *,
        forget: bool,
    ) -> Reconciled:
        places: dict[str, dict[str, tuple[str, str]]] = {}
        for n in range((last - first).days + 1):
            places[(first + _DAY * n).isoformat()] = {}
        for each in read.findings:
            if meaning_of(each).weight is not Weight.NOTHING and each.day is not None:
                places[each.day.isoformat()][each.id] = (title(each), each.kind.value)
        if packages is not None:
            places[PACKAGES] = {
                each.id: (each.tag, each.kind.value)
                for each in packages
                if meaning_of(each).weight is not Weight.NOTHING
            }
        everything: tuple[Finding | PackageFinding, ...] = (*read.findings, *(packages or ()))
        others = self._own.under_other_license(first, last, self._zone) if forget else {}
        memory = remember(
            self._kept,
            self._license,
            places,
            at.iso_in(self._zone),
            forget=forget,
            alarms={each.id for each in everything if raises_alarm(each)},
        )
        blind_from = self._blind_from()
        return Reconciled(
            first=first,
            last=last,
            zone=self._zone,
            read_at=at,
            sales=read.sales,
            receipts=read.receipts,
            findings=tuple(
                hushed(each) if _is_blind(each.day, blind_from) else each for each in read.findings
            ),
            packages=packages,
            memory=memory,
            others=others,
            blind_from=blind_from,
        )


def _is_blind(day: date | None, blind_from: date | None) -> bool:
    return blind_from is not None and (day is None or day >= blind_from)


def _remote_ids(sales: Mapping[str, OwnSale], externals: Iterable[str]) -> set[str]:
    reports = (sales[each].report for each in externals)
    return {each.remote_id for each in reports if each is not None and each.remote_id}
