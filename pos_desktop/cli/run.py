"""`run`: the counter, for live work or, with --profile training, in the demo store."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from pos_desktop.cli.asking import folder_of, passphrase
from pos_desktop.cli.exits import DONE, exit_for
from pos_desktop.composition.display import refuse_without_display
from pos_desktop.composition.places import TRAINING, DataFolder, prepare
from pos_desktop.domain.errors import EnvironmentTrouble


def run(arguments: argparse.Namespace) -> int:
    folder = folder_of(arguments)
    try:
        refuse_without_display()
    except EnvironmentTrouble:
        if folder.profile != TRAINING:
            # Who has no store yet hears of that first; with a display the window itself says it.
            from pos_desktop.composition.shop import refuse_missing

            refuse_missing(folder)
        raise
    if folder.profile == TRAINING:
        from pos_desktop.composition.stopping import interrupt_on_terminate

        interrupt_on_terminate()
        prepare(folder)
        with _demo_room(folder):
            return _show(folder)
    return _show(folder)


def _show(folder: DataFolder) -> int:
    from pos_desktop.composition.crash_reports import crash_reports, qt_messages
    from pos_desktop.composition.window import CounterProgram, application

    app = application()
    program = CounterProgram(folder, ask=passphrase)
    program.failed.connect(lambda sentence: print(sentence, file=sys.stderr))
    program.show()
    from pos_desktop.composition.stopping import StopSignals

    signals = StopSignals()
    try:
        with crash_reports(folder.path), qt_messages(folder.path):
            app.exec()
            program.close()
        if program.back_room is not None and program.back_room.keeper.told:
            # The last backup, or the disk at the end of the day: the window that would say it is gone.
            print(program.back_room.keeper.told, file=sys.stderr)
    finally:
        signals.close()
    return DONE if program.trouble is None else exit_for(program.trouble)


@contextmanager
def _demo_room(folder: DataFolder) -> Iterator[None]:
    """State service, printer and scale of the training counter; the demo store is made on first use."""
    from pos_desktop.composition.logs import log_to
    from pos_desktop.composition.training_store import make_demo_store, reopen_room
    from pos_desktop.training.room import Room

    log_to(folder.path)
    with Room(folder.sandbox) as room:
        if folder.exists:
            reopen_room(folder, room)
        else:
            print("Making the demo store. This takes a few seconds, once.", file=sys.stderr)
            make_demo_store(folder, room, seed=1)
        yield
