"""By when reports are due in this store: what the operator typed, else what the programme's pack says, else nothing."""

from __future__ import annotations

from pos_desktop.app.ports import SettingsBook
from pos_desktop.domain.deadlines import Duty
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.limits.programme import Programme

DEADLINE, CITE = "report.deadline", "report.deadline_cite"
_RESTS_ON = {DEADLINE: CITE, "privacy.retention": "privacy.retention_cite"}
"""A figure of the law, and the citation that it goes with."""


def duty_of(settings: SettingsBook, programme: Programme) -> Duty | None:
    typed = settings.get(DEADLINE) or ""
    return Duty.parse(typed, settings.get(CITE) or "") if typed else programme.reporting


def both_or_neither(deadline: str, cite: str) -> None:
    """A deadline without a source is a guess, and a source without a deadline says nothing. Raises BadInput."""
    if bool(deadline) != bool(cite):
        raise BadInput(
            "A reporting deadline goes with the citation of the text it was read in: give both or neither. "
            "Nothing was changed.",
            code="usage",
        )


def check_change(settings: SettingsBook, key: str, value: str) -> None:
    """Whether a figure of the law, or its citation, may be set: the citation first, and taken away last. Others pass.

    Raises:
        BadInput: the figure would stand without a source.
    """
    for figure, cite in _RESTS_ON.items():
        if key == figure and value and not settings.get(cite):
            raise BadInput(
                f"Say first where it was read: pos-desktop config set {cite} TEXT. Nothing was changed."
            )
        if key == cite and not value and settings.get(figure):
            raise BadInput(
                f'{figure} rests on it. Take that away first: pos-desktop config set {figure} "". '
                "Nothing was changed."
            )
