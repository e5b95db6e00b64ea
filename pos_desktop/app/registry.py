"""The figure that a person reads in the state's registry and types, where no line leads there (limits contract 6.9)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from fractions import Fraction
from zoneinfo import ZoneInfo

from pos_desktop.app.ports import Clock, JournalBook, Person, StateAnswer, TypedFigure
from pos_desktop.app.reception import Reception, Refused
from pos_desktop.app.visit import Visit
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.instant import DAY_US, MINUTE_US, Instant
from pos_desktop.domain.limits.amounts import one_of
from pos_desktop.domain.limits.programme import Kind, Pool, Programme
from pos_desktop.domain.people import Right, require

READ_AT, ACTIVE = "read-at", "active"
JOURNAL = "patient.registry-read"
_YES_NO = {"yes": True, "y": True, "no": False, "n": False}
_AMOUNT = re.compile(r"(\d{1,3}(,\d{3})+|\d+)(\.\d+)?|\.\d+", re.ASCII)
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?:\s*([ap])\.?m\.?)?", re.ASCII | re.IGNORECASE)
_AHEAD_US = 2 * MINUTE_US
"""The registry's clock and ours may differ by so much."""


class Unreadable(BadInput):
    """Names the field, so that the sheet can mark it."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(f"{sentence} Nothing was kept.")
        self.field = field


@dataclass(frozen=True, slots=True)
class Shown:
    """One figure that the registry may show: of a pool, or of one way of stating it; typed in `unit`."""

    pool: str
    way: str
    label: str
    unit: str
    pool_unit: str

    @property
    def id(self) -> str:
        return f"left:{self.pool}:{self.way}"


class RegistryDesk:
    """What was typed counts as fetched at the time it was read. Lane: database.

    The rules that want the state asked before a sale are met by a person's look; its age is judged as any figure's.
    `zone` is the store's: the time of the look is read off its clock.
    """

    def __init__(
        self, reception: Reception, journal: JournalBook, programme: Programme, clock: Clock, zone: ZoneInfo
    ) -> None:
        self._reception, self._journal = reception, journal
        self._programme, self._clock, self._zone = programme, clock, zone

    def shown(self, visit: Visit) -> tuple[Shown, ...]:
        """The pools in force for this patient today. Any thread, at once."""
        now = self._clock.now()
        today = now.date_in(self._programme.zone)
        version = self._programme.version_on(today)
        facts = visit.patient.facts(visit.stated)
        pools = version.pools if version is not None else ()
        return tuple(
            each for pool in pools if version and version.applies(pool, facts, today) for each in _ways(pool)
        )

    def keep(self, visit: Visit, values: Mapping[str, str], by: Person) -> Visit | Refused:
        """Keep what was typed and look at the visit in its light.

        Raises:
            Unreadable: a field; nothing was kept.
            RuleRefusal: not for everybody.
        """
        require(by, Right.ENTER_PATIENT, "Nothing was kept.")
        now = self._clock.now()
        as_of = self._read_at(values.get(READ_AT, ""), now)
        active = _active(values.get(ACTIVE, ""))
        typed = tuple(
            TypedFigure(each.pool, each.way, _amount(each, text))
            for each in self.shown(visit)
            if (text := values.get(each.id, "").strip())
        )
        if active and not typed:
            first = next(iter(self.shown(visit)), None)
            raise Unreadable(
                first.id if first else READ_AT, "Type at least one figure that the registry shows."
            )
        answer = StateAnswer(
            as_of, found=True, active=active, expires=None, rows=(), typed=typed, typed_by=by.id
        )
        told = {
            "as_of_us": as_of.utc_us,
            "active": active,
            "left": [[each.pool, each.way, each.left] for each in typed],
        }
        self._journal.append(JOURNAL, by.id, visit.patient.id, told)
        return self._reception.with_answer(visit, answer)

    def _read_at(self, text: str, now: Instant) -> Instant:
        """Of today, or of last evening where the time has not come yet; empty means now."""
        cleaned = text.strip()
        if not cleaned:
            return now
        found = _TIME.fullmatch(cleaned)
        hour, minute = (int(found[1]), int(found[2])) if found is not None else (24, 0)
        if found is not None and found[3]:
            hour = hour % 12 + 12 * (found[3].lower() == "p") if 1 <= hour <= 12 else 24
        if hour > 23 or minute > 59:
            raise Unreadable(READ_AT, f"“{cleaned}” is no time. Write it as 2:05 PM or 14:05.")
        at = Instant.local(now.date_in(self._zone), self._zone, time(hour, minute))
        if at > now.plus_us(_AHEAD_US):
            at = at.plus_us(-DAY_US)
        return min(at, now)


def _ways(pool: Pool) -> Iterator[Shown]:
    if pool.kind is not Kind.SHARE:
        yield Shown(pool.id, "", pool.label, one_of(pool.unit)[1], pool.unit)
        return
    for each in pool.members:
        yield Shown(pool.id, each.key, each.label, one_of(each.unit)[1], each.unit)


def _active(text: str) -> bool:
    said = _YES_NO.get(text.strip().lower())
    if said is None:
        raise Unreadable(ACTIVE, "Write yes or no: does the registry show the card as active?")
    return said


def _amount(shown: Shown, text: str) -> int:
    """In the pool's own unit, rounded down: the state's figure only ever lowers ours."""
    per, unit = one_of(shown.pool_unit)
    digits = text.removesuffix(unit).strip()
    if not _AMOUNT.fullmatch(digits) or len(digits) > 15:
        raise Unreadable(shown.id, f"“{text}” is no amount in {unit}.")
    return int(Fraction(digits.replace(",", "")) * per // 1)
