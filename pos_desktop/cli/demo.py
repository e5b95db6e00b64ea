"""`demo --headless --out DIR`: the guided demonstration, with pictures instead of a display."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from pos_desktop.app.counting import counted
from pos_desktop.cli.asking import tell
from pos_desktop.cli.exits import DONE, OTHER
from pos_desktop.domain.errors import PosError


def run(arguments: argparse.Namespace) -> int:
    if arguments.headless:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from pos_desktop.composition.demonstration import demonstrate

    out = Path(arguments.out or "demo-out")
    try:
        outcome = demonstrate(
            out,
            arguments.seed,
            data_dir=getattr(arguments, "data_dir", None),
            scan_filter=not arguments.without_scan_filter,
            patience_s=arguments.patience,
        )
    except KeyboardInterrupt:
        raise PosError(
            "The demonstration was stopped before its end. No store but its own was touched. "
            f"The pictures made so far are in {out.resolve()}.",
            code="stopped",
        ) from None
    document = outcome.document
    said = [
        f"{counted(document['sales'], 'sale', 'sales')}, {document['offline_sales']} of them without the state.",
        f"{counted(document['receipts_printed'], 'receipt', 'receipts')} printed.",
        f"Pictures, receipts and summary.json are in {out.resolve()}.",
    ]
    if outcome.failed:
        said.append(f"The demonstration stopped: {outcome.failed}.")
    elif outcome.good:
        said.append("The local ledger and the state's ledger agree.")
    else:
        said.append("The local ledger and the state's ledger differ; summary.json says where.")
    tell(arguments, document, *said)
    return DONE if outcome.good else OTHER
