"""A sandbox as a process of its own, near by or at a distance, and reports that it accepts.

`python -m tests.bench.state_service FOLDER ROUND_TRIP_MS` is the child. At a distance it speaks TLS, and every byte
takes half a round trip either way; only the opening of a connection is as quick as loopback.
"""

from __future__ import annotations

import json
import socket
import ssl
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

from pos_desktop.domain.instant import DAY_US, SECOND_US, Instant
from pos_desktop.domain.outbox import OutboxItem
from pos_desktop.domain.trusted_time import ClockStanding, Stamp
from pos_desktop.sync.metrc.client import MetrcClient
from pos_desktop.sync.metrc.tracker import MetrcTracker
from tests.bench.shop import child
from tests.fixtures.month import LICENSE, sample_people, state_of
from tests.fixtures.raw_server import sample_certificate
from tests.fixtures.reports import sample_report
from tests.fixtures.sandbox import FIRST_PAIR, running
from tests.fixtures.stores import NOON, ZONE, tag

PATIENTS = 400


class BenchClock:
    """The day after the sales, and it runs."""

    boot = "bench"

    def now(self) -> Instant:
        return NOON.plus_us(DAY_US + self.monotonic_us() % DAY_US)

    def monotonic_us(self) -> int:
        return time.monotonic_ns() // 1_000

    def stamp(self, at: Instant) -> Stamp:
        return Stamp(self.monotonic_us(), self.boot, ClockStanding.OK)


def report(n: int) -> OutboxItem:
    """Of three packages; every 400th is the same patient's."""
    sold = NOON.plus_us(-DAY_US + n * SECOND_US)
    lines = [
        {
            "tag": tag(package),
            "quantity": 1,
            "unit": "each",
            "tracker_unit": "Each",
            "amount_cents": 1_250,
            "price_cents": 1_250,
            "tax_cents": 75,
        }
        for package in (1, 2, 3)
    ]
    local = sold.datetime_in(ZONE).replace(tzinfo=None).isoformat(timespec="milliseconds")
    card = sample_people(PATIENTS)[n % PATIENTS].card_number
    return sample_report(n, patient=card, at=sold, lines=lines, license_number=LICENSE, local=local)


@dataclass(frozen=True, slots=True)
class Service:
    url: str
    trusted: str | None

    def client(self) -> MetrcClient:
        return MetrcClient(self.url, vendor_key=FIRST_PAIR[0], user_key=FIRST_PAIR[1], ca_file=self.trusted)

    def tracker(self, client: MetrcClient) -> MetrcTracker:
        return MetrcTracker(client, license_number=LICENSE, clock=BenchClock(), profile="training")


@contextmanager
def service(round_trip_ms: int = 0) -> Iterator[Service]:
    with (
        TemporaryDirectory(prefix="pos-desktop-bench-state-") as folder,
        child("state_service", folder, str(round_trip_ms)) as process,
    ):
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        yield Service(ready["url"], ready["trusted"])


def serve(folder: Path, round_trip_ms: int) -> None:
    with running(folder / "state", state_of(sample_people(PATIENTS))) as sandbox:
        sandbox.server.move_clock(NOON.utc_us + DAY_US, running=True)
        url, trusted = sandbox.server.base_url, None
        if round_trip_ms:
            pem, context = sample_certificate(folder)
            port = _distance(sandbox.server.port, context, round_trip_ms / 2_000)
            url, trusted = f"https://127.0.0.1:{port}", str(pem)
        print(json.dumps({"url": url, "trusted": trusted}), flush=True)
        sys.stdin.read()


def _distance(port: int, context: ssl.SSLContext, one_way_s: float) -> int:
    """A port before which every byte waits, in front of one that ends the encryption."""
    inner = socket.create_server(("127.0.0.1", 0))
    outer = socket.create_server(("127.0.0.1", 0))

    def decrypt(plain: socket.socket) -> None:
        with suppress(OSError), context.wrap_socket(plain, server_side=True) as far:
            _join(far, socket.create_connection(("127.0.0.1", port)), 0)

    def delay(near: socket.socket) -> None:
        with suppress(OSError):
            _join(near, socket.create_connection(inner.getsockname()), one_way_s)

    for listener, work in ((inner, decrypt), (outer, delay)):
        threading.Thread(target=_accept, args=(listener, work), daemon=True).start()
    return int(outer.getsockname()[1])


def _accept(listener: socket.socket, work: object) -> None:
    assert callable(work)
    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=work, args=(connection,), daemon=True).start()


def _join(one: socket.socket, other: socket.socket, one_way_s: float) -> None:
    other.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    back = threading.Thread(target=_carry, args=(other, one, one_way_s), daemon=True)
    back.start()
    _carry(one, other, one_way_s)
    back.join()


def _carry(source: socket.socket, target: socket.socket, one_way_s: float) -> None:
    """Bytes leave as long after they came as the way is long, however many are on it."""
    on_the_way: SimpleQueue[tuple[float, bytes]] = SimpleQueue()

    def deliver() -> None:
        while True:
            due, data = on_the_way.get()
            time.sleep(max(0.0, due - time.monotonic()))
            with suppress(OSError):
                if not data:
                    target.shutdown(socket.SHUT_WR)
                    return
                target.sendall(data)

    delivering = threading.Thread(target=deliver, daemon=True)
    delivering.start()
    data = b"."
    while data:
        try:
            data = source.recv(65_536)
        except OSError:
            data = b""
        on_the_way.put((time.monotonic() + one_way_s, data))
    delivering.join()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
