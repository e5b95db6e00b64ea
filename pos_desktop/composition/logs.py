"""The program's own logs, in the data folder. Messages carry codes and counts; patients never appear in them.

`log/pos.log` is the counter’s, for people. `log/sync.jsonl` is that of `pos-desktop sync`, for machines: one JSON
object a line. They are two files because two processes may run, and a file that is rotated has one writer.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from pos_desktop.composition.traces import trace_of
from pos_desktop.domain.errors import EnvironmentTrouble

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

_BYTES, _FILES = 1_000_000, 5


def log_to(folder: Path) -> None:
    """Write INFO and above to `log/pos.log`, rotated; the terminal stays for sentences to people.

    Raises:
        EnvironmentTrouble: the folder cannot be written.
    """
    handler = _file(folder, "pos.log")
    handler.setFormatter(_Lines("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger("pos_desktop")
    for old in list(root.handlers):
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    root.propagate = False


@contextmanager
def sync_log(folder: Path) -> Iterator[None]:
    """Write INFO and above to `log/sync.jsonl`, rotated, while the block runs; for who holds the sender's lock.

    Raises:
        EnvironmentTrouble: the folder cannot be written.
    """
    handler, root = _file(folder, "sync.jsonl"), logging.getLogger("pos_desktop")
    handler.setFormatter(_JsonLines())
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        handler.close()


class _Lines(logging.Formatter):
    """Of a fault the frames and kinds (`traces`): its message may quote what somebody typed."""

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 - the library's own name
        return trace_of(ei[1])


class _JsonLines(_Lines):
    """A message that is a JSON object goes in as it is; any other, and a fault's trace, as a text."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told: dict[str, object] = {"at": at, "level": record.levelname, "from": record.name}
        message = record.getMessage()
        try:
            said = json.loads(message)
        except ValueError:
            said = message
        told |= said if isinstance(said, dict) else {"event": "note", "message": message}
        if record.exc_info:
            told["trace"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


def _file(folder: Path, name: str) -> RotatingFileHandler:
    place = folder / "log"
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as problem:
        raise EnvironmentTrouble(
            f"{place} cannot be used: {problem.strerror}. Nothing was changed. Check its rights and the free space.",
            code="file",
        ) from problem
    return RotatingFileHandler(
        place / name, maxBytes=_BYTES, backupCount=_FILES, encoding="utf-8", delay=True
    )
