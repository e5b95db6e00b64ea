"""The program's own log, in the data folder. Messages carry codes and counts; patients never appear in them."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from pos_desktop.domain.errors import EnvironmentTrouble

_BYTES, _FILES = 1_000_000, 5


def log_to(folder: Path) -> None:
    """Write INFO and above to `log/pos.log`, rotated; the terminal stays for sentences to people.

    Raises:
        EnvironmentTrouble: the folder cannot be written.
    """
    place = folder / "log"
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as problem:
        raise EnvironmentTrouble(
            f"{place} cannot be used: {problem.strerror}. Nothing was changed. Check its rights and the free space.",
            code="file",
        ) from problem
    handler = RotatingFileHandler(
        place / "pos.log", maxBytes=_BYTES, backupCount=_FILES, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger("pos_desktop")
    for old in list(root.handlers):
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    root.propagate = False
