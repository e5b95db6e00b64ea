"""Whether the state must be asked first, and what the answer may rest on meanwhile (contract 6)."""

from __future__ import annotations

from dataclasses import dataclass

from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.model import LimitCase, Link, Refusal, StateFigure
from pos_desktop.domain.limits.programme import Outage, Programme, Relief
from pos_desktop.domain.limits.windows import day_of

STATE, LOCAL = "state", "local"
STATE_SILENT = "state-silent"
"""The state was asked as contract 6.1 wants it, and its figure says nothing of the allotments in question."""
KEY_REFUSED = "key-refused"
_NO_FIGURE_NOW = (Link.DOWN, Link.REFUSED)


@dataclass(frozen=True, slots=True)
class Footing:
    """What a decision rests on: `basis` as in contract 5, the figure that binds, and why the sale must wait.

    `relief` is the exception under whose caps the sale may go ahead.
    """

    basis: str
    figure: StateFigure | None = None
    refusal: Refusal | None = None
    stale_from: Instant | None = None
    relief: Relief | None = None


def footing(programme: Programme, case: LimitCase) -> Footing:
    """Judge the state's figure of `case` at its moment."""
    check = programme.state_check
    if case.state is None and case.link is None:
        return Footing("history")
    figure = case.state if case.state is not None and case.state.as_of <= case.at else None
    down = check.required and case.link is Link.DOWN
    relief = _relief(programme, case.at) if down else None
    if relief is not None:
        return Footing("relief", figure, relief=relief)
    # However young a figure is, a programme that refuses outages wants its system there at the sale itself.
    refuses = check.required and case.link in _NO_FIGURE_NOW and check.outage is Outage.REFUSE
    if figure is not None and not refuses:
        stale_from = check.stale_from(figure.as_of)
        if check.is_fresh(figure.as_of, case.at):
            return Footing(STATE, figure, stale_from=stale_from)
    if not check.required:
        return Footing(LOCAL)
    if case.link is Link.REFUSED:
        # What a programme allows in an outage stays shut: the state is there, and somebody must put the key right.
        basis = "none" if figure is None else "stale"
        return Footing(basis, figure, Refusal(KEY_REFUSED, cite=check.outage_cite))
    if down:
        refused = Refusal("outage", cite=check.outage_cite) if refuses else None
        return Footing(f"outage-{check.outage}", figure, refused)
    return Footing("none" if figure is None else "stale", figure, Refusal("state-check-required"))


def _relief(programme: Programme, at: Instant) -> Relief | None:
    day = day_of(at, programme.zone)
    version = programme.version_on(day)
    return None if version is None else version.relief_on(day)
