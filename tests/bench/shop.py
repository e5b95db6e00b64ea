"""A demo store with its room, made once for a run of the bench, and the children that open it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
OFFSCREEN = {
    **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
    "QT_QPA_PLATFORM": "offscreen",
}
"""Of children, which keep what they compiled, as an installed program does: a start is measured, not the compiler."""
SEED = 1


@contextmanager
def demo_store() -> Iterator[Path]:
    """The data folder of a demo store whose state service, printer and scale stand ready."""
    from pos_desktop.composition.places import TRAINING, data_folder, prepare
    from pos_desktop.composition.training_store import make_demo_store
    from pos_desktop.training.room import Room

    with TemporaryDirectory(prefix="pos-desktop-bench-") as place:
        folder = data_folder(str(Path(place) / "store"), TRAINING)
        prepare(folder)
        with Room(folder.sandbox) as room:
            make_demo_store(folder, room, SEED)
            yield folder.path


@contextmanager
def child(module: str, *words: str) -> Iterator[subprocess.Popen[str]]:
    """`python -m tests.bench.MODULE WORDS`, with its standard streams as pipes; gone at the end of the block."""
    command = [sys.executable, "-m", f"tests.bench.{module}", *words]
    process = subprocess.Popen(
        command, cwd=ROOT, env=OFFSCREEN, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    try:
        yield process
        if process.stdin is not None and not process.stdin.closed:
            process.stdin.close()
        process.wait(timeout=30)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def heard(process: subprocess.Popen[str], word: str) -> None:
    """Wait for the line `word` of a child."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == word:
            return
    raise RuntimeError(f"the child ended (exit code {process.wait()}) before it said “{word}”")


def document_of(module: str, *words: str) -> Any:
    """What a child printed as JSON when it was done."""
    with child(module, *words) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        return json.loads(process.stdout.read())
