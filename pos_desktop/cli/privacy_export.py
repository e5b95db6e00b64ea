"""`privacy export PATIENT --to FOLDER`: everything that is kept of one patient, for that patient."""

from __future__ import annotations

import argparse
import json
import os
import secrets
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from pos_desktop.app.patient_record import record_text
from pos_desktop.cli.acting import acting
from pos_desktop.cli.asking import tell
from pos_desktop.cli.exits import DONE
from pos_desktop.cli.till_sums import reads_sums
from pos_desktop.composition.privacy import patient_record
from pos_desktop.composition.shop import Shop
from pos_desktop.domain.errors import EnvironmentTrouble
from pos_desktop.domain.patient import Patient


def export_patient(arguments: argparse.Namespace, shop: Shop, patient: Patient) -> int:
    """Two files for their owner only, whose names say nothing of anybody."""
    by = acting(arguments, shop)
    record = patient_record(shop, partial(reads_sums, shop)).of(patient.id, by)
    folder = Path(arguments.to)
    day = shop.clock.now().date_in(shop.facility_zone)
    stem = f"patient-record-{day.isoformat()}-{secrets.token_hex(4)}"
    written = folder / f"{stem}.json", folder / f"{stem}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(written[0], [json.dumps(record, ensure_ascii=False, indent=1)])
        _write(written[1], record_text(record))
    except OSError as problem:
        raise EnvironmentTrouble(
            f"The record could not be written to {folder}. The store was not changed but for the look, which is kept. "
            "Name a folder that can be written to.",
            code="not-written",
        ) from problem
    document = {"json": str(written[0]), "text": str(written[1])}
    tell(
        arguments,
        document,
        f"Written: {written[0]} and {written[1].name} beside it.",
        "They hold the whole record in plain words. Hand them over, then delete them.",
    )
    return DONE


def _write(path: Path, lines: Iterable[str]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)
