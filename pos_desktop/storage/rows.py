"""Between columns and values of the domain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.model import Measures
from pos_desktop.storage.schema import MEASURES

MEASURE_COLUMNS = ", ".join(MEASURES)


def insert_text(table: sa.Table) -> str:
    """The INSERT of every column, in the table's order; made at import, so that nothing is compiled at a sale."""
    columns = [column.name for column in table.columns]
    marks = ", ".join("?" * len(columns))
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - our own schema


def measure_values(m: Measures) -> tuple[int | None, ...]:
    """In the order of `MEASURES`."""
    return (
        m.net_mg,
        m.thc_mg,
        m.equiv_mg,
        m.premix_mg,
        m.volume_ul,
        m.count,
        m.supply_mdays,
        m.potency_bp,
    )


def measure_dict(m: Measures) -> dict[str, int | None]:
    return dict(zip(MEASURES, measure_values(m), strict=True))


def measures_of(values: Sequence[Any]) -> Measures:
    return Measures(*values)


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def day_text(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def instant(utc_us: int | None) -> Instant | None:
    return None if utc_us is None else Instant(utc_us)


def micros(at: Instant | None) -> int | None:
    return None if at is None else at.utc_us
