"""What practitioners and the programme stated of patients, as CSV: one fact a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pos_desktop.app.importing import filled, read_rows, whole, word
from pos_desktop.app.reception import parse_date
from pos_desktop.domain.certification import Fact, FactKind
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.limits.programme import Kind, Programme


@dataclass(frozen=True, slots=True)
class CertificationRow:
    card_number: str
    fact: Fact


def read_certifications(text: str, programme: Programme) -> list[CertificationRow]:
    """Columns `card_number, kind`; `name, part, starts, ends, amount` as the kind asks for.

    Raises:
        BadInput: names each bad row by its line; nothing is imported.
    """
    need, more = ("card_number", "kind"), ("name", "part", "starts", "ends", "amount")
    return read_rows(text, need, more, lambda row: _row(row, programme), _key, "fact")


def _row(row: Mapping[str, str], programme: Programme) -> CertificationRow:
    starts, ends = row.get("starts", ""), row.get("ends", "")
    fact = Fact(
        kind=word(FactKind, row["kind"], "kind"),
        name=row.get("name", ""),
        part=row.get("part", ""),
        starts=parse_date(starts, "starts") if starts else None,
        ends=parse_date(ends, "ends") if ends else None,
        amount=whole(row.get("amount", ""), "amount"),
    )
    _known(fact, programme)
    return CertificationRow(filled(row, "card_number"), fact)


def _known(fact: Fact, programme: Programme) -> None:
    """Refuse a name that no rule of the programme bears: it would be kept and never looked at."""
    pools = {pool.id: pool for version in programme.versions for pool in version.pools}
    names = {
        FactKind.CERTIFIED: list(pools),
        FactKind.ORDER: list(pools),
        FactKind.EXEMPTION: [each.id for version in programme.versions for each in version.exemptions],
    }.get(fact.kind)
    if names is not None and fact.name not in names:
        raise BadInput(f"name: “{fact.name}” is none of {', '.join(dict.fromkeys(names)) or 'nothing'}.")
    if fact.kind is not FactKind.CERTIFIED:
        return
    pool = pools[fact.name]
    parts = [each.key for each in pool.members] if pool.kind is Kind.SHARE else [""]
    if fact.part not in parts:
        raise BadInput(
            f"part: “{fact.part}” is none of {', '.join(parts)}."
            if any(parts)
            else "this allotment has no parts."
        )


def _key(row: CertificationRow) -> str:
    fact = row.fact
    return "\n".join((row.card_number, fact.kind, fact.name, fact.part, str(fact.starts or "")))
