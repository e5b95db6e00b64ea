"""What the comparison asks on a sheet: another day, and where the certificate goes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.comparing import Comparing
from pos_desktop.domain.errors import BadInput
from pos_desktop.ui.flows.floor import COMPARE_DAY, COMPARE_FOLDER, Floor
from pos_desktop.ui.presenter.comparing import day_words
from pos_desktop.ui.sheet_state import FormField, ReasonSheet

translate = QCoreApplication.translate
DAY, FOLDER = "day", "folder"
_US = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


class SheetsOfComparing:
    def __init__(self, floor: Floor, comparing: Comparing) -> None:
        self._floor, self._comparing = floor, comparing

    def ask_day(self, day: date) -> None:
        sheet = ReasonSheet(
            title=translate("Compare", "Another business day"),
            body=translate(
                "Compare", "Days begin and end at midnight where the store is ({zone}). Today is {today}."
            ).format(zone=self._comparing.zone.key.replace("_", " "), today=day_words(self._comparing.today)),
            field=FormField(
                DAY,
                translate("Compare", "Business day"),
                value=f"{day:%m/%d/%Y}",
                hint=translate("Compare", "Month, day and year, like 11/24/2026"),
            ),
            action=translate("Compare", "Choose this day"),
        )
        self._floor.open_sheet(COMPARE_DAY, sheet)

    def ask_day_again(self, problem: BadInput) -> None:
        self._again(COMPARE_DAY, problem)

    def ask_folder(self, day: date) -> None:
        sheet = ReasonSheet(
            title=translate("Compare", "Certificate of {day}").format(day=day_words(day)),
            body=translate(
                "Compare",
                "It says that all sales of the day are reported, or which are not, why, and by when they must be. It"
                " names no patient. A page (PDF) and a file for programs (JSON) are written; those of an earlier"
                " comparison of the day are replaced.",
            ),
            field=FormField(
                FOLDER,
                translate("Compare", "Folder"),
                value=str(self._comparing.folder),
                hint=translate("Compare", "Where the two files go"),
            ),
            action=translate("Compare", "Save"),
        )
        self._floor.open_sheet(COMPARE_FOLDER, sheet)

    def ask_folder_again(self, problem: BadInput) -> None:
        self._again(COMPARE_FOLDER, problem)

    def _again(self, kind: str, problem: BadInput) -> None:
        """What was typed stays where it can be mended."""
        sheet = self._floor.sheet
        if isinstance(sheet, ReasonSheet):
            self._floor.open_sheet(kind, replace(sheet, field=replace(sheet.field, error=problem.sentence)))


def typed_day(text: str, today: date) -> date:
    """`11/24/2026` or `2026-11-24`.

    Raises:
        BadInput: no day, or one that has not begun.
    """
    us, iso = _US.fullmatch(text.strip()), _ISO.fullmatch(text.strip())
    parts = (us[3], us[1], us[2]) if us else iso.groups() if iso else None
    try:
        if parts is None:
            raise ValueError
        day = date(*map(int, parts))
    except ValueError:
        raise BadInput(
            translate("Compare", "This is no day. Write it like 11/24/2026."), code="no-day"
        ) from None
    if day > today:
        raise BadInput(
            translate("Compare", "{day} has not begun at this store; today is {today}.").format(
                day=day_words(day), today=day_words(today)
            ),
            code="no-day",
        )
    return day
