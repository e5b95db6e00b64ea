"""What the room “Safe” works with, and one look at all of it. Lane: database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pos_desktop.app.custody_chain import Chain, chain_of
from pos_desktop.app.custody_desk import CustodyDesk
from pos_desktop.app.custody_hands import crew_here
from pos_desktop.app.custody_picture import CustodyPicture, What, picture_of
from pos_desktop.app.ports import CustodyBook, JobKind, PaperJobs, PinBook, StaffBook
from pos_desktop.app.safe_desk import SafeDesk
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.people import Person, Right, require


@dataclass(frozen=True, slots=True)
class CustodyLook:
    """`chain` is the way of the bag that is chosen; `owners` may look into a difference."""

    picture: CustodyPicture
    chain: Chain | None
    owners: tuple[Person, ...]
    places: tuple[str, ...]
    names: Mapping[PersonId, str]


@dataclass(frozen=True, slots=True)
class CustodyDesks:
    bags: CustodyDesk
    safe: SafeDesk
    book: CustodyBook
    staff: StaffBook
    pins: PinBook
    jobs: PaperJobs

    def print_way(self, actor: Person, number: str, at: Instant) -> None:
        """The whole way of one bag, as paper. Raises RuleRefusal: not for everybody. BadInput: there is no such bag."""
        if not actor.may(Right.CUSTODY):
            require(actor, Right.READ_JOURNAL, "Nothing was printed.")
        self.jobs.add_slip(JobKind.SLIP, self.bags.papers.chain(number), at)

    def waiting(self) -> int:
        """Closed tills whose cash is not divided yet, and parcels that are not in the safe."""
        ways = self.book.ways()
        return len(ways.undivided()) + len(ways.waiting())

    def look(self, chosen: str, actor: Person) -> CustodyLook:
        """As `actor` may see it. `chosen` is the id of the line whose way is wanted, if it is a bag.

        Raises RuleRefusal: not for everybody.
        """
        require(actor, Right.READ_REPORTS, "Nothing was shown.")
        picture = picture_of(self.book, crew_here(self.staff, self.pins), actor.id)
        bag = next(
            (each for each in (*picture.lines, *picture.done) if each.id == chosen and each.what is What.BAG),
            None,
        )
        number = None if bag is None else bag.title.partition(" ")[2]
        return CustodyLook(
            picture,
            None if number is None else chain_of(self.book, number),
            tuple(each for each in self.staff.people() if each.may(Right.CUSTODY)),
            tuple(self.safe.places()),
            self.book.names(),
        )
