"""Do the tills agree with themselves, with their sales and with the journal."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pos_desktop.app.ports import KeptZ, Sealed, TillBook, TillSession
from pos_desktop.domain.sale import Sale
from pos_desktop.domain.till import TillEvent, TillKind
from pos_desktop.domain.z_report import adds_up

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

    def sale(self, sale: Sale) -> None:
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
        counts = tills.counts(session.id)
        if [_count(each) for each in counts] != told.counts:
            yield f"A count of {name} is not what the journal tells."
        if (session.closed_at is None) is not (kept is None):
            yield f"{name[0].upper()}{name[1:]} is closed without a report, or has one and is open."
        if kept is not None:
            yield from self._z(kept, told)
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
        except (LookupError, TypeError):
            yield f"Z report {kept.number} cannot be read."
            return
        if not good:
            yield f"Z report {kept.number} does not add up."
        if not (same and tenders):
            yield f"The sales of Z report {kept.number} are not those that the store holds."


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


def _count(sealed: Sealed) -> tuple[Any, ...]:
    return (sealed.by, sealed.at.utc_us, [list(each) for each in sealed.count.pieces], sealed.expected.cents)
