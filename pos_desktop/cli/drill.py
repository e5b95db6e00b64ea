"""`drill`: a manager practises an outage on a training store and keeps a record of it."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pos_desktop.cli.asking import folder_of, passphrase, tell, wants_json
from pos_desktop.cli.exits import DONE, OTHER
from pos_desktop.composition.places import TRAINING
from pos_desktop.domain.errors import BadInput, PosError

if TYPE_CHECKING:
    from pos_desktop.training.drill_record import DrillRecord

_STOP = ("stop", "s", "q", "quit", "n", "no")
_STOPPED = (
    "The drill was stopped before its end. The training service is open again and the outage is ended. "
    "Sales made in between are saved; the next drill reports them first."
)


def run(arguments: argparse.Namespace) -> int:
    from pos_desktop.composition.drill import drill

    asks = not arguments.non_interactive
    if asks and (not sys.stdin.isatty() or wants_json(arguments)):
        raise BadInput(
            "Nobody can lead the drill here. Use --non-interactive to run it through. Nothing was done.",
            code="usage",
        )
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    named = getattr(arguments, "data_dir", None) is not None
    # Without a folder the training store of this user is meant, never the live one.
    folder = folder_of(arguments, profile=None if named else TRAINING)
    guide = _Leader() if asks else _Chronicle()
    try:
        with drill(
            folder, guide, ask=passphrase, state_dir=arguments.state_dir, manager=arguments.manager or ""
        ) as made:
            record = made.play(arguments.sales, arguments.seed)
    except (KeyboardInterrupt, EOFError):
        raise PosError(_STOPPED, code="stopped") from None
    kept = _keep(record, arguments.out)
    tell(arguments, record.document(), *record.lines(), *kept)
    return DONE if record.agree else OTHER


class _Chronicle:
    """Guide of a drill that nobody leads: it only tells, and on standard error, for the record goes to the other."""

    def step(self, number: int, of: int, words: str) -> None:
        print(f"{number}/{of} {words}", file=sys.stderr)

    def evidence(self, usual: str) -> str:
        return usual

    def done(self, words: str) -> None:
        print(f"    {words}", file=sys.stderr)


class _Leader(_Chronicle):
    """Guide of a person at a terminal."""

    def step(self, number: int, of: int, words: str) -> None:
        super().step(number, of, words)
        self._typed("Enter to go on, “stop” to end the drill: ")

    def evidence(self, usual: str) -> str:
        return self._typed(f"What shows the outage? (Enter: {usual}) ") or usual

    def _typed(self, question: str) -> str:
        from pos_desktop.training.drill import DrillStopped

        typed = input(f"    {question}").strip()
        if typed.lower() in _STOP:
            raise DrillStopped(_STOPPED)
        return typed


def _keep(record: DrillRecord, out: str | None) -> list[str]:
    """The record as two files, named by time alone."""
    if out is None:
        return []
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / f"drill-{record.began.datetime_in(record.zone):%Y%m%d-%H%M%S}"
    place.with_suffix(".txt").write_text("\n".join([*record.lines(), ""]), encoding="utf-8")
    text = json.dumps(record.document(), ensure_ascii=False, indent=2)
    place.with_suffix(".json").write_text(f"{text}\n", encoding="utf-8")
    return [f"The record is in {place.with_suffix('.txt')} and {place.with_suffix('.json').name}."]
