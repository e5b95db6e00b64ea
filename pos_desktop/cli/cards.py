"""`cards list|settle|refunded`: debit payments that wait for a person."""

from __future__ import annotations

import argparse
from typing import Any
from zoneinfo import ZoneInfo

from pos_desktop.app.counting import counted
from pos_desktop.app.tender_desk import TenderDesk
from pos_desktop.cli.acting import acting
from pos_desktop.cli.asking import folder_of, passphrase, tell
from pos_desktop.cli.exits import DONE, NEEDS_PERSON
from pos_desktop.composition.shop import Shop, opened
from pos_desktop.composition.tenders import tender_desk
from pos_desktop.domain.tender import CardPayment


def run(arguments: argparse.Namespace) -> int:
    with opened(folder_of(arguments), passphrase) as shop:
        desk = tender_desk(shop)
        if arguments.action == "list":
            return _list(arguments, shop, desk)
        card = _changed(arguments, shop, desk)
        tell(arguments, _document(card), f"Debit payment {card.reference}: {what_next(card)}")
    return DONE


def _list(arguments: argparse.Namespace, shop: Shop, desk: TenderDesk) -> int:
    zone = ZoneInfo(shop.register.zone)
    cards = desk.waiting()
    words = [
        f"{each.reference}  {each.at.datetime_in(zone):%Y-%m-%d %H:%M}  {each.amount}  {each.terminal}: "
        + what_next(each)
        for each in cards
    ]
    said = counted(len(cards), "debit payment waits", "debit payments wait")
    tell(arguments, {"cards": [_document(each) for each in cards]}, f"{said} for a person.", *words)
    return NEEDS_PERSON if cards else DONE


def _changed(arguments: argparse.Namespace, shop: Shop, desk: TenderDesk) -> CardPayment:
    card, by = desk.card(arguments.reference), acting(arguments, shop)
    if arguments.action == "refunded":
        return desk.refunded(card, arguments.code, by)
    approved = arguments.outcome == "approved"
    if arguments.reason:
        return desk.decided(card, by, arguments.reason, approved=approved)
    if approved:
        return desk.approved(card, arguments.code, arguments.last_four, by)
    return desk.declined_by_slip(card, arguments.code, by)


def what_next(card: CardPayment) -> str:
    if card.open:
        return "not known. Look at the terminal's slips, then: cards settle."
    if card.without_sale:
        return "taken, and no sale stands against it. Use it for the patient's sale, or refund it at the terminal."
    if card.refund_due:
        return f"sale {card.paid_for} was voided. Refund it at the terminal, then: cards refunded."
    return f"{card.state}."


def _document(card: CardPayment) -> dict[str, Any]:
    return {
        "reference": card.reference,
        "at_us": card.at.utc_us,
        "cents": card.amount.cents,
        "terminal": card.terminal,
        "state": card.state.value,
        "code": card.code,
        "paid_for": card.paid_for,
        "voided": card.voided,
    }
