"""Pulls BioTrack's inventory onto the shelf: all of it at first, then what changed (biotrack contract, section 4.8)."""

from __future__ import annotations

from collections.abc import Iterable

from pos_desktop.app.ports import Clock, IncomingPackage, ServiceReach, ShelfIntake
from pos_desktop.domain.instant import Instant
from pos_desktop.sync.biotrack import classify
from pos_desktop.sync.biotrack.answers import Answer, Verdict
from pos_desktop.sync.biotrack.goods import Reader, quarantine_rooms, transaction
from pos_desktop.sync.biotrack.legacy import LegacyClient
from pos_desktop.sync.biotrack.reading import Row, barcode, rows
from pos_desktop.sync.inventory import InventorySummary, hard_to_believe

INVENTORY, ROOMS = "sync_inventory", "sync_inventory_room"
_EMPTIED = (
    "The state listed {gone} of {here} packages no longer, twice in a row. They cannot be sold now; "
    "sales that were made stay. Look at the inventory in BioTrack; everything is read again at the next look."
)


class _CouldNotRead(Exception):
    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.verdict.value)
        self.answer = answer


class BioTrackInventory:
    """One premises' goods. One thread at a time.

    A row is stamped with a new transaction whenever it changes, so the highest one seen is where reading goes on, that
    one included: rows that share it may have been missed. Without `active`, since that would hide what was deleted.
    """

    def __init__(self, client: LegacyClient, intake: ShelfIntake, clock: Clock, reader: Reader) -> None:
        self._client = client
        self._intake = intake
        self._clock = clock
        self._reader = reader
        self._name = mark_of(reader.location)

    def sync(self, *, whole: bool = False) -> InventorySummary:
        """Read what changed since the last complete reading; everything at first, or with `whole`."""
        summary = InventorySummary()
        try:
            self._read(summary, whole=whole)
        except _CouldNotRead as broken:
            summary.reach, summary.problem = _trouble(broken.answer)
        return summary

    def _read(self, summary: InventorySummary, *, whole: bool) -> None:
        asked = self._clock.now()
        read_at = self._intake.cursor(self._name)
        newest = self._intake.number(self._name)
        # A sale under way at the last reading may be taken off twice; which row it touched is not known any more.
        unsure = read_at is None or self._intake.unsure_since(read_at) is not None
        quarantine = self._quarantine()
        if whole or newest is None or unsure:
            newest = self._read_whole(summary, asked, quarantine)
        else:
            listed = self._list({"transaction_start": newest} if newest else {})
            known = self._intake.here(asked)
            self._receive(
                (row for row in listed if not self._reader.is_gone(row) or barcode(row.get("id")) in known),
                asked,
                quarantine,
                summary,
            )
            newest = max([newest, *map(transaction, listed)])
        self._intake.set_number(self._name, newest)
        self._intake.set_cursor(self._name, asked)

    def _read_whole(self, summary: InventorySummary, asked: Instant, quarantine: frozenset[str]) -> int:
        here = self._intake.here(asked)
        listed, tags = self._all_here()
        if hard_to_believe(here, tags):
            # One odd answer must not take the shelf away from the counter: what either reading lists is here.
            again, more = self._all_here()
            listed, tags = [*listed, *again], tags | more
            if here and hard_to_believe(here, tags):
                summary.emptied = True
                summary.warnings += (_EMPTIED.format(gone=len(here - tags), here=len(here)),)
        self._receive(listed, asked, quarantine, summary)
        summary.gone = self._intake.missing_from(tags, asked)
        summary.whole = True
        return max(map(transaction, listed), default=0)

    def _all_here(self) -> tuple[list[Row], frozenset[str]]:
        listed = [row for row in self._list({}) if not self._reader.is_gone(row)]
        return listed, frozenset(barcode(row.get("id")) for row in listed) - {""}

    def _list(self, window: Row) -> list[Row]:
        answer = self._client.ask(INVENTORY, window)
        if not answer.accepted:
            raise _CouldNotRead(answer)
        return rows(answer.document.get("inventory"))

    def _quarantine(self) -> frozenset[str]:
        """A user who may not see the rooms sells all the same: the state refuses what it holds back."""
        answer = self._client.ask(ROOMS)
        if not answer.accepted and not answer.refused:
            raise _CouldNotRead(answer)
        return quarantine_rooms(rows(answer.document.get("inventory_room")), self._reader.location)

    def _receive(
        self, listed: Iterable[Row], asked: Instant, quarantine: frozenset[str], summary: InventorySummary
    ) -> None:
        incoming: dict[str, IncomingPackage] = {}
        for row in listed:
            each = self._reader.package(row, quarantine, summary.notes)
            if each is not None:
                incoming[each.package.tag] = each
        summary.received += self._intake.receive(incoming.values(), asked)
        summary.unmapped |= {
            (each.package.product.name, each.tracker_category, each.unmapped_because)
            for each in incoming.values()
            if each.unmapped_because
        }


def mark_of(location: str) -> str:
    """The name of the mark up to which the inventory of a location was read; without one, it never was."""
    return f"biotrack.{location}.inventory"


def _trouble(answer: Answer) -> tuple[ServiceReach, str]:
    result = classify.not_begun(answer, ())
    if answer.verdict is Verdict.LOGIN_REFUSED or answer.refused:
        return ServiceReach.REFUSED_KEY, result.sentence
    return (
        ServiceReach.AWAY,
        "The state service cannot be reached, or did not give its list. What was read before stays; it goes on later.",
    )
