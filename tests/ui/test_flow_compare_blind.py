"""Whoever counts a till that is open compares its day, and is told no amount of its sales."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from pos_desktop.app.reconciling import Reconciled
from pos_desktop.cli import reconcile_said
from pos_desktop.ui.presenter.comparing import Part
from tests.fixtures.builders import DUTY
from tests.fixtures.compare_shops import CompareShop, mixed_day, story_of
from tests.fixtures.reconciled_day import DAY, ReconciledDay, reconciled_day

AMOUNT = re.compile(r"\$\d")


@pytest.fixture
def day(tmp_path: Path) -> Iterator[ReconciledDay]:
    with reconciled_day(tmp_path) as running:
        mixed_day(running)
        yield running


def stories(shop: CompareShop) -> str:
    """All that the room says of every sale and receipt of the day."""
    said = []
    for part in Part:
        for row in range(len(shop.show(part))):
            story_of(shop, part, row)
            said.append(repr(shop.room))
    assert len(said) > 8
    return "\n".join(said)


def compared(day: ReconciledDay, blind_from: date | None) -> str:
    day.blind_from = blind_from
    shop = CompareShop(day, duty=DUTY)
    shop.compare()
    return stories(shop)


def test_the_room_tells_no_amount_of_a_day_whose_till_is_to_be_counted(day: ReconciledDay) -> None:
    said = compared(day, DAY)
    assert AMOUNT.findall(said) == []
    assert "told once the till is counted" in said


@pytest.mark.parametrize("blind_from", [None, DAY + timedelta(days=1)])
def test_of_another_day_it_tells_them(day: ReconciledDay, blind_from: date | None) -> None:
    """Else the test above would look where no amount ever stands."""
    said = compared(day, blind_from)
    assert len(AMOUNT.findall(said)) > 8
    assert "told once the till is counted" not in said


def test_the_command_tells_none_either(day: ReconciledDay) -> None:
    def told(result: Reconciled) -> str:
        lines = reconcile_said.lines(result, [{"sentence": ""}])
        return "\n".join([*lines, repr(reconcile_said.document(result, []))])

    assert AMOUNT.findall(told(day.compare()))
    day.blind_from = DAY
    said = told(day.compare())
    assert AMOUNT.findall(said) == []
    assert "told once the till is counted" in said


def test_a_room_that_tells_totals_is_caught(day: ReconciledDay, monkeypatch: pytest.MonkeyPatch) -> None:
    """Known wrong: only what differs was thought of, not the total of each sale."""
    monkeypatch.setattr(Reconciled, "is_blind", lambda _self, _day: False)
    assert AMOUNT.findall(compared(day, DAY))


def test_only_amounts_are_kept_back(day: ReconciledDay) -> None:
    open_ = day.compare()
    day.blind_from = DAY
    blind = day.compare()
    assert [dataclasses.replace(each, fields=()) for each in blind.findings] == [
        dataclasses.replace(each, fields=()) for each in open_.findings
    ]
    assert [each.field for found in blind.findings for each in found.fields] == [
        each.field for found in open_.findings for each in found.fields
    ]
