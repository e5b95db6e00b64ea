"""What the papers of custody say, as values. How they look is the printer's side (devices)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pos_desktop.app.custody_chain import Chain, Names, chain_of, link_document
from pos_desktop.app.ports import CustodyBook, KeptStep, Slip, SlipKind
from pos_desktop.app.ports.paper import SHORT_HASH
from pos_desktop.domain.custody.events import CustodyKind
from pos_desktop.domain.custody.things import Bag, Parcel, SafeCount, TillFacts
from pos_desktop.domain.identity import PersonId

IN_BAG, KEPT, COURIER, IN_PARCEL, WITH_TILL, WITH_BOOKS = "bag", "kept", "courier", "parcel", "till", "books"
"""Where the slips of a step go."""


class CustodyPapers:
    """`zone` is the store's."""

    def __init__(self, book: CustodyBook, zone: str) -> None:
        self._book = book
        self._zone = zone

    def deposit(self, till: TillFacts, kept: KeptStep) -> tuple[Slip, ...]:
        """One is closed into the parcel, the other stays with the till's papers; that alone, if nothing is left."""
        said = {
            **self._signed(kept),
            "ref": till.id,
            "number": f"Z {till.z}",
            "register": till.register_code,
            "left": kept.event.cents("left").cents,
        }
        two = self._two(SlipKind.DEPOSIT, f"Deposit slip, Z {till.z}", said, IN_PARCEL, WITH_TILL)
        return two if kept.event.cash else two[1:]

    def taken_in(self, parcel: Parcel, kept: KeptStep) -> tuple[Slip]:
        """Without the amount: who takes a parcel in may be who counts it. That stands on the slip inside."""
        said = {
            **self._signed(kept),
            "ref": parcel.id,
            "what": _title(parcel.id, parcel.number),
            "register": parcel.register_code,
            "goes": KEPT,
        }
        del said["cash"]
        return (Slip(SlipKind.TAKEN_IN, f"Slip of the safe, {said['what']}", said),)

    def safe_count(self, count: SafeCount, kept: KeptStep, *, begins: bool) -> tuple[Slip]:
        """Of a count that two settled. `begins`: it is the first one, which nothing can differ from."""
        event, names = kept.event, self._book.names()
        counts = [each for each in count.events if each.kind in _COUNTS][-2:]
        said = {
            **self._signed(kept),
            "ref": count.id,
            "begins": int(begins),
            "expected": count.expected.cents,
            "reason": event.text("reason"),
            "owner": names[PersonId(event.text("owner"))] if event.text("owner") else "",
            "pieces": counts[-1].told["pieces"],
            "counted": names[counts[0].by],
            "recounted": names[counts[1].by],
            "goes": WITH_BOOKS,
        }
        return (Slip(SlipKind.SAFE_COUNT, "Count of the safe", said),)

    def bag(self, bag: Bag, kept: KeptStep) -> tuple[Slip, Slip]:
        """One goes into the bag before the seal is closed, the other stays. `kept` is the step that seals it."""
        event, names = kept.event, self._book.names()
        counts = [each for each in bag.events if each.kind in _COUNTS][-2:]
        said = {
            **self._of(bag, kept),
            "seal": event.text("seal"),
            "variance": (event.cash - bag.expected).cents,
            "reason": event.text("reason"),
            "pieces": counts[-1].told["pieces"],
            "holds": [[_title(each.id, each.number), each.cash.cents] for each in bag.parcels],
            "loose": bag.loose.cents,
            "counted": names[counts[0].by],
            "recounted": names[counts[1].by],
        }
        return self._two(SlipKind.BAG, f"Bag slip, bag {bag.number}", said, IN_BAG)

    def handed(self, bag: Bag, kept: KeptStep) -> tuple[Slip, Slip]:
        """One goes with the courier, the other stays."""
        said = {
            **self._of(bag, kept),
            **{name: kept.event.text(name) for name in ("seal", "courier", "badge", "vehicle")},
        }
        return self._two(SlipKind.HAND_OVER, f"Hand-over slip, bag {bag.number}", said, COURIER)

    def chain(self, number: str) -> Slip:
        """The whole way of a bag. Raises BadInput: there is no such bag."""
        chain, names = chain_of(self._book, number), self._book.names()
        said = {
            "ref": chain.bag.id,
            "zone": self._zone,
            "number": chain.bag.number,
            "seal": chain.bag.seal,
            "blind": int(chain.blind),
            "links": [link_document(chain.bag.number, each) for each in chain.links],
            "cases": case_documents(chain, names),
        }
        return Slip(SlipKind.CHAIN, f"Way of bag {chain.bag.number}", said)

    def _of(self, bag: Bag, kept: KeptStep) -> dict[str, Any]:
        return {**self._signed(kept), "ref": bag.id, "number": bag.number}

    def _signed(self, kept: KeptStep) -> dict[str, Any]:
        """When, by whom, how much, and where the journal tells of it."""
        event, names = kept.event, self._book.names()
        return {
            "zone": self._zone,
            "at": event.at.utc_us,
            "by": names[event.by],
            "second": "" if event.second is None else names[event.second],
            "cash": event.cash.cents,
            "seq": kept.journal_seq,
            "hash": kept.journal_hash[:SHORT_HASH],
        }

    def _two(
        self, kind: SlipKind, title: str, said: Mapping[str, Any], first: str, other: str = KEPT
    ) -> tuple[Slip, Slip]:
        return Slip(kind, title, {**said, "goes": first}), Slip(kind, title, {**said, "goes": other})


_COUNTS = (
    CustodyKind.BAG_COUNTED,
    CustodyKind.BAG_RECOUNTED,
    CustodyKind.SAFE_COUNTED,
    CustodyKind.SAFE_RECOUNTED,
)


def _title(parcel_id: str, number: str) -> str:
    return f"Envelope {number}" if parcel_id.startswith("drop:") else number


def case_documents(chain: Chain, names: Names) -> list[Mapping[str, Any]]:
    return [
        {
            "bag": chain.bag.number,
            "case": case.id,
            "difference_cents": case.difference.cents,
            "reason": case.reason,
            "owner": names[case.owner],
            "settled_at_us": None if case.settled is None else case.settled.at.utc_us,
            "settled_by": None if case.settled is None else names[case.settled.by],
            "found_out": None if case.settled is None else case.settled.text("reason"),
        }
        for case in chain.cases
    ]
