"""Changes of packages at METRC: adjustments with reasons, finish, notes, locations, ids (metrc contract, section 10.2).

POST and PUT on `adjust` mean different things: POST adds the quantity, PUT makes it the final one. Of the two only the
PUT may be repeated, so a count of the shelf goes out as `set_to`; `change_by` is for what left or came.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pos_desktop.app.ports import CouldNotAsk
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.outbox import AttemptResult, Outcome
from pos_desktop.domain.shelf import Unit
from pos_desktop.sync.metrc.asking import Desk, all_of, asked, exact, is_on, words
from pos_desktop.sync.metrc.changes import of_change, of_creation
from pos_desktop.sync.metrc.paging import Row
from pos_desktop.sync.metrc.units import EACH, plain, weight_on_wire
from pos_desktop.sync.numbers import encode

PACKAGES = "/packages/v2"
ADJUST, REASONS = f"{PACKAGES}/adjust", f"{PACKAGES}/adjust/reasons"
_TAG = re.compile(r"[0-9A-Z]{24}")
_WEIGHTS = ("RequiresWasteWeight", "RequiresImmatureWasteWeight", "RequiresMatureWasteWeight")


@dataclass(frozen=True, slots=True)
class Reason:
    """One of the facility's reasons; they differ by state and facility."""

    name: str
    needs_note: bool
    needs_weights: bool
    """METRC wants weights of waste with it, and its reference names no member for them: only the web site takes it."""

    @classmethod
    def of(cls, row: Row) -> Reason | None:
        name = words(row, "Name")
        weights = any(is_on(row, each) for each in _WEIGHTS)
        return cls(name, is_on(row, "RequiresNote"), weights) if name else None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """`quantity` in milligrams or pieces, below zero for what left; `tracker_unit` is the package's own unit.

    Raises:
        BadInput: no whole label, no day, or a reason that cannot be given like this.
    """

    tag: str
    quantity: int
    unit: Unit
    tracker_unit: str
    reason: Reason
    on: date
    note: str = ""

    def __post_init__(self) -> None:
        _must_be_tag(self.tag)
        if self.reason.needs_weights:
            raise BadInput(
                f"METRC takes “{self.reason.name}” only with weights of waste, which its web site asks for. "
                "Nothing was sent; enter it there."
            )
        if self.reason.needs_note and not self.note.strip():
            raise BadInput(f"METRC wants a note with “{self.reason.name}”. Nothing was sent.")

    def row(self) -> dict[str, Any]:
        quantity, unit = _on_wire(self.quantity, self.unit, self.tracker_unit)
        return {
            "Label": self.tag,
            "Quantity": quantity,
            "UnitOfMeasure": unit,
            "AdjustmentReason": self.reason.name,
            "AdjustmentDate": self.on.isoformat(),
            "ReasonNote": self.note.strip() or None,
        }


@dataclass(frozen=True, slots=True)
class PackageNow:
    """A package as METRC shows it. `quantity` is exact, in `unit`; None where it cannot be read."""

    tag: str
    remote_id: str
    quantity: Decimal | None
    unit: str
    finished: bool
    note: str
    location: str
    external_id: str

    @classmethod
    def of(cls, row: Row) -> PackageNow:
        return cls(
            tag=words(row, "Label").upper(),
            remote_id=words(row, "Id"),
            quantity=exact(row, "Quantity"),
            unit=words(row, "UnitOfMeasureName"),
            finished=is_on(row, "IsFinished"),
            note=words(row, "Note"),
            location=words(row, "LocationName"),
            external_id=words(row, "ExternalId"),
        )


class PackageDesk:
    """One license's packages at METRC. Rights: View Packages, Manage Packages; some changes need a facility flag."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # ---- reads

    def reasons(self) -> tuple[Reason, ...] | CouldNotAsk:
        return asked(lambda: all_of(self._desk.rows(REASONS), Reason.of))

    def package(self, tag: str) -> PackageNow | CouldNotAsk | None:
        """None: METRC does not show this license a package of that label. One of 24 digits is still a label."""
        _must_be_tag(tag)
        row = asked(lambda: self._desk.one(PACKAGES, tag))
        return row if row is None or isinstance(row, CouldNotAsk) else PackageNow.of(row)

    # ---- adjustments

    def change_by(self, adjustment: Adjustment) -> AttemptResult:
        """POST: adds the quantity, which is below zero for what left. Never repeated without `look_up_change`."""
        if not adjustment.quantity:
            raise BadInput("A change of nothing is no adjustment. Nothing was sent.")
        return of_creation(self._desk.client.post(ADJUST, self._desk.query(), encode([adjustment.row()])))

    def set_to(self, adjustment: Adjustment) -> AttemptResult:
        """PUT: the package holds exactly that from now on. May be repeated."""
        if adjustment.quantity < 0:
            raise BadInput("A package cannot hold less than nothing. Nothing was sent.")
        return self._put(ADJUST, adjustment.tag, adjustment.row())

    def look_up_change(self, adjustment: Adjustment, before: PackageNow) -> AttemptResult:
        """Whether a `change_by` whose answer was lost took effect, by the quantity before it.

        FOUND_DIFFERENT when the package holds neither what it held nor what it should: something else was sold or
        changed meanwhile, and a person must look at METRC's adjustments.
        """
        now = self.package(adjustment.tag)
        if isinstance(now, CouldNotAsk):
            return AttemptResult(Outcome.COULD_NOT_ASK, sentence=now.sentence)
        quantity, unit = _on_wire(adjustment.quantity, adjustment.unit, adjustment.tracker_unit)
        same_unit = now is not None and now.unit.casefold() == before.unit.casefold() == unit.casefold()
        if now is None or now.quantity is None or before.quantity is None or not same_unit:
            return AttemptResult(Outcome.COULD_NOT_ASK, sentence=_CANNOT_TELL)
        if now.quantity == before.quantity + quantity:
            return AttemptResult(Outcome.FOUND, now.remote_id)
        if now.quantity == before.quantity:
            return AttemptResult(
                Outcome.ABSENT, now.remote_id, sentence="The package holds what it held before."
            )
        return AttemptResult(Outcome.FOUND_DIFFERENT, now.remote_id, sentence=_CANNOT_TELL)

    # ---- other changes: all of them PUT, all of them repeatable

    def finish(self, tag: str, on: date) -> AttemptResult:
        """METRC finishes empty packages only; selling the last of one does not finish it (sections 3.2, 10.2)."""
        return self._put(f"{PACKAGES}/finish", tag, {"Label": tag, "ActualDate": on.isoformat()})

    def unfinish(self, tag: str) -> AttemptResult:
        return self._put(f"{PACKAGES}/unfinish", tag, {"Label": tag})

    def write_note(self, tag: str, note: str) -> AttemptResult:
        """An empty note takes the old one away."""
        return self._put(f"{PACKAGES}/note", tag, {"PackageLabel": tag, "Note": note.strip()})

    def move(self, tag: str, location: str, on: date, sublocation: str = "") -> AttemptResult:
        """Needs the facility flag CanUpdateLocationsOnPackages. Locations go by name."""
        row = {
            "Label": tag,
            "Location": location,
            "Sublocation": sublocation or None,
            "MoveDate": on.isoformat(),
        }
        return self._put(f"{PACKAGES}/location", tag, row)

    def give_external_id(self, tag: str, external_id: str) -> AttemptResult:
        """Needs the facility flag EnableExternalIdentifier."""
        return self._put(
            f"{PACKAGES}/externalid", tag, {"PackageLabel": tag, "ExternalId": external_id.strip()}
        )

    def _put(self, path: str, tag: str, row: dict[str, Any]) -> AttemptResult:
        _must_be_tag(tag)
        return of_change(self._desk.client.put(path, self._desk.query(), encode([row])), "")


_CANNOT_TELL = (
    "Whether the adjustment is at METRC cannot be told from the package, because it holds something else now. "
    "Look at the package’s adjustments at METRC before it is made again."
)


def _must_be_tag(tag: str) -> None:
    if not _TAG.fullmatch(tag):
        raise BadInput("A package label has 24 capital letters and digits. Nothing was sent.")


def _on_wire(quantity: int, unit: Unit, tracker_unit: str) -> tuple[Decimal, str]:
    if unit is Unit.EACH:
        return Decimal(quantity), EACH
    amount, name = weight_on_wire(quantity, tracker_unit)
    return plain(amount), name
