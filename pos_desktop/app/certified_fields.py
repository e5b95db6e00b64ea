"""What the programme wants stated of a patient beside the card: the fields that its rules look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pos_desktop.app.certified_text import written_in
from pos_desktop.domain.certification import FactKind
from pos_desktop.domain.limits.allowance import Mode
from pos_desktop.domain.limits.gates import NeedsAuthorisation
from pos_desktop.domain.limits.periods import FillPeriod
from pos_desktop.domain.limits.programme import Kind, Pool, Programme, Version


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that the form asks for.

    Args:
        id: Of its field, or of its fields where several belong together.
        kind, name, part: Of the fact; its amount and days come from what is typed.
        about: The allotment or authorisation it speaks of, for the label.
        unit: In which amounts are typed (`g`, `mg THC`, `oz`); empty for a day and for yes or no.
        required: Without it the programme sells nothing of this allotment.
        ordinary: What the rules allow without a certified amount, where such an amount can raise it; in `pool_unit`.
    """

    id: str
    kind: FactKind
    name: str = ""
    part: str = ""
    about: str = ""
    unit: str = ""
    pool_unit: str = ""
    required: bool = False
    ordinary: int | None = None


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
            name = gate.authorisation
            yield Asked(f"may:{name}", FactKind.AUTHORISATION, name, about=gate.label)


def _of_window(pool: Pool) -> Iterator[Asked]:
    if not isinstance(pool.window, FillPeriod):
        return
    if pool.window.anchor == "certification":
        yield Asked("certified-from", FactKind.CERTIFIED_FROM, about=pool.label, required=True)
    yield Asked("anchor", FactKind.ANCHOR, about=pool.label)


def _of_allowance(pool: Pool) -> Iterator[Asked]:
    mode = pool.allowance.mode
    if mode is Mode.DOSE:
        unit = written_in("mg-thc")
        yield Asked("dose", FactKind.DOSE, about=pool.label, unit=unit, pool_unit="mg-thc", required=True)
    elif mode is Mode.ORDER:
        yield Asked(
            f"order:{pool.id}",
            FactKind.ORDER,
            pool.id,
            about=pool.label,
            unit=written_in(pool.unit),
            pool_unit=pool.unit,
            required=not pool.allowance.optional,
        )
    elif mode in (Mode.REPLACE, Mode.LESSER):
        yield from _amounts(pool)


def _amounts(pool: Pool) -> Iterator[Asked]:
    """One field, or one for each way of stating the allotment."""
    if pool.kind is not Kind.SHARE:
        yield Asked(
            f"amount:{pool.id}",
            FactKind.CERTIFIED,
            pool.id,
            about=pool.label,
            unit=written_in(pool.unit),
            pool_unit=pool.unit,
            required=pool.allowance.required,
            ordinary=pool.limit if pool.allowance.mode is Mode.REPLACE else None,
        )
        return
    for each in pool.members:
        yield Asked(
            f"amount:{pool.id}:{each.key}",
            FactKind.CERTIFIED,
            pool.id,
            each.key,
            about=each.label,
            unit=written_in(each.unit),
            pool_unit=each.unit,
            ordinary=each.cap,
        )
