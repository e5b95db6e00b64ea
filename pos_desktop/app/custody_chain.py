"""The whole way of one bag, line by line: what a bank, an auditor or an inspector asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pos_desktop.app.ports import CustodyBook, KeptStep
from pos_desktop.app.ports.paper import SHORT_HASH
from pos_desktop.domain.custody.events import LEG_OF, CustodyEvent, CustodyKind, Leg
from pos_desktop.domain.custody.things import Bag, BagStep, Case, Parcel
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.money import Money

BLIND = (BagStep.COUNT, BagStep.RECOUNT, BagStep.COUNT_AGAIN)
"""While a bag stands there, no figure of it is shown."""
Names = Mapping[PersonId, str]


@dataclass(frozen=True, slots=True)
class Link:
    """One line of the way.

    Args:
        leg: Which part of the way it belongs to. second_as: What the second person was there for.
        cash, variance: None while it must not be known, or where there is none. The variance of a step is what was
            counted in it, less what was said before.
        numbers: (what it is, the number): bag, seal, envelope, badge and so on.
        journal_seq, journal_hash: None and empty for a drop, which the journal has under its till.
    """

    at: Instant
    what: str
    by: str
    second: str
    leg: str
    out_of: str
    into: str
    numbers: tuple[tuple[str, str], ...] = ()
    cash: Money | None = None
    variance: Money | None = None
    reason: str = ""
    journal_seq: int | None = None
    journal_hash: str = ""
    second_as: str = "Witness"


@dataclass(frozen=True, slots=True)
class Chain:
    bag: Bag
    links: tuple[Link, ...]
    cases: tuple[Case, ...]

    @property
    def blind(self) -> bool:
        return _blind(self.bag)


def chain_of(book: CustodyBook, number: str) -> Chain:
    """Raises BadInput: there is no bag of this number."""
    ways, names = book.ways(), book.names()
    bag = ways.bag(" ".join(number.split()))
    if bag is None:
        raise BadInput(
            f"There is no bag with the number “{number}”. Look at: pos-desktop custody list.", code="no-bag"
        )
    links = [link for parcel in bag.parcels for link in _of_parcel(book, parcel, names)]
    links += [_of_bag(kept, bag, names) for kept in book.steps(bag.id)]
    if _blind(bag):
        links = [replace(each, cash=None, variance=None) for each in links]
    cases = tuple(each for each in ways.cases.values() if each.opened.subject == bag.id)
    return Chain(bag, tuple(links), cases)


def _blind(bag: Bag) -> bool:
    return bag.step in BLIND or bag.opened


def _of_parcel(book: CustodyBook, parcel: Parcel, names: Names) -> Iterator[Link]:
    told = book.steps(parcel.id)
    if parcel.id.startswith("drop:"):
        yield Link(
            at=parcel.at,
            what="Dropped",
            by=names[parcel.by],
            second="" if parcel.witness is None else names[parcel.witness],
            leg=Leg.BROUGHT,
            out_of=f"till {parcel.register_code}",
            into=f"envelope {parcel.number}",
            cash=parcel.cash,
        )
    else:
        told = [*book.steps(parcel.id.partition(":")[2]), *told]
    for kept in told:
        event = kept.event
        taken = event.kind is CustodyKind.TAKEN_IN
        yield _link(
            kept,
            names,
            what="Taken into the safe" if taken else "Left over at the close",
            leg="taken in" if taken else Leg.BROUGHT,
            places=(parcel.number, "safe") if taken else (f"till {parcel.register_code}", parcel.number),
            cash=event.cash,
            variance=event.cash - parcel.cash if taken else None,
        )


_WHAT: Mapping[CustodyKind, tuple[str, str, str]] = {
    CustodyKind.BAG_MADE: ("Put into the bag", "safe", "bag, open"),
    CustodyKind.BAG_COUNTED: ("Counted", "bag, open", "bag, open"),
    CustodyKind.BAG_RECOUNTED: ("Recounted, blind", "bag, open", "bag, open"),
    CustodyKind.BAG_SEALED: ("Sealed", "bag, open", "bag, sealed"),
    CustodyKind.BAG_HANDED_OVER: ("Handed over", "safe", "courier"),
    CustodyKind.BAG_BANKED: ("Counted by the bank", "courier", "bank"),
    CustodyKind.BAG_TAKEN_APART: ("Taken apart", "bag", "safe"),
}
_SECOND_AS: Mapping[CustodyKind, str] = {
    CustodyKind.BAG_SEALED: "Sealed with",
    CustodyKind.BAG_HANDED_OVER: "Seen or carried by",
}
_NUMBERS = (
    ("seal", "seal"), ("courier", "courier"), ("badge", "badge"), ("vehicle", "vehicle"), ("slip", "bank slip"),
)  # fmt: skip


def _of_bag(kept: KeptStep, bag: Bag, names: Names) -> Link:
    event = kept.event
    what, out_of, into = _WHAT[event.kind]
    apart = event.kind is CustodyKind.BAG_TAKEN_APART
    return _link(
        kept,
        names,
        what=what,
        leg="taken apart" if apart else LEG_OF[event.kind],
        second_as=_SECOND_AS.get(event.kind, "Witness"),
        places=(out_of, into),
        cash=None if apart else event.cash,
        variance=_variance(event, bag),
        numbers=tuple((name, event.text(key)) for key, name in _NUMBERS if event.text(key)),
    )


def _variance(event: CustodyEvent, bag: Bag) -> Money | None:
    if event.kind in (CustodyKind.BAG_COUNTED, CustodyKind.BAG_RECOUNTED, CustodyKind.BAG_SEALED):
        return event.cash - bag.expected
    if event.kind in (CustodyKind.BAG_HANDED_OVER, CustodyKind.BAG_BANKED):
        return event.cash - bag.cash
    return None


def _link(
    kept: KeptStep,
    names: Names,
    *,
    what: str,
    leg: str,
    places: tuple[str, str],
    cash: Money | None,
    variance: Money | None = None,
    numbers: tuple[tuple[str, str], ...] = (),
    second_as: str = "Witness",
) -> Link:
    event = kept.event
    return Link(
        at=event.at,
        what=what,
        by=names[event.by],
        second="" if event.second is None else names[event.second],
        leg=leg,
        second_as=second_as,
        out_of=places[0],
        into=places[1],
        numbers=numbers,
        cash=cash,
        variance=variance,
        reason=event.text("reason"),
        journal_seq=kept.journal_seq,
        journal_hash=kept.journal_hash[:SHORT_HASH],
    )


def link_document(number: str, link: Link) -> Mapping[str, Any]:
    """One line of the export; money in cents, None where it must not be known yet or there is none."""
    return {
        "bag": number,
        "at_us": link.at.utc_us,
        "leg": str(link.leg),
        "what": link.what,
        "by": link.by,
        "second": link.second or None,
        "second_as": link.second_as if link.second else None,
        "from": link.out_of,
        "to": link.into,
        "numbers": dict(link.numbers),
        "cents": None if link.cash is None else link.cash.cents,
        "variance_cents": None if link.variance is None else link.variance.cents,
        "reason": link.reason or None,
        "journal_seq": link.journal_seq,
        "journal_hash": link.journal_hash or None,
    }
