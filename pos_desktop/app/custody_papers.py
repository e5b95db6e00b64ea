"""What the papers of a bag say, as values. How they look is the printer's side (devices)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pos_desktop.app.custody_chain import SHORT, Chain, Names, chain_of, link_document
from pos_desktop.app.ports import CustodyBook, KeptStep, Slip, SlipKind
from pos_desktop.domain.custody.events import CustodyKind
from pos_desktop.domain.custody.things import Bag

IN_BAG, KEPT, COURIER = "bag", "kept", "courier"
"""Where the two slips of a step go."""


class CustodyPapers:
    """`zone` is the store's."""

    def __init__(self, book: CustodyBook, zone: str) -> None:
        self._book = book
        self._zone = zone

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
        event, names = kept.event, self._book.names()
        said = {
            **self._of(bag, kept),
            **{name: event.text(name) for name in ("seal", "courier", "badge", "vehicle")},
            "by": names[event.by],
            "second": "" if event.second is None else names[event.second],
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
        return {
            "ref": bag.id,
            "zone": self._zone,
            "at": kept.event.at.utc_us,
            "number": bag.number,
            "cash": kept.event.cash.cents,
            "seq": kept.journal_seq,
            "hash": kept.journal_hash[:SHORT],
        }

    def _two(self, kind: SlipKind, title: str, said: Mapping[str, Any], first: str) -> tuple[Slip, Slip]:
        return Slip(kind, title, {**said, "goes": first}), Slip(kind, title, {**said, "goes": KEPT})


_COUNTS = (CustodyKind.BAG_COUNTED, CustodyKind.BAG_RECOUNTED)


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
