"""What a person decides about a report: at once, or with a reason on a sheet; the store takes it in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.reasons import good_reason
from pos_desktop.app.worklist import Story, Worklist
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.outbox import OutboxItem
from pos_desktop.domain.people import Approval, Right
from pos_desktop.domain.persons_word import Action
from pos_desktop.ui.flows.floor import REPORT_WORD, Floor
from pos_desktop.ui.presenter.reports import ACTION_IDS
from pos_desktop.ui.sheet_state import FormField, ReasonSheet, filled
from pos_desktop.ui.state import Tone

translate = QCoreApplication.translate
REASON, RECEIPT = "reason", "receipt"
_ACTIONS = {fix: action for action, fix in ACTION_IDS.items()}


class GivingWord:
    def __init__(self, floor: Floor, worklist: Worklist, then: Callable[[], None]) -> None:
        self._floor, self._worklist, self._then = floor, worklist, then
        self._about: tuple[str, Action] | None = None
        self._busy = False

    def act(self, fix_id: str, story: Story) -> None:
        action = _ACTIONS.get(fix_id)
        if action is None or action not in story.allowed or self._busy:
            return
        floor, item_id = self._floor, story.line.id
        if action is Action.RETRY:
            floor.second.with_right(
                Right.RETRY_REPORT,
                item_id,
                translate("Reports", "Go on with the report of sale {number}").format(
                    number=story.line.number
                ),
                translate("Reports", "It is sent again now. Somebody who may ask for that types their PIN."),
                lambda approval: self._retry(item_id, approval),
            )
        elif not floor.second.within_reach(Right.SETTLE_REPORT):
            floor.say(
                Tone.WARN,
                translate(
                    "Reports", "A manager must be signed in to decide about a report. Nothing was changed."
                ),
            )
        else:
            self._about = (item_id, action)
            floor.open_sheet(REPORT_WORD, _sheet(action, story.line.number))

    def save(self, values: Mapping[str, str]) -> None:
        """The reason was typed, and the receipt where one is needed."""
        floor, sheet = self._floor, self._floor.sheet
        if self._about is None or self._busy or not isinstance(sheet, ReasonSheet):
            return
        item_id, action = self._about
        reason, receipt = values.get(REASON, ""), values.get(RECEIPT, "").strip()
        try:
            good_reason(reason)
        except BadInput as wrong:
            floor.open_sheet(REPORT_WORD, _mended(sheet, wrong))
            return
        floor.sheet = filled(sheet, values)
        floor.second.with_right(
            Right.SETTLE_REPORT,
            item_id,
            sheet.title,
            translate(
                "Reports", "The reason: “{reason}”. Somebody who may decide it types their PIN."
            ).format(reason=reason),
            lambda approval: self._resolve(item_id, action, reason, receipt, approval),
        )

    def _resolve(
        self, item_id: str, action: Action, reason: str, receipt: str, approval: Approval | None
    ) -> None:
        by, worklist = self._floor.by, self._worklist
        self._busy = True
        self._floor.lanes.database(
            "decide about a report",
            lambda: worklist.resolve(item_id, action, reason, by, receipt, approval),
            self._taken,
            self._not_taken,
        )

    def _retry(self, item_id: str, approval: Approval | None) -> None:
        by, worklist = self._floor.by, self._worklist
        self._busy = True
        self._floor.lanes.database(
            "go on with a report", lambda: worklist.retry(item_id, by, approval), self._taken, self._not_taken
        )

    def _taken(self, item: OutboxItem) -> None:
        self._busy = False
        floor = self._floor
        if floor.sheet_kind == REPORT_WORD:
            floor.close_sheet()
        self._about = None
        floor.desk.nudge_sync()
        floor.say(Tone.GOOD, _said(item))
        self._then()

    def _not_taken(self, problem: BaseException) -> None:
        """What was typed stays where it can be mended."""
        self._busy = False
        floor, sheet = self._floor, self._floor.sheet
        if (
            isinstance(problem, BadInput)
            and floor.sheet_kind == REPORT_WORD
            and isinstance(sheet, ReasonSheet)
        ):
            floor.open_sheet(REPORT_WORD, _mended(sheet, problem))
            return
        if floor.sheet_kind == REPORT_WORD:
            floor.close_sheet()
        floor.refuse(problem)
        self._then()


def _mended(sheet: ReasonSheet, problem: BadInput) -> ReasonSheet:
    if problem.code == "no-receipt" and sheet.number is not None:
        wrong = translate("Reports", "Type the number of the receipt at the state. Nothing was changed.")
        return replace(sheet, number=replace(sheet.number, error=wrong), field=replace(sheet.field, error=""))
    number = None if sheet.number is None else replace(sheet.number, error="")
    return replace(sheet, number=number, field=replace(sheet.field, error=problem.sentence))


def _said(item: OutboxItem) -> str:
    if item.state.final:
        return translate("Reports", "Kept. The report has ended, and the journal says by whom and why.")
    return translate("Reports", "Kept. The report goes on now; what comes of it stands below in a moment.")


def _sheet(action: Action, number: str) -> ReasonSheet:
    titles = {
        Action.REPORTED: translate("Reports", "Sale {number} is at the state"),
        Action.NOT_REPORTED: translate("Reports", "Sale {number} is not at the state"),
        Action.CANCELLED: translate("Reports", "Cancel the report of sale {number}"),
    }
    bodies = {
        Action.REPORTED: translate(
            "Reports",
            "Read the receipt in the state’s system yourself. The report then counts as done and is not sent again.",
        ),
        Action.NOT_REPORTED: translate(
            "Reports",
            "Look for the sale in the state’s system first. The report goes out under the license set now: if the"
            " state has the sale after all, it appears there twice.",
        ),
        Action.CANCELLED: translate(
            "Reports",
            "The state will not hear of this sale from the program. Where the sale is owed, enter it there by hand.",
        ),
    }
    labels = {
        Action.REPORTED: translate("Reports", "It is at the state"),
        Action.NOT_REPORTED: translate("Reports", "Send it"),
        Action.CANCELLED: translate("Reports", "Cancel the report"),
    }
    return ReasonSheet(
        title=titles[action].format(number=number),
        body=bodies[action],
        facts=translate("Reports", "Reason, name and time are kept with the report and in the journal."),
        field=FormField(
            REASON,
            translate("Reports", "Reason"),
            hint=translate("Reports", "In words, without a patient’s name"),
        ),
        action=labels[action],
        number=FormField(
            RECEIPT,
            translate("Reports", "Number of the receipt at the state"),
            hint=translate("Reports", "As the state’s system shows it"),
        )
        if action is Action.REPORTED
        else None,
    )
