"""The table of figures: every row has a target, and a missed one is told."""

from __future__ import annotations

from tests.bench.__main__ import PARTS
from tests.bench.table import Result, Row, lines_of, quantile

ROW = Row("sample", "a sample", "a bare thing", "ms", times=1.5)


def test_every_row_has_a_target_a_floor_and_a_name_of_its_own() -> None:
    rows = [row for part in PARTS for row in part.ROWS]
    assert len({row.name for row in rows}) == len(rows)
    assert all(row.floor and row.target and (row.times or row.plus) for row in rows)


def test_met_and_missed() -> None:
    met, missed = Result(ROW, 1.5, 1.0), Result(ROW, 1.51, 1.0, ("a note",))
    assert (met.met, missed.met) == (True, False)
    lines = lines_of([met, missed])
    assert lines[2].endswith("yes")
    assert lines[3].endswith("NO")
    assert lines[-1] == "sample: a note"


def test_quantiles_are_values_that_were_measured() -> None:
    assert quantile([3, 1, 2], 50) == 2
    assert quantile(list(range(1, 101)), 99) == 99
