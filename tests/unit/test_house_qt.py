"""The Qt binding keeps its references: one release of it drops `None` until the process aborts."""

from __future__ import annotations

import subprocess
import sys

# CPython 3.12 and later never count `None`; there the process surviving is the whole test.
SIGNALS = """
import sys
from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal, Slot

class Till(QObject):
    said = Signal(object)
    heard = 0
    @Slot(object)
    def hear(self, word): self.heard += 1

application = QCoreApplication([])
till = Till()
till.said.connect(till.hear, Qt.ConnectionType.QueuedConnection)
before = sys.getrefcount(None), sys.getrefcount(True)
for number in range(2000):
    till.said.emit(number)
QTimer.singleShot(0, application.quit)
application.exec()
print(till.heard, sys.getrefcount(None) - before[0], sys.getrefcount(True) - before[1])
"""


def test_two_thousand_signals_arrive_and_no_reference_is_lost() -> None:
    ran = subprocess.run([sys.executable, "-c", SIGNALS], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    heard, none_drift, true_drift = map(int, ran.stdout.split())
    assert heard == 2000
    assert abs(none_drift) < 100
    assert abs(true_drift) < 100
