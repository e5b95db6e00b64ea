"""Files that only their owner reads."""

from __future__ import annotations

import os
from pathlib import Path

from pos_desktop.domain.errors import EnvironmentTrouble


def write_private(path: Path, content: bytes) -> None:
    """All of it or nothing, on the disk when the call returns. Raises EnvironmentTrouble when it cannot be written."""
    new = path.with_name(path.name + ".new")
    try:
        new.unlink(missing_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        raise EnvironmentTrouble(
            "The keys of this store could not be written. Nothing was changed. Check the rights and the free space "
            "of the data folder.",
            code="keys-not-written",
        ) from error
