"""Does the way of cash follow from itself, and is it what the journal and the tills tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import zip_longest
from typing import Any

from pos_desktop.app.ports import CustodyBook, KeptStep, TillBook
from pos_desktop.domain.custody.events import NOTHING, CustodyEvent, CustodyKind, journalled
from pos_desktop.domain.custody.things import end_of
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.till import TillKind

_PREFIX = "custody."
_MOVES = {TillKind.CHANGE_IN: "into", TillKind.CHANGE_OUT: "out of"}


class CustodyTold:
    """Collects while the journal is walked once; then compares."""

    def __init__(self) -> None:
        self._told: list[tuple[Any, ...]] = []

    def entry(self, entry: Mapping[str, Any], digest: bytes) -> None:
        """`digest` is its link in the chain."""
        kind = entry["kind"]
        if kind.startswith(_PREFIX):
            place = (entry["epoch"], entry["seq"], digest.hex())
            self._told.append((kind, entry["actor"], entry["ref"], entry["data"], *place))

    def findings(self, book: CustodyBook, tills: TillBook) -> Iterable[str]:
        steps = book.steps()
        for number, (kept, told) in enumerate(zip_longest(steps, self._told), start=1):
            if kept is None:
                yield f"The journal tells of a step of cash ({_words(told[0])}) that the store does not hold."
            elif told is None:
                yield f"The journal does not tell of {_step(number, kept.event)}."
            elif _as_told(kept) != told:
                yield f"{_capital(_step(number, kept.event))} is not what the journal tells of it."
        yield from _follows(book, steps)
        yield from _meets(steps, tills)


def _follows(book: CustodyBook, steps: Iterable[KeptStep]) -> Iterable[str]:
    """By the rules of the counter itself: two persons, nobody in two legs, sums that go on."""
    ways = book.bare()
    for number, kept in enumerate(steps, start=1):
        try:
            ways.apply(kept.event)
        except RuleRefusal as refusal:
            why = refusal.sentence.removesuffix(NOTHING).strip()
            yield f"{_capital(_step(number, kept.event))} cannot have been: {why}"
        except (LookupError, TypeError, ValueError):
            yield f"{_capital(_step(number, kept.event))} cannot be read."


def _meets(steps: Iterable[KeptStep], tills: TillBook) -> Iterable[str]:
    """What a transfer moves in the drawer of an open till, that till tells too; and nothing else."""
    ours = Counter(each for kept in steps for each in _moved(kept.event))
    theirs = Counter(
        (str(session.id), event.kind, event.cash.cents, event.reference)
        for session in tills.sessions()
        for event in tills.events(session.id)
        if event.kind in _MOVES
    )
    registers = {str(each.id): each.register_code for each in tills.sessions()}
    for session, kind, _, _ in (ours - theirs) + (theirs - ours):
        yield (
            f"Cash that went {_MOVES[kind]} the drawer of till {registers.get(session, '?')} and what the other side "
            "tells of it do not agree."
        )


def _moved(event: CustodyEvent) -> Iterable[tuple[str, TillKind, int, str]]:
    ends = {
        CustodyKind.TRANSFER_SENT: ("from", TillKind.CHANGE_OUT),
        CustodyKind.TRANSFER_RECEIVED: ("to", TillKind.CHANGE_IN),
        CustodyKind.TRANSFER_CALLED_BACK: ("to", TillKind.CHANGE_IN),
    }
    if event.kind in ends:
        name, kind = ends[event.kind]
        end = end_of(event, name)
        if end.running:
            yield end.session, kind, event.cash.cents, event.subject


def _as_told(kept: KeptStep) -> tuple[Any, ...]:
    event = kept.event
    place = (kept.epoch, kept.journal_seq, kept.journal_hash)
    return (f"{_PREFIX}{event.kind}", event.by, event.subject, journalled(event), *place)


def _step(number: int, event: CustodyEvent) -> str:
    named = event.text("number") or event.text("seal")
    return f"step {number} of the way of cash ({_words(event.kind)}{f' {named}' if named else ''})"


def _words(kind: str) -> str:
    return kind.removeprefix(_PREFIX).replace("-", " ")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
