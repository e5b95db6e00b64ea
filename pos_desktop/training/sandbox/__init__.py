"""METRC and BioTrack servers for training, drills and tests, on this machine only (docs/sandbox.md).

`run` is the command's door, `SandboxServer` and `biotrack.server.BiotrackServer` those for
use inside a process. Needs the standard library and
sqlcipher3 alone, so that it starts at once.
"""

from pos_desktop.training.sandbox.command import run
from pos_desktop.training.sandbox.faults import BadFault
from pos_desktop.training.sandbox.server import SandboxServer
from pos_desktop.training.sandbox.store import SandboxError
from pos_desktop.training.sandbox.switches import BadSeed, BadSetting

__all__ = ["BadFault", "BadSeed", "BadSetting", "SandboxError", "SandboxServer", "run"]
