"""The two sides that are compared, in the same words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from pos_desktop.domain.instant import Instant
from pos_desktop.domain.outbox import OutboxState
from pos_desktop.domain.sensitive import CardNumber, guard

MILLIGRAMS, PIECES = "mg", "each"
_NUMBER = re.compile(r"([A-Z0-9]{1,8}-[A-Z0-9]{1,8})-\d+-\d{7,}")


@dataclass(frozen=True, slots=True)
class StateLine:
    """`quantity` is in milligrams where `unit` is `mg`, in pieces where it is `each`; None where it is neither."""

    tag: str
    quantity: int | None
    unit: str
    amount_cents: int | None


@dataclass(frozen=True, slots=True)
class StateSale:
    """One receipt as the state holds it.

    Args:
        external: The number that the register gave it; empty where it bears none.
        lines: None where the state lists none, so that none are compared.
        recorded_at: When the state took it.
        modified_at: When it was changed or voided there last; None where the state does not tell.
    """

    remote_id: str
    external: str
    sold_at: Instant | None
    patient: str
    caregiver: str
    total_cents: int | None
    lines: tuple[StateLine, ...] | None
    voided: bool
    final: bool
    recorded_at: Instant | None
    modified_at: Instant | None = None

    def __post_init__(self) -> None:
        guard(self, patient=CardNumber, caregiver=CardNumber)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a state's lists tell of a sale; what they never tell is not compared.

    The adapter declares it: a day's lists cannot tell a state that keeps no numbers from receipts that lost theirs.

    Args:
        numbers: The numbers that registers give.
        people: Who bought, and for whom.
        times: When it was sold, and not when it was reported.
    """

    numbers: bool = True
    people: bool = True
    times: bool = True


@dataclass(frozen=True, slots=True)
class StatePackage:
    """`quantity` in milligrams or pieces by `unit`; `active`: in the inventory, on hold or not.

    `on_hold` covers recalls; None where the state's list does not tell.
    """

    tag: str
    quantity: int
    unit: str
    item: str
    active: bool
    on_hold: bool | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """How a report of ours stands; `due_at` only where the programme's duty is sourced."""

    state: OutboxState
    remote_id: str = ""
    due_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class OwnSale:
    """A sale of this register as its report tells it; `wall` is the facility's time, cut to the second.

    Args:
        report: None where the store holds none, which it never should.
        void: The report that it was voided, where there is one.
        back: Whether its goods were put back on the shelf by our own record.
    """

    external: str
    number: str
    wall: str
    patient: str
    caregiver: str
    total_cents: int
    lines: tuple[StateLine, ...]
    voided: bool
    report: Report | None
    void: Report | None = None
    sold_at: Instant | None = None
    back: bool = False

    def __post_init__(self) -> None:
        guard(self, patient=CardNumber, caregiver=CardNumber)

    @property
    def day(self) -> date:
        """The facility's business day."""
        return date.fromisoformat(self.wall[:10])


@dataclass(frozen=True, slots=True)
class OtherLicense:
    """Sales of one day that were made under another license than the one set now; this state cannot tell of them.

    Args:
        made: How many.
        open: Numbers of those with a report, of the sale or of its void, that has not come to its end.
    """

    made: int
    open: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """A sale as the store knew it before the state was asked and after; a sender may have worked meanwhile."""

    before: OwnSale
    after: OwnSale

    @classmethod
    def still(cls, sale: OwnSale) -> Known:
        return cls(sale, sale)


@dataclass(frozen=True, slots=True)
class OwnPackage:
    """A package of the shelf.

    Args:
        on_hand: By our own record.
        waiting: What was taken off for sales that the state does not count yet.
        active: On the shelf by our record, held or not.
    """

    tag: str
    on_hand: int
    waiting: int
    unit: str
    item: str
    active: bool
    on_hold: bool

    @property
    def expected(self) -> int:
        """What the state should show now."""
        return self.on_hand + self.waiting


def register_of(external: str) -> str:
    """Store and register of a number that a register of this program gave; empty for any other number."""
    match = _NUMBER.fullmatch(external)
    return match[1] if match else ""


def wall_of(at: Instant | None, zone: ZoneInfo) -> str:
    """The facility's time cut to the second, as sales are told to the state; empty where there is none."""
    return "" if at is None else at.datetime_in(zone).replace(tzinfo=None).isoformat(timespec="seconds")
