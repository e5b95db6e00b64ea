"""The sheets over the counter, as values. At most one is shown; `Sheet` is any of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pos_desktop.ui.pin_state import PinAsked
from pos_desktop.ui.state import FixButton, KeyHint, Meter, ResultRow, Tone


@dataclass(frozen=True, slots=True)
class TenderTab:
    """A way to pay that works at this register; `key` is a single letter."""

    id: str
    label: str
    key: str


@dataclass(frozen=True, slots=True)
class QuickAmount:
    """An amount that people hand over, or what a terminal answered; a touch emits `Intents.quick_amount(id)`."""

    id: str
    label: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A check box; a change emits `Intents.option(id, checked)`."""

    id: str
    label: str
    checked: bool


@dataclass(frozen=True, slots=True)
class SaleDone:
    """Shown only after COMMIT returned; stays until the next sale begins.

    Args:
        headline: `Sale 0000481 done`.
        paper: What the printer and drawer did, or what waits and which key prints it.
    """

    headline: str
    paper: str = ""
    paper_tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class PaymentSheet:
    """F12. Digits go out as `Intents.tender_key`; the presenter keeps the amount and sends the texts back.

    Args:
        who: `Sample Patient 017 · 3 items`.
        change_label, change: `Change to give` `$6.59`, or `Still to pay` `$33.41`.
        change_words: `one $5 · one $1 · two 25¢`.
        why_not: What is missing before Complete works, or what is being done (`Saving the sale.`).
        paid: What is paid already, or what to do at the terminal; above the tenders.
        complete: The main button's words; empty means that it completes the sale.
        letters: A code is typed: letters go out as `Intents.tender_key` too and choose no tender.
    """

    due: str
    who: str
    tenders: tuple[TenderTab, ...]
    tender: str
    quick: tuple[QuickAmount, ...]
    received_label: str
    received: str
    change_label: str
    change: str
    change_words: str = ""
    change_tone: Tone = Tone.GOOD
    can_complete: bool = False
    why_not: str = ""
    options: tuple[Choice, ...] = ()
    done: SaleDone | None = None
    paid: str = ""
    complete: str = ""
    letters: bool = False


@dataclass(frozen=True, slots=True)
class SpendRow:
    """An earlier purchase: when, which receipt, what it counted as, when it leaves the window."""

    when: str
    receipt: str
    counted: str
    leaves: str
    part: bool = False
    """One item of the purchase above it, with the equivalency by which it counted in `receipt`."""


@dataclass(frozen=True, slots=True)
class PoolTable:
    meter: Meter
    rule: str
    """The rule as written, with its source."""
    rows: tuple[SpendRow, ...] = ()
    empty_text: str = ""
    cart_text: str = ""
    """What the cart counts as in this pool."""
    source: str = ""
    """Said where the state's figure, that was looked at, does not speak of this pool."""


@dataclass(frozen=True, slots=True)
class ReckoningSheet:
    """F4."""

    who: str
    pools: tuple[PoolTable, ...]
    basis: str = ""


@dataclass(frozen=True, slots=True)
class KeysSheet:
    """F1: only the keys that work here."""

    keys: tuple[KeyHint, ...]


@dataclass(frozen=True, slots=True)
class FormRow:
    """Fields that belong together stand side by side, each under its own label, behind the row's."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class FormField:
    """`value` fills the field when the sheet opens; later renders keep what was typed."""

    id: str
    label: str
    value: str = ""
    hint: str = ""
    error: str = ""
    row: FormRow | None = None


@dataclass(frozen=True, slots=True)
class NewPatientSheet:
    """Saving emits `Intents.form(values)`, a mapping from field id to text as typed."""

    intro: str
    fields: tuple[FormField, ...]
    error: str = ""


@dataclass(frozen=True, slots=True)
class CertificationSheet(NewPatientSheet):
    """What a practitioner stated of the patient at the counter; saved like the form of a new patient."""


@dataclass(frozen=True, slots=True)
class RegistrySheet(NewPatientSheet):
    """What the state's registry shows of the patient at the counter, read there and typed here."""


@dataclass(frozen=True, slots=True)
class ReasonSheet:
    """A decision that wants words of its own; the action emits `Intents.form({field.id: text})`.

    Args:
        facts: What the decision rests on, below `body` in smaller type; may have several lines.
        number: A number that the decision needs too, asked above the words.
    """

    title: str
    body: str
    field: FormField
    action: str
    facts: str = ""
    number: FormField | None = None


@dataclass(frozen=True, slots=True)
class PickReasonSheet:
    """A reason out of a list, with a note, and an amount where one is asked.

    The action emits `Intents.form({"amount": text, "reason": text of the chosen one, "note": text})`.
    """

    title: str
    body: str
    reasons: tuple[str, ...]
    note: FormField
    action: str
    amount: FormField | None = None


@dataclass(frozen=True, slots=True)
class FieldsSheet:
    """A few fields, and one out of a list where `picks` (id, words) has any.

    The action emits `Intents.form(values)`: each field's id to its text, and `pick` to the id of the chosen one.
    """

    title: str
    body: str
    fields: tuple[FormField, ...]
    action: str
    pick_label: str = ""
    picks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ChoiceSheet:
    """One of several: patients of a caregiver, people of one name, held carts. Choosing emits `Intents.choose(row)`."""

    title: str
    rows: tuple[ResultRow, ...]
    intro: str = ""
    empty_text: str = ""


@dataclass(frozen=True, slots=True)
class HeldSheet:
    """F6 with an empty cart. Choosing emits `Intents.recall(id)`."""

    rows: tuple[ResultRow, ...]
    empty_text: str = ""


@dataclass(frozen=True, slots=True)
class ProductsSheet:
    """F3. Typing emits `Intents.product_query(text)`; choosing emits `Intents.choose(row)`."""

    rows: tuple[ResultRow, ...]
    empty_text: str = ""


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A job that is not on paper for sure. The buttons emit `Intents.print_again(id)` and `Intents.it_printed(id)`."""

    id: str
    title: str
    detail: str
    can_print: bool = True
    can_dismiss: bool = True


@dataclass(frozen=True, slots=True)
class PaperSheet:
    rows: tuple[PaperRow, ...]
    empty_text: str = ""


@dataclass(frozen=True, slots=True)
class WeighSheet:
    """F8. Without a package `prompt` asks for one; with it the live weight, and Add when stable."""

    product: str
    detail: str
    weight: str
    pill: str
    tone: Tone
    tare: str = ""
    amount: str = ""
    """`7.00 g at $9.00/g = $63.00`."""
    prompt: str = ""
    can_add: bool = False
    can_tare: bool = True
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class QuestionSheet:
    """A decision with at most three ways out, or with none something to read.

    Each way emits `Intents.fix(id)`, Esc emits `Intents.back()`.
    """

    title: str
    body: str
    buttons: tuple[FixButton, ...]
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class SecondPersonSheet:
    """Another person approves or witnesses by a PIN. Esc emits `Intents.back()`; the rest stands at `PinAsked`."""

    title: str
    body: str
    pin: PinAsked


Sheet = (
    PaymentSheet
    | ReckoningSheet
    | KeysSheet
    | NewPatientSheet
    | CertificationSheet
    | RegistrySheet
    | ReasonSheet
    | PickReasonSheet
    | FieldsSheet
    | ChoiceSheet
    | HeldSheet
    | ProductsSheet
    | PaperSheet
    | WeighSheet
    | QuestionSheet
    | SecondPersonSheet
)


def filled(sheet: ReasonSheet, values: Mapping[str, str]) -> ReasonSheet:
    """The sheet with what was typed into it, for when it comes back after another one lay over it."""
    number = sheet.number
    return replace(
        sheet,
        field=replace(sheet.field, value=values.get(sheet.field.id, ""), error=""),
        number=None if number is None else replace(number, value=values.get(number.id, ""), error=""),
    )
