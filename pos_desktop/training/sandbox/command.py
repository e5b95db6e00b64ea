"""`pos-desktop sandbox metrc|biotrack`: a sandbox as a process of its own."""

import os
import signal
import sys
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TextIO

from pos_desktop.training.sandbox.faults import BadFault
from pos_desktop.training.sandbox.jsonio import BadJson, decode, encode
from pos_desktop.training.sandbox.serving import Service, ServiceServer
from pos_desktop.training.sandbox.store import SandboxError
from pos_desktop.training.sandbox.switches import BadSeed, BadSetting


def run(
    port: int,
    state_dir: Path,
    *,
    system: str = "metrc",
    control_port: int = 0,
    seed_file: Path | None = None,
    out: TextIO | None = None,
    end_with_input: bool = False,
) -> None:
    """Serve until SIGINT or SIGTERM; SIGUSR1 closes the service's socket, SIGUSR2 opens it again.

    Prints one JSON line when ready: `ready`, `port`, `base_url`, `control_port`, `control_url`, `pid`.

    Args:
        port: Of the service; 0 for any free one.
        state_dir: Folder of the sandbox's state, made if missing.
        system: `metrc` or `biotrack`.
        control_port: Of the control endpoints; 0 for any free one.
        seed_file: Seed document, stored only into a state that was never seeded.
        out: Where the ready line goes; standard output by default.
        end_with_input: Also end when standard input closes, so that no sandbox outlives who started it.

    Raises:
        SandboxError: A sentence on why it cannot start.
    """
    orders: SimpleQueue[str] = SimpleQueue()
    _listen_to_signals(orders)
    if end_with_input:
        Thread(target=_watch_input, args=(orders,), daemon=True).start()
    with _server(system, state_dir, port, control_port) as server:
        if seed_file is not None:
            _seed_once(server, seed_file)
        (out or sys.stdout).write(_ready_line(server))
        (out or sys.stdout).flush()
        _obey(server, orders)


def _server(system: str, state_dir: Path, port: int, control_port: int) -> ServiceServer[Service]:
    """Each system is loaded alone, so that the other's rules are not in the way of a quick start."""
    if system == "biotrack":
        from pos_desktop.training.sandbox.biotrack.server import BiotrackServer

        return BiotrackServer(state_dir, port=port, control_port=control_port)
    from pos_desktop.training.sandbox.server import SandboxServer

    return SandboxServer(state_dir, port=port, control_port=control_port)


def _seed_once(server: ServiceServer[Service], seed_file: Path) -> None:
    if not server.service.empty:
        return
    try:
        server.seed(decode(seed_file.read_bytes()))
    except (OSError, BadJson, BadSeed, BadSetting, BadFault) as fault:
        raise SandboxError(f"The seed file {seed_file} cannot be used: {fault}") from fault


def _ready_line(server: ServiceServer[Service]) -> str:
    ready = {
        "ready": True,
        "port": server.port,
        "base_url": server.base_url,
        "control_port": server.control_port,
        "control_url": server.control_url,
        "pid": os.getpid(),
    }
    return encode(ready).decode() + "\n"


def _listen_to_signals(orders: "SimpleQueue[str]") -> None:
    """Handlers only leave an order: they may interrupt anything."""
    for name, order in (("SIGTERM", "end"), ("SIGINT", "end"), ("SIGUSR1", "close"), ("SIGUSR2", "open")):
        if (number := getattr(signal, name, None)) is not None:
            signal.signal(number, lambda *_, order=order: orders.put(order))


def _watch_input(orders: "SimpleQueue[str]") -> None:
    # Not through sys.stdin: a thread inside its buffer would be torn down there when the interpreter ends.
    while os.read(0, 4096):
        continue
    orders.put("end")


def _obey(server: ServiceServer[Service], orders: "SimpleQueue[str]") -> None:
    doings = {"close": server.close_socket, "open": server.open_socket}
    while (order := _next(orders)) != "end":
        doings[order]()


def _next(orders: "SimpleQueue[str]") -> str:
    """Waits in short turns: on Windows an endless wait would not let Ctrl+C in."""
    while True:
        try:
            return orders.get(timeout=1)
        except Empty:
            continue
