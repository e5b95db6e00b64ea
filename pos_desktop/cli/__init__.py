"""The command line. What it says on standard output with --json is one document and nothing else."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from importlib import import_module

from pos_desktop.cli.exits import BAD_USAGE, INTERRUPTED, OTHER, exit_for
from pos_desktop.domain.errors import EnvironmentTrouble, PosError

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; errors become a sentence on standard error."""
    from pos_desktop.cli.arguments import UsageError, parse

    try:
        arguments = parse(sys.argv[1:] if argv is None else argv)
    except UsageError as wrong:
        print(wrong, file=sys.stderr)
        return BAD_USAGE
    try:
        command = import_module(f"pos_desktop.cli.{arguments.module}")
        code = int(command.run(arguments))
        sys.stdout.flush()
        return code
    except PosError as problem:
        _tell(arguments, problem)
        return exit_for(problem)
    except KeyboardInterrupt:
        print("Stopped. Everything saved so far is kept.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output left; nothing of ours is lost by that, and what is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INTERRUPTED
    except OSError as problem:
        what = problem.filename or "A file or folder"
        sentence = f"{what} cannot be used: {problem.strerror}. Check its rights and the free space."
        _tell(arguments, EnvironmentTrouble(sentence, code="file"))
        return OTHER


def _tell(arguments: Namespace, problem: PosError) -> None:
    """A sentence on standard error; with --json also the document, except where sales are written line by line."""
    print(problem.sentence, file=sys.stderr)
    if getattr(arguments, "json", False) and arguments.command != "export":
        import json

        print(json.dumps({"error": {"code": problem.code, "sentence": problem.sentence}}, ensure_ascii=False))
