"""Cash outside of drawers: deposits, the safe, deposit bags. Whoever takes part did so by their own PIN."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pos_desktop.app.custody_papers import CustodyPapers
from pos_desktop.app.ports import Clock, CustodyBook, Ids, KeptStep
from pos_desktop.app.ports.custody import MakeSlips, no_slips
from pos_desktop.app.reasons import good_reason
from pos_desktop.domain.custody.bags import refuse_other_seal, refuse_used_seal
from pos_desktop.domain.custody.events import NOTHING, CustodyEvent, CustodyKind, good_number
from pos_desktop.domain.custody.things import Bag, TillFacts
from pos_desktop.domain.custody.ways import Ways
from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.identity import PersonId, TillSessionId
from pos_desktop.domain.money import ZERO, Money
from pos_desktop.domain.people import Person, Right, require
from pos_desktop.domain.till import Count

FIGURES = "figures"
"""What a reading of all that waits to be counted is about."""
MOST_CASH = Money(10_000_000_00)
"""That one step may hold: more is a slip of the hand."""


@dataclass(frozen=True, slots=True)
class CustodyRules:
    """What a store set. A sum that differs by more than `difference` takes a reason and an owner."""

    difference: Money = ZERO


@dataclass(frozen=True, slots=True)
class Courier:
    """Who carries a bag, as the badge says; not a member of staff, so without a PIN."""

    name: str
    badge: str
    vehicle: str

    def told(self) -> dict[str, str]:
        """Raises BadInput: one of them is missing."""
        return {
            "courier": good_number(self.name, "the courier’s name"),
            "badge": good_number(self.badge, "the number of the courier’s badge"),
            "vehicle": good_number(self.vehicle, "the number of the vehicle"),
        }


@dataclass(frozen=True, slots=True)
class Because:
    """Of a sum that differs: why, and who looks into it."""

    reason: str = ""
    owner: Person | None = None


NO_REASON, NO_RULES = Because(), CustodyRules()


class Steps:
    """What every desk of custody does: ask who may, and write the step down. Lane: database."""

    def __init__(self, *, book: CustodyBook, clock: Clock, ids: Ids, rules: CustodyRules = NO_RULES) -> None:
        self._book = book
        self._clock = clock
        self._ids = ids
        self.rules = rules

    def ways(self) -> Ways:
        return self._book.ways()

    def _do(
        self,
        kind: CustodyKind,
        subject: str,
        actor: Person,
        cash: Money = ZERO,
        second: Person | None = None,
        told: dict[str, Any] | None = None,
        slips: MakeSlips = no_slips,
    ) -> KeptStep:
        if not ZERO <= cash <= MOST_CASH:
            raise BadInput(f"{cash} cannot be right. {NOTHING}", code="amount")
        by = None if second is None else second.id
        event = CustodyEvent(kind, subject, self._clock.now(), actor.id, cash, by, told or {})
        return self._book.add(event, slips)

    def _count(self, kind: CustodyKind, subject: str, actor: Person, count: Count) -> KeptStep:
        pieces = [list(each) for each in count.pieces]
        return self._do(kind, subject, actor, count.total, told={"pieces": pieces, "salt": self._ids.new()})

    def _refuse_staff(self, courier: Courier, *signing: Person) -> None:
        """Raises RuleRefusal: the courier works here and does not sign with their own PIN."""
        name, signed = courier.name.split(), {each.id for each in signing}
        same = [
            each for each, known in self._book.names().items() if known.casefold().split() == _lower(name)
        ]
        if same and not signed & set(same):
            raise RuleRefusal(
                f"{courier.name} works here, and who carries cash signs for it as the second person, with their own "
                f"PIN. If it is somebody else of that name, write the company behind it. {NOTHING}",
                code="staff-courier",
            )

    def _told(self, because: Because) -> dict[str, Any]:
        """For a sum that may differ; whether it does is asked where the step is written."""
        told: dict[str, Any] = {"allowed": self.rules.difference.cents}
        if because.reason or because.owner is not None:
            told["reason"] = good_reason(because.reason)
        if because.owner is not None:
            require(because.owner, Right.CUSTODY, NOTHING)
            told["owner"] = because.owner.id
        return told


def _lower(words: Sequence[str]) -> list[str]:
    return [each.casefold() for each in words]


class CustodyDesk(Steps):
    """From a drawer to the bank. What is printed is written with the step that it tells of."""

    def __init__(
        self,
        *,
        book: CustodyBook,
        papers: CustodyPapers,
        clock: Clock,
        ids: Ids,
        rules: CustodyRules = NO_RULES,
    ) -> None:
        super().__init__(book=book, clock=clock, ids=ids, rules=rules)
        self.papers = papers

    # -- into the safe

    def deposit(self, actor: Person, second: Person, session_id: str, left: Money) -> KeptStep:
        """Of a closed till: `left` stays in the drawer, the rest of what was counted waits for the safe.

        Raises:
            RuleRefusal: not closed, or divided already. BadInput: more than was counted.
        """
        require(actor, Right.CLOSE_TILL, NOTHING)
        require(second, Right.WITNESS, NOTHING)
        till = self.check_deposit(session_id, left)
        told = {"left": left.cents, "z": till.z, "register": till.register_code}
        return self._do(
            CustodyKind.DEPOSIT,
            session_id,
            actor,
            till.counted - left,
            second,
            told,
            lambda kept: self.papers.deposit(till, kept),
        )

    def check_deposit(self, session_id: str, left: Money) -> TillFacts:
        """Before anybody signs. Raises as `deposit`."""
        till = self.ways().tills.get(TillSessionId(session_id))
        if till is None:
            raise RuleRefusal(f"There is no such till. {NOTHING}", code="no-till")
        if not ZERO <= left <= till.counted:
            raise BadInput(f"More than was counted cannot stay in the drawer. {NOTHING}", code="left")
        return till

    def take_in(self, actor: Person, second: Person, parcel_id: str) -> KeptStep:
        """A parcel, unopened, into the safe. Raises RuleRefusal: it does not wait, or the actor brought it."""
        require(actor, Right.CUSTODY, NOTHING)
        require(second, Right.WITNESS, NOTHING)
        parcel = self.ways().parcels.get(parcel_id)
        if parcel is None:
            raise RuleRefusal(f"This parcel does not wait for the safe. {NOTHING}", code="parcel")
        told = {"number": parcel.number, "register": parcel.register_code}
        return self._do(
            CustodyKind.TAKEN_IN,
            parcel_id,
            actor,
            parcel.cash,
            second,
            told,
            lambda kept: self.papers.taken_in(parcel, kept),
        )

    # -- bags

    def make_bag(self, actor: Person, number: str, parcels: Sequence[str], loose: Money = ZERO) -> str:
        """Choose what goes in. Returns the bag's id.

        Raises:
            BadInput: no number. RuleRefusal: number used, parcel not in the safe, nothing chosen, own cash in it.
        """
        require(actor, Right.CUSTODY, NOTHING)
        number = good_number(number, "the number of the bag")
        known = self.ways().parcels
        cash = sum((known[each].cash for each in parcels if each in known), loose)
        bag_id = self._ids.new()
        told = {"number": number, "parcels": list(parcels), "loose": loose.cents}
        self._do(CustodyKind.BAG_MADE, bag_id, actor, cash, told=told)
        return bag_id

    def count_bag(self, actor: Person, bag_id: str, count: Count) -> KeptStep:
        """The first count: nobody sees its figure before `recount_bag`."""
        require(actor, Right.CUSTODY, NOTHING)
        return self._count(CustodyKind.BAG_COUNTED, bag_id, actor, count)

    def recount_bag(self, actor: Person, bag_id: str, count: Count) -> KeptStep:
        """Raises RuleRefusal: not counted yet, or by this person."""
        require(actor, Right.CUSTODY, NOTHING)
        return self._count(CustodyKind.BAG_RECOUNTED, bag_id, actor, count)

    def seal_bag(
        self, actor: Person, second: Person, bag_id: str, seal: str, because: Because = NO_REASON
    ) -> KeptStep:
        """By the two who counted. Raises RuleRefusal: counts differ; or the sum does, without reason and owner."""
        require(actor, Right.CUSTODY, NOTHING)
        require(second, Right.CUSTODY, NOTHING)
        bag = self._bag(bag_id)
        seal = good_number(seal, "the number of the seal")
        told = {"number": bag.number, "seal": seal, **self._told(because)}
        return self._do(
            CustodyKind.BAG_SEALED,
            bag_id,
            actor,
            bag.counting.agreed or ZERO,
            second,
            told,
            lambda kept: self.papers.bag(bag, kept),
        )

    def check_seal(self, seal: str) -> None:
        """Before anybody signs: of a seal that is to be set. BadInput: no number. RuleRefusal: used already."""
        refuse_used_seal(self.ways(), good_number(seal, "the number of the seal"))

    def check_hand_over(self, bag_id: str, seal: str, courier: Courier) -> None:
        """Before anybody signs. Raises BadInput: a number is missing. RuleRefusal: another seal than was set."""
        refuse_other_seal(self._bag(bag_id), good_number(seal, "the number of the seal"))
        courier.told()

    def hand_over(self, actor: Person, second: Person, bag_id: str, seal: str, courier: Courier) -> KeptStep:
        """`second` saw it, or carries it. Raises RuleRefusal: another seal, or one of them packed it."""
        require(actor, Right.CUSTODY, NOTHING)
        require(second, Right.WITNESS, NOTHING)
        bag = self._bag(bag_id)
        seal = good_number(seal, "the number of the seal")
        told = {"number": bag.number, "seal": seal, **courier.told()}
        self._refuse_staff(courier, actor, second)
        return self._do(
            CustodyKind.BAG_HANDED_OVER,
            bag_id,
            actor,
            bag.cash,
            second,
            told,
            lambda kept: self.papers.handed(bag, kept),
        )

    def bank(
        self, actor: Person, bag_id: str, cash: Money, slip: str, because: Because = NO_REASON
    ) -> KeptStep:
        """What the bank counted. Raises RuleRefusal: the actor had a hand in it; or it differs, as in `seal_bag`."""
        require(actor, Right.CUSTODY, NOTHING)
        slip = good_number(slip, "the number of the bank slip")
        told = {"number": self._bag(bag_id).number, "slip": slip, **self._told(because)}
        return self._do(CustodyKind.BAG_BANKED, bag_id, actor, cash, told=told)

    def take_apart(self, actor: Person, second: Person, bag_id: str, reason: str) -> KeptStep:
        """Before it left: what is in it is in the safe again, loose where the bag was sealed."""
        require(actor, Right.CUSTODY, NOTHING)
        require(second, Right.CUSTODY, NOTHING)
        told = {"number": self._bag(bag_id).number, "reason": good_reason(reason)}
        return self._do(CustodyKind.BAG_TAKEN_APART, bag_id, actor, second=second, told=told)

    def _bag(self, bag_id: str) -> Bag:
        bag = self.ways().bags.get(bag_id)
        if bag is None:
            raise RuleRefusal(f"There is no such bag. {NOTHING}", code="no-bag")
        return bag

    # -- reading

    def read_figures(self, actor: Person) -> KeptStep:
        """What must be in whatever waits to be counted, from now on, for this person; it is journaled, and they count
        none of it. Raises RuleRefusal: not for everybody.
        """
        require(actor, Right.READ_JOURNAL, "Nothing was shown.")
        return self._do(CustodyKind.FIGURES_READ, FIGURES, actor)

    # -- cases

    def give_case(self, actor: Person, case_id: str, owner: Person) -> KeptStep:
        """Another person looks into it from now on."""
        require(actor, Right.CUSTODY, "The case stays with its owner.")
        require(owner, Right.CUSTODY, "The case stays with its owner.")
        return self._do(CustodyKind.CASE_GIVEN, case_id, actor, told={"owner": PersonId(owner.id)})

    def settle_case(self, actor: Person, case_id: str, reason: str) -> KeptStep:
        """What was found out ends it. Raises RuleRefusal: not for everybody, and not for who counted."""
        require(actor, Right.ACCEPT_DIFFERENCE, "The case stays open.")
        return self._do(CustodyKind.CASE_SETTLED, case_id, actor, told={"reason": good_reason(reason)})
