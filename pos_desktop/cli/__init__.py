"""The command line. What it says on standard output with --json is one document and nothing else."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from importlib import import_module
from io import TextIOWrapper
from typing import TextIO

from pos_desktop.cli.exits import BAD_USAGE, DONE, OTHER, exit_for
from pos_desktop.domain.errors import BadInput, EnvironmentTrouble, PosError

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; errors become a sentence on standard error."""
    from pos_desktop.cli.arguments import UsageError, parse

    _mend_streams()
    try:
        arguments = parse(sys.argv[1:] if argv is None else argv)
    except UsageError as wrong:
        print(wrong, file=sys.stderr)
        return BAD_USAGE
    if getattr(arguments, "json", False):
        _write_anything(sys.stdout, encoding="utf-8")
    try:
        with _crash_reports(arguments):
            command = import_module(f"pos_desktop.cli.{arguments.module}")
            code = int(command.run(arguments))
        sys.stdout.flush()
        return code
    except PosError as problem:
        _tell(arguments, problem)
        return exit_for(problem)
    except KeyboardInterrupt:
        _tell(arguments, PosError("Stopped. Everything saved so far is kept.", code="stopped"))
        return OTHER
    except EOFError:
        _tell(arguments, BadInput("Nobody answered. Nothing was changed.", code="no-answer"))
        return OTHER
    except BrokenPipeError:
        # The reader of our output left; nothing of ours is lost by that, and what is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as problem:
        what = problem.filename or "A file or folder"
        sentence = f"{what} cannot be used: {problem.strerror}. Check its rights and the free space."
        _tell(arguments, EnvironmentTrouble(sentence, code="file"))
        return OTHER
    except Exception as fault:  # noqa: BLE001 - a person at a counter is never shown a trace
        _note_fault(arguments, fault)
        sentence = (
            "The command met a fault of the program and ended. What was saved before it is kept. "
            "Run pos-desktop verify to check the store, and tell who looks after this program."
        )
        _tell(arguments, PosError(sentence, code="bug"))
        return OTHER


def _mend_streams() -> None:
    """A closed stream becomes the null device; a sign that a terminal cannot show is written by its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - for good
    for stream in (sys.stdout, sys.stderr):
        _write_anything(stream)


def _write_anything(stream: TextIO, encoding: str | None = None) -> None:
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(encoding=encoding or stream.encoding, errors="backslashreplace")


def _tell(arguments: Namespace, problem: PosError) -> None:
    """A sentence on standard error; with --json also the document, except where sales are written line by line."""
    print(problem.sentence, file=sys.stderr)
    if getattr(arguments, "json", False) and arguments.command != "export":
        import json

        print(json.dumps({"error": {"code": problem.code, "sentence": problem.sentence}}, ensure_ascii=False))


def _crash_reports(arguments: Namespace) -> AbstractContextManager[None]:
    """For faults that reach nobody, in threads for instance: where there is a store, beside it."""
    from pos_desktop.cli.asking import folder_of
    from pos_desktop.composition.crash_reports import crash_reports

    folder = folder_of(arguments)
    return crash_reports(folder.path) if folder.exists else nullcontext()


def _note_fault(arguments: Namespace, fault: Exception) -> None:
    """The trace goes to the store's log; where there is no store it is dropped, never shown to a person."""
    import logging

    from pos_desktop.cli.asking import folder_of
    from pos_desktop.composition.logs import log_to

    log = logging.getLogger("pos_desktop")
    with suppress(Exception):
        if not log.handlers and (folder := folder_of(arguments)).exists:
            log_to(folder.path)
    if log.handlers:
        log.error("%s failed", arguments.command, exc_info=fault)
