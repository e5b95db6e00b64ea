"""Keys that a paper in the safe opens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class RecoverySeals(Protocol):
    def made(self) -> tuple[str, str]:
        """A new recovery key as it is printed, and its public half, which is kept."""
        ...

    def seal(self, public: str, keys: Mapping[str, bytes]) -> bytes: ...

    def open(self, typed: str, sealed: bytes) -> dict[str, bytes]:
        """Raises BadInput: mistyped, or of another paper; EnvironmentTrouble: `sealed` cannot be read."""
        ...

    def belongs(self, public: str, sealed: bytes) -> bool: ...


class RecoveryFile(Protocol):
    """Where the sealed keys lie, beside the database."""

    def read(self) -> bytes | None: ...

    def write(self, sealed: bytes) -> None:
        """All of it or nothing, on the disk when the call returns. Raises EnvironmentTrouble."""
        ...
