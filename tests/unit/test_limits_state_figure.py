"""The state's ounces, and what an answer rests on where they are silent (limits contract 6.4, metrc contract 7.1)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.engine import decide
from pos_desktop.domain.limits.explain import explained
from pos_desktop.domain.limits.figure import StateRow, figure_from_rows
from pos_desktop.domain.limits.model import (
    Category,
    Decision,
    Item,
    LimitCase,
    Link,
    Measures,
    PatientFacts,
    StateFigure,
)
from pos_desktop.domain.limits.programme import Programme
from tests.fixtures.limit_packs import programme
from tests.fixtures.limit_state_rows import ROWS
from tests.fixtures.limit_wrong_figures import FIGURES
from tests.fixtures.limit_wrong_rules import Wrong

NOON = Instant.parse("2026-11-24T12:00:00-05:00")
GRINDER = Item(Category.ACCESSORY, Measures(count=1))


def told(rules: Programme, rows: tuple[StateRow, ...]) -> dict[str, Any]:
    return dict(figure_from_rows(rules, rows, NOON, NOON).available)


@pytest.mark.parametrize(("asked", "expected"), ROWS.values(), ids=ROWS.keys())
def test_what_the_rows_say_of_each_pool(asked: Any, expected: dict[str, Any]) -> None:
    assert told(*asked) == expected


def differences() -> Iterator[str]:
    return (name for name, (asked, expected) in ROWS.items() if told(*asked) != expected)


@pytest.mark.parametrize("wrong", FIGURES.values(), ids=FIGURES.keys())
def test_rows_read_wrongly_are_noticed(wrong: Wrong, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong(monkeypatch)
    assert next(differences(), None) is not None


def asked(name: str, figure: dict[str, Any], *cart: Item, **patient: Any) -> Decision:
    state, facts = StateFigure(NOON, figure), PatientFacts(**patient)
    return decide(programme(name), LimitCase(at=NOON, patient=facts, cart=cart, state=state, link=Link.UP))


def test_an_answer_rests_on_the_state_only_where_it_speaks() -> None:
    jar = Item(Category.FLOWER, Measures(net_mg=1000))
    rosin = Item(Category.CONCENTRATE, Measures(net_mg=1000))
    only_flower = asked("us-co-medical", {"flower": 5000}, jar)
    assert (only_flower.basis, only_flower.state_spoke_of) == ("state", ("flower",))
    silent = asked("us-co-medical", {"flower": 5000}, rosin)
    assert (silent.allowed, silent.basis, silent.state_spoke_of) == (True, "state-silent", ("flower",))
    assert asked("us-co-medical", {"flower": 5000}, rosin, jar).basis == "state"
    assert asked("us-co-medical", {"flower": 5000}).basis == "state"
    assert asked("us-co-medical", {"flower": 5000}, GRINDER).basis == "state"
    assert asked("us-co-medical", {}).basis == "state-silent"
    assert asked("us-ri-medical", {}, jar).basis == "local"
    assert asked("us-md-medical", {"allotment": 5}, jar).basis == "state-silent"


def test_the_reckoning_says_on_what_the_state_was_silent() -> None:
    rules = programme("us-co-medical")
    lines = explained(asked("us-co-medical", {"flower": 5000}), rules)
    assert lines.count("  The state gave no figure for Concentrate today: by this store’s records.") == 2
    assert not [each for each in lines if "no figure for Flower today" in each]
    assert "Decided by the state’s figure and the sales here since." in lines
    lines = explained(asked("us-co-medical", {}), rules)
    assert any(
        "the state was asked, and its figure says nothing of these allotments" in each for each in lines
    )
    lines = explained(decide(rules, LimitCase(at=NOON, patient=PatientFacts())), rules)
    assert not [each for each in lines if "no figure" in each]


def test_a_figure_is_of_the_moment_of_the_question() -> None:
    rows = (StateRow(Fraction(1)),)
    assert figure_from_rows(programme("us-mi-medical"), rows, NOON, NOON).as_of == NOON
