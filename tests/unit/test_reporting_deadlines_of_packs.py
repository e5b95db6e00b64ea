"""Which shipped programmes state by when a sale must be reported: the sourced ones, and no other."""

from __future__ import annotations

import pytest

from pos_desktop.composition.programmes import load_programme, programme_ids

REAL_TIME = {
    f"us-{state}-medical" for state in ("co", "dc", "fl", "ma", "md", "mi", "mn", "mo", "mt", "ok", "wv")
}
STATED = {**dict.fromkeys(REAL_TIME, "real-time"), "us-oh-medical": "5 minutes"}


@pytest.mark.parametrize("name", programme_ids())
def test_a_deadline_ships_only_where_a_source_was_read(name: str) -> None:
    duty = load_programme(name).reporting
    assert (None if duty is None else str(duty)) == STATED.get(name)
    assert duty is None or len(duty.cite) > 20


def test_michigans_outage_rule_has_a_number_of_its_own() -> None:
    michigan = load_programme("us-mi-medical")
    assert (michigan.report_within_hours, michigan.outage_cite) == (24, "MRA bulletin, March 2020")
