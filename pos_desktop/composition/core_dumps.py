"""No image of this process on any disk: it holds keys and patients."""

from __future__ import annotations

import sys
from contextlib import suppress

_PR_SET_DUMPABLE = 4
_NO_FAULT_BOX = 0x0001 | 0x0002


def forbid_core_dumps() -> None:
    """For this process and from now on; doing it again changes nothing.

    Linux: also no core through a pipe of the system's own, and no other process of this user reads our memory.
    """
    if sys.platform == "win32":
        import ctypes

        with suppress(AttributeError, OSError):
            ctypes.windll.kernel32.SetErrorMode(_NO_FAULT_BOX)
        return
    import resource

    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes

        with suppress(AttributeError, OSError):
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
