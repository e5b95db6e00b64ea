"""What the last comparison with the state left open: a small file beside the store. It holds no patient data."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pos_desktop.domain.errors import EnvironmentTrouble


class FindingsFile:
    """KeptFindings. Written beside its place and renamed, so that a cut leaves the old one or the new one."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "reconcile.json"

    def load(self) -> Mapping[str, Any]:
        """What cannot be read counts as never kept: then everything that is open shows as new, and nothing is lost."""
        try:
            document = json.loads(self._path.read_bytes())
        except (OSError, ValueError):
            return {}
        return document if isinstance(document, dict) else {}

    def save(self, document: Mapping[str, Any]) -> None:
        """Raises EnvironmentTrouble."""
        # A name of its own: a comparison may run in the counter and in a command at once.
        making = self._path.with_name(f"{self._path.name}.{os.getpid()}-{threading.get_ident()}.making")
        try:
            descriptor = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(json.dumps(document, sort_keys=True, indent=1).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
            making.replace(self._path)
        except OSError as problem:
            raise EnvironmentTrouble(
                "What the comparison found could not be kept beside the store. Sales are not touched by that. "
                "Check the rights and the free space of the store's folder, and compare again.",
                code="file",
            ) from problem
