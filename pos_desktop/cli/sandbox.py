"""`sandbox metrc|biotrack`: a state service on this computer, in the foreground until stopped."""

from __future__ import annotations

import argparse
from pathlib import Path

from pos_desktop.cli.asking import folder_of
from pos_desktop.cli.exits import DONE
from pos_desktop.composition.places import TRAINING
from pos_desktop.domain.errors import Unavailable


def run(arguments: argparse.Namespace) -> int:
    from pos_desktop.training.sandbox.command import run as serve
    from pos_desktop.training.sandbox.store import SandboxError

    own = folder_of(arguments, profile=TRAINING).sandbox
    # Each system keeps a state of its own; the METRC one lies where it always did.
    state_dir = arguments.state_dir or (
        own if arguments.system == "metrc" else own.with_name("sandbox-biotrack")
    )
    try:
        serve(
            arguments.port,
            Path(state_dir),
            system=arguments.system,
            control_port=arguments.control_port,
            seed_file=None if arguments.seed_file is None else Path(arguments.seed_file),
        )
    except SandboxError as problem:
        raise Unavailable(str(problem)) from problem
    return DONE
