"""The room “Till” in words: where it stands, what everybody may see of its day, what may be done now."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from pos_desktop.domain.people import Person, Right
from pos_desktop.ui.presenter.till_parts import (
    BATCH_KEY,
    BATCHES,
    CLOSE,
    COUNT,
    DRAWER_KEY,
    DROP,
    DROP_COUNTED,
    GO_ON,
    NO_SALE,
    OPEN,
    OPEN_NEXT,
    PAID_IN,
    PAID_OUT,
    PAUSE,
    RECOUNT,
    RESUME,
    RESUME_COUNT,
    RESUME_COUNTED,
    SAFE_KEY,
    SEAL,
    SUBMIT_KEY,
    TO_SAFE,
    WITNESS,
    X_REPORT,
    Z_COPY,
    Page,
    Told,
    cards,
    closing_step,
    closing_title,
    grid,
    held_row,
    how_to_count,
    last_z,
    result_lines,
    since,
    to_counter,
    today,
    unlock,
    what_differs,
    who_counts,
)
from pos_desktop.ui.state import FixButton, Tone
from pos_desktop.ui.till_state import TillLine, TillRoom

translate = QCoreApplication.translate


def room(told: Told) -> TillRoom:
    return _PAGES[told.page](told)


def _opening(told: Told) -> TillRoom:
    before = [last_z(told.last_z, told)] if told.last_z is not None else []
    actions = [unlock()]
    if told.last_z is not None:
        actions.append(FixButton(Z_COPY, translate("Till", "Copy of the last Z report"), "F10"))
    return TillRoom(
        title=translate("Till", "Open the till · {register}").format(register=told.register),
        subtitle=translate("Till", "Blind count of the float: what it should be is not shown"),
        pill=translate("Till", "Closed"),
        pill_tone=Tone.PLAIN,
        count=grid(told, translate("Till", "Float counted")),
        actions=tuple(actions),
        cards=(*before, how_to_count()),
        back=to_counter(),
        primary=FixButton(OPEN, translate("Till", "Open the till"), SUBMIT_KEY),
    )


def _home(told: Told) -> TillRoom:
    return TillRoom(
        title=translate("Till", "Till · {register}").format(register=told.register),
        subtitle=since(told),
        pill=translate("Till", "Open"),
        pill_tone=Tone.GOOD,
        words=who_counts(told),
        actions=_home_actions(told.actor),
        cards=cards(told),
        back=to_counter(),
        primary=FixButton(CLOSE, translate("Till", "Close the till"), "C")
        if told.actor.may(Right.CLOSE_TILL)
        else None,
    )


def _home_actions(actor: Person) -> tuple[FixButton, ...]:
    """Only what this person may do, or may ask a second person for."""
    wanted = (
        (Right.DROP, DROP, translate("Till", "Drop to the safe"), "D"),
        (Right.OPEN_DRAWER, PAID_IN, translate("Till", "Paid in"), "I"),
        (Right.OPEN_DRAWER, PAID_OUT, translate("Till", "Paid out"), "P"),
        (Right.OPEN_DRAWER, NO_SALE, translate("Till", "Open the drawer (no sale)"), DRAWER_KEY),
        (Right.READ_TILL, X_REPORT, translate("Till", "X report"), "X"),
        (Right.OPEN_TILL, PAUSE, translate("Till", "Pause: lock the drawer"), "B"),
    )
    return tuple(FixButton(id_, label, key) for right, id_, label, key in wanted if actor.may(right))


def _dropping(told: Told) -> TillRoom:
    return TillRoom(
        title=translate("Till", "Drop to the safe · {register}").format(register=told.register),
        subtitle=translate(
            "Till", "Count what goes into the envelope, or go on and type the amount; then its number"
        ),
        pill=translate("Till", "Drop"),
        pill_tone=Tone.INFO,
        count=grid(told, translate("Till", "Into the envelope")),
        actions=(unlock(),),
        cards=(how_to_count(), today(told)),
        back=FixButton("", translate("Till", "Back"), "Esc"),
        primary=FixButton(DROP_COUNTED, translate("Till", "Envelope and witness"), SUBMIT_KEY),
    )


def _paused(told: Told) -> TillRoom:
    return TillRoom(
        title=translate("Till", "Till · {register}").format(register=told.register),
        subtitle=since(told),
        pill=translate("Till", "Paused"),
        words=translate(
            "Till",
            "The drawer is locked: nothing is sold, dropped or paid until somebody goes on. Carts can be filled and "
            "held meanwhile. Count the drawer when you come back, if somebody else was at the counter.",
        ),
        actions=(FixButton(RESUME_COUNT, translate("Till", "Count first, then go on"), "R"),),
        cards=cards(told),
        back=to_counter(),
        primary=FixButton(RESUME, translate("Till", "Go on with the till"), "Enter"),
    )


def _checking(told: Told) -> TillRoom:
    return TillRoom(
        title=translate("Till", "Count after the pause · {register}").format(register=told.register),
        subtitle=translate(
            "Till", "Blind count; it stands on the Z report, and nothing is told of it before"
        ),
        pill=translate("Till", "Paused"),
        count=grid(told, translate("Till", "Counted")),
        actions=(unlock(),),
        cards=(how_to_count(), today(told)),
        back=FixButton("", translate("Till", "Back"), "Esc"),
        primary=FixButton(RESUME_COUNTED, translate("Till", "Keep and go on"), SUBMIT_KEY),
    )


def _held(told: Told) -> TillRoom:
    return TillRoom(
        title=closing_title(told),
        subtitle=since(told),
        pill=closing_step(told, 1, translate("Till", "Held carts")),
        words=translate(
            "Till",
            "These carts are held. They are no sales yet: carry them over to the next till, or void those that nobody "
            "comes back for.",
        ),
        held=tuple(held_row(told, n) for n in range(len(told.picture.held))),
        cards=cards(told, witness=True),
        back=FixButton("", translate("Till", "Do not close"), "Esc"),
        primary=FixButton(COUNT, translate("Till", "Carry over and count"), "Enter"),
    )


def _counting(told: Told) -> TillRoom:
    return TillRoom(
        title=closing_title(told),
        subtitle=translate(
            "Till", "{since} · blind count, the expected amount appears after you submit"
        ).format(since=since(told)),
        pill=closing_step(told, 2, translate("Till", "Count")),
        count=grid(told, translate("Till", "Counted")),
        actions=(unlock(),),
        cards=cards(told, witness=True),
        back=FixButton("", translate("Till", "Back"), "Esc"),
        primary=FixButton(SEAL, translate("Till", "Submit the count"), SUBMIT_KEY),
    )


def _result(told: Told) -> TillRoom:
    return TillRoom(
        title=closing_title(told),
        subtitle=translate("Till", "The count is sealed: nothing is sold in this till any more"),
        pill=closing_step(told, 3, translate("Till", "Result")),
        words=_first_the_terminal(told) or what_differs(told),
        lines=result_lines(told.sealed),
        actions=_result_actions(told),
        cards=cards(told, witness=True),
        back=to_counter(),
        primary=_after_result(told),
    )


def _first_the_terminal(told: Told) -> str:
    if not _asks_terminals(told):
        return ""
    return translate(
        "Till", "Next: the batch total of the debit terminal. Then the cash is accepted or explained."
    )


def _asks_terminals(told: Told) -> bool:
    """Once, before the cash is accepted."""
    return bool(told.terminals) and told.batches is None


def _result_actions(told: Told) -> tuple[FixButton, ...]:
    actions = []
    if told.may_recount:
        actions.append(FixButton(RECOUNT, translate("Till", "Count once more"), "R"))
    if told.terminals and told.batches is not None:
        actions.append(FixButton(BATCHES, translate("Till", "Batch total once more"), BATCH_KEY))
    return tuple(actions)


def _after_result(told: Told) -> FixButton:
    if _asks_terminals(told):
        return FixButton(BATCHES, translate("Till", "Type the batch total"), "Enter")
    if told.differs and not told.approved_by:
        return FixButton(GO_ON, translate("Till", "Give the reason"), "Enter")
    counted = told.sealed[-1].count.total
    return FixButton(GO_ON, translate("Till", "Accept {counted}").format(counted=counted), "Enter")


def _recounting(told: Told) -> TillRoom:
    return TillRoom(
        title=closing_title(told),
        subtitle=translate("Till", "The one recount: both counts are kept and printed")
        if len(told.sealed) == 1
        else translate("Till", "A count by another person: all counts are kept and printed"),
        pill=closing_step(told, 3, translate("Till", "Recount")),
        count=grid(told, translate("Till", "Counted again")),
        cards=cards(told, witness=True),
        back=FixButton("", translate("Till", "Back"), "Esc"),
        primary=FixButton(SEAL, translate("Till", "Submit the recount"), SUBMIT_KEY),
    )


def _signing(told: Told) -> TillRoom:
    lines = list(result_lines(told.sealed))
    if told.reason:
        lines.append(TillLine(translate("Till", "Reason"), told.reason))
    if told.approved_by:
        lines.append(TillLine(translate("Till", "Difference approved by"), told.approved_by))
    return TillRoom(
        title=closing_title(told),
        subtitle=translate("Till", "The Z report is printed once, when the witness has signed"),
        pill=closing_step(told, 4, translate("Till", "Witness")),
        words=translate(
            "Till",
            "A second person looks at the count and signs it with their own PIN. Then the till is closed, whether the "
            "state has every report or not: what waits goes on by itself.",
        ),
        lines=tuple(lines),
        cards=cards(told, witness=True),
        back=FixButton("", translate("Till", "Back"), "Esc"),
        primary=FixButton(WITNESS, translate("Till", "Sign in a witness"), "Enter"),
    )


def _closed(told: Told) -> TillRoom:
    """Right after a close: what comes next with its cash, for who may do it."""
    copy = FixButton(Z_COPY, translate("Till", "Copy of the last Z report"), "F10")
    opens = FixButton(OPEN_NEXT, translate("Till", "Count the next float"), "Enter")
    words = translate(
        "Till", "The cash of this till stays where it is until somebody divides it for the safe."
    )
    if told.safe:
        words = translate("Till", "Next: press S, say what stays in the drawer; the rest waits for the safe.")
    divide = FixButton(TO_SAFE, translate("Till", "What stays in the drawer"), SAFE_KEY)
    return TillRoom(
        title=translate("Till", "Till closed · {register}").format(register=told.register),
        subtitle=translate("Till", "The Z report is kept and printed once"),
        pill=translate("Till", "Closed"),
        pill_tone=Tone.PLAIN,
        words=words,
        actions=(opens, copy) if told.safe else (copy,),
        cards=(last_z(told.last_z, told),) if told.last_z is not None else (),
        back=to_counter(),
        primary=divide if told.safe else opens,
    )


_PAGES = {
    Page.CLOSED: _closed,
    Page.OPENING: _opening,
    Page.HOME: _home,
    Page.DROPPING: _dropping,
    Page.PAUSED: _paused,
    Page.CHECKING: _checking,
    Page.HELD: _held,
    Page.COUNTING: _counting,
    Page.RESULT: _result,
    Page.RECOUNTING: _recounting,
    Page.SIGNING: _signing,
}
