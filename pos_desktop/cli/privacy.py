"""`privacy views|due|purge|export|search-plaintext`: who saw whom, and what of a patient lies where."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from pos_desktop.app.counting import counted
from pos_desktop.app.ports import Person
from pos_desktop.app.ports.privacy import View
from pos_desktop.app.views import IN_WORDS, ViewLog
from pos_desktop.cli.acting import acting, named
from pos_desktop.cli.asking import folder_of, passphrase, secret_from_input, tell
from pos_desktop.cli.exits import DONE
from pos_desktop.composition.shop import Shop, opened
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.identity import PatientId
from pos_desktop.domain.patient import Patient
from pos_desktop.domain.people import Approval, Right
from pos_desktop.domain.sensitive import reveal

_MOST = 200


def run(arguments: argparse.Namespace) -> int:
    if arguments.action == "search-plaintext":
        from pos_desktop.cli.privacy_search import search_plaintext

        return search_plaintext(arguments)
    with opened(folder_of(arguments), passphrase) as shop:
        if arguments.action == "export":
            from pos_desktop.cli.privacy_export import export_patient

            return export_patient(arguments, shop, patient_of(arguments, shop))
        {"views": _views, "due": _due, "purge": _purge}[arguments.action](arguments, shop)
    return DONE


def patient_of(arguments: argparse.Namespace, shop: Shop) -> Patient:
    """By card number or id; `-` reads it from standard input, where no list of commands keeps it.

    Raises:
        BadInput: nobody has it, or it is a caregiver's; the sentence does not repeat it.
    """
    wanted = arguments.patient
    if wanted == "-":
        wanted = secret_from_input("the patient", "Card number or id").decode()
    book = shop.store.patients
    found = book.by_card(wanted) or book.by_id(PatientId(wanted))
    if not isinstance(found, Patient):
        raise BadInput("No patient has this card number or id. Nothing was changed.", code="no-patient")
    return found


# ---- who saw a patient


def _views(arguments: argparse.Namespace, shop: Shop) -> None:
    patient, by = patient_of(arguments, shop), acting(arguments, shop)
    seen = ViewLog(shop.store.views, shop.clock).of(by, patient.id)
    shop.store.journal.append("patient.views-read", by.id, patient.id, {"count": len(seen)})
    names, zone = shop.store.views.names(), ZoneInfo(shop.register.zone)
    if arguments.csv:
        import csv

        writer = csv.writer(sys.stdout)
        writer.writerow(["at", "person", "why", "note"])
        writer.writerows(
            [each.at.iso_in(zone), names.get(each.person_id, each.person_id), each.why, reveal(each.note)]
            for each in seen
        )
        return
    document = {
        "patient": patient.id,
        "views": [
            {
                "at": each.at.iso_in(zone),
                "person": names.get(each.person_id, each.person_id),
                "why": each.why,
                "note": reveal(each.note),
            }
            for each in seen
        ],
    }
    head = f"The patient whose card ends in {patient.card_ending} was seen {counted(len(seen), 'time', 'times')}."
    tell(arguments, document, head, *(_line(each, names, zone) for each in seen))


def _line(view: View, names: Mapping[str, str], zone: ZoneInfo) -> str:
    why = next((words for each, words in IN_WORDS.items() if each == view.why), view.why)
    note = f": {reveal(view.note)}" if view.note else ""
    moment = view.at.datetime_in(zone).strftime("%Y-%m-%d %H:%M:%S")
    return f"{moment}  {names.get(view.person_id, view.person_id)}, {why}{note}"


# ---- what is over


def _due(arguments: argparse.Namespace, shop: Shop) -> None:
    from pos_desktop.composition.privacy import purging

    by, desk = acting(arguments, shop), purging(shop)
    due, zone = desk.due(by), ZoneInfo(shop.register.zone)
    document = {
        "retention": str(desk.retention()),
        "cite": desk.retention().cite,
        "due": [{"patient": each.patient_id, "last": each.last.iso_in(zone)} for each in due],
    }
    some = [
        f"{each.patient_id}  card ending {each.card_number[-4:]}, last {each.last.date_in(zone).isoformat()}"
        for each in due[:_MOST]
    ]
    left = [f"{len(due) - _MOST} more."] if len(due) > _MOST else []
    head = f"{counted(len(due), 'record is', 'records are')} older than {desk.retention()}."
    tell(arguments, document, head, *some, *left)


def _purge(arguments: argparse.Namespace, shop: Shop) -> None:
    from pos_desktop.composition.privacy import purging

    patient, by = patient_of(arguments, shop), acting(arguments, shop)
    approval = _approval(arguments, shop, by, patient.id) if arguments.approver else None
    purging(shop).purge(patient.id, by, arguments.reason, approval)
    document = {
        "purged": patient.id,
        "by": by.id,
        "approved_by": None if approval is None else approval.by.id,
    }
    tell(
        arguments,
        document,
        "The record is empty now, and that is saved. Sales, limits, tills and the journal are as they were.",
        "Older backups still hold it until they are replaced, in their turn.",
    )


def _approval(arguments: argparse.Namespace, shop: Shop, by: Person, patient_id: PatientId) -> Approval:
    """The second person's PIN comes on standard input, and on the next line the code of an authenticator, if any."""
    second, door = named(shop.store.staff.people(), arguments.approver), shop.signing_in()
    asks_code = door.asks_code(second.id, off_till=True)
    pin = secret_from_input(f"the PIN of {second.name}").decode()
    code = secret_from_input("Code of the authenticator").decode() if asks_code else ""
    return door.approve(by, second.id, pin, Right.PURGE, patient_id, code=code, off_till=True)
