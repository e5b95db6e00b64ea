"""What the programme wants stated of a patient beside the card, and how the counter enters it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from pos_desktop.app.ports import Clock, JournalBook, PatientBook
from pos_desktop.app.reception import parse_date
from pos_desktop.domain.certification import Fact, FactKind
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.identity import PatientId, PersonId
from pos_desktop.domain.limits.allowance import Mode
from pos_desktop.domain.limits.amounts import amount_text, one_of
from pos_desktop.domain.limits.gates import NeedsAuthorisation
from pos_desktop.domain.limits.periods import FillPeriod
from pos_desktop.domain.limits.programme import Kind, Pool, Programme, Version

_YES, _NO = ("yes", "y"), ("no", "n")


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of the form.

    Args:
        id: Of the field.
        fact: Kind, name and part of what is stated; its amount or day comes from what is typed.
        about: The allotment or authorisation it speaks of, for the label.
        unit: In which amounts are typed (`g`, `mg THC`, `oz`); empty for a day and for yes or no.
        required: Without it the programme sells nothing of this allotment.
    """

    id: str
    kind: FactKind
    name: str = ""
    part: str = ""
    about: str = ""
    unit: str = ""
    pool_unit: str = ""
    required: bool = False


def asked_of(programme: Programme, day: date) -> tuple[Asked, ...]:
    """The fields that the rules in force on `day` look at, the required ones first."""
    version = programme.version_on(day)
    found = {each.id: each for each in _asked(version)} if version is not None else {}
    return tuple(sorted(found.values(), key=lambda each: not each.required))


def _asked(version: Version) -> Iterator[Asked]:
    for pool in version.pools:
        yield from _of_window(pool)
        yield from _of_allowance(pool)
    for gate in version.gates:
        if isinstance(gate, NeedsAuthorisation):
            yield Asked(
                f"may:{gate.authorisation}", FactKind.AUTHORISATION, gate.authorisation, about=gate.cite
            )


def _of_window(pool: Pool) -> Iterator[Asked]:
    if not isinstance(pool.window, FillPeriod):
        return
    if pool.window.anchor == "certification":
        yield Asked("certified-from", FactKind.CERTIFIED_FROM, about=pool.label, required=True)
    yield Asked("anchor", FactKind.ANCHOR, about=pool.label)


def _of_allowance(pool: Pool) -> Iterator[Asked]:
    mode, required = pool.allowance.mode, pool.allowance.required
    if mode is Mode.DOSE:
        yield Asked("dose", FactKind.DOSE, about=pool.label, unit="mg THC", pool_unit="mg-thc", required=True)
    elif mode in (Mode.REPLACE, Mode.LESSER):
        if pool.kind is not Kind.SHARE:
            unit = one_of(pool.unit)[1]
            yield Asked(
                f"amount:{pool.id}", FactKind.CERTIFIED, pool.id, "", pool.label, unit, pool.unit, required
            )
        else:
            for each in pool.members:
                unit = one_of(each.unit)[1]
                yield Asked(
                    f"amount:{pool.id}:{each.key}",
                    FactKind.CERTIFIED,
                    pool.id,
                    each.key,
                    each.label,
                    unit,
                    each.unit,
                )
    elif mode is Mode.ORDER:
        unit = one_of(pool.unit)[1]
        required = not pool.allowance.optional
        yield Asked(f"order:{pool.id}", FactKind.ORDER, pool.id, "", pool.label, unit, pool.unit, required)


def typed_value(facts: Iterable[Fact], asked: Asked) -> str:
    """What the field shows when the form opens."""
    own = [
        each for each in facts if (each.kind, each.name, each.part) == (asked.kind, asked.name, asked.part)
    ]
    if not own:
        return ""
    fact = own[-1]
    if asked.kind is FactKind.AUTHORISATION:
        return "yes"
    if asked.kind is FactKind.ORDER and fact.starts and fact.ends and fact.amount is not None:
        return f"{_figure(fact.amount, asked)} {fact.starts.isoformat()} {fact.ends.isoformat()}"
    if fact.amount is not None:
        return _figure(fact.amount, asked)
    return "" if fact.starts is None else fact.starts.isoformat()


def _figure(amount: int, asked: Asked) -> str:
    return amount_text(asked.pool_unit, Fraction(amount)).split(" ")[0].replace(",", "")


class Certifying:
    """Lane: database."""

    def __init__(
        self, patients: PatientBook, journal: JournalBook, programme: Programme, clock: Clock
    ) -> None:
        self._patients, self._journal = patients, journal
        self._programme, self._clock = programme, clock

    def fields(self) -> tuple[Asked, ...]:
        return asked_of(self._programme, self._clock.now().date_in(self._programme.zone))

    def facts(self, patient_id: PatientId) -> Sequence[Fact]:
        return self._patients.facts(patient_id)

    def state(self, patient_id: PatientId, values: Mapping[str, str], by: PersonId) -> None:
        """Keep what was typed; an emptied field takes its fact away, and what no field asks about stays.

        Raises:
            BadInput: a field cannot be read; nothing was saved.
        """
        fields = [each for each in self.fields() if each.id in values]
        typed = [fact for each in fields if (fact := read_fact(each, values[each.id])) is not None]
        covered = {(each.kind, each.name, each.part) for each in fields}
        kept = [
            each
            for each in self._patients.facts(patient_id)
            if (each.kind, each.name, each.part) not in covered
        ]
        self._patients.state(patient_id, [*kept, *typed], by, self._clock.now())
        self._journal.append("patient.certified", by, patient_id, {"facts": len(kept) + len(typed)})


def read_fact(asked: Asked, text: str) -> Fact | None:
    """None for an empty field.

    Raises:
        BadInput: naming the field; nothing was saved.
    """
    cleaned = " ".join(text.split())
    if not cleaned:
        return None
    if asked.kind is FactKind.AUTHORISATION:
        if cleaned.lower() not in (*_YES, *_NO):
            raise BadInput(f"{asked.name}: write yes or no. Nothing was saved.")
        return Fact(asked.kind, asked.name) if cleaned.lower() in _YES else None
    if asked.kind in (FactKind.CERTIFIED_FROM, FactKind.ANCHOR):
        return Fact(asked.kind, starts=parse_date(cleaned, asked.about))
    if asked.kind is FactKind.ORDER:
        parts = cleaned.split(" ")
        if len(parts) != 3:
            raise BadInput(
                f"{asked.about}: write the amount in {asked.unit}, the first and the last day, for instance "
                "“56 2026-11-01 2026-12-05”. Nothing was saved."
            )
        first, last = (parse_date(each, asked.about) for each in parts[1:])
        return Fact(asked.kind, asked.name, starts=first, ends=last, amount=_amount(asked, parts[0]))
    name = asked.name if asked.kind is FactKind.CERTIFIED else ""
    return Fact(asked.kind, name, asked.part, amount=_amount(asked, cleaned))


def _amount(asked: Asked, text: str) -> int:
    """In the pool's own unit, exactly: `30` grams are 30,000 milligrams."""
    per, unit = one_of(asked.pool_unit)
    digits = text.removesuffix(unit).strip().replace(",", "")
    if not (digits.isascii() and digits.replace(".", "", 1).isdigit() and len(digits) <= 12):
        raise BadInput(f"{asked.about}: “{text}” is no amount in {unit}. Nothing was saved.")
    whole = Fraction(digits) * per
    if whole.denominator != 1:
        raise BadInput(f"{asked.about}: “{text}” is finer than this allotment is counted. Nothing was saved.")
    return int(whole)
