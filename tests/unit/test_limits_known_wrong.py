"""Each mistake that a limit engine may make is built on purpose, and the checks of this suite must notice it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from pos_desktop.domain.instant import MINUTE_US, Instant
from pos_desktop.domain.limits import engine, ledger, outlook, programme, reckoning, statecheck, windows
from pos_desktop.domain.limits.model import CardFacts, LimitCase, Link, Measures
from tests.fixtures.limit_cases import Case, agrees, answer, worked_examples
from tests.fixtures.limit_recount import recount

Wrong = Callable[[pytest.MonkeyPatch], None]


def _case(name: str, at: str, cart: list[Case], history: list[Case] | None = None, **more: object) -> Case:
    return {"programme": name, "patient": {}, "history": history or [], "cart": cart, "at": at, **more}


def _flower(mg: int) -> Case:
    return {"category": "flower", "net_mg": mg}


MI, AZ = "us-mi-medical", "us-az-medical"
ROUND_THE_CORNERS = (
    # The limit itself, the day before a window ends and the day it ends, the last hour of the registry's day.
    _case(MI, "2026-11-24T14:32", [_flower(70873)]),
    _case(AZ, "2026-11-24T14:32", [_flower(70873)]),
    _case(MI, "2026-11-24T12:00", [_flower(1)], [{"at": "2026-10-26T12:00", "items": [_flower(283495)]}]),
    _case(MI, "2026-11-25T12:00", [_flower(1)], [{"at": "2026-10-26T12:00", "items": [_flower(283495)]}]),
    _case(AZ, "2026-11-24T23:30", [_flower(70873)], [{"at": "2026-11-10T23:45", "items": [_flower(70873)]}]),
    _case(MI, "2026-11-24T21:00", [_flower(1000)], [{"at": "2026-11-24T09:00", "items": [_flower(70873)]}]),
    _case(
        MI,
        "2026-11-24T12:00",
        [_flower(1000)],
        state={"as_of": "2026-11-24T11:45", "available": {"day": 999}},
        link="up",
    ),
    _case(
        MI,
        "2026-11-24T12:00",
        [_flower(1000)],
        state={"as_of": "2026-11-23T20:00", "available": {"day": 0}},
        link="down",
    ),
)


def noticed() -> bool:
    """Whether worked examples or corner cases disagree with the engine as it stands now."""
    by_contract = any(not agrees(each["expect"], answer(each)) for each in worked_examples())
    return by_contract or any(not agrees(recount(each), answer(each)) for each in ROUND_THE_CORNERS)


def _limit_may_not_be_reached(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(reckoning, "fits", lambda need, left: need < left)


def _limit_may_be_passed_by_one(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(reckoning, "fits", lambda need, left: need <= left + 1)


def _window_of(days: int) -> Wrong:
    def wrong(patch: pytest.MonkeyPatch) -> None:
        def leaves_at(self: windows.RollingDays, bought: Instant, zone: ZoneInfo) -> Instant:
            return windows.midnight(windows.day_of(bought, zone) + timedelta(days=self.days + days), zone)

        patch.setattr(windows.RollingDays, "leaves_at", leaves_at)

    return wrong


def _hours_instead_of_dates(patch: pytest.MonkeyPatch) -> None:
    def leaves_at(self: windows.RollingDays, bought: Instant, zone: ZoneInfo) -> Instant:
        return bought.plus_us(self.days * 24 * 3_600_000_000)

    patch.setattr(windows.RollingDays, "leaves_at", leaves_at)


def _day_of_utc(patch: pytest.MonkeyPatch) -> None:
    def day_of(moment: Instant, zone: ZoneInfo) -> date:
        return moment.date_in(ZoneInfo("UTC"))

    for module in (windows, engine, outlook, reckoning, statecheck):
        patch.setattr(module, "day_of", day_of)


def _void_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(engine, "known_purchases", lambda history, at: tuple(history))


def _both_lists_counted(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ledger, "_once_each", lambda history: history)


def _missing_is_nought(patch: pytest.MonkeyPatch) -> None:
    def count(self: programme.Member, measures: Measures) -> Fraction:
        return self.factor * (getattr(measures, self.basis) or 0)

    patch.setattr(programme.Member, "count", count)


def _state_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(reckoning, "_state_cap", lambda *_: (None, True))


def _state_trusted_alone(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        reckoning,
        "_state_cap",
        lambda _p, pool, _s, figure: (figure and Fraction(figure.available[pool.id]), True),
    )


def _yesterday_binds_today(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(statecheck, "_still_speaking", lambda _programme, figure, _at: figure)


def _staleness(microseconds: int) -> Wrong:
    def wrong(patch: pytest.MonkeyPatch) -> None:
        patch.setattr("pos_desktop.domain.limits.statecheck.MINUTE_US", MINUTE_US + microseconds)

    return wrong


def _card_ends_a_day(early: int) -> Wrong:
    def wrong(patch: pytest.MonkeyPatch) -> None:
        right = programme.CardRules.last_day

        def last_day(self: programme.CardRules, card: CardFacts) -> date | None:
            ends = right(self, card)
            return None if ends is None else ends - timedelta(days=early)

        patch.setattr(programme.CardRules, "last_day", last_day)

    return wrong


def _recounted_by_todays_rule(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(programme.Version, "pool", lambda self, pool_id: None)


def _the_network_decides(patch: pytest.MonkeyPatch) -> None:
    """Offline everybody may sell, whatever the programme says."""
    right = statecheck.footing

    def footing(rules: programme.Programme, case: LimitCase) -> statecheck.Footing:
        found = right(rules, case)
        return replace(found, refusal=None) if case.link is Link.DOWN else found

    patch.setattr(engine, "footing", footing)


WRONG: dict[str, Wrong] = {
    "less than instead of at most": _limit_may_not_be_reached,
    "one milligram too much": _limit_may_be_passed_by_one,
    "window one day short": _window_of(-1),
    "window one day long": _window_of(1),
    "hours instead of dates": _hours_instead_of_dates,
    "the day of UTC": _day_of_utc,
    "voids ignored": _void_ignored,
    "one receipt counted in both lists": _both_lists_counted,
    "a missing measure is nought": _missing_is_nought,
    "the state's figure ignored": _state_ignored,
    "own sales since the figure not taken off": _state_trusted_alone,
    "yesterday's daily figure binds today": _yesterday_binds_today,
    "a figure stale a moment early": _staleness(-1),
    "a figure fresh for twenty minutes": _staleness(20_000_000),
    "a card good for one day less": _card_ends_a_day(1),
    "a card good for one day more": _card_ends_a_day(-1),
    "the past measured by today's rule": _recounted_by_todays_rule,
    "the network decides and not the rule": _the_network_decides,
}


def test_the_engine_as_it_is_passes() -> None:
    assert not noticed()


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_engine_is_noticed(wrong: Wrong, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong(monkeypatch)
    assert noticed()
