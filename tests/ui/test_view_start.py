"""What is in memory when the first picture is there."""

from __future__ import annotations

import json
import subprocess
import sys

PAINT = """
import json, os, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
app = QApplication([])
from pos_desktop.ui.intents import Intents
from pos_desktop.ui.main_window import CounterWindow
from pos_desktop.ui.theme import Theme

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
