"""The BioTrack sandbox for use inside a process."""

from pathlib import Path

from pos_desktop.training.sandbox.biotrack.service import BiotrackService
from pos_desktop.training.sandbox.clock import SandboxClock
from pos_desktop.training.sandbox.faults import Pause
from pos_desktop.training.sandbox.serving import ServiceServer


class BiotrackServer(ServiceServer[BiotrackService]):
    """A BioTrack sandbox on 127.0.0.1 with its state in a folder; `ServiceServer` says what it can do."""

    def __init__(
        self, state_dir: Path, *, port: int = 0, control_port: int = 0, clock: SandboxClock | None = None,
        pause: Pause | None = None,
    ) -> None:  # fmt: skip
        """Open or make the state; `clock` is for tests, otherwise the machine's.

        Raises:
            SandboxError: A port is in use, or the state cannot be opened.
        """
        service = BiotrackService(state_dir, clock)
        super().__init__(service, state_dir, port=port, control_port=control_port, pause=pause)
