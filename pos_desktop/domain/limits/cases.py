"""Reads a case in the contract's format and writes the answer in the same words (contract 5 and 10).

A case is a JSON object; what is wrong with one is told with its id and the place in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.model import (
    CardFacts,
    Category,
    Decision,
    ExemptionGrant,
    Item,
    LimitCase,
    Link,
    Measures,
    Order,
    PatientFacts,
    PoolReckoning,
    Purchase,
    Refusal,
    StateFigure,
)
from pos_desktop.domain.limits.programme import Programme
from pos_desktop.domain.limits.words import refusal_sentence

SOURCES = ("own", "import", "state")
LARGEST = 10**15
"""No measure, dose or figure of a case is above this: a slip of the keyboard, not a purchase."""
YEARS = range(1800, 2900)
_YEARS_SENTENCE = f"must lie between the years {YEARS.start} and {YEARS.stop - 1}"
_MEASURES = tuple(each.name for each in fields(Measures))


class BadCase(BadInput):
    """A case that cannot be decided as it stands."""

    code = "bad-case"


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of the case, and where it stands. Every key must be asked for."""

    values: Mapping[str, Any]
    where: str

    @classmethod
    def of(cls, value: object, where: str, known: Iterable[str]) -> _Table:
        if not isinstance(value, Mapping):
            raise BadCase(f"{where} must be an object.")
        for key in value:
            if key not in known:
                raise BadCase(f"{where}: “{key}” is not known.")
        return cls(value, where)

    def get(self, key: str) -> Any:
        return self.values.get(key)

    def wrong(self, key: str, what: str) -> BadCase:
        return BadCase(f"{self.where}: “{key}” {what}.")

    def text(self, key: str, default: str | None = None) -> str:
        value = self.values.get(key, default)
        if not isinstance(value, str) or (default is None and not value):
            raise self.wrong(key, "must be a text")
        return value

    def optional_text(self, key: str) -> str | None:
        return None if self.get(key) is None else self.text(key)

    def whole(self, key: str) -> int | None:
        value = self.get(key)
        return None if value is None else _whole(value, f"{self.where}: “{key}”")

    def flag(self, key: str) -> bool:
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, "must be true or false")
        return value

    def day(self, key: str) -> date | None:
        value = self.last_day(key)
        if value is not None and value.year not in YEARS:
            raise self.wrong(key, _YEARS_SENTENCE)
        return value

    def last_day(self, key: str) -> date | None:
        """One of which 9999-12-31 may be said, where nothing ends."""
        value = self.get(key)
        if value is None:
            return None
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            raise self.wrong(key, "must be a date such as 2026-01-31") from None

    def moment(self, key: str, zone: ZoneInfo) -> Instant:
        """Without an offset the programme's time; one that does not exist or exists twice is read as the later."""
        value = self.get(key)
        try:
            read = datetime.fromisoformat(value)
            if read.year not in YEARS:
                raise self.wrong(key, _YEARS_SENTENCE)
            if read.tzinfo is None:
                return Instant.local(read.date(), zone, read.time())
            return Instant.from_datetime(read)
        except (TypeError, ValueError, OverflowError):
            raise self.wrong(key, "must be a time such as 2026-01-31T17:00") from None

    def list(self, key: str) -> list[Any]:
        value = self.values.get(key, [])
        if not isinstance(value, list):
            raise self.wrong(key, "must be a list")
        return value


def _whole(value: object, where: str, lowest: int = 0) -> int:
    if type(value) is not int or not lowest <= value <= LARGEST:
        raise BadCase(f"{where} must be a whole number from {lowest:,} to {LARGEST:,}.")
    return value


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
    return _Table.of(case, name, _CASE).text("programme")


def read_case(case: object, zone: ZoneInfo, name: str) -> LimitCase:
    """Turn a JSON object into what the engine is asked.

    `zone` is the programme's, `name` as `case_name` says it.

    Raises:
        BadCase: naming the place and what is wrong with it.
    """
    table = _Table.of(case, name, _CASE)
    if not isinstance(table.values.get("expect", {}), Mapping):
        raise table.wrong("expect", "must be an object")
    at = table.moment("at", zone)
    patient = _Table.of(table.values.get("patient", {}), f"{name}, patient", _PATIENT)
    born = patient.day("birth_date")
    if born is not None and born > at.date_in(zone):
        raise patient.wrong("birth_date", "lies after “at”")
    state, link = table.get("state"), table.optional_text("link")
    if link not in (None, Link.UP, Link.DOWN):
        raise table.wrong("link", "must be “up” or “down”")
    return LimitCase(
        at=at,
        patient=_patient(patient),
        history=tuple(
            _purchase(_Table.of(each, f"{name}, purchase {number}", _PURCHASE), zone)
            for number, each in enumerate(table.list("history"), 1)
        ),
        cart=_items(table.list("cart"), f"{name}, cart line"),
        buyer=_buyer(table, "buyer"),
        store_zone=_zone(table),
        state=None if state is None else _state(state, f"{name}, state", zone),
        link=None if link is None else Link(link),
    )


def _buyer(table: _Table, key: str) -> str:
    buyer = table.text(key, "patient")
    if buyer != "patient" and not buyer.startswith("caregiver:"):
        raise table.wrong(key, "must be “patient” or “caregiver:…”")
    return buyer


def _zone(table: _Table) -> str | None:
    name = table.optional_text("store_zone")
    try:
        return None if name is None else ZoneInfo(name).key
    except (KeyError, ValueError, OSError):
        raise table.wrong("store_zone", "is no time zone of this computer") from None


def _patient(table: _Table) -> PatientFacts:
    where = table.where
    card = table.get("card")
    holder = table.text("holder", "resident")
    if holder not in ("resident", "visitor"):
        raise table.wrong("holder", "must be “resident” or “visitor”")
    authorisations = table.list("authorisations")
    if not all(isinstance(each, str) for each in authorisations):
        raise table.wrong("authorisations", "must be a list of texts")
    return PatientFacts(
        birth_date=table.day("birth_date"),
        holder=holder,
        card=None if card is None else _card(_Table.of(card, f"{where}, card", ("kind", "from", "expires"))),
        certified=_certified(table.values.get("certified", {}), f"{where}, certified"),
        daily_dose=table.whole("daily_dose"),
        orders=tuple(_order(each, f"{where}, order") for each in table.list("orders")),
        exemptions=tuple(_exemption(each, f"{where}, exemption") for each in table.list("exemptions")),
        authorisations=frozenset(authorisations),
        certification_from=table.day("certification_from"),
        anchor=table.day("anchor"),
    )


def _card(table: _Table) -> CardFacts:
    return CardFacts(table.text("kind", "registry"), table.day("from"), table.last_day("expires"))


def _certified(value: object, where: str) -> dict[str, int | Mapping[str, int]]:
    """No share can be taken of nought, so a part of an allotment stated several ways is at least 1."""
    return _amounts(value, where, lowest=0, lowest_part=1)


def _available(value: object, where: str) -> dict[str, int | Mapping[str, int]]:
    """The state may say that a patient is over the limit already."""
    return _amounts(value, where, lowest=-LARGEST, lowest_part=-LARGEST)


def _amounts(
    value: object, where: str, *, lowest: int, lowest_part: int
) -> dict[str, int | Mapping[str, int]]:
    if not isinstance(value, Mapping):
        raise BadCase(f"{where} must be an object.")
    return {
        str(pool): {
            str(key): _whole(part, f"{where}, {pool}, {key}", lowest_part) for key, part in amount.items()
        }
        if isinstance(amount, Mapping)
        else _whole(amount, f"{where}, {pool}", lowest)
        for pool, amount in value.items()
    }


def _order(value: object, where: str) -> Order:
    table = _Table.of(value, where, ("pool", "from", "to", "amount"))
    starts, ends, amount = table.day("from"), table.last_day("to"), table.whole("amount")
    if starts is None or ends is None or amount is None or ends < starts:
        raise BadCase(f"{where} needs “from”, “to” not before it, and “amount”.")
    return Order(table.text("pool"), starts, ends, amount)


def _exemption(value: object, where: str) -> ExemptionGrant:
    table = _Table.of(value, where, ("id", "from", "to"))
    return ExemptionGrant(table.text("id"), table.day("from"), table.last_day("to"))


def _purchase(table: _Table, zone: ZoneInfo) -> Purchase:
    source = table.text("source", "own")
    if source not in SOURCES:
        raise table.wrong("source", f"must be one of {', '.join(SOURCES)}")
    return Purchase(
        at=table.moment("at", zone),
        items=_items(table.list("items"), f"{table.where}, item"),
        receipt=table.optional_text("id"),
        by=_buyer(table, "by"),
        source=source,
        void_at=None if table.get("void") is None else table.moment("void", zone),
        returned=table.flag("returned"),
    )


def _items(values: list[Any], where: str) -> tuple[Item, ...]:
    return tuple(_item(each, f"{where} {number}") for number, each in enumerate(values, 1))


def _item(value: object, where: str) -> Item:
    table = _Table.of(value, where, ("category", *_MEASURES))
    category = table.text("category")
    if category not in tuple(Category):
        raise table.wrong("category", f"is “{category}”, which no programme knows")
    return Item(Category(category), Measures(**{name: table.whole(name) for name in _MEASURES}))


def _state(value: object, where: str, zone: ZoneInfo) -> StateFigure:
    table = _Table.of(value, where, ("as_of", "available"))
    return StateFigure(table.moment("as_of", zone), _available(table.get("available"), f"{where}, available"))


# ---- the answer


def answer(decision: Decision, programme: Programme) -> dict[str, Any]:
    """The output fields of the contract; amounts are whole units, rounded down and never below nought."""
    zone = programme.zone
    told = [each for each in decision.pools if each.known]
    return {
        "allowed": decision.allowed,
        "refused_by": list(decision.refused_by),
        "remaining": {each.id: _left(each) for each in told},
        "after": {each.id: _after(each) if decision.allowed else _left(each) for each in told},
        "used": {each.id: exact(each.used) for each in decision.pools},
        "cart": {each.id: exact(each.cart) for each in decision.pools},
        "limit": {each.id: exact(each.limit) for each in decision.pools},
        "next_release_at": {each.id: _wall(each.next_release_at, zone) for each in decision.pools},
        "next_release": {
            each.id: None if each.next_release is None else exact(each.next_release)
            for each in decision.pools
        },
        "enough_at": _wall(decision.enough_at, zone),
        "basis": decision.basis,
        "state_as_of": _wall(decision.state_as_of, zone),
        "state_spoke_of": list(decision.state_spoke_of),
        "programme": decision.programme,
        "version": decision.version or None,
        "pack_version": decision.pack_version,
        "pack_digest": programme.digest,
        "reasons": [_reason(each, decision, programme) for each in decision.refusals],
    }


def _reason(refusal: Refusal, decision: Decision, programme: Programme) -> dict[str, str | None]:
    return {
        "code": refusal.code,
        "text": refusal_sentence(refusal, decision, programme),
        "excess": None if refusal.excess is None else exact(refusal.excess),
        "as_written": refusal.as_written,
        "cite": refusal.cite,
    }


def exact(amount: Fraction) -> str:
    """In the pool's unit: `70873`, or `3500/3` where it is no whole number."""
    return str(amount)


def fits(cart: tuple[Item, ...], parts: tuple[Fraction, ...]) -> list[dict[str, int]]:
    """The largest quantity of each line that would pass beside the others, in the line's own measures."""
    return [
        {
            name: value if name == "potency_bp" else value * part.numerator // part.denominator
            for name in _MEASURES
            if (value := getattr(item.measures, name)) is not None
        }
        for item, part in zip(cart, parts, strict=True)
    ]


def _left(pool: PoolReckoning) -> int | dict[str, int]:
    return {each.key: each.left for each in pool.parts} or max(0, pool.left.__floor__())


def _after(pool: PoolReckoning) -> int | dict[str, int]:
    return {each.key: each.after for each in pool.parts} or max(0, pool.after.__floor__())


def _wall(moment: Instant | None, zone: ZoneInfo) -> str | None:
    """Programme time to the minute; with its offset where the wall shows it twice."""
    if moment is None:
        return None
    wall = moment.datetime_in(zone)
    twice = wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()
    short = wall if twice else wall.replace(tzinfo=None)
    exact = wall.time() != time(wall.hour, wall.minute)
    return short.isoformat(timespec="microseconds" if exact else "minutes")


def misses(expect: Mapping[str, Any], found: Mapping[str, Any], zone: ZoneInfo) -> list[str]:
    """What of `expect` the answer does not meet; figures that it does not name are free (contract 10)."""
    missed = []
    for key, value in expect.items():
        if key not in found or not _meets(key, value, found[key], zone):
            missed.append(f"{key}: expected {value}, found {found.get(key)}")
    return missed


def _meets(key: str, value: Any, found: Any, zone: ZoneInfo) -> bool:
    if isinstance(value, Mapping):
        return isinstance(found, Mapping) and all(
            _meets(key, each, found.get(name), zone) for name, each in value.items()
        )
    if key == "refused_by" and isinstance(value, list) and isinstance(found, list):
        return sorted(map(str, value)) == sorted(found)
    if key in ("enough_at", "next_release_at") and isinstance(value, str) and isinstance(found, str):
        ends = _Table({"value": value, "found": found}, "expect")
        return ends.moment("value", zone) == ends.moment("found", zone)
    return bool(value == found)
