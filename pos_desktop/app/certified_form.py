"""The form of what was certified: a row for each fact on record and room for more; what is left alone stays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import partial
from typing import TypeVar

from pos_desktop.app.certified_fields import Asked
from pos_desktop.app.certified_text import amount_shown, amount_typed, day_shown, day_typed
from pos_desktop.domain.certification import Fact, FactKind
from pos_desktop.domain.errors import BadInput

T = TypeVar("T")
_YES, _NO = ("yes", "y"), ("no", "n")
_KEPT_IN_SIGHT = timedelta(days=90)
"""How long an order that has ended is still shown; it stays on record."""


class WrongFields(BadInput):
    """Some of what was typed cannot be taken: `fields` has a sentence for each field, by its id."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(" ".join([*dict.fromkeys(fields.values()), "Nothing was saved."]))
        self.fields = fields


class Cell(StrEnum):
    """What one field of a row holds."""

    WHOLE = "whole"
    AMOUNT = "amount"
    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Row:
    """One fact, or room for one: `fact` is None. An order has a field for its amount and one for each of its days."""

    id: str
    asked: Asked
    fact: Fact | None = None

    @property
    def fields(self) -> Mapping[Cell, str]:
        """The id of each field."""
        if self.asked.kind is not FactKind.ORDER:
            return {Cell.WHOLE: self.id}
        return {each: f"{self.id}:{each}" for each in (Cell.AMOUNT, Cell.FIRST, Cell.LAST)}

    @property
    def shown(self) -> Mapping[Cell, str]:
        """What each field says when the form opens: exactly what is on record."""
        fact, asked = self.fact, self.asked
        if fact is None:
            return dict.fromkeys(self.fields, "")
        amount = "" if fact.amount is None else amount_shown(fact.amount, asked.pool_unit)
        if asked.kind is FactKind.ORDER:
            return {Cell.AMOUNT: amount, Cell.FIRST: day_shown(fact.starts), Cell.LAST: day_shown(fact.ends)}
        if asked.kind is FactKind.AUTHORISATION:
            return {Cell.WHOLE: _YES[0]}
        return {Cell.WHOLE: amount or day_shown(fact.starts)}


@dataclass(frozen=True, slots=True)
class Form:
    """`facts` are all that is stated of the patient, also what no field asks about."""

    rows: tuple[Row, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A row whose text is not what was shown: what stood there, and what is to stand there."""

    row: Row
    was: tuple[Fact, ...]
    now: Fact | None

    @property
    def is_above(self) -> bool:
        """It lets the patient buy more than the rules allow by themselves: a manager's word, and asked once more."""
        ordinary, amount = self.row.asked.ordinary, None if self.now is None else self.now.amount
        return ordinary is not None and amount is not None and amount > ordinary


def form_of(asked: Iterable[Asked], facts: Sequence[Fact], today: date) -> Form:
    """A row for each thing asked for; for orders one each, and one for a further order."""
    rows: list[Row] = []
    for each in asked:
        own = _own(each, facts)
        if each.kind is FactKind.ORDER:
            running = [fact for fact in own if fact.ends is None or fact.ends >= today - _KEPT_IN_SIGHT]
            running.sort(key=lambda fact: fact.starts or date.min)
            rows += [Row(f"{each.id}:{n}", each, fact) for n, fact in enumerate([*running, None])]
        else:
            rows.append(Row(each.id, each, own[-1] if own else None))
    return Form(tuple(rows), tuple(facts))


def _own(asked: Asked, facts: Iterable[Fact]) -> list[Fact]:
    key = (asked.kind, asked.name, asked.part)
    return [each for each in facts if (each.kind, each.name, each.part) == key]


def read_changes(form: Form, values: Mapping[str, str]) -> tuple[Change, ...]:
    """What differs from what was shown; a row that was emptied takes its fact away.

    Raises:
        WrongFields: naming each field that cannot be taken.
    """
    reader, changes = _Reader(), []
    for row in form.rows:
        shown = row.shown
        typed = {cell: " ".join(values.get(id_, shown[cell]).split()) for cell, id_ in row.fields.items()}
        if typed != shown:
            was = _own(row.asked, form.facts) if row.asked.kind is not FactKind.ORDER else [row.fact]
            changes.append(
                Change(row, tuple(each for each in was if each is not None), reader.fact(row, typed))
            )
    if not reader.wrong:
        _mark_overlaps(reader, form, changes)
    if reader.wrong:
        raise WrongFields(reader.wrong)
    return tuple(changes)


def facts_after(form: Form, changes: Iterable[Change]) -> list[Fact]:
    """All that is stated once `changes` are made."""
    done = list(changes)
    gone = [fact for each in done for fact in each.was]
    return [
        *(each for each in form.facts if each not in gone),
        *(each.now for each in done if each.now is not None),
    ]


def _mark_overlaps(reader: _Reader, form: Form, changes: Sequence[Change]) -> None:
    """Of two orders at once nobody could say which one a purchase was taken from."""
    stated = facts_after(form, changes)
    for each in changes:
        new = each.now
        if new is None or new.kind is not FactKind.ORDER:
            continue
        for other in _own(each.row.asked, stated):
            if other is not new and overlap(new, other):
                days = f"{day_shown(other.starts)} to {day_shown(other.ends)}"
                reader.wrong[each.row.fields[Cell.FIRST]] = f"These days overlap the order from {days}."


def overlap(one: Fact, other: Fact) -> bool:
    """Whether two orders share a day."""
    return (one.starts or date.min) <= (other.ends or date.max) and (other.starts or date.min) <= (
        one.ends or date.max
    )


class _Reader:
    """Reads rows; `wrong` fills with a sentence for each field that cannot be taken."""

    def __init__(self) -> None:
        self.wrong: dict[str, str] = {}

    def fact(self, row: Row, typed: Mapping[Cell, str]) -> Fact | None:
        """None for an emptied row, and for one that cannot be read."""
        asked = row.asked
        if not any(typed.values()):
            return None
        if asked.kind is FactKind.ORDER:
            return self._order(row, typed)
        text = typed[Cell.WHOLE]
        if asked.kind is FactKind.AUTHORISATION:
            return Fact(asked.kind, asked.name) if self._take(row.id, text, _yes) else None
        if asked.kind in (FactKind.CERTIFIED_FROM, FactKind.ANCHOR):
            day = self._take(row.id, text, day_typed)
            return None if day is None else Fact(asked.kind, starts=day)
        amount = self._take(row.id, text, partial(_amount, asked=asked))
        return None if amount is None else Fact(asked.kind, asked.name, asked.part, amount=amount)

    def _order(self, row: Row, typed: Mapping[Cell, str]) -> Fact | None:
        asked, ids = row.asked, row.fields
        amount = self._take(ids[Cell.AMOUNT], typed[Cell.AMOUNT], partial(_amount, asked=asked))
        first = self._take(ids[Cell.FIRST], typed[Cell.FIRST], day_typed)
        last = self._take(ids[Cell.LAST], typed[Cell.LAST], day_typed)
        if first is None or last is None:
            return None
        if last < first:
            self.wrong[ids[Cell.LAST]] = "The last day lies before the first."
        if amount is None or last < first:
            return None
        return Fact(asked.kind, asked.name, starts=first, ends=last, amount=amount)

    def _take(self, field_id: str, text: str, read: Callable[[str], T]) -> T | None:
        try:
            if not text:
                raise BadInput("This is missing. Empty the whole row to take the order away.")
            return read(text)
        except BadInput as problem:
            self.wrong[field_id] = problem.sentence
            return None


def _amount(text: str, asked: Asked) -> int:
    amount = amount_typed(text, asked.pool_unit)
    if asked.part and not amount:
        raise BadInput("Write more than nothing, or leave it empty.")
    return amount


def _yes(text: str) -> bool:
    if text.lower() not in (*_YES, *_NO):
        raise BadInput("Write yes or no.")
    return text.lower() in _YES
