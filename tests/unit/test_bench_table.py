"""The table of figures renders, and every row has a target that can be missed. No timing here."""

from __future__ import annotations

from tests.bench.__main__ import PARTS
from tests.bench.table import Result, Row, lines_of, quantile

ALL = [row for part in PARTS for row in part.ROWS]


def test_every_row_has_a_name_of_its_own_a_floor_and_a_target() -> None:
    assert len({row.name for row in ALL}) == len(ALL) == 33
    for row in ALL:
        assert row.what
        assert row.floor
        assert row.target.startswith("<= ")
        assert Result(row, row.limit(100), 100).met
        assert not Result(row, row.limit(100) + 0.001, 100).met


def test_the_table_shows_figures_ratio_and_verdict() -> None:
    row = Row("paint", "first paint", "a bare window", "ms", times=1.3)
    good, bad = Result(row, 250, 200, ("a note",)), Result(row, 300, 200)
    lines = lines_of([good, bad])
    assert lines[0].split() == ["row", "target", "ours", "floor", "ratio", "met"]
    assert lines[2].split()[-6:] == ["250", "ms", "200", "ms", "1.25", "yes"]
    assert lines[3].endswith("NO")
    assert lines[-1] == "paint: a note"


def test_the_document_says_the_same() -> None:
    row = Row("flat", "memory", "before", "MB", times=1, plus=5)
    document = Result(row, 151.0, 147.0).document()
    assert (document["target"], document["met"], document["ratio"]) == ("<= floor + 5 MB", True, 1.027)


def test_a_quantile_is_a_value_that_was_measured() -> None:
    assert quantile(range(1, 101), 99) == 99
    assert quantile([3.0, 1.0, 2.0], 50) == 2.0
