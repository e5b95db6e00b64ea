"""Ctrl+C and SIGTERM: an open counter ends in order with 0, an unfinished demonstration with a sentence and 1."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.command_line import ROOT, typed

pytestmark = pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
COUNTER = """
import sys
from pos_desktop.composition.window import CounterProgram
CounterProgram_show = CounterProgram.show
def show(self):
    self.ready.connect(lambda: print("READY", flush=True))
    CounterProgram_show(self)
CounterProgram.show = show
from pos_desktop.cli import main
raise SystemExit(main(sys.argv[1:]))
"""
DEMO = """
import sys
from pos_desktop.training.demonstration.driver import Driver
Driver_picture = Driver.picture
def picture(self, name):
    Driver_picture(self, name)
    print("PICTURE", file=sys.stderr, flush=True)
Driver.picture = picture
from pos_desktop.cli import main
raise SystemExit(main(sys.argv[1:]))
"""


def started(words: list[str]) -> subprocess.Popen[bytes]:
    """In a process group of its own, as a terminal starts it; Ctrl+C goes to all of the group."""
    return subprocess.Popen(
        words,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509 - what runs the tests may be deaf to Ctrl+C
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_open_counter_that_is_asked_to_end_does(tmp_path: Path, number: signal.Signals) -> None:
    counter = started([sys.executable, "-c", COUNTER, *typed(tmp_path / "data", "run")])
    assert counter.stdout is not None
    assert counter.stdout.readline() == b"READY\n"
    os.killpg(counter.pid, number)
    out, err = counter.communicate(timeout=120)
    assert (counter.returncode, out) == (0, b"")
    assert err == b"Making the demo store. This takes a few seconds, once.\n"


def test_a_demonstration_that_is_stopped_says_so(tmp_path: Path) -> None:
    words = typed(
        tmp_path / "data", "demo", "--headless", "--json", "--out", str(tmp_path / "out"), profile=None
    )
    demo = started([sys.executable, "-c", DEMO, *words])
    assert demo.stderr is not None
    assert demo.stderr.readline() == b"PICTURE\n"
    os.killpg(demo.pid, signal.SIGINT)
    out, err = demo.communicate(timeout=120)
    told = json.loads(out)["error"]
    assert (demo.returncode, told["code"]) == (1, "stopped")
    said = [each for each in err.decode().splitlines() if each != "PICTURE"]
    assert said == [told["sentence"]]
    assert "stopped before its end" in told["sentence"]
