"""A comparison that is asked for at the counter: its days, and that one which was stopped keeps nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from pos_desktop.app.comparing import Comparing, UnderWay
from pos_desktop.app.ports import CouldNotAsk, KeptFindings, ServiceReach
from pos_desktop.app.reconciling import Reconciled, Reconciling
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.instant import Instant
from tests.fixtures.fakes import StandingClock
from tests.fixtures.stores import PERSON

TODAY, YESTERDAY = date(2026, 11, 24), date(2026, 11, 23)
CLOCK = StandingClock(Instant.parse("2026-11-25T04:30:00Z"))
"""Half past eleven in the evening of the 24th where the store is, the 25th in UTC."""


@dataclass
class Kept:
    saved: list[Mapping[str, Any]] = field(default_factory=list)

    def load(self) -> Mapping[str, Any]:
        return {}

    def save(self, document: Mapping[str, Any]) -> None:
        self.saved.append(document)


@dataclass
class Scripted:
    """In place of a comparison: `script` runs in it, then it keeps something, as the real one does last of all."""

    kept: KeptFindings
    script: Callable[[], object]
    answer: object = "compared"
    days: list[tuple[date, date]] = field(default_factory=list)

    def run(self, first: date, last: date) -> object:
        self.days.append((first, last))
        self.script()
        if not isinstance(self.answer, CouldNotAsk):
            self.kept.save({"v": 1})
        return self.answer


def comparing(kept: Kept, script: Callable[[], object] = lambda: None, **more: Any) -> Comparing:
    guarded = more.pop("guarded", True)

    @contextmanager
    def opened(under_way: UnderWay) -> Iterator[Reconciling]:
        yield cast(Reconciling, Scripted(under_way.guarding(kept) if guarded else kept, script, **more))

    def write(_: Reconciled, folder: Path) -> Sequence[Path]:
        return [folder / "sample.json"]

    return Comparing(
        CLOCK,
        ZoneInfo("America/Detroit"),
        since=lambda: date(2026, 1, 1),
        opened=opened,
        write=write,
        folder=Path("certificates"),
        look_now=lambda: None,
    )


def test_the_day_is_that_of_the_facility() -> None:
    assert comparing(Kept()).today == TODAY
    with pytest.raises(BadInput, match="has not begun"):
        comparing(Kept()).run(UnderWay(date(2026, 11, 25)), PERSON)
    with pytest.raises(BadInput, match=r"state\.since"):
        comparing(Kept()).run(UnderWay(date(2025, 12, 31)), PERSON)


def test_what_was_compared_is_kept() -> None:
    kept = Kept()
    assert cast(object, comparing(kept).run(UnderWay(YESTERDAY), PERSON)) == "compared"
    assert kept.saved == [{"v": 1}]


@pytest.mark.parametrize("guarded", [True, False])
def test_one_that_is_stopped_at_the_last_moment_keeps_nothing(*, guarded: bool) -> None:
    """Without the guard it would: then the next run would call settled what nobody was told of."""
    kept, under_way = Kept(), UnderWay(YESTERDAY)
    answer = comparing(kept, under_way.stop, guarded=guarded).run(under_way, PERSON)
    assert (answer is None) is guarded
    assert (kept.saved == []) is guarded


def test_a_stop_and_a_line_that_is_down_are_told_apart() -> None:
    away, under_way = (
        CouldNotAsk(ServiceReach.AWAY, "The state service cannot be reached."),
        UnderWay(YESTERDAY),
    )
    assert comparing(Kept(), answer=away).run(under_way, PERSON) is away
    assert comparing(Kept(), under_way.stop, answer=away).run(under_way, PERSON) is None


def test_a_stopped_one_waits_for_nothing_more() -> None:
    under_way = UnderWay(YESTERDAY)
    assert not under_way.pause(0)
    under_way.stop()
    assert under_way.pause(60)


def test_a_certificate_wants_a_folder() -> None:
    result = cast(Reconciled, None)
    with pytest.raises(BadInput, match="Name the folder"):
        comparing(Kept()).save(result, "  ", PERSON)
    assert comparing(Kept()).save(result, " ~/here ", PERSON) == [Path("~/here/sample.json").expanduser()]
