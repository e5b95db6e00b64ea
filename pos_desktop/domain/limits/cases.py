"""Reads a case in the contract's format (contract 10).

A case is a JSON object; what is wrong with one is told with its id and the place in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any
from zoneinfo import ZoneInfo

from pos_desktop.domain.limits.case_table import LARGEST, BadCase, CaseTable, whole_number
from pos_desktop.domain.limits.model import (
    CardFacts,
    Category,
    ExemptionGrant,
    Holder,
    Item,
    LimitCase,
    Link,
    Measures,
    Order,
    PatientFacts,
    Purchase,
    StateFigure,
    holder_of,
)
from pos_desktop.domain.limits.periods import OrderBalance
from pos_desktop.domain.limits.programme import Kind, Pool, Programme

SOURCES = ("own", "import", "state")
_MEASURES = tuple(each.name for each in fields(Measures))

_CASE = (
    "id", "programme", "patient", "buyer", "history", "cart", "at", "store_zone", "state", "link", "expect", "why",
)  # fmt: skip
_PATIENT = (
    "birth_date", "holder", "card", "certified", "daily_dose", "orders", "exemptions", "authorisations",
    "certification_from", "anchor",
)  # fmt: skip
_PURCHASE = ("at", "items", "id", "by", "source", "void", "returned")


def case_name(case: object, number: int) -> str:
    """How sentences call a case: by its id, else by its number."""
    name = case.get("id") if isinstance(case, Mapping) else None
    return f"Case {name}" if isinstance(name, str) and name else f"Case number {number}"


def programme_of(case: object, name: str) -> str:
    """The id of the programme that the case is about."""
    return CaseTable.of(case, name, _CASE).text("programme")


def read_case(case: object, programme: Programme, name: str) -> LimitCase:
    """Turn a JSON object into what the engine is asked.

    `programme` is the one that the case names, `name` as `case_name` says it. What the case says of an allotment, an
    order or an exemption must be of one that the programme has, in any of its versions: a slip of the pen would else
    be taken for nothing said, and leave more to the patient.

    Raises:
        BadCase: naming the place and what is wrong with it.
    """
    table, zone = CaseTable.of(case, name, _CASE), programme.zone
    if "id" in table.values:
        table.text("id")
    if not isinstance(table.values.get("expect", {}), Mapping):
        raise table.wrong("expect", "must be an object")
    at = table.moment("at", zone)
    patient = CaseTable.of(table.values.get("patient", {}), f"{name}, patient", _PATIENT)
    born = patient.day("birth_date")
    if born is not None and born > at.date_in(zone):
        raise patient.wrong("birth_date", "lies after “at”")
    state, link = table.get("state"), table.optional_text("link")
    if link not in (None, Link.UP, Link.DOWN):
        raise table.wrong("link", "must be “up” or “down”")
    return LimitCase(
        at=at,
        patient=_patient(patient, programme),
        history=tuple(
            _purchase(CaseTable.of(each, f"{name}, purchase {number}", _PURCHASE), zone)
            for number, each in enumerate(table.list("history"), 1)
        ),
        cart=_items(table.list("cart"), f"{name}, cart line"),
        buyer=_buyer(table, "buyer"),
        store_zone=_zone(table),
        state=None if state is None else _state(state, f"{name}, state", programme),
        link=None if link is None else Link(link),
    )


def _buyer(table: CaseTable, key: str) -> str:
    buyer = table.text(key, "patient")
    if buyer != "patient" and not buyer.startswith("caregiver:"):
        raise table.wrong(key, "must be “patient” or “caregiver:…”")
    return buyer


def _zone(table: CaseTable) -> str | None:
    name = table.optional_text("store_zone")
    try:
        return None if name is None else ZoneInfo(name).key
    except (KeyError, ValueError, OSError):
        raise table.wrong("store_zone", "is no time zone of this computer") from None


def _patient(table: CaseTable, programme: Programme) -> PatientFacts:
    where = table.where
    card = table.get("card")
    facts = None if card is None else _card(CaseTable.of(card, f"{where}, card", ("kind", "from", "expires")))
    holder = table.text("holder", holder_of(facts, Holder.RESIDENT))
    if holder not in tuple(Holder):
        raise table.wrong("holder", "must be “resident” or “visitor”")
    if holder != holder_of(facts, holder):
        raise table.wrong("holder", "is “resident”, and the card is a visitor’s")
    authorisations = table.list("authorisations")
    if not all(isinstance(each, str) for each in authorisations):
        raise table.wrong("authorisations", "must be a list of texts")
    return PatientFacts(
        birth_date=table.day("birth_date"),
        holder=holder,
        card=facts,
        certified=_certified(table.values.get("certified", {}), f"{where}, certified", programme),
        daily_dose=table.whole("daily_dose"),
        orders=tuple(_order(each, f"{where}, order", programme) for each in table.list("orders")),
        exemptions=tuple(
            _exemption(each, f"{where}, exemption", programme) for each in table.list("exemptions")
        ),
        authorisations=frozenset(authorisations),
        certification_from=table.day("certification_from"),
        anchor=table.day("anchor"),
    )


def _card(table: CaseTable) -> CardFacts:
    return CardFacts(table.text("kind", "registry"), table.day("from"), table.last_day("expires"))


def _certified(value: object, where: str, programme: Programme) -> dict[str, int | Mapping[str, int]]:
    """No share can be taken of nought, so a part of an allotment stated several ways is at least 1."""
    return _amounts(value, where, programme, lowest=0, lowest_part=1)


def _available(value: object, where: str, programme: Programme) -> dict[str, int | Mapping[str, int]]:
    """The state may say that a patient is over the limit already."""
    return _amounts(value, where, programme, lowest=-LARGEST, lowest_part=-LARGEST)


def _amounts(
    value: object, where: str, programme: Programme, *, lowest: int, lowest_part: int
) -> dict[str, int | Mapping[str, int]]:
    if not isinstance(value, Mapping):
        raise BadCase(f"{where} must be an object.")
    found: dict[str, int | Mapping[str, int]] = {}
    for name, amount in value.items():
        pools = _pools(programme, name, where)
        ways = list(
            dict.fromkeys(each.key for pool in pools if pool.kind is Kind.SHARE for each in pool.members)
        )
        if ways and isinstance(amount, Mapping):
            for key in amount:
                if key not in ways:
                    raise BadCase(f"{where}, {name}: “{key}” is no way of stating it ({', '.join(ways)}).")
            found[name] = {
                key: whole_number(part, f"{where}, {name}, {key}", lowest_part)
                for key, part in amount.items()
            }
        elif all(pool.kind is Kind.SHARE for pool in pools):
            raise BadCase(f"{where}, {name} must be an object with some of {', '.join(ways)}.")
        else:
            found[name] = whole_number(amount, f"{where}, {name}", lowest)
    return found


def _pools(programme: Programme, name: str, where: str) -> list[Pool]:
    """The allotment of that id, as each version has it."""
    every = [pool for version in programme.versions for pool in version.pools]
    found = [pool for pool in every if pool.id == name]
    if not found:
        known = ", ".join(dict.fromkeys(pool.id for pool in every))
        raise BadCase(f"{where}: “{name}” is no allotment of {programme.id} ({known}).")
    return found


def _order(value: object, where: str, programme: Programme) -> Order:
    table = CaseTable.of(value, where, ("pool", "from", "to", "amount"))
    starts, ends, amount = table.day("from"), table.last_day("to"), table.whole("amount")
    if starts is None or ends is None or amount is None or ends < starts:
        raise BadCase(f"{where} needs “from”, “to” not before it, and “amount”.")
    name = table.text("pool")
    if not any(isinstance(each.window, OrderBalance) for each in _pools(programme, name, where)):
        raise BadCase(f"{where}: “{name}” is an allotment that goes by no order.")
    return Order(name, starts, ends, amount)


def _exemption(value: object, where: str, programme: Programme) -> ExemptionGrant:
    table = CaseTable.of(value, where, ("id", "from", "to"))
    name = table.text("id")
    if name not in [each.id for version in programme.versions for each in version.exemptions]:
        raise BadCase(f"{where}: “{name}” is no exemption of {programme.id}.")
    return ExemptionGrant(name, table.day("from"), table.last_day("to"))


def _purchase(table: CaseTable, zone: ZoneInfo) -> Purchase:
    source = table.text("source", "own")
    if source not in SOURCES:
        raise table.wrong("source", f"must be one of {', '.join(SOURCES)}")
    at = table.moment("at", zone)
    voided = None if table.get("void") is None else table.moment("void", zone)
    if voided is not None and voided < at:
        raise table.wrong("void", "lies before “at”")
    return Purchase(
        at=at,
        items=_items(table.list("items"), f"{table.where}, item"),
        receipt=table.optional_text("id"),
        by=_buyer(table, "by"),
        source=source,
        void_at=voided,
        returned=table.flag("returned"),
    )


def _items(values: list[Any], where: str) -> tuple[Item, ...]:
    return tuple(_item(each, f"{where} {number}") for number, each in enumerate(values, 1))


def _item(value: object, where: str) -> Item:
    table = CaseTable.of(value, where, ("category", *_MEASURES))
    category = table.text("category")
    if category not in tuple(Category):
        raise table.wrong("category", f"is “{category}”, which no programme knows")
    return Item(Category(category), Measures(**{name: table.whole(name) for name in _MEASURES}))


def _state(value: object, where: str, programme: Programme) -> StateFigure:
    table = CaseTable.of(value, where, ("as_of", "available"))
    available = _available(table.get("available"), f"{where}, available", programme)
    return StateFigure(table.moment("as_of", programme.zone), available)
