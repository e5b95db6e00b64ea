"""Pulls items and packages from METRC onto the shelf: all of them at first, then what changed (metrc contract, 3.2)."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from pos_desktop.app.ports import Clock, ServiceReach, ShelfIntake
from pos_desktop.domain.instant import DAY_US, Instant
from pos_desktop.sync.inventory import InventorySummary, hard_to_believe
from pos_desktop.sync.metrc import classify
from pos_desktop.sync.metrc.client import MetrcClient, Reply
from pos_desktop.sync.metrc.facility import Facility, facility_of
from pos_desktop.sync.metrc.goods import Reader
from pos_desktop.sync.metrc.paging import CouldNotRead, Row, Window, read_window, rows_of, windows
from pos_desktop.sync.metrc.tracker import FACILITIES

ITEMS = "/items/v2/active"
ACTIVE, INACTIVE, ON_HOLD = (f"/packages/v2/{name}" for name in ("active", "inactive", "onhold"))
_WHOLE = (ACTIVE, ON_HOLD)
_CHANGES = (ACTIVE, ON_HOLD, INACTIVE)


class MetrcInventory:
    """One license's goods. One thread at a time.

    Args:
        since: Where the first reading starts; nothing older was modified before the license came to METRC.
        zone: Of the facility, for dates on packages.
        width_us: Widest window of modification asked at once; some states allow no more than 24 hours.
        tell: Hears how far a long reading has come, as a sentence.
    """

    def __init__(
        self,
        client: MetrcClient,
        intake: ShelfIntake,
        clock: Clock,
        reader: Reader,
        *,
        license_number: str,
        since: Instant,
        zone: ZoneInfo,
        width_us: int = DAY_US,
        tell: Callable[[str], object] | None = None,
    ) -> None:
        self._client = client
        self._intake = intake
        self._clock = clock
        self._reader = reader
        self._license = license_number
        self._since = since
        self._zone = zone
        self._width_us = width_us
        self._tell = tell or (lambda _: None)
        self._items: dict[object, Row] = {}

    def sync(self, *, whole: bool = False) -> InventorySummary:
        """Read what changed since the last complete reading; everything at first, or with `whole`.

        A whole reading also marks packages that the state lists no longer. Do one each day: dates pass without the
        state changing a row.
        """
        summary = InventorySummary()
        try:
            facility = self._facility(summary)
            if facility is not None:
                summary.warnings = facility.warnings()
                self._read(summary, whole=whole)
        except CouldNotRead as broken:
            summary.reach, summary.problem = _trouble(broken.reply)
        return summary

    def _facility(self, summary: InventorySummary) -> Facility | None:
        reply = self._client.get(FACILITIES)
        read = rows_of(reply.body) if reply.ok and not reply.is_page else None
        if read is None:
            raise CouldNotRead(reply)
        facility = facility_of(read[0], self._license)
        if facility is None:
            summary.reach, summary.problem = ServiceReach.REFUSED_KEY, _NOT_OURS
        elif self._intake.cursor(self._name("packages")) is None and facility.refusal():
            # Only a store that starts is refused: one that ran keeps its shelf and is warned.
            summary.reach, summary.problem = ServiceReach.REFUSED_KEY, facility.refusal()
            return None
        return facility

    def _read(self, summary: InventorySummary, *, whole: bool) -> None:
        items_from, packages_from = map(self._intake.cursor, (self._name("items"), self._name("packages")))
        # A mark that lies ahead was set by a clock that ran ahead: what was changed since is not known.
        whole = whole or packages_from is None or packages_from > self._clock.now()
        changed = self._read_items(self._since if whole or items_from is None else items_from)
        # A package's row is not modified when its item is, so a changed item means reading all of them.
        if whole or changed or packages_from is None:
            self._read_whole(summary)
        else:
            start = min(packages_from, self._intake.unsure_since(packages_from) or packages_from)
            self._read_packages(start, _CHANGES, summary)

    def _read_items(self, start: Instant) -> bool:
        """Remember items by id; True when one is new or other than before."""
        changed = False
        for window in windows(start, self._clock.now(), self._width_us):
            for row in read_window(self._client, ITEMS, self._license, window):
                changed = changed or self._items.get(row.get("Id")) != row
                self._items[row.get("Id")] = row
            self._intake.set_cursor(self._name("items"), window.end)
        return changed

    def _read_whole(self, summary: InventorySummary) -> None:
        asked = self._clock.now()
        here = self._intake.here(asked)
        tags = self._read_packages(self._since, _WHOLE, summary)
        if hard_to_believe(here, tags):
            # One odd answer must not take the shelf away from the counter: what either reading lists is here.
            tags |= self._read_packages(self._since, _WHOLE, summary)
            if here and hard_to_believe(here, tags):
                summary.emptied = True
                summary.warnings += (_EMPTIED.format(gone=len(here - tags), here=len(here)),)
        summary.gone = self._intake.missing_from(tags, asked)
        summary.whole = True

    def _read_packages(
        self, start: Instant, lists: tuple[str, ...], summary: InventorySummary
    ) -> frozenset[str]:
        """The tags of all packages in `lists`. The mark moves on only after a window's last page."""
        tags: set[str] = set()
        now = self._clock.now()
        for window in windows(start, now, self._width_us):
            for path in lists:
                tags |= self._read_list(path, window, summary)
            self._intake.set_cursor(self._name("packages"), window.end)
            self._tell(f"Packages changed until {window.end.date_in(self._zone)} are read.")
        return frozenset(tags)

    def _read_list(self, path: str, window: Window, summary: InventorySummary) -> set[str]:
        asked = self._clock.now()
        today = asked.date_in(self._zone)
        rows = read_window(self._client, path, self._license, window)
        read = (self._reader.package(self._with_item(row), today, summary.notes) for row in rows)
        incoming = [each for each in read if each is not None]
        summary.received += self._intake.receive(incoming, asked)
        summary.unmapped |= {
            (each.package.product.name, each.tracker_category, each.unmapped_because)
            for each in incoming
            if each.unmapped_because
        }
        return {each.package.tag for each in incoming}

    def _with_item(self, row: Row) -> Row:
        """Inside a package some members of the item are the number 0; the item itself has the words (section 10.1)."""
        item = row.get("Item")
        if not isinstance(item, dict):
            return row
        known = self._items.get(item.get("Id"))
        if known is None and self._reader.categories.find(str(item.get("ProductCategoryName")), None) is None:
            known = self._ask_item(item.get("Id"))
        return row if known is None else {**row, "Item": {**item, **known}}

    def _ask_item(self, item_id: object) -> Row | None:
        """The item by its id; None where the service does not show it."""
        reply = self._client.get(f"/items/v2/{item_id}", {"licenseNumber": self._license})
        if reply.failure is not None or (not reply.ok and reply.status not in (401, 404)):
            raise CouldNotRead(reply)
        read = rows_of(b"[%b]" % reply.body) if reply.ok else None
        if read is None or not read[0]:
            return None
        self._items[item_id] = read[0][0]
        return read[0][0]

    def _name(self, list_name: str) -> str:
        return mark_of(self._license, list_name)


def mark_of(license_number: str, list_name: str = "packages") -> str:
    """The name of the mark up to which a list of a license was read; without one, it never was."""
    return f"metrc.{license_number}.{list_name}"


_EMPTIED = (
    "The state listed {gone} of {here} packages no longer, twice in a row. They cannot be sold now; "
    "sales that were made stay. Look at the packages in METRC; everything is read again at the next look."
)
_NOT_OURS = (
    "The keys are good, but this store's license is not among those of the METRC user. "
    "Check the setting state.license and the user at METRC. Nothing was changed."
)


def _trouble(reply: Reply) -> tuple[ServiceReach, str]:
    if reply.failure is None and reply.status in (401, 403):
        return ServiceReach.REFUSED_KEY, classify.KEY_REFUSED
    if reply.failure is not None:
        return (
            ServiceReach.AWAY,
            "The state service cannot be reached. What was read before stays; it goes on later.",
        )
    return (
        ServiceReach.AWAY,
        f"The state service did not give its list (answer {reply.status}). It is asked again.",
    )
