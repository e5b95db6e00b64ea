"""A manager's word about the line to the state: the banner while it is down, the sheet to declare and end an outage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.outage_desk import DECLARED, ENDED, good_evidence
from pos_desktop.app.ports import ServiceReach
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.people import Approval, Right
from pos_desktop.ui.flows.floor import Floor
from pos_desktop.ui.presenter import figures
from pos_desktop.ui.presenter.outage import OUTAGE, banner, rule_paragraphs
from pos_desktop.ui.sheet_state import FormField, QuestionSheet, ReasonSheet, filled
from pos_desktop.ui.state import FixButton, Notice, Tone

translate = QCoreApplication.translate
OVER = "outage-over"
EVIDENCE = "evidence"


class Declaring:
    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    def open(self) -> None:
        """The rule of the programme, and what a manager can do about it now."""
        floor = self._floor
        if not can_open(floor) or floor.paying:
            return
        manages = floor.second.within_reach(Right.DECLARE_OUTAGE)
        if floor.desk.link.outage is not None:
            floor.open_sheet(OUTAGE, _ending(floor, manages=manages))
        elif manages:
            floor.open_sheet(OUTAGE, _declaring(floor))
        else:
            floor.open_sheet(OUTAGE, _telling(floor))

    def declare(self, values: Mapping[str, str]) -> None:
        """The sheet was filled in."""
        floor, evidence = self._floor, values.get(EVIDENCE, "")
        try:
            good_evidence(evidence)
        except BadInput as wrong:
            self._not_declared(wrong)
            return
        if isinstance(floor.sheet, ReasonSheet):
            floor.sheet = filled(floor.sheet, values)
        floor.second.with_right(
            Right.DECLARE_OUTAGE,
            DECLARED,
            translate("Outage", "Declare an outage"),
            translate(
                "Outage", "What shows it: “{evidence}”. Somebody who may declare it types their PIN."
            ).format(evidence=evidence),
            lambda approval: self._declare(evidence, approval),
        )

    def _declare(self, evidence: str, approval: Approval | None) -> None:
        floor, outages, by = self._floor, self._floor.desk.outages, self._floor.by
        if outages is not None:
            floor.lanes.database(
                "declare an outage",
                lambda: outages.declare(evidence, by, approval),
                self._declared,
                self._not_declared,
            )

    def end(self) -> None:
        self._floor.second.with_right(
            Right.DECLARE_OUTAGE,
            ENDED,
            translate("Outage", "The outage is over"),
            translate(
                "Outage",
                "The state is asked again before each sale. Somebody who may end it types their PIN.",
            ),
            self._end,
        )

    def _end(self, approval: Approval | None) -> None:
        floor, outages, by = self._floor, self._floor.desk.outages, self._floor.by
        floor.close_sheet()
        if outages is not None:
            floor.on_database("end the outage", lambda: outages.end(by, approval), self._ended)

    def _declared(self, _: object) -> None:
        if self._floor.sheet_kind == OUTAGE:
            self._floor.close_sheet()
        self._floor.notice = None  # the banner says it from now on
        self._floor.show()

    def _not_declared(self, problem: BaseException) -> None:
        """What was typed stays where it can be mended."""
        sheet = self._floor.sheet
        if isinstance(problem, BadInput) and isinstance(sheet, ReasonSheet):
            mended = replace(sheet, field=replace(sheet.field, error=problem.sentence))
            self._floor.open_sheet(OUTAGE, mended)
            return
        if self._floor.sheet_kind == OUTAGE:
            self._floor.close_sheet()
        self._floor.refuse(problem)

    def _ended(self, _: None) -> None:
        self._floor.say(
            Tone.GOOD,
            translate(
                "Outage",
                "The outage is over. The state is asked again before each sale; what waits is sent by itself.",
            ),
        )


def can_open(floor: Floor) -> bool:
    """Whether F5 does something now."""
    outages = floor.desk.outages
    if reads_registry(floor):
        return floor.visit is not None
    return outages is not None and outages.possible


def reads_registry(floor: Floor) -> bool:
    """There is no line to the state, and the programme wants it asked: F5 takes what a person reads there."""
    return floor.desk.registry is not None and floor.desk.link.outage is None


def outage_banner(floor: Floor, *, short: bool = False) -> Notice | None:
    """As long as the line counts as down in a programme that wants the state asked first; None before it was asked."""
    desk = floor.desk
    programme, link = desk.limits.programme, desk.link
    if not programme.state_check.required:
        return None
    declared = link.outage
    if declared is None and link.reach is not ServiceReach.AWAY:
        return None
    return banner(
        programme,
        declared,
        link.since,
        now=desk.clock.now(),
        zone=desk.zone,
        opens=can_open(floor),
        short=short,
    )


def _rule(floor: Floor) -> str:
    desk = floor.desk
    programme = desk.limits.programme
    return "\n".join(rule_paragraphs(programme, desk.clock.now().date_in(programme.zone)))


def _declaring(floor: Floor) -> ReasonSheet:
    return ReasonSheet(
        title=translate("Outage", "Declare an outage"),
        body=translate(
            "Outage",
            "Until a manager ends it the line counts as down, whatever answers; reports are sent when they can be. "
            "It is written in the journal.",
        ),
        facts=_rule(floor),
        field=FormField(
            EVIDENCE,
            translate("Outage", "What shows it"),
            hint=translate("Outage", "Number of the bulletin, the notice, its time"),
        ),
        action=translate("Outage", "Declare the outage"),
    )


def _ending(floor: Floor, *, manages: bool) -> QuestionSheet:
    desk, declared = floor.desk, floor.desk.link.outage
    assert declared is not None  # noqa: S101 - asked by `open`
    since = translate("Outage", "Since {time}: “{evidence}”.").format(
        time=figures.moment(declared.since, desk.clock.now(), desk.zone), evidence=declared.evidence
    )
    buttons = (FixButton(OVER, translate("Outage", "The outage is over"), "Y"),) if manages else ()
    told = [since, _rule(floor), *([] if manages else [_who_can()])]
    return QuestionSheet(translate("Outage", "An outage is declared"), "\n".join(told), buttons, Tone.WARN)


def _telling(floor: Floor) -> QuestionSheet:
    return QuestionSheet(
        translate("Outage", "While the state cannot be asked"),
        f"{_rule(floor)}\n{_who_can()}",
        (),
        Tone.PLAIN,
    )


def _who_can() -> str:
    return translate(
        "Outage",
        "A manager must be signed in to declare or end an outage; the back office can too, with pos-desktop outage.",
    )
