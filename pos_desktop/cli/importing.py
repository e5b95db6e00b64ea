"""`import patients|packages|products|prices|certifications FILE.csv`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

from pos_desktop.app.counting import counted
from pos_desktop.cli.acting import acting
from pos_desktop.cli.asking import folder_of, passphrase, tell
from pos_desktop.cli.exits import DONE
from pos_desktop.composition.shop import Shop, opened
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.people import Right, require

_LARGEST = 256 * 1024 * 1024
_RIGHTS = {
    "patients": Right.ENTER_PATIENT,
    "certifications": Right.CERTIFY_MORE,
    "packages": Right.CHANGE_SETTINGS,
    "products": Right.CHANGE_SETTINGS,
    "prices": Right.CHANGE_SETTINGS,
}


def run(arguments: argparse.Namespace) -> int:
    text = _text(arguments.file)
    with opened(folder_of(arguments), passphrase) as shop:
        actor = acting(arguments, shop)
        require(actor, _RIGHTS[arguments.what], "Nothing was imported.")
        counts, said = {
            "patients": _patients,
            "packages": _packages,
            "products": _products,
            "prices": _prices,
            "certifications": _certifications,
        }[arguments.what](shop, text, actor.id)
        shop.store.journal.append("import", actor.id, "", {"what": arguments.what, **counts})
    tell(arguments, {"what": arguments.what, **counts}, *said)
    return DONE


def _patients(shop: Shop, text: str, by: PersonId) -> tuple[dict[str, int], list[str]]:
    from pos_desktop.app.importing import read_patients
    from pos_desktop.domain.identity import PatientId
    from pos_desktop.domain.patient import Patient, Standing

    today = shop.clock.now().date_in(ZoneInfo(shop.register.zone))
    usual = shop.programme().card.usual
    rows = read_patients(text, today, shop.store.bulk.caregiver_cards(), card_kind=usual)
    patients = [
        Patient(
            id=PatientId(shop.ids.new()),
            card_number=row.card_number,
            first_name=row.first_name,
            last_name=row.last_name,
            birth_date=row.birth_date,
            card_expires=row.card_expires,
            card_starts=row.card_starts,
            card_kind=row.card_kind,
            holder=row.holder,
            standing=row.standing or Standing.ACTIVE,
        )
        for row in rows
    ]
    unsaid = frozenset(row.card_number for row in rows if row.standing is None)
    added, updated = shop.store.bulk.add_patients(patients, by, shop.clock.now(), unsaid)
    return {"added": added, "updated": updated}, [
        f"{counted(added, 'patient', 'patients')} added, {updated} brought up to date."
    ]


def _certifications(shop: Shop, text: str, by: PersonId) -> tuple[dict[str, int], list[str]]:
    from pos_desktop.app.importing_certifications import read_certifications
    from pos_desktop.domain.certification import Fact

    rows = read_certifications(text, shop.programme())
    facts: dict[str, list[Fact]] = {}
    for row in rows:
        facts.setdefault(row.card_number.upper(), []).append(row.fact)
    shop.store.bulk.set_certifications(facts, by, shop.clock.now())
    said = f"{counted(len(rows), 'fact', 'facts')} of {counted(len(facts), 'patient', 'patients')} kept"
    return {"patients": len(facts), "facts": len(rows)}, [
        f"{said}; what was stated of these patients before is replaced."
    ]


def _packages(shop: Shop, text: str, _: PersonId) -> tuple[dict[str, int], list[str]]:
    from pos_desktop.app.importing_packages import read_packages
    from pos_desktop.composition.reporting import has_service

    if has_service(shop):
        raise BadInput(
            "This store’s packages come from the state service (sync); a list would contradict it. "
            "Nothing was imported."
        )
    packages = read_packages(text)
    count = shop.store.intake.receive(packages, shop.clock.now())
    said = f"{counted(count, 'package', 'packages')} on the shelf"
    return {"packages": count}, [f"{said}; what was sold here and is not filed yet was taken off."]


def _products(shop: Shop, text: str, _: PersonId) -> tuple[dict[str, int], list[str]]:
    from pos_desktop.app.importing import read_products
    from pos_desktop.app.ports import ProductFacts

    rows = read_products(text)
    unknown = shop.store.bulk.set_products(
        ProductFacts(row.name, row.category, row.measures, row.price) for row in rows
    )
    return _named(len(rows), list(unknown))


def _prices(shop: Shop, text: str, _: PersonId) -> tuple[dict[str, int], list[str]]:
    from pos_desktop.app.importing import read_prices

    rows = read_prices(text)
    return _named(len(rows), list(shop.store.bulk.set_prices((row.name, row.price) for row in rows)))


def _named(count: int, unknown: list[str]) -> tuple[dict[str, int], list[str]]:
    said = [f"{counted(count - len(unknown), 'product', 'products')} brought up to date."]
    if unknown:
        names = counted(
            len(unknown),
            "name is not in the inventory; import it",
            "names are not in the inventory; import them",
        )
        said.append(f"{names} again after the next sync:")
        said += [f"  {name}" for name in unknown[:20]]
    return {"updated": count - len(unknown), "unknown": len(unknown)}, said


def _text(name: str) -> str:
    try:
        raw = sys.stdin.buffer.read(_LARGEST + 1) if name == "-" else Path(name).read_bytes()
    except OSError as problem:
        raise BadInput(f"The file {name} cannot be read. Nothing was imported.") from problem
    if len(raw) > _LARGEST:
        raise BadInput(f"The file {name} is larger than 256 MB. Split it. Nothing was imported.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(
            f"The file {name} is not UTF-8 text. Save it as CSV UTF-8. Nothing was imported."
        ) from None
