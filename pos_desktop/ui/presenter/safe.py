"""The room “Safe” in words: what lies where, what is next with it and by whom, what may be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.custody_hands import together
from pos_desktop.app.custody_picture import Line, Next, What
from pos_desktop.app.custody_room import CustodyLook
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.people import Person, Right, who_may
from pos_desktop.ui.presenter import figures
from pos_desktop.ui.presenter.safe_cards import hands_cards
from pos_desktop.ui.presenter.safe_way import way_room
from pos_desktop.ui.presenter.till_parts import count_grid, how_to_count, to_counter
from pos_desktop.ui.safe_state import SafeRoom
from pos_desktop.ui.state import FixButton, ResultKind, ResultRow, Tone
from pos_desktop.ui.till_state import TillCard, TillLine

translate = QCoreApplication.translate
WORDS = "safe-"
"""What every word of this room begins with."""
GO_ON, COUNT_SAFE, MAKE_BAG, ORDER, SEND = "safe-go-on", "safe-count", "safe-bag", "safe-order", "safe-send"
APART, PRINT, TOGGLE, PACKED, SEAL_COUNT = (
    "safe-apart",
    "safe-print",
    "safe-toggle",
    "safe-packed",
    "safe-seal",
)
CANCEL, GIVE, CALL_BACK, FIGURES, WAY = (
    "safe-cancel", "safe-give", "safe-call-back", "safe-figures", "safe-way",
)  # fmt: skip
DIVIDE = "safe-divide"
"""From the till that was closed just now."""
SUBMIT_KEY = "F12"


class Page(Enum):
    LIST = auto()
    PACKING = auto()
    COUNTING = auto()
    WAY = auto()
    """All steps of the chosen bag."""


@dataclass(frozen=True, slots=True)
class SafeTold:
    """All that the room shows at one moment.

    Args:
        at: Id of the chosen line. counted: What is being counted; None is the loose cash of the safe.
        again: It is the second count, blind. packed: Ids of the parcels that go into the bag.
    """

    page: Page
    look: CustodyLook
    now: Instant
    zone: ZoneInfo
    actor: Person
    at: str = ""
    counted: Line | None = None
    again: bool = False
    packed: frozenset[str] = frozenset()
    typed: Mapping[str, str] = field(default_factory=dict)
    count: int = 0
    link: str = ""
    """Id of the chosen step, on the page of a bag's way."""

    @property
    def line(self) -> Line | None:
        lines = (*self.look.picture.lines, *self.look.picture.done)
        return next((each for each in lines if each.id == self.at), None)


def safe_room(told: SafeTold) -> SafeRoom:
    return {Page.LIST: _list, Page.PACKING: _packing, Page.COUNTING: _counting, Page.WAY: _way}[told.page](
        told
    )


def _way(told: SafeTold) -> SafeRoom:
    chain = told.look.chain
    if chain is None:
        return _list(told)
    return way_room(chain, told.look.names, told.zone, told.link, _print_way(told))


def _print_way(told: SafeTold) -> tuple[FixButton, ...]:
    may = told.actor.may(Right.CUSTODY) or told.actor.may(Right.READ_JOURNAL)
    return (FixButton(PRINT, translate("Safe", "Print its way"), "P"),) if may else ()


# ---- the list


def _list(told: SafeTold) -> SafeRoom:
    picture = told.look.picture
    last = picture.last_count
    subtitle = translate("Safe", "The safe was never counted yet: a lead or a manager begins with that (C)")
    if last is not None:
        at, cash = figures.moment(last[0], told.now, told.zone), last[1]
        subtitle = (
            translate("Safe", "Last counted {when}").format(when=at)
            if cash is None
            else translate("Safe", "Last counted {when}: {cash} loose in it").format(when=at, cash=cash)
        )
    if picture.counting:
        subtitle = translate("Safe", "Its loose cash stays as it is until the count is settled")
    line = told.line
    return SafeRoom(
        title=translate("Safe", "Safe"),
        subtitle=subtitle,
        pill=_pill(told),
        pill_tone=Tone.WARN if picture.counting else Tone.INFO,
        rows=tuple(_row(told, each) for each in (*picture.lines, *picture.done)),
        at=told.at,
        empty_text=translate(
            "Safe",
            "Nothing waits here. Drops and what a closed till leaves over come by themselves; change from the bank is "
            "ordered with O.",
        ),
        cards=() if line is None else (*_next_cards(told, line), *_way_card(told)),
        actions=_actions(told, line),
        back=to_counter(),
        primary=None if line is None or _why_not(told, line) else _primary(line),
    )


def _pill(told: SafeTold) -> str:
    if told.look.picture.counting:
        return translate("Safe", "The safe is being counted")
    does = told.actor.may(Right.CUSTODY) or told.actor.may(Right.CLOSE_TILL)
    return "" if does else translate("Safe", "Read only")


def _row(told: SafeTold, line: Line) -> ResultRow:
    return ResultRow(line.id, ResultKind.PRODUCT, line.title, line.words, _cash(line))


def _cash(line: Line) -> str:
    if line.cash is not None:
        return str(line.cash)
    if line.what is What.TRANSFER:
        return translate("Safe", "count it")
    if line.next in _TO_BE_COUNTED:
        return translate("Safe", "not shown")
    return translate("Safe", "counting") if line.next is not Next.NOTHING else ""


_TO_BE_COUNTED = (Next.DIVIDE, Next.TAKE_IN, Next.PACK, Next.RECEIVE)


def _hidden(told: SafeTold) -> bool:
    """Whether an amount is kept from who looks because it is still to be counted."""
    picture = told.look.picture
    waiting = [
        each for each in picture.lines if each.next in _TO_BE_COUNTED and each.what is not What.TRANSFER
    ]
    last = picture.last_count
    return any(each.cash is None for each in waiting) or (last is not None and last[1] is None)


def _label(line: Line) -> str:
    """What Enter does with it; empty where nothing is left to do."""
    return {
        (What.TILL, Next.DIVIDE): translate("Safe", "Say what stays in it"),
        (What.PARCEL, Next.TAKE_IN): translate("Safe", "Take it into the safe"),
        (What.IN_SAFE, Next.PACK): translate("Safe", "Put it into a bag"),
        (What.BAG, Next.COUNT): translate("Safe", "Count the bag"),
        (What.BAG, Next.RECOUNT): translate("Safe", "Count it again, blind"),
        (What.BAG, Next.CLOSE): translate("Safe", "Seal the bag"),
        (What.BAG, Next.HAND_OVER): translate("Safe", "Hand the bag over"),
        (What.BAG, Next.BANK): translate("Safe", "Enter the bank slip"),
        (What.COUNT, Next.COUNT): translate("Safe", "Count the safe again"),
        (What.COUNT, Next.RECOUNT): translate("Safe", "Count it again, blind"),
        (What.COUNT, Next.CLOSE): translate("Safe", "Settle the count"),
        (What.ORDER, Next.RECEIVE): translate("Safe", "Receive the change"),
        (What.ORDER, Next.COUNT): translate("Safe", "Count the change"),
        (What.ORDER, Next.RECOUNT): translate("Safe", "Count it again, blind"),
        (What.ORDER, Next.CLOSE): translate("Safe", "Put it into the safe"),
        (What.TRANSFER, Next.RECEIVE): translate("Safe", "Count and receive it"),
        (What.CASE, Next.SETTLE): translate("Safe", "Settle the case"),
    }.get((line.what, line.next), "")


def _primary(line: Line) -> FixButton | None:
    label = _label(line)
    return FixButton(GO_ON, label, "Enter") if label else None


def _right(line: Line) -> Right:
    if line.what is What.TILL:
        return Right.CLOSE_TILL
    if line.what is What.CASE:
        return Right.ACCEPT_DIFFERENCE
    if line.what is What.TRANSFER:
        return Right.OPEN_TILL
    return Right.CUSTODY


def _why_not(told: SafeTold, line: Line) -> str:
    """Why the signed-in person does not do the next thing; empty where they may."""
    if line.next is Next.NOTHING:
        return ""
    if not told.actor.may(_right(line)):
        return translate("Safe", "{who} Somebody who may signs in (Ctrl+L) and goes on here.").format(
            who=who_may(_right(line))
        )
    if line.counted_next and told.actor.id in line.read:
        return translate(
            "Safe",
            "You read what must be in it, so another person counts it: they sign in (Ctrl+L) and go on here.",
        )
    if not line.open_to(told.actor.id):
        return translate(
            "Safe",
            "This is for another person than you: nobody does two parts of the way. Somebody else signs in (Ctrl+L) "
            "and goes on here.",
        )
    return ""


def _next_cards(told: SafeTold, line: Line) -> tuple[TillCard, ...]:
    lines = [TillLine(translate("Safe", "Since"), figures.moment(line.at, told.now, told.zone))]
    if line.cash is not None:
        lines.insert(0, TillLine(translate("Safe", "Amount"), str(line.cash)))
    card = TillCard(line.title, tuple(lines), line.words)
    why_not = _why_not(told, line)
    cards = (card, TillCard(translate("Safe", "Not you"), note=why_not)) if why_not else (card,)
    return (
        *cards,
        *hands_cards(
            line.hands, told.look.names, told.actor, does=not why_not and line.what in (What.TILL, What.BAG)
        ),
    )


def _way_card(told: SafeTold) -> tuple[TillCard, ...]:
    """The last steps of the chosen bag's way; the whole of it is shown with W and printed with P."""
    chain = told.look.chain
    if chain is None:
        return ()
    lines = []
    for link in reversed(chain.links[-4:]):
        who = link.by + (f" + {link.second}" if link.second else "")
        lines.append(TillLine(link.what, who))
    return (TillCard(translate("Safe", "Its way so far"), tuple(lines)),)


def _actions(told: SafeTold, line: Line | None) -> tuple[FixButton, ...]:
    picture = told.look.picture
    found = []
    if told.actor.may(Right.READ_JOURNAL) and _hidden(told):
        found.append(FixButton(FIGURES, translate("Safe", "Amounts"), "V"))
    if line is not None and line.what is What.BAG:
        found += [FixButton(WAY, translate("Safe", "Its whole way"), "W"), *_print_way(told)]
    if not told.actor.may(Right.CUSTODY):
        return tuple(found)
    found += () if line is None else _with_line(told, line)
    if not picture.counting and told.actor.id not in picture.safe_readers:
        found.append(FixButton(COUNT_SAFE, translate("Safe", "Count the safe"), "C"))
    if any(each.what is What.IN_SAFE for each in picture.lines):
        found.append(FixButton(MAKE_BAG, translate("Safe", "Make a bag"), "B"))
    found += [
        FixButton(ORDER, translate("Safe", "Order change"), "O"),
        FixButton(SEND, translate("Safe", "Move a float"), "M"),
    ]
    return tuple(found)


def _with_line(told: SafeTold, line: Line) -> Iterator[FixButton]:
    if line.what is What.BAG and line.next not in (Next.BANK, Next.NOTHING):
        yield FixButton(APART, translate("Safe", "Take it apart"), "A")
    if line.what is What.ORDER and line.next is Next.RECEIVE:
        yield FixButton(CANCEL, translate("Safe", "Cancel the order"), "X")
    if line.what is What.TRANSFER and told.actor.id in line.never:
        yield FixButton(CALL_BACK, translate("Safe", "Call it back"), "X")
    if line.what is What.CASE:
        yield FixButton(GIVE, translate("Safe", "Give to another"), "G")


# ---- a bag is packed


def _packing(told: SafeTold) -> SafeRoom:
    parcels = [each for each in told.look.picture.lines if each.what is What.IN_SAFE]
    hands = together(each.hands for each in parcels if each.hands is not None and each.id in told.packed)
    rows = []
    for each in parcels:
        if not each.open_to(told.actor.id):
            detail = translate("Safe", "Yours: another person puts it into a bag")
        elif each.id in told.packed:
            detail = translate("Safe", "✓ goes into the bag")
        else:
            detail = translate("Safe", "stays in the safe")
        rows.append(ResultRow(each.id, ResultKind.PRODUCT, each.title, detail, _cash(each)))
    return SafeRoom(
        title=translate("Safe", "Make a deposit bag"),
        subtitle=translate("Safe", "Choose what goes into it. It is counted next, by two persons"),
        pill=translate("Safe", "{n} chosen").format(n=len(told.packed)),
        rows=tuple(rows),
        at=told.at,
        cards=(
            *hands_cards(hands, told.look.names, told.actor, does=True),
            TillCard(
                translate("Safe", "What comes next"),
                note=translate(
                    "Safe",
                    "1. Write the number of the bag. 2. One person counts all of it. 3. Another one counts it again, "
                    "blind. 4. Both seal it. 5. Two others hand it to the courier. 6. Somebody else enters the bank’s "
                    "slip.",
                ),
            ),
        ),
        actions=(FixButton(TOGGLE, translate("Safe", "Put in or leave out"), "+"),),
        back=FixButton("", translate("Safe", "Back"), "Esc"),
        primary=FixButton(PACKED, translate("Safe", "Write the bag’s number"), "Enter")
        if told.packed
        else None,
    )


# ---- a count


def _counting(told: SafeTold) -> SafeRoom:
    what = translate("Safe", "the loose cash of the safe") if told.counted is None else told.counted.title
    if told.counted is not None and told.counted.what is What.COUNT:
        what = translate("Safe", "the loose cash of the safe")
    then = (
        translate(
            "Safe",
            "When you seal it, both counts are compared. If they agree, the two of you go on together.",
        )
        if told.again
        else translate(
            "Safe",
            "When you seal it, nobody sees your figure until another person has counted it again, blind.",
        )
    )
    hands = None if told.counted is None else told.counted.hands
    warned = hands_cards(hands, told.look.names, told.actor, does=True)[:-1]
    return SafeRoom(
        title=translate("Safe", "Count · {what}").format(what=what),
        subtitle=translate("Safe", "Blind: neither what should be there nor another count is shown"),
        pill=translate("Safe", "Second count") if told.again else translate("Safe", "First count"),
        count=count_grid(
            f"{told.counted.id if told.counted else 'safe'}-{told.count}",
            told.typed,
            translate("Safe", "Counted"),
        ),
        cards=(*warned, how_to_count(), TillCard(translate("Safe", "What comes next"), note=then)),
        back=FixButton("", translate("Safe", "Back"), "Esc"),
        primary=FixButton(SEAL_COUNT, translate("Safe", "Seal the count"), SUBMIT_KEY),
    )
