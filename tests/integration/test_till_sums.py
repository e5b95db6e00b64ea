"""Whatever happens in a day: the sum of its events is the Z report, to the cent, for each tender and drawer."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pos_desktop.domain import till, z_report
from pos_desktop.domain.money import Money
from pos_desktop.domain.till import TillKind
from tests.fixtures.tills import BUDTENDER, FLOAT, LEAD, SECOND, TillPlace, count_of

CENTS = st.integers(1, 500_00)
ACTS = st.one_of(
    st.tuples(st.just("sell"), st.integers(1, 4)),
    st.tuples(st.sampled_from(["drop", "paid-in", "paid-out"]), CENTS),
    st.tuples(st.sampled_from(["no-sale", "restart", "close"]), st.just(0)),
)


def live(place: TillPlace, acts: list[tuple[str, int]], off_by: int) -> None:
    """Our own books beside the till's, kept by plain sums."""
    ours: Counter[str] = Counter()
    place.desk.open(BUDTENDER, FLOAT)
    for name, much in [*acts, ("close", 0)]:
        if name == "sell":
            ours["cash"] += place.sell(much).total.cents
            ours["sales"] += 1
        elif name == "drop":
            place.desk.drop(BUDTENDER, Money(much), "E-1", SECOND)
        elif name == "paid-in":
            place.desk.paid_in(LEAD, Money(much), "sample reason")
        elif name == "paid-out":
            place.desk.paid_out(LEAD, Money(much), "sample reason")
        elif name == "no-sale":
            place.desk.no_sale(BUDTENDER, "sample reason")
        elif name == "restart":
            place.restart()
        else:
            _close(place, ours, off_by)
            ours = Counter()
            place.desk.open(BUDTENDER, FLOAT)
        ours[name] += much


def _close(place: TillPlace, ours: Counter[str], off_by: int) -> None:
    there = FLOAT.total.cents + ours["cash"] + ours["paid-in"] - ours["paid-out"] - ours["drop"]
    place.desk.seal(BUDTENDER, count_of(Money(max(there + off_by, 0))))
    place.restart()
    approval = place.differing()
    told = place.desk.close(BUDTENDER, SECOND, reason="sample reason", approval=approval).document
    assert z_report.adds_up(told)
    assert told["cash"]["expected"] == there
    assert told["tenders"].get("cash", 0) == ours["cash"] == told["sales"]["total"]
    assert told["sales"]["count"] == ours["sales"]
    assert {name: told["moves"][name]["cash"] for name in ("drop", "paid-in", "paid-out")} == {
        name: ours[name] for name in ("drop", "paid-in", "paid-out")
    }


def lived(acts: list[tuple[str, int]], off_by: int) -> None:
    with TemporaryDirectory() as folder:
        place = TillPlace(Path(folder))
        try:
            live(place, acts, off_by)
        finally:
            place.store.close()


@settings(max_examples=12, deadline=None)
@given(acts=st.lists(ACTS, max_size=14), off_by=st.integers(-300, 300))
def test_the_sum_of_events_is_the_z_report(acts: list[tuple[str, int]], off_by: int) -> None:
    lived(acts, off_by)


@pytest.mark.prove
@pytest.mark.timeout(1_800)
@settings(max_examples=400, deadline=None)
@given(acts=st.lists(ACTS, max_size=40), off_by=st.integers(-300, 300))
def test_the_sum_of_events_is_the_z_report_at_length(acts: list[tuple[str, int]], off_by: int) -> None:
    lived(acts, off_by)


def test_a_till_that_forgets_what_was_paid_out_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pos_desktop.storage import till_book

    right = till.expected_cash

    def forgets(events: list[till.TillEvent], takings: till.Takings) -> Money:
        return right([each for each in events if each.kind is not TillKind.PAID_OUT], takings)

    monkeypatch.setattr(till_book, "expected_cash", forgets)
    place = TillPlace(tmp_path)
    with pytest.raises(AssertionError):
        live(place, [("sell", 2), ("paid-out", 100)], 0)
    place.store.close()
