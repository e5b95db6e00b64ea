"""What is in memory when the first picture is there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from pos_desktop.composition.places import resources_dir
from pos_desktop.ui.intents import Intents
from pos_desktop.ui.main_window import CounterWindow
from pos_desktop.ui.theme import Theme
from tests.fixtures.counter_windows import settle

PAINT = """
import json, os, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
app = QApplication([])
from pos_desktop.ui.intents import Intents
from pos_desktop.ui.main_window import CounterWindow
from pos_desktop.ui.theme import Theme
from tests.fixtures.counter_windows import settle

def out():
    print(json.dumps(sorted(sys.modules)), flush=True)
    os._exit(0)

class First(CounterWindow):
    def paintEvent(self, event):
        QTimer.singleShot(0, out)
        super().paintEvent(event)

window = First(Intents(), Theme(Path("resources/icons")))
window.show()
app.exec()
"""
HEAVY = (
    "sqlalchemy", "sqlcipher3", "alembic", "escpos", "serial", "httpx", "keyring", "cryptography", "asyncio",
    "PySide6.QtSvg", "PySide6.QtTest", "PySide6.QtNetwork", "pos_desktop.storage", "pos_desktop.sync",
    "pos_desktop.devices", "pos_desktop.training", "hardware", "pos_desktop.ui.counter", "pos_desktop.ui.sheets",
)  # fmt: skip


def test_the_first_picture_needs_little() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PAINT], capture_output=True, text=True, check=True, timeout=120
    )
    loaded = json.loads(done.stdout)
    assert "pos_desktop.ui.main_window" in loaded
    assert [name for name in loaded if name.startswith(HEAVY)] == []


START = """
import gc, json, os, sys
from PySide6.QtCore import QTimer
from pos_desktop.cli.arguments import parse
from pos_desktop.cli.asking import folder_of, passphrase
place = folder_of(parse(["--data-dir", sys.argv[1], "run"]))
from pos_desktop.composition import window
from pos_desktop.composition.window import CounterProgram, application
window._UNSEEN_MS = 600_000  # a machine may be busy for long; what the paint itself needs is asked here
app = application()
program = CounterProgram(place, ask=passphrase)

def out():
    print(json.dumps({"loaded": sorted(sys.modules), "collects": gc.isenabled()}), flush=True)
    os._exit(0)

program.window.painted.connect(out)  # before the program itself hears of it
program.show()
app.exec()
"""
AFTER_THE_PAINT = (
    *HEAVY, "datetime", "zoneinfo", "uuid", "concurrent", "pos_desktop.app", "pos_desktop.ui.state",
    "pos_desktop.ui.lanes", "pos_desktop.composition.reporting", "pos_desktop.composition.counter",
    "pos_desktop.composition.logs",
)  # fmt: skip


def test_until_the_first_picture_the_program_reads_its_words_and_nothing_of_the_store(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", START, str(tmp_path)], capture_output=True, text=True, check=True, timeout=50
    )
    told = json.loads(done.stdout)
    assert "pos_desktop.composition.window" in told["loaded"]
    assert [name for name in told["loaded"] if name.startswith(AFTER_THE_PAINT)] == []
    assert not told["collects"]


def test_a_key_before_the_first_picture_keeps_the_store_waiting_no_longer(qtbot: QtBot) -> None:
    """Known wrong before: the parts were there by then, so that nothing said that it is painted."""
    window = CounterWindow(Intents(), Theme(resources_dir() / "icons"))
    qtbot.addWidget(window)
    told: list[None] = []
    window.painted.connect(lambda: told.append(None))
    QTest.keyClick(window, Qt.Key.Key_F1)
    assert told == []
    window.show()
    qtbot.waitUntil(lambda: bool(told), timeout=60_000)
    window.repaint()
    settle()
    assert len(told) == 1
