"""The way of cash as it is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pos_desktop.app.ports.paper import Slip
from pos_desktop.domain.custody.events import CustodyEvent
from pos_desktop.domain.custody.ways import Ways
from pos_desktop.domain.identity import PersonId


@dataclass(frozen=True, slots=True)
class KeptStep:
    """A step with its place in the journal; `journal_hash` in full, as hexadecimal digits."""

    event: CustodyEvent
    epoch: int
    journal_seq: int
    journal_hash: str


MakeSlips = Callable[[KeptStep], Sequence[Slip]]
"""What is printed of a step, once its place in the journal is known."""


def no_slips(_: KeptStep) -> Sequence[Slip]:
    return ()


class CustodyBook(Protocol):
    """Every step is written together with its journal entry, and with what it moves in a drawer, in one transaction."""

    def ways(self) -> Ways:
        """Raises RuleRefusal: what is kept does not follow from itself, so somebody changed it."""
        ...

    def bare(self) -> Ways:
        """Tills and dropped envelopes alone, before any step: for who goes through the steps again."""
        ...

    def names(self) -> Mapping[PersonId, str]:
        """Of everybody who ever worked here."""
        ...

    def add(self, event: CustodyEvent, slips: MakeSlips = no_slips) -> KeptStep:
        """Raises RuleRefusal: the step must not be, as everything stands inside the transaction."""
        ...

    def steps(self, subject: str = "") -> Sequence[KeptStep]:
        """Of one bag, parcel or whatever it is; of all of them where none is named. In their order."""
        ...
