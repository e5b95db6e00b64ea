"""What practitioners and the programme stated of patients, as CSV: one fact a line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from pos_desktop.app.certified_form import overlap
from pos_desktop.app.importing import filled, read_rows, whole, word
from pos_desktop.app.reception import parse_date
from pos_desktop.domain.certification import Fact, FactKind
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.limits.allowance import Mode
from pos_desktop.domain.limits.gates import NeedsAuthorisation
from pos_desktop.domain.limits.periods import FillPeriod
from pos_desktop.domain.limits.programme import Kind, Pool, Programme
from pos_desktop.domain.sensitive import CardNumber, guard, reveal

_ONE_OF_A_KIND = (FactKind.CERTIFIED, FactKind.DOSE, FactKind.CERTIFIED_FROM, FactKind.ANCHOR)
"""Of which a patient has one: the rules look at no second."""


@dataclass(frozen=True, slots=True)
class CertificationRow:
    card_number: str
    fact: Fact

    def __post_init__(self) -> None:
        guard(self, card_number=CardNumber)


def read_certifications(text: str, programme: Programme) -> list[CertificationRow]:
    """Columns `card_number, kind`; `name, part, starts, ends, amount` as the kind asks for.

    A fact that no rule of the programme looks at, in any of its versions, is refused: it would be kept for nothing.

    Raises:
        BadInput: names each bad row by its line; nothing is imported.
    """
    need, more = ("card_number", "kind"), ("name", "part", "starts", "ends", "amount")
    reader = _Reader(programme)
    return read_rows(text, need, more, reader.row, _key, "fact")


class _Reader:
    """Reads row after row, and remembers the orders of each patient."""

    def __init__(self, programme: Programme) -> None:
        self._pools = tuple(pool for version in programme.versions for pool in version.pools)
        self._looked_at = _looked_at(programme, self._pools)
        self._orders: dict[tuple[str, str], list[Fact]] = {}

    def row(self, row: Mapping[str, str]) -> CertificationRow:
        starts, ends = row.get("starts", ""), row.get("ends", "")
        fact = Fact(
            kind=word(FactKind, row["kind"], "kind"),
            name=row.get("name", ""),
            part=row.get("part", ""),
            starts=parse_date(starts, "starts") if starts else None,
            ends=parse_date(ends, "ends") if ends else None,
            amount=whole(row.get("amount", ""), "amount"),
        )
        read = CertificationRow(filled(row, "card_number"), fact)
        self._refuse_unknown(fact)
        if fact.kind is FactKind.ORDER:
            self._refuse_overlap(read)
        return read

    def _refuse_unknown(self, fact: Fact) -> None:
        names = self._looked_at[fact.kind]
        if not names:
            raise BadInput(f"kind: no rule of this programme looks at “{fact.kind}”.")
        if fact.name not in names:
            raise BadInput(f"name: “{fact.name}” is none of {', '.join(dict.fromkeys(names))}.")
        if fact.kind is FactKind.CERTIFIED:
            self._refuse_part(fact)

    def _refuse_part(self, fact: Fact) -> None:
        """Parts are those of any version in which the allotment is stated several ways."""
        pools = [pool for pool in self._pools if pool.id == fact.name and _is_certified(pool)]
        parts = [part for pool in pools for part in _parts(pool)]
        if fact.part not in parts:
            named = ", ".join(dict.fromkeys(each for each in parts if each))
            raise BadInput(
                f"part: “{fact.part}” is none of {named}." if named else "this allotment has no parts."
            )

    def _refuse_overlap(self, read: CertificationRow) -> None:
        """Of two orders at once nobody could say which one a purchase was taken from."""
        others = self._orders.setdefault((read.card_number.upper(), read.fact.name), [])
        for each in others:
            if overlap(read.fact, each):
                raise BadInput(f"this order overlaps the one from {each.starts} to {each.ends}.")
        others.append(read.fact)


def _looked_at(programme: Programme, pools: Collection[Pool]) -> Mapping[FactKind, list[str]]:
    """The names under which some rule looks for a fact of each kind; an empty name for a kind that has none."""
    modes = {pool.allowance.mode for pool in pools}
    windows = [pool.window for pool in pools if isinstance(pool.window, FillPeriod)]
    gates = [gate for version in programme.versions for gate in version.gates]
    return {
        FactKind.CERTIFIED: [pool.id for pool in pools if _is_certified(pool)],
        FactKind.DOSE: _once(Mode.DOSE in modes),
        FactKind.ORDER: [pool.id for pool in pools if pool.allowance.mode is Mode.ORDER],
        FactKind.EXEMPTION: [each.id for version in programme.versions for each in version.exemptions],
        FactKind.AUTHORISATION: [
            *(gate.authorisation for gate in gates if isinstance(gate, NeedsAuthorisation)),
            *(pool.when.not_authorised for pool in pools if pool.when.not_authorised),
        ],
        FactKind.CERTIFIED_FROM: _once(any(each.anchor == "certification" for each in windows)),
        FactKind.ANCHOR: _once(bool(windows)),
    }


def _once(looked_at: bool) -> list[str]:
    return [""] if looked_at else []


def _is_certified(pool: Pool) -> bool:
    return pool.allowance.mode in (Mode.REPLACE, Mode.LESSER)


def _parts(pool: Pool) -> Iterable[str]:
    return [each.key for each in pool.members] if pool.kind is Kind.SHARE else [""]


def _key(row: CertificationRow) -> str:
    fact = row.fact
    starts = "" if fact.kind in _ONE_OF_A_KIND else str(fact.starts or "")
    return f"{reveal(row.card_number)}\n{fact.kind}\n{fact.name}\n{fact.part}\n{starts}"
