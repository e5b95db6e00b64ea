"""Whether a window can be opened here at all; asked before Qt is, which would abort the process."""

from __future__ import annotations

import os
import sys

from pos_desktop.domain.errors import EnvironmentTrouble

_XCB_CURSOR = "libxcb-cursor.so.0"
"""What Qt's xcb plugin loads and desktops often lack."""


def refuse_without_display() -> None:
    """Raises EnvironmentTrouble. Qt itself ends the process where it cannot reach a screen."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return
    wayland, x11 = os.environ.get("WAYLAND_DISPLAY"), os.environ.get("DISPLAY")
    if not (wayland or x11):
        raise EnvironmentTrouble(
            "There is no display here, so no window can be opened. Nothing was changed. Start the program in a "
            "desktop session, or play the demonstration without one: pos-desktop demo --headless.",
            code="no-display",
        )
    if x11 and not wayland and not _has_library(_XCB_CURSOR):
        raise EnvironmentTrouble(
            f"The window needs the library {_XCB_CURSOR}, which this computer misses. Nothing was changed. "
            "Install it (on Debian and Ubuntu: apt-get install libxcb-cursor0) and start again.",
            code="no-library",
        )


def _has_library(name: str) -> bool:
    import ctypes

    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
