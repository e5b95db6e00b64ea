"""The table of docs/people.md is the one that the program goes by."""

from __future__ import annotations

from pathlib import Path

from pos_desktop.domain.people import EMERGENCY, SERVICE, Person, Right, Role

PAGE = Path(__file__).resolve().parents[2] / "docs" / "people.md"
COLUMNS = (*Role,)


def table() -> list[str]:
    """A row for each right, a column for each role."""
    rows = [f"| right | {' | '.join(COLUMNS)} |", f"|{'---|' * (len(COLUMNS) + 1)}"]
    for right in Right:
        marks = ["yes" if Person(SERVICE.id, "", role).may(right) else "" for role in COLUMNS]
        rows.append(f"| {right} | {' | '.join(marks)} |")
    return rows


def test_the_page_tells_what_holds() -> None:
    written = [
        line.rstrip() for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")
    ]
    assert written == table()


def test_the_two_whom_nobody_signs_in_as() -> None:
    assert (SERVICE.role, EMERGENCY.role) == (Role.SERVICE, Role.EMERGENCY)
