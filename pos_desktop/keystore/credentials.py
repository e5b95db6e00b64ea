"""Credentials that systemd hands to a service (`systemd-creds encrypt --with-key=host+tpm2`), read only."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from pos_desktop.domain.errors import EnvironmentTrouble

DATABASE_KEY = "db"


class ServiceCredentials:
    """KeyStore over `$CREDENTIALS_DIRECTORY`; each record is a credential of its name."""

    kind = "systemd credentials"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def found(cls, environment: Mapping[str, str] = os.environ) -> ServiceCredentials | None:
        """None unless systemd gave this service the key of a database."""
        folder = environment.get("CREDENTIALS_DIRECTORY", "")
        return cls(Path(folder)) if folder and (Path(folder) / DATABASE_KEY).is_file() else None

    def get(self, name: str) -> bytes | None:
        path = self._folder / name
        return path.read_bytes() if path.is_file() else None

    def set(self, name: str, value: bytes) -> None:  # noqa: ARG002 - the port's own words
        self._read_only(name)

    def delete(self, name: str) -> None:
        self._read_only(name)

    def _read_only(self, name: str) -> NoReturn:
        raise EnvironmentTrouble(
            f"The keys of this service come from systemd and are set there: systemd-creds encrypt --name={name}, then "
            "LoadCredentialEncrypted= in the unit. Nothing was changed.",
            code="keys-read-only",
        )
