"""Reporting loads no window, no store, no training; its HTTP client only when something is sent."""

from __future__ import annotations

import subprocess
import sys

CHECK = """
import pkgutil, importlib, sys
import pos_desktop.sync
for module in pkgutil.walk_packages(pos_desktop.sync.__path__, "pos_desktop.sync."):
    importlib.import_module(module.name)
names = ("PySide6", "sqlalchemy", "httpx", "pos_desktop.storage", "pos_desktop.training", "pos_desktop.ui")
print(sorted(name for name in names if name in sys.modules), len(sys.modules) > 0)
"""


def test_what_reporting_loads() -> None:
    ran = subprocess.run([sys.executable, "-c", CHECK], capture_output=True, text=True, check=True)
    assert ran.stdout == "[] True\n"
