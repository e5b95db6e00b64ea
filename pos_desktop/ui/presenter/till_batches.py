"""Debit terminals at a close: the batch total that each of them says, beside what was approved and refunded here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication

from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.money import MINUS, Money, parse_money
from pos_desktop.domain.tender import TerminalDay
from pos_desktop.domain.z_report import checked_batches
from pos_desktop.ui.sheet_state import FieldsSheet, FormField
from pos_desktop.ui.state import Tone
from pos_desktop.ui.till_state import TillCard, TillLine

translate = QCoreApplication.translate
Texts = Mapping[str, str]


def sheet(
    terminals: Sequence[TerminalDay],
    read: Mapping[str, Money],
    typed: Texts | None = None,
    wrong: Texts | None = None,
) -> FieldsSheet:
    """A field for each terminal; what its total should be is not told before. `wrong`: a sentence below a field."""
    wrong = wrong or {}
    values = {
        field_of(n): read[each.terminal].plain() for n, each in enumerate(terminals) if each.terminal in read
    }
    values.update(typed or {})
    return FieldsSheet(
        translate("Till", "Batch total of the debit terminal"),
        translate(
            "Till",
            "Let the terminal print its batch total and type it. Leave it empty where it cannot be read: the Z report "
            "says so, and no figure is made up.",
        ),
        tuple(
            FormField(
                field_of(n),
                each.terminal,
                value=values.get(field_of(n), ""),
                error=wrong.get(field_of(n), ""),
            )
            for n, each in enumerate(terminals)
        ),
        translate("Till", "Compare"),
    )


def field_of(n: int) -> str:
    return f"batch-{n}"


def read_batch(text: str) -> Money | None:
    """None where nothing was typed; below nought where more was given back than taken.

    Raises:
        BadInput: that is no amount, or more than a day's.
    """
    typed = text.strip()
    if not typed:
        return None
    below = typed.startswith(("-", MINUS))
    try:
        total = parse_money(typed[1:] if below else typed)
    except ValueError:
        raise BadInput(
            translate(
                "Till",
                "“{text}” is no amount of money. Write it as the terminal printed it, for instance 1944.12, or leave "
                "it empty. Nothing was saved.",
            ).format(text=typed),
            code="amount",
        ) from None
    total = -total if below else total
    checked_batches({"": total})
    return total


def cards(terminals: Sequence[TerminalDay], read: Mapping[str, Money] | None) -> tuple[TillCard, ...]:
    """One for each terminal; `read` is None before anybody typed, and a terminal that was not read is not in it."""
    return tuple(_card(each, read) for each in terminals)


def _card(day: TerminalDay, read: Mapping[str, Money] | None) -> TillCard:
    title = translate("Till", "Debit · {terminal}").format(terminal=day.terminal)
    if read is None:
        note = translate(
            "Till",
            "Let the terminal print its batch total, then type it. What we have of it is shown after that.",
        )
        return TillCard(title, _unsettled(day), note)
    batch = read.get(day.terminal)
    ours = TillLine(translate("Till", "By our record"), str(day.batch))
    if batch is None:
        not_read = TillLine(translate("Till", "Batch total"), translate("Till", "not read"), Tone.WARN)
        return TillCard(title, (not_read, ours, *_unsettled(day)))
    by = batch - day.batch
    lines = (
        TillLine(translate("Till", "Batch total"), str(batch)),
        ours,
        TillLine(translate("Till", "Difference"), str(by), Tone.WARN if by else Tone.GOOD),
        *_unsettled(day),
    )
    note = translate(
        "Till",
        "Compare the slips with the sales. The Z report keeps both figures; the close does not wait for it.",
    )
    return TillCard(title, lines, note if by else "")


def _unsettled(day: TerminalDay) -> tuple[TillLine, ...]:
    if not day.unsettled:
        return ()
    return (TillLine(translate("Till", "Not settled yet"), str(day.unsettled), Tone.WARN),)
