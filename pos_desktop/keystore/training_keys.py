"""Keys of a training store: a plain file that says so in its first line."""

from __future__ import annotations

from base64 import b64decode, b64encode
from pathlib import Path

from pos_desktop.domain.errors import KeyMissing
from pos_desktop.keystore.private_file import write_private

FILE = "training.keys"
MARK = "pos-desktop training keys: not secret, never for a live store"


class TrainingKeys:
    """KeyStore in the data folder itself, for the training profile only."""

    kind = "training file"

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / FILE

    def get(self, name: str) -> bytes | None:
        return self._read().get(name)

    def set(self, name: str, value: bytes) -> None:
        self._write(self._read() | {name: value})

    def delete(self, name: str) -> None:
        self._write({kept: value for kept, value in self._read().items() if kept != name})

    def _read(self) -> dict[str, bytes]:
        if not self._path.exists():
            return {}
        try:
            mark, *lines = self._path.read_text(encoding="ascii").splitlines()
            records = dict(line.split("=", maxsplit=1) for line in lines)
            keys = {name: b64decode(value, validate=True) for name, value in records.items()}
        except (OSError, ValueError):
            mark, keys = "", {}
        if mark != MARK:
            raise KeyMissing(
                "The key file of this training store cannot be read. Remove its folder and start training anew."
            )
        return keys

    def _write(self, keys: dict[str, bytes]) -> None:
        lines = [MARK, *(f"{name}={b64encode(value).decode()}" for name, value in sorted(keys.items()))]
        write_private(self._path, ("\n".join(lines) + "\n").encode("ascii"))
