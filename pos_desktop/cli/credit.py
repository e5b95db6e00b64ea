"""`credit show|give`: a patient's store credit."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from pos_desktop.app.tender_desk import TenderDesk
from pos_desktop.app.views import ViewLog, Why
from pos_desktop.cli.acting import acting
from pos_desktop.cli.asking import folder_of, passphrase, secret_from_input, tell
from pos_desktop.cli.exits import DONE
from pos_desktop.composition.shop import Shop, opened
from pos_desktop.composition.tenders import tender_desk
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.money import parse_money
from pos_desktop.domain.patient import Patient
from pos_desktop.domain.people import Person
from pos_desktop.domain.tender import CreditEntry, CreditKind, balance

_WORDS = {
    CreditKind.GIVEN: "given",
    CreditKind.SPENT: "spent by a sale",
    CreditKind.RETURNED: "given back by a void",
    CreditKind.PAID_OUT: "paid out in cash",
}


def run(arguments: argparse.Namespace) -> int:
    with opened(folder_of(arguments), passphrase) as shop:
        by, desk = acting(arguments, shop), tender_desk(shop)
        patient = _patient(shop, arguments.card)
        if arguments.action == "give":
            _give(arguments, desk, patient, by)
        else:
            entries = desk.credit(patient.id, by)
            ViewLog(shop.store.views, shop.clock).seen(by, Why.CREDIT, [patient.id])
            _show(arguments, patient, entries, ZoneInfo(shop.register.zone))
    return DONE


def _patient(shop: Shop, card: str) -> Patient:
    """`-` reads it from standard input, where no list of commands keeps it."""
    typed = secret_from_input("the patient", "Card number").decode() if card == "-" else card
    found = shop.store.patients.by_card(typed.strip())
    if not isinstance(found, Patient):
        raise BadInput("No patient has this card number here. Nothing was changed.", code="no-patient")
    return found


def _give(arguments: argparse.Namespace, desk: TenderDesk, patient: Patient, by: Person) -> None:
    try:
        amount = parse_money(arguments.amount)
    except ValueError as wrong:
        raise BadInput(f"{wrong}. Nothing was changed.", code="amount") from wrong
    left = desk.give(patient.id, amount, arguments.reason, by)
    document = {"given_cents": amount.cents, "balance_cents": left.cents}
    tell(
        arguments,
        document,
        f"{amount} of store credit are given to the patient of card ····{patient.card_ending}, and that is saved.",
        f"There are {left} now.",
    )


def _show(
    arguments: argparse.Namespace, patient: Patient, entries: Sequence[CreditEntry], zone: ZoneInfo
) -> None:
    rows = [_document(each) for each in entries]
    words = [
        f"{each.at.datetime_in(zone):%Y-%m-%d %H:%M}  {each.amount}  {_WORDS[each.kind]}"
        + (f": {each.reason}" if each.reason else "")
        for each in entries
    ]
    left = balance(entries)
    tell(
        arguments,
        {"balance_cents": left.cents, "entries": rows},
        f"Card ····{patient.card_ending}: {left} of store credit.",
        *words,
    )


def _document(entry: CreditEntry) -> dict[str, Any]:
    return {
        "at_us": entry.at.utc_us,
        "kind": entry.kind.value,
        "cents": entry.amount.cents,
        "by": entry.by,
        "reason": entry.reason,
        "sale": entry.sale_id,
    }
