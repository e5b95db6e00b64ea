"""What is left of a fault that nobody caught: a small file in the log folder, without a value of anything.

A report names the program, the system, the thread, and the frames that led there; patients are in none of it.
"""

from __future__ import annotations

import faulthandler
import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from pos_desktop.composition.traces import trace_of

_KEPT = 20
NATIVE = "crash-native.txt"
"""What the interpreter itself writes when the process dies in a library: frames only."""
_CALLER = re.compile(r"[A-Za-z_][\w:]*")


@contextmanager
def crash_reports(folder: Path) -> Iterator[None]:
    """Write reports to `folder`/log while the block runs; the hooks that were there before come back after it."""
    place = folder / "log"

    def uncaught(_: type[BaseException], problem: BaseException, __: TracebackType | None) -> None:
        if isinstance(problem, KeyboardInterrupt):
            return
        _tell(write_report(place, "main", problem))

    def in_thread(told: threading.ExceptHookArgs) -> None:
        write_report(place, "a thread" if told.thread is None else told.thread.name, told.exc_value)

    def unraisable(told: sys.UnraisableHookArgs) -> None:
        write_report(place, "the collector", told.exc_value)

    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    sys.excepthook, threading.excepthook, sys.unraisablehook = uncaught, in_thread, unraisable
    try:
        with _native(place):
            yield
    finally:
        sys.excepthook, threading.excepthook, sys.unraisablehook = before


@contextmanager
def qt_messages(folder: Path) -> Iterator[None]:
    """What Qt finds wrong goes to the log: who said it, and not the rest, which may quote a text of a widget."""
    from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

    def handler(kind: QtMsgType, _: QMessageLogContext, text: str) -> None:
        if kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg):
            return
        said = _CALLER.match(text)
        caller = said[0] if said is not None else "Qt"
        if kind is QtMsgType.QtFatalMsg:
            write_report(folder / "log", "Qt", None, f"Qt ended the program: {caller}")
        else:
            import logging

            logging.getLogger("pos_desktop.qt").warning("%s by %s", kind.name, caller)

    before: Any = qInstallMessageHandler(handler)
    try:
        yield
    finally:
        qInstallMessageHandler(before)


def write_report(place: Path, thread: str, problem: BaseException | None, said: str = "") -> Path | None:
    """None where the disk takes nothing: a crash must not bring another one with it."""
    import platform

    now = datetime.now(UTC)
    path = place / f"crash-{now:%Y%m%dT%H%M%S}{now.microsecond:06d}Z-{os.getpid()}.txt"
    lines = (
        f"pos-desktop {_version()}, Python {platform.python_version()}, {platform.platform()}",
        f"{now.isoformat(timespec='seconds')} in {thread}",
        said or trace_of(problem),
    )
    with suppress(OSError):
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        for old in sorted(place.glob("crash-2*.txt"))[:-_KEPT]:
            old.unlink()
        return path
    return None


@contextmanager
def _native(place: Path) -> Iterator[None]:
    if faulthandler.is_enabled():
        yield
        return
    with ExitStack() as ends:
        with suppress(OSError):
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(place / NATIVE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            file = ends.enter_context(os.fdopen(descriptor, "a", encoding="ascii"))
            faulthandler.enable(file)
            ends.callback(faulthandler.disable)
        yield


def _tell(report: Path | None) -> None:
    where = "" if report is None else f" What happened is in {report}; no patient is in it."
    with suppress(OSError, ValueError):
        sys.stderr.write(f"The program met a fault of its own. What was saved before it is kept.{where}\n")


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("pos-desktop")
    except PackageNotFoundError:
        return "from a folder"
