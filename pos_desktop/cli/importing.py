"""`import patients|packages|products|prices|certifications FILE.csv`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pos_desktop.app.counting import counted
from pos_desktop.cli.acting import acting
from pos_desktop.cli.asking import folder_of, passphrase, tell
from pos_desktop.cli.exits import DONE
from pos_desktop.composition.shop import Shop, opened
from pos_desktop.domain.errors import BadInput

if TYPE_CHECKING:
    from pos_desktop.app.import_desk import ImportDesk, Imported
    from pos_desktop.app.ports import Person

_LARGEST = 256 * 1024 * 1024


def run(arguments: argparse.Namespace) -> int:
    from pos_desktop.app.import_desk import ImportDesk

    text = _text(arguments.file)
    with opened(folder_of(arguments), passphrase) as shop:
        actor, store = acting(arguments, shop), shop.store
        desk = ImportDesk(
            bulk=store.bulk, intake=store.intake, journal=store.journal, clock=shop.clock, ids=shop.ids
        )
        made = _imported(arguments.what, desk, shop, text, actor)
    tell(arguments, {"what": arguments.what, **made.counts}, *_SAID[arguments.what](made))
    return DONE


def _imported(what: str, desk: ImportDesk, shop: Shop, text: str, by: Person) -> Imported:
    if what == "patients":
        return desk.patients(text, by, ZoneInfo(shop.register.zone), shop.programme().card.usual)
    if what == "certifications":
        return desk.certifications(text, by, shop.programme())
    if what == "packages":
        from pos_desktop.composition.reporting import has_service

        return desk.packages(text, by, service=has_service(shop))
    return desk.products(text, by) if what == "products" else desk.prices(text, by)


def _patients(made: Imported) -> list[str]:
    added = counted(made.counts["added"], "patient", "patients")
    return [f"{added} added, {made.counts['updated']} brought up to date."]


def _certifications(made: Imported) -> list[str]:
    facts = counted(made.counts["facts"], "fact", "facts")
    said = f"{facts} of {counted(made.counts['patients'], 'patient', 'patients')} kept"
    return [f"{said}; what was stated of these patients before is replaced."]


def _packages(made: Imported) -> list[str]:
    said = f"{counted(made.counts['packages'], 'package', 'packages')} on the shelf"
    return [f"{said}; what was sold here and is not filed yet was taken off."]


def _named(made: Imported) -> list[str]:
    said = [f"{counted(made.counts['updated'], 'product', 'products')} brought up to date."]
    if made.unknown:
        names = counted(
            len(made.unknown),
            "name is not in the inventory; import it",
            "names are not in the inventory; import them",
        )
        said.append(f"{names} again after the next sync:")
        said += [f"  {name}" for name in made.unknown[:20]]
    return said


_SAID: dict[str, Callable[[Imported], list[str]]] = {
    "patients": _patients,
    "packages": _packages,
    "products": _named,
    "prices": _named,
    "certifications": _certifications,
}


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
