"""What stands around a training counter: the state service in a process of its own, a printer, a scale."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from decimal import Decimal
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pos_desktop.domain.errors import Unavailable
from pos_desktop.training.sandbox.jsonio import encode

if TYPE_CHECKING:
    from hardware.emulators.balance import Balance
    from hardware.emulators.escpos_printer import EscPosEmulator
    from hardware.emulators.mtsics_scale import MtSicsOnPty, MtSicsOnTcp
    from hardware.emulators.paper import Slip

_TOKEN_HEADER = "x-sandbox-token"  # noqa: S105 - the header's name, not a secret
_ANSWER_S = 20


class StateProcess:
    """A sandbox as another process; it ends with us, however we end."""

    def __init__(self, state_dir: Path, port: int = 0, system: str = "metrc") -> None:
        """Raises Unavailable when it does not start."""
        self._state_dir = state_dir
        state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        command = [sys.executable, "-P", "-m", "pos_desktop.training.sandbox", "--state-dir", str(state_dir)]
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [*command, "--system", system, "--port", str(port), "--end-with-input"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Ctrl+C in the terminal is for the counter, which ends this one in its turn.
            start_new_session=True,
        )
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        try:
            line = self._process.stdout.readline()
        except BaseException:
            self.stop()
            raise
        if not line:
            self.stop()
            raise Unavailable("The training state service did not start. Nothing was changed.")
        self.ready: dict[str, Any] = json.loads(line)

    @property
    def base_url(self) -> str:
        return str(self.ready["base_url"])

    def control(self, method: str, door: str, document: Mapping[str, Any] | None = None) -> Any:
        """Ask the control port: `seed`, `ledger`, `outage`, `faults`, … (docs/sandbox.md)."""
        connection = HTTPConnection("127.0.0.1", self.ready["control_port"], timeout=_ANSWER_S)
        try:
            body = None if document is None else encode(document)
            token = (self._state_dir / "control.token").read_text(encoding="ascii").strip()
            connection.request(method, f"/__sandbox/{door}", body, {_TOKEN_HEADER: token})
            answer = connection.getresponse()
            read = answer.read()
        except OSError as gone:
            raise Unavailable(f"The training state service does not answer to “{door}”.") from gone
        finally:
            connection.close()
        if answer.status != 200:
            raise Unavailable(f"The training state service answered {answer.status} to “{door}”.")
        return json.loads(read, parse_float=Decimal)

    def close_socket(self) -> None:
        """From now on the service cannot be reached; it keeps its state."""
        self.control("PUT", "outage", {"mode": "closed"})

    def open_socket(self) -> None:
        self.control("PUT", "outage", {"mode": "open"})

    def stop(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


class Room:
    """Sandbox, printer and scale together; `settings` point a training store at them."""

    def __init__(self, state_dir: Path, *, on_slip: Callable[[Slip], None] | None = None) -> None:
        from hardware.emulators.balance import Balance
        from hardware.emulators.escpos_printer import EscPosEmulator

        self._ends = ExitStack()
        self.balance: Balance = Balance()
        with ExitStack() as starting:
            self.state = StateProcess(state_dir)
            starting.callback(self.state.stop)
            self.printer: EscPosEmulator = EscPosEmulator(on_slip=on_slip)
            self.printer.start()
            starting.callback(self.printer.stop)
            self.scale, self._scale_port = _scale(self.balance)
            starting.callback(self.scale.stop)
            self._ends = starting.pop_all()

    @property
    def settings(self) -> dict[str, str]:
        return {
            "state.base_url": self.state.base_url,
            "printer.address": f"127.0.0.1:{self.printer.port}",
            "scale.port": self._scale_port,
            "drawer.switch": "yes",
        }

    def stop(self) -> None:
        self._ends.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _scale(balance: Balance) -> tuple[MtSicsOnPty | MtSicsOnTcp, str]:
    """On a pseudo-terminal where there are such; behind a socket elsewhere. The bytes are the same."""
    from hardware.emulators.mtsics_scale import MtSicsOnPty, MtSicsOnTcp

    if os.name == "posix":
        on_pty = MtSicsOnPty(balance)
        on_pty.start()
        return on_pty, on_pty.path
    on_tcp = MtSicsOnTcp(balance)
    on_tcp.start()
    return on_tcp, f"127.0.0.1:{on_tcp.port}"
