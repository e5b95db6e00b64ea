"""Rows of the table of figures: what is measured, against which floor, and how it is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """A target: ours may be at most `times` the floor and `plus` on top of it, in `unit`."""

    name: str
    what: str
    floor: str
    unit: str
    times: float
    plus: float = 0.0

    def limit(self, floor: float) -> float:
        return self.times * floor + self.plus

    @property
    def target(self) -> str:
        if not self.plus:
            return f"<= {self.times:g} x floor"
        if not self.times:
            return f"<= {self.plus:g} {self.unit}"
        return f"<= floor + {self.plus:g} {self.unit}"


@dataclass(frozen=True, slots=True)
class Result:
    """What one run gave; `notes` are lines of information under the table, without a target."""

    row: Row
    ours: float
    floor: float
    notes: tuple[str, ...] = ()

    @property
    def ratio(self) -> float:
        return self.ours / self.floor if self.floor else float("inf")

    @property
    def met(self) -> bool:
        return self.ours <= self.row.limit(self.floor)

    def document(self) -> dict[str, Any]:
        row = self.row
        return {
            "row": row.name,
            "what": row.what,
            "floor": row.floor,
            "target": row.target,
            "unit": row.unit,
            "ours": round(self.ours, 4),
            "floor_value": round(self.floor, 4),
            "ratio": round(self.ratio, 3),
            "met": self.met,
            "notes": list(self.notes),
        }


_HEAD = ("row", "target", "ours", "floor", "ratio", "met")


def lines_of(results: Sequence[Result]) -> list[str]:
    """The table, figures flush right, with the notes below."""
    body = [
        (
            each.row.what,
            each.row.target,
            f"{_figure(each.ours)} {each.row.unit}",
            f"{_figure(each.floor)} {each.row.unit}",
            f"{each.ratio:.2f}",
            "yes" if each.met else "NO",
        )
        for each in results
    ]
    widths = [max(len(line[n]) for line in (_HEAD, *body)) for n in range(len(_HEAD))]
    lines = [_line(_HEAD, widths), "  ".join("-" * width for width in widths)]
    lines += [_line(line, widths) for line in body]
    lines += [f"{each.row.name}: the floor is {each.row.floor}" for each in results]
    lines += [f"{each.row.name}: {note}" for each in results for note in each.notes]
    return lines


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    left, right = cells[:2], cells[2:]
    parts = [cell.ljust(width) for cell, width in zip(left, widths, strict=False)]
    parts += [cell.rjust(width) for cell, width in zip(right, widths[len(left) :], strict=True)]
    return "  ".join(parts).rstrip()


def _figure(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.3f}"


def quantile(values: Sequence[float], per_cent: int) -> float:
    """Nearest rank: a value that was really measured."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * per_cent // 100) - 1)]
