"""What the lock screen says."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from pos_desktop.domain.people import Person
from pos_desktop.ui.sheet_state import FormField
from pos_desktop.ui.state import FixButton

translate = QCoreApplication.translate
EMERGENCY_WAY, PIN_WAY = "lock-emergency", "lock-pin"
CODE, REASON = "code", "reason"
Words = tuple[str, str, str]
"""A title, what to do, and what Enter does."""


def signing_in() -> Words:
    return translate("Lock", "Sign in"), "", translate("Lock", "Sign in")


def choosing(*, again: bool) -> Words:
    body = translate(
        "Lock",
        "Nobody has a PIN here yet. Choose one of 6 to 12 digits and type it twice; it signs you in from then on.",
    )
    action = translate("Lock", "Keep this PIN") if again else translate("Lock", "Next")
    return translate("Lock", "Choose your PIN"), body, action


def in_an_emergency() -> Words:
    body = translate(
        "Lock",
        "With the code of the sealed envelope patients can be looked up, and nothing is sold or changed. It works "
        "once, and an alarm stays until a manager has looked into it.",
    )
    return translate("Lock", "Emergency access"), body, translate("Lock", "Open and raise the alarm")


def emergency_fields(error: str = "") -> tuple[FormField, ...]:
    return (
        FormField(
            CODE,
            translate("Lock", "Code"),
            hint=translate("Lock", "As it stands in the envelope"),
            error=error,
        ),
        FormField(
            REASON,
            translate("Lock", "Reason"),
            hint=translate("Lock", "What happened, without a patient’s name"),
        ),
    )


def emergency_way() -> FixButton:
    return FixButton(EMERGENCY_WAY, translate("Lock", "Emergency"), "F2")


def pin_way() -> FixButton:
    return FixButton(PIN_WAY, translate("Lock", "Back"), "Esc")


def emergency_is_on() -> str:
    return translate(
        "Lock",
        "Emergency access: patients can be looked up, nothing else. The alarm is raised. Lock the counter (Ctrl+L) "
        "when you are done.",
    )


def nobody() -> str:
    return translate(
        "Lock", "Nobody can sign in here. The back office adds people and gives PINs: pos-desktop people."
    )


def sign_in_first() -> str:
    return translate("Lock", "Sign in first, then scan again. Nothing was opened.")


def once_more() -> str:
    return translate("Lock", "Type the same PIN once more.")


def code_wanted() -> str:
    return translate("Lock", "Type the code that your authenticator shows now.")


def not_the_same() -> str:
    return translate("Lock", "The two were not the same. Nothing was kept; choose a PIN again.")


def broken() -> str:
    return translate("Lock", "Nobody can sign in now. Nothing was changed. Call a manager.")


def cart_is_there(person: Person) -> str:
    return translate(
        "Lock",
        "A sale is open behind this screen, and {name} may not see patients. Somebody who sells signs in first and "
        "finishes or holds it.",
    ).format(name=person.name)


def training(pin: str) -> str:
    return translate("Lock", "Training: the PIN of everybody is {pin}.").format(pin=pin)
