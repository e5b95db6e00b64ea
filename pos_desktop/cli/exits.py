"""Exit codes, documented in docs/command-line.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_desktop.domain.errors import NeedsAttention, PosError, SenderBusy, StoreDamaged, Unavailable

if TYPE_CHECKING:
    from pos_desktop.composition.first_sync import Fetched

DONE = 0
OTHER = 1
WORK_LEFT = 10
PAST_DEADLINE = 20
NEEDS_PERSON = 30
CANNOT_REACH = 40
DAMAGED = 50
BAD_USAGE = 64
ANOTHER_SENDS = 75
"""As EX_TEMPFAIL of sysexits.h: try again later; nothing is wrong."""


def exit_for(problem: PosError) -> int:
    """The code of an error that ended a command."""
    if isinstance(problem, StoreDamaged):
        return DAMAGED
    if isinstance(problem, SenderBusy):
        return ANOTHER_SENDS
    if problem.code == "usage":
        return BAD_USAGE
    if isinstance(problem, NeedsAttention):
        return NEEDS_PERSON
    if isinstance(problem, Unavailable) and problem.code == "state-away":
        return CANNOT_REACH
    return OTHER


def exit_after_fetch(fetched: Fetched) -> int:
    """The code of a look at the state's inventory: a refused key needs a person, whatever else stopped it passes."""
    if fetched.good:
        return DONE
    return NEEDS_PERSON if fetched.refused_key else CANNOT_REACH
