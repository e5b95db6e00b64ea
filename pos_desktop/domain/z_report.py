"""What a till says of its day, once, when it is closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.money import Money
from pos_desktop.domain.tender import TerminalDay
from pos_desktop.domain.till import (
    COUNTED,
    MOST_CASH,
    OPENINGS,
    Count,
    EarlierVoid,
    Moved,
    Takings,
    TillEvent,
    TillKind,
    expected_cash,
    moved,
)

_MOVES = (
    TillKind.DROP,
    TillKind.PAID_IN,
    TillKind.PAID_OUT,
    TillKind.REFUND,
    TillKind.CHANGE_IN,
    TillKind.CHANGE_OUT,
    TillKind.CREDIT_OUT,
)
_LATER = (TillKind.CREDIT_OUT,)
"""Told only where there was some: reports of older versions do not know of them."""


@dataclass(frozen=True, slots=True)
class Closing:
    """What was found at the end: the counts in their order, what should have been there, and who answers for it."""

    counts: Sequence[tuple[str, Count]]
    """(who counted, what)."""
    expected: Money
    reason: str
    witness: str
    approved_by: str
    batch_totals: Mapping[str, Money] = field(default_factory=dict)
    """What each debit terminal's own batch total was, as it was typed; one that was not read is not there."""

    @property
    def counted(self) -> Money:
        return self.counts[-1][1].total

    @property
    def over_short(self) -> Money:
        return self.counted - self.expected


@dataclass(frozen=True, slots=True)
class Voids:
    """`own`: sales of this session that were taken back, on whatever day; `earlier`: those of other sessions whose
    money went back in this one.
    """

    own: Moved
    earlier: Sequence[EarlierVoid] = ()


class Opened(Protocol):
    """A till session."""

    @property
    def id(self) -> str: ...

    @property
    def register_code(self) -> str: ...

    @property
    def opened_at(self) -> Instant: ...

    @property
    def opened_by(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Head:
    """Who this till is. Times in UTC microseconds."""

    number: int
    register: str
    session: str
    opened_at: int
    opened_by: str
    closed_at: int
    closed_by: str
    unreported: int
    """Sales of this session whose report the state has not confirmed yet."""

    @classmethod
    def of(cls, session: Opened, *, number: int, at: int, by: str, unreported: int) -> Head:
        return cls(
            number=number,
            register=session.register_code,
            session=session.id,
            opened_at=session.opened_at.utc_us,
            opened_by=session.opened_by,
            closed_at=at,
            closed_by=by,
            unreported=unreported,
        )


def z_document(
    head: Head, events: Iterable[TillEvent], takings: Takings, closing: Closing, voids: Voids
) -> Mapping[str, Any]:
    """All that the paper says, as whole numbers and text, ready for the journal. Money in cents."""
    cash = {
        "expected": closing.expected.cents,
        "counted": closing.counted.cents,
        "over_short": closing.over_short.cents,
        "counts": _counts(closing.counts),
        "reason": closing.reason,
        "witness": closing.witness,
        "approved_by": closing.approved_by,
    }
    told = so_far(head, events, takings, voids)
    closed = {"at": head.closed_at, "by": head.closed_by}
    terminals = {
        each.terminal: _terminal(each, closing.batch_totals.get(each.terminal))
        for each in all_terminals(takings, closing.batch_totals)
    }
    return {**told, "number": head.number, "closed": closed, "terminals": terminals, "cash": cash}


def x_document(
    head: Head, events: Iterable[TillEvent], takings: Takings, voids: Voids, expected: Money
) -> Mapping[str, Any]:
    """The same of a till that goes on, read at `closed_at` by `closed_by`; it has no number and ends nothing."""
    told = so_far(head, events, takings, voids)
    return {
        **told,
        "read": {"at": head.closed_at, "by": head.closed_by},
        "cash": {"expected": expected.cents},
    }


def so_far(head: Head, events: Iterable[TillEvent], takings: Takings, voids: Voids) -> dict[str, Any]:
    """What a day at a till comes to, but for what must be in its drawer."""
    events = list(events)
    return {
        "register": head.register,
        "session": head.session,
        "opened": {
            "at": head.opened_at,
            "by": head.opened_by,
            "float": moved(events, TillKind.OPENED).cash.cents,
        },
        "sales": {
            "count": takings.sales,
            "subtotal": takings.subtotal.cents,
            "tax": takings.tax.cents,
            "total": takings.total.cents,
            "first": takings.first,
            "last": takings.last,
            "gaps": list(takings.gaps),
            "unreported": head.unreported,
        },
        "voids": {"times": voids.own.times, "total": voids.own.cash.cents},
        "earlier_voids": [
            {
                "number": each.number,
                "at": each.at.utc_us,
                "by": each.by,
                "reason": each.reason,
                "total": each.total.cents,
                "back": {name: cash.cents for name, cash in each.back.items()},
            }
            for each in voids.earlier
        ],
        "tenders": {name: amount.cents for name, amount in takings.by_tender.items()},
        "rounding": takings.rounding.cents,
        "refunds": {name: amount.cents for name, amount in takings.refunds.items()},
        "terminals": {each.terminal: _terminal(each, None) for each in takings.terminals},
        "moves": _moves(events),
        "no_sales": len(_opened(events)),
        "drawer_opened": _opened(events),
        "pauses": [
            {"at": each.at.utc_us, "by": each.by, "counted": each.cash.cents}
            for each in events
            if each.kind is TillKind.RESUMED and each.reference == COUNTED
        ],
    }


def drawer_of(
    events: Iterable[TillEvent], takings: Takings, counts: Sequence[tuple[str, Count]]
) -> dict[str, Any]:
    """What of a report a drawer's events, its cash of sales and its counts make, by the names it has there."""
    events = list(events)
    return {
        "moves": _moves(events),
        "no_sales": len(_opened(events)),
        "drawer_opened": _opened(events),
        "expected": expected_cash(events, takings).cents,
        "counts": _counts(counts),
    }


def _opened(events: list[TillEvent]) -> list[dict[str, Any]]:
    """Each time without a sale, also to be counted: when, by whom, why."""
    return [
        {"at": each.at.utc_us, "by": each.by, "reason": each.reason}
        for each in events
        if each.kind in OPENINGS
    ]


def _moves(events: list[TillEvent]) -> dict[str, Any]:
    return {
        kind.value: {"times": each.times, "cash": each.cash.cents}
        for kind in _MOVES
        for each in (moved(events, kind),)
        if each.times or kind not in _LATER
    }


def _counts(counts: Sequence[tuple[str, Count]]) -> list[dict[str, Any]]:
    return [
        {"by": who, "total": count.total.cents, "pieces": [list(each) for each in count.pieces]}
        for who, count in counts
    ]


def checked_batches(totals: Mapping[str, Money]) -> Mapping[str, Money]:
    """A terminal that gave back more than it took has a total below nought. Raises BadInput: more than a day's."""
    for total in totals.values():
        if abs(total.cents) > MOST_CASH.cents:
            raise BadInput(f"{total} is no batch total of one day. Nothing was saved.", code="amount")
    return totals


def all_terminals(takings: Takings, batch_totals: Mapping[str, Money]) -> list[TerminalDay]:
    """Those that a batch total was typed of too, though they took nothing by our record."""
    known = {each.terminal for each in takings.terminals}
    return [*takings.terminals, *(TerminalDay(name) for name in sorted(batch_totals) if name not in known)]


def _terminal(day: TerminalDay, batch: Money | None) -> Mapping[str, int]:
    """Without `batch` where nobody read it."""
    ours = {
        "approved": day.approved.cents,
        "refunded": day.refunded.cents,
        "unsettled": day.unsettled.cents,
    }
    return ours if batch is None else {**ours, "batch": batch.cents, "difference": (batch - day.batch).cents}


def adds_up(document: Mapping[str, Any]) -> bool:
    """Whether a kept report agrees with itself: float, cash taken and what moved make the expected cash.

    Reports of older versions have neither rounding nor terminals.
    """
    moves = {name: each["cash"] for name, each in document["moves"].items()}
    into = document["opened"]["float"] + moves["paid-in"] + moves["change-in"]
    out_of = moves["drop"] + moves["paid-out"] + moves["refund"] + moves["change-out"]
    out_of += moves.get("credit-out", 0)
    cash = document["cash"]
    sums = (
        into - out_of + document["tenders"].get("cash", 0) == cash["expected"],
        cash["counted"] - cash["expected"] == cash["over_short"],
        document["sales"]["subtotal"] + document["sales"]["tax"] == document["sales"]["total"],
        sum(document["tenders"].values()) + document.get("rounding", 0) == document["sales"]["total"],
        all(
            each["batch"] - each["approved"] + each["refunded"] == each["difference"]
            for each in document.get("terminals", {}).values()
            if "batch" in each
        ),
        cash["counts"][-1]["total"] == cash["counted"],
        sum(each["back"].get("cash", 0) for each in document.get("earlier_voids", ())) <= moves["refund"],
    )
    return all(sums)


__all__ = [
    "Closing",
    "Head",
    "Voids",
    "adds_up",
    "checked_batches",
    "drawer_of",
    "expected_cash",
    "z_document",
]
