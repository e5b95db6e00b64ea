"""F7: what a practitioner stated of the patient at the counter, typed from the certification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.certified_fields import Asked
from pos_desktop.app.certified_form import Cell, Change, Form, Row, WrongFields, read_changes
from pos_desktop.app.certified_text import amount_shown
from pos_desktop.app.reception import Refused
from pos_desktop.app.visit import Visit
from pos_desktop.domain.certification import FactKind
from pos_desktop.domain.people import Approval, Right
from pos_desktop.domain.sensitive import told
from pos_desktop.ui.flows.floor import Floor
from pos_desktop.ui.sheet_state import CertificationSheet, FormField, FormRow, QuestionSheet
from pos_desktop.ui.state import FixButton, Tone

translate = QCoreApplication.translate
CERTIFIED, SURE = "certified", "certified-sure"
CERTIFIED_KEY = "F7"


class EnteringCertified:
    """`_form` is what the open sheet was filled from; `_keeping` while a lane writes what was typed.

    `_asked` are the changes that were asked about once more, `_behind` the form to go back to.
    """

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._form = Form((), ())
        self._keeping = False
        self._asked: tuple[Change, ...] = ()
        self._behind: CertificationSheet | None = None

    def open(self) -> None:
        floor, visit = self._floor, self._floor.visit
        desk = floor.desk.certifying
        if floor.paying or visit is None or desk is None:
            return
        if not desk.fields():
            floor.say(
                Tone.INFO,
                translate("Certified", "The rules of this programme ask for nothing beside the card."),
            )
            return
        by = floor.by
        floor.on_database("what was certified", lambda: desk.form(visit.patient.id, by), self._show)

    def save(self, values: Mapping[str, str]) -> None:
        if self._floor.visit is None or self._floor.desk.certifying is None or self._keeping:
            return
        try:
            changes = read_changes(self._form, values)
        except WrongFields as wrong:
            self._mark(wrong.fields)
            return
        if not changes:
            self._floor.close_sheet()
            self._floor.say(Tone.INFO, translate("Certified", "Nothing was changed."))
            return
        above = [each for each in changes if each.is_above]
        if above and not self._floor.second.within_reach(Right.CERTIFY_MORE):
            self._mark({each.row.id: needs_manager(each.row) for each in above})
        elif above:
            self._ask_again(values, changes, above)
        else:
            self._keep(changes, None, sure=False)

    def confirm(self) -> None:
        """What is above the ordinary amount was asked about once more: so it is certified."""
        visit, changes = self._floor.visit, self._asked
        if not changes or self._keeping or visit is None:
            return
        above = [above_words(each) for each in changes if each.is_above]
        self._floor.second.with_right(
            Right.CERTIFY_MORE,
            visit.patient.id,
            translate("Certified", "More than the ordinary amount"),
            "\n".join([*above, translate("Certified", "Somebody who may approve it types their PIN.")]),
            lambda approval: self._keep(changes, approval, sure=True),
        )

    def again(self) -> None:
        """Back from the question to the form, with what was typed."""
        self._asked = ()
        if self._behind is not None:
            self._floor.open_sheet(CERTIFIED, self._behind)

    def _ask_again(
        self, values: Mapping[str, str], changes: tuple[Change, ...], above: Sequence[Change]
    ) -> None:
        sheet = self._floor.sheet
        if not isinstance(sheet, CertificationSheet):
            return
        typed = tuple(replace(each, value=values.get(each.id, each.value), error="") for each in sheet.fields)
        self._asked, self._behind = changes, replace(sheet, fields=typed, error="")
        question = QuestionSheet(
            translate("Certified", "More than the ordinary amount"),
            "\n".join([*map(above_words, above), sure_words()]),
            (FixButton(SURE, translate("Certified", "So it is certified"), "Y"),),
            Tone.WARN,
        )
        self._floor.open_sheet(SURE, question)

    def _keep(self, changes: tuple[Change, ...], approval: Approval | None, *, sure: bool) -> None:
        floor, visit, desk = self._floor, self._floor.visit, self._floor.desk.certifying
        if visit is None or desk is None:
            return
        by, form = floor.by, self._form

        def keep() -> Visit | Refused:
            desk.keep(visit.patient.id, form, changes, by, sure=sure, approval=approval)
            return floor.desk.reception.refresh(visit)

        self._keeping = True
        floor.lanes.database("keep what was certified", keep, self._kept, self._failed)

    def _show(self, form: Form) -> None:
        floor = self._floor
        if floor.visit is None or floor.paying:
            return
        self._form, self._keeping, self._asked, self._behind = form, False, (), None
        wanted = translate(
            "Certified",
            "Copy from the certification of {name} what stands on it. An empty field says nothing.",
        )
        intro = told(wanted, name=floor.visit.patient.name)
        fields = tuple(field for row in form.rows for field in form_fields(row))
        floor.open_sheet(CERTIFIED, CertificationSheet(intro, fields))

    def _mark(self, wrong: Mapping[str, str]) -> None:
        """Each field that cannot be taken says why; what was typed stays."""
        sheet = self._floor.sheet
        if isinstance(sheet, CertificationSheet):
            fields = tuple(replace(each, error=wrong.get(each.id, "")) for each in sheet.fields)
            error = translate("Certified", "Nothing was saved yet.")
            self._floor.open_sheet(CERTIFIED, replace(sheet, fields=fields, error=error))

    def _kept(self, fresh: Visit | Refused) -> None:
        floor = self._floor
        self._keeping = False
        if floor.visit is None or isinstance(fresh, Refused) or floor.visit.sale_id != fresh.sale_id:
            floor.close_sheet()
            floor.show()
            return
        floor.visit = replace(fresh, cart=floor.visit.cart)
        floor.close_sheet()
        floor.say(Tone.GOOD, translate("Certified", "Kept. The allotments below go by it from now on."))

    def _failed(self, problem: BaseException) -> None:
        self._keeping = False
        self._floor.refuse(problem)


def form_is_open() -> str:
    return translate(
        "Certified",
        "The certification is open. Save it (Enter) or leave it (Esc), then scan again. Nothing was added.",
    )


def form_fields(row: Row) -> tuple[FormField, ...]:
    """The fields of one row as the sheet shows them."""
    shown, asked = row.shown, row.asked
    if asked.kind is not FactKind.ORDER:
        return (FormField(row.id, label(row), shown[Cell.WHOLE], hint(row)),)
    beside = FormRow(row.id, label(row))
    captions = {
        Cell.AMOUNT: (translate("Certified", "Amount ({unit})").format(unit=asked.unit), ""),
        Cell.FIRST: (translate("Certified", "First day"), translate("Certified", "01/31/2027")),
        Cell.LAST: (translate("Certified", "Last day"), translate("Certified", "03/06/2027")),
    }
    return tuple(
        FormField(field_id, captions[cell][0], shown[cell], captions[cell][1], row=beside)
        for cell, field_id in row.fields.items()
    )


def label(row: Row) -> str:
    asked = row.asked
    if asked.kind is FactKind.ORDER and row.fact is None:
        return translate("Certified", "{order} to add").format(order=asked.about)
    if not asked.unit or asked.kind is FactKind.ORDER:
        return named(asked)
    name = named(asked)
    unit = asked.unit.removesuffix(" THC") if "THC" in name else asked.unit
    return translate("Certified", "{name} ({unit})").format(name=name, unit=unit)


def named(asked: Asked) -> str:
    """What a field asks for, without its unit. A way of stating an allotment reads as on its meter, after the unit."""
    about = asked.about
    if asked.kind is FactKind.CERTIFIED:
        if asked.part and asked.unit == "mg THC":
            return translate("Certified", "THC {way}").format(way=about)
        if about[:1].isdigit():
            return translate("Certified", "Amount, {period}").format(period=about)
        return about[:1].upper() + about[1:]
    return {
        FactKind.CERTIFIED_FROM: translate("Certified", "Certified from"),
        FactKind.ANCHOR: translate("Certified", "First day of the first period, if stated"),
        FactKind.DOSE: translate("Certified", "Daily dose"),
    }.get(asked.kind, about)


def hint(row: Row) -> str:
    asked = row.asked
    if asked.kind in (FactKind.CERTIFIED_FROM, FactKind.ANCHOR):
        return translate("Certified", "01/31/2027")
    if asked.kind is FactKind.AUTHORISATION:
        return translate("Certified", "yes or no")
    return translate("Certified", "needed for a sale") if asked.required else ""


def needs_manager(row: Row) -> str:
    return translate(
        "Certified", "More than the ordinary {amount}: a manager must be signed in to enter it."
    ).format(amount=_ordinary(row.asked))


def above_words(change: Change) -> str:
    asked = change.row.asked
    typed = 0 if change.now is None or change.now.amount is None else change.now.amount
    return translate("Certified", "{name}: {typed}, where the rules by themselves allow {ordinary}.").format(
        name=named(asked), typed=_written(typed, asked), ordinary=_ordinary(asked)
    )


def sure_words() -> str:
    return translate(
        "Certified", "Does the certification say so? The journal keeps the amount and who entered it."
    )


def _ordinary(asked: Asked) -> str:
    return _written(asked.ordinary or 0, asked)


def _written(amount: int, asked: Asked) -> str:
    return f"{amount_shown(amount, asked.pool_unit)} {asked.unit}"
