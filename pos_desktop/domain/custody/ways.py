"""Where all cash outside of open drawers is, reckoned from what was written down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pos_desktop.domain.custody.bags import BAG_STEPS
from pos_desktop.domain.custody.events import NOTHING, SAFE, CustodyEvent, CustodyKind, same_number
from pos_desktop.domain.custody.loose import LOOSE_STEPS
from pos_desktop.domain.custody.things import (
    Bag,
    BagStep,
    Case,
    Counted,
    End,
    Order,
    OrderStep,
    Parcel,
    SafeCount,
    TillFacts,
    Transfer,
    end_of,
)
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.identity import PersonId, TillSessionId
from pos_desktop.domain.money import ZERO, Money

TILL = "till"
_STEPS = {**BAG_STEPS, **LOOSE_STEPS}
_OUT_OF_SAFE = (BagStep.BANK, BagStep.DONE, BagStep.APART)
_NOT_HERE = (OrderStep.RECEIVE, OrderStep.DONE, OrderStep.CANCELLED)


class Ways:
    """The state after all events so far. `apply` refuses what must not be, before anything is changed.

    Args:
        tills: Every session, in the order in which they were opened.
        drops: Every envelope that was dropped.
    """

    def __init__(
        self, tills: Iterable[TillFacts], drops: Iterable[Parcel], events: Iterable[CustodyEvent] = ()
    ) -> None:
        self.tills = {each.id: each for each in tills}
        self.parcels = {each.id: each for each in drops}
        self.bags: dict[str, Bag] = {}
        self.orders: dict[str, Order] = {}
        self.transfers: dict[str, Transfer] = {}
        self.counts: list[SafeCount] = []
        self.cases: dict[str, Case] = {}
        self.left: dict[str, Money] = {}
        """What stayed in the drawer of a closed session."""
        self.loose = ZERO
        """In the safe, and in no parcel or bag."""
        self.found = ZERO
        """All differences that were found on the way: above nought, there was more than was said."""
        self.begun = ZERO
        """What the first count of the safe found there."""
        self.from_bank, self.to_bank = ZERO, ZERO
        self.read_by: dict[str, set[PersonId]] = {}
        """Who read what must be in a parcel or an order, or loose in the safe: by its id."""
        self.where = dict.fromkeys(self.parcels, TILL)
        for event in events:
            self.apply(event)

    def keep(self, parcel: Parcel) -> None:
        """A parcel that waits for the safe."""
        self.parcels[parcel.id] = parcel
        self.where[parcel.id] = TILL

    # -- looking

    def waiting(self) -> list[Parcel]:
        """Parcels that are not in the safe yet."""
        return [each for each in self.parcels.values() if self.where[each.id] == TILL]

    def in_safe(self) -> list[Parcel]:
        """Parcels in the safe, and in no bag."""
        return [each for each in self.parcels.values() if self.where[each.id] == SAFE]

    def undivided(self) -> list[TillFacts]:
        """Closed tills of which nobody said what stays in the drawer."""
        return [each for each in self.tills.values() if each.closed_at and each.id not in self.left]

    def counting(self) -> SafeCount | None:
        """The count of the safe that is under way: until it is settled nothing moves in or out of the loose cash."""
        return self.counts[-1] if self.counts and not self.counts[-1].settled else None

    def bag(self, number: str) -> Bag | None:
        return next((each for each in self.bags.values() if same_number(each.number, number)), None)

    def readers(self, thing: Counted) -> set[PersonId]:
        """Who read what must be in it, and so does not count it."""
        ids = {each.id for each in thing.parcels} if isinstance(thing, Bag) else {thing.id}
        ids = {SAFE} if isinstance(thing, SafeCount) else ids
        return {person for each in ids for person in self.read_by.get(each, ())}

    def last_session(self, register_code: str) -> TillFacts | None:
        of_register = [each for each in self.tills.values() if each.register_code == register_code]
        return of_register[-1] if of_register else None

    def end(self, register_code: str) -> End:
        """Where cash goes to or comes from now; an empty code is the safe."""
        last = self.last_session(register_code) if register_code else None
        return End(register_code, last.id if last else "", last is not None and last.closed_at is None)

    def at_rest(self, register_code: str) -> Money:
        """In the drawer of a register whose till is closed; nought while it is open, for then it is the till's."""
        end = self.end(register_code)
        return ZERO if end.running else self._after(register_code, end.session)

    def had_it(self, case: Case) -> set[PersonId]:
        """Everybody who had a hand in what differs, on its whole way so far."""
        subject, events = case.opened.subject, [case.opened]
        events += [event for each in self.counts if each.id == subject for event in each.events]
        events += [each.sent for each in self.transfers.values() if each.id == subject]
        persons = {person for event in events for person in event.persons}
        thing = self.bags.get(subject) or self.orders.get(subject)
        return persons if thing is None else persons.union(*thing.legs().values())

    def stayed(self, register_code: str) -> Money | None:
        """What its next till is to be opened with; None where none was closed, or nobody said yet what stays."""
        end = self.end(register_code)
        return None if end.running or end.session not in self.left else self.at_rest(register_code)

    def found_at_opening(self) -> Mapping[str, Money]:
        """Of each session: what was counted at its opening, less what lay in the drawer until then."""
        before: dict[str, str] = {}
        found: dict[str, Money] = {}
        for each in self.tills.values():
            found[each.id] = each.floats - self._after(each.register_code, before.get(each.register_code, ""))
            before[each.register_code] = each.id
        return found

    def places(self) -> Mapping[str, Money]:
        """All cash outside of open drawers, by the place where it is. It only changes by tills and by the bank."""
        registers = {each.register_code for each in self.tills.values()} | {
            each.register_code for way in self.transfers.values() for each in (way.out_of, way.into)
        }
        held = {f"drawer {code}": self.at_rest(code) for code in sorted(registers) if code}
        return held | {
            "waiting for the safe": _sum(each.cash for each in self.waiting()),
            "parcels in the safe": _sum(each.cash for each in self.in_safe()),
            "loose in the safe": self.loose,
            "bags in the safe": _sum(
                each.cash for each in self.bags.values() if each.step not in _OUT_OF_SAFE
            ),
            "bags with the courier": _sum(
                each.cash for each in self.bags.values() if each.step is BagStep.BANK
            ),
            "change from the bank": _sum(
                each.expected for each in self.orders.values() if each.step not in _NOT_HERE
            ),
            "on the way between tills and safe": _sum(
                each.sent.cash for each in self.transfers.values() if each.received is None
            ),
        }

    def refuse_stale(self, event: CustodyEvent) -> None:
        """Of a new step: raises RuleRefusal where a till that it names was opened or closed in between."""
        names = {
            CustodyKind.TRANSFER_SENT: "from",
            CustodyKind.TRANSFER_RECEIVED: "to",
            CustodyKind.TRANSFER_CALLED_BACK: "to",
        }
        end = end_of(event, names[event.kind]) if event.kind in names else None
        if end is not None and end != self.end(end.register_code):
            raise RuleRefusal(f"The till was opened or closed in between. Try again. {NOTHING}", code="stale")

    # -- going on

    def apply(self, event: CustodyEvent) -> None:
        """Raises RuleRefusal: this must not be, after what was before. Then nothing is changed."""
        _STEPS[event.kind](self, event)

    def _after(self, register_code: str, session: str) -> Money:
        """In a drawer at rest after `session`, until the next one was opened."""
        till = self.tills.get(TillSessionId(session))
        rest = ZERO if till is None else self.left.get(session, till.counted)
        here = End(register_code, session)
        for way in self.transfers.values():
            if way.out_of == here:
                rest -= way.sent.cash
            if way.received is not None and way.into == here:
                rest += way.received.cash
        return rest


def _sum(amounts: Iterable[Money]) -> Money:
    return sum(amounts, ZERO)
