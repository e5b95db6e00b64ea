"""On the disk, not only in the system's memory."""

from __future__ import annotations

import os
from pathlib import Path


def flush_file(path: Path) -> None:
    """Raises OSError."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """The names in a folder, where the system can be asked for that. Raises OSError."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
