"""What is going on at this counter right now, and the few moves that every flow shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.close_sale import OnDuty
from pos_desktop.app.desk import Desk
from pos_desktop.app.ports import DeviceHealth, LiveWeight, PaperJob, SyncStatus, TillSession
from pos_desktop.app.reception import Choose
from pos_desktop.app.tender_desk import NOTHING, Standing
from pos_desktop.app.till_base import TillPicture
from pos_desktop.app.visit import Visit
from pos_desktop.domain.cart import Cart
from pos_desktop.domain.errors import EnvironmentTrouble, PosError
from pos_desktop.domain.limits.model import Decision
from pos_desktop.domain.people import Person
from pos_desktop.domain.sale import Sale
from pos_desktop.domain.shelf import Package
from pos_desktop.domain.tender import CardPayment
from pos_desktop.ui.lock_state import LockScreen
from pos_desktop.ui.presenter import basket
from pos_desktop.ui.presenter.tendering import Entry
from pos_desktop.ui.room_state import Room
from pos_desktop.ui.sheet_state import Sheet
from pos_desktop.ui.state import FixButton, Notice, SearchResults, Tone

if TYPE_CHECKING:
    from pos_desktop.ui.flows.second_person import SecondPerson

T = TypeVar("T")
translate = QCoreApplication.translate
PAYMENT, REPORT_WORD = "payment", "report-word"
COMPARE_DAY, COMPARE_FOLDER = "compare-day", "compare-folder"
SECOND = "second-person"
TILL_DROP, TILL_PAID, TILL_NO_SALE = "till-drop-sheet", "till-paid-sheet", "till-no-sale-sheet"
TILL_REASON, TILL_VOID = "till-reason-sheet", "till-void-sheet"
TILL_BATCHES = "till-batches-sheet"
SAFE_SHEET = "safe-sheet"
TILL_X = "till-x-report"
"""Tells the expected cash: it is gone with the person who read it."""
HELD, CHOICE, NEW_PATIENT = "held", "choice", "new-patient"
OF_PATIENTS = (HELD, CHOICE, TILL_VOID, NEW_PATIENT)
"""They name patients who are not at the counter, and whoever opened one has seen them: they go with that person."""
TILL_SHEETS = (TILL_DROP, TILL_PAID, TILL_NO_SALE, TILL_REASON, TILL_VOID, TILL_BATCHES)


class Lane(Protocol):
    """One background lane. `done` and `failed` are called on the GUI thread."""

    def __call__(
        self,
        name: str,
        operation: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None],
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Lanes:
    database: Lane
    network: Lane
    paper: Lane
    scale: Lane
    comparing: Lane
    """Long readings at the state's pace: nothing that a sale waits for stands behind them."""


@dataclass(slots=True)
class Floor:
    """The counter's own state. Lives on the GUI thread; flows change it and call `show`."""

    desk: Desk
    lanes: Lanes
    show: Callable[[], None] = lambda: None
    refused: Callable[[PosError], None] = lambda _: None
    """Hears each sentence of a failed operation that a person was told."""
    actor: Person | None = None
    """Who is signed in; None: the counter is locked."""
    last_actor: Person | None = None
    """Behind the lock: who was signed in when it closed."""
    lock: LockScreen | None = None
    """Covers everything."""
    session: TillSession | None = None
    """The till that is open at this register."""
    till: TillPicture | None = None
    """As it was last read; None before, and where this desk has no till."""
    drop_due: bool = False
    """There is more in the drawer than the store wants there; nobody is told how much."""
    safe_waits: int = 0
    """So many things wait to be taken into the safe, as it was last read."""
    visit: Visit | None = None
    row_ids: list[str] = field(default_factory=list)
    selected: int | None = None
    notice: Notice | None = None
    results: SearchResults | None = None
    sheet: Sheet | None = None
    sheet_kind: str = ""
    room: Room | None = None
    """Shown instead of the counter, whose visit and cart stay as they are."""
    asking: bool = False
    pay_when_answered: bool = False
    entry: Entry | None = None
    standing: Standing = NOTHING
    """Of the patient at the counter: store credit, and payments at the terminal to look after."""
    cards: tuple[CardPayment, ...] = ()
    """Every payment at the terminal that waits for a person."""
    done_sale: Sale | None = None
    last_sale: Sale | None = None
    paper_said: str = ""
    choice: Choose | None = None
    unknown_card: str = ""
    weigh_package: Package | None = None
    weigh_said: str = ""
    live: LiveWeight | None = None
    sync: SyncStatus | None = None
    health: Mapping[str, DeviceHealth] = field(default_factory=dict)
    jobs: tuple[PaperJob, ...] = ()
    held_count: int = 0
    holding: bool = False
    """The cart is on its way to the held ones: it is neither changed nor paid until it is there."""
    stopped: str = ""
    """Not empty: this register must stop, and says why."""
    second: SecondPerson = field(init=False, repr=False)
    """Asks somebody else for a PIN; the controller puts it here."""
    _next_row: int = 0

    def __post_init__(self) -> None:
        if self.desk.duty is not None:
            self.actor, self.session = self.desk.duty.actor, self.desk.duty.session

    # -- who works here

    @property
    def by(self) -> Person:
        """Who does what is done now. Behind the lock only what was begun goes on, for who began it."""
        person = self.actor or self.last_actor
        assert person is not None  # noqa: S101 - the lock screen lets no wish through
        return person

    def duty(self) -> OnDuty | None:
        """Who sells on which till; None while nobody is signed in, or no till is open."""
        if self.actor is None or self.session is None:
            return None
        return OnDuty(self.actor, self.session)

    # -- the visit

    @property
    def has_lines(self) -> bool:
        """A sale is under way: it is held or cleared before another patient is opened."""
        return self.visit is not None and bool(self.visit.cart.lines)

    @property
    def paying(self) -> bool:
        """From F12 until the finished sale leaves the counter: the cart is what is being paid and does not change."""
        return self.entry is not None

    @property
    def cart_is_bound(self) -> bool:
        """The cart is being paid or put aside: no key changes it."""
        return self.paying or self.holding

    def begin(self, visit: Visit) -> None:
        self.end_visit()
        self.visit = visit
        self.row_ids = [self._row_id() for _ in visit.cart.lines]
        self.selected = len(visit.cart.lines) - 1 if visit.cart.lines else None

    def end_visit(self) -> None:
        self.visit = None
        self.row_ids = []
        self.selected = self.entry = self.done_sale = self.weigh_package = self.results = None
        self.asking = self.pay_when_answered = False
        self.paper_said = self.unknown_card = ""
        self.close_sheet()

    def set_cart(self, cart: Cart, select: int | None) -> None:
        """Take a changed cart; a line keeps its id as long as it lives."""
        if self.visit is None:
            return
        before = self.visit.cart
        if len(cart.lines) != len(before.lines):
            self.row_ids = _matched(before, cart, self.row_ids, self._row_id)
        # A manager lifted a rule for the cart as it stood: another one asks again.
        self.visit = replace(self.visit, cart=cart, lifts=())
        last = len(cart.lines) - 1
        self.selected = None if last < 0 else min(last if select is None else select, last)

    def decision(self) -> Decision | None:
        if self.visit is None:
            return None
        return self.desk.limits.decide(self.visit, self.desk.clock.now(), self.desk.link.link)

    def refused_line(self, decision: Decision) -> int | None:
        """The line that the refusal card speaks of."""
        return None if self.visit is None else basket.refused_line(self.visit, decision, self.selected)

    # -- saying things

    def say(self, tone: Tone, text: str, action: FixButton | None = None) -> None:
        self.notice = Notice(tone, text, action)
        self.show()

    def refuse(self, problem: BaseException) -> None:
        """What any failed operation becomes: a sentence; a register that must stop says so until it is restarted.

        A full disk stops nothing for good: the ballast made room, and the same cart is paid again.
        """
        if isinstance(problem, EnvironmentTrouble) and problem.code not in ("disk-full", "disk-low"):
            self.stopped = problem.sentence
        if isinstance(problem, PosError):
            self.refused(problem)
            self.say(Tone.DANGER if isinstance(problem, EnvironmentTrouble) else Tone.WARN, problem.sentence)
            return
        report_bug(problem)
        self.say(
            Tone.DANGER,
            translate(
                "Counter",
                "Something went wrong. Nothing was saved by it; the cart is as it was. Call a manager.",
            ),
        )

    def open_sheet(self, kind: str, sheet: Sheet) -> None:
        """Show `sheet`; an answer that comes late never covers a payment that is not finished."""
        if self.paying and self.done_sale is None and kind != PAYMENT:
            return
        self.sheet_kind, self.sheet = kind, sheet
        self.results = None
        self.show()

    def close_sheet(self) -> None:
        """What the sheet was about is over with it."""
        self.sheet_kind, self.sheet = "", None
        self.choice = self.weigh_package = None

    def leave_room(self) -> None:
        """Back to the counter as it was; what lay over the room goes with it."""
        if self.room is not None:
            self.room = None
            self.close_sheet()

    # -- lanes

    def on_database(self, name: str, operation: Callable[[], T], done: Callable[[T], None]) -> None:
        self.lanes.database(name, operation, done, self.refuse)

    def _row_id(self) -> str:
        self._next_row += 1
        return f"line-{self._next_row}"


def _matched(before: Cart, after: Cart, ids: list[str], new: Callable[[], str]) -> list[str]:
    """Ids for the lines of `after`: one was added at the end or one was taken out."""
    if len(after.lines) > len(before.lines):
        return [*ids, *(new() for _ in range(len(after.lines) - len(before.lines)))]
    kept = iter(zip(before.lines, ids, strict=True))
    return [next((row for old, row in kept if old is line), None) or new() for line in after.lines]


def payment_is_open() -> str:
    return translate("Counter", "Payment is open. Press Esc to change the cart, then scan again.")


def report_bug(problem: BaseException) -> None:
    """The full trace goes to the log, without patient data; the person gets a sentence."""
    import logging

    logging.getLogger("pos_desktop.counter").error("unexpected", exc_info=problem)
