"""Do the tills agree with themselves, with their sales and with the journal."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pos_desktop.app.ports import KeptZ, Sealed, TillBook, TillSession
from pos_desktop.domain.money import Money
from pos_desktop.domain.sale import Sale, Tender
from pos_desktop.domain.till import Takings, TillEvent, TillKind
from pos_desktop.domain.z_report import adds_up, drawer_of

_EVENTS = frozenset(f"till.{kind}" for kind in TillKind)
_TOLD = ("at", "cash", "reason", "reference", "witness")


@dataclass(slots=True)
class ToldOfTill:
    """What the journal tells of one session, in its order."""

    events: list[tuple[Any, ...]] = field(default_factory=list)
    counts: list[tuple[Any, ...]] = field(default_factory=list)
    closings: list[tuple[int, int, str, Mapping[str, Any]]] = field(default_factory=list)
    """(epoch, number and link of the entry, the report)."""


@dataclass(slots=True)
class Sold:
    """What the sales of one session come to."""

    sales: int = 0
    total: int = 0
    rounding: int = 0
    tenders: Counter[str] = field(default_factory=Counter)
    given_back: Counter[tuple[int, str]] = field(default_factory=Counter)
    """(cents, number of the sale) of cash that voids gave back out of this drawer."""
    of_others: Counter[tuple[int, str]] = field(default_factory=Counter)
    """Those of them that were sold in another till."""


class TillsTold:
    """Collects while journal and sales are walked once; then compares."""

    def __init__(self) -> None:
        self._told: dict[str, ToldOfTill] = defaultdict(ToldOfTill)
        self._sold: dict[str, Sold] = defaultdict(Sold)

    def entry(self, entry: Mapping[str, Any], digest: bytes) -> None:
        """`digest` is its link in the chain."""
        kind, data = entry["kind"], entry["data"]
        told = self._told[entry["ref"]] if kind.startswith("till.") else None
        if told is None:
            return
        if kind in _EVENTS:
            told.events.append((kind, entry["actor"], *map(data.get, _TOLD)))
        elif kind == "till.counted":
            told.counts.append((entry["actor"], *map(data.get, ("at", "pieces", "expected"))))
        elif kind == "till.closed":
            told.closings.append((entry["epoch"], entry["seq"], digest.hex(), data))

    def sale(self, sale: Sale, void: Mapping[str, Any]) -> None:
        """`void` is what the journal tells of its being taken back."""
        for tender, cents, till in void.get("refunds", ()):
            if tender == Tender.CASH:
                self._sold[till].given_back[(cents, str(sale.number))] += 1
                if till != sale.till_session_id:
                    self._sold[till].of_others[(cents, str(sale.number))] += 1
        sold = self._sold[sale.till_session_id]
        sold.sales += 1
        sold.total += sale.total.cents
        sold.rounding += sale.rounding.cents
        for paid in sale.payments:
            sold.tenders[paid.tender.value] += paid.amount.cents

    def findings(self, tills: TillBook) -> Iterable[str]:
        numbers: dict[int, int] = {}
        sessions = {each.id: each for each in tills.sessions()}
        for kept in reversed(tills.z_reports(-1)):
            last = numbers.get(kept.epoch, 0)
            if kept.number != last + 1:
                yield f"Between Z report {last} and {kept.number} numbers are missing or repeated."
            numbers[kept.epoch] = kept.number
        for session in sessions.values():
            yield from self._session(session, tills)
        for name, told in self._told.items():
            if name not in sessions and (told.events or told.counts or told.closings):
                yield "The journal tells of a till that the store does not hold."
        for name in self._sold:
            if name not in sessions:
                yield "Sales belong to a till that the store does not hold."

    def _session(self, session: TillSession, tills: TillBook) -> Iterable[str]:
        told, kept = self._told[session.id], tills.z_report(session.id)
        name = f"till {session.register_code}" if kept is None else f"Z report {kept.number}"
        events = tills.events(session.id)
        # A session that nobody counted, as of training, has no event of its opening, and its entry tells no float.
        if [_event(each) for each in events] != [each for each in told.events if each[3] is not None]:
            yield f"What went into and out of the drawer of {name} is not what the journal tells."
        back = Counter((each.cash.cents, each.reference) for each in events if each.kind is TillKind.REFUND)
        if back != self._sold[session.id].given_back:
            yield f"Cash given back out of the drawer of {name} is not that of the sales that were voided."
        counts = tills.counts(session.id)
        if [_count(each) for each in counts] != told.counts:
            yield f"A count of {name} is not what the journal tells."
        if (session.closed_at is None) is not (kept is None):
            yield f"{name[0].upper()}{name[1:]} is closed without a report, or has one and is open."
        if kept is not None:
            yield from self._z(kept, told)
            yield from self._drawer(kept, events, counts)
        elif told.closings:
            yield f"The journal tells that {name} was closed, and there is no report."

    def _z(self, kept: KeptZ, told: ToldOfTill) -> Iterable[str]:
        document, sold = kept.document, self._sold[kept.session_id]
        place = (kept.epoch, kept.journal_seq, kept.journal_hash, document)
        if told.closings != [place] or document.get("closed", {}).get("at") != kept.at.utc_us:
            yield f"Z report {kept.number} is not what the journal tells."
        try:
            good = adds_up(document)
            same = (document["sales"]["count"], document["sales"]["total"], document.get("rounding", 0)) == (
                sold.sales,
                sold.total,
                sold.rounding,
            )
            tenders = document["tenders"] == dict(sold.tenders)
            others = _earlier_cash(document)
        except (LookupError, TypeError):
            yield f"Z report {kept.number} cannot be read."
            return
        if not good:
            yield f"Z report {kept.number} does not add up."
        if others is not None and others != sold.of_others:
            yield f"The voids of earlier tills on Z report {kept.number} are not those that this drawer paid for."
        if not (same and tenders):
            yield f"The sales of Z report {kept.number} are not those that the store holds."

    def _drawer(self, kept: KeptZ, events: Sequence[TillEvent], counts: Sequence[Sealed]) -> Iterable[str]:
        """The drawer's own events, its sales and its counts make the report anew."""
        sold = {name: Money(cents) for name, cents in self._sold[kept.session_id].tenders.items()}
        made = drawer_of(events, Takings(by_tender=sold), [(each.by, each.count) for each in counts])
        cash = kept.document.get("cash", {})
        told = {name: kept.document.get(name) for name in made} | {
            "expected": cash.get("expected"), "counts": cash.get("counts"),
        }  # fmt: skip
        if told != made:
            yield f"What went into and out of the drawer does not make Z report {kept.number}."


def _event(event: TillEvent) -> tuple[Any, ...]:
    return (
        f"till.{event.kind}",
        event.by,
        event.at.utc_us,
        event.cash.cents,
        event.reason,
        event.reference,
        event.witness or "",
    )


def _earlier_cash(document: Mapping[str, Any]) -> Counter[tuple[int, str]] | None:
    """Reports of older versions do not tell it."""
    told = document.get("earlier_voids")
    if told is None:
        return None
    return Counter((each["back"]["cash"], each["number"]) for each in told if "cash" in each["back"])


def _count(sealed: Sealed) -> tuple[Any, ...]:
    return (sealed.by, sealed.at.utc_us, [list(each) for each in sealed.count.pieces], sealed.expected.cents)
