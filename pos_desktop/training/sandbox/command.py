"""`pos-desktop sandbox metrc`: the sandbox as a process of its own."""

import os
import signal
import sys
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TextIO

from pos_desktop.training.sandbox.jsonio import BadJson, decode, encode
from pos_desktop.training.sandbox.metrc.seed import BadSeed
from pos_desktop.training.sandbox.server import SandboxServer
from pos_desktop.training.sandbox.store import SandboxError


def run(
    port: int,
    state_dir: Path,
    *,
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
        control_port: Of the control endpoints; 0 for any free one.
        seed_file: Seed document, stored only into a state that has no facility yet.
        out: Where the ready line goes; standard output by default.
        end_with_input: Also end when standard input closes, so that no sandbox outlives who started it.

    Raises:
        SandboxError: A sentence on why it cannot start.
    """
    orders: SimpleQueue[str] = SimpleQueue()
    _listen_to_signals(orders)
    if end_with_input:
        Thread(target=_watch_input, args=(orders,), daemon=True).start()
    with SandboxServer(state_dir, port=port, control_port=control_port) as server:
        if seed_file is not None:
            _seed_once(server, seed_file)
        (out or sys.stdout).write(_ready_line(server))
        (out or sys.stdout).flush()
        _obey(server, orders)


def _seed_once(server: SandboxServer, seed_file: Path) -> None:
    with server.service.store.reading() as db:
        if db.execute("SELECT 1 FROM facility").fetchone() is not None:
            return
    try:
        server.seed(decode(seed_file.read_bytes()))
    except (OSError, BadJson, BadSeed) as fault:
        raise SandboxError(f"The seed file {seed_file} cannot be used: {fault}") from fault


def _ready_line(server: SandboxServer) -> str:
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


def _obey(server: SandboxServer, orders: "SimpleQueue[str]") -> None:
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
