"""Fetching the state's inventory onto the shelf: everything at first, then what changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pos_desktop.app.counting import counted
from pos_desktop.app.ports import ServiceReach
from pos_desktop.domain.instant import DAY_US
from pos_desktop.domain.trusted_time import AGREES_US

if TYPE_CHECKING:
    from pos_desktop.composition.reporting import StateService
    from pos_desktop.composition.shop import Shop
    from pos_desktop.sync.inventory import InventorySummary

_WHOLE_EVERY_US = DAY_US
_WHOLE_MARK = "metrc.whole"
_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a look at the state's inventory brought, for people and for --json."""

    summary: InventorySummary
    unmapped: Sequence[Mapping[str, str]]
    """All items on the shelf that no category was found for, those of earlier looks too."""

    @property
    def good(self) -> bool:
        return self.summary.complete

    @property
    def refused_key(self) -> bool:
        return self.summary.reach is ServiceReach.REFUSED_KEY

    @property
    def sentence(self) -> str:
        if not self.good:
            return self.summary.problem
        said = counted(self.summary.received, "package", "packages") + " came from the state."
        if self.unmapped:
            items = counted(len(self.unmapped), "item needs", "items need")
            said += f" {items} a category and cannot be sold before: pos-desktop import products."
        return "\n".join([" ".join([said, *self.summary.warnings]), *self._names()])

    def _names(self) -> list[str]:
        shown = [f"  {each['item']} ({each['tracker_category']})" for each in self.unmapped[:_SHOWN]]
        more = len(self.unmapped) - _SHOWN
        return [*shown, f"  … and {more} more; --json lists all."] if more > 0 else shown

    def document(self) -> dict[str, Any]:
        return {
            "complete": self.good,
            "received": self.summary.received,
            "gone": self.summary.gone,
            "unmapped": [
                {"item": each["item"], "category": each["tracker_category"], "why": each["why"]}
                for each in self.unmapped
            ],
            "notes": self.summary.notes[:50],
            "warnings": list(self.summary.warnings),
            "problem": self.summary.problem or None,
        }


def fetch(shop: Shop, service: StateService, meanwhile: Callable[[], object] | None = None) -> Fetched:
    """Read what is new; once a day everything, since dates pass without the state changing a row.

    While our time runs ahead of the real one, after sales that were dated ahead, what changed since cannot be asked
    for: everything is.
    `meanwhile` is called before each read, to send the reports of sales that are made during a long one.
    """
    intake = shop.store.intake
    last_whole = intake.cursor(_WHOLE_MARK)
    reading = shop.clock.reading()
    now = reading.now
    whole = last_whole is None or not 0 <= now.since_us(last_whole) <= _WHOLE_EVERY_US
    whole = whole or now.since_us(reading.real) > AGREES_US
    summary = service.inventory(meanwhile).sync(whole=whole)
    if summary.complete and summary.whole and not summary.emptied:
        intake.set_cursor(_WHOLE_MARK, now)
    return Fetched(summary, shop.store.shelf.unmapped())
