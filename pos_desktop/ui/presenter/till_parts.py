"""Words and parts of the room “Till”: what each page of it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.ports import KeptZ, Sealed
from pos_desktop.app.till_base import TillPicture
from pos_desktop.domain.cash import NOTES_AND_COINS
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.money import ZERO, Money
from pos_desktop.domain.people import Person
from pos_desktop.domain.tender import TerminalDay
from pos_desktop.domain.till import MOST_PIECES, Moved
from pos_desktop.ui.presenter import figures, till_batches
from pos_desktop.ui.state import FixButton, Tone
from pos_desktop.ui.till_state import CountGrid, CountRow, HeldRow, TillCard, TillLine

translate = QCoreApplication.translate
WORDS = "till-"
"""What every word of this room begins with."""
ROOM, OPEN = "till-room", "till-open"
DROP, DROP_COUNTED, PAID_IN, PAID_OUT = "till-drop", "till-drop-counted", "till-paid-in", "till-paid-out"
NO_SALE, X_REPORT, PAUSE = "till-no-sale", "till-x", "till-pause"
X_SURE, RESUME, RESUME_COUNT, RESUME_COUNTED = "till-x-sure", "till-resume", "till-recheck", "till-rechecked"
CLOSE, COUNT, SEAL = "till-close", "till-count", "till-seal"
RECOUNT, GO_ON, WITNESS = "till-recount", "till-go-on", "till-witness"
BATCHES, OPEN_NEXT, TO_SAFE = "till-batches", "till-open-next", "safe-divide"
Z_COPY, UNLOCK, VOID = "till-z-copy", "till-unlock", "till-void:"
TILL_KEY, DRAWER_KEY, SUBMIT_KEY = "T", "F9", "F12"
SAFE_KEY, BATCH_KEY = "S", "B"


class Page(Enum):
    """What of the room is on the screen."""

    OPENING = auto()
    HOME = auto()
    DROPPING = auto()
    PAUSED = auto()
    CHECKING = auto()
    HELD = auto()
    COUNTING = auto()
    RESULT = auto()
    RECOUNTING = auto()
    SIGNING = auto()
    CLOSED = auto()
    """Just now: what comes next with its cash."""


COUNTS = {Page.OPENING, Page.DROPPING, Page.CHECKING, Page.COUNTING, Page.RECOUNTING}
"""Pages with a grid."""


@dataclass(frozen=True, slots=True)
class Told:
    """All that the room shows at one moment. `sealed` is empty until the count is."""

    page: Page
    picture: TillPicture
    register: str
    now: Instant
    zone: ZoneInfo
    actor: Person
    typed: Mapping[str, str] = field(default_factory=dict)
    count: int = 0
    """Which count of this visit the grid is for: another one begins empty."""
    sealed: tuple[Sealed, ...] = ()
    differs: bool = False
    reason: str = ""
    approved_by: str = ""
    last_z: KeptZ | None = None
    terminals: tuple[TerminalDay, ...] = ()
    batches: Mapping[str, Money] | None = None
    may_recount: bool = False
    own_difference: str = ""
    """Who made the last count, where that is somebody who would approve its difference, and so may not."""
    held_step: bool = False
    """Whether this close began with held carts: else that step is not one."""
    safe: bool = False
    """Whether this person has a way into the room “Safe”."""


def closing_title(told: Told) -> str:
    return translate("Till", "Close till · {register}").format(register=told.register)


def closing_step(told: Told, step: int, what: str) -> str:
    """`step` of all four: held carts, count, result, witness. Only those that there are in this close are numbered."""
    left_out = 0 if told.held_step else 1
    return translate("Till", "Step {n} of {all} · {what}").format(
        n=step - left_out, all=4 - left_out, what=what
    )


def since(told: Told) -> str:
    session = told.picture.session
    if session is None:
        return ""
    return translate("Till", "Opened {when} by {name}").format(
        when=figures.moment(session.opened_at, told.now, told.zone), name=told.picture.opened_by
    )


def who_counts(told: Told) -> str:
    if told.actor.id in told.picture.read_by:
        return translate(
            "Till", "You read the expected cash of this till, so another person counts it when it is closed."
        )
    return translate(
        "Till", "What should be in the drawer is shown to nobody who counts it, until the count is sealed."
    )


def to_counter() -> FixButton:
    return FixButton("", translate("Till", "Counter"), "Esc")


def unlock() -> FixButton:
    return FixButton(UNLOCK, translate("Till", "Open the drawer to count"), DRAWER_KEY)


def grid(told: Told, label: str) -> CountGrid:
    return count_grid(f"{told.page.name}-{told.count}", told.typed, label)


def count_grid(grid_id: str, typed: Mapping[str, str], label: str) -> CountGrid:
    """Another `grid_id` is another count: it begins empty."""
    rows, total = [], ZERO
    for cents in NOTES_AND_COINS:
        piece, number = Money(cents), _number(typed.get(str(cents), ""))
        amount = ZERO if number is None else piece * number
        total += amount
        rows.append(
            CountRow(
                str(cents),
                denomination(cents),
                "—" if number is None else str(amount),
                translate("Till", "Number of {piece} pieces").format(piece=denomination(cents)),
                wrong=number is None,
                typed=typed.get(str(cents), ""),
            )
        )
    return CountGrid(grid_id, tuple(rows), label, str(total))


def _number(text: str) -> int | None:
    typed = text.strip()
    if not typed:
        return 0
    good = typed.isascii() and typed.isdigit() and len(typed) < 9 and int(typed) <= MOST_PIECES
    return int(typed) if good else None


def denomination(cents: int) -> str:
    return f"${cents // 100}" if cents >= 100 else f"{cents}¢"


def cards(told: Told, *, witness: bool = False) -> tuple[TillCard, ...]:
    reported = told.picture.reported
    of_all = reported.accepted + reported.waiting + reported.needs_person
    state = TillCard(
        translate("Till", "Reported to the state"),
        (
            TillLine(
                translate("Till", "Accepted"),
                translate("Till", "{n} of {all}").format(n=reported.accepted, all=of_all),
            ),
            TillLine(translate("Till", "Waiting"), str(reported.waiting)),
            TillLine(
                translate("Till", "Need a person"),
                str(reported.needs_person),
                Tone.DANGER if reported.needs_person else Tone.PLAIN,
            ),
        ),
    )
    shown = [*till_batches.cards(told.terminals, told.batches), today(told), state]
    if witness:
        note = translate("Till", "A second person signs the count in the last step, with their own PIN.")
        shown.append(TillCard(translate("Till", "Witness"), note=note))
    return tuple(shown)


def today(told: Told) -> TillCard:
    """Nothing here tells of cash that was taken."""
    picture = told.picture
    lines = [
        TillLine(translate("Till", "Sales"), str(picture.sales)),
        TillLine(translate("Till", "Voids"), str(picture.voids)),
        TillLine(translate("Till", "Returns"), "0"),
        TillLine(translate("Till", "Drops to the safe"), _times(picture.drops)),
        TillLine(translate("Till", "Paid in"), _times(picture.paid_in)),
        TillLine(translate("Till", "Paid out"), _times(picture.paid_out)),
        TillLine(translate("Till", "No-sale drawer opens"), str(picture.no_sales)),
    ]
    if picture.credit_out.times:
        lines.insert(-1, TillLine(translate("Till", "Store credit paid out"), _times(picture.credit_out)))
    if picture.card:
        lines.append(TillLine(translate("Till", "Debit"), str(picture.card)))
    return TillCard(translate("Till", "Today on this till"), tuple(lines))


def _times(moved: Moved) -> str:
    return f"{moved.times} · {moved.cash}" if moved.times else "0"


def how_to_count() -> TillCard:
    return TillCard(
        translate("Till", "How to count"),
        note=translate(
            "Till",
            "Write how many there are of each note and coin; leave empty what there is none of. Enter and the arrows "
            "go from field to field.",
        ),
    )


def last_z(kept: KeptZ, told: Told) -> TillCard:
    closed = translate("Till", "Z report {n}").format(n=kept.number)
    return TillCard(
        translate("Till", "Last closed"),
        (TillLine(closed, figures.moment(kept.at, told.now, told.zone)),),
    )


def held_row(told: Told, n: int) -> HeldRow:
    cart = told.picture.held[n]
    pieces = len(cart.lines)
    lines = translate("Till", "1 line") if pieces == 1 else translate("Till", "{n} lines").format(n=pieces)
    when = figures.moment(cart.held_at, told.now, told.zone)
    return HeldRow(
        cart.patient_name,
        translate("Till", "{lines} · held {when}").format(lines=lines, when=when),
        FixButton(f"{VOID}{cart.sale_id}", translate("Till", "Void"), str(n + 1) if n < 9 else ""),
    )


def result_lines(sealed: tuple[Sealed, ...]) -> tuple[TillLine, ...]:
    last, lines = sealed[-1], []
    if len(sealed) > 1:
        lines.append(TillLine(translate("Till", "First count"), str(sealed[0].count.total)))
    lines += [
        TillLine(translate("Till", "Counted"), str(last.count.total)),
        TillLine(translate("Till", "Expected"), str(last.expected)),
        TillLine(over_short(last.over_short), str(last.over_short), _tone(last.over_short), big=True),
    ]
    return tuple(lines)


def over_short(by: Money) -> str:
    if not by:
        return translate("Till", "Over/short")
    return translate("Till", "Over") if by > ZERO else translate("Till", "Short")


def _tone(by: Money) -> Tone:
    return Tone.GOOD if not by else Tone.WARN


def what_differs(told: Told) -> str:
    last = told.sealed[-1].over_short
    if not last:
        return translate("Till", "The drawer holds what it should.")
    if not told.differs:
        return translate("Till", "That is within what the store accepts without a reason.")
    if told.approved_by:
        return translate("Till", "Approved by {name}: {reason}").format(
            name=told.approved_by, reason=told.reason
        )
    if told.own_difference:
        return _own_difference(told)
    return translate(
        "Till",
        "That is more than the store accepts without a reason. Say why; a manager approves it with their own PIN.",
    )


def _own_difference(told: Told) -> str:
    if not told.may_recount:
        return translate(
            "Till",
            "That is more than the store accepts without a reason. {name} made this count, so another manager approves "
            "it with their own PIN.",
        ).format(name=told.own_difference)
    return translate(
        "Till",
        "That is more than the store accepts without a reason. {name} made this count and does not approve it: "
        "another manager does, or somebody else signs in and counts once more (R), and {name} approves what that count "
        "differs by.",
    ).format(name=told.own_difference)
